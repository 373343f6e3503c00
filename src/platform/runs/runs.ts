import type { Bus } from '../bus/bus.ts';
import type { EventLog } from '../events/events.ts';
import { newId } from '../kernel/ids.ts';
import { controlRuns, resumeRuns } from '../store/run-control.ts';
import { insertRuns, moveRuns, type NewRunRow, recallRuns, reviveRuns } from '../store/runs.ts';
import { holdOpenRun, holdRunsAround, signalRun } from '../store/signals.ts';
import type { TenantTx, Tx } from '../store/transaction.ts';
import type { Control, NewRun } from './run.ts';

/**
 * What rooms do with runs, always inside their own transaction: state, event and next run commit together. Kept
 * narrow on purpose, so that another engine could stand behind it (docs/decisions/0001-engine.md).
 */
export interface Runs {
  enqueue(tx: Tx, runs: NewRun[]): Promise<string[]>;
  /** Asks the open runs of tasks to pause, terminate or change hands. */
  control(tx: TenantTx, taskIds: string[], control: Control): Promise<void>;
  resume(tx: TenantTx, taskIds: string[]): Promise<void>;
  /** Another set of attempts for the runs of a task that were given up. */
  revive(tx: TenantTx, taskId: string): Promise<number>;
  /** Hands the open runs of a task to another agent. */
  move(tx: TenantTx, taskId: string, agentId: string, agentLimit: number): Promise<void>;
  /** Lets what was put off for an agent be claimed at once: the agent is back. */
  recall(tx: TenantTx, agentId: string): Promise<void>;
  /** Holds the open runs of a task and of all in its plan until the commit; before their tasks are held. */
  holdAround(tx: TenantTx, taskId: string): Promise<void>;
  /** Holds an open run until the commit: others that hold or signal it take turns. False when it has ended. */
  hold(tx: Tx, runId: string): Promise<boolean>;
  /**
   * Gives a run the value it waits for. One that comes before its wait is kept for it, so nothing is missed between
   * looking and waiting. False when the run has ended.
   */
  signal(tx: Tx, runId: string, name: string, value: unknown): Promise<boolean>;
  /** Has what is due looked at as the last act of the transaction: it freed the place of an agent. */
  look(tx: Tx): void;
  /** A worker of this process that takes along what transactions here make due. Answers how to end that. */
  serve(taker: Taker): () => void;
}

/** Claims runs in the very transaction that makes them due, which saves one of its own and its fsync. */
export interface Taker {
  /**
   * The last act of a transaction. True when nothing that it made due is left for this worker once it commits.
   */
  take(tx: Tx, due: Due): Promise<boolean>;
}

/** What a transaction made due. Nothing: it freed the place of an agent. */
export interface Due {
  /** Runs it added or woke. */
  ids: string[];
  /** Others, too: of a task that was resumed, of an agent that is back. */
  others: boolean;
}

/** What a transaction under way does to runs. */
interface Doing extends Due {
  /** They go to the table together, just before the commit. */
  rows: NewRunRow[];
}

/** Three attempts in all; there is no separate count of retries (DESIGN section 3). */
const MAX_ATTEMPTS = 3;
const NORMAL_PRIORITY = 50;

export function createRuns(needs: { bus: Bus; events: EventLog }): Runs {
  const { bus } = needs;
  const takers = new Set<Taker>();
  const doings = new WeakMap<Tx['beforeCommit'], Doing>();
  const doingOf = (tx: Tx): Doing => {
    // Scopes copy a transaction but keep this function, so it stands for the transaction itself.
    const known = doings.get(tx.beforeCommit);
    if (known) return known;
    const doing: Doing = { rows: [], ids: [], others: false };
    doings.set(tx.beforeCommit, doing);
    tx.lastly(async () => {
      await flush(tx);
      await handOver(tx, doing);
    });
    return doing;
  };
  const flush = async (tx: Tx): Promise<void> => {
    const doing = doings.get(tx.beforeCommit);
    if (!doing) return;
    const { rows } = doing;
    doing.rows = [];
    await insertRuns(tx, rows);
  };
  /** To the workers here, in the transaction; what they leave is hinted when it is on disk. */
  const handOver = async (tx: Tx, { ids, others }: Due): Promise<void> => {
    let left = takers.size === 0;
    for (const taker of takers) left = !(await taker.take(tx, { ids, others })) || left;
    if (left && (ids.length > 0 || others)) tx.afterCommit(() => bus.hint('runs'));
  };
  const wakeWorkers = (tx: Tx): void => {
    doingOf(tx).others = true;
  };
  return {
    async enqueue(tx, runs) {
      if (runs.length === 0) return [];
      const rows = runs.map((run) => ({
        id: run.id ?? newId(),
        tenant_id: run.tenantId,
        kind: run.kind,
        task_id: run.taskId ?? null,
        agent_id: run.agentId ?? null,
        payload: JSON.stringify(run.payload ?? {}),
        priority: run.priority ?? NORMAL_PRIORITY,
        max_attempts: run.maxAttempts ?? MAX_ATTEMPTS,
        agent_limit: run.agentId ? (run.agentLimit ?? 0) : 0,
        timeout_ms: run.timeoutMs ?? 0,
        delay_ms: run.delayMs ?? 0,
      }));
      const doing = doingOf(tx);
      doing.rows.push(...rows);
      doing.ids.push(...rows.filter((row) => row.delay_ms === 0).map((row) => row.id));
      return rows.map((row) => row.id);
    },
    async control(tx, taskIds, control) {
      await flush(tx);
      await controlRuns(tx, taskIds, control);
      tx.afterCommit(() => bus.hint('control'));
    },
    async resume(tx, taskIds) {
      await flush(tx);
      await resumeRuns(tx, taskIds);
      wakeWorkers(tx);
    },
    async revive(tx, taskId) {
      await flush(tx);
      const count = await reviveRuns(tx, taskId);
      wakeWorkers(tx);
      return count;
    },
    async recall(tx, agentId) {
      await recallRuns(tx, agentId);
      wakeWorkers(tx);
    },
    async move(tx, taskId, agentId, agentLimit) {
      await flush(tx);
      await controlRuns(tx, [taskId], 'reassign');
      await moveRuns(tx, taskId, agentId, agentLimit);
      tx.afterCommit(() => bus.hint('control'));
      wakeWorkers(tx);
    },
    async holdAround(tx, taskId) {
      await flush(tx);
      await holdRunsAround(tx, taskId);
    },
    async hold(tx, runId) {
      await flush(tx);
      return (await holdOpenRun(tx, runId)) !== undefined;
    },
    async signal(tx, runId, name, value) {
      await flush(tx);
      const how = await signalRun(tx, runId, name, JSON.stringify(value ?? null));
      if (how === 'woken') doingOf(tx).ids.push(runId);
      return how !== false;
    },
    look: (tx) => void doingOf(tx),
    serve(taker) {
      takers.add(taker);
      return () => takers.delete(taker);
    },
  };
}
