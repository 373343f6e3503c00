import { describe, expect, it } from 'vitest';
import {
  expectedRight,
  followingOdds,
  inAskingOrder,
  isSettled,
  logOdds,
  posteriorOf,
  verdictOf,
} from './odds.ts';

describe('how often an agent is right', () => {
  it('is the mean of Beta(1 + 3c + S, 1 + 3(1−c) + F)', () => {
    expect(expectedRight({ stated: 0.5, succeeded: 0, failed: 0 })).toBeCloseTo(2.5 / 5, 12);
    expect(expectedRight({ stated: 0.9, succeeded: 0, failed: 0 })).toBeCloseTo(3.7 / 5, 12);
    expect(expectedRight({ stated: 0.9, succeeded: 0, failed: 20 })).toBeCloseTo(3.7 / 25, 12);
  });

  it('never becomes certain, so that no weight is infinite', () => {
    expect(expectedRight({ stated: 1, succeeded: 1e6, failed: 0 })).toBeLessThan(1);
    expect(expectedRight({ stated: 0, succeeded: 0, failed: 1e6 })).toBeGreaterThan(0);
  });
});

describe('log-odds', () => {
  it('weigh ln((C−1)p/(1−p)): nothing for a guess, less than nothing below it', () => {
    expect(logOdds(0.8, 4)).toBeCloseTo(Math.log(12), 12);
    expect(logOdds(0.25, 4)).toBeCloseTo(0, 12);
    expect(logOdds(0.1, 2)).toBeCloseTo(-logOdds(0.9, 2), 12);
  });

  it('one agent with p makes its answer right with p: the posterior is Bayes’ rule', () => {
    const { options, margin } = posteriorOf([{ option: 'b', p: 0.7 }], ['a', 'b', 'c', 'd']);
    expect(options.map((one) => one.option)).toEqual(['b', 'a', 'c', 'd']);
    expect(options.map((one) => one.probability)).toEqual([
      expect.closeTo(0.7, 12),
      expect.closeTo(0.1, 12),
      expect.closeTo(0.1, 12),
      expect.closeTo(0.1, 12),
    ]);
    expect(margin).toBeCloseTo(0.6, 12);
  });

  it('one sure agent outweighs two unsure ones', () => {
    const said = [
      { option: 'a', p: 0.95 },
      { option: 'b', p: 0.6 },
      { option: 'b', p: 0.6 },
    ];
    const posterior = posteriorOf(said, ['a', 'b']);
    expect(posterior.options[0]?.probability).toBeCloseTo(19 / (19 + 1.5 * 1.5), 12);
    expect(verdictOf('vote', posterior, 0).answer).toBe('a');
    expect(verdictOf('majority', posterior, 0).answer).toBe('b');
  });

  it('an answer that follows the board counts less, one that contradicts it in full', () => {
    expect(followingOdds(0.7, 4)).toBeCloseTo(Math.log(0.85 / 0.55), 12);
    expect(followingOdds(0.25, 4)).toBeCloseTo(0, 12);
    for (const p of [0.3, 0.6, 0.9, 0.999]) expect(followingOdds(p, 4)).toBeLessThan(logOdds(p, 4));
    const alone = posteriorOf([{ option: 'a', p: 0.7 }], ['a', 'b', 'c', 'd']).options[0]?.probability ?? 0;
    const said = (follows: boolean) =>
      posteriorOf(
        [
          { option: 'a', p: 0.7 },
          { option: 'a', p: 0.7, follows },
        ],
        ['a', 'b', 'c', 'd'],
      ).options[0]?.probability ?? 0;
    expect(said(true)).toBeGreaterThan(alone);
    expect(said(true)).toBeLessThan(said(false));
  });

  it('stays finite with a thousand sure agents', () => {
    const said = Array.from({ length: 1_000 }, () => ({ option: 'a', p: 0.999999 }));
    expect(posteriorOf(said, ['a', 'b']).options[0]?.probability).toBe(1);
  });
});

describe('a free question', () => {
  it('has as many options as answers were said, and at least two', () => {
    const one = posteriorOf([{ option: '42', p: 0.8 }]);
    expect([one.size, one.options.length]).toEqual([2, 1]);
    expect(one.options[0]?.probability).toBeCloseTo(0.8, 12);
    expect(one.unsaid).toBeCloseTo(0.2, 12);
    const three = posteriorOf(['a', 'b', 'c'].map((option) => ({ option, p: 0.8 })));
    expect([three.size, three.unsaid]).toEqual([3, 0]);
  });
});

describe('the verdict', () => {
  it('fails when nobody answered, and below the floor', () => {
    expect(verdictOf('vote', posteriorOf([], ['a', 'b']), 0)).toEqual({
      answer: null,
      reason: 'nobody-answered',
    });
    expect(verdictOf('vote', posteriorOf([]), 0).reason).toBe('nobody-answered');
    const unsure = posteriorOf([{ option: 'a', p: 0.6 }], ['a', 'b']);
    expect(verdictOf('vote', unsure, 0.7).reason).toBe('too-unsure');
    expect(verdictOf('vote', unsure, 0.6).answer).toBe('a');
  });

  it('does not take an answer that is less likely than one nobody gave; a majority does', () => {
    const wrong = posteriorOf([{ option: 'a', p: 0.1 }], ['a', 'b']);
    expect(verdictOf('vote', wrong, 0).reason).toBe('too-unsure');
    expect(verdictOf('cascade', posteriorOf([{ option: 'a', p: 0.1 }]), 0).reason).toBe('too-unsure');
    expect(verdictOf('majority', wrong, 0).answer).toBe('a');
  });

  it('lets the other measure part equal ones, and calls the rest a tie', () => {
    const unknown = ['a', 'a', 'b'].map((option) => ({ option, p: 0.5 }));
    expect(verdictOf('vote', posteriorOf(unknown, ['a', 'b']), 0).answer).toBe('a');
    expect(verdictOf('vote', posteriorOf(unknown.slice(1), ['a', 'b']), 0).reason).toBe('tie');
    const split = [
      { option: 'a', p: 0.9 },
      { option: 'b', p: 0.6 },
    ];
    expect(verdictOf('majority', posteriorOf(split, ['a', 'b']), 0).answer).toBe('a');
  });
});

describe('a cascade', () => {
  it('stops when an option has reached the threshold, not before', () => {
    const one = posteriorOf([{ option: 'a', p: 0.8 }], ['a', 'b', 'c', 'd']);
    expect(isSettled(one, 0.85)).toBe(false);
    const two = posteriorOf(
      [
        { option: 'a', p: 0.8 },
        { option: 'a', p: 0.7 },
      ],
      ['a', 'b', 'c', 'd'],
    );
    expect(isSettled(two, 0.85)).toBe(true);
    expect(isSettled(posteriorOf([], ['a', 'b']), 0.5)).toBe(false);
    // What nobody said does not settle anything, however likely.
    expect(isSettled(posteriorOf([{ option: 'a', p: 0.01 }], ['a', 'b']), 0.85)).toBe(false);
  });

  it('begins with the cheapest; the best single with who is right most often', () => {
    const solvers = [
      { id: '3', p: 0.9, costUsd: 20, ms: 1 },
      { id: '2', p: 0.6, costUsd: 1, ms: 5 },
      { id: '1', p: 0.6, costUsd: 1, ms: 5 },
      { id: '0', p: 0.7, costUsd: 1, ms: 9 },
    ];
    expect(inAskingOrder('cascade', solvers).map((one) => one.id)).toEqual(['0', '1', '2', '3']);
    expect(inAskingOrder('best', solvers).map((one) => one.id)).toEqual(['3', '0', '1', '2']);
  });
});
