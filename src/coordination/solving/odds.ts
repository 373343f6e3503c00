/**
 * How answers of several agents become one (EVOLUTION 2.3 "Cascade and voting", FEATURES TO-3): pure rules.
 * An agent that is right with probability p weighs `ln((C−1)·p/(1−p))` among C options; the probability of each option
 * is the softmax over the weights of those who chose it. That is Bayes' rule for agents whose errors are independent
 * and spread evenly over the wrong options; where errors are shared, it is too sure.
 */

/** How many judged answers the stated confidence is worth (EVOLUTION 2.3: a = 1 + 3c + S, b = 1 + 3(1−c) + F). */
const PRIOR_STRENGTH = 3;

/** What is known of an agent for one type of task. */
export interface SolverRecord {
  /** Its stated confidence, in [0, 1]; 0.5 where it states none. */
  stated: number;
  /** Judged answers that were right, and wrong. */
  succeeded: number;
  failed: number;
}

/** The probability that its next answer is right: the mean of Beta(1 + 3c + S, 1 + 3(1−c) + F). Never 0 or 1. */
export function expectedRight({ stated, succeeded, failed }: SolverRecord): number {
  const a = 1 + PRIOR_STRENGTH * stated + succeeded;
  const b = 1 + PRIOR_STRENGTH * (1 - stated) + failed;
  return a / (a + b);
}

/** `ln((C−1)·p/(1−p))`: zero for a guess among `options` (p = 1/C), below zero for who is wrong more often than that. */
export function logOdds(p: number, options: number): number {
  return Math.log(((options - 1) * p) / (1 - p));
}

/**
 * How often an agent that was shown the board is taken to repeat what leads it. Simulated: without this, a cascade
 * whose agents copy half of the time falls from 90 % right to 69 % (docs/proof/collective-solving.md).
 */
const COPYING = 0.5;

/**
 * What it weighs that an agent says what led the board it was shown: `ln((h + (1−h)·p)/(h + (1−h)·(1−p)/(C−1)))`, h
 * being the share of copying. Whoever contradicts the board has not copied and weighs in full.
 */
export function followingOdds(p: number, options: number): number {
  return Math.log((COPYING + (1 - COPYING) * p) / (COPYING + ((1 - COPYING) * (1 - p)) / (options - 1)));
}

/** One answer that counts: which option, how often its agent is right, and whether it follows the board it was shown. */
export interface Said {
  option: string;
  p: number;
  follows?: boolean;
}

/** What the answers amount to. */
export interface Posterior {
  /** Probability of each option, likeliest first; equal ones in the order of the options. */
  options: Array<{ option: string; probability: number; answers: number }>;
  /** Of an answer that nobody has given, where fewer than two were given to a free question. */
  unsaid: number;
  /** C: how many options the weights were made for. */
  size: number;
  /** How far the likeliest is ahead of the next one, in probability. */
  margin: number;
}

/**
 * The posterior over the options. Without options (a free question) those that were said are taken, and C is how many
 * of them are distinct, at least 2: one that nobody has said may be right.
 */
export function posteriorOf(said: readonly Said[], options?: readonly string[]): Posterior {
  const known = options ?? [...new Set(said.map((one) => one.option))];
  const size = Math.max(2, known.length);
  const rows = known.map((option) => {
    const own = said.filter((one) => one.option === option);
    return {
      option,
      answers: own.length,
      weight: own.reduce((sum, one) => sum + (one.follows ? followingOdds : logOdds)(one.p, size), 0),
    };
  });
  // What nobody has said stands at weight 0, as an option without answers does.
  const weights = [...rows.map((row) => row.weight), ...Array<number>(size - rows.length).fill(0)];
  const top = Math.max(...weights);
  const total = weights.reduce((sum, weight) => sum + Math.exp(weight - top), 0);
  const shown = rows
    .map(({ option, answers, weight }) => ({ option, answers, probability: Math.exp(weight - top) / total }))
    .sort((a, b) => b.probability - a.probability);
  const unsaid = size > rows.length ? Math.exp(-top) / total : 0;
  const margin = (shown[0]?.probability ?? 0) - Math.max(shown[1]?.probability ?? 0, unsaid);
  return { options: shown, unsaid, size, margin };
}

/** How one answer is made of many. */
export const METHODS = ['cascade', 'vote', 'majority', 'best'] as const;
export type Method = (typeof METHODS)[number];

/** Why no answer was taken. */
export const SOLUTION_FAILURES = ['nobody-answered', 'tie', 'too-unsure', 'given-up'] as const;
export type SolutionFailure = (typeof SOLUTION_FAILURES)[number];

export type Verdict = { answer: string; reason: null } | { answer: null; reason: SolutionFailure };

/** Probabilities closer than this are equal: sums of logarithms carry dust. */
const EQUAL = 1e-9;

/**
 * The answer of a posterior. `vote` and `cascade` take the likeliest option, and the number of answers parts equal ones
 * (agents that nothing is known of weigh nothing between two options); `majority` and `best` take what was said most,
 * and the posterior parts equal ones. What is equal in both is a tie. An option that nobody said is no answer: where it
 * is the likeliest, or the likeliest is below `floor`, the agents are too unsure.
 */
export function verdictOf(method: Method, { options, unsaid }: Posterior, floor: number): Verdict {
  const said = options.filter((one) => one.answers > 0);
  if (said.length === 0) return { answer: null, reason: 'nobody-answered' };
  const byOdds = method === 'vote' || method === 'cascade';
  const compare = (a: (typeof said)[number], b: (typeof said)[number]) => {
    const odds = Math.abs(a.probability - b.probability) < EQUAL ? 0 : b.probability - a.probability;
    return byOdds ? odds || b.answers - a.answers : b.answers - a.answers || odds;
  };
  const [first, second] = said.toSorted(compare);
  if (!first) return { answer: null, reason: 'nobody-answered' };
  if (second && compare(first, second) === 0) return { answer: null, reason: 'tie' };
  const unnamed = Math.max(
    unsaid,
    ...options.filter((one) => one.answers === 0).map((one) => one.probability),
  );
  if (first.probability < floor || (byOdds && unnamed - first.probability > EQUAL))
    return { answer: null, reason: 'too-unsure' };
  return { answer: first.option, reason: null };
}

/** True when a cascade need not ask anybody else. */
export function isSettled({ options }: Posterior, threshold: number): boolean {
  const first = options[0];
  return first !== undefined && first.answers > 0 && first.probability >= threshold;
}

/** An agent that may be asked. */
export interface Solver {
  id: string;
  /** How often it is right, as far as is known. */
  p: number;
  /** What an answer is expected to cost, and to take. */
  costUsd: number;
  ms: number;
}

/**
 * In which order agents are asked: a cascade begins with the cheapest (of equal price with who is right more often,
 * then with the faster), the best single with who is right most often. Of equals the older agent (smaller id) is first.
 */
export function inAskingOrder<T extends Solver>(method: Method, solvers: readonly T[]): T[] {
  const byId = (a: T, b: T) => (a.id < b.id ? -1 : 1);
  const cheapest = (a: T, b: T) => a.costUsd - b.costUsd || b.p - a.p || a.ms - b.ms || byId(a, b);
  const surest = (a: T, b: T) => b.p - a.p || a.costUsd - b.costUsd || a.ms - b.ms || byId(a, b);
  return [...solvers].sort(method === 'best' ? surest : cheapest);
}

/** A vote and a majority ask all at once, so that no answer depends on another; the others one after another. */
export function asksAtOnce(method: Method): boolean {
  return method === 'vote' || method === 'majority';
}
