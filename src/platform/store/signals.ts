import { sql } from 'kysely';
import { fixed } from './fixed.ts';
import { now } from './now.ts';
import type { RunRow } from './schema.ts';
import type { TenantTx, Tx } from './transaction.ts';

/** Waiting runs whose time is up. */
export async function selectRested(tx: Tx, limit: number): Promise<RunRow[]> {
  return tx.db
    .selectFrom('run')
    .selectAll()
    .where('state', '=', fixed('waiting'))
    .where('due_at', '<=', now)
    .limit(limit)
    .execute();
}

/** Wakes a waiting run with a value, stored as the step it waits on. False when it does not wait on that name. */
export async function wakeRun(tx: Tx, runId: string, name: string, value: string | null): Promise<boolean> {
  const woken = await tx.db
    .updateTable('run')
    // It kept its place at its agent while it waited; now it needs none, and must not queue for one.
    .set({ state: 'pending', due_at: now, wait: null, agent_limit: 0, updated_at: now })
    .where('id', '=', runId)
    .where('state', '=', 'waiting')
    .where('wait', '=', name)
    .returning('tenant_id')
    .executeTakeFirst();
  if (!woken) return false;
  await keepSignal(tx, { runId, tenantId: woken.tenant_id, name, value });
  return true;
}

/**
 * Keeps a value for a run until it waits for it, or wakes the run that does; false when the run has ended. The row
 * is held first, so that a run that is just going to wait finds the value (`hasSignal`).
 */
export async function signalRun(
  tx: Tx,
  runId: string,
  name: string,
  value: string | null,
): Promise<'woken' | 'kept' | false> {
  const open = await holdOpenRun(tx, runId);
  if (!open) return false;
  if (await wakeRun(tx, runId, name, value)) return 'woken';
  await keepSignal(tx, { runId, tenantId: open.tenant_id, name, value });
  return 'kept';
}

/** Holds a run that has not ended until the commit; undefined when it has. */
export async function holdOpenRun(tx: Tx, runId: string): Promise<{ tenant_id: string } | undefined> {
  const { rows } = await sql<{ tenant_id: string }>`
    select tenant_id from run where id = ${runId} and state in ('pending', 'running', 'waiting', 'paused')
      ${tx.differ.lockForUpdate()}`.execute(tx.db);
  return rows[0];
}

/**
 * Holds the open runs of a task and of all in its plan until the commit: before their tasks, as an attempt that settles
 * one of them does.
 */
export async function holdRunsAround(tx: TenantTx, taskId: string): Promise<void> {
  if (!tx.differ.hasRowLocks) return;
  await sql`
    select id from run where tenant_id = ${tx.tenantId} and state in ('pending', 'running', 'waiting', 'paused')
      and task_id in (select id from task where tenant_id = ${tx.tenantId}
        and root_id = (select root_id from task where tenant_id = ${tx.tenantId} and id = ${taskId}))
    order by id for update`.execute(tx.db);
}

/** The value is a step of no attempt (fence 0): it counts as nobody's progress. The first one stays. */
async function keepSignal(
  tx: Tx,
  signal: { runId: string; tenantId: string; name: string; value: string | null },
): Promise<void> {
  await tx.db
    .insertInto('step')
    .values({
      run_id: signal.runId,
      name: `wait:${signal.name}`,
      tenant_id: signal.tenantId,
      fence: 0,
      result: signal.value,
      created_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** True when a run has been given what it waits for. */
export async function hasSignal(tx: Tx, runId: string, name: string): Promise<boolean> {
  const row = await tx.db
    .selectFrom('step')
    .select('name')
    .where('run_id', '=', runId)
    .where('name', '=', `wait:${name}`)
    .executeTakeFirst();
  return row !== undefined;
}
