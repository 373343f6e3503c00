import { driftOf, nextCusum, searchRoles } from '../../src/energy/control.ts';
import {
  entropyOf,
  entropyTerm,
  hyperTerm,
  lift,
  memoryCost,
  pairTerm,
  slopeOf,
} from '../../src/energy/terms.ts';
import { type Random, seededRandom } from '../../src/platform/kernel/random.ts';

/**
 * Experiments A to D of FEATURES EN-6, with the formulas that the ledger uses, over seeded worlds in this process. They
 * show what each term does; what it does in a house is measured by `selection.ts`.
 */

/** A: two of a team do better together; the pair term falls over 50 tasks. `isTeam: false` is the twin. */
export function experimentA(seed: number, isTeam = true): { slope: number; last: number } {
  const random = seededRandom(seed);
  let [together, succeeded] = [0, 0];
  const terms: number[] = [];
  for (let task = 0; task < 50; task += 1) {
    together += 1;
    if (random() < (isTeam ? 0.95 : 0.35)) succeeded += 1;
    terms.push(
      pairTerm(
        [
          [1, 0],
          [1, 0],
        ],
        () => lift(together, succeeded, 0.6),
      ),
    );
  }
  return { slope: slopeOf(terms), last: terms.at(-1) ?? 0 };
}

/**
 * B: 30 escalations across teams, of rising complexity and distance: the logged cost
 * `(complexity − precision)·(1 + 0.1·distance)` rises. It is a metric of its own, apart from the hyper reward.
 */
export function experimentB(seed: number, rises = true): { slope: number } {
  const random = seededRandom(seed);
  const costs = Array.from({ length: 30 }, (_, index) => {
    const complexity = rises ? 0.4 + 0.02 * index : 0.7;
    const distance = rises ? 1 + Math.floor(index / 6) : 3;
    const precision = 0.3 + 0.05 * random();
    // A hyperedge of that energy, with the sign of a cost.
    return -hyperTerm([{ weight: 1, energy: (complexity - precision) * (1 + 0.1 * distance) }]);
  });
  return { slope: slopeOf(costs) };
}

/** C: entropy of role shares while all are held to one role, and after the search may choose. */
export function experimentC(seed: number, alpha = 0.5): { locked: number; unlocked: number; term: number } {
  const random = seededRandom(seed);
  const agents = Array.from({ length: 12 }, (_, index) => ({
    agentId: `${index}`,
    success: 0.4 + 0.5 * random(),
    doubt: random(),
    energyShare: random(),
  }));
  const found = [...searchRoles(agents, alpha, random).values()].map(Object.values) as number[][];
  const sum = (all: readonly number[][]) => all.reduce((total, shares) => total + entropyOf(shares), 0);
  return { locked: sum(agents.map(() => [0, 1, 0])), unlocked: sum(found), term: entropyTerm(found, alpha) };
}

export interface CompressionStep {
  /** Share of the text that was taken away. */
  compression: number;
  bytes: number;
  /** Share of probe facts that were lost. */
  loss: number;
  /** The memory term (form ii), fresh and stale. */
  fresh: number;
  stale: number;
}

/**
 * D: contexts are shortened by leaving out the sentences that say least (no numbers, no names); facts are looked for
 * afterwards. What is measured is the loss of this method on generated contexts: the rooms of memory and knowledge do
 * not exist yet.
 */
export function experimentD(seed: number, isBlind = false): CompressionStep[] {
  const random = seededRandom(seed);
  const contexts = Array.from({ length: 40 }, () => contextOf(random));
  const capacityBytes = contexts.reduce((sum, { sentences }) => sum + sentences.join(' ').length, 0);
  return [0.1, 0.3, 0.5, 0.7, 0.9].map((compression) => {
    let [bytes, lost, facts] = [0, 0, 0];
    for (const context of contexts) {
      const kept = shorten(context.sentences, 1 - compression, isBlind);
      bytes += kept.length;
      facts += context.facts.length;
      lost += context.facts.filter((fact) => !kept.includes(fact)).length;
    }
    const memory = { bytes, capacityBytes, loss: lost / facts };
    return {
      compression,
      bytes,
      loss: lost / facts,
      fresh: memoryCost({ ...memory, hits: 90, items: 10 }),
      stale: memoryCost({ ...memory, hits: 0, items: 10 }),
    };
  });
}

const NAMES = ['Hanover', 'Lindqvist', 'Okafor', 'Teal Harbour', 'Maruyama', 'Brandt'];
const FILLER = [
  'It was said before and is said here once more so that nobody forgets it.',
  'Everybody who was there agreed that this is a good way to go on.',
  'As a matter of course this will be looked at again in the time to come.',
];

/** A context with facts that are unique in it, and twice as much talk. */
function contextOf(random: Random): { sentences: string[]; facts: string[] } {
  const facts = Array.from({ length: 6 }, () => `${Math.floor(random() * 90_000) + 10_000}`);
  const sentences = facts.flatMap((fact, index) => [
    `${NAMES[Math.floor(random() * NAMES.length)]} paid ${fact} EUR for part ${index}.`,
    FILLER[Math.floor(random() * FILLER.length)] ?? '',
    FILLER[Math.floor(random() * FILLER.length)] ?? '',
  ]);
  return { sentences, facts };
}

/** Keeps the sentences that say most within a share of the length; `isBlind` keeps the first ones instead. */
function shorten(sentences: readonly string[], share: number, isBlind: boolean): string {
  const most = sentences.join(' ').length * share;
  const worth = (text: string) => (text.match(/\d{2,}|\b[A-Z]\w+/g) ?? []).length;
  const order = sentences.map((text, place) => ({ text, place }));
  if (!isBlind) order.sort((a, b) => worth(b.text) - worth(a.text) || a.place - b.place);
  const kept: typeof order = [];
  let length = 0;
  for (const one of order) {
    if (length + one.text.length + 1 > most) break;
    kept.push(one);
    length += one.text.length + 1;
  }
  return kept
    .sort((a, b) => a.place - b.place)
    .map(({ text }) => text)
    .join(' ');
}

/** How far contexts can be shortened with at most a tenth of their facts lost. */
export const bestCompression = (steps: readonly CompressionStep[]): number =>
  Math.max(0, ...steps.filter(({ loss }) => loss <= 0.1).map(({ compression }) => compression));

/** Tasks until a stream of failures is called a drift; the twin succeeds and never is. */
export function tasksToDrift(isSuccess: boolean): number | undefined {
  let cusum = 0;
  for (let task = 1; task <= 100; task += 1) {
    cusum = nextCusum(cusum, isSuccess);
    if (driftOf(cusum) === 1) return task;
  }
  return undefined;
}
