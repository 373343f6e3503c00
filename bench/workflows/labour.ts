/**
 * The work of the steps, and the book that is kept of it: next to nothing is done, so what is measured is the system
 * around it; but every value depends on the one before, so that a step left out, repeated or begun too early is seen.
 */
export const CHAIN_STEPS = 10;
export const GRAPH_WIDTH = 10;
export const FAN_WIDTH = 100;

const MODULUS = 1_000_003;
const mix = (value: number, by: number): number => (value * 31 + by + 1) % MODULUS;
const places = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** What each step does. `task` names the workflow it belongs to. */
export interface Labour {
  /** One step of the chain, `step` from 0. */
  link(task: string, step: number, given: number): number;
  /** The first (`level` 0) or second (1) step of a chain of the graph. */
  part(task: string, chain: number, level: number, given: number): number;
  split(task: string, seed: number): number[];
  item(task: string, index: number, given: number): number;
  join(task: string, given: readonly number[]): number;
}

export type Shape = 'chain' | 'graph' | 'fan-out';

/** Steps of one workflow. */
export const STEPS: Record<Shape, number> = {
  chain: CHAIN_STEPS,
  graph: 2 * GRAPH_WIDTH,
  'fan-out': FAN_WIDTH + 2,
};

/** What came of one workflow must be this. */
export function expected(shape: Shape, seed: number): number | number[] {
  if (shape === 'chain') return places(CHAIN_STEPS).reduce(mix, seed);
  if (shape === 'graph') return places(GRAPH_WIDTH).map((chain) => mix(mix(seed, chain), chain + 100));
  return fold(places(FAN_WIDTH).map((index) => mix(seed + index, index)));
}

const fold = (values: readonly number[]): number => values.reduce(mix, values.length);

export interface Book extends Labour {
  /** What was wrong, at most a few sentences: steps carried out twice, too early, or with a wrong value. */
  faults(): string[];
  /** How often a step was carried out, repetitions included. */
  carriedOut(): number;
  /** Forgets what happened. */
  reset(): void;
}

const MAX_FAULTS = 5;

/** Labour that is written down. */
export function createBook(): Book {
  /** By workflow: what each step gave, by its place. */
  let given = new Map<string, Map<string, unknown>>();
  let faults: string[] = [];
  let carriedOut = 0;

  const note = (sentence: string) => {
    if (faults.length < MAX_FAULTS) faults.push(sentence);
  };
  /** Writes a step down; `after` names what must have been done before, with the value it must have got from there. */
  function carryOut<T>(task: string, place: string, gave: T, after: Array<[string, unknown]>): T {
    carriedOut += 1;
    const known = given.get(task) ?? new Map<string, unknown>();
    given.set(task, known);
    if (known.has(place)) note(`${place} of ${task} was carried out twice`);
    for (const [before, value] of after) {
      if (!known.has(before)) note(`${place} of ${task} began before ${before}`);
      else if (known.get(before) !== value)
        note(
          `${place} of ${task} got ${String(value)} from ${before}, which gave ${String(known.get(before))}`,
        );
    }
    known.set(place, gave);
    return gave;
  }

  return {
    link: (task, step, value) =>
      carryOut(task, `step ${step}`, mix(value, step), step === 0 ? [] : [[`step ${step - 1}`, value]]),
    part: (task, chain, level, value) =>
      carryOut(
        task,
        `part ${chain}.${level}`,
        mix(value, chain + level * 100),
        level === 0 ? [] : [[`part ${chain}.${level - 1}`, value]],
      ),
    split(task, seed) {
      const list = places(FAN_WIDTH).map((index) => seed + index);
      carryOut(task, 'split', list.length, []);
      return list;
    },
    item: (task, index, value) => carryOut(task, `item ${index}`, mix(value, index), [['split', FAN_WIDTH]]),
    join(task, values) {
      if (values.length !== FAN_WIDTH) note(`join of ${task} got ${values.length} results`);
      return carryOut(
        task,
        'join',
        fold(values),
        places(FAN_WIDTH).map((index) => [`item ${index}`, values[index]]),
      );
    },
    faults: () => faults,
    carriedOut: () => carriedOut,
    reset() {
      given = new Map();
      faults = [];
      carriedOut = 0;
    },
  };
}
