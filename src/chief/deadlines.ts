import { selectOverdue, selectTask } from '../platform/store/tasks.ts';
import { endTree } from '../tasks/control.ts';
import type { ChiefNeeds } from './plan.ts';

const PER_ROUND = 100;

/** Ends the tasks whose deadline has passed by the database's clock, with everything below them. */
export async function endOverdue(needs: ChiefNeeds): Promise<void> {
  const overdue = await needs.store.readAll((tx) => selectOverdue(tx, PER_ROUND));
  for (const { id, tenant_id } of overdue) {
    await needs.store.write(tenant_id, async (tx) => {
      const task = await selectTask(tx, id);
      if (!task) return;
      await endTree(tx, needs, task, {
        status: 'failed',
        stopReason: 'deadline',
        stopSentence: 'Its deadline passed before it was done.',
      });
    });
  }
}
