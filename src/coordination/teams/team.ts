import { z } from 'zod';
import { AGENT_STATUSES, ASSIGNABLE } from '../../agents/agent.ts';
import { SHAPES, TOPOLOGIES } from './topology.ts';

/** Why somebody leads: a lease, because people named it, or because it is the first who can. */
export const LEAD_REASONS = ['lease', 'named', 'first'] as const;

/** A team as people see it. Its interface is what its members can do (FEATURES AG-8). */
export const teamSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  /** As people set it. */
  topology: z.enum(TOPOLOGIES),
  fanOut: z.number().int(),
  /** The message graph it has now, why, since when, and how many edges that are. */
  shape: z.enum(SHAPES),
  shapeBecause: z.string(),
  shapeSince: z.string(),
  edges: z.number().int(),
  /** Who stands in the middle; with a term and an end where it holds a lease. Null: the team is empty. */
  lead: z
    .object({
      agentId: z.string(),
      name: z.string(),
      by: z.enum(LEAD_REASONS),
      term: z.number().int().nullable(),
      until: z.string().nullable(),
    })
    .nullable(),
  members: z.array(
    z.object({
      agentId: z.string(),
      name: z.string(),
      status: z.enum(AGENT_STATUSES),
    }),
  ),
  capabilities: z.array(z.object({ name: z.string(), agents: z.number().int() })),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type Team = z.output<typeof teamSchema>;

/** A member, as the choice of who leads sees it. */
export interface Standing {
  id: string;
  status: string;
  enabled: boolean;
}

/**
 * Who leads: whoever holds the lease; else whom people named, while it can work; else the first who can; else, where
 * nobody can, the one named or the first: what is sent waits in its mailbox. Undefined for an empty team.
 */
export function leadOf(
  members: readonly Standing[],
  leaseHolder: string | undefined,
  named: string | undefined,
): { id: string; by: (typeof LEAD_REASONS)[number] } | undefined {
  const find = (id: string | undefined) => members.find((member) => member.id === id);
  const holder = find(leaseHolder);
  if (holder) return { id: holder.id, by: 'lease' };
  const isAble = (member: Standing) => member.enabled && ASSIGNABLE.includes(member.status);
  const wanted = find(named);
  if (wanted && isAble(wanted)) return { id: wanted.id, by: 'named' };
  const first = members.find(isAble) ?? wanted ?? members[0];
  return first && { id: first.id, by: first.id === named ? 'named' : 'first' };
}

/** The members with the lead first, the others as they were. */
export function inOrder(members: readonly string[], lead: string | undefined): string[] {
  return lead === undefined ? [...members] : [lead, ...members.filter((id) => id !== lead)];
}
