import { sha256 } from '../../platform/kernel/random.ts';
import type { TaskRow } from '../../platform/store/schema.ts';
import type { Plan } from '../../tasks/plan.ts';
import type { TaskEnd } from '../../tasks/settle.ts';
import type { Review, TaskResult } from '../../tasks/task.ts';
import type { Said } from './ask.ts';
import { MAX_REWORK_ROUNDS, MAX_REWORKED_STEPS } from './form.ts';

/** What a review means for the task: taken as it is, or steps done again. Pure. */

/** What is wrong with a step. */
export interface Remark {
  name: string;
  wrong: string;
}

/** The result so far while steps are done again, as it stands in the task: nothing that happens meanwhile loses it. */
export interface Kept extends TaskResult {
  review: Review;
  rework: {
    stopSentence: string;
    /** Those of the last round. */
    remarks: Remark[];
    /** Of all rounds, the last one included. */
    said: Remark[];
    /** What the steps had answered that are done again, as a hash; null: they had not completed. */
    before: Record<string, string | null>;
  };
}

export type Decision = { do: 'settle'; end: TaskEnd } | { do: 'rework'; kept: Kept };

/** What the answer of a step is told by. */
export function markOf({ status, result }: Pick<TaskRow, 'status' | 'result'>): string | null {
  if (status !== 'completed' || result === null) return null;
  return sha256(JSON.stringify(JSON.parse(result).output ?? null));
}

/** Steps and everything that needs them, in the order of the plan. */
export function withDependants({ steps }: Pick<Plan, 'steps'>, names: readonly string[]): string[] {
  const again = new Set(names);
  for (let size = -1; size !== again.size; ) {
    size = again.size;
    for (const step of steps) if (step.dependsOn.some((need) => again.has(need))) again.add(step.name);
  }
  return steps.map(({ name }) => name).filter((name) => again.has(name));
}

/** The end without asking anybody, where what was done again brought nothing; undefined: a review is due. */
export function afterRework(kept: Kept, end: TaskEnd, steps: readonly TaskRow[]): TaskEnd | undefined {
  const { remarks, before } = kept.rework;
  const now = new Map(steps.map((step) => [step.step_name ?? '', markOf(step)]));
  const lost = Object.keys(before).filter(
    (name) => before[name] !== null && (now.get(name) ?? null) === null,
  );
  if (end.status !== 'completed' || lost.length > 0)
    return endWithKept(
      kept,
      `${lost.length > 0 ? named(lost) : 'What was done again'} did not complete this time, so what was there before is handed over.`,
    );
  if (remarks.every(({ name }) => (now.get(name) ?? null) === before[name]))
    return withReview(end, {
      ...kept.review,
      because: joined(kept.review.because, `${named(remarks.map(({ name }) => name))} gave the same again.`),
    });
  return undefined;
}

/** What a review means. `kept` is there when steps were done again before. */
export function decide(
  plan: Plan,
  end: TaskEnd & { result: TaskResult },
  steps: readonly TaskRow[],
  said: Said,
  kept: Kept | undefined,
): Decision {
  const { rounds, reworked } = kept?.review ?? { rounds: 0, reworked: [] };
  const before: Review = { by: 'model', model: said.model, verdict: 'accept', because: '', rounds, reworked };
  const settle = (changes: Partial<Review>): Decision => ({
    do: 'settle',
    end: withReview(end, { ...before, ...changes }),
  });
  if ('problem' in said) return settle({ by: 'rules', because: byRules(said) });
  const { verdict, because } = said.form;
  if (verdict === 'accept') return settle({ because });
  const known = new Set(plan.steps.map(({ name }) => name));
  const byName = new Map(said.form.steps.filter(({ name }) => known.has(name)).map((one) => [one.name, one]));
  const remarks = [...byName.values()].slice(0, MAX_REWORKED_STEPS);
  if (remarks.length === 0)
    return settle({
      by: 'rules',
      because: `The rules accepted it: the review named no step of the plan that could be done again. It had said: ${because}`,
    });
  const stuck = kept?.rework.remarks.filter(({ name }) => markIn(steps, name) === kept.rework.before[name]);
  if (stuck && stuck.length > 0)
    return settle({
      verdict,
      because: joined(because, `${named(stuck.map(({ name }) => name))} gave the same again.`),
    });
  if (rounds >= MAX_REWORK_ROUNDS)
    return settle({
      verdict,
      because: joined(because, `It was done again ${rounds} times, which is the most.`),
    });
  const names = remarks.map(({ name }) => name);
  const again = withDependants(plan, names);
  return {
    do: 'rework',
    kept: {
      ...end.result,
      review: {
        ...before,
        verdict,
        because,
        rounds: rounds + 1,
        reworked: [...new Set([...reworked, ...names])],
      },
      rework: {
        stopSentence: end.stopSentence,
        remarks,
        said: [...(kept?.rework.said ?? []), ...remarks],
        before: Object.fromEntries(again.map((name) => [name, markIn(steps, name)])),
      },
    },
  };
}

/** Hands over what was kept, with why nothing better came. */
export function endWithKept({ rework, ...result }: Kept, why: string): TaskEnd {
  const { review } = result;
  return withReview(
    { status: 'completed', stopReason: 'done', stopSentence: rework.stopSentence, result },
    { ...review, because: joined(review.because, why) },
  );
}

/** The end with its review. What was not accepted is not complete, and says so. */
export function withReview(end: TaskEnd, review: Review): TaskEnd {
  if (!end.result) return end;
  if (review.verdict === 'accept') return { ...end, result: { ...end.result, review } };
  return {
    ...end,
    stopSentence: joined(end.stopSentence, `The review did not accept the result: ${review.because}`),
    result: { ...end.result, completeness: 'partial', review },
  };
}

/** What is said where nobody could review. */
export const acceptedByRules = (because: string): Review => ({
  by: 'rules',
  model: null,
  verdict: 'accept',
  because,
  rounds: 0,
  reworked: [],
});

const byRules = ({ model, problem }: { model: string | null; problem: string }): string =>
  model === null
    ? `The rules accepted it, no review of a model came: ${problem}`
    : `The rules accepted it: the model ${model} was asked, and ${problem}`;

function markIn(steps: readonly TaskRow[], name: string): string | null {
  const step = steps.find((one) => one.step_name === name);
  return step ? markOf(step) : null;
}

const named = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');
const joined = (one: string, more: string): string => `${one.replace(/([^.!?])$/, '$1.')} ${more}`;
