import type { Bus } from '../bus/bus.ts';
import type { EventLog, Fact } from '../events/events.ts';
import { CadreError, toErrorRecord } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { Random } from '../kernel/random.ts';
import { releaseRun, selectRun } from '../store/runs.ts';
import type { RunRow } from '../store/schema.ts';
import { hasSignal, wakeRun } from '../store/signals.ts';
import type { Store } from '../store/transaction.ts';
import { LetGo, type LiveAttempt } from './attempt.ts';
import type { Committer } from './committer.ts';
import { type RetryBudget, type RetryPolicy, retryDelayMs } from './retry.ts';
import type { Handler } from './run.ts';

interface Needs {
  store: Store;
  bus: Bus;
  events: EventLog;
  log: Log;
  random: Random;
  handlers: Record<string, Handler>;
  committer: Committer;
  retry: RetryPolicy;
  budget: RetryBudget;
}

/** Every way an attempt can end without completing its run: it rests, is tried again, or is given up. */
export function createLetGo(needs: Needs): (attempt: LiveAttempt, reason: unknown) => Promise<void> {
  const { store, bus, events, log, random, handlers, committer, retry, budget } = needs;

  async function letGo({ row, unstored }: LiveAttempt, reason: unknown): Promise<void> {
    // What was done and could not be settled is not done again.
    const step = unstored();
    if (step) await committer.step(step);
    if (reason instanceof LetGo) return release(row, reason);
    if (reason instanceof CadreError && reason.code === 'run/fenced') return explainFence(row);
    const record = toErrorRecord(reason);
    // What cannot be done yet has not failed: no attempt is spent.
    const { postponeMs } = record.values;
    if (typeof postponeMs === 'number') return release(row, new LetGo({ postponeMs }));
    if (record.code === 'internal/error')
      log.error(
        {
          runId: row.id,
          kind: row.kind,
          error: record.message,
          stack: reason instanceof Error ? reason.stack : undefined,
        },
        'an attempt failed',
      );
    const last = row.attempts >= row.max_attempts;
    // What is not in the catalogue may pass (a lost connection); what is says so itself.
    const hopeless = record.code !== 'internal/error' && !record.retryable;
    if (last || hopeless) return giveUp(row, hopeless ? 'failed' : 'dead', record);
    const retryAfterMs = Number(record.values.retryAfterMs ?? 0);
    const delayMs = budget.spend() ? retryDelayMs(retry, row.attempts, random, retryAfterMs) : retry.capMs;
    await store.writeAll(async (tx) => {
      const owned = await releaseRun(tx, row.id, row.fence, {
        state: 'pending',
        delayMs,
        refund: false,
        error: JSON.stringify(record),
      });
      if (owned)
        await events.append(tx, [
          runFact('run.retried', row, { attempt: row.attempts, delayMs, error: record }),
        ]);
    });
    setTimeout(() => bus.hint('runs'), delayMs + 5).unref();
  }

  async function release(row: RunRow, { why }: LetGo): Promise<void> {
    if ('wait' in why) {
      const { wait, timeoutMs } = why;
      const isSignalled = await store.writeAll(async (tx) => {
        const rests = { state: 'waiting' as const, delayMs: timeoutMs, refund: true, wait };
        if (!(await releaseRun(tx, row.id, row.fence, rests))) return false;
        // The value may have come since the handler looked; the row is held now, so none is missed.
        return (await hasSignal(tx, row.id, wait)) && wakeRun(tx, row.id, wait, null);
      });
      if (isSignalled) bus.hint('runs');
      return;
    }
    if ('postponeMs' in why) {
      const delayMs = why.postponeMs;
      await store.writeAll((tx) =>
        releaseRun(tx, row.id, row.fence, { state: 'pending', delayMs, refund: true }),
      );
      setTimeout(() => bus.hint('runs'), delayMs + 5).unref();
      return;
    }
    // Paused only while that is still asked: what was resumed before it had let go goes on.
    const state = why.control === 'terminate' ? 'terminated' : 'pending';
    await store.writeAll((tx) => releaseRun(tx, row.id, row.fence, { state, delayMs: 0, refund: true }));
    if (state === 'pending') bus.hint('runs');
  }

  /** A write changed nothing: either another attempt owns the run, or a control arrived just before. */
  async function explainFence(row: RunRow): Promise<void> {
    const found = await store.readAll((tx) => selectRun(tx, row.id));
    if (found?.state === 'running' && found.fence === row.fence && found.control) {
      return release(row, new LetGo({ control: found.control as 'pause' | 'terminate' | 'reassign' })); // written by controlRuns
    }
    await store.writeAll((tx) =>
      events.append(tx, [
        runFact('run.fenced', row, {
          fence: row.fence,
          owner: found?.lease_owner ?? null,
          now: found?.fence ?? null,
        }),
      ]),
    );
  }

  async function giveUp(
    row: RunRow,
    state: 'failed' | 'dead',
    error: ReturnType<typeof toErrorRecord>,
  ): Promise<void> {
    await store.write(row.tenant_id, async (tx) => {
      const owned = await releaseRun(tx, row.id, row.fence, {
        state,
        delayMs: 0,
        refund: false,
        error: JSON.stringify(error),
      });
      if (!owned) return;
      if (state === 'dead')
        await events.append(tx, [runFact('run.dead', row, { attempts: row.attempts, error })]);
      await handlers[row.kind]?.giveUp?.(tx, {
        runId: row.id,
        kind: row.kind,
        tenantId: row.tenant_id,
        taskId: row.task_id,
        agentId: row.agent_id,
        attempts: row.attempts,
        state,
        error,
      });
    });
  }

  return letGo;
}

export function runFact(type: Fact['type'], row: RunRow, data: Record<string, unknown>): Fact {
  const payload: { rootId?: string } = JSON.parse(row.payload);
  return {
    tenantId: row.tenant_id,
    type,
    taskId: row.task_id,
    rootId: payload.rootId ?? row.task_id,
    agentId: row.agent_id,
    runId: row.id,
    data,
  };
}
