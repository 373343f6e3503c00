import { z } from 'zod';

/** 0 to 100, or an alias. */
export const prioritySchema = z.union([
  z.coerce.number().int().min(0).max(100),
  z.enum(['low', 'normal', 'medium', 'high', 'urgent', 'critical']),
]);

const ALIASES = { low: 25, normal: 50, medium: 50, high: 75, urgent: 100, critical: 100 } as const;

/** The number of a priority or alias. */
export function priorityNumber(priority: z.output<typeof prioritySchema> | undefined): number {
  if (priority === undefined) return ALIASES.normal;
  return typeof priority === 'number' ? priority : ALIASES[priority];
}
