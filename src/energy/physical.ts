/**
 * Physical energy: joules of work, added up from what it took of the machine (EVOLUTION section 3.2). It has nothing to
 * do with coordination energy (`terms.ts`), which has no unit.
 */

/** How a number of joules came about: read from a counter, from CPU time by known power, or by a rule of thumb. */
export const MARKS = ['measured', 'derived', 'estimated'] as const;
export type Mark = (typeof MARKS)[number];

/** Joules with the range in which the truth is expected. */
export interface Joules {
  joules: number;
  lowJ: number;
  highJ: number;
  mark: Mark;
}

/**
 * Power and energy of a rented machine, after Cloud Carbon Footprint (AwsFootprintEstimationConstants.ts): 0.74 W idle
 * and 3.5 W full for one vCPU, 0.000392 kWh for a GB·h of memory, 0.001 kWh for a GB through a network.
 */
export const IDLE_W_PER_CORE = 0.74;
export const FULL_W_PER_CORE = 3.5;
/** What a busy second of a core takes above an idle one. */
export const J_PER_CPU_SECOND = FULL_W_PER_CORE - IDLE_W_PER_CORE;
export const J_PER_GB_SECOND = 0.392;
export const J_PER_NETWORK_MB = 3.6;
/** Power usage effectiveness of a large data centre (AWS): what cooling and conversion take on top. */
export const DEFAULT_PUE = 1.135;
export const J_PER_KWH = 3_600_000;

/**
 * Shares of the value in which the truth is expected. Estimates: EVOLUTION 3.2. Derived: idle cores counted in at the
 * top, an efficient machine at the bottom. Measured: what apportioning by CPU time may get wrong.
 */
const RANGES: Record<Mark, readonly [low: number, high: number]> = {
  measured: [0.9, 1.1],
  derived: [0.6, 1.6],
  estimated: [0.5, 2],
};

/** What a piece of work took of the machine. */
export interface Taken {
  cpuSeconds: number;
  memoryGbSeconds: number;
  networkMb: number;
  /** Joules of its CPU time as the machine's own counter says; absent where there is none to read. */
  cpuCounterJ?: number;
  /** Nobody measured the CPU time: it is taken from the clock. */
  isGuessed?: boolean;
}

/** Joules of the host: `(CPU + memory + network) × PUE`. The weakest of the marks that matter is the mark of all. */
export function hostJoules(taken: Taken, pue: number): Joules {
  const { cpuCounterJ, isGuessed = false } = taken;
  const cpuMark: Mark = isGuessed ? 'estimated' : cpuCounterJ === undefined ? 'derived' : 'measured';
  return sumJoules([
    joulesOf((cpuCounterJ ?? taken.cpuSeconds * J_PER_CPU_SECOND) * pue, cpuMark),
    joulesOf(taken.memoryGbSeconds * J_PER_GB_SECOND * pue, 'derived'),
    joulesOf(taken.networkMb * J_PER_NETWORK_MB * pue, 'estimated'),
  ]);
}

/** A value with the range that its mark gives it. */
export function joulesOf(joules: number, mark: Mark): Joules {
  const [low, high] = RANGES[mark];
  return { joules, lowJ: joules * low, highJ: joules * high, mark };
}

/** Parts below this share of the whole do not change its mark. */
const NEGLIGIBLE = 0.05;

/** Adds joules and ranges; the mark is the weakest among the parts that matter. */
export function sumJoules(parts: readonly Joules[]): Joules {
  const sum = (of: (part: Joules) => number) => parts.reduce((total, part) => total + of(part), 0);
  const joules = sum((part) => part.joules);
  const marks = parts
    .filter((part) => part.joules > joules * NEGLIGIBLE)
    .map(({ mark }) => MARKS.indexOf(mark));
  const weakest = MARKS[Math.max(...marks)] ?? 'estimated'; // of nothing: nobody looked
  return { joules, lowJ: sum((part) => part.lowJ), highJ: sum((part) => part.highJ), mark: weakest };
}

/** The share of a counter's joules that belongs to work with so much of the CPU time (EVOLUTION 3.2). */
export function apportion(counterJ: number, cpuSeconds: number, allCpuSeconds: number): number {
  if (allCpuSeconds <= 0) return 0;
  return counterJ * Math.min(1, cpuSeconds / allCpuSeconds);
}

/** Grams of CO2e of joules, where a kWh brings so many. */
export function carbonG(joules: number, gramsPerKwh: number): number {
  return (joules / J_PER_KWH) * gramsPerKwh;
}
