import type { z } from 'zod';
import { priorityNumber, type prioritySchema } from '../messages/priority.ts';
import { type Cap, capName, capTask } from '../models/cap.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import type { Caller } from '../platform/kernel/operation.ts';
import { selectControl } from '../platform/store/control.ts';
import type { TaskRow } from '../platform/store/schema.ts';
import {
  changePriority,
  FINAL_STATUSES,
  holdTask,
  selectOpenTree,
  selectTask,
} from '../platform/store/tasks.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { makeCheckpoint } from './checkpoint.ts';
import { measureResources, type Resources } from './resources.ts';
import type { TaskNeeds } from './submit.ts';
import { changesOf, checkWishes, keepWishes, toWishes, type Wishes, wishesIn } from './wishes.ts';

/** What one changes of an open task. */
export interface TaskChange extends Wishes {
  priority?: z.output<typeof prioritySchema> | undefined;
  /** Also for a task that its budget has stopped: it can be tried again then. */
  budget?: Cap | undefined;
}

/**
 * Changes the priority of a task and of its waiting steps, and how its whole goal is worked on from the next boundary
 * on. Another model makes a safety checkpoint first; what is so already changes nothing and leaves no trace.
 * @throws CadreError `task/not-found`, `task/wrong-state`, `control/unknown-model`, `control/mode-owner-only`
 */
export async function changeTask(
  needs: TaskNeeds,
  caller: Caller,
  id: string,
  change: TaskChange,
): Promise<void> {
  const resources = measureResources();
  await needs.store.write(caller.tenantId, (tx) => changeIn(tx, needs, caller, { id, change, resources }));
}

/** The same in the transaction of another verb; answers what changed. */
export async function changeIn(
  tx: TenantTx,
  needs: Omit<TaskNeeds, 'store'>,
  caller: Caller,
  { id, change, resources }: { id: string; change: TaskChange; resources: Resources },
): Promise<Record<string, unknown>> {
  const task = await selectTask(tx, id);
  if (!task) throw new CadreError('task/not-found', { id });
  const { budget, ...others } = change;
  const isStopped = task.stop_reason === 'budget' && Object.values(others).every((one) => one === undefined);
  if (FINAL_STATUSES.includes(task.status) && !(budget && isStopped))
    throw new CadreError('task/wrong-state', { status: task.status, action: 'changed' });
  const wishes = wishesIn(change);
  const changed: Record<string, unknown> = wishes
    ? await changeWishes(tx, needs, caller, { task, wishes, resources })
    : {};
  if (change.priority !== undefined) {
    const priority = priorityNumber(change.priority);
    const open = await selectOpenTree(tx, id);
    await changePriority(
      tx,
      open.map((row) => row.id),
      priority,
    );
    changed.priority = priority;
  }
  if (budget) {
    await capTask(tx, { taskId: id, name: capName.task(id), by: caller.actor.name }, budget);
    changed.budget = budget;
  }
  if (Object.keys(changed).length > 0)
    await needs.events.append(tx, [
      {
        tenantId: tx.tenantId,
        type: 'task.changed',
        taskId: id,
        rootId: task.root_id,
        data: { ...changed, by: caller.actor.name },
      },
    ]);
  return changed;
}

async function changeWishes(
  tx: TenantTx,
  needs: Omit<TaskNeeds, 'store'>,
  caller: Caller,
  { task, wishes, resources }: { task: TaskRow; wishes: Wishes; resources: Resources },
): Promise<Record<string, unknown>> {
  await checkWishes(tx, wishes, caller.role);
  const root = await holdTask(tx, task.root_id); // those who change the same goal take turns
  if (!root) throw new CadreError('task/not-found', { id: task.root_id });
  const before = toWishes(await selectControl(tx, root.id));
  const changes: Record<string, unknown> = changesOf(before, wishes);
  if (Object.keys(changes).length === 0) return {};
  if (changes.model !== undefined) {
    const by = caller.actor.name;
    changes.checkpointId = await makeCheckpoint(tx, needs, root, { reason: 'safety', by, resources });
    changes.modelBefore = before.model;
  }
  await keepWishes(tx, root.id, wishes);
  return changes;
}
