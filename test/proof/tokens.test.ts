import { beforeAll, describe, expect, it } from 'vitest';
import { wealthAgainst } from '../../bench/lib/e-process.ts';
import { type Conversation, makeConversations } from '../../bench/tokens/conversations.ts';
import {
  isProven,
  judge,
  learn,
  type Measured,
  measureConversation,
  only,
} from '../../bench/tokens/measure.ts';
import { isAnswered } from '../../bench/tokens/reader.ts';
import { openTokenizer, type Tokenizer } from '../../bench/tokens/tokenizer.ts';
import { KEPT } from '../../src/models/thrift/kept.ts';
import { mapTexts } from '../../src/models/thrift/prompt-text.ts';
import { type Learned, TECHNIQUES } from '../../src/models/thrift/technique.ts';
import { ALL_TECHNIQUES } from '../../src/models/thrift/thrift.ts';

/** The suite of bench/tokens.ts, small: that its reader can be wrong, and that what is kept passes it. */

let cases: Conversation[];
let tokenizer: Tokenizer;
let learned: Learned;
let none: Measured[];
beforeAll(async () => {
  tokenizer = await openTokenizer();
  cases = await makeConversations('held-out', 40, 77);
  learned = learn(await makeConversations('train', 20, 77), tokenizer);
  none = cases.map((one) => measureConversation(one, only([]), tokenizer, learned));
});

describe('the suite of tokens', () => {
  it('is the same for the same seed, and has nothing in common between its splits', async () => {
    expect(await makeConversations('held-out', 40, 77)).toEqual(cases);
    const names = (all: Conversation[]) =>
      new Set(JSON.stringify(all).match(/(?:development|heldout|fresh|harbour)\/[\w.-]+/g));
    const train = names(await makeConversations('train', 40, 77));
    expect([...names(cases)].filter((name) => train.has(name))).toEqual([]);
  });

  it('can be answered without any technique', () => {
    expect(none.filter(({ isAnswered }) => !isAnswered).map(({ id }) => id)).toEqual([]);
  });

  it('what is kept saves tokens and loses no answer, and the prompts of all calls can be read back', () => {
    const kept = TECHNIQUES.filter((name) => KEPT[name].isKept);
    const verdict = judge(
      'kept',
      none,
      cases.map((one) => measureConversation(one, only(kept), tokenizer, learned)),
    );
    expect(verdict.lost).toBe(0);
    expect(verdict.saved).toBeGreaterThan(0.25);
    expect(verdict.keptShare).toBeGreaterThan(0.5);
  });

  it('nothing that leaves something out is kept without a model that says so', () => {
    for (const { name, kind } of ALL_TECHNIQUES)
      if (kind === 'drops') expect(KEPT[name].isKept, name).toBe(false);
  });

  it('refuses a technique that drops what is needed', () => {
    // A twin: every second line of each result goes.
    const broken = cases.map(({ calls, question, id }, at): Measured => {
      const halved = mapTexts(calls.at(-1) ?? [], ['result'], (text) =>
        text
          .split('\n')
          .filter((_, line) => line % 2 === 1)
          .join('\n'),
      );
      const { tokens, keptTokens, price } = none[at]!;
      return { id, tokens: tokens / 2, keptTokens, price, isAnswered: isAnswered(halved, question) };
    });
    const verdict = judge('broken', none, broken);
    expect(verdict.lost).toBeGreaterThan(cases.length / 2);
    expect(verdict.saved).toBeCloseTo(0.5);
    expect(isProven(verdict)).toBe(false);
  });

  it('refuses a result that is out of date', () => {
    const watch = cases.filter(
      ({ question }) => question.kind === 'record' && question.nth > 1 && question.field === 'status',
    );
    const stale = watch.filter(({ calls, question }) => {
      let first = '';
      const old = mapTexts(calls.at(-1) ?? [], ['result'], (text, { tool }) => {
        if (tool !== 'tasks_get') return text;
        first ||= text;
        return first;
      });
      return !isAnswered(old, question);
    });
    expect(stale.length).toBeGreaterThan(0);
  });

  it('proves only what many cases show', () => {
    const same = (n: number) => Array.from({ length: n }, () => 0);
    expect(wealthAgainst(same(100), -0.02)).toBeLessThan(20);
    expect(wealthAgainst(same(600), -0.02)).toBeGreaterThan(20);
    // Three points lost: more than the margin allows.
    const worse = Array.from({ length: 600 }, (_, at) => (at % 33 === 0 ? -1 : 0));
    expect(wealthAgainst(worse, -0.02)).toBeLessThan(20);
    expect(wealthAgainst(same(600), 0)).toBe(1);
  });
});
