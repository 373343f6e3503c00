import { z } from 'zod';
import { awaitEnd, MAX_WAIT_MS } from '../../messages/wait.ts';
import type { Bus } from '../../platform/bus/bus.ts';
import type { Clock } from '../../platform/kernel/clock.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import { byId, type Caller, operation, someId } from '../../platform/kernel/operation.ts';
import type { OptimizationRow } from '../../platform/store/collaboration-rows.ts';
import {
  countEvaluations,
  selectBest,
  selectEvaluations,
  selectOptimization,
  selectOptimizations,
} from '../../platform/store/optimizations.ts';
import type { TenantTx } from '../../platform/store/transaction.ts';
import { keepAnswer } from '../../tenants/idempotency.ts';
import { pageOf, pagesUpTo, readPage } from '../../tenants/page.ts';
import { asker, invited } from '../invite.ts';
import {
  evaluationSchema,
  OPTIMIZATION_STATUSES,
  type Optimization,
  optimizationSchema,
  searchSchema,
  toEvaluation,
  toOptimization,
} from './optimization.ts';
import { type OptimizationNeeds, startOptimization, stopOptimization } from './optimize.ts';

const agentName = z.string().min(1).max(80);
const waitMs = z.coerce.number().int().min(0).max(MAX_WAIT_MS);
const EVALUATORS = 100;
const STOP_WAIT_MS = 5_000;

type Needs = OptimizationNeeds & { bus: Bus; clock: Clock };

/** What people can do with searches for good parameters. */
export const optimizationOperations = [
  operation({
    name: 'optimizations.start',
    summary: 'Searches a space of parameters for the best: agents evaluate point after point.',
    route: { method: 'POST', path: '/optimizations', status: 201 },
    permission: 'operator',
    effect: 'write',
    input: searchSchema.extend({
      /** Who evaluates, by turns: ids or names; or everybody who offers `capability`. */
      agents: z.array(agentName).min(1).max(EVALUATORS).optional(),
      capability: z.string().min(1).max(80).optional(),
      /** The agent for which it is done; its relations are kept. */
      from: agentName.optional(),
      /** Waits so long for the end. */
      waitMs: waitMs.default(0),
    }),
    output: optimizationSchema,
    example: {
      type: 'passages',
      space: { words: { type: 'range', min: 20, max: 60, step: 20 } },
      criteria: { targetMetric: 'cited' },
      agents: ['Writer'],
    },
    async run(needs: Needs, caller, { agents, capability, from, waitMs: wait, ...search }) {
      const started = await needs.store.write(caller.tenantId, async (tx) => {
        const id = await startOptimization(tx, needs, search, {
          evaluators: await invited(tx, { agents, capability }, { least: 1, most: EVALUATORS }),
          fromId: await asker(tx, from),
          by: caller.actor.name,
        });
        const answer = await show(tx, id);
        await keepAnswer(tx, caller, 201, answer);
        return answer;
      });
      return wait === 0 ? started : ended(needs, caller, started.id, wait);
    },
  }),
  operation({
    name: 'optimizations.list',
    summary: 'Searches for good parameters with the best so far, newest first; filter by type or status.',
    route: { method: 'GET', path: '/optimizations' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({
      type: z.string().max(80).optional(),
      status: z.enum(OPTIMIZATION_STATUSES).optional(),
      ...pagesUpTo(100),
    }),
    output: pageOf(optimizationSchema),
    example: { limit: 10 },
    run: ({ store }: Needs, caller, input) => readPage(store, caller, input, selectOptimizations, seen),
  }),
  operation({
    name: 'optimizations.get',
    summary: 'One search with its best parameters, their score, and how many evaluations were made.',
    route: { method: 'GET', path: '/optimizations/{id}' },
    permission: 'viewer',
    effect: 'read',
    input: byId,
    output: optimizationSchema,
    example: { id: someId },
    run: ({ store }: Needs, caller, { id }) => store.read(caller.tenantId, (tx) => show(tx, id)),
  }),
  operation({
    name: 'optimizations.evaluations',
    summary: 'All evaluations of a search in their order, those that failed too.',
    route: { method: 'GET', path: '/optimizations/{id}/evaluations' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({
      id: z.string(),
      cursor: z.string().optional(),
      limit: z.coerce.number().int().min(1).max(1_000).default(100),
    }),
    output: pageOf(evaluationSchema),
    example: { id: someId, limit: 10 },
    async run({ store }: Needs, caller, { id, cursor = '0', limit }) {
      if (!/^\d{1,9}$/.test(cursor)) throw new CadreError('request/bad-cursor', { cursor });
      const rows = await store.read(caller.tenantId, async (tx) => {
        if (!(await selectOptimization(tx, id))) throw new CadreError('optimization/not-found', { id });
        return selectEvaluations(tx, id, { from: Number(cursor), limit: limit + 1 });
      });
      const next = rows[limit];
      return {
        items: rows.slice(0, limit).map(toEvaluation),
        nextCursor: next ? String(next.place) : null,
      };
    },
  }),
  operation({
    name: 'optimizations.stop',
    summary: 'Stops a search; the best by then is kept.',
    route: { method: 'POST', path: '/optimizations/{id}/stop' },
    permission: 'operator',
    effect: 'write',
    input: z.object({
      id: z.string(),
      /** Waits so long until it has stopped. */
      waitMs: waitMs.default(STOP_WAIT_MS),
    }),
    output: optimizationSchema,
    example: { id: someId },
    async run(needs: Needs, caller, { id, waitMs: wait }) {
      await stopOptimization(needs, caller.tenantId, id);
      return ended(needs, caller, id, wait);
    },
  }),
];

function ended(needs: Needs, caller: Caller, id: string, wait: number) {
  const isOpen = async (tx: TenantTx) => (await selectOptimization(tx, id))?.status === 'running';
  return awaitEnd(needs, caller, { isOpen, show: (tx) => show(tx, id) }, wait);
}

async function seen(tx: TenantTx, rows: OptimizationRow[]): Promise<Optimization[]> {
  const counts = await countEvaluations(
    tx,
    rows.map((row) => row.id),
  );
  const shown: Optimization[] = [];
  for (const row of rows) {
    const stands = counts.get(row.id) ?? { evaluations: 0, failed: 0 };
    shown.push(toOptimization(row, { ...stands, best: await selectBest(tx, row.id) }));
  }
  return shown;
}

async function show(tx: TenantTx, id: string): Promise<Optimization> {
  const row = await selectOptimization(tx, id);
  const [one] = row ? await seen(tx, [row]) : [];
  if (!one) throw new CadreError('optimization/not-found', { id });
  return one;
}
