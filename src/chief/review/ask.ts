import type { ModelExecutorSpec } from '../../agents/model-executor.ts';
import { askModel } from '../../operator/ask-model.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import type { PlannerNeeds } from '../planner/ask.ts';
import { correction } from '../planner/prompt.ts';
import { type ReviewForm, reviewFormSchema } from './form.ts';
import { reviewPrompt, type ToReview } from './prompt.ts';

const REVIEW_TOKENS = 4_000;
/** How often an answer that cannot be used is told back. */
const MAX_CORRECTIONS = 1;

/** Who reviews. */
export interface Reviewer {
  id: string;
  spec: Pick<ModelExecutorSpec, 'model' | 'instructions' | 'contextTokens'>;
}

/** What a model said of a result, or why none said anything that can be used. */
export type Said = { model: string; form: ReviewForm } | { model: string | null; problem: string };

/**
 * Asks the model of a chief what it holds of a result: a turn of the run, stored with what it cost. An answer that has
 * not the form is told back once. Nothing that goes wrong here is thrown, because the work is done: a result that nobody
 * can review is still one.
 * @throws what lets go of the run
 */
export async function reviewByModel(
  needs: PlannerNeeds,
  { id, spec }: Reviewer,
  given: ToReview,
  round: number,
): Promise<Said> {
  const prompt = reviewPrompt(given, spec);
  let last: { model: string | null; problem: string } = { model: null, problem: 'nobody was asked' };
  try {
    for (let number = 1; number <= 1 + MAX_CORRECTIONS; number += 1) {
      const reply = await askModel(needs, {
        name: number === 1 ? `review:${round}` : `review:${round}:${number}`,
        purpose: 'review',
        taskType: 'review',
        model: spec.model ?? null,
        agentId: id,
        prompt: [...prompt],
        form: { name: 'review', schema: reviewFormSchema },
        maxOutputTokens: REVIEW_TOKENS,
      });
      if (reply.isGood) return { model: reply.model, form: reply.value };
      last = { model: reply.model, problem: `its answer could not be used: ${reply.problem}` };
      prompt.push(...correction(reply.text, reply.problem, 'review'));
    }
  } catch (thrown) {
    needs.signal.throwIfAborted();
    if (!(thrown instanceof CadreError && /^(model|budget)\//.test(thrown.code))) throw thrown;
    // An answer that came before says more than that no second one did.
    last = last.model === null ? { model: null, problem: thrown.message } : last;
  }
  return last;
}
