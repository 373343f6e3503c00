import { z } from 'zod';
import type { EventType } from '../platform/events/events.ts';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import { selectTransitions } from '../platform/store/commands.ts';
import type { EventRow } from '../platform/store/schema.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { RUN_STATES, stateOf, type TaskStatus } from './states.ts';
import { TASK_STATUSES } from './task.ts';

/** What states a task went through, read from the event log: nothing else keeps it. */
const MAX_TRANSITIONS = 200;

export const transitionSchema = z.object({
  at: z.string(),
  from: z.enum(TASK_STATUSES).nullable(),
  to: z.enum(TASK_STATUSES),
  /** In the words of FEATURES QC-1. */
  state: z.enum(RUN_STATES),
  by: z.string().nullable(),
  reason: z.string().nullable(),
});
export type Transition = z.output<typeof transitionSchema>;

const TRANSITIONS: readonly EventType[] = [
  'task.submitted',
  'plan.made',
  'task.assigned',
  'task.started',
  'task.paused',
  'task.resumed',
  'task.retried',
  'task.settled',
];

/** The transitions of a task, oldest first. */
export async function historyOf(tx: TenantTx, task: { id: string; rootId: string }): Promise<Transition[]> {
  return transitionsOf(await selectTransitions(tx, task, TRANSITIONS, MAX_TRANSITIONS), task.id);
}

type Fact = Pick<EventRow, 'at' | 'type' | 'task_id' | 'data'>;

/** The same of facts, oldest first. Pure. */
export function transitionsOf(facts: Fact[], taskId: string): Transition[] {
  const transitions: Transition[] = [];
  let from: TaskStatus | null = null;
  let before: TaskStatus = 'pending';
  for (const fact of facts) {
    const data: Record<string, unknown> = JSON.parse(fact.data);
    const isOwn = fact.task_id === taskId;
    if (!isOwn && !(Array.isArray(data.also) && data.also.includes(taskId))) continue;
    const to = statusAfter(fact.type, data, before);
    // A goal that is assigned is pending already; a step begins its life so.
    if (to === undefined || to === from || (fact.type === 'task.assigned' && from !== null)) continue;
    if (to === 'paused' && from !== null) before = from;
    transitions.push({
      at: toRfc3339(Number(fact.at)),
      from,
      to,
      state: stateOf(to),
      by: text(data.by),
      reason: text(data.reason) ?? text(data.sentence),
    });
    from = to;
  }
  return transitions;
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

function statusAfter(
  type: string,
  data: Record<string, unknown>,
  before: TaskStatus,
): TaskStatus | undefined {
  if (type === 'task.submitted' || type === 'task.assigned' || type === 'task.retried') return 'pending';
  if (type === 'plan.made') return 'waiting';
  if (type === 'task.started') return 'running';
  if (type === 'task.paused') return 'paused';
  if (type === 'task.resumed') return before;
  return TASK_STATUSES.find((status) => status === data.status);
}
