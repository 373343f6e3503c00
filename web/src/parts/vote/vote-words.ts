import type { Ballot, Vote } from '../../api/models.ts';

export const RULE_WORDS: Readonly<Record<Vote['rule'], { name: string; means: string }>> = {
  majority: { name: 'Majority', means: 'one option has more than half of the ballots cast' },
  weighted: { name: 'Weighted', means: 'more than half by weight: the success to expect of each voter' },
  unanimous: { name: 'Unanimous', means: 'all ballots cast are for one option' },
  ranked: { name: 'Ranked', means: 'instant run-off: the weakest goes until one has more than half' },
};
export const RULES = Object.keys(RULE_WORDS) as Array<Vote['rule']>; // the keys of the record above

/** Why a vote failed, and what one can do. */
export const FAILURE_WORDS: Readonly<Record<NonNullable<Vote['reason']>, { why: string; next: string }>> = {
  deadline: {
    why: 'The time was up before enough voters had chosen.',
    next: 'Ask again with more time, or fewer voters. Agents that take their mail themselves answer when they come.',
  },
  quorum: {
    why: 'All voters answered, and too few of them chose an option.',
    next: 'Built-in agents abstain unless their spec has a stance. Ask again with a lower quorum, or cast for a voter.',
  },
  tie: {
    why: 'The leading options are equal.',
    next: 'Ask again between these only, or with the rule ranked.',
  },
  'no-majority': {
    why: 'No option has what the rule asks for.',
    next: 'Ask again with fewer options, or with the rule ranked.',
  },
  'given-up': {
    why: 'It was given up before its time was up and all had answered, so it was not counted.',
    next: 'Look at what failed in the log of the server, then ask again.',
  },
};

/** What a ballot says. Empty: it abstains; null: silent so far. */
export function choiceWords(choice: Ballot['choice']): string {
  if (choice === null) return 'silent';
  return choice.length === 0 ? 'abstains' : choice.join(' › ');
}

/** Of how many voters has been heard, and how many ballots for an option are there. */
export function countOf({ ballots }: Pick<Vote, 'ballots'>): {
  voters: number;
  heard: number;
  chose: number;
} {
  return {
    voters: ballots.length,
    heard: ballots.filter(({ choice }) => choice !== null).length,
    chose: ballots.filter(({ choice }) => (choice?.length ?? 0) > 0).length,
  };
}

export interface CountRow {
  option: string;
  count: number;
  /** Of all that was counted in the round, 0 to 1. */
  share: number;
}

/** The counts of one round, the largest first. */
export function rowsOf(counts: Readonly<Record<string, number>>): CountRow[] {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return Object.entries(counts)
    .map(([option, count]) => ({ option, count, share: total > 0 ? count / total : 0 }))
    .sort((a, b) => b.count - a.count);
}

/** How the ballots stand while a vote is open: first choices, by weight where the rule counts it. */
export function standingOf({
  options,
  rule,
  ballots,
}: Pick<Vote, 'options' | 'rule' | 'ballots'>): CountRow[] {
  const counts = new Map(options.map((option) => [option, 0]));
  for (const { choice, weight } of ballots) {
    const [first] = choice ?? [];
    if (first !== undefined) counts.set(first, (counts.get(first) ?? 0) + (rule === 'weighted' ? weight : 1));
  }
  return rowsOf(Object.fromEntries(counts));
}

/** 2, or 1.37: weights are no whole numbers. */
export const countWords = (count: number): string =>
  Number.isInteger(count) ? String(count) : count.toFixed(2);
