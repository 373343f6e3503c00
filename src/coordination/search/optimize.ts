import type { Mail } from '../../messages/mail.ts';
import { MAX_PAYLOAD_BYTES } from '../../messages/payloads.ts';
import type { EventLog, EventType } from '../../platform/events/events.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import { newId } from '../../platform/kernel/ids.ts';
import type { Json } from '../../platform/kernel/json.ts';
import type { Handler } from '../../platform/runs/run.ts';
import type { Runs } from '../../platform/runs/runs.ts';
import type { EvaluationRow } from '../../platform/store/collaboration-rows.ts';
import {
  countEvaluations,
  holdOptimization,
  insertEvaluations,
  insertOptimization,
  type OptimizationView,
  selectBest,
  selectFirstFailure,
  selectOptimization,
  selectOptimizationByRun,
  updateOptimization,
} from '../../platform/store/optimizations.ts';
import type { Store, TenantTx } from '../../platform/store/transaction.ts';
import { askAndKeep, hurry, type Reply, type Request, withdraw } from '../ask.ts';
import { bytesOf } from '../collaboration/history.ts';
import { type Batch, nextBatch, plannedOf } from './batch.ts';
import {
  conversationOf,
  EVALUATE,
  evaluatorsSchema,
  MAX_POINTS,
  OPTIMIZE,
  type Search,
  type SearchEnding,
} from './optimization.ts';
import { measuredSchema, scoreOf } from './score.ts';
import { axesOf, sizeOf } from './space.ts';

export interface OptimizationNeeds {
  store: Store;
  events: EventLog;
  runs: Runs;
  mail: Mail;
}

/** The message that a search answers at its end, and the agent that was asked. */
export interface Answering {
  agentId: string;
  messageId: string;
}

const BATCH = 'batch';
const STOPPED = 'The search was stopped; nobody waits for this any more.';
/** What every evaluation is told takes at most half of a message. */
const TOLD_LIMIT_BYTES = MAX_PAYLOAD_BYTES / 2;

/** Whether a search can be carried out. @throws CadreError `optimization/space`, `optimization/too-large`, … */
export function checkSearch(search: Search): void {
  const axes = axesOf(search.space);
  const taken = axes.find(({ name }) => Object.hasOwn(search.params, name));
  if (taken)
    throw new CadreError('optimization/space', { detail: `"${taken.name}" is fixed by \`params\` too` });
  const points = sizeOf(axes);
  if (search.method === 'grid' && points > MAX_POINTS)
    throw new CadreError('optimization/too-large', { points, limit: MAX_POINTS });
  const { budget } = search;
  if (search.method === 'halving' && (!budget || budget.min > budget.max))
    throw new CadreError('request/invalid', {
      detail: 'budget: halving needs a `min` and a `max` that is not below it',
    });
  const bytes = bytesOf([search.params, search.space]);
  if (bytes > TOLD_LIMIT_BYTES)
    throw new CadreError('message/too-large', { bytes, limitBytes: TOLD_LIMIT_BYTES });
}

/**
 * Starts a search: the row and the run of its first batch commit together.
 * @throws CadreError as `checkSearch`
 */
export async function startOptimization(
  tx: TenantTx,
  { events, runs }: Pick<OptimizationNeeds, 'events' | 'runs'>,
  search: Search,
  who: {
    evaluators: Array<{ id: string; name: string }>;
    fromId: string | null;
    by: string;
    answers?: Answering;
    /** Its id, where it is known before. */
    id?: string;
  },
): Promise<string> {
  checkSearch(search);
  const { id = newId() } = who;
  const plan = {
    space: JSON.stringify(search.space),
    method: search.method,
    samples: search.samples,
    seed: search.seed,
    eta: search.eta,
    budget_min: search.method === 'halving' ? (search.budget?.min ?? null) : null,
    budget_max: search.method === 'halving' ? (search.budget?.max ?? null) : null,
  };
  const planned = plannedOf(plan);
  const runId = newId();
  await insertOptimization(
    tx,
    {
      ...plan,
      id,
      run_id: runId,
      type: search.type,
      params: JSON.stringify(search.params),
      criteria: search.criteria === undefined ? null : JSON.stringify(search.criteria),
      parallel: search.parallel,
      timeout_ms: search.timeoutMs,
      from_id: who.fromId,
      evaluators: JSON.stringify(who.evaluators.map(({ id: agentId, name }) => ({ id: agentId, name }))),
      planned,
      answers: who.answers ? JSON.stringify(who.answers) : null,
      started_by: who.by,
    },
    search.withinMs ?? null,
  );
  await enqueue(tx, runs, id, runId);
  const { type: what, method } = search;
  await events.append(tx, [
    fact(tx, 'optimization.started', id, {
      what,
      method,
      planned,
      evaluators: who.evaluators.length,
      by: who.by,
    }),
  ]);
  return id;
}

/**
 * Asks for the end of a search: its run ends it with the evaluations it has by now.
 * @throws CadreError `optimization/not-found`, `optimization/over`
 */
export async function stopOptimization(
  { store, runs }: Pick<OptimizationNeeds, 'store' | 'runs'>,
  tenantId: string,
  id: string,
): Promise<void> {
  // The run is held before the row, as the run itself does; meanwhile the next batch may have another run.
  for (let isAsked = false; !isAsked; ) {
    isAsked = await store.write(tenantId, async (tx) => {
      const seen = await selectOptimization(tx, id);
      if (!seen) throw new CadreError('optimization/not-found', { id });
      await runs.hold(tx, seen.run_id);
      const row = await holdOptimization(tx, id);
      if (row?.status !== 'running') throw new CadreError('optimization/over', { id, status: row?.status });
      if (row.run_id !== seen.run_id) return false;
      await updateOptimization(tx, id, { ended_because: 'stopped' });
      await hurry(tx, { runs }, row.run_id, BATCH);
      return true;
    });
  }
}

/**
 * Asks one batch of evaluations and makes the run of the next. Each batch has a run of its own, so that no search
 * meets the limit of steps, and what is stored is never asked again.
 */
export function optimizationSearch(needs: OptimizationNeeds): Handler {
  const { store, runs } = needs;
  return {
    async work(attempt) {
      const id = String(attempt.payload.optimizationId);
      const row = await store.read(attempt.tenantId, (tx) => selectOptimization(tx, id));
      if (row?.status !== 'running' || row.run_id !== attempt.runId) return {};
      const timeoutMs = Math.max(1, Math.min(Number(row.timeout_ms), leftOf(row)));
      const isStopped = await askAndKeep(
        attempt,
        needs,
        {
          name: BATCH,
          requests: (tx) => compose(tx, id),
          conversationId: conversationOf(id),
          timeoutMs,
          ...(row.from_id !== null && { by: row.from_id }),
        },
        (tx, replies) => keep(tx, needs, id, replies),
      );
      if (isStopped) await withdraw(needs, attempt, BATCH, STOPPED);
      return {
        async commit(tx) {
          const now = await holdOptimization(tx, id);
          if (now?.status !== 'running') return;
          const next = await nextOf(tx, now);
          if (typeof next === 'string') return end(tx, needs, now, next, null);
          const runId = newId();
          await updateOptimization(tx, id, { run_id: runId });
          await enqueue(tx, runs, id, runId);
        },
      };
    },
    async giveUp(tx, failure) {
      const row = await selectOptimizationByRun(tx, failure.runId);
      if (row) await end(tx, needs, row, 'broken', failure.error.message);
    },
  };
}

async function nextOf(tx: TenantTx, row: OptimizationView): Promise<Batch | SearchEnding> {
  if (row.ended_because === 'stopped') return 'stopped';
  const next = await nextBatch(tx, row);
  return typeof next !== 'string' && leftOf(row) <= 0 ? 'time' : next;
}

function leftOf(row: OptimizationView): number {
  return row.left_ms === null ? Number.POSITIVE_INFINITY : Number(row.left_ms);
}

/** What the evaluators of the next batch are asked; nothing once the end was asked for or the time is up. */
async function compose(tx: TenantTx, id: string): Promise<Request[]> {
  const row = await holdOptimization(tx, id);
  if (row?.status !== 'running') return [];
  const batch = await nextOf(tx, row);
  if (typeof batch === 'string') return [];
  const fixed: Record<string, Json> = JSON.parse(row.params);
  return batch.points.map((point, index) => ({
    to: evaluatorAt(row, batch.place + index).id,
    requestType: EVALUATE,
    subject: row.type,
    data: {
      optimizationId: id,
      place: batch.place + index,
      type: row.type,
      params: { ...fixed, ...point },
      budget: batch.budget,
    },
  }));
}

/** Keeps what a batch brought; answers whether the search was stopped. */
async function keep(
  tx: TenantTx,
  { events }: Pick<OptimizationNeeds, 'events'>,
  id: string,
  replies: readonly Reply[],
): Promise<boolean> {
  const row = await holdOptimization(tx, id);
  if (!row) return true;
  const isStopped = row.ended_because === 'stopped';
  // The same batch that was asked: nothing was stored since.
  const batch = replies.length === 0 ? 'done' : await nextBatch(tx, row);
  if (typeof batch === 'string') return isStopped;
  const rows = replies.flatMap((reply, index) => {
    const point = batch.points[index];
    if (!point) return [];
    const place = batch.place + index;
    const silence = isStopped ? STOPPED : 'It did not answer in time.';
    return [
      {
        place,
        rung: batch.rung,
        params: JSON.stringify(point),
        budget: batch.budget,
        agent_id: evaluatorAt(row, place).id,
        name: evaluatorAt(row, place).name,
        message_id: reply.messageId,
        ms: reply.ms,
        ...judged(row, reply, silence),
      },
    ];
  });
  await insertEvaluations(tx, id, rows);
  await events.append(tx, [
    fact(tx, 'optimization.evaluated', id, {
      what: row.type,
      rung: batch.rung,
      from: batch.place,
      evaluations: rows.length,
      failed: rows.filter((one) => one.score === null).length,
    }),
  ]);
  return isStopped;
}

/** The score of a reply, or why it has none. */
function judged(
  row: OptimizationView,
  reply: Reply,
  silence: string,
): Pick<EvaluationRow, 'status' | 'metrics' | 'score' | 'error'> {
  const none = { metrics: null, score: null };
  if (reply.status === 'timeout') return { ...none, status: 'silent', error: silence };
  if (reply.status !== 'answered') return { ...none, status: reply.status, error: reply.error };
  const measured = measuredSchema.safeParse(reply.data);
  if (!measured.success) {
    const [issue] = measured.error.issues;
    const place = issue?.path.map(String).join('.') || 'data';
    const error = `Its answer is no measurement: ${place}: ${issue?.message ?? ''}`;
    return { ...none, status: 'failed', error };
  }
  const metrics = JSON.stringify(measured.data.metrics);
  const criteria = row.criteria === null ? null : JSON.parse(row.criteria);
  const scored = scoreOf(criteria, measured.data, reply.ms ?? 0);
  return 'score' in scored
    ? { status: 'answered', metrics, score: scored.score, error: null }
    : { status: 'failed', metrics, score: null, error: scored.error };
}

async function end(
  tx: TenantTx,
  { events, mail }: Pick<OptimizationNeeds, 'events' | 'mail'>,
  row: OptimizationView,
  because: SearchEnding,
  failure: string | null,
): Promise<void> {
  const best = await selectBest(tx, row.id);
  const counts = (await countEvaluations(tx, [row.id])).get(row.id) ?? { evaluations: 0, failed: 0 };
  const isFailed = because === 'broken' || (best === undefined && because !== 'stopped');
  const status = isFailed ? 'failed' : because === 'stopped' ? 'stopped' : 'completed';
  const first = isFailed ? await selectFirstFailure(tx, row.id) : undefined;
  const why = first ? `; ${first.name}: ${first.error}` : '.';
  const reason = failure ?? (isFailed ? `none of ${counts.evaluations} evaluations succeeded${why}` : null);
  await updateOptimization(tx, row.id, { status, ended_because: because, reason });
  const found = {
    status,
    because,
    ...counts,
    bestParams: best ? JSON.parse(best.params) : null,
    bestScore: best?.score ?? null,
    ...(reason !== null && { reason }),
  };
  await events.append(tx, [fact(tx, 'optimization.ended', row.id, { what: row.type, ...found })]);
  if (row.answers === null) return;
  const { agentId, messageId }: Answering = JSON.parse(row.answers);
  // An answer that cannot be sent (its agent is gone, say) changes nothing: the search is kept.
  await mail.sendEach(tx, [
    {
      from: { type: 'agent', id: agentId },
      type: 'coordination_response',
      inReplyTo: messageId,
      payload: { requestType: OPTIMIZE, data: { optimizationId: row.id, ...found } },
    },
  ]);
}

function evaluatorAt(row: OptimizationView, place: number): { id: string; name: string } {
  const evaluators = evaluatorsSchema.parse(JSON.parse(row.evaluators));
  const one = evaluators[place % evaluators.length];
  if (!one) throw new CadreError('collaboration/too-few', { found: 0, needed: 1 });
  return one;
}

async function enqueue(tx: TenantTx, runs: Runs, id: string, runId: string): Promise<void> {
  const run = { id: runId, kind: 'optimization.search', tenantId: tx.tenantId };
  await runs.enqueue(tx, [{ ...run, payload: { optimizationId: id } }]);
}

function fact(
  tx: TenantTx,
  type: EventType & `optimization.${string}`,
  id: string,
  data: Record<string, unknown>,
) {
  return { tenantId: tx.tenantId, type, data: { optimizationId: id, ...data } };
}
