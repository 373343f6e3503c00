import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CadreError } from '../platform/kernel/errors.ts';
import { checkGraph, checkPlan, findCycle, type GraphStep, generations } from './graph.ts';
import { MAX_PLAN_STEPS, MAX_TASK_DEPTH, type Plan, type PlanStep } from './plan.ts';

const step = (name: string, ...dependsOn: string[]): GraphStep => ({ name, dependsOn });
const planStep = (name: string, dependsOn: string[] = [], input: PlanStep['input'] = {}): PlanStep => ({
  name,
  goal: name,
  doneWhen: 'done',
  type: 'x',
  capability: 'x',
  input,
  files: [],
  dependsOn,
});
const plan = (steps: PlanStep[], resultStep = steps.at(-1)?.name ?? 'none'): Plan => ({
  rule: 'test',
  because: 'test',
  oneOperatorEnough: { enough: true, because: 'test' },
  steps,
  resultStep,
});

function refusal(work: () => void): { code: string; message: string } {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof CadreError) return { code: thrown.code, message: thrown.message };
    throw thrown;
  }
  return { code: 'none', message: '' };
}

/** Graphs without circles: every step needs only earlier ones; then shuffled. */
const acyclic = fc
  .integer({ min: 1, max: 30 })
  .chain((size) =>
    fc.tuple(
      ...Array.from({ length: size }, (_, index) =>
        fc.subarray(
          Array.from({ length: index }, (_, earlier) => `s${earlier}`),
          { maxLength: Math.min(4, index) },
        ),
      ),
    ),
  )
  .map((needs) => needs.map((dependsOn, index) => ({ name: `s${index}`, dependsOn })))
  .chain((steps) => fc.shuffledSubarray(steps, { minLength: steps.length }));

describe('the graph of a plan', () => {
  it('is accepted when every step needs only steps that are there', () => {
    expect(refusal(() => checkGraph([step('a'), step('b', 'a'), step('c', 'a', 'b')])).code).toBe('none');
  });

  it.each([
    ['two steps of one name', [step('a'), step('a')], 'plan/duplicate-step', '"a"'],
    ['a dependency that is not there', [step('a', 'ghost')], 'plan/unknown-step', '"ghost"'],
    ['a step that needs itself', [step('a', 'a')], 'plan/cycle', 'a → a'],
    [
      'a circle of three',
      [step('x'), step('a', 'c'), step('b', 'a'), step('c', 'b')],
      'plan/cycle',
      'a → c → b → a',
    ],
    ['no steps', [], 'request/invalid', 'no steps'],
    ['a name with a dot', [step('a.b')], 'request/invalid', 'a.b'],
    [
      'a name of a prototype field is fine but its ghost is not',
      [step('a', 'constructor')],
      'plan/unknown-step',
      'constructor',
    ],
  ])('is refused with %s', (_, steps, code, words) => {
    const refused = refusal(() => checkGraph(steps));
    expect(refused.code).toBe(code);
    expect(refused.message).toContain(words);
  });

  it('is refused above the limits of size and depth, accepted at them', () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => step(`s${index}`));
    expect(refusal(() => checkGraph(many(MAX_PLAN_STEPS))).code).toBe('none');
    expect(refusal(() => checkGraph(many(MAX_PLAN_STEPS + 1))).code).toBe('plan/too-large');
    expect(refusal(() => checkPlan(plan([planStep('a')]), MAX_TASK_DEPTH)).code).toBe('none');
    expect(refusal(() => checkPlan(plan([planStep('a')]), MAX_TASK_DEPTH + 1)).code).toBe('plan/too-deep');
  });

  it('is refused when the result or verify step is missing, or a reference leads to a step not needed', () => {
    expect(refusal(() => checkPlan(plan([planStep('a')], 'b'))).code).toBe('plan/unknown-step');
    expect(refusal(() => checkPlan({ ...plan([planStep('a')]), verifyStep: 'v' })).code).toBe(
      'plan/unknown-step',
    );
    const input = { text: 'see {{a.output.title}}' };
    expect(refusal(() => checkPlan(plan([planStep('a'), planStep('b', ['a'], input)]))).code).toBe('none');
    expect(refusal(() => checkPlan(plan([planStep('a'), planStep('b', [], input)]))).code).toBe(
      'plan/bad-reference',
    );
  });

  it('finds a circle exactly when Kahn leaves steps over, and the circle is real', () => {
    const any = fc.array(
      fc.record({
        name: fc.constantFrom(...'abcdefgh'),
        dependsOn: fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(any, (drawn) => {
        const names = new Set(drawn.map(({ name }) => name));
        const steps = [...new Map(drawn.map((one) => [one.name, one])).values()].map((one) => ({
          ...one,
          dependsOn: one.dependsOn.filter((name) => names.has(name)),
        }));
        const cycle = findCycle(steps);
        const kahn = refusal(() => generations(steps)).code;
        expect(kahn).toBe(cycle ? 'plan/cycle' : 'none');
        if (!cycle) return;
        expect(cycle[0]).toBe(cycle.at(-1));
        cycle.slice(1).forEach((needed, index) => {
          expect(steps.find(({ name }) => name === cycle[index])?.dependsOn).toContain(needed);
        });
      }),
    );
  });

  it('falls into generations that hold every step once, after all it needs, as early as can be', () => {
    fc.assert(
      fc.property(acyclic, (steps) => {
        const levels = generations(steps);
        const at = new Map(levels.flatMap((level, index) => level.map((name) => [name, index] as const)));
        expect(levels.flat().sort()).toEqual(steps.map(({ name }) => name).sort());
        for (const { name, dependsOn } of steps) {
          const latest = Math.max(-1, ...dependsOn.map((needed) => at.get(needed) ?? Number.NaN));
          expect(at.get(name)).toBe(latest + 1);
        }
      }),
    );
  });

  it('handles a chain as long as a plan may be', () => {
    const chain = Array.from({ length: MAX_PLAN_STEPS }, (_, index) =>
      index === 0 ? step('s0') : step(`s${index}`, `s${index - 1}`),
    );
    expect(generations(chain)).toHaveLength(MAX_PLAN_STEPS);
    expect(findCycle(chain)).toBeUndefined();
    const closed = [step('s0', `s${MAX_PLAN_STEPS - 1}`), ...chain.slice(1)];
    expect(findCycle(closed)).toHaveLength(MAX_PLAN_STEPS + 1);
  });
});
