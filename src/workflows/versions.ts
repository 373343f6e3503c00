import { CadreError } from '../platform/kernel/errors.ts';
import type { Json } from '../platform/kernel/json.ts';
import type { TaskRow } from '../platform/store/schema.ts';
import { onceAtATime } from '../platform/store/together.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { selectVersion, selectWorkflow } from '../platform/store/workflows.ts';
import { kindOf, type Workflow, workflowSchema } from './language.ts';
import { everyStep } from './places.ts';
import { conforms } from './schema.ts';

/** A version of a workflow that a task keeps. */
export interface Pin {
  workflowId: string;
  name: string;
  version: number;
}

/** Which version each workflow that a plan calls has in it, by what the step says (`name` or `name@3`). */
export type Pins = Readonly<Record<string, Pin>>;

export interface Definition {
  workflow: Workflow;
  pins: Pins;
}

/** What a task that follows a workflow shows as its plan, and keeps to its end. */
export interface WorkflowPlan {
  rule: string;
  because: string;
  oneOperatorEnough: { enough: boolean; because: string };
  workflow: Pin;
  pins: Pins;
  /** The task whose results it took over, and the step from which it does the work anew. */
  forkedFrom?: { taskId: string; step: string };
  /** The steps of the workflow itself; those inside them are found in its definition. */
  steps: Array<{ name: string; goal: string; capability: string | null; dependsOn: string[]; kind: string }>;
}

/** The version of a workflow that new tasks follow, or the one named. @throws CadreError `workflow/…` */
export const resolve = onceAtATime(async (tx: TenantTx, reference: string): Promise<Pin> => {
  const [name = '', wanted] = reference.split('@');
  const workflow = await selectWorkflow(tx, name);
  if (!workflow) throw new CadreError('workflow/not-found', { workflow: name });
  if (workflow.status === 'paused') throw new CadreError('workflow/paused', { workflow: workflow.name });
  const version = wanted === undefined ? workflow.published : Number(wanted);
  if (version === null) throw new CadreError('workflow/not-published', { workflow: workflow.name });
  await load(tx, workflow.id, version, workflow.name);
  return { workflowId: workflow.id, name: workflow.name, version };
});

/** The same for a new task, whose input must fit. @throws CadreError `workflow/bad-input` besides */
export async function pinWorkflow(
  tx: TenantTx,
  reference: string,
  input: Record<string, Json>,
): Promise<Pin> {
  const pin = await resolve(tx, reference);
  await checkInput(tx, pin, input);
  return pin;
}

/** @throws CadreError `workflow/bad-input` when the input does not fit what the version says it takes */
export async function checkInput(tx: TenantTx, pin: Pin, input: Record<string, Json>): Promise<void> {
  const { workflow } = await load(tx, pin.workflowId, pin.version);
  const detail = workflow.input === undefined ? undefined : conforms(workflow.input, input);
  if (detail !== undefined) throw new CadreError('workflow/bad-input', { workflow: pin.name, detail });
}

/** Which version a step that calls a workflow gets. */
export function pinned(pins: Pins, reference: string): Pin {
  const pin = pins[reference];
  if (!pin) throw new CadreError('workflow/not-found', { workflow: reference });
  return pin;
}

/** The plan of a task, with the versions that it keeps. @throws CadreError `workflow/…` */
export const pinPlan = (tx: TenantTx, task: TaskRow): Promise<WorkflowPlan> => planOf(tx, task, {});

/** The same where some versions are known already. @throws CadreError `workflow/…` */
export async function planOf(tx: TenantTx, task: TaskRow, known: Pins): Promise<WorkflowPlan> {
  const { workflow } = await load(tx, task.workflow_id ?? '', task.workflow_version ?? 0);
  const pins: Record<string, Pin> = {};
  for (const { step } of everyStep(workflow.steps))
    if ('workflow' in step)
      pins[step.workflow] ??= known[step.workflow] ?? (await resolve(tx, step.workflow));
  const pin = {
    workflowId: task.workflow_id ?? '',
    name: workflow.name,
    version: task.workflow_version ?? 0,
  };
  return {
    rule: 'workflow',
    because: `It follows the workflow ${workflow.name}, version ${pin.version}.`,
    oneOperatorEnough: workflow.operator
      ? { enough: true, because: 'the workflow says that one operator carries out all its steps' }
      : { enough: false, because: 'the workflow says which steps there are' },
    workflow: pin,
    pins,
    steps: workflow.steps.map((step) => ({
      name: step.name,
      goal: 'goal' in step ? step.goal : (step.description ?? ''),
      capability: 'goal' in step ? (step.capability ?? null) : null,
      dependsOn: [...(step.needs ?? [])],
      kind: kindOf(step),
    })),
  };
}

/** The workflow that a task follows. */
export async function definitionOf(tx: TenantTx, task: TaskRow): Promise<Definition> {
  const { workflow } = await load(tx, task.workflow_id ?? '', task.workflow_version ?? 0);
  const plan: { pins?: Pins } = task.plan === null ? {} : JSON.parse(task.plan);
  return { workflow, pins: plan.pins ?? {} };
}

/** A version as it is carried out. @throws CadreError `workflow/no-version` */
export async function definitionAt(tx: TenantTx, workflowId: string, version: number): Promise<Workflow> {
  return (await load(tx, workflowId, version)).workflow;
}

/** Versions never change, so what was parsed is kept; the oldest goes first. */
const kept = new Map<string, Workflow>();
const KEPT = 200;

async function load(
  tx: TenantTx,
  workflowId: string,
  version: number,
  name = workflowId,
): Promise<{ workflow: Workflow }> {
  const key = `${tx.tenantId} ${workflowId}@${version}`;
  const known = kept.get(key);
  if (known) return { workflow: known };
  const row = await selectVersion(tx, workflowId, version);
  if (!row) throw new CadreError('workflow/no-version', { workflow: name, version });
  const workflow = workflowSchema.parse(JSON.parse(row.definition));
  kept.set(key, workflow);
  const oldest = kept.keys().next().value;
  if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
  return { workflow };
}
