import { toUsd } from '../models/amount.ts';
import { ANOMALY_Z, robustZ } from '../models/forecast.ts';
import type { EventLog, Fact } from '../platform/events/events.ts';
import {
  compareEstimate,
  type EndedRow,
  selectLike,
  selectTaken,
  selectUncompared,
} from '../platform/store/estimates.ts';
import type { EstimateRow } from '../platform/store/ledger-rows.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';

/** Tasks of one round of the watch; the next round takes what is left. */
const BATCH = 200;
/** Tasks of the kind that say what is usual. */
const SAMPLES = 50;
/** More than this share above the estimate is told (FEATURES MC-3, S19). */
const OVERRUN_SHARE = 0.1;

/**
 * Puts what ended tasks really took beside what they were expected to take, and tells of what was unusual. Done by the
 * watch, so that the end of a task waits for none of it.
 */
export async function compareEstimates({ store, events }: { store: Store; events: EventLog }): Promise<void> {
  const ended = await store.readAll((tx) => selectUncompared(tx, BATCH));
  for (const [tenantId, rows] of Map.groupBy(ended, (row) => row.tenant_id))
    await store.write(tenantId, (tx) => compareIn(tx, events, rows));
}

async function compareIn(tx: TenantTx, events: EventLog, ended: readonly EndedRow[]): Promise<void> {
  const taken = await selectTaken(
    tx,
    ended.map((row) => row.task_id),
  );
  const rows = await Promise.all(
    ended.map(({ task_id, status, duration_ms }) => {
      const took = taken.get(task_id);
      return compareEstimate(tx, task_id, {
        // Nothing in the ledger: nothing was paid for.
        real_cost_nano: took?.isPriced === false ? null : (took?.costNano ?? 0),
        real_tokens: took?.tokens ?? 0,
        real_energy_mj: took?.energyMj ?? null,
        real_duration_ms: Math.max(0, duration_ms),
        completed: status === 'completed' ? 1 : 0,
      });
    }),
  );
  for (const row of rows)
    if (row) await events.append(tx, [compared(row), ...overrun(row), ...(await anomaly(tx, row))]);
}

interface Measure {
  name: 'money' | 'tokens';
  estimate: number | null;
  real: number | null;
  shown(value: number): string;
}

const measuresOf = (row: EstimateRow): Measure[] => [
  {
    name: 'money',
    estimate: row.cost_nano,
    real: row.real_cost_nano,
    shown: (value) => `${toUsd(value)} USD`,
  },
  { name: 'tokens', estimate: row.tokens, real: row.real_tokens, shown: (value) => `${value} tokens` },
];

type UsageFact = 'usage.compared' | 'usage.overrun' | 'usage.anomalous';

function fact(row: EstimateRow, type: UsageFact, data: object = {}): Fact {
  const { tenant_id: tenantId, task_id: taskId, kind } = row;
  return { tenantId, type, taskId, rootId: taskId, data: { kind, ...data } };
}

/** The end of a task is told before what it took is known: who shows both waits for this. */
function compared(row: EstimateRow): Fact {
  const { cost_nano: foretold, real_cost_nano: took } = row;
  return fact(row, 'usage.compared', {
    estimateUsd: foretold === null ? null : toUsd(foretold),
    costUsd: took === null ? null : toUsd(took),
    estimateTokens: row.tokens === null ? null : Number(row.tokens),
    tokens: Number(row.real_tokens),
    durationMs: Number(row.real_duration_ms),
  });
}

function overrun(row: EstimateRow): Fact[] {
  const over = measuresOf(row).find(
    ({ estimate, real }) =>
      estimate !== null && real !== null && Number(real) > Number(estimate) * (1 + OVERRUN_SHARE),
  );
  if (!over) return [];
  const [estimate, real] = [Number(over.estimate), Number(over.real)];
  const because = `${over.shown(real)} instead of ${over.shown(estimate)}`;
  const share = estimate > 0 ? Number((real / estimate - 1).toFixed(4)) : null;
  return [fact(row, 'usage.overrun', { alert: 'chat', measure: over.name, estimate, real, share, because })];
}

/** Against the tasks of its kind that completed before it. */
async function anomaly(tx: TenantTx, row: EstimateRow): Promise<Fact[]> {
  if (Number(row.real_tokens ?? 0) === 0 && Number(row.real_cost_nano ?? 0) === 0) return [];
  const like = (await selectLike(tx, row.kind, SAMPLES + 1)).filter((one) => one.task_id !== row.task_id);
  for (const { name, real, shown } of measuresOf(row)) {
    const column = name === 'money' ? 'real_cost_nano' : 'real_tokens';
    const z = robustZ(
      Number(real ?? 0),
      like.map((one) => Number(one[column] ?? 0)),
    );
    if (z <= ANOMALY_Z) continue;
    const because = `${shown(Number(real))}, ${z.toFixed(1)} spreads away from what its kind takes`;
    return [fact(row, 'usage.anomalous', { alert: 'chat', measure: name, z: Number(z.toFixed(2)), because })];
  }
  return [];
}
