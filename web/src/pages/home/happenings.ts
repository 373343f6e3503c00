import type { CadreEvent } from '../../api/models.ts';
import { type Names, type Part, sentenceOf } from '../../live/sentences.ts';

/** Something that happened, in plain words, and where it can be seen. */
export interface Happening {
  key: string;
  at: string;
  parts: readonly Part[];
  taskId?: string;
  agentId?: string;
  /** A step that went well: of each task only the last one is told. */
  isStep?: boolean;
}

export const MOST_HAPPENINGS = 6;

const TOLD: ReadonlySet<CadreEvent['type']> = new Set([
  'task.submitted',
  'task.reassigned',
  'task.paused',
  'task.resumed',
  'task.retried',
  'task.changed',
  'task.settled',
  'plan.made',
  'run.lease-expired',
  'run.dead',
  'agent.created',
  'agent.updated',
  'agent.removed',
  'file.stored',
  'outcome.recorded',
  'provider.connected',
  'provider.health-changed',
  'budget.warned',
  'budget.reached',
  'usage.anomalous',
  'usage.overrun',
]);

/** True for what people want to hear of: the log has much more, on the page of each task. */
export function isTold({ type, data }: CadreEvent): boolean {
  // Each bootstrap check passes through several states; only where it ends badly, or well again, is news.
  if (type === 'agent.status-changed')
    return data.to === 'offline' || data.to === 'error' || data.from === 'offline';
  return TOLD.has(type);
}

/** The newest first, at most a few; files that came together are told as one. */
export function addHappenings(
  before: readonly Happening[],
  events: readonly CadreEvent[],
  names: Names,
): readonly Happening[] {
  const files = events.filter(({ type }) => type === 'file.stored');
  const lastFile = files.at(-1);
  const told = events.flatMap((event): Happening[] => {
    if (!isTold(event)) return [];
    const { cursor: key, at } = event;
    if (event.type === 'file.stored' && files.length > 1)
      return event === lastFile ? [{ key, at, parts: [`${files.length} files were stored.`] }] : [];
    const task = event.rootId ?? event.taskId;
    const isStep =
      event.type === 'task.settled' && event.taskId !== event.rootId && event.data.status === 'completed';
    const where = task ? { taskId: task } : event.agentId ? { agentId: event.agentId } : {};
    return [{ key, at, parts: sentenceOf(event, names), ...where, ...(isStep && { isStep }) }];
  });
  if (told.length === 0) return before;
  const stepOf = new Set<string>();
  return [...told.reverse(), ...before]
    .filter(({ isStep, taskId = '' }) => {
      // The list begins with the newest: a step is told while nothing newer of its task is.
      const isTold = !isStep || !stepOf.has(taskId);
      stepOf.add(taskId);
      return isTold;
    })
    .slice(0, MOST_HAPPENINGS);
}
