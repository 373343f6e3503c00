import { parseSpec } from '../agents/agent.ts';
import { dropFailed } from '../operator/skills/drop.ts';
import type { Verification } from '../operator/skills/skill.ts';
import { isResult } from '../operator/skills/verify.ts';
import { createTurns } from '../operator/turns.ts';
import { giveUpTask } from '../operator/work.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import type { Attempt, GivenUp, Handler } from '../platform/runs/run.ts';
import { selectAgentRow } from '../platform/store/agents.ts';
import type { TaskRow } from '../platform/store/schema.ts';
import { FINAL_STATUSES, holdTask, selectSubtasks, selectTask } from '../platform/store/tasks.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import type { Plan } from '../tasks/plan.ts';
import { settleTask, type TaskEnd } from '../tasks/settle.ts';
import type { TaskResult } from '../tasks/task.ts';
import type { ChiefNeeds } from './plan.ts';
import { type Reviewer, reviewByModel, type Said } from './review/ask.ts';
import {
  acceptedByRules,
  afterRework,
  type Decision,
  decide,
  endWithKept,
  type Kept,
  withReview,
} from './review/decide.ts';
import type { ToReview } from './review/prompt.ts';
import { reviewedFact, rework } from './review/rework.ts';

/**
 * The chief concludes when the last step has settled: takes the result of the result step, drops what the verifier
 * refused and says so, and settles the task by the same verb that settled its steps. One with a language model reviews
 * the result first, and may have steps done again.
 */
export function chiefConclude(needs: ChiefNeeds): Handler {
  return {
    async work(attempt) {
      const taskId = attempt.taskId ?? '';
      const situation = await needs.store.read(attempt.tenantId, (tx) => understand(tx, taskId));
      if (!situation) throw new CadreError('task/not-found', { id: taskId });
      const decision = await review(needs, attempt, situation);
      return {
        commit: async (tx) => {
          if (decision.do === 'settle') await settle(tx, needs, taskId, decision.end);
          else if (situation.chief) await rework(tx, needs, taskId, situation.chief, decision.kept);
        },
      };
    },
    async giveUp(tx, failure) {
      // Work that is done is handed over, also when nobody came to review it.
      const end = await withoutReview(tx, failure);
      if (end) await settle(tx, needs, failure.taskId ?? '', end);
      else await giveUpTask(tx, needs, failure);
    },
  };
}

/** What the chief knows when it concludes. */
interface Situation {
  task: TaskRow;
  plan: Plan;
  steps: TaskRow[];
  end: TaskEnd;
  /** The result so far, where steps were done again for a review. */
  kept: Kept | undefined;
  /** Who leads the plan and has a language model to review with. */
  chief: (Reviewer & { name: string }) | undefined;
}

async function understand(tx: TenantTx, taskId: string): Promise<Situation | undefined> {
  const task = await selectTask(tx, taskId);
  if (!task?.plan) return undefined;
  const plan: Plan = JSON.parse(task.plan);
  const [steps, agent] = await Promise.all([
    selectSubtasks(tx, taskId),
    task.agent_id ? selectAgentRow(tx, task.agent_id) : undefined,
  ]);
  const executor = agent?.enabled === 1 ? parseSpec(agent.spec).executor : undefined;
  return {
    task,
    plan,
    steps,
    end: aggregate(plan, steps),
    kept: keptIn(task),
    chief:
      agent && executor?.kind === 'model' ? { id: agent.id, name: agent.name, spec: executor } : undefined,
  };
}

/** How a task ends whose conclusion failed; undefined: it has nothing to hand over. */
async function withoutReview(
  tx: TenantTx,
  { taskId, error }: Pick<GivenUp, 'taskId' | 'error'>,
): Promise<TaskEnd | undefined> {
  const found = await understand(tx, taskId ?? '');
  const why = `The review could not be carried out: ${error.message}`;
  if (found?.kept) return endWithKept(found.kept, why);
  return found?.end.result && withReview(found.end, acceptedByRules(why));
}

/** What the task has so far, while steps are done again. */
export function keptIn({ status, result }: TaskRow): Kept | undefined {
  return result === null || FINAL_STATUSES.includes(status) ? undefined : JSON.parse(result);
}

/** Asks the model of the chief what it holds of the result, where it has one and there is a result. */
async function review(
  needs: ChiefNeeds,
  attempt: Attempt,
  { task, plan, steps, end, kept, chief }: Situation,
): Promise<Decision> {
  const known = kept && afterRework(kept, end, steps);
  if (known) return { do: 'settle', end: known };
  const { result } = end;
  if (!result || (!chief && !kept)) return { do: 'settle', end };
  const round = 1 + (kept?.review.rounds ?? 0);
  const said: Said = chief
    ? await reviewByModel(
        {
          call: needs.models.call,
          turns: createTurns(needs, { ...attempt, agentId: chief.id }, { id: task.id, rootId: task.root_id }),
          signal: attempt.signal,
        },
        chief,
        toReview(attempt, task, plan, steps, result, kept),
        round,
      )
    : { model: null, problem: 'the chief has no language model any more' };
  const decision = decide(plan, { ...end, result }, steps, said, kept);
  if (decision.do === 'rework')
    await attempt.transact(`rework:${round}`, async (tx) => {
      needs.stepTaken?.(tx, `review.${round}`);
      return decision.kept.rework.remarks;
    });
  return decision;
}

function toReview(
  { runId }: Attempt,
  task: TaskRow,
  plan: Plan,
  steps: TaskRow[],
  result: TaskResult,
  kept: Kept | undefined,
): ToReview {
  const { doneCriteria }: { doneCriteria?: unknown } = JSON.parse(task.input);
  return {
    runId,
    goal: task.goal,
    doneCriteria: Array.isArray(doneCriteria)
      ? doneCriteria.filter((one): one is string => typeof one === 'string')
      : [],
    plan,
    steps: steps.map((step) => ({
      name: step.step_name ?? '',
      status: step.status,
      sentence: step.stop_sentence,
      output: step.result === null ? null : JSON.parse(step.result).output,
    })),
    result,
    said: kept?.rework.said ?? [],
  };
}

async function settle(tx: TenantTx, needs: ChiefNeeds, taskId: string, end: TaskEnd): Promise<void> {
  const said = end.result?.review;
  if (said) {
    const task = await holdTask(tx, taskId);
    if (!task || FINAL_STATUSES.includes(task.status)) return;
    await needs.events.append(tx, [reviewedFact(tx, task, task.agent_id, { ...said })]);
  }
  await settleTask(tx, needs, taskId, end);
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
        cause?.stop_reason === 'timeout' ||
        cause?.stop_reason === 'dead-letter' ||
        cause?.stop_reason === 'budget'
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
  // What another agent said stays as it is, with what was found beside it.
  if (verification && isResult(output)) output = dropFailed(output, verification);
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
