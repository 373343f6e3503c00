import { type ChildUse, countingChildren } from '../platform/kernel/child.ts';
import type { Clock } from '../platform/kernel/clock.ts';
import { type Grid, readGrid } from './grid.ts';
import { apportion, carbonG, hostJoules, type Joules, joulesOf, sumJoules, type Taken } from './physical.ts';
import { findRapl, joulesBetween, type Rapl } from './rapl.ts';

/** What an attempt took: plain data, stored with what it gave, so that a redelivery settles the same. */
export interface Took extends Taken {
  wallMs: number;
}

/** How a piece of work ended, with what it took either way. */
export type Measured<T> = { took: Took } & ({ value: T } | { error: unknown });

/** Measures what work takes of this machine, and says what that is in joules and grams. */
export interface Meter {
  /** Does the work and measures it; it never throws. */
  measure<T>(work: () => Promise<T>): Promise<Measured<T>>;
  /** Joules of what was measured, of tokens, and of what an operator elsewhere reported, with their carbon. */
  bill(
    took: Took,
    other: { tokens: Joules | null; reportedJ: number | null; isElsewhere: boolean },
  ): Promise<Bill>;
}

export interface Bill {
  host: Joules;
  /** Null: the work was done elsewhere, and nobody said what it took there. */
  total: Joules | null;
  carbonG: number | null;
  grid: Grid;
}

export interface MeterNeeds {
  clock: Clock;
  /** Where the electricity comes from (`CADRE_GRID`). */
  grid: string;
  pue: number;
  raplFolder?: string;
  /** CPU seconds of this process so far. */
  ownCpuSeconds?: () => number;
}

/**
 * The meter of this process. CPU time of children is measured by themselves; what this process took itself is shared by
 * the attempts that were under way in it at the same time, in equal parts. Counters are looked for at the first use.
 */
export function createMeter(needs: MeterNeeds): Meter {
  const { clock, pue, ownCpuSeconds = ownCpu } = needs;
  let active = 0;
  let lastCpu = 0;
  /** CPU seconds that one who had been here all the time would have got. */
  let share = 0;
  let rapl: Promise<Rapl | undefined> | undefined;
  let grid: Promise<Grid> | undefined;

  function tick(): void {
    const cpu = ownCpuSeconds();
    if (active > 0) share += (cpu - lastCpu) / active;
    lastCpu = cpu;
  }

  return {
    async measure(work) {
      rapl ??= findRapl(needs.raplFolder);
      const counter = await rapl;
      const before = await counter?.look();
      const use: ChildUse = { cpuMs: 0, memoryGbSeconds: 0, unmeasured: 0 };
      tick();
      active += 1;
      const [ownBefore, began] = [share, clock.monotonicMs()];
      const outcome = await countingChildren(use, work).then(
        (value) => ({ value }),
        (error: unknown) => ({ error }),
      );
      tick();
      active -= 1;
      const cpuSeconds = use.cpuMs / 1_000 + (share - ownBefore);
      const took: Took = {
        wallMs: clock.monotonicMs() - began,
        cpuSeconds,
        memoryGbSeconds: use.memoryGbSeconds,
        networkMb: 0,
        ...(use.unmeasured > 0 && { isGuessed: true }),
      };
      const after = before && (await counter?.look());
      if (before && after)
        took.cpuCounterJ = apportion(
          joulesBetween(before, after),
          cpuSeconds,
          after.hostCpuSeconds - before.hostCpuSeconds,
        );
      return { took, ...outcome };
    },
    async bill(took, { tokens, reportedJ, isElsewhere }) {
      grid ??= readGrid(needs.grid);
      const found = await grid;
      const host = hostJoules(took, pue);
      if (isElsewhere && reportedJ === null) return { host, total: null, carbonG: null, grid: found };
      // What another says of itself cannot be checked here: it counts as an estimate.
      const parts = [
        host,
        ...(tokens ? [tokens] : []),
        ...(reportedJ === null ? [] : [joulesOf(reportedJ, 'estimated')]),
      ];
      const total = sumJoules(parts);
      return { host, total, carbonG: carbonG(total.joules, found.gramsPerKwh), grid: found };
    },
  };
}

function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
