import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Ballot, defaultQuorum, tally, VOTE_RULES, type VoteRule } from './tally.ts';

const SILENT = null;
const ABSTAINS: string[] = [];
const count = (
  rule: VoteRule,
  choices: Array<string | string[] | null>,
  more: { weights?: number[]; quorum?: number; options?: string[] } = {},
) =>
  tally(
    {
      rule,
      options: more.options ?? ['A', 'B', 'C'],
      quorum: more.quorum ?? defaultQuorum(rule, choices.length),
    },
    choices.map((choice, index) => ({
      weight: more.weights?.[index] ?? 1,
      choice: typeof choice === 'string' ? [choice] : choice,
    })),
  );
const end = (outcome: ReturnType<typeof tally>) => outcome.winner ?? outcome.reason;

describe('S15: five voters', () => {
  test('two silent: the majority is reached', () => {
    expect(end(count('majority', ['A', 'A', 'B', SILENT, SILENT]))).toBe('A');
  });
  test('three silent: the deadline fails it, however they voted', () => {
    expect(end(count('majority', ['A', 'A', SILENT, SILENT, SILENT]))).toBe('deadline');
  });
  test('all answered and too few chose: the quorum fails it', () => {
    expect(end(count('majority', ['A', 'A', ABSTAINS, ABSTAINS, ABSTAINS]))).toBe('quorum');
  });
});

test.each<[VoteRule, Array<string | string[] | null>, string]>([
  ['majority', ['A', 'A', 'B', 'B'], 'tie'],
  ['majority', ['A', 'A', 'B', 'C'], 'no-majority'],
  ['majority', ['A', 'A', 'A', 'C'], 'A'],
  ['unanimous', ['A', 'A', 'A'], 'A'],
  ['unanimous', ['A', 'A', 'B'], 'no-majority'],
  ['unanimous', ['A', 'A', ABSTAINS], 'quorum'],
  ['unanimous', ['A', 'A', SILENT], 'deadline'],
  // C goes first; its voter prefers B next.
  ['ranked', [['A'], ['A'], ['B'], ['B'], ['C', 'B']], 'B'],
  // Without a second choice it is A and B alone.
  ['ranked', [['A'], ['A'], ['B'], ['B'], ['C']], 'tie'],
  [
    'ranked',
    [
      ['A', 'B'],
      ['B', 'A'],
    ],
    'tie',
  ],
])('%s of %j is %s', (rule, choices, outcome) => {
  expect(end(count(rule, choices))).toBe(outcome);
});

test('of equally weak options goes the one that stands later', () => {
  const outcome = count('ranked', [['A'], ['A'], ['B', 'A'], ['C', 'B']]);
  expect(outcome.rounds[0]).toEqual({ counts: { A: 2, B: 1, C: 1 }, eliminated: 'C' });
  expect(end(outcome)).toBe('tie');
});

test('weights decide where heads do not', () => {
  const choices = ['A', 'B', 'B'];
  expect(end(count('weighted', choices, { weights: [0.9, 0.3, 0.3] }))).toBe('A');
  expect(end(count('majority', choices, { weights: [0.9, 0.3, 0.3] }))).toBe('B');
  expect(end(count('weighted', ['A', 'B', 'B'], { weights: [0.6, 0.2 + 0.1, 0.3] }))).toBe('tie');
});

const ballots = fc.array(
  fc.record({
    weight: fc.constant(1),
    choice: fc.option(fc.shuffledSubarray(['A', 'B', 'C']), { nil: null }),
  }),
  { maxLength: 12 },
);

test('whatever is cast: below the quorum nothing is decided, and a winner has more than half of what it needs', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...VOTE_RULES),
      ballots,
      fc.integer({ min: 1, max: 12 }),
      (rule, cast, quorum) => {
        const single: Ballot[] =
          rule === 'ranked'
            ? cast
            : cast.map((one) => ({ ...one, choice: one.choice === null ? null : one.choice.slice(0, 1) }));
        const outcome = tally({ rule, options: ['A', 'B', 'C'], quorum }, single);
        const chosen = single.filter((one) => (one.choice?.length ?? 0) > 0).length;
        if (chosen < quorum) {
          expect(['deadline', 'quorum']).toContain(outcome.reason);
          return;
        }
        if (outcome.status === 'failed') return;
        const counts: Record<string, number> = outcome.rounds.at(-1)?.counts ?? {};
        const total = Object.values(counts).reduce((sum, one) => sum + one, 0);
        expect(counts[outcome.winner]).toBeGreaterThan(total / 2);
        // More of the same never turns a decision round.
        const again = tally({ rule, options: ['A', 'B', 'C'], quorum }, [
          ...single,
          { weight: 1, choice: [outcome.winner] },
        ]);
        if (rule !== 'ranked') expect(again.winner).toBe(outcome.winner);
      },
    ),
  );
});
