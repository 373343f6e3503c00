import type { EventLog } from '../platform/events/events.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import type { Caller } from '../platform/kernel/operation.ts';
import { putNodes, selectNodes } from '../platform/store/plans.ts';
import type { TaskRow } from '../platform/store/schema.ts';
import { holdTask, selectTaskByKey, updateOpenTask } from '../platform/store/tasks.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { type SubmitNeeds, submitIn } from '../tasks/submit.ts';
import { type Submission, submitSchema } from '../tasks/task.ts';
import type { PlanNode } from './node.ts';
import { reopen } from './reopen.ts';
import { toNode, toRow } from './table.ts';
import { definitionOf, type WorkflowPlan } from './versions.ts';

/** What a fork is made of. */
export interface Fork {
  id: string;
  /** Path of the step from which the work is done anew. */
  from: string;
  /** Instead of the input of the other task. */
  input?: Submission['input'] | undefined;
}

/**
 * Makes a task that takes over what another one had done and begins at a step: same version, same versions of what it
 * calls. What was taken over does not happen again, and is not undone when the new task fails: it is the other task's.
 * @throws CadreError `task/not-found`, `workflow/no-plan`, `workflow/no-such-step`, `workflow/not-begun`
 */
export async function forkTask(needs: SubmitNeeds, caller: Caller, fork: Fork): Promise<string> {
  const { idempotencyKey } = caller;
  return needs.store.write(caller.tenantId, async (tx) => {
    const first = idempotencyKey ? await selectTaskByKey(tx, idempotencyKey) : undefined;
    return first?.id ?? forkIn(tx, needs, caller, fork);
  });
}

async function forkIn(
  tx: TenantTx,
  needs: SubmitNeeds,
  caller: Caller,
  { id, from, input }: Fork,
): Promise<string> {
  const source = await holdTask(tx, id);
  if (!source) throw new CadreError('task/not-found', { id });
  if (source.workflow_id === null || source.plan === null)
    throw new CadreError('workflow/no-plan', { id, detail: 'it follows no workflow, or has not begun' });
  const { workflow } = await definitionOf(tx, source);
  const { nodes } = reopen(workflow, (await selectNodes(tx, id)).map(toNode), { from });
  const plan: WorkflowPlan = JSON.parse(source.plan);
  const newId = await submitIn(tx, needs, submissionOf(source, plan, input), {
    createdBy: `${caller.actor.kind}:${caller.actor.id}`,
    idempotencyKey: caller.idempotencyKey ?? null,
  });
  await updateOpenTask(
    tx,
    newId,
    { plan: JSON.stringify({ ...plan, forkedFrom: { taskId: id, step: from } } satisfies WorkflowPlan) },
    ['pending'],
  );
  await putNodes(
    tx,
    nodes.map((node) => toRow(newId, takenOver(node), new Map())),
  );
  await tell(tx, needs.events, caller, { id: newId, source: id, step: from });
  return newId;
}

function submissionOf(source: TaskRow, plan: WorkflowPlan, input: Fork['input']): Submission {
  return submitSchema.parse({
    goal: source.goal,
    type: source.type,
    input: input ?? JSON.parse(source.input),
    files: JSON.parse(source.files),
    priority: source.priority,
    workflow: `${plan.workflow.name}@${source.workflow_version}`,
  });
}

/** The task that did the step belongs to the other one, and is undone by it alone. */
function takenOver(node: PlanNode): PlanNode {
  const isDone = node.kind === 'goal' && node.status === 'completed';
  return { ...node, data: isDone ? { ...node.data, isCopied: true } : node.data };
}

async function tell(
  tx: TenantTx,
  events: EventLog,
  caller: Caller,
  { id, source, step }: { id: string; source: string; step: string },
): Promise<void> {
  await events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: 'task.forked',
      taskId: id,
      rootId: id,
      data: { from: source, step, by: caller.actor.name },
    },
  ]);
}
