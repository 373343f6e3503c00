import { describe, expect, it } from 'vitest';
import { BUILT_IN_RULES, type ControlRule, checkRule, chooseRule, type Measured, scopeOf } from './rule.ts';

const measured: Measured = {
  status: 'running',
  runningMs: 1_000,
  turns: 1,
  inputTokens: 100,
  outputTokens: 50,
  costUsd: 0.01,
  budgetTokens: null,
  model: 'medium',
  permissionMode: 'default',
  steps: 1,
  input: {},
};
const still = { firedAgoMs: new Map<string, number>(), modelChangedAgoMs: null };
const choose = (more: Partial<Measured>, moves: Partial<Parameters<typeof chooseRule>[2]> = {}) =>
  chooseRule(BUILT_IN_RULES, scopeOf({ ...measured, ...more }), { ...still, ...moves })?.name;

describe('the rules that are built in', () => {
  it.each<[string, Partial<Measured>, string | undefined]>([
    ['nothing out of the ordinary', {}, undefined],
    ['five minutes and no more', { runningMs: 300_000, model: 'small' }, undefined],
    ['more than five minutes', { runningMs: 300_001 }, 'too-long'],
    ['over its budget', { budgetTokens: 149 }, 'over-budget'],
    ['just its budget', { budgetTokens: 150 }, undefined],
    ['no budget', { inputTokens: 9_999_999 }, undefined],
    ['a hard one', { steps: 9, input: { deepReasoning: true } }, 'needs-large-model'],
    [
      'a hard one with the large model',
      { steps: 9, model: 'large', input: { deepReasoning: true } },
      undefined,
    ],
    ['many steps alone', { steps: 9 }, undefined],
    ['a simple one for half a minute', { runningMs: 30_001 }, 'small-model-will-do'],
    ['a simple one with the small model', { runningMs: 30_001, model: 'small' }, undefined],
    ['said to be high', { runningMs: 30_001, input: { complexity: 'high' } }, undefined],
  ])('%s', (_what, more, rule) => {
    expect(choose(more)).toBe(rule);
  });

  it('only the one with the highest priority acts', () => {
    const everything = {
      runningMs: 400_000,
      budgetTokens: 1,
      input: { complexity: 'high', deepReasoning: true },
    };
    expect(choose(everything)).toBe('too-long');
    // While it rests, nothing of lower priority takes its place.
    expect(choose(everything, { firedAgoMs: new Map([['too-long', 1]]) })).toBeUndefined();
    expect(choose({ ...everything, runningMs: 1 })).toBe('over-budget');
  });

  it('changes the model once per cool-down, whoever changed it last', () => {
    const hard = { steps: 9, input: { deepReasoning: true } };
    expect(choose(hard, { modelChangedAgoMs: 59_999 })).toBeUndefined();
    expect(choose(hard, { modelChangedAgoMs: 60_000 })).toBe('needs-large-model');
  });

  it('two rules that contradict one another do not flip the model to and fro', () => {
    const own = (name: string, condition: string, model: string): ControlRule => ({
      ...(BUILT_IN_RULES[0] as ControlRule), // there are four
      name,
      condition,
      action: 'switch-model',
      model,
      coolDownMs: 60_000,
    });
    const rules = [own('up', 'model == "small"', 'large'), own('down', 'model == "large"', 'small')];
    let model = 'small';
    let changedAt = Number.NEGATIVE_INFINITY;
    let changes = 0;
    for (let now = 0; now < 300_000; now += 5_000) {
      const rule = chooseRule(rules, scopeOf({ ...measured, model }), {
        firedAgoMs: new Map(),
        modelChangedAgoMs: now - changedAt,
      });
      if (!rule?.model) continue;
      ({ model } = rule as { model: string }); // both name one
      changedAt = now;
      changes += 1;
    }
    expect(changes).toBe(5);
  });

  it('a condition without a value does not match', () => {
    const broken = [{ ...(BUILT_IN_RULES[0] as ControlRule), condition: 'nothing.there > 1' }]; // there are four
    expect(chooseRule(broken, scopeOf(measured), still)).toBeUndefined();
  });
});

describe('a rule of one’s own', () => {
  const check = (more: object) => () =>
    checkRule({ condition: 'costUsd > 0.5', action: 'pause', model: null, ...more });
  it('is true or false over what is measured', () => {
    expect(check({})).not.toThrow();
    expect(check({ condition: 'turns > 3 && tokens / turns > 1000' })).not.toThrow();
  });
  it.each<[string, object]>([
    ['a number', { condition: 'costUsd + 1.0' }],
    ['an unknown value', { condition: 'password == "x"' }],
    ['no expression', { condition: 'rm -rf /' }],
    ['a switch to nothing', { action: 'switch-model' }],
    ['a pause with a model', { model: 'large' }],
  ])('twin: %s is refused', (_what, more) => {
    expect(check(more)).toThrow(expect.objectContaining({ code: 'control/rule-invalid' }));
  });
});
