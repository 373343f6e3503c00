import { toRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError, toErrorRecord } from '../platform/kernel/errors.ts';
import { selectOverdue, selectTask } from '../platform/store/tasks.ts';
import { endTree } from '../tasks/control.ts';
import type { TaskEnd } from '../tasks/settle.ts';
import { keptIn } from './conclude.ts';
import type { ChiefNeeds } from './plan.ts';
import { endWithKept } from './review/decide.ts';

const PER_ROUND = 100;

/**
 * Ends the tasks whose deadline has passed by the database's clock, with everything below them: those above first, so
 * that none of them fails only because a step of it did.
 */
export async function endOverdue(needs: ChiefNeeds): Promise<void> {
  const overdue = await needs.store.readAll((tx) => selectOverdue(tx, PER_ROUND));
  for (const { id, tenant_id, deadline } of overdue) {
    await needs.store.write(tenant_id, async (tx) => {
      const task = await selectTask(tx, id);
      if (!task) return;
      const error = new CadreError('task/deadline', { deadline: toRfc3339(Number(deadline)) });
      const end: TaskEnd = {
        status: 'failed',
        stopReason: 'deadline',
        stopSentence: error.message,
        error: toErrorRecord(error),
      };
      const kept = keptIn(task);
      // It was done in time; what was to make it better was not.
      const own = kept && endWithKept(kept, 'The deadline passed before that was done.');
      await endTree(tx, needs, task, end, own);
    });
  }
}
