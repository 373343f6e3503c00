/**
 * The only place that reads time. Leases and due times use the database's clock (`cadre_now()` in SQL);
 * this clock serves durations, stamps outside the database, and tests, which move it by hand.
 */
export interface Clock {
  /** Wall time in milliseconds since 1970 (UTC). */
  nowMs(): number;
  /** Monotonic milliseconds, for durations and local timeouts only. */
  monotonicMs(): number;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

/** A clock for tests that moves only when told. */
export function fakeClock(startMs = 1_800_000_000_000): Clock & { advance(ms: number): void } {
  let now = startMs;
  return {
    nowMs: () => now,
    monotonicMs: () => now - startMs,
    advance(ms) {
      now += ms;
    },
  };
}

/** RFC 3339 with milliseconds in UTC, the form of every time in JSON (DESIGN section 2). */
export function toRfc3339(ms: number): string {
  return new Date(ms).toISOString();
}

/** Milliseconds of an RFC 3339 text, or undefined when it is not one. */
export function fromRfc3339(text: string): number | undefined {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Resolves after `ms`, or rejects at once with the signal's reason. For polling fallbacks, never for work. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
