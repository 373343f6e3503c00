import type { EventLog } from '../platform/events/events.ts';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import type { Caller } from '../platform/kernel/operation.ts';
import { selectNodes } from '../platform/store/plans.ts';
import type { TaskRow, WorkflowRow } from '../platform/store/schema.ts';
import { FINAL_STATUSES, holdTask, selectTask, updateOpenTask } from '../platform/store/tasks.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { selectInFlight } from '../platform/store/workflows.ts';
import type { PlanDriver } from './driver.ts';
import { obstacleTo } from './migrate.ts';
import { openBlocks } from './open-blocks.ts';
import { toNode } from './table.ts';
import { definitionAt, definitionOf, planOf, type WorkflowPlan } from './versions.ts';

/** A task under way, with what a move to another version would do to it. */
export interface InFlight {
  id: string;
  goal: string;
  status: string;
  version: number;
  createdAt: string;
  canMigrate: boolean;
  /** Why it cannot. */
  obstacle: string | null;
}

/** Tasks under way that follow other versions of a workflow than this one, oldest first. */
export async function inFlightFor(tx: TenantTx, row: WorkflowRow, version: number): Promise<InFlight[]> {
  const found: InFlight[] = [];
  for (const { created_at, ...task } of await selectInFlight(tx, row.id)) {
    if (task.version === version) continue;
    const obstacle = (await obstacleOf(tx, await selectTask(tx, task.id), version)) ?? null;
    found.push({ ...task, createdAt: toRfc3339(created_at), canMigrate: obstacle === null, obstacle });
  }
  return found;
}

async function obstacleOf(
  tx: TenantTx,
  task: TaskRow | undefined,
  version: number,
): Promise<string | undefined> {
  if (!task || FINAL_STATUSES.includes(task.status)) return 'it has ended';
  // One that has not begun yet only needs to be told.
  if (task.plan === null) return undefined;
  const before = await definitionOf(tx, task);
  const after = await definitionAt(tx, task.workflow_id ?? '', version);
  return obstacleTo(before.workflow, after, (await selectNodes(tx, task.id)).map(toNode));
}

export interface MigrateNeeds {
  store: Store;
  events: EventLog;
  plans: PlanDriver;
}

/**
 * Moves one task to another version in a transaction of its own, and has it begin what is new. Answers why it stays
 * where it is, if it does: tasks move one by one, so a crash in between leaves each on one version or the other.
 */
export async function migrateTask(
  { store, events, plans }: MigrateNeeds,
  caller: Caller,
  { id, version }: { id: string; version: number },
): Promise<string | undefined> {
  return store.write(caller.tenantId, async (tx) => {
    const task = await holdTask(tx, id);
    if (!task) throw new CadreError('task/not-found', { id });
    if (task.workflow_version === version) return undefined;
    const obstacle = await obstacleOf(tx, task, version);
    if (obstacle !== undefined) return obstacle;
    const moved = { ...task, workflow_version: version };
    const plan = task.plan === null ? null : await planAfter(tx, moved, JSON.parse(task.plan));
    const changes = { workflow_version: version, plan: plan && JSON.stringify(plan) };
    await updateOpenTask(tx, id, changes, [task.status]);
    await events.append(tx, [
      {
        tenantId: tx.tenantId,
        type: 'task.migrated',
        taskId: id,
        rootId: task.root_id,
        data: { from: task.workflow_version, to: version, by: caller.actor.name },
      },
    ]);
    if (plan) {
      const workflow = await definitionAt(tx, task.workflow_id ?? '', version);
      const nodes = (await selectNodes(tx, id)).map(toNode);
      await plans.take(tx, id, { look: openBlocks(workflow, nodes) });
    }
    return undefined;
  });
}

/** Workflows that it called already stay the versions that they were. */
async function planAfter(tx: TenantTx, task: TaskRow, before: WorkflowPlan): Promise<WorkflowPlan> {
  const plan = await planOf(tx, task, before.pins);
  return { ...plan, ...(before.forkedFrom && { forkedFrom: before.forkedFrom }) };
}
