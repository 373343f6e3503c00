import type { Bus } from '../bus/bus.ts';
import type { EventLog, Fact } from '../events/events.ts';
import { CadreError } from '../kernel/errors.ts';
import { messageOf } from '../kernel/json.ts';
import type { Log } from '../kernel/log.ts';
import type { Random } from '../kernel/random.ts';
import { renewLeases, selectLeastMaxRunning, selectPendingTenants } from '../store/runs.ts';
import type { RunRow } from '../store/schema.ts';
import type { Store, Tx } from '../store/transaction.ts';
import { createAttempt, LetGo, type LiveAttempt } from './attempt.ts';
import { type BegunById, beginAll } from './begin.ts';
import { type ClaimMemory, claim, claimAll, claimOwn, type Taken } from './claim.ts';
import { createCommitter, fenced } from './committer.ts';
import { createLetGo, runFact } from './let-go.ts';
import { createRetryBudget, defaultRetry, type RetryPolicy } from './retry.ts';
import type { Handler, Settlement } from './run.ts';
import type { Due, Runs } from './runs.ts';
import { createSettler } from './settler.ts';
import { createStarter } from './starter.ts';
import { sweep } from './sweep.ts';

export interface WorkerNeeds {
  store: Store;
  bus: Bus;
  events: EventLog;
  log: Log;
  random: Random;
  handlers: Record<string, Handler>;
  /** Of this process: what its transactions make due is claimed with them. Without it, after them. */
  runs?: Pick<Runs, 'serve' | 'look'>;
}

export interface WorkerOptions {
  /** Unique per start of a process; the lease owner. */
  name: string;
  /** Runs at the same time in this process. */
  concurrency: number;
  leaseTtlMs: number;
  /** True when no other process can hold leases (embedded store): leftovers are taken over at once. */
  alone: boolean;
  retry?: RetryPolicy;
  /** Fallback when no hint comes. */
  pollMs?: number;
  /** For the proof that fencing is needed only: late writes of old attempts are let through. Never set it. */
  fencingOff?: boolean;
  /** For the proof that effects need one key for all attempts only: each attempt has its own. Never set it. */
  keysOff?: boolean;
}

export interface RunWorker {
  start(): Promise<void>;
  /** Takes no new work, waits for what is under way up to `graceMs`, then lets go of the rest. */
  stop(graceMs?: number): Promise<void>;
  /** Runs under way here. */
  readonly busy: number;
}

/**
 * A new database plans for empty tables, and keeps such a plan for as long as nothing tells it otherwise; its own
 * housekeeping looks once a minute. After so many runs, and ten times as many, and so on, it is told.
 */
const FIRST_LOOK = 100;
/** A quota of this many times the places of one worker holds nothing back. */
const ROOMY = 4;

/** Claims due runs, carries them out by kind, settles them. Knows leases and steps, nothing about chiefs. */
export function createWorker(needs: WorkerNeeds, options: WorkerOptions): RunWorker {
  const { store, bus, events, log, handlers, runs } = needs;
  const { name, concurrency, leaseTtlMs, retry = defaultRetry, pollMs = 1_000 } = options;
  const committer = createCommitter(store);
  const settler = createSettler(store, options);
  const starter = createStarter(store);
  const budget = createRetryBudget();
  const letGo = createLetGo({ ...needs, committer, retry, budget });
  const live = new Map<string, LiveAttempt>();
  const kinds = Object.keys(handlers);
  const memory: ClaimMemory = { sole: true, turns: new Map() };
  const offs: Array<() => void> = [];
  const timers: NodeJS.Timeout[] = [];
  let stopping = false;
  let claiming = false;
  let again = false;
  let full = false;
  let looking = false;
  let lookAgain = false;
  /** A tenant may run so few at once that its quota, not the places here, holds work back. */
  let tight = true;
  let renewedAt = performance.now();
  let renewing = false;
  let renewAgain = false;
  let idle = () => {};
  /** Runs carried out here, and at how many of them the database looks at its tables anew. */
  let carried = 0;
  let lookAt = FIRST_LOOK;

  /** Transactions that looked themselves at what they made due or free. */
  const covered = new WeakSet<Tx['beforeCommit']>();

  /** Rounds under way: the store may not close before the transaction of the last one ended. */
  const rounds = new Set<Promise<unknown>>();
  const round = (work: () => Promise<unknown>): void => {
    const current: Promise<unknown> = work().finally(() => rounds.delete(current));
    rounds.add(current);
  };

  async function fill(): Promise<void> {
    if (claiming) {
      again = true;
      return;
    }
    claiming = true;
    try {
      do {
        again = false;
        const slots = concurrency - live.size;
        if (slots <= 0) full = true; // there may be work for the next free place
        if (slots <= 0 || stopping) break;
        const { rows, begun } = await store.writeAll((tx) => claimSome(tx, slots));
        for (const row of rows) void carryOut(row, begun.get(row.id));
        // More may be due: the slots were all filled, or an agent with several places gave one of them.
        full = rows.length === slots;
        if (full || rows.some((row) => row.agent_limit > 1)) again = true;
      } while (again);
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'claiming failed; the next poll tries again');
    } finally {
      claiming = false;
    }
  }

  /** The same after a place or an agent became free: mostly nothing waits for it, and a look costs no turn. */
  async function refill(): Promise<void> {
    lookAgain = true;
    if (looking) return; // the places of several are looked at as one
    looking = true;
    while (lookAgain) {
      lookAgain = false;
      const pending = await store.readAll(selectPendingTenants).catch(() => 'unknown'); // claiming says why
      if (pending !== 'none') await fill();
    }
    looking = false;
  }

  async function poll(): Promise<void> {
    if (carried >= lookAt) {
      lookAt *= 10;
      await store.single(async (tx) => tx.differ.lookAnew()?.execute(tx.db)).catch(() => undefined); // plans are as they were
    }
    await fill();
    tight = await store.readAll(selectLeastMaxRunning).then(
      (least) => least < concurrency * ROOMY,
      () => true, // the database does not answer; claiming says so
    );
  }

  async function claimSome(tx: Tx, slots: number): Promise<{ rows: RunRow[]; begun: BegunById }> {
    const rows = await claim(tx, { slots, kinds, owner: name, leaseTtlMs }, memory);
    await tell(tx, rows);
    return { rows, begun: await beginAll({ store, handlers }, tx, rows) };
  }

  async function tell(tx: Tx, rows: RunRow[]): Promise<void> {
    const facts: Fact[] = rows
      .filter((row) => row.task_id)
      .map((row) =>
        runFact('run.claimed', row, {
          kind: row.kind,
          worker: name,
          fence: row.fence,
          attempt: row.attempts,
          leaseUntilMs: row.lease_until,
        }),
      );
    if (facts.length > 0) await events.append(tx, facts);
  }

  /**
   * Claims in a transaction that makes runs due, just before its commit, what `fill` would claim right after it: the
   * same rules over the same rows, and a commit less. The work begins when the transaction is on disk. It counts as a
   * round of claiming, so that each place here is given once. Where several processes write, only what the
   * transaction itself made due is taken, and only if the turn of claiming is free: it waits for nobody.
   */
  async function take(tx: Tx, due: Due): Promise<boolean> {
    const slots = concurrency - live.size;
    const isAlone = store.dialect === 'sqlite';
    if (claiming || stopping || slots <= 0 || !memory.sole) return false;
    if (!isAlone && due.ids.length === 0) return false;
    claiming = true;
    again = false;
    let taken: Taken;
    let begun: BegunById;
    let isMore = false;
    try {
      const claimWithin = isAlone ? claimAll : claimOwn;
      taken = await claimWithin(tx, due, { slots, kinds, owner: name, leaseTtlMs }, memory);
      await tell(tx, taken.rows);
      // An agent with several places gave one of them only.
      const gave = isAlone && taken.rows.some((row) => row.agent_limit > 1);
      const [own, pending] = await Promise.all([
        beginAll({ store, handlers }, tx, taken.rows),
        gave ? selectPendingTenants(tx) : 'none',
      ]);
      begun = own;
      isMore = pending !== 'none';
    } catch (error) {
      endRound();
      throw error; // and with it the transaction
    }
    const { rows, isAll } = taken;
    // With several writers the place of an agent may be free for what others made due.
    if (isAll && isAlone) covered.add(tx.beforeCommit);
    if (rows.length === 0) {
      endRound();
      return isAll;
    }
    const ended = new Promise<void>((resolve) => {
      tx.afterRollback(resolve);
      tx.afterCommit(() => {
        for (const row of rows) void carryOut(row, begun.get(row.id));
        full = rows.length === slots;
        if (full || isMore) again = true;
        resolve();
      });
    });
    round(() => ended.then(endRound));
    return isAll;
  }

  function endRound(): void {
    claiming = false;
    if (again) round(fill);
  }

  async function carryOut(row: RunRow, begun: unknown): Promise<void> {
    const { fencingOff = false, keysOff = false } = options;
    const current = createAttempt({ store, committer, starter, fencingOff, keysOff }, row, begun);
    live.set(`${row.id} ${row.fence}`, current);
    carried += 1;
    if (row.attempts === 1) budget.earn();
    const timer =
      row.timeout_ms > 0
        ? setTimeout(
            () => current.abort(new CadreError('run/timeout', { timeoutMs: row.timeout_ms })),
            row.timeout_ms,
          )
        : undefined;
    let isCovered = false;
    try {
      const handler = handlers[row.kind];
      if (!handler) throw new CadreError('run/no-handler', { kind: row.kind });
      const settlement = await handler.work(current.attempt);
      current.attempt.signal.throwIfAborted();
      isCovered = await settle(current, settlement);
    } catch (thrown) {
      const reason = current.attempt.signal.aborted ? current.attempt.signal.reason : thrown;
      await letGo(current, reason).catch((error: unknown) =>
        log.error(
          { runId: row.id, error: messageOf(error) },
          'could not let go of a run; its lease will end',
        ),
      );
    } finally {
      clearTimeout(timer);
      live.delete(`${row.id} ${row.fence}`);
      if (live.size === 0) idle();
      // Work that others made was hinted; what waited for this place or this agent was not.
      if (full || (freesOthers(row) && !isCovered)) round(refill);
    }
  }

  /** Its end lets others be claimed. One that came back from a wait gave up its place at its agent, too. */
  const freesOthers = (row: RunRow): boolean =>
    tight || row.agent_limit > 0 || (row.agent_id !== null && row.fence > 1);

  /** True when its transaction itself looked at what it let be claimed. */
  async function settle({ row, unstored }: LiveAttempt, settlement: Settlement): Promise<boolean> {
    let within: Tx['beforeCommit'] | undefined;
    const end = { run_id: row.id, fence: row.fence, result: JSON.stringify(settlement.result ?? null) };
    const { commit, turn } = settlement;
    const step = unstored();
    const owned =
      commit || step
        ? await settler({
            tenantId: row.tenant_id,
            end,
            step,
            turn,
            async commit(tx) {
              await commit?.(tx);
              within = tx.beforeCommit;
              if (freesOthers(row)) runs?.look(tx);
            },
          })
        : await committer.complete(end);
    if (!owned) throw fenced(row.id, row.fence);
    return within !== undefined && covered.has(within);
  }

  /** Hints may come in swarms; renewals that overlap would only wait for one another's rows. */
  async function renew(): Promise<void> {
    if (renewing) {
      renewAgain = true;
      return;
    }
    renewing = true;
    try {
      do {
        renewAgain = false;
        await renewOnce();
      } while (renewAgain);
    } finally {
      renewing = false;
    }
  }

  async function renewOnce(): Promise<void> {
    const attempts = [...live.values()];
    if (attempts.length === 0) {
      renewedAt = performance.now();
      return;
    }
    const leases = attempts.map(({ row }) => ({ id: row.id, fence: row.fence }));
    try {
      const kept = await store.single((tx) => renewLeases(tx, leases, name, leaseTtlMs));
      renewedAt = performance.now();
      const byId = new Map(kept.map((lease) => [lease.id, lease]));
      for (const one of attempts) {
        const lease = byId.get(one.row.id);
        if (!lease) {
          if (!options.fencingOff && live.has(`${one.row.id} ${one.row.fence}`))
            one.abort(fenced(one.row.id, one.row.fence));
        } else if (lease.control) one.control(lease.control as 'pause' | 'terminate' | 'reassign'); // written by controlRuns
      }
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'leases could not be renewed');
    }
  }

  /** Without a renewal for two thirds of the lease the work stops before another worker may begin it. */
  function guardLeases(): void {
    if (options.fencingOff || performance.now() - renewedAt < (leaseTtlMs * 2) / 3) return;
    for (const one of live.values()) one.abort(fenced(one.row.id, one.row.fence));
  }

  const sweepOnce = (aloneNow: boolean) =>
    sweep({ store, events, bus, handlers }, { name, alone: aloneNow }).catch((error: unknown) =>
      log.warn({ error: messageOf(error) }, 'sweeping failed; the next round tries again'),
    );

  return {
    get busy() {
      return live.size;
    },
    async start() {
      if (options.alone) await sweepOnce(true);
      if (runs) offs.push(runs.serve({ take }));
      offs.push(
        bus.on('runs', () => round(fill)),
        bus.on('control', () => round(renew)),
      );
      const every = (ms: number, action: () => void) => timers.push(setInterval(action, ms));
      every(pollMs, () => round(poll));
      every(leaseTtlMs / 3, () => round(renew));
      every(leaseTtlMs / 6, guardLeases);
      every(Math.min(1_000, leaseTtlMs / 3), () => round(() => sweepOnce(false)));
      round(fill);
    },
    async stop(graceMs = 30_000) {
      stopping = true;
      for (const off of offs) off();
      await Promise.all(rounds);
      if (live.size > 0) {
        await Promise.race([
          new Promise<void>((resolve) => {
            idle = resolve;
          }),
          new Promise<void>((resolve) => setTimeout(resolve, graceMs).unref()),
        ]);
      }
      for (const one of live.values()) one.abort(new LetGo({ control: 'reassign' }));
      if (live.size > 0) {
        await new Promise<void>((resolve) => {
          idle = resolve;
          setTimeout(resolve, 2_000).unref();
        });
      }
      for (const timer of timers) clearInterval(timer);
      await Promise.all(rounds);
    },
  };
}
