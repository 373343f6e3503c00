import { sql } from 'kysely';
import { selectOwnPlace } from './events.ts';
import { followBesides } from './followers.ts';
import { now } from './now.ts';
import type { PlanNodeRow, PlanWaitRow } from './schema.ts';
import { FINAL_STATUSES } from './tasks.ts';
import { among, oneOf, together } from './together.ts';
import type { TenantTx } from './transaction.ts';

export type NodeWrite = Omit<PlanNodeRow, 'tenant_id' | 'started_at' | 'ended_at'> & { isEnded: boolean };

/** A node, with the result of the task that did it: an output is kept once. */
export type ReadNodeRow = PlanNodeRow & { child_result: string | null };

/** The nodes that stand in some blocks of a task's plan, or all of them, in the order in which they began. */
export const selectNodes = (
  tx: TenantTx,
  taskId: string,
  blocks?: readonly string[],
): Promise<ReadNodeRow[]> => selectThem(tx, { taskId, blocks: blocks && [...blocks].sort() });

const selectThem = together(
  async (
    tx,
    asks: Array<{ taskId: string; blocks: readonly string[] | undefined }>,
  ): Promise<ReadNodeRow[][]> => {
    const found = new Map<string, ReadNodeRow[]>();
    const keyOf = (blocks: readonly string[] | undefined) => JSON.stringify(blocks ?? null);
    // Plans that go on together mostly look at the same blocks.
    for (const [key, alike] of Map.groupBy(asks, ({ blocks }) => keyOf(blocks))) {
      const blocks = JSON.parse(key) as string[] | null; // written just now
      const ids = alike.map(({ taskId }) => taskId);
      let query = tx.db
        .selectFrom('plan_node')
        .leftJoin('task', 'task.id', 'plan_node.child_id')
        .selectAll('plan_node')
        .select('task.result as child_result')
        .where('plan_node.tenant_id', '=', tx.tenantId)
        .where('plan_node.task_id', 'in', among(tx, ids))
        .orderBy('plan_node.started_at')
        .orderBy('plan_node.path');
      if (blocks !== null) query = query.where('plan_node.block', 'in', blocks);
      found.set(key, await query.execute());
    }
    return asks.map(({ taskId, blocks }) =>
      (found.get(keyOf(blocks)) ?? []).filter((row) => row.task_id === taskId),
    );
  },
);

/** The node whose work a task does. */
export const selectNodeOf = together(
  async (tx, childIds: string[]): Promise<Array<PlanNodeRow | undefined>> =>
    oneOf(
      await tx.db
        .selectFrom('plan_node')
        .selectAll()
        .where('tenant_id', '=', tx.tenantId)
        .where('child_id', 'in', among(tx, childIds))
        .execute(),
      childIds,
      (row) => row.child_id ?? '',
    ),
);

/** Adds nodes and changes those that are there. */
export async function putNodes(tx: TenantTx, nodes: readonly NodeWrite[]): Promise<void> {
  if (nodes.length > 0) await putThem(tx, nodes);
}

/** As one parameter: rows of a statement that is the same for any number of them are planned once. */
const WRITTEN = {
  task_id: 'text',
  path: 'text',
  block: 'text',
  kind: 'text',
  status: 'text',
  output: 'text',
  error: 'text',
  child_id: 'text',
  data: 'text',
  seq: 'bigint',
  is_ended: 'bigint',
} as const;

const putThem = together(async (tx, all: Array<readonly NodeWrite[]>): Promise<undefined[]> => {
  const rows = all.flat().map(({ isEnded, ...node }) => ({ ...node, is_ended: isEnded ? 1 : 0 }));
  // What is noted of a step after its end, that it was undone for instance, does not move its end.
  const write = sql`
    insert into plan_node (task_id, path, block, kind, status, output, error, child_id, data, seq, tenant_id,
      started_at, ended_at)
    select task_id, path, block, kind, status, output, error, child_id, data, seq, ${tx.tenantId}, ${now},
      case when is_ended = 1 then ${now} end
    from ${tx.differ.rowsOf(JSON.stringify(rows), WRITTEN)} as batch where true
    on conflict (task_id, path) do update set status = excluded.status, output = excluded.output,
      error = excluded.error, child_id = excluded.child_id, data = excluded.data, seq = excluded.seq,
      ended_at = case when excluded.ended_at is null then null
        else coalesce(plan_node.ended_at, excluded.ended_at) end`;
  tx.alongside(write.execute(tx.db));
  return all.map(() => undefined);
});

/** Forgets nodes, so that their steps begin anew. */
export async function deleteNodes(tx: TenantTx, taskId: string, paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  for (const table of ['plan_node', 'plan_wait', 'approval'] as const)
    await tx.db
      .deleteFrom(table)
      .where('tenant_id', '=', tx.tenantId)
      .where('task_id', '=', taskId)
      .where('path', 'in', paths)
      .execute();
}

/** Ends the nodes that a task left open when it ended from outside. */
export const closeNodes: (tx: TenantTx, taskId: string) => Promise<void> = together(async (tx, ids) => {
  const nodes = tx.db
    .updateTable('plan_node')
    .set({ status: 'terminated', ended_at: now })
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', 'in', among(tx, ids))
    .where('status', 'in', ['running', 'waiting']);
  const approvals = tx.db
    .updateTable('approval')
    .set({ status: 'withdrawn', decided_at: now })
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', 'in', among(tx, ids))
    .where('status', '=', 'pending');
  const waits = tx.db
    .deleteFrom('plan_wait')
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', 'in', among(tx, ids));
  for (const one of [nodes, approvals, waits]) tx.alongside(one.execute());
  return ids.map(() => undefined);
});

/** Adds a wait. One for events counts those behind this transaction; they are followed from now on. */
export async function insertWait(
  tx: TenantTx,
  wait: Omit<PlanWaitRow, 'tenant_id' | 'created_at' | 'outcome' | 'from_txid' | 'from_seq'>,
): Promise<void> {
  await tx.db
    .insertInto('plan_wait')
    .values({
      ...wait,
      tenant_id: tx.tenantId,
      outcome: null,
      from_txid: null,
      from_seq: null,
      created_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  if (wait.kind === 'time') return;
  await followBesides(tx);
  // Behind the events, which are written last: nothing of this transaction counts.
  const behindEvents = (action: () => Promise<void>) =>
    tx.lastly(async () => tx.lastly(async () => tx.lastly(action)));
  behindEvents(async () => {
    const { txid, seq } = await selectOwnPlace(tx);
    await tx.db
      .updateTable('plan_wait')
      .set({ from_txid: txid, from_seq: seq })
      .where('tenant_id', '=', tx.tenantId)
      .where('task_id', '=', wait.task_id)
      .where('path', '=', wait.path)
      .where('from_txid', 'is', null)
      .execute();
  });
}

export async function selectWait(
  tx: TenantTx,
  taskId: string,
  path: string,
): Promise<PlanWaitRow | undefined> {
  return tx.db
    .selectFrom('plan_wait')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', '=', taskId)
    .where('path', '=', path)
    .executeTakeFirst();
}

/** What plans of the tenant wait for: types of events, and topics. */
export async function selectAwaited(tx: TenantTx): Promise<Array<{ kind: 'event' | 'topic'; name: string }>> {
  const rows = await tx.db
    .selectFrom('plan_wait')
    .select(['kind', 'name'])
    .distinct()
    .where('tenant_id', '=', tx.tenantId)
    .where('kind', 'in', ['event', 'topic'])
    .where('outcome', 'is', null)
    .execute();
  return rows.map(({ kind, name }) => ({ kind: kind as 'event' | 'topic', name: name ?? '' })); // see the condition
}

/** Open waits for an event of this type or a message on this topic, oldest first. */
export async function selectWaitsFor(
  tx: TenantTx,
  kind: 'event' | 'topic',
  name: string,
): Promise<PlanWaitRow[]> {
  return tx.db
    .selectFrom('plan_wait')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('kind', '=', kind)
    .where('name', '=', name)
    .where('outcome', 'is', null)
    .orderBy('created_at')
    .orderBy('task_id')
    .orderBy('path')
    .execute();
}

/** Keeps what came for a wait; the first one stays. Answers whether it was open. */
export async function endWait(tx: TenantTx, taskId: string, path: string, outcome: string): Promise<boolean> {
  const result = await tx.db
    .updateTable('plan_wait')
    .set({ outcome })
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', '=', taskId)
    .where('path', '=', path)
    .where('outcome', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Changes what a step that is under way remembers. */
export async function updateNodeData(
  tx: TenantTx,
  { taskId, path }: { taskId: string; path: string },
  data: string,
): Promise<void> {
  await tx.db
    .updateTable('plan_node')
    .set({ data })
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', '=', taskId)
    .where('path', '=', path)
    .where('status', '=', 'waiting')
    .execute();
}

/** The node of a step by its path. */
export async function selectNodeAt(
  tx: TenantTx,
  taskId: string,
  path: string,
): Promise<PlanNodeRow | undefined> {
  return tx.db
    .selectFrom('plan_node')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('task_id', '=', taskId)
    .where('path', '=', path)
    .executeTakeFirst();
}

/** What has ended below a task whose plan has not taken it in: after a pause. */
export async function selectUntaken(
  tx: TenantTx,
  taskId: string,
): Promise<{ children: string[]; waits: string[]; approvals: string[] }> {
  const open = tx.db
    .selectFrom('plan_node')
    .where('plan_node.tenant_id', '=', tx.tenantId)
    .where('plan_node.task_id', '=', taskId)
    .where('plan_node.status', 'in', ['running', 'waiting']);
  const children = await open
    .innerJoin('task', 'task.id', 'plan_node.child_id')
    .where('task.status', 'in', FINAL_STATUSES)
    .select('task.id')
    .orderBy('task.completed_at')
    .execute();
  const waits = await open
    .innerJoin('plan_wait', (join) =>
      join
        .onRef('plan_wait.task_id', '=', 'plan_node.task_id')
        .onRef('plan_wait.path', '=', 'plan_node.path'),
    )
    .where('plan_wait.outcome', 'is not', null)
    .select('plan_node.path')
    .execute();
  const approvals = await open
    .innerJoin('approval', (join) =>
      join.onRef('approval.task_id', '=', 'plan_node.task_id').onRef('approval.path', '=', 'plan_node.path'),
    )
    .where('approval.status', '<>', 'pending')
    .select('plan_node.path')
    .execute();
  const paths = (rows: Array<{ path: string }>) => rows.map((row) => row.path);
  return { children: children.map((row) => row.id), waits: paths(waits), approvals: paths(approvals) };
}
