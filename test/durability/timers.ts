import { cpus, loadavg } from 'node:os';
import pg from 'pg';
import { systemClock } from '../../src/platform/kernel/clock.ts';
import { silentLog } from '../../src/platform/kernel/log.ts';
import { selectNow } from '../../src/platform/store/now.ts';
import type { Store, TenantTx } from '../../src/platform/store/transaction.ts';
import { createSchedule } from '../../src/workflows/schedule-save.ts';
import { createScheduleWatch, type ScheduleWatch, type WatchNeeds } from '../../src/workflows/watch.ts';
import { workflowsAhead } from '../../src/workflows/work-ahead.ts';
import { createTestEngine } from '../support/engine.ts';
import { addTenant, createTestDatabase, type TestDatabase } from '../support/stores.ts';
import { type Fire, faultsIn, type Spread, spreadOf, type TimerFaults } from './timers-judge.ts';

/**
 * P19: many timers, in normal running and over an hour in which nobody watches. The watch is the real one, on a real
 * database; only the clock of the database is moved, as between two starts. Each timer is a schedule of its own that
 * submits a task, every ten minutes. How late a fire is, is measured when its commit is acknowledged. What the tasks
 * do is not part of it: nobody works on them here.
 */
export interface TimersOptions {
  store: 'sqlite' | 'postgres';
  timers: number;
  /** Over how long they come due in normal running, in seconds; 110 at most. */
  windowSeconds: number;
  /** Over how long others come due after the return, in seconds; 58 at most. */
  afterSeconds?: number;
  say?: (line: string) => void;
}

export interface TimersReport {
  store: string;
  timers: number;
  tenants: number;
  /** Processes that watch: one alone on SQLite, two on PostgreSQL. */
  watchers: number;
  cores: number;
  /** Load of the machine (mean of the last minute) at the beginning and at the end: others used it too. */
  load: [number, number];
  running: TimerFaults & { windowSeconds: number; lateMs: Spread };
  outage: TimerFaults & {
    awaySeconds: number;
    /** Fires by policy: what was wanted. */
    wantedBy: Record<Policy, number>;
    /** From the return until the last time that was missed was made up for. */
    catchUpSeconds: number;
    firesPerSecond: number;
  };
  /** Timers that came due in the first seconds after the return, while what was missed was made up for. */
  meanwhile: TimerFaults & { timers: number; overSeconds: number; lateMs: Spread };
}

const POLICIES = ['skip', 'one', 'all'] as const;
type Policy = (typeof POLICIES)[number];

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Each timer comes every so often. */
const EVERY = 10 * MINUTE;
const TENANTS = 10;
const PER_WRITE = 100;
/** The longest that is waited for what does not come. */
const PATIENCE = 10 * MINUTE;

interface Timer {
  id: string;
  policy: Policy;
  /** The first time it comes due. */
  firstAt: number;
}

/** One process: a store of its own, and fires with the moment at which they were acknowledged. */
interface Process {
  store: Store;
  needs: WatchNeeds;
  watch: ScheduleWatch;
}

/** Runs it on one store. */
export async function runTimers(options: TimersOptions): Promise<TimersReport> {
  const database = await createTestDatabase(options.store, { isBare: true });
  await keepDurable(database);
  const world = new World(database);
  try {
    return await world.prove(options);
  } finally {
    await world.leave();
    await database.drop();
  }
}

/** Databases of tests on PostgreSQL do not wait for the disk; what is measured does. */
export async function keepDurable({ databaseUrl }: TestDatabase): Promise<void> {
  if (databaseUrl === undefined) return;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(`alter database ${new URL(databaseUrl).pathname.slice(1)} reset synchronous_commit`);
  await client.end();
}

class World {
  readonly #database: TestDatabase;
  #offset = 0;
  #processes: Process[] = [];
  #fires: Fire[] = [];

  constructor(database: TestDatabase) {
    this.#database = database;
  }

  /** What the database's clock says. */
  now(): number {
    return Date.now() + this.#offset;
  }

  /** Ends every process: nobody watches. */
  async leave(): Promise<void> {
    for (const { watch, store } of this.#processes.splice(0)) {
      await watch.stop();
      await store.close();
    }
  }

  /** Starts anew at a moment. */
  async returnAt(moment: number, processes: number): Promise<void> {
    await this.leave();
    this.#offset += moment - this.now();
    for (let count = 0; count < processes; count += 1) {
      const store = await this.#database.open(this.#offset);
      const needs = this.#watched(store);
      this.#processes.push({ store, needs, watch: createScheduleWatch(needs) });
    }
  }

  watch(): void {
    for (const { watch } of this.#processes) watch.start();
  }

  get #first(): Process {
    const [first] = this.#processes;
    if (!first) throw new Error('nobody is there');
    return first;
  }

  /** The needs of a watch; each fire is noted when the commit that holds it is acknowledged. */
  #watched(store: Store): WatchNeeds {
    const { events, runs } = createTestEngine(store);
    const inside = new WeakMap<object, Array<Omit<Fire, 'at'>>>();
    return {
      runs,
      clock: systemClock,
      log: silentLog,
      ...workflowsAhead,
      handOverAtOnce: async () => false,
      events: {
        ...events,
        append: async (tx, facts) => {
          for (const { type, data } of facts)
            if (type === 'schedule.fired') inside.get(tx)?.push(readFire(data ?? {}));
          return events.append(tx, facts);
        },
      },
      store: {
        ...store,
        write: async (tenantId, work) => {
          let noted: Array<Omit<Fire, 'at'>> = [];
          const answer = await store.write(tenantId, (tx) => {
            noted = []; // a transaction that is tried again begins anew
            inside.set(tx, noted);
            return work(tx);
          });
          const at = this.now();
          this.#fires.push(...noted.map((fire) => ({ ...fire, at })));
          return answer;
        },
      },
    };
  }

  async prove(options: TimersOptions): Promise<TimersReport> {
    const { store, timers: count, windowSeconds, afterSeconds = 58 } = options;
    const say = options.say ?? (() => undefined);
    const watchers = store === 'sqlite' ? 1 : 2;
    const load: [number, number] = [loadNow(), 0];
    await this.returnAt(Date.now(), 1);
    const databaseNow = await this.#first.store.readAll(selectNow);
    const hour = Math.ceil((databaseNow + EVERY) / HOUR) * HOUR;
    // Just after the times of ten minutes before, so that the next time of every timer is the one that is measured.
    await this.returnAt(hour - EVERY + 3 * MINUTE, 1);
    const tenants: string[] = [];
    for (let number = 0; number < TENANTS; number += 1)
      tenants.push(await addTenant(this.#first.store, `tenant ${number}`));
    const timers = await this.#make(count, tenants, (number) => {
      const second = Math.floor((number * windowSeconds) / count);
      const policy = POLICIES[number % POLICIES.length] ?? 'one';
      const cron = `${second % 60} ${Math.floor(second / 60)}-59/10 * * * *`;
      return { name: `timer ${number}`, cron, policy, firstAt: hour + second * SECOND };
    });
    say(`${store}: ${count} timers in ${TENANTS} tenants`);

    await this.returnAt(hour - 2 * SECOND, watchers);
    this.watch();
    await this.#until(count, hour + windowSeconds * SECOND);
    const running = this.#judge(timers, (timer) => [timer.firstAt]);
    say(`${store}: in normal running ${words(running.lateMs)}, ${words(running)}`);

    // Others come due in the first seconds after the return, and at no time before it.
    const back = hour + HOUR + 4 * MINUTE;
    const utc = new Date(back);
    const others = await this.#make(Math.ceil(count / 10), tenants, (number, all) => {
      const second = 2 + Math.floor((number * afterSeconds) / all);
      const cron = `${second} ${utc.getUTCMinutes()} ${utc.getUTCHours()} * * *`;
      return { name: `other ${number}`, cron, policy: 'one', firstAt: back + second * SECOND };
    });
    const leftAt = this.now();
    await this.leave();
    // Six times of each passed; the newest of them longer ago than what still counts as on time.
    const missed = (timer: Timer) =>
      Array.from({ length: 6 }, (_, time) => timer.firstAt + (time + 1) * EVERY);
    const wanted = (timer: Timer) => {
      if (timer.policy === 'skip') return [];
      return timer.policy === 'one' ? missed(timer).slice(-1) : missed(timer);
    };
    const wantedBy = { skip: 0, one: 0, all: 0 };
    for (const timer of timers) wantedBy[timer.policy] += wanted(timer).length;
    this.#fires = [];
    await this.returnAt(back, watchers);
    const returnedAt = this.now();
    this.watch();
    const all = wantedBy.one + wantedBy.all + others.length;
    await this.#until(all, back + afterSeconds * SECOND);
    await this.leave();
    const made = this.#fires;
    const late = new Set(timers.map(({ id }) => id));
    const last = Math.max(...made.filter(({ scheduleId }) => late.has(scheduleId)).map(({ at }) => at));
    const catchUpSeconds = (last - returnedAt) / SECOND;
    const { lateMs: _, ...outage } = this.#judge(timers, wanted);
    const meanwhile = this.#judge(others, (timer) => [timer.firstAt]);
    say(`${store}: after the outage ${words(outage)} in ${catchUpSeconds.toFixed(1)} s`);
    say(`${store}: meanwhile ${words(meanwhile.lateMs)}, ${words(meanwhile)}`);
    load[1] = loadNow();
    return {
      store,
      timers: count,
      tenants: TENANTS,
      watchers,
      cores: cpus().length,
      load,
      running: { windowSeconds, ...running },
      outage: {
        awaySeconds: Math.round((returnedAt - leftAt) / SECOND),
        wantedBy,
        catchUpSeconds: Math.round(catchUpSeconds * 10) / 10,
        firesPerSecond: Math.round((wantedBy.one + wantedBy.all) / catchUpSeconds),
        ...outage,
      },
      meanwhile: { timers: others.length, overSeconds: afterSeconds, ...meanwhile },
    };
  }

  /** Judges the fires of these timers; what others did is not looked at. */
  #judge(timers: readonly Timer[], wanted: (timer: Timer) => number[]) {
    const ids = new Set(timers.map(({ id }) => id));
    const fires = this.#fires.filter(({ scheduleId }) => ids.has(scheduleId));
    const times = timers.flatMap((timer) => wanted(timer).map((dueAt) => ({ scheduleId: timer.id, dueAt })));
    return { ...faultsIn(times, fires), lateMs: spreadOf(fires.map(({ at, dueAt }) => at - dueAt)) };
  }

  /** Waits until so many fired and a moment has come, and a little longer for what should not come. */
  async #until(count: number, moment: number): Promise<void> {
    const end = Date.now() + PATIENCE;
    while ((this.#fires.length < count || this.now() < moment) && Date.now() < end) await rest(50);
    await rest(2 * SECOND);
  }

  async #make(
    count: number,
    tenants: readonly string[],
    timerOf: (number: number, count: number) => Omit<Timer, 'id'> & { name: string; cron: string },
  ): Promise<Timer[]> {
    const { needs } = this.#first;
    const made: Timer[] = [];
    const per = Math.ceil(count / tenants.length);
    for (const [index, tenantId] of tenants.entries())
      for (let from = index * per; from < Math.min(count, (index + 1) * per); from += PER_WRITE)
        await needs.store.write(tenantId, async (tx) => {
          const end = Math.min(count, (index + 1) * per, from + PER_WRITE);
          for (let number = from; number < end; number += 1) {
            const { name, cron, policy, firstAt } = timerOf(number, count);
            made.push({ id: await add(tx, needs, { name, cron, policy, firstAt }), policy, firstAt });
          }
        });
    return made;
  }
}

async function add(
  tx: TenantTx,
  needs: WatchNeeds,
  { name, cron, policy, firstAt }: Omit<Timer, 'id'> & { name: string; cron: string },
): Promise<string> {
  const caller = {
    tenantId: tx.tenantId,
    actor: { kind: 'system', id: 'proof', name: 'the proof of P19' },
    role: 'owner',
    traceId: 't',
    signal: new AbortController().signal,
  } as const;
  const task = { goal: 'Say hello', type: 'general', input: {}, files: [] };
  const made = await createSchedule(tx, needs, caller, {
    name,
    cron,
    zone: 'UTC',
    catchUp: policy,
    catchUpLimit: 10,
    overlap: 'allow',
    task,
  });
  if (made.next_at !== firstAt)
    throw new Error(`${cron} comes at ${String(made.next_at)}, not at ${firstAt}`);
  return made.id;
}

function readFire(data: Record<string, unknown>): Omit<Fire, 'at'> {
  return { scheduleId: String(data.scheduleId), dueAt: Date.parse(String(data.dueAt)) };
}

/** Load of the machine over the last minute. */
export const loadNow = () => Math.round((loadavg()[0] ?? 0) * 10) / 10;
/** Lets others go on. */
export const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function words(found: Spread | TimerFaults): string {
  return Object.entries(found)
    .filter(([, value]) => typeof value === 'number')
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

/** The most that P19 allows at the 99th percentile. */
export const MOST_LATE_MS = 2_000;

/** Whether the report keeps the promise: each wanted time once, and none of those that can be on time too late. */
export function isSound({ running, outage, meanwhile }: TimersReport): boolean {
  const faults = [running, outage, meanwhile].flatMap(({ missing, twice, unwanted }) => [
    missing,
    twice,
    unwanted,
  ]);
  return (
    faults.every((count) => count === 0) &&
    running.lateMs.p99 <= MOST_LATE_MS &&
    meanwhile.lateMs.p99 <= MOST_LATE_MS
  );
}
