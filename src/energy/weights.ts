import { z } from 'zod';

/**
 * The weights of energy: those that people set (prices, limits), and those that the loops learn within bounds
 * (FEATURES EN-1, EN-4, EN-5; EVOLUTION 3.4).
 */
const limit = z.number().positive().max(1e12).nullable();
const weight = (least: number, most: number) => z.number().min(least).max(most);

export const settingsSchema = z.object({
  /** V: what a success is worth in the choice of an agent. 0.5 is its share in the registry score (SC-3). */
  value: weight(0, 100).default(0.5),
  /** Price of a dollar: 1 / the dollars that a success is worth. */
  usd: weight(0, 1_000).default(1),
  /** Price of a joule. Electricity alone would be 7e-8; 1e-4 lets joules decide between agents that are as good. */
  joule: weight(0, 10).default(1e-4),
  /** Price of a second of work, beyond the speed term of the registry score. */
  second: weight(0, 10).default(0),
  /** How much it counts that agents did better together than apart. */
  lift: weight(0, 10).default(1),
  /** How much an agent that is little known is preferred, by its role as an explorer. */
  explore: weight(0, 10).default(0),
  /** The score of SC-2 (hand weights), subtracted. */
  canon: weight(0, 10).default(0),
  /** Share of the joules in hand among those who could do it, subtracted: spreads work by energy. */
  balance: weight(0, 10).default(0),
  pair: weight(0, 10).default(1),
  hyper: weight(0, 1).default(1),
  drift: weight(0, 10).default(0),
  anomaly: weight(0, 10).default(0),
  /** Part of the guard of the loops (EN-5). */
  betaMeta: weight(0, 2).default(0.8),
  betaMem: weight(0, 2).default(0.99),
  /** An agent that is expected to take more for a task is not asked. */
  maxJoules: limit.default(null),
  /** An agent whose tasks take more on average raises an alert. */
  alertJoules: limit.default(null),
});
export type EnergySettings = z.output<typeof settingsSchema>;

/**
 * Terms of a score whose weight is learned, as a factor. Not among them: prices, since what a dollar, a joule and a
 * second are worth is for people to say; load, balance and explore, since what spreading work and getting to know an
 * agent are good for does not show in the outcome of one task.
 */
export const LEARNED_TERMS = ['success', 'speed', 'lift', 'canon'] as const;
export type LearnedTerm = (typeof LEARNED_TERMS)[number];
/** A term never counts less than a quarter, or more than four times, of what a person gave it. */
export const MULTIPLIER_BOUNDS = [0.25, 4] as const;

/** Bounds of what the loops learn (EN-5). */
export const LEARNED_BOUNDS = { alpha: [0.1, 2], lambda: [0.001, 0.1], beta: [0.05, 0.5] } as const;

const roleSchema = z.object({ explorer: z.number(), specialist: z.number(), observer: z.number() });
export type RoleShares = z.output<typeof roleSchema>;

export const learnedSchema = z.object({
  alpha: z.number().default(0.5),
  lambda: z.number().default(0.01),
  beta: z.number().default(0.2),
  /** One-sided CUSUM of failures (SC-4, variant B). */
  cusum: z.number().default(0),
  /** When the flywheel last turned, milliseconds of the database. */
  turnedAt: z.number().default(0),
  /** When the newest point was made. */
  pointAt: z.number().default(0),
  /** Shares of roles by agent, as the search found them. */
  roles: z.record(z.string(), roleSchema).default({}),
  /** What each term of a score is multiplied with, by ridge regression (EVOLUTION 3.4); absent: 1. */
  multipliers: z.partialRecord(z.enum(LEARNED_TERMS), z.number()).default({}),
  /** When they changed last: choices before it had other weights. */
  weighedAt: z.number().default(0),
  /** When it was tried last to learn them. */
  triedAt: z.number().default(0),
  /** What a random choice was worth when it was recorded. */
  baseline: z
    .object({
      at: z.string(),
      joulesPerSuccess: z.number(),
      carbonGPerSuccess: z.number(),
      attempts: z.number(),
    })
    .nullable()
    .default(null),
});
export type Learned = z.output<typeof learnedSchema>;

/** The weights of a tenant; the defaults where nothing was said yet. */
export function readState(row: { settings: string; learned: string } | undefined): {
  settings: EnergySettings;
  learned: Learned;
} {
  return {
    settings: settingsSchema.parse(row ? JSON.parse(row.settings) : {}),
    learned: learnedSchema.parse(row ? JSON.parse(row.learned) : {}),
  };
}
