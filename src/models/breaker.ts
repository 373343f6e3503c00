import type { Clock } from '../platform/kernel/clock.ts';

/**
 * Leaves alone what fails again and again (FEATURES WF-6): open after 5 failures in a row, after 60 s one call at a
 * time is let through, and 3 of them that succeed close it. One that fails rests it for 30 s: so it is closed within
 * 30 s of the recovery (GUARANTEES P12). Own code, because cockatiel reads the machine's clock and ours must be moved
 * by tests; it lives in this process, and another process finds out by itself.
 */
export interface Breaker {
  /** Null: the call may go on, and says afterwards how it ended. Else how long to leave it alone. */
  enter(key: string): { waitMs: number } | null;
  succeeded(key: string): void;
  failed(key: string): void;
  /** The call ended and showed nothing: somebody stopped it, or it was at fault itself. */
  left(key: string): void;
  /** The other side said how long it wants to be left alone. */
  rest(key: string, ms: number): void;
}

export const OPEN_AFTER = 5;
export const REST_MS = 60_000;
export const REST_AGAIN_MS = 30_000;
export const CLOSE_AFTER = 3;

interface State {
  failures: number;
  /** While open or half open. */
  openUntilMs: number | null;
  /** In a row, while half open. */
  successes: number;
  isProbing: boolean;
  restUntilMs: number;
}

export function createBreaker(clock: Pick<Clock, 'monotonicMs'>): Breaker {
  const states = new Map<string, State>();
  const stateOf = (key: string): State => {
    const fresh = { failures: 0, openUntilMs: null, successes: 0, isProbing: false, restUntilMs: 0 };
    const state = states.get(key) ?? fresh;
    states.set(key, state);
    return state;
  };
  const open = (state: State, forMs: number) => {
    Object.assign(state, { openUntilMs: clock.monotonicMs() + forMs, successes: 0, isProbing: false });
  };
  return {
    enter(key) {
      const state = stateOf(key);
      const now = clock.monotonicMs();
      const until = Math.max(state.openUntilMs ?? 0, state.restUntilMs);
      if (now < until) return { waitMs: until - now };
      if (state.openUntilMs === null) return null;
      if (state.isProbing) return { waitMs: 1_000 };
      state.isProbing = true;
      return null;
    },
    succeeded(key) {
      const state = stateOf(key);
      state.failures = 0;
      // A call from before it opened says nothing about now.
      if (state.openUntilMs === null || !state.isProbing) return;
      state.isProbing = false;
      state.successes += 1;
      if (state.successes >= CLOSE_AFTER) states.delete(key);
    },
    failed(key) {
      const state = stateOf(key);
      if (state.openUntilMs !== null) {
        if (state.isProbing) open(state, REST_AGAIN_MS);
        return;
      }
      state.failures += 1;
      if (state.failures >= OPEN_AFTER) open(state, REST_MS);
    },
    left(key) {
      stateOf(key).isProbing = false;
    },
    rest(key, ms) {
      const state = stateOf(key);
      state.restUntilMs = Math.max(state.restUntilMs, clock.monotonicMs() + ms);
    },
  };
}
