import type { EnergyRecordRow } from '../platform/store/energy-rows.ts';

/** What an agent is expected to take for one task of a capability. */
export interface Prediction {
  /** Null: nobody measured one of these yet. */
  joules: number | null;
  usd: number;
  /** Success rate to expect, and how unsure it is (standard deviation of a beta distribution). */
  success: number;
  doubt: number;
  /** How unsure the joules are: the spread over the agents, less the more often it was measured. */
  joulesDoubt: number;
}

/** How many attempts what is known of the others counts. */
const POOL_STRENGTH = 2;
/** How many finished tasks the declared confidence is worth (EVOLUTION section 2.3: a = 1 + 3c + S). */
const PRIOR_STRENGTH = 3;

/** The success rate to expect: what happened, with the declared confidence as a prior. */
export function expectedSuccess(of: { confidence: number; succeeded: number; failed: number }): number {
  return (of.succeeded + PRIOR_STRENGTH * of.confidence) / (of.succeeded + of.failed + PRIOR_STRENGTH);
}

/**
 * Means of what was measured, drawn towards the mean over all agents of the capability: who is new is neither favoured
 * nor punished for it.
 */
export function predict(
  agentId: string,
  confidence: number,
  records: readonly EnergyRecordRow[],
): Prediction {
  const own = records.find((record) => record.agent_id === agentId);
  const sum = (of: (record: EnergyRecordRow) => number) =>
    records.reduce((total, record) => total + of(record), 0);
  const [known, attempts] = [sum(({ known }) => known), sum((record) => record.attempts)];
  const pooledJ = known === 0 ? null : sum(({ joules }) => joules) / known;
  const pooledUsd = attempts === 0 ? 0 : sum(({ cost_usd }) => cost_usd) / attempts;
  const { succeeded = 0, attempts: tried = 0 } = own ?? {};
  const success = expectedSuccess({ confidence, succeeded, failed: tried - succeeded });
  return {
    joules:
      pooledJ === null
        ? null
        : ((own?.joules ?? 0) + POOL_STRENGTH * pooledJ) / ((own?.known ?? 0) + POOL_STRENGTH),
    usd: ((own?.cost_usd ?? 0) + POOL_STRENGTH * pooledUsd) / ((own?.attempts ?? 0) + POOL_STRENGTH),
    success,
    doubt: Math.sqrt((success * (1 - success)) / (tried + PRIOR_STRENGTH + 1)),
    joulesDoubt: pooledJ === null ? 0 : spreadOf(records, pooledJ) / Math.sqrt((own?.known ?? 0) + 1),
  };
}

/** Standard deviation of what agents take on average; half of the mean while few of them were measured. */
function spreadOf(records: readonly EnergyRecordRow[], pooledJ: number): number {
  const means = records.filter(({ known }) => known > 0).map(({ joules, known }) => joules / known);
  const mean = means.reduce((sum, one) => sum + one, 0) / Math.max(1, means.length);
  const variance = means.reduce((sum, one) => sum + (one - mean) ** 2, 0) / Math.max(1, means.length);
  return Math.max(pooledJ / 2, Math.sqrt(variance));
}

/**
 * What uniformly random choice among the agents that were measured would take for a success, for the tasks there were:
 * the baseline that energy-aware choice is measured against (EN-7). Null where nothing is known.
 */
export function randomBaseline(
  records: readonly EnergyRecordRow[],
): { joulesPerSuccess: number; attempts: number } | null {
  let [joules, successes, attempts] = [0, 0, 0];
  for (const of of Map.groupBy(records, ({ capability }) => capability).values()) {
    const measured = of.filter(({ known }) => known > 0);
    const tasks = of.reduce((sum, record) => sum + record.attempts, 0);
    if (measured.length === 0) continue;
    const mean = (value: (record: EnergyRecordRow) => number) =>
      measured.reduce((sum, record) => sum + value(record), 0) / measured.length;
    joules += tasks * mean((record) => record.joules / record.known);
    successes += tasks * mean((record) => record.succeeded / record.attempts);
    attempts += tasks;
  }
  return successes === 0 ? null : { joulesPerSuccess: joules / successes, attempts };
}
