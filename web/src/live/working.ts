import type { CadreEvent, TaskSummary } from '../api/models.ts';

/** What an agent has in hand, as the event log shows it. */
export interface InHand {
  taskId: string;
  rootId: string;
  what: string;
  since: string;
}

/** Who works on what right now. A value of its own for each change, so that React sees it. */
export type Working = ReadonlyMap<string, readonly InHand[]>;

export interface WorkingStore {
  get(): Working;
  subscribe(listener: () => void): () => void;
  /** Starts from the running tasks that the server lists. */
  start(running: readonly TaskSummary[]): void;
  apply(events: readonly CadreEvent[]): void;
}

/** A start, or another worker that goes on after a crash: that one is told by its claim only. */
const isStart = ({ type, data }: CadreEvent): boolean =>
  type === 'task.started' ||
  (type === 'run.claimed' && data.kind === 'operator.work' && Number(data.fence) > 1);
const ENDS = new Set<string>([
  'task.settled',
  'task.paused',
  'task.reassigned',
  'run.lease-expired',
  'run.retried',
]);

/** Keeps who works on what, fed by events. */
export function createWorking(): WorkingStore {
  let byAgent = new Map<string, InHand[]>();
  /** In what words a task was begun, for when another worker goes on with it. */
  const words = new Map<string, string>();
  const listeners = new Set<() => void>();
  const without = (taskId: string) => {
    for (const [agentId, tasks] of byAgent) {
      const left = tasks.filter((task) => task.taskId !== taskId);
      if (left.length !== tasks.length) byAgent.set(agentId, left);
    }
  };
  const change = (work: () => void) => {
    byAgent = new Map(byAgent);
    work();
    for (const listener of listeners) listener();
  };
  return {
    get: () => byAgent,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start(running) {
      change(() => {
        byAgent.clear();
        for (const task of running) {
          if (!task.agentId || task.startedAt === null) continue;
          const entry = { taskId: task.id, rootId: task.rootId, what: task.goal, since: task.startedAt };
          byAgent.set(task.agentId, [...(byAgent.get(task.agentId) ?? []), entry]);
        }
      });
    },
    apply(events) {
      if (!events.some((event) => isStart(event) || ENDS.has(event.type))) return;
      change(() => {
        for (const event of events) {
          const { type, taskId, agentId, rootId, at, data } = event;
          if (!taskId) continue;
          if (ENDS.has(type)) without(taskId);
          if (!isStart(event) || !agentId) continue;
          without(taskId);
          if (words.size > 1_000) words.clear();
          if (typeof data.goal === 'string') words.set(taskId, data.goal);
          const entry = { taskId, rootId: rootId ?? taskId, what: words.get(taskId) ?? 'a step', since: at };
          byAgent.set(agentId, [...(byAgent.get(agentId) ?? []), entry]);
        }
      });
    },
  };
}
