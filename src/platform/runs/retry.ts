import type { Random } from '../kernel/random.ts';

/** One policy for runs and messages: exponential backoff with full jitter (FEATURES WF-6). */
export interface RetryPolicy {
  baseMs: number;
  capMs: number;
}

export const defaultRetry: RetryPolicy = { baseMs: 1_000, capMs: 60_000 };

/** random(0 … min(base · 2^(attempt-1), cap)), and never before what Retry-After asked. */
export function retryDelayMs(policy: RetryPolicy, attempt: number, random: Random, retryAfterMs = 0): number {
  const ceiling = Math.min(policy.baseMs * 2 ** Math.max(0, attempt - 1), policy.capMs);
  return Math.max(retryAfterMs, Math.round(random() * ceiling));
}

/** Whether another retry is in the budget. */
export interface RetryBudget {
  earn(): void;
  spend(): boolean;
}

/**
 * Keeps retries to a share of the work (GUARANTEES P12): every first attempt earns `share` of a token, every retry
 * costs one; without a token the retry waits the cap. `burst` tokens are there at the start.
 */
export function createRetryBudget(share = 0.1, burst = 20): RetryBudget {
  let tokens = burst;
  return {
    earn() {
      tokens = Math.min(burst, tokens + share);
    },
    spend() {
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
