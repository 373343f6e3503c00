import { dropFailed } from '../operator/skills/drop.ts';
import type { Result, Verification } from '../operator/skills/skill.ts';
import { giveUpTask } from '../operator/work.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import type { Handler } from '../platform/runs/run.ts';
import type { TaskRow } from '../platform/store/schema.ts';
import { selectSubtasks, selectTask } from '../platform/store/tasks.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import type { Plan } from '../tasks/plan.ts';
import { settleTask, type TaskEnd } from '../tasks/settle.ts';
import type { ChiefNeeds } from './plan.ts';

/**
 * The chief concludes when the last step has settled: takes the result of the result step, drops what the verifier
 * refused and says so, and settles the task by the same verb that settled its steps.
 */
export function chiefConclude(needs: ChiefNeeds): Handler {
  return {
    async work(attempt) {
      const taskId = attempt.taskId ?? '';
      const end = await needs.store.read(attempt.tenantId, (tx) => conclude(tx, taskId));
      return {
        commit: async (tx) => {
          await settleTask(tx, needs, taskId, end);
        },
      };
    },
    giveUp: (tx, failure) => giveUpTask(tx, needs, failure),
  };
}

async function conclude(tx: TenantTx, taskId: string): Promise<TaskEnd> {
  const task = await selectTask(tx, taskId);
  if (!task?.plan) throw new CadreError('task/not-found', { id: taskId });
  const plan: Plan = JSON.parse(task.plan);
  return aggregate(plan, await selectSubtasks(tx, taskId));
}

/**
 * FEATURES WF-4 with our words: completed when the result step did; `partial` when other steps failed; failed when
 * there is no result. Pure.
 */
export function aggregate(plan: Plan, steps: TaskRow[]): TaskEnd {
  const result = steps.find((step) => step.step_name === plan.resultStep);
  const failed = steps.filter((step) => step.status !== 'completed');
  if (result?.status !== 'completed' || result.result === null) {
    const cause = failed.find((step) => step.stop_reason !== 'dependency-failed') ?? failed[0];
    return {
      status: 'failed',
      stopReason:
        cause?.stop_reason === 'timeout' || cause?.stop_reason === 'dead-letter'
          ? cause.stop_reason
          : 'failed',
      stopSentence: `The step "${cause?.step_name ?? plan.resultStep}" did not complete: ${cause?.stop_sentence ?? 'it has no result'}`,
      ...(cause?.error && { error: JSON.parse(cause.error) }),
    };
  }
  const done = steps.length - failed.length;
  const verifying = steps.find((step) => step.step_name === plan.verifyStep && step.status === 'completed');
  const verification: Verification | undefined = verifying?.result
    ? JSON.parse(verifying.result).output
    : undefined;
  let output: unknown = JSON.parse(result.result).output;
  if (verification) output = dropFailed(output as Result, verification); // a plan with a verify step writes a Result
  return {
    status: 'completed',
    stopReason: 'done',
    stopSentence:
      failed.length === 0
        ? `All ${steps.length} steps were done.`
        : `${done} of ${steps.length} steps were done; ${failed.map((step) => `"${step.step_name}"`).join(', ')} did not complete.`,
    result: {
      completeness: failed.length === 0 ? 'complete' : 'partial',
      output,
      ...(verification && { verification }),
    },
  };
}
