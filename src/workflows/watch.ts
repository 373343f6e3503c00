import { pause } from '../platform/kernel/clock.ts';
import { messageOf } from '../platform/kernel/json.ts';
import type { Log } from '../platform/kernel/log.ts';
import { type DueLane, deleteOldFires, selectDue, selectWaitMs } from '../platform/store/schedules.ts';
import type { Store } from '../platform/store/transaction.ts';
import type { BehalfNeeds } from './behalf.ts';
import { type FireGuards, fireDue } from './fire.ts';

/**
 * The watch over schedules. The row of a schedule is its timer: any number of processes look for those that are due by
 * the database's clock, and of those who find the same one the first takes it (`fireDue`). A row is cheaper to change,
 * pause and read than a run that was planned ahead, and cannot get out of step with its schedule.
 */
export interface ScheduleWatch {
  start(): void;
  /** Ends after what is being fired. */
  stop(): Promise<void>;
}

export interface WatchNeeds extends BehalfNeeds {
  store: Store;
  log: Log;
}

/**
 * What waits for longer than this is made up for beside the rest, not before it: after an hour away thousands are
 * late already, and a second more is nothing to them, but what comes due now is still on time.
 */
const LATE_MS = 5_000;
const ON_TIME: DueLane = { isLate: false, lateMs: LATE_MS };
const LATE: DueLane = { isLate: true, lateMs: LATE_MS };

/** Looks at least this often: a schedule that was just made may be due sooner than the one it waits for. */
const POLL_MS = 500;
const PER_LOOK = 500;
const AT_ONCE = 4;
/** Schedules of one tenant that fire in one transaction: fewer commits when many are due together. */
const PER_COMMIT = 25;
/** Fires are listed for a month. */
const KEEP_MS = 30 * 86_400_000;
const TIDY_MS = 600_000;

export function createScheduleWatch(needs: WatchNeeds, guards: FireGuards = { once: true }): ScheduleWatch {
  const { store, log } = needs;
  const stopped = new AbortController();
  let watching: Promise<unknown> = Promise.resolve();

  async function watch(lane: DueLane): Promise<void> {
    let tidied = Number.NEGATIVE_INFINITY;
    while (!stopped.signal.aborted) {
      let waitMs = POLL_MS;
      try {
        const { found, failed } = await fireLane(needs, guards, lane, stopped.signal);
        if (found > 0 && failed === 0) continue;
        if (!lane.isLate) {
          const next = failed > 0 ? undefined : await store.readAll((tx) => selectWaitMs(tx, LATE_MS));
          waitMs = Math.min(POLL_MS, Math.max(next ?? POLL_MS, 1));
        } else if (performance.now() - tidied > TIDY_MS) {
          tidied = performance.now();
          await store.writeAll((tx) => deleteOldFires(tx, KEEP_MS));
        }
      } catch (error) {
        waitMs = POLL_MS;
        log.warn({ error: messageOf(error) }, 'schedules could not be looked at; it is tried again');
      }
      await pause(waitMs, stopped.signal).catch(() => undefined); // it ends now
    }
  }

  return {
    start() {
      watching = Promise.all([watch(ON_TIME), watch(LATE)]);
    },
    async stop() {
      stopped.abort();
      await watching;
    },
  };
}

/** Fires all that is due, up to a bound: how many were found, and how many of them failed and stay due. */
export async function fireAll(
  needs: WatchNeeds,
  guards: FireGuards = { once: true },
): Promise<{ found: number; failed: number }> {
  const onTime = await fireLane(needs, guards, ON_TIME);
  const late = await fireLane(needs, guards, LATE);
  return { found: onTime.found + late.found, failed: onTime.failed + late.failed };
}

async function fireLane(
  needs: WatchNeeds,
  guards: FireGuards,
  lane: DueLane,
  signal?: AbortSignal,
): Promise<{ found: number; failed: number }> {
  const due = await needs.store.readAll((tx) => selectDue(tx, lane, PER_LOOK));
  const parts: Array<{ tenantId: string; ids: string[] }> = [];
  for (const [tenantId, rows] of Map.groupBy(due, (row) => row.tenant_id)) {
    // In one order everywhere: those who fire the same ones do not wait for one another in a circle.
    const ids = rows.map((row) => row.id).sort();
    for (let from = 0; from < ids.length; from += PER_COMMIT)
      parts.push({ tenantId, ids: ids.slice(from, from + PER_COMMIT) });
  }
  let failed = 0;
  const take = async () => {
    for (let part = parts.shift(); part && !signal?.aborted; part = parts.shift())
      failed += await fireSome(needs, guards, part);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, take));
  return { found: due.length, failed };
}

/** Fires some schedules together, or each by itself when one of them fails; answers how many failed. */
async function fireSome(
  needs: WatchNeeds,
  guards: FireGuards,
  { tenantId, ids }: { tenantId: string; ids: string[] },
): Promise<number> {
  try {
    await needs.store.write(tenantId, async (tx) => {
      for (const id of ids) await fireDue(tx, needs, id, guards);
    });
    return 0;
  } catch (error) {
    if (ids.length === 1) {
      needs.log.warn({ tenantId, schedule: ids[0], error: messageOf(error) }, 'a schedule could not fire');
      return 1;
    }
  }
  let failed = 0;
  for (const id of ids) failed += await fireSome(needs, guards, { tenantId, ids: [id] });
  return failed;
}
