import type { Bus } from '../bus/bus.ts';
import type { EventLog } from '../events/events.ts';
import { CadreError, toErrorRecord } from '../kernel/errors.ts';
import { releaseRun, selectExpired } from '../store/runs.ts';
import type { RunRow } from '../store/schema.ts';
import { selectRested, wakeRun } from '../store/signals.ts';
import type { Store, TenantTx, Tx } from '../store/transaction.ts';
import type { Handler } from './run.ts';

const BATCH = 500;

/**
 * Housekeeping that any worker does: runs whose lease ended go back to pending for the next worker, waiting runs
 * whose time is up wake. A crash uses up the attempt only when the attempt stored no new step, so that a storm of
 * kills never gives up healthy work, and a run that always kills its worker still ends as dead.
 * `alone`: no other process exists, so every lease of another name is a leftover, whatever its time.
 */
export async function sweep(
  needs: { store: Store; events: EventLog; bus: Bus; handlers: Record<string, Handler> },
  options: { name: string; alone: boolean },
): Promise<void> {
  const { store, events, bus, handlers } = needs;
  let found = 0;
  do {
    found = await store.writeAll(async (tx) => {
      const expired = await selectExpired(tx, BATCH, options.alone ? options.name : undefined);
      for (const row of expired) await takeBack(tx, row);
      return expired.length;
    });
    if (found > 0) bus.hint('runs');
  } while (found === BATCH);

  const rested = await store.readAll((tx) => selectRested(tx, BATCH));
  if (rested.length > 0) {
    await store.writeAll(async (tx) => {
      for (const row of rested) await wakeRun(tx, row.id, row.wait ?? '', null);
    });
    bus.hint('runs');
  }

  async function takeBack(tx: Tx, row: RunRow & { progress: number }): Promise<void> {
    const progress = Number(row.progress) > 0;
    const fact = {
      tenantId: row.tenant_id,
      taskId: row.task_id,
      agentId: row.agent_id,
      runId: row.id,
      rootId: rootOf(row),
    };
    if (row.control === 'terminate' || row.control === 'pause') {
      const state = row.control === 'terminate' ? 'terminated' : 'paused';
      await releaseRun(tx, row.id, row.fence, { state, stateBefore: 'pending', delayMs: 0, refund: true });
      return;
    }
    if (!progress && row.attempts >= row.max_attempts) {
      const error = toErrorRecord(new CadreError('run/crashed', { attempts: row.attempts }));
      await releaseRun(tx, row.id, row.fence, {
        state: 'dead',
        delayMs: 0,
        refund: false,
        error: JSON.stringify(error),
      });
      await events.append(tx, [{ ...fact, type: 'run.dead', data: { attempts: row.attempts, error } }]);
      const scoped: TenantTx = { ...tx, tenantId: row.tenant_id };
      await handlers[row.kind]?.giveUp?.(scoped, {
        runId: row.id,
        kind: row.kind,
        tenantId: row.tenant_id,
        taskId: row.task_id,
        agentId: row.agent_id,
        attempts: row.attempts,
        state: 'dead',
        error,
      });
      return;
    }
    await releaseRun(tx, row.id, row.fence, { state: 'pending', delayMs: 0, refund: progress });
    await events.append(tx, [
      { ...fact, type: 'run.lease-expired', data: { owner: row.lease_owner, fence: row.fence, progress } },
    ]);
  }
}

function rootOf(row: RunRow): string | null {
  const payload: { rootId?: string } = JSON.parse(row.payload);
  return payload.rootId ?? row.task_id;
}
