/** How votes are counted (FEATURES TO-2): pure rules. A choice is a list of options, the first one preferred. */

export const VOTE_RULES = ['majority', 'weighted', 'unanimous', 'ranked'] as const;
export type VoteRule = (typeof VOTE_RULES)[number];

/** Why a vote failed; `given-up`: it could not be closed when it should, so it was not counted. */
export const VOTE_FAILURES = ['deadline', 'quorum', 'tie', 'no-majority', 'given-up'] as const;
export type VoteFailure = (typeof VOTE_FAILURES)[number];

/** A voter with its ballot: null is silence, an empty choice an abstention. */
export interface Ballot {
  weight: number;
  choice: readonly string[] | null;
}

export interface Question {
  rule: VoteRule;
  options: readonly string[];
  /** Ballots for an option that must be there; abstentions are none. */
  quorum: number;
}

/** One round of counting: what each option that is still in has. */
export interface Round {
  counts: Record<string, number>;
  /** Who went out after this round (ranked only). */
  eliminated: string | null;
}

export type Outcome =
  | { status: 'decided'; winner: string; reason: null; rounds: Round[] }
  | { status: 'failed'; winner: null; reason: VoteFailure; rounds: Round[] };

/** The quorum unless the vote says otherwise: more than half of the voters; all of them to be unanimous. */
export function defaultQuorum(rule: VoteRule, voters: number): number {
  return rule === 'unanimous' ? voters : Math.floor(voters / 2) + 1;
}

/** Weights closer than this are equal: sums of fractions carry dust. */
const EQUAL = 1e-9;

/**
 * Counts. Too few ballots fail with `deadline` when voters were silent, with `quorum` when all answered but too many
 * abstained. `majority`, `weighted` and `ranked` need more than half of what was cast; `unanimous` one option alone.
 */
export function tally(question: Question, ballots: readonly Ballot[]): Outcome {
  const { rule, options, quorum } = question;
  const cast = ballots.filter((ballot) => (ballot.choice?.length ?? 0) > 0);
  const weigh = (ballot: Ballot) => (rule === 'weighted' ? ballot.weight : 1);
  const count = (left: readonly string[]): Record<string, number> => {
    const counts = Object.fromEntries(left.map((option) => [option, 0]));
    for (const ballot of cast) {
      const first = ballot.choice?.find((option) => left.includes(option));
      if (first !== undefined) counts[first] = (counts[first] ?? 0) + weigh(ballot);
    }
    return counts;
  };
  const first: Round = { counts: count(options), eliminated: null };
  if (cast.length < Math.max(1, quorum)) {
    const isSilent = ballots.some((ballot) => ballot.choice === null);
    return failed(isSilent ? 'deadline' : 'quorum', [first]);
  }
  if (rule === 'ranked') return runOff(options, count);
  const total = sum(first.counts);
  const best = leading(first.counts);
  if (rule === 'unanimous')
    return best.length === 1 && (first.counts[best[0] ?? ''] ?? 0) > total - EQUAL
      ? decided(best[0] ?? '', [first])
      : failed('no-majority', [first]);
  if (best.length > 1) return failed('tie', [first]);
  const winner = best[0] ?? '';
  return (first.counts[winner] ?? 0) > total / 2 + EQUAL
    ? decided(winner, [first])
    : failed('no-majority', [first]);
}

/**
 * Instant run-off: who has more than half of the ballots that still name an option wins; else the weakest goes. Of
 * equally weak options goes the one that was weaker in the last round in which they differed, else the one that stands
 * later in the list. When all that are left are equal, it is a tie.
 */
function runOff(
  options: readonly string[],
  count: (left: readonly string[]) => Record<string, number>,
): Outcome {
  const rounds: Round[] = [];
  let left = [...options];
  for (;;) {
    const counts = count(left);
    const round: Round = { counts, eliminated: null };
    rounds.push(round);
    const best = leading(counts);
    const [winner = ''] = best;
    if (best.length === 1 && (counts[winner] ?? 0) > sum(counts) / 2) return decided(winner, rounds);
    if (best.length === left.length) return failed('tie', rounds);
    const out = weakest(left, rounds);
    round.eliminated = out;
    left = left.filter((option) => option !== out);
  }
}

function weakest(left: readonly string[], rounds: readonly Round[]): string {
  let weak = [...left];
  for (const { counts } of rounds.toReversed()) {
    const least = Math.min(...weak.map((option) => counts[option] ?? 0));
    weak = weak.filter((option) => (counts[option] ?? 0) === least);
  }
  return weak.at(-1) ?? '';
}

function leading(counts: Record<string, number>): string[] {
  const most = Math.max(...Object.values(counts));
  return Object.keys(counts).filter((option) => (counts[option] ?? 0) > most - EQUAL);
}

function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((total, one) => total + one, 0);
}

function decided(winner: string, rounds: Round[]): Outcome {
  return { status: 'decided', winner, reason: null, rounds };
}

function failed(reason: VoteFailure, rounds: Round[]): Outcome {
  return { status: 'failed', winner: null, reason, rounds };
}
