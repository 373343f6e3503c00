import type { Bus } from '../platform/bus/bus.ts';
import { messageOf } from '../platform/kernel/json.ts';
import type { Log } from '../platform/kernel/log.ts';
import type { Random } from '../platform/kernel/random.ts';
import {
  forgetGroups,
  holdState,
  selectGroups,
  selectPoints,
  selectRecords,
  updateState,
} from '../platform/store/energy.ts';
import { selectTenantsToBook } from '../platform/store/energy-readings.ts';
import type { EnergyPointRow, EnergyRecordRow } from '../platform/store/energy-rows.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { type BookNeeds, bookEnergy, WINDOW } from './book.ts';
import { guard, meanRegShare, nextLambda, type RoleInput, searchRoles, turnFlywheel } from './control.ts';
import { learnWeights } from './learn.ts';
import { note } from './note.ts';
import { pairWeights } from './pairs.ts';
import type { EnergyTerms } from './terms.ts';
import { type Learned, readState } from './weights.ts';

/** How often each loop looks, milliseconds (EN-4). */
export interface LoopTimes {
  fastMs: number;
  mediumMs: number;
  slowMs: number;
  flywheelMs: number;
}

export interface LoopNeeds extends BookNeeds {
  bus: Bus;
  log: Log;
  random: Random;
}

/** Groups that are remembered. */
const MAX_GROUPS = 5_000;
/** Agents of one capability whose roles are looked for. */
const MAX_SEARCHED = 256;

/**
 * The control loops of energy. Each begins when the one above it has done something: where nothing happens no timer
 * runs, and ten thousand idle agents cost nothing.
 */
export function createEnergyLoops(
  needs: LoopNeeds,
  times: LoopTimes,
): { start(): Promise<void>; stop(): Promise<void> } {
  const timers = new Map<string, NodeJS.Timeout>();
  const touched: Record<'medium' | 'slow' | 'flywheel', Set<string>> = {
    medium: new Set(),
    slow: new Set(),
    flywheel: new Set(),
  };
  let running = Promise.resolve();
  let isStopped = false;
  let off = () => {};

  function after(name: string, ms: number, work: () => Promise<void>): void {
    if (isStopped || timers.has(name)) return;
    const timer = setTimeout(() => {
      timers.delete(name);
      running = running.then(work).catch((error: unknown) => {
        needs.log.warn(
          { error: messageOf(error), loop: name },
          'a loop of energy failed; the next one tries again',
        );
      });
    }, ms);
    timer.unref();
    timers.set(name, timer);
  }

  async function book(): Promise<void> {
    for (const tenantId of await needs.store.readAll(selectTenantsToBook)) {
      if (isStopped) return;
      if ((await bookEnergy(needs, tenantId)) === 0) continue;
      for (const set of Object.values(touched)) set.add(tenantId);
    }
    arm('medium', times.mediumMs, (tenantId) => regulate(needs, tenantId));
    arm('slow', times.slowMs, (tenantId) => forget(needs, tenantId));
    arm('flywheel', times.flywheelMs, async (tenantId) => {
      await flywheel(needs, tenantId, times.flywheelMs);
      await weigh(needs, tenantId, times.flywheelMs * TURNS_A_LESSON);
    });
  }

  function arm(name: keyof typeof touched, ms: number, each: (tenantId: string) => Promise<void>): void {
    if (touched[name].size === 0) return;
    after(name, ms, async () => {
      const tenants = [...touched[name]];
      touched[name].clear();
      for (const tenantId of tenants) if (!isStopped) await each(tenantId);
    });
  }

  return {
    /** Takes in what was left, then begins to listen. */
    async start() {
      off = needs.bus.on('events', () => after('fast', times.fastMs, book));
      await book();
    },
    async stop() {
      isStopped = true;
      off();
      for (const timer of timers.values()) clearTimeout(timer);
      await running;
    },
  };
}

const termsOf = (point: EnergyPointRow): EnergyTerms => JSON.parse(point.terms);

/** The medium loop: λ towards its target, and shares of roles. */
export async function regulate(
  { store, random }: Pick<LoopNeeds, 'store' | 'random'>,
  tenantId: string,
): Promise<void> {
  await store.write(tenantId, async (tx) => {
    const { learned } = readState(await holdState(tx));
    const points = await selectPoints(tx, WINDOW);
    if (points.length === 0) return;
    const lambda = nextLambda(learned.lambda, meanRegShare(points.map(termsOf)));
    const records = await selectRecords(tx);
    const inputs = [...Map.groupBy(records, ({ agent_id }) => agent_id)]
      .sort(([, a], [, b]) => attemptsOf(b) - attemptsOf(a))
      .slice(0, MAX_SEARCHED)
      .map(([agentId, own]) => toInput(agentId, own, records));
    const found = searchRoles(inputs, learned.alpha, random);
    const next: Learned = { ...learned, lambda, roles: Object.fromEntries(found) };
    await updateState(tx, { learned: JSON.stringify(next) });
  });
}

const attemptsOf = (records: readonly EnergyRecordRow[]) =>
  records.reduce((sum, one) => sum + one.attempts, 0);

function toInput(
  agentId: string,
  own: readonly EnergyRecordRow[],
  all: readonly EnergyRecordRow[],
): RoleInput {
  const perTask = (records: readonly EnergyRecordRow[]) => {
    const known = records.reduce((sum, record) => sum + record.known, 0);
    return known === 0 ? 0 : records.reduce((sum, record) => sum + record.joules, 0) / known;
  };
  const attempts = attemptsOf(own);
  const success = (own.reduce((sum, record) => sum + record.succeeded, 0) + 1) / (attempts + 2);
  const dearest = Math.max(...all.map((record) => perTask([record])));
  return {
    agentId,
    success,
    // Twice the standard deviation: 1 for one of whom nothing is known.
    doubt: Math.min(1, 2 * Math.sqrt((success * (1 - success)) / (attempts + 1))),
    energyShare: dearest === 0 ? 0 : perTask(own) / dearest,
  };
}

/** The slow loop: groups that were seldom together are forgotten, so that patterns stay few. */
export async function forget({ store }: Pick<LoopNeeds, 'store'>, tenantId: string): Promise<void> {
  await store.write(tenantId, async (tx) => {
    await holdState(tx);
    await forgetGroups(tx, MAX_GROUPS);
  });
}

/** The flywheel, at most once per turn however many processes there are; guards may refuse what it wants. */
export async function flywheel(
  { store }: Pick<LoopNeeds, 'store'>,
  tenantId: string,
  turnMs: number,
): Promise<void> {
  await store.write(tenantId, async (tx) => {
    const state = await holdState(tx);
    const { settings, learned } = readState(state);
    // A little earlier than the turn is early enough: timers are not exact.
    if (state.now - learned.turnedAt < turnMs * 0.9) return;
    const points = await selectPoints(tx, WINDOW);
    const next = turnFlywheel(
      learned,
      points.map((point) => ({ terms: termsOf(point), isSuccess: point.succeeded === 1 })),
    );
    if (!next) return;
    const refused = await refusal(tx, settings, points);
    const after = refused ? learned : { ...learned, ...next };
    await updateState(tx, { learned: JSON.stringify({ ...after, turnedAt: state.now }) });
    const change = { before: pick(learned), after: pick({ ...learned, ...next }), refused };
    await note(tx, 'flywheel', change, 'the slopes of the terms');
  });
}

/** Turns of the flywheel from one lesson to the next: a week of hours. */
const TURNS_A_LESSON = 168;

/** Learns how much each term of a score counts, at most once in `everyMs` however many processes there are. */
export async function weigh(
  { store, events }: Pick<LoopNeeds, 'store' | 'events'>,
  tenantId: string,
  everyMs: number,
): Promise<void> {
  await store.write(tenantId, async (tx) => {
    const state = await holdState(tx);
    const { learned } = readState(state);
    if (state.now - learned.triedAt < everyMs) return;
    await learnWeights(tx, events, 'weekly');
  });
}

/** Why weights must not hold now, or undefined. */
export async function refusal(
  tx: TenantTx,
  settings: Parameters<typeof guard>[0],
  points: readonly EnergyPointRow[],
): Promise<string | undefined> {
  const pairs = pairWeights(await selectGroups(tx, { size: 2, limit: 2_000 }), await selectRecords(tx));
  return guard(settings, { pairs, pFast: points.at(-1)?.p_fast ?? 1 });
}

const pick = ({ alpha, lambda, beta }: Learned) => ({ alpha, lambda, beta });
