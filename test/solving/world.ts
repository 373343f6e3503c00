import { type Random, seededRandom } from '../../src/platform/kernel/random.ts';

/**
 * Labelled tasks and SIMULATED operators: an operator is a skill (how often it is right), a price, and what it says of
 * itself. Nothing here thinks; what is measured is how answers are put together, not how good a model is.
 */
export interface SimulatedOperator {
  name: string;
  /** The probability that it is right; hidden from Cadre. */
  skill: number;
  /** What it states as its confidence. */
  stated: number;
  costUsd: number;
}

export interface World {
  name: string;
  operators: readonly SimulatedOperator[];
  /** Share of tasks in which all draw the same luck, and err with the same wrong answer. */
  sharedErrors: number;
}

/** One labelled task: the right option, and what each operator says when it is asked alone. */
export interface LabelledTask {
  truth: string;
  answers: Record<string, string>;
}

export const OPTIONS = ['a', 'b', 'c', 'd'] as const;

/** Five operators like those of EVOLUTION 2.3: the best one costs 20 of 30 (here in thousandths of a dollar). */
const FIVE: readonly SimulatedOperator[] = [
  { name: 'Alder', skill: 0.6, stated: 0.5, costUsd: 0.001 },
  { name: 'Birch', skill: 0.66, stated: 0.5, costUsd: 0.002 },
  { name: 'Cedar', skill: 0.72, stated: 0.5, costUsd: 0.003 },
  { name: 'Damson', skill: 0.76, stated: 0.5, costUsd: 0.004 },
  { name: 'Elm', skill: 0.8, stated: 0.5, costUsd: 0.02 },
];

/** One strong operator that thinks little of itself, four weak ones that are sure. */
const BOASTERS: readonly SimulatedOperator[] = [
  { name: 'Quiet', skill: 0.92, stated: 0.3, costUsd: 0.02 },
  ...['Loud1', 'Loud2', 'Loud3', 'Loud4'].map((name) => ({
    name,
    skill: 0.4,
    stated: 0.95,
    costUsd: 0.002,
  })),
];

export const WORLDS = {
  independent: { name: 'independent', operators: FIVE, sharedErrors: 0 },
  shared: { name: 'shared', operators: FIVE, sharedErrors: 0.3 },
  allShared: { name: 'all-shared', operators: FIVE, sharedErrors: 1 },
  boasters: { name: 'boasters', operators: BOASTERS, sharedErrors: 0.5 },
} as const satisfies Record<string, World>;

/** The same task for the same world, seed and number, wherever it is asked for. */
export function taskOf(world: World, seed: number, number: number): LabelledTask {
  const random = seededRandom(Math.imul(seed, 2_654_435_761) ^ Math.imul(number + 1, 40_503));
  for (let warm = 0; warm < 4; warm += 1) random(); // neighbours differ from the first number on
  const truth = pick(OPTIONS, random);
  const wrong = OPTIONS.filter((option) => option !== truth);
  const isShared = random() < world.sharedErrors;
  const commonLuck = random();
  const commonError = pick(wrong, random);
  const answers = world.operators.map(({ name, skill }) => {
    const [luck, error] = [random(), pick(wrong, random)];
    const isRight = (isShared ? commonLuck : luck) < skill;
    return [name, isRight ? truth : isShared ? commonError : error];
  });
  return { truth, answers: Object.fromEntries(answers) };
}

function pick<T>(from: readonly T[], random: Random): T {
  return from[Math.floor(random() * from.length)] as T; // never empty
}
