/** What one call of a model took, and who pays for it. */

/** How sure a token count is: the provider said it, our tokenizer counted it, or nobody knows and the most is taken. */
export const USAGE_SOURCES = ['provider', 'tokenizer', 'worst-case'] as const;
export type UsageSource = (typeof USAGE_SOURCES)[number];

export interface TokenCount {
  /** All input, what was cached included. */
  inputTokens: number;
  cachedInputTokens: number;
  cacheWriteTokens: number;
  /** All output, reasoning included. */
  outputTokens: number;
  reasoningTokens: number;
}

/** Counts that nobody spoke of. */
export const UNCACHED = { cachedInputTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 };

/** One call, settled. */
export interface CallUsage extends TokenCount {
  source: UsageSource;
  /** Null: nobody said what the model costs. */
  costUsd: number | null;
  /** Estimated from tokens (EVOLUTION section 3.2), with its range. */
  energyJ: number;
  energyLowJ: number;
  energyHighJ: number;
  durationMs: number;
  /** Null when nothing came. */
  firstPartMs: number | null;
}

/** What somebody reports of work that was no call through `Models`: what is not said was not taken. */
export function reported(said: {
  inputTokens?: number | undefined;
  outputTokens?: number | undefined;
  costUsd?: number | undefined;
  energyJ?: number | undefined;
  durationMs?: number | undefined;
}): CallUsage {
  const { inputTokens = 0, outputTokens = 0, costUsd = null, energyJ = 0, durationMs = 0 } = said;
  const joules = { energyJ, energyLowJ: energyJ, energyHighJ: energyJ };
  const source = 'provider';
  return {
    ...UNCACHED,
    inputTokens,
    outputTokens,
    source,
    costUsd,
    ...joules,
    durationMs,
    firstPartMs: null,
  };
}

/** What a call is for. */
export const PURPOSES = ['work', 'plan', 'review', 'verify', 'compact', 'chat'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Whose call it is: budgets of the task, its root, the agent, its teams and the tenant all hold. */
export interface Bill {
  tenantId: string;
  rootId: string;
  taskId: string;
  agentId: string | null;
  runId: string;
  /** Which turn of the run: stable across attempts, so a call that was paid for and lost is found again. */
  turn: string;
  purpose: Purpose;
}

/** The most that a call can take, known before it. */
export interface WorstCase {
  model: string;
  inputTokens: number;
  outputTokens: number;
  /** Null: nobody said what the model costs. Under a cap in money such a call is refused. */
  costUsd: number | null;
  energyJ: number;
}
