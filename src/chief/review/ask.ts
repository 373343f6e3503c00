import type { ModelExecutorSpec } from '../../agents/model-executor.ts';
import { askModel } from '../../operator/ask-model.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import type { PlannerNeeds } from '../planner/ask.ts';
import { type ReviewForm, reviewFormSchema } from './form.ts';
import { reviewPrompt, type ToReview } from './prompt.ts';

const REVIEW_TOKENS = 4_000;

/** Who reviews. */
export interface Reviewer {
  id: string;
  spec: Pick<ModelExecutorSpec, 'model' | 'instructions' | 'contextTokens'>;
}

/** What a model said of a result, or why none said anything that can be used. */
export type Said = { model: string; form: ReviewForm } | { model: string | null; problem: string };

/**
 * Asks the model of a chief what it holds of a result: a turn of the run, stored with what it cost. Nothing that goes
 * wrong here is thrown, because the work is done: a result that nobody can review is still one.
 * @throws what lets go of the run
 */
export async function reviewByModel(
  needs: PlannerNeeds,
  { id, spec }: Reviewer,
  given: ToReview,
  round: number,
): Promise<Said> {
  try {
    const reply = await askModel(needs, {
      name: `review:${round}`,
      purpose: 'review',
      taskType: 'review',
      model: spec.model ?? null,
      agentId: id,
      prompt: reviewPrompt(given, spec),
      form: { name: 'review', schema: reviewFormSchema },
      maxOutputTokens: REVIEW_TOKENS,
    });
    return reply.isGood
      ? { model: reply.model, form: reply.value }
      : { model: reply.model, problem: `its answer could not be used: ${reply.problem}` };
  } catch (thrown) {
    needs.signal.throwIfAborted();
    if (thrown instanceof CadreError && /^(model|budget)\//.test(thrown.code))
      return { model: null, problem: thrown.message };
    throw thrown;
  }
}
