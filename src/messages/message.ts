import { z } from 'zod';

/** The types of FEATURES CO-1. */
export const MESSAGE_TYPES = [
  'task_delegation',
  'status_update',
  'coordination_request',
  'coordination_response',
  'capability_inquiry',
  'capability_response',
  'heartbeat',
  'error_report',
  'workflow_step',
  'resource_request',
] as const;

/** pending -> sent -> delivered -> acknowledged; or expired, failed, dead (FEATURES CO-2). */
export const MESSAGE_STATUSES = [
  'pending',
  'sent',
  'delivered',
  'acknowledged',
  'failed',
  'expired',
  'dead',
] as const;

/** An envelope between agents, as people and agents see it. */
export const messageSchema = z.object({
  id: z.string(),
  conversationId: z.string(),
  correlationId: z.string(),
  senderId: z.string(),
  recipientId: z.string(),
  type: z.enum(MESSAGE_TYPES),
  priority: z.number().int(),
  status: z.enum(MESSAGE_STATUSES),
  subject: z.string(),
  payload: z.record(z.string(), z.unknown()),
  taskId: z.string().nullable(),
  retryCount: z.number().int(),
  error: z.string().nullable(),
  createdAt: z.string(),
  expiresAt: z.string().nullable(),
  deliveredAt: z.string().nullable(),
  acknowledgedAt: z.string().nullable(),
});
export type Message = z.output<typeof messageSchema>;
