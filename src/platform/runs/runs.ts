import type { Bus } from '../bus/bus.ts';
import type { EventLog } from '../events/events.ts';
import { newId } from '../kernel/ids.ts';
import {
  controlRuns,
  insertRuns,
  moveRuns,
  type NewRunRow,
  recallRuns,
  resumeRuns,
  reviveRuns,
  wakeRun,
} from '../store/runs.ts';
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
  /** Gives a waiting run the value it waits for. False when it does not wait on that name. */
  signal(tx: Tx, runId: string, name: string, value: unknown): Promise<boolean>;
}

/** Three attempts in all; there is no separate count of retries (DESIGN section 3). */
const MAX_ATTEMPTS = 3;
const NORMAL_PRIORITY = 50;

export function createRuns(needs: { bus: Bus; events: EventLog }): Runs {
  const { bus } = needs;
  /** Runs enqueued by a transaction under way: they go to the table together, just before its commit. */
  const collected = new WeakMap<Tx['beforeCommit'], NewRunRow[]>();
  const collect = (tx: Tx, rows: NewRunRow[]): void => {
    // Scopes copy a transaction but keep this function, so it stands for the transaction itself.
    const before = collected.get(tx.beforeCommit);
    if (before) {
      before.push(...rows);
      return;
    }
    collected.set(tx.beforeCommit, rows);
    tx.beforeCommit(() => flush(tx));
    wakeWorkers(tx);
  };
  const flush = async (tx: Tx): Promise<void> => {
    const rows = collected.get(tx.beforeCommit) ?? [];
    // Another room's last act may enqueue more; that is collected and written anew.
    collected.delete(tx.beforeCommit);
    await insertRuns(tx, rows);
  };
  const wakeWorkers = (tx: Tx) => tx.afterCommit(() => bus.hint('runs'));
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
      collect(tx, rows);
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
    async signal(tx, runId, name, value) {
      await flush(tx);
      const woken = await wakeRun(tx, runId, name, JSON.stringify(value ?? null));
      if (woken) wakeWorkers(tx);
      return woken;
    },
  };
}
