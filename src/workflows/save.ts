import { canonicalJson } from '../messages/canonical.ts';
import type { EventLog } from '../platform/events/events.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import type { Json } from '../platform/kernel/json.ts';
import type { Caller } from '../platform/kernel/operation.ts';
import { sha256 } from '../platform/kernel/random.ts';
import type { WorkflowRow } from '../platform/store/schema.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import {
  insertVersion,
  insertWorkflow,
  publishVersion,
  selectVersion,
  selectVersions,
  selectWorkflow,
  updateWorkflow,
} from '../platform/store/workflows.ts';
import { readWorkflow } from './read.ts';

export interface SaveNeeds {
  events: EventLog;
}

/** A version that was kept, or that was there already. */
export interface Saved {
  workflowId: string;
  name: string;
  version: number;
  /** False when the same content is a version already: nothing was added. */
  isNew: boolean;
}

/**
 * Keeps a workflow as its next version: versions never change. Equal content is the version that it was. It is proposed
 * until it is published. @throws CadreError `workflow/invalid` with the first problem and its place
 */
export async function saveWorkflow(
  tx: TenantTx,
  { events }: SaveNeeds,
  caller: Pick<Caller, 'actor'>,
  { text, reason, evidence }: { text: string; reason?: string | undefined; evidence?: Json | undefined },
): Promise<Saved> {
  const { workflow, problems } = readWorkflow(text);
  const [first] = problems;
  if (!workflow || first) {
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
    const detail = first
      ? `line ${first.line}, column ${first.column}: ${first.message}${more}`
      : 'it is empty';
    throw new CadreError('workflow/invalid', { detail });
  }
  const definition = JSON.stringify(workflow);
  const hash = sha256(canonicalJson(workflow));
  const createdBy = `${caller.actor.kind}:${caller.actor.id}`;
  const tags = JSON.stringify(workflow.tags ?? []);
  await insertWorkflow(tx, { id: newId(), name: workflow.name, tags, created_by: createdBy });
  const row = await holdWorkflow(tx, workflow.name);
  const known = (await selectVersions(tx, row.id)).find((version) => version.hash === hash);
  const saved = { workflowId: row.id, name: row.name };
  if (known) return { ...saved, version: known.version, isNew: false };
  const version = row.latest + 1;
  await insertVersion(tx, {
    workflow_id: row.id,
    version,
    status: 'proposed',
    text,
    definition,
    hash,
    reason: reason ?? null,
    evidence: evidence === undefined ? null : JSON.stringify(evidence),
    created_by: createdBy,
  });
  await updateWorkflow(tx, row.id, { latest: version, tags });
  await events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: 'workflow.saved',
      data: { ...saved, version, by: caller.actor.name, ...(reason !== undefined && { reason }) },
    },
  ]);
  return { ...saved, version, isNew: true };
}

/** By id or name, held until the commit. @throws CadreError `workflow/not-found` */
export async function holdWorkflow(tx: TenantTx, idOrName: string): Promise<WorkflowRow> {
  const row = await selectWorkflow(tx, idOrName, true);
  if (!row) throw new CadreError('workflow/not-found', { workflow: idOrName });
  return row;
}

/** Makes a version the one that new tasks follow. @throws CadreError `workflow/not-found`, `workflow/no-version` */
export async function publishWorkflow(
  tx: TenantTx,
  { events }: SaveNeeds,
  caller: Pick<Caller, 'actor'>,
  { id, version }: { id: string; version?: number | undefined },
): Promise<{ row: WorkflowRow; version: number }> {
  const row = await holdWorkflow(tx, id);
  const wanted = version ?? row.latest;
  if (!(await selectVersion(tx, row.id, wanted)))
    throw new CadreError('workflow/no-version', { workflow: row.name, version: wanted });
  if (row.published !== wanted) {
    await publishVersion(tx, row.id, wanted);
    await events.append(tx, [
      {
        tenantId: tx.tenantId,
        type: 'workflow.published',
        data: {
          workflowId: row.id,
          name: row.name,
          version: wanted,
          before: row.published,
          by: caller.actor.name,
        },
      },
    ]);
  }
  return { row: { ...row, published: wanted }, version: wanted };
}
