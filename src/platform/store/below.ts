import { type RawBuilder, sql } from 'kysely';
import type { TaskRow } from './schema.ts';
import type { TenantTx } from './transaction.ts';

/** A task, and the goal that it is a part of. */
export type TreeTop = Pick<TaskRow, 'id' | 'root_id'>;

/** Ids of a task and of everything below it, for `in`; joined to them, SQLite would read every task. */
export const treeOf = (tx: TenantTx, id: string): RawBuilder<unknown> => sql`(
  with recursive tree(id) as (
    select id from task where tenant_id = ${tx.tenantId} and id = ${id}
    union all select task.id from task join tree on task.parent_id = tree.id
  ) select id from tree)`;

/**
 * That a row is of a task or of what is below it. All below a goal names it as its root; of a part the tree is followed.
 * @param column where the row says its task
 */
export const isBelow = (
  tx: TenantTx,
  { id, root_id }: TreeTop,
  column: 'id' | 'task_id' = 'task_id',
): RawBuilder<boolean> =>
  id === root_id
    ? sql`root_id = (select id from task where tenant_id = ${tx.tenantId} and id = ${id})`
    : sql`${sql.ref(column)} in ${treeOf(tx, id)}`;
