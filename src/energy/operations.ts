import { z } from 'zod';
import type { EventLog } from '../platform/events/events.ts';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { operation } from '../platform/kernel/operation.ts';
import {
  holdState,
  selectChanges,
  selectPointPage,
  selectPoints,
  selectRecords,
  selectState,
  updateState,
} from '../platform/store/energy.ts';
import { selectHourly, selectUnbooked } from '../platform/store/energy-readings.ts';
import type { EnergyChangeRow } from '../platform/store/energy-rows.ts';
import type { Store } from '../platform/store/transaction.ts';
import { bookEnergy, WINDOW } from './book.ts';
import { forecast } from './forecast.ts';
import { learnWeights } from './learn.ts';
import { refusal } from './loops.ts';
import { note } from './note.ts';
import { randomBaseline } from './prediction.ts';
import {
  balanceSchema,
  gradientSchema,
  pointSchema,
  readGradient,
  readSummary,
  summarySchema,
  toPoint,
} from './show.ts';
import {
  type EnergySettings,
  LEARNED_BOUNDS,
  LEARNED_TERMS,
  type Learned,
  MULTIPLIER_BOUNDS,
  readState,
  settingsSchema,
} from './weights.ts';

interface Needs {
  store: Store;
  events: EventLog;
}

const changeSchema = z.object({
  id: z.string(),
  at: z.string(),
  by: z.string(),
  before: z.record(z.string(), z.unknown()),
  after: z.record(z.string(), z.unknown()),
  refused: z.boolean(),
  because: z.string(),
});
const weightsSchema = z.object({
  settings: settingsSchema,
  learned: z.object({ alpha: z.number(), lambda: z.number(), beta: z.number() }),
  /** What each term of a score is multiplied with. */
  multipliers: z.record(z.enum(LEARNED_TERMS), z.number()),
  bounds: z.record(z.string(), z.array(z.number())),
  changes: z.array(changeSchema),
});
const SHOWN_CHANGES = 20;

/** One number of a weight, as a person writes it; `none` takes a limit away. */
const said = (least: number, most: number) => z.coerce.number().min(least).max(most).optional();
const saidLimit = z
  .union([z.literal('none'), z.coerce.number().positive().max(1e12)])
  .optional()
  .describe('Joules of one task, or `none`.');
const HOUR_MS = 3_600_000;
/** Hours that a forecast looks back on: two weeks. */
const LOOK_BACK_HOURS = 336;

/** Energy: joules and grams of what was done, and coordination energy with its weights. */
export const energyOperations = [
  operation({
    name: 'energy.summary',
    summary: 'Joules and grams of CO2e per successful task, by agent and team, beside random choice.',
    route: { method: 'GET', path: '/energy' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(100) }),
    output: summarySchema,
    example: { limit: 20 },
    async run(needs: Needs, caller, { limit }) {
      await bookWhatEnded(needs, caller.tenantId);
      return needs.store.read(caller.tenantId, (tx) => readSummary(tx, limit));
    },
  }),
  operation({
    name: 'energy.gradient',
    summary:
      'Coordination energy now: its terms, the slope of each, and the weights that hold. It has no unit.',
    route: { method: 'GET', path: '/energy/gradient' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({}),
    output: gradientSchema,
    example: {},
    async run(needs: Needs, caller) {
      await bookWhatEnded(needs, caller.tenantId);
      return needs.store.read(caller.tenantId, readGradient);
    },
  }),
  operation({
    name: 'energy.ledger',
    summary:
      'The ledger of coordination energy, newest first: one point for each attempt that ended, 1,000 are kept.',
    route: { method: 'GET', path: '/energy/ledger' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({
      agentId: z.string().max(64).optional(),
      cursor: z.string().optional(),
      limit: z.coerce.number().int().min(1).max(1_000).default(50),
    }),
    output: z.object({ items: z.array(pointSchema), nextCursor: z.string().nullable() }),
    example: { limit: 10 },
    async run(needs: Needs, caller, { agentId, cursor, limit }) {
      if (cursor !== undefined && !/^\d{1,15}$/.test(cursor))
        throw new CadreError('request/bad-cursor', { cursor });
      await bookWhatEnded(needs, caller.tenantId);
      return needs.store.read(caller.tenantId, async (tx) => {
        const rows = await selectPointPage(tx, {
          limit: limit + 1,
          ...(cursor !== undefined && { beforeNumber: Number(cursor) }),
          ...(agentId !== undefined && { agentId }),
        });
        const items = rows.slice(0, limit).map(toPoint);
        return { items, nextCursor: rows.length > limit ? String(items.at(-1)?.number) : null };
      });
    },
  }),
  operation({
    name: 'energy.weights',
    summary:
      'The weights, prices and limits of energy, with the bounds of those that are learned and their history.',
    route: { method: 'GET', path: '/energy/weights' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({}),
    output: weightsSchema,
    example: {},
    run: ({ store }: Needs, caller) =>
      store.read(caller.tenantId, async (tx) => {
        const { settings, learned } = readState(await selectState(tx));
        return shown(settings, learned, await selectChanges(tx, SHOWN_CHANGES));
      }),
  }),
  operation({
    name: 'energy.change',
    summary: 'Sets prices, weights and limits of energy for the choice of agents; guards may refuse them.',
    route: { method: 'PATCH', path: '/energy/weights' },
    permission: 'admin',
    effect: 'write',
    input: z.object({
      value: said(0, 100),
      usd: said(0, 1_000),
      joule: said(0, 10),
      second: said(0, 10),
      lift: said(0, 10),
      explore: said(0, 10),
      canon: said(0, 10),
      balance: said(0, 10),
      pair: said(0, 10),
      hyper: said(0, 1),
      drift: said(0, 10),
      anomaly: said(0, 10),
      betaMeta: said(0, 2),
      betaMem: said(0, 2),
      maxJoules: saidLimit,
      alertJoules: saidLimit,
    }),
    output: weightsSchema,
    example: { joule: 0.001, maxJoules: 500 },
    async run({ store, events }: Needs, caller, input) {
      const given = Object.fromEntries(
        Object.entries(input)
          .filter(([, value]) => value !== undefined)
          .map(([name, value]) => [name, value === 'none' ? null : value]),
      );
      const outcome = await store.write(caller.tenantId, async (tx) => {
        const { settings, learned } = readState(await holdState(tx));
        const next = settingsSchema.parse({ ...settings, ...given });
        const refused = await refusal(tx, next, await selectPoints(tx, WINDOW));
        const before = Object.fromEntries(
          Object.keys(given).map((name) => [name, settings[name as keyof EnergySettings]]),
        );
        await note(tx, caller.actor.name, { before, after: given, refused }, 'a person set it');
        if (refused !== undefined) return { refused };
        await updateState(tx, { settings: JSON.stringify(next) });
        await events.append(tx, [
          { tenantId: tx.tenantId, type: 'energy.changed', data: { ...given, by: caller.actor.name } },
        ]);
        return shown(next, learned, await selectChanges(tx, SHOWN_CHANGES));
      });
      if ('refused' in outcome) throw new CadreError('energy/guard', { detail: outcome.refused });
      return outcome;
    },
  }),
  operation({
    name: 'energy.learn',
    summary:
      'Learns from what came of choices how much each term of a score counts; it holds where newer choices bear it out.',
    route: { method: 'POST', path: '/energy/lessons' },
    permission: 'admin',
    effect: 'write',
    input: z.object({}),
    output: z.object({
      learned: z.boolean(),
      because: z.string(),
      samples: z.int(),
      terms: z.array(
        z.object({
          term: z.enum(LEARNED_TERMS),
          before: z.number(),
          after: z.number(),
          contribution: z.number(),
        }),
      ),
    }),
    example: {},
    run: ({ store, events }: Needs, caller) =>
      store.write(caller.tenantId, (tx) => learnWeights(tx, events, caller.actor.name)),
  }),
  operation({
    name: 'energy.calibrate',
    summary:
      'Records what random choice would take for a success now, as the baseline that later choice is held to.',
    route: { method: 'POST', path: '/energy/calibrate' },
    permission: 'admin',
    effect: 'write',
    input: z.object({}),
    output: summarySchema.pick({ baseline: true }).extend({ tenant: balanceSchema.nullable() }),
    example: {},
    async run(needs: Needs, caller) {
      await bookWhatEnded(needs, caller.tenantId);
      return needs.store.write(caller.tenantId, async (tx) => {
        const state = await holdState(tx);
        const { learned } = readState(state);
        const random = randomBaseline(await selectRecords(tx));
        const { tenant } = await readSummary(tx, 1);
        const gramsPerJoule = tenant && tenant.joules > 0 ? tenant.carbonG / tenant.joules : 0;
        const baseline = random && {
          ...random,
          carbonGPerSuccess: random.joulesPerSuccess * gramsPerJoule,
          at: toRfc3339(state.now),
        };
        if (baseline) await updateState(tx, { learned: JSON.stringify({ ...learned, baseline }) });
        return { baseline: baseline ?? learned.baseline, tenant };
      });
    },
  }),
  operation({
    name: 'energy.forecast',
    summary:
      'Joules and dollars of the next hours; Holt or Holt-Winters, where it is better than the naive forecast.',
    route: { method: 'GET', path: '/energy/forecast' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({ hours: z.coerce.number().int().min(1).max(168).default(24) }),
    output: z.object({
      from: z.string().nullable(),
      hours: z.int(),
      joules: forecastSchema(),
      costUsd: forecastSchema(),
    }),
    example: { hours: 6 },
    run: ({ store }: Needs, caller, { hours }) =>
      store.read(caller.tenantId, async (tx) => {
        const rows = await selectHourly(tx, LOOK_BACK_HOURS);
        const [first, last] = [rows[0]?.hour, rows.at(-1)?.hour];
        const by = new Map(rows.map((row) => [row.hour, row]));
        // Hours in which nothing was done took nothing.
        const all =
          first === undefined || last === undefined
            ? []
            : Array.from({ length: last - first + 1 }, (_, index) => by.get(first + index));
        return {
          from: last === undefined ? null : toRfc3339((last + 1) * HOUR_MS),
          hours: all.length,
          joules: forecast(
            all.map((row) => row?.joules ?? 0),
            hours,
          ),
          costUsd: forecast(
            all.map((row) => row?.costUsd ?? 0),
            hours,
          ),
        };
      }),
  }),
];

/** The loop books soon; who asks is told of what has ended by now, such as a page that saw a task end. */
async function bookWhatEnded(needs: Needs, tenantId: string): Promise<void> {
  const [waiting] = await needs.store.read(tenantId, (tx) => selectUnbooked(tx, 1));
  if (waiting) await bookEnergy(needs, tenantId);
}

function forecastSchema() {
  return z.object({
    method: z.enum(['naive', 'seasonal-naive', 'holt', 'holt-winters']),
    next: z.array(z.number()),
    mape: z.number().nullable(),
    naiveMape: z.number().nullable(),
  });
}

function shown(
  settings: EnergySettings,
  { alpha, lambda, beta, multipliers }: Learned,
  changes: readonly EnergyChangeRow[],
): z.output<typeof weightsSchema> {
  return {
    settings,
    learned: { alpha, lambda, beta },
    multipliers: { success: 1, speed: 1, lift: 1, canon: 1, ...multipliers },
    bounds: Object.fromEntries(
      Object.entries({ ...LEARNED_BOUNDS, multipliers: MULTIPLIER_BOUNDS }).map(([name, bounds]) => [
        name,
        [...bounds],
      ]),
    ),
    changes: changes.map((row) => ({
      id: row.id,
      at: toRfc3339(row.created_at),
      by: row.changed_by,
      before: JSON.parse(row.before),
      after: JSON.parse(row.after),
      refused: row.refused === 1,
      because: row.because,
    })),
  };
}
