import type { Turns } from '../../agents/executor.ts';
import type { ModelExecutorSpec } from '../../agents/model-executor.ts';
import type { Models } from '../../models/call.ts';
import { askModel } from '../../operator/ask-model.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import type { Plan } from '../../tasks/plan.ts';
import type { PlanRequest } from '../request.ts';
import { planFor } from '../rules.ts';
import { buildPlan } from './build.ts';
import { plannedSchema } from './form.ts';
import { correction, planPrompt } from './prompt.ts';
import type { CapabilityRecord } from './sight.ts';

/** How often a plan that cannot be used is told back. */
export const MAX_CORRECTIONS = 2;
/** A plan is short. */
const PLAN_TOKENS = 8_000;

export interface PlannerNeeds {
  call: Models['call'];
  turns: Turns;
  signal: AbortSignal;
}

/** Who plans. */
export interface Planner {
  id: string;
  spec: Pick<ModelExecutorSpec, 'model' | 'instructions' | 'maxOutputTokens'>;
}

/**
 * Asks a model for the plan. Each call is a turn of the run, stored with what it cost. A plan that the checks refuse is
 * told back with its problem; when none comes, or no model answers, the rules plan, and the plan says why.
 * @throws CadreError `budget/…`: who has no money left for planning has none for the work; the codes of `planFor`
 */
export async function planByModel(
  needs: PlannerNeeds,
  chief: Planner,
  request: PlanRequest,
  records: readonly CapabilityRecord[],
): Promise<Plan> {
  const prompt = planPrompt(request, records, chief.spec.instructions);
  const problems: string[] = [];
  let model: string | null = null;
  for (let number = 1; number <= 1 + MAX_CORRECTIONS; number += 1) {
    const reply = await askOrReason(needs, chief, prompt, number);
    if (reply instanceof CadreError) return byRules(request, reply.message, { model, calls: number - 1 });
    model = reply.model;
    const built = reply.isGood ? tryBuild(reply.value, request, model) : reply.problem;
    if (typeof built !== 'string') return { ...built, planner: { by: 'model', model, calls: number } };
    problems.push(built);
    prompt.push(...correction(reply.text, built));
  }
  const because = `none of its ${problems.length} plans could be used: ${problems.at(-1)}`;
  return byRules(request, because, { model, calls: problems.length });
}

async function askOrReason(
  needs: PlannerNeeds,
  { id, spec }: Planner,
  prompt: ReturnType<typeof planPrompt>,
  number: number,
) {
  try {
    return await askModel(needs, {
      name: `plan:${number}`,
      purpose: 'plan',
      taskType: 'plan',
      model: spec.model ?? null,
      agentId: id,
      prompt: [...prompt],
      form: { name: 'plan', schema: plannedSchema },
      maxOutputTokens: PLAN_TOKENS,
    });
  } catch (thrown) {
    needs.signal.throwIfAborted();
    if (thrown instanceof CadreError && thrown.code.startsWith('model/')) return thrown;
    throw thrown;
  }
}

function tryBuild(...given: Parameters<typeof buildPlan>): Plan | string {
  try {
    return buildPlan(...given);
  } catch (thrown) {
    if (thrown instanceof CadreError) return thrown.message;
    throw thrown;
  }
}

function byRules(
  request: PlanRequest,
  reason: string,
  { model, calls }: { model: string | null; calls: number },
): Plan {
  const plan = planFor(request);
  const because = `The rules planned, not the model${model === null ? '' : ` ${model}`}: ${reason}`;
  return {
    ...plan,
    because: `${plan.because}. ${because}`,
    planner: { by: 'rules', model, calls, because },
  };
}
