/** What is wrong with the fires of timers, and how late they were. Pure. */

/** A time for which a timer is to fire. */
export interface WantedTime {
  scheduleId: string;
  dueAt: number;
}

/** A time for which a timer fired, and when that was acknowledged. */
export interface Fire extends WantedTime {
  at: number;
}

export interface TimerFaults {
  wanted: number;
  fired: number;
  /** Wanted times for which nothing fired. */
  missing: number;
  /** Fires for a time that had fired before. */
  twice: number;
  /** Fires for times that nobody wanted, or before their time. */
  unwanted: number;
}

/** Compares what fired with what was to fire, time by time. */
export function faultsIn(wanted: readonly WantedTime[], fires: readonly Fire[]): TimerFaults {
  const keyOf = ({ scheduleId, dueAt }: WantedTime) => `${scheduleId} ${dueAt}`;
  const open = new Set(wanted.map(keyOf));
  const known = new Set(open);
  let [twice, unwanted] = [0, 0];
  for (const fire of fires) {
    const key = keyOf(fire);
    if (!known.has(key) || fire.at < fire.dueAt) unwanted += 1;
    else if (!open.delete(key)) twice += 1;
  }
  return { wanted: known.size, fired: fires.length, missing: open.size, twice, unwanted };
}

/** Half, 99 of 100, and all of some values are at most so much. */
export interface Spread {
  p50: number;
  p99: number;
  max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
