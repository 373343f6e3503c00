import { sql } from 'kysely';
import { now } from './now.ts';
import type { TenantTx } from './transaction.ts';

/**
 * Asks something of the open runs of tasks. Runs that nobody carries out change at once; a running one gets the
 * control and obeys at its next step boundary. Compare-and-set: what has ended stays ended.
 */
export async function controlRuns(
  tx: TenantTx,
  taskIds: string[],
  control: 'pause' | 'terminate' | 'reassign',
): Promise<void> {
  if (taskIds.length === 0) return;
  const open = tx.db.updateTable('run').where('tenant_id', '=', tx.tenantId).where('task_id', 'in', taskIds);
  await open.set({ control, updated_at: now }).where('state', '=', 'running').execute();
  if (control === 'reassign') return;
  const state = control === 'pause' ? 'paused' : 'terminated';
  const from = control === 'pause' ? ['pending', 'waiting'] : ['pending', 'waiting', 'paused'];
  await open
    .set({ state, state_before: sql<string>`state`, updated_at: now })
    .where('state', 'in', from)
    .execute();
}

/** Takes back a pause: paused runs go where they were, and a pause not yet obeyed is forgotten. */
export async function resumeRuns(tx: TenantTx, taskIds: string[]): Promise<void> {
  if (taskIds.length === 0) return;
  const open = tx.db.updateTable('run').where('tenant_id', '=', tx.tenantId).where('task_id', 'in', taskIds);
  await open
    .set({ control: null, updated_at: now })
    .where('state', '=', 'running')
    .where('control', '=', 'pause')
    .execute();
  await open
    .set({ state: sql<string>`coalesce(state_before, 'pending')`, state_before: null, updated_at: now })
    .where('state', '=', 'paused')
    .execute();
  // What was signalled meanwhile was kept: those that wait for it go on.
  await open
    .set({ state: 'pending', due_at: now, wait: null, agent_limit: 0, updated_at: now })
    .where('state', '=', 'waiting')
    .where(
      sql<boolean>`exists (select 1 from step where step.run_id = run.id and step.name = 'wait:' || run.wait)`,
    )
    .execute();
}
