import { describe, expect, test } from 'vitest';
import { connectedModel } from '../../test/support/provider/model.ts';
import type { ModelInfo, Tier } from './model.ts';
import { compare, recommend, wantedTier } from './recommend.ts';
import { rankModels, type Wish } from './route.ts';
import type { ModelRule } from './rule.ts';

const place = { url: 'http://127.0.0.1:1/v1', googleUrl: '' };
const model = (provider: string, tier: Tier, more: Partial<ModelInfo> = {}) =>
  connectedModel(place, { name: tier, tier, connection: { name: provider }, ...more });

const all = [model('a', 'small'), model('a', 'medium'), model('a', 'large'), model('b', 'medium')];
const wish: Wish = {
  model: null,
  taskType: 'analysis',
  purpose: 'work',
  pressure: 0,
  rules: [],
  needsTools: false,
  needsJson: false,
  inputTokens: 1_000,
  outputTokens: 500,
  day: '2026-11-21',
};
const ids = (models: readonly ModelInfo[], more: Partial<Wish> = {}) =>
  rankModels(models, { ...wish, ...more }).models.map(({ id }) => id);

describe('the size for a task (FEATURES MC-2)', () => {
  test.each([
    ['quick', 'small', 0.85],
    ['simple-question', 'small', 0.85],
    ['fast', 'small', 0.85],
    ['batch', 'small', 0.85],
    ['complex', 'large', 0.8],
    ['Creative writing', 'large', 0.8],
    ['strategic', 'large', 0.8],
    ['edge case', 'large', 0.8],
    ['analysis', 'medium', 0.9],
    ['knowledge', 'medium', 0.9],
    ['breakfast', 'medium', 0.9],
    ['', 'medium', 0.7],
  ] as const)('%s', (taskType, tier, confidence) => {
    expect(wantedTier(taskType)).toMatchObject({ tier, confidence });
    expect(recommend(taskType, all)).toMatchObject({ model: { tier }, confidence });
  });

  test('falls back with less confidence when no model of the size is there', () => {
    const [small] = all;
    expect(recommend('complex', [small as ModelInfo])).toMatchObject({
      confidence: 0.7,
      model: { tier: 'small' },
    });
    expect(recommend('complex', [])).toBeUndefined();
  });

  test('compares all models for a use, best first', () => {
    const compared = compare('quick', all);
    expect(compared.map(({ model: { tier } }) => tier)).toEqual(['small', 'medium', 'medium', 'large']);
    expect(compared.map(({ confidence }) => confidence)).toEqual([0.85, 0.7, 0.7, 0.35]);
  });
});

describe('the order of models', () => {
  test('is by size, then by the order of fallback; of two as far the larger first', () => {
    expect(ids(all)).toEqual(['a/medium', 'b/medium', 'a/large', 'a/small']);
    expect(ids([...all].reverse())).toEqual(['b/medium', 'a/medium', 'a/large', 'a/small']);
  });

  test('begins with the named model; those of its size follow', () => {
    const ranked = rankModels(all, { ...wish, model: 'a/large' });
    expect(ranked.models.map(({ id }) => id)).toEqual(['a/large', 'a/medium', 'b/medium', 'a/small']);
    expect(ranked.because).toBe('it was named');
    expect(() => ids(all, { model: 'c/none' })).toThrow(expect.objectContaining({ code: 'model/none' }));
  });

  test('leaves out who cannot do it', () => {
    const plain = model('c', 'medium', { canUseTools: false, canAnswerJson: false });
    expect(ids([plain, ...all])[0]).toBe('c/medium');
    expect(ids([plain, ...all], { needsTools: true })).not.toContain('c/medium');
    expect(ids([plain, ...all], { needsJson: true })).not.toContain('c/medium');
    expect(() => ids([plain], { needsTools: true })).toThrow(expect.objectContaining({ code: 'model/none' }));
    expect(() => ids([])).toThrow(expect.objectContaining({ code: 'model/none' }));
  });

  test('leaves out whose context is too small, and says what does not fit anywhere', () => {
    const wide = model('c', 'small', { contextTokens: 100_000 });
    expect(ids([...all, wide], { inputTokens: 50_000 })).toEqual(['c/small']);
    expect(() => ids([...all, wide], { inputTokens: 100_000 })).toThrow(
      expect.objectContaining({ code: 'model/too-long', values: { model: 'c/small', tokens: 100_000 } }),
    );
    const named = rankModels([...all, wide], { ...wish, model: 'a/large', inputTokens: 50_000 });
    expect(named.because).toBe('a/large, which was named, cannot take this');
  });

  test('who checks is another model, of another provider where one is there', () => {
    expect(ids(all, { otherThan: 'a/medium' })).toEqual(['b/medium']);
    expect(ids(all.slice(0, 3), { otherThan: 'a/medium' })).toEqual(['a/large', 'a/small']);
    const one = all.slice(0, 1);
    expect(() => ids(one, { otherThan: 'a/small' })).toThrow(expect.objectContaining({ code: 'model/none' }));
  });
});

describe('under pressure of a budget', () => {
  test('the next smaller size comes first, from 80 % on', () => {
    expect(ids(all, { pressure: 0.79 })[0]).toBe('a/medium');
    const ranked = rankModels(all, { ...wish, pressure: 0.8 });
    expect(ranked.models.map(({ id }) => id)).toEqual(['a/small', 'a/medium', 'b/medium', 'a/large']);
    expect(ranked.because).toBe('medium fits "analysis"; one size down, as 80 % of a budget is in use');
    expect(ids(all, { pressure: 0.9, taskType: 'complex' })[0]).toBe('a/medium');
    expect(ids(all, { pressure: 0.9, taskType: 'quick' })[0]).toBe('a/small');
    expect(ids(all.slice(1), { pressure: 0.9 })[0]).toBe('a/medium');
    const ends = [all[0], all[2]] as ModelInfo[];
    expect(ids(ends, { pressure: 0.9, taskType: 'complex' })).toEqual(['a/small', 'a/large']);
  });
});

describe('rules', () => {
  const rule = (more: Partial<ModelRule>): ModelRule => ({
    id: 'r',
    name: 'thrift',
    prefer: 'cheapest',
    pressureAtLeast: null,
    taskTypes: [],
    purposes: [],
    ...more,
  });
  const cheap = model('c', 'large', {
    prices: [
      { from: '2026-01-01', inputUsdPerMillion: 9, outputUsdPerMillion: 9 },
      { from: '2026-06-01', inputUsdPerMillion: 0.1, outputUsdPerMillion: 0.1 },
    ],
  });
  const unpriced = model('d', 'medium', { prices: [] });
  const green = model('e', 'small', {
    energy: { energyClass: 'test', joulesPerOutputToken: 0.01, joulesPerInputToken: 0.001 },
  });
  const more = [...all, cheap, unpriced, green];

  test('the cheapest by the price of the day; what has no price comes last', () => {
    const ranked = rankModels(more, { ...wish, rules: [rule({})] });
    expect(ranked.models[0]?.id).toBe('c/large');
    expect(ranked.models.at(-1)?.id).toBe('d/medium');
    expect(ranked.because).toBe('the rule "thrift" wants the cheapest model');
    expect(ids(more, { rules: [rule({})], day: '2026-02-01' })[0]).toBe('a/small');
  });

  test('the greenest, or a size', () => {
    expect(ids(more, { rules: [rule({ prefer: 'greenest' })] })[0]).toBe('e/small');
    expect(ids(more, { rules: [rule({ prefer: 'large' })] })[0]).toBe('a/large');
  });

  test('hold under their conditions only, the first that fits', () => {
    const rules = [
      rule({ name: 'tight', prefer: 'cheapest', pressureAtLeast: 0.5 }),
      rule({ name: 'plans', prefer: 'large', purposes: ['plan'] }),
      rule({ name: 'letters', prefer: 'greenest', taskTypes: ['letters'] }),
    ];
    const said = (more: Partial<Wish>) => rankModels(all, { ...wish, rules, ...more }).because;
    expect(said({})).toBe('medium fits "analysis"');
    expect(said({ purpose: 'plan' })).toContain('"plans" wants a large model');
    expect(said({ taskType: 'letters' })).toContain('"letters"');
    expect(said({ purpose: 'plan', pressure: 0.62 })).toBe(
      'the rule "tight" wants the cheapest model, at 62 % of a budget',
    );
  });

  test('a named model needs no rule', () => {
    expect(ids(all, { model: 'a/large', rules: [rule({ prefer: 'small' })], pressure: 1 })[0]).toBe(
      'a/large',
    );
  });
});
