import { z } from 'zod';
import { toRfc3339 } from '../../platform/kernel/clock.ts';
import { CadreError, type ErrorRecord, isErrorCode, toErrorRecord } from '../../platform/kernel/errors.ts';
import type { DelegationRow, DelegationState } from '../../platform/store/delegations.ts';
import { errorSchema, type TaskResult } from '../../tasks/task.ts';

/** How a delegation to one agent stands (FEATURES CO-5, method 2). */
export const DELEGATION_STATUSES = ['open', 'completed', 'failed', 'timeout', 'error'] as const;

/** How long a delegation may take unless its sender says otherwise (FEATURES CO-5, method 2). */
export const DELEGATION_TIMEOUT_MS = 30_000;

/** A delegation in a list. */
export const delegationSummarySchema = z.object({
  /** The task's. */
  id: z.string(),
  /** The message that handed it over. */
  messageId: z.string(),
  /** Id of the agent that delegated it, or who the caller was. */
  from: z.string(),
  to: z.string(),
  type: z.string(),
  params: z.record(z.string(), z.unknown()),
  /**
   * `failed`: its handler failed, or the agent does not offer the type; `timeout`: the time was up; `error`: it could
   * not be handed over.
   */
  status: z.enum(DELEGATION_STATUSES),
  /** As the agent, or whatever ran it, said. */
  error: errorSchema.nullable(),
  metrics: z.object({
    /** Until the agent began. */
    queuedMs: z.number().nullable(),
    workMs: z.number().nullable(),
    totalMs: z.number().nullable(),
  }),
  createdAt: z.string(),
  deadline: z.string().nullable(),
  endedAt: z.string().nullable(),
  /** An answer came after the end; it changed nothing. */
  late: z.boolean(),
});
export type DelegationSummary = z.output<typeof delegationSummarySchema>;

/** A delegation with what came of it. */
export const delegationSchema = delegationSummarySchema.extend({ result: z.unknown() });
export type Delegation = z.output<typeof delegationSchema>;

type SummaryRow = Omit<DelegationRow, 'result'>;

/** It ended before its agent got it. */
export const isNotHandedOver = ({ stop_reason }: { stop_reason: string | null }): boolean =>
  stop_reason === 'rejected' || stop_reason === 'hop-limit';

/** How it stands; the store filters by the same rule (`selectDirectDelegations`). */
export function statusOf(row: Pick<SummaryRow, 'status' | 'stop_reason'>): DelegationState {
  if (row.status === 'completed') return 'completed';
  if (!['failed', 'terminated'].includes(row.status)) return 'open';
  if (isNotHandedOver(row)) return 'error';
  return row.stop_reason === 'deadline' || row.stop_reason === 'timeout' ? 'timeout' : 'failed';
}

/** A row as people and agents see it in a list. `agentName`: whom to name where no error was stored. */
export function toSummary(row: SummaryRow, agentName: string): DelegationSummary {
  const createdMs = Number(row.created_at);
  const beganMs = row.started_at === null ? undefined : Number(row.started_at);
  const endedMs = row.completed_at === null ? undefined : Number(row.completed_at);
  return {
    id: row.id,
    messageId: row.message_id,
    from: row.sender_id,
    to: row.recipient_id,
    type: row.type,
    params: JSON.parse(row.input),
    status: statusOf(row),
    error: errorOf(row, agentName),
    metrics: {
      queuedMs: beganMs === undefined ? null : beganMs - createdMs,
      workMs: beganMs === undefined || endedMs === undefined ? null : endedMs - beganMs,
      totalMs: endedMs === undefined ? null : endedMs - createdMs,
    },
    createdAt: toRfc3339(createdMs),
    deadline: row.deadline === null ? null : toRfc3339(Number(row.deadline)),
    endedAt: endedMs === undefined ? null : toRfc3339(endedMs),
    late: row.late === 1,
  };
}

/** The same with the result. */
export function toDelegation(row: DelegationRow, agentName: string): Delegation {
  const stored: TaskResult | null = row.result === null ? null : JSON.parse(row.result);
  return { ...toSummary(row, agentName), result: stored?.output ?? null };
}

/** The error that was stored, untouched; a person ends a task without one. */
function errorOf(row: SummaryRow, agent: string): ErrorRecord | null {
  const stored: ErrorRecord | null = row.error === null ? null : JSON.parse(row.error);
  const status = statusOf(row);
  if (status === 'open' || status === 'completed') return null;
  // What ran out of time says so in one way, wherever it was at that moment.
  if (stored && row.stop_reason !== 'deadline') return stored;
  const timeoutMs = Number(row.deadline ?? row.created_at) - Number(row.created_at);
  return toErrorRecord(
    status === 'timeout'
      ? new CadreError('delegation/timeout', { agent, type: row.type, timeoutMs })
      : new CadreError('delegation/ended', { detail: row.stop_sentence ?? '' }),
  );
}

/** What the delegator is told (FEATURES CO-5, method 10: TaskResult). */
export interface TaskResultMessage {
  taskId: string;
  status: 'completed' | 'failed' | 'partial';
  result: unknown;
  error: { code: string; message: string } | null;
  metrics: Record<string, number>;
}

/** The answer of a delegation that has ended. */
export function toTaskResult(row: DelegationRow, agentName: string): TaskResultMessage {
  const delegation = toDelegation(row, agentName);
  const stored: TaskResult | null = row.result === null ? null : JSON.parse(row.result);
  const isPartial = stored?.completeness === 'partial';
  const error = delegation.error;
  return {
    taskId: delegation.id,
    status: delegation.status === 'completed' ? (isPartial ? 'partial' : 'completed') : 'failed',
    result: delegation.result,
    error: error && { code: isErrorCode(error.code) ? error.code : 'internal/error', message: error.message },
    metrics: Object.fromEntries(
      Object.entries(delegation.metrics).filter((entry): entry is [string, number] => entry[1] !== null),
    ),
  };
}
