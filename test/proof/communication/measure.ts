import type { Check, Method, Observed, Prepared } from './method.ts';
import type { World } from './world.ts';

/** Agents should hear one another within this time, 95 times of 100 (FEATURES S5). */
export const BAR_P95_MS = 100;
/** A twin is tried once for so many rounds, and at least once. */
const ROUNDS_PER_TWIN = 20;

export interface Spread {
  p50: number;
  p95: number;
  p99: number;
}

/** Cursors in the event log that prove one round. */
export type Cursors = string[];

/** What one method did in one world. */
export interface Row {
  id: string;
  name: string;
  verdict: 'PASSED' | 'FAILED';
  /** Why it failed. */
  reason: string | null;
  /** Rounds whose effect was seen and whose facts stand in the log. */
  rounds: number;
  /** From the call to the effect, in milliseconds; null when no round had an effect. */
  ms: Spread | null;
  /** Of a machine that does other things too it says little: it is no part of the verdict. */
  bar: 'met' | 'MISSED' | null;
  first: Cursors;
  last: Cursors;
  /** Processes that handled it, as they said themselves. */
  handledBy: number[];
  twins: Array<{ says: string; refusedBy: string; times: number }>;
}

/** Runs a method: its rounds one after another until one fails, then its twins. Never throws. */
export async function measure(method: Method, world: World, rounds: number): Promise<Row> {
  const times: number[] = [];
  const seen: Observed[] = [];
  const twins: Row['twins'] = [];
  let cursors: Cursors[] = [];
  let reason: string | null = null;
  let prepared: Prepared | undefined;
  try {
    prepared = await method.prepare(world);
    for (let round = 0; round < rounds; round += 1) {
      const { ms, observed } = await oneRound(prepared, round);
      times.push(ms);
      seen.push(observed);
    }
    refuseEmpty(seen, world);
    cursors = await world.log.prove(seen.map((one) => one.evidence));
    for (const twin of prepared.twins)
      twins.push(await tryTwin(twin, twin.everyRound ? rounds : Math.max(1, rounds / ROUNDS_PER_TWIN)));
    if (twins.length === 0) throw new Error('it has no negative twin');
  } catch (error) {
    reason = sentenceOf(error);
  } finally {
    await prepared?.end?.().catch(() => undefined); // what is left open ends with the world
  }
  const ms = times.length > 0 ? spread(times) : null;
  return {
    id: method.id,
    name: method.name,
    verdict: reason === null ? 'PASSED' : 'FAILED',
    reason,
    rounds: cursors.length,
    ms,
    bar: ms && (ms.p95 < BAR_P95_MS ? 'met' : 'MISSED'),
    first: cursors[0] ?? [],
    last: cursors.at(-1) ?? [],
    handledBy: [...new Set(seen.flatMap((one) => one.handledBy ?? []))],
    twins,
  };
}

async function oneRound(prepared: Prepared, round: number): Promise<{ ms: number; observed: Observed }> {
  const from = performance.now();
  try {
    const check: Check = await prepared.once(round);
    const ms = performance.now() - from;
    return { ms, observed: await check() };
  } catch (error) {
    throw new Error(`round ${round + 1}: ${sentenceOf(error)}`, { cause: error });
  }
}

/** A method that did nothing, or of which nobody saw anything, has proved nothing. */
function refuseEmpty(seen: Observed[], world: World): void {
  if (seen.length === 0) throw new Error('no round was run');
  const without = seen.findIndex((one) => one.evidence.length === 0);
  if (without >= 0) throw new Error(`round ${without + 1}: no effect was observed`);
  for (const pid of seen.flatMap((one) => one.handledBy ?? []))
    if (!world.handlers.includes(pid))
      throw new Error(`process ${pid} handled it, which is none of ${world.handlers.join(', ')}`);
}

async function tryTwin(twin: Prepared['twins'][number], times: number): Promise<Row['twins'][number]> {
  let refusedBy = '';
  let tried = 0;
  for (; tried < times; tried += 1) {
    try {
      refusedBy = await twin.refuses();
    } catch (error) {
      throw new Error(`its twin (${twin.says}): ${sentenceOf(error)}`, { cause: error });
    }
    if (!refusedBy) throw new Error(`its twin (${twin.says}) names nothing that refused it`);
  }
  return { says: twin.says, refusedBy, times: tried };
}

/** Percentiles by nearest rank, to a tenth of a millisecond. */
export function spread(times: readonly number[]): Spread {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) =>
    Math.round((sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0) * 10) / 10;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

/** The first line says what is wrong; an assertion goes on with a comparison over many lines. */
function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0]?.slice(0, 300) || 'it failed without a word';
}
