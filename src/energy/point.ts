import type { EnergyReadingRow } from '../platform/store/energy-rows.ts';
import { anomalyOf, driftOf } from './control.ts';
import { J_PER_GB_SECOND } from './physical.ts';
import { type EnergyTerms, entropyOf, lift } from './terms.ts';
import type { EnergySettings, Learned } from './weights.ts';

/**
 * From what was measured to coordination energy, as EVOLUTION 3.4 maps it: one state after each attempt that ended.
 */
export interface Measured {
  reading: Pick<EnergyReadingRow, 'joules' | 'memory_gb_s' | 'tokens'>;
  /** Pairs of the agents that worked on the goal so far. */
  pairs: ReadonlyArray<Together>;
  /** All of them, where they are three or more. */
  team: Together | undefined;
  /** How often each agent was chosen of late for this capability. */
  choices: readonly number[];
  alive: number;
  secondsSince: number;
  cusum: number;
  /** Joules of this capability of late. */
  usualJoules: readonly number[];
}

/** How often agents worked together, how often that went well, and what they reach otherwise. */
export interface Together {
  together: number;
  succeeded: number;
  expected: number;
}

/**
 * Watts of an agent that waits. It is a row in the database: a few KB of memory and its share of a heartbeat, which is
 * below a milliwatt; this is the upper border.
 */
const IDLE_W_PER_AGENT = 0.001;
/** Silence longer than this is not held against the next attempt. */
const MAX_SECONDS = 60;

const clamp = (value: number) => Math.max(-1, Math.min(1, value));
const liftOf = ({ together, succeeded, expected }: Together) => lift(together, succeeded, expected);

/** The terms of one point. Weights of 0 switch terms off. */
export function termsOf(measured: Measured, settings: EnergySettings, learned: Learned): EnergyTerms {
  const { reading, pairs, team, choices, alive, cusum, usualJoules } = measured;
  const total = choices.reduce((sum, count) => sum + count, 0);
  const idleJ = alive * IDLE_W_PER_AGENT * Math.min(MAX_SECONDS, measured.secondsSince);
  const memoryJ = reading.memory_gb_s * J_PER_GB_SECOND;
  const anomaly =
    reading.joules === null || reading.joules <= 0
      ? 0
      : anomalyOf(Math.log(reading.joules), usualJoules.filter((j) => j > 0).map(Math.log));
  return {
    pair: 0 - settings.pair * pairs.reduce((sum, pair) => sum + liftOf(pair), 0),
    hyper: team ? 0 - settings.hyper * clamp(liftOf(team)) : 0,
    entropy: total === 0 ? 0 : 0 - learned.alpha * entropyOf(choices.map((count) => count / total)),
    reg: learned.lambda * (idleJ + reading.tokens / 1_000),
    mem: learned.beta * settings.joule * memoryJ,
    joule: settings.joule * (reading.joules ?? 0),
    drift: settings.drift * driftOf(cusum),
    anomaly: settings.anomaly * anomaly,
  };
}
