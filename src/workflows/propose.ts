import { CadreError } from '../platform/kernel/errors.ts';
import type { Caller } from '../platform/kernel/operation.ts';
import type { WorkflowRow } from '../platform/store/schema.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import {
  countTasksOf,
  deleteWorkflow,
  rejectVersion,
  selectStarters,
  selectVersion,
  selectWorkflow,
} from '../platform/store/workflows.ts';
import { diffOf, type WorkflowDiff } from './diff.ts';
import { holdWorkflow, type SaveNeeds } from './save.ts';
import { definitionAt } from './versions.ts';

/**
 * Says of a proposed version that it will not be; it stays to be read.
 * @throws CadreError `workflow/not-found`, `workflow/no-version`, `workflow/decided`
 */
export async function rejectWorkflow(
  tx: TenantTx,
  { events }: SaveNeeds,
  caller: Pick<Caller, 'actor'>,
  { id, version, reason }: { id: string; version: number; reason: string },
): Promise<WorkflowRow> {
  const row = await holdWorkflow(tx, id);
  const known = await selectVersion(tx, row.id, version);
  if (!known) throw new CadreError('workflow/no-version', { workflow: row.name, version });
  const verdict = { by: caller.actor.name, reason };
  if (!(await rejectVersion(tx, row.id, version, JSON.stringify(verdict))))
    throw new CadreError('workflow/decided', { workflow: row.name, version, status: known.status });
  await events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: 'workflow.rejected',
      data: { workflowId: row.id, name: row.name, version, ...verdict },
    },
  ]);
  return row;
}

/** What is different from one version to another; by default from the published to the last one. */
export async function diffWorkflow(
  tx: TenantTx,
  { id, from, to }: { id: string; from?: number | undefined; to?: number | undefined },
): Promise<WorkflowDiff & { name: string; from: number; to: number }> {
  const row = await selectWorkflow(tx, id);
  if (!row) throw new CadreError('workflow/not-found', { workflow: id });
  const [first, second] = [from ?? row.published ?? 1, to ?? row.latest];
  const read = async (version: number) => {
    const found = await selectVersion(tx, row.id, version);
    if (!found) throw new CadreError('workflow/no-version', { workflow: row.name, version });
    return { text: found.text, workflow: await definitionAt(tx, row.id, version) };
  };
  return { name: row.name, from: first, to: second, ...diffOf(await read(first), await read(second)) };
}

/** @throws CadreError `workflow/not-found`, `workflow/in-use` */
export async function removeWorkflow(
  tx: TenantTx,
  { events }: SaveNeeds,
  caller: Pick<Caller, 'actor'>,
  id: string,
): Promise<WorkflowRow> {
  const row = await holdWorkflow(tx, id);
  const tasks = await countTasksOf(tx, row.id);
  const starters = (await selectStarters(tx)).filter(({ task }) => starts(task, row));
  if (tasks > 0 || starters.length > 0) {
    const because = [
      ...(tasks > 0 ? [`${tasks} tasks followed it`] : []),
      ...starters.map(({ kind, name }) => `the ${kind} "${name}" starts it`),
    ].join(', ');
    throw new CadreError('workflow/in-use', { workflow: row.name, because });
  }
  await deleteWorkflow(tx, row.id);
  await events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: 'workflow.removed',
      data: { workflowId: row.id, name: row.name, by: caller.actor.name },
    },
  ]);
  return row;
}

/** Whether what a schedule or trigger submits follows the workflow, in any version. */
function starts(task: string, { id, name }: WorkflowRow): boolean {
  const { workflow }: { workflow?: string } = JSON.parse(task); // as schedules and triggers keep it
  return [id, name].includes(workflow?.split('@')[0] ?? '');
}
