import { silentLog } from '../../src/platform/kernel/log.ts';
import { systemRandom } from '../../src/platform/kernel/random.ts';
import type { NewRun } from '../../src/platform/runs/run.ts';
import { createWorker, type RunWorker } from '../../src/platform/runs/worker.ts';
import type { Store } from '../../src/platform/store/transaction.ts';
import { createTestEngine } from '../support/engine.ts';
import { addTenant, createTestDatabase, type TestDatabase } from '../support/stores.ts';
import { keepDurable, loadNow, MOST_LATE_MS, rest } from './timers.ts';
import {
  type Fire,
  faultsIn,
  type Spread,
  spreadOf,
  type TimerFaults,
  type WantedTime,
} from './timers-judge.ts';

/**
 * P19, the other kind of timers: runs that are to begin at a later moment, as the waits of workflows, deadlines of
 * votes and approvals are kept. With real workers, in normal running and over an hour in which none is there. How late
 * one is, is measured when its work begins.
 */
export interface WaitsReport {
  store: string;
  waits: number;
  workers: number;
  /** Load of the machine at the beginning and at the end. */
  load: [number, number];
  running: TimerFaults & { windowSeconds: number; lateMs: Spread };
  /** Those that came due while nobody was there: begun in the order in which they were due. */
  outage: TimerFaults & { awaySeconds: number; catchUpSeconds: number; perSecond: number };
  /** Those that came due after the return, some of them behind those. */
  meanwhile: TimerFaults & { waits: number; overSeconds: number; lateMs: Spread };
}

export interface WaitsOptions {
  store: 'sqlite' | 'postgres';
  waits: number;
  windowSeconds: number;
  afterSeconds: number;
  say?: (line: string) => void;
}

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const TENANTS = 10;
const PER_WRITE = 200;
const PATIENCE = 600 * SECOND;
/** As `cadre start` has them. */
const CONCURRENCY = 16;
const LEASE_TTL_MS = 15_000;

/** Runs it on one store. */
export async function runWaits(options: WaitsOptions): Promise<WaitsReport> {
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

class World {
  readonly #database: TestDatabase;
  #offset = 0;
  #places: Array<{ store: Store; worker: RunWorker; engine: ReturnType<typeof createTestEngine> }> = [];
  #begun: Array<{ scheduleId: string; at: number }> = [];

  constructor(database: TestDatabase) {
    this.#database = database;
  }

  async leave(): Promise<void> {
    for (const { worker, store } of this.#places.splice(0)) {
      await worker.stop(SECOND);
      await store.close();
    }
  }

  async #returnAfter(ms: number, workers: number): Promise<void> {
    await this.leave();
    this.#offset += ms;
    for (let count = 0; count < workers; count += 1) {
      const store = await this.#database.open(this.#offset);
      const engine = createTestEngine(store);
      const work = async ({ runId }: { runId: string }) => {
        this.#begun.push({ scheduleId: runId, at: Date.now() + this.#offset });
        return {};
      };
      const worker = createWorker(
        { ...engine, store, log: silentLog, random: systemRandom, handlers: { timer: { work } } },
        {
          name: `worker ${count}`,
          concurrency: CONCURRENCY,
          leaseTtlMs: LEASE_TTL_MS,
          alone: this.#database.dialect === 'sqlite',
        },
      );
      this.#places.push({ store, worker, engine });
    }
  }

  async #work(): Promise<void> {
    for (const { worker } of this.#places) await worker.start();
  }

  async prove({ store, waits, windowSeconds, afterSeconds, say = () => undefined }: WaitsOptions) {
    const workers = store === 'sqlite' ? 1 : 2;
    const load: [number, number] = [loadNow(), 0];
    await this.#returnAfter(0, workers);
    const tenants: string[] = [];
    for (let number = 0; number < TENANTS; number += 1)
      tenants.push(await addTenant(this.#first.store, `tenant ${number}`));

    // All are there before the first comes due, however long that takes.
    const ready = 120 * SECOND;
    const first = await this.#add(waits, tenants, (share) => ready + share * windowSeconds * SECOND);
    const begins = Math.min(...first.map(({ dueAt }) => dueAt)) - 2 * SECOND;
    await this.#returnAfter(begins - (Date.now() + this.#offset), workers);
    await this.#work();
    await this.#until(waits);
    const running = this.#judge(first);
    say(`${store}: waits in normal running ${JSON.stringify(running)}`);

    await this.#returnAfter(0, 1);
    const away = HOUR + 120 * SECOND;
    const missed = await this.#add(waits, tenants, (share) => SECOND + share * HOUR);
    const due = await this.#add(
      Math.ceil(waits / 10),
      tenants,
      (share) => away + share * afterSeconds * SECOND,
    );
    const leftAt = Date.now() + this.#offset;
    await this.leave();
    this.#begun = [];
    const back = Math.min(...due.map(({ dueAt }) => dueAt)) - SECOND;
    await this.#returnAfter(back - (Date.now() + this.#offset), workers);
    const returnedAt = Date.now() + this.#offset;
    await this.#work();
    await this.#until(missed.length + due.length);
    const ids = new Set(missed.map(({ scheduleId }) => scheduleId));
    const last = Math.max(...this.#begun.filter(({ scheduleId }) => ids.has(scheduleId)).map(({ at }) => at));
    const { lateMs: _, ...outage } = this.#judge(missed);
    const meanwhile = this.#judge(due);
    const catchUpSeconds = Math.max(0.1, Math.round((last - returnedAt) / 100) / 10);
    say(`${store}: waits after the outage ${JSON.stringify(outage)} in ${catchUpSeconds} s`);
    say(`${store}: waits meanwhile ${JSON.stringify(meanwhile)}`);
    load[1] = loadNow();
    return {
      store,
      waits,
      workers,
      load,
      running: { windowSeconds, ...running },
      outage: {
        awaySeconds: Math.round((returnedAt - leftAt) / SECOND),
        catchUpSeconds,
        perSecond: Math.round(missed.length / catchUpSeconds),
        ...outage,
      },
      meanwhile: { waits: due.length, overSeconds: afterSeconds, ...meanwhile },
    };
  }

  get #first() {
    const [first] = this.#places;
    if (!first) throw new Error('nobody is there');
    return first;
  }

  /** Adds runs that are due later, evenly over the tenants; answers when each is due. */
  async #add(
    count: number,
    tenants: readonly string[],
    delayAt: (share: number) => number,
  ): Promise<WantedTime[]> {
    const { store, engine } = this.#first;
    const made: WantedTime[] = [];
    for (const [index, tenantId] of tenants.entries()) {
      const own: NewRun[] = [];
      for (let number = index; number < count; number += tenants.length)
        own.push({ kind: 'timer', tenantId, delayMs: Math.round(delayAt(number / count)) });
      while (own.length > 0) {
        const some = own.splice(0, PER_WRITE);
        const ids = await store.write(tenantId, (tx) => engine.runs.enqueue(tx, some));
        const rows = await store.readAll((tx) =>
          tx.db.selectFrom('run').select(['id', 'due_at']).where('id', 'in', ids).execute(),
        );
        made.push(...rows.map((row) => ({ scheduleId: row.id, dueAt: Number(row.due_at) })));
      }
    }
    return made;
  }

  #judge(wanted: readonly WantedTime[]): TimerFaults & { lateMs: Spread } {
    const dueAt = new Map(wanted.map((time) => [time.scheduleId, time.dueAt]));
    const fires = this.#begun.flatMap(({ scheduleId, at }): Fire[] => {
      const due = dueAt.get(scheduleId);
      return due === undefined ? [] : [{ scheduleId, dueAt: due, at }];
    });
    return { ...faultsIn(wanted, fires), lateMs: spreadOf(fires.map((fire) => fire.at - fire.dueAt)) };
  }

  async #until(count: number): Promise<void> {
    const end = Date.now() + PATIENCE;
    while (this.#begun.length < count && Date.now() < end) await rest(50);
    await rest(2 * SECOND);
  }
}

/** Whether each began once, and none too late in normal running; behind others they wait their turn. */
export function areWaitsSound({ running, outage, meanwhile }: WaitsReport): boolean {
  const faults = [running, outage, meanwhile].flatMap((part) => [part.missing, part.twice, part.unwanted]);
  return faults.every((count) => count === 0) && running.lateMs.p99 <= MOST_LATE_MS;
}
