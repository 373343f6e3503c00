import { selectOverdue, selectTask } from '../platform/store/tasks.ts';
import { endTree } from '../tasks/control.ts';
import type { TaskEnd } from '../tasks/settle.ts';
import { keptIn } from './conclude.ts';
import type { ChiefNeeds } from './plan.ts';
import { endWithKept } from './review/decide.ts';

const PER_ROUND = 100;

/** Ends the tasks whose deadline has passed by the database's clock, with everything below them. */
export async function endOverdue(needs: ChiefNeeds): Promise<void> {
  const overdue = await needs.store.readAll((tx) => selectOverdue(tx, PER_ROUND));
  for (const { id, tenant_id } of overdue) {
    await needs.store.write(tenant_id, async (tx) => {
      const task = await selectTask(tx, id);
      if (!task) return;
      const end: TaskEnd = {
        status: 'failed',
        stopReason: 'deadline',
        stopSentence: 'Its deadline passed before it was done.',
      };
      const kept = keptIn(task);
      // It was done in time; what was to make it better was not.
      const own = kept && endWithKept(kept, 'The deadline passed before that was done.');
      await endTree(tx, needs, task, end, own);
    });
  }
}
