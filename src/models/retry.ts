/** When the same provider is asked again within one call: rarely, and never as a storm (GUARANTEES P12). */

/** Longer waits are for the durable retry of the run; the gate goes on to the next model. */
export const SHORT_WAIT_MS = 5_000;
/** No provider is left alone for longer because of what it says. */
export const LONGEST_REST_MS = 600_000;
/** Spread of those who wait for the same moment. */
export const JITTER_MS = 1_000;
/** Calls that are asked again, of those that were asked. */
const SHARE = 0.1;
const SAVED_AT_MOST = 10;

/** Milliseconds that `Retry-After` names: seconds, or a date of HTTP. Undefined when it is neither. */
export function readRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return Math.min(Number(text) * 1_000, LONGEST_REST_MS);
  // Only the forms of HTTP: Date.parse would also take `-5` for a date.
  if (!/^[A-Z][a-z]+,? /.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.min(Math.max(0, at - nowMs), LONGEST_REST_MS);
}

/** One call in ten may be asked again: counted per provider, so that one that fails is not asked more for it. */
export interface RetryBudget {
  offered(key: string): void;
  take(key: string): boolean;
}

export function createRetryBudget(): RetryBudget {
  const saved = new Map<string, number>();
  return {
    offered(key) {
      saved.set(key, Math.min(SAVED_AT_MOST, (saved.get(key) ?? 0) + SHARE));
    },
    take(key) {
      const left = saved.get(key) ?? 0;
      // Tenths add up to a little less than one.
      if (left < 1 - 1e-9) return false;
      saved.set(key, left - 1);
      return true;
    },
  };
}
