import { z } from 'zod';
import type { EventLog } from '../platform/events/events.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import { byId, type Caller, operation, someId } from '../platform/kernel/operation.ts';
import { selectAgent } from '../platform/store/agents.ts';
import {
  changeBudget,
  insertBudget,
  removeBudget,
  selectBudget,
  selectBudgets,
} from '../platform/store/budgets.ts';
import type { BudgetRow } from '../platform/store/ledger-rows.ts';
import { selectTask } from '../platform/store/tasks.ts';
import { selectTeam } from '../platform/store/teams.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { pageOf, pagesUpTo, readPage } from '../tenants/page.ts';
import { toMilli, toNanoDown } from './amount.ts';
import { AT_LIMIT, PERIODS, SCOPES } from './budget.ts';
import { type BudgetView, budgetSchema, viewBudgets } from './budget-view.ts';
import { countMachine } from './recount.ts';

interface Needs {
  store: Store;
  events: EventLog;
}

const limit = (most: number, about: string) =>
  z.number().min(0).max(most).nullable().optional().describe(about);
/** Null takes a limit away. */
const limitShape = {
  costUsd: limit(1_000_000, 'US dollars; null: not limited.'),
  tokens: z
    .int()
    .min(0)
    .max(1e12)
    .nullable()
    .optional()
    .describe('Input and output together; null: not limited.'),
  energyJ: limit(1_000_000_000, 'Joules; null: not limited.'),
};
const nameSchema = z.string().trim().min(1).max(120);

/** Caps on money, tokens and joules, and how much of them is left. */
export const budgetOperations = [
  operation({
    name: 'budgets.list',
    summary: 'Budgets with what is spent and reserved of them now, newest first.',
    route: { method: 'GET', path: '/budgets' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({
      scope: z.enum(SCOPES).optional(),
      scopeId: z.string().max(64).optional(),
      ...pagesUpTo(200),
    }),
    output: pageOf(budgetSchema),
    example: { limit: 10 },
    run: ({ store }: Needs, caller, input) =>
      readPage(store, caller, input, selectBudgets, (tx, rows) => viewBudgets(tx, rows)),
  }),
  operation({
    name: 'budgets.create',
    summary: 'Caps what calls may take, for a tenant, team, agent or task: in all, a day or a month (UTC).',
    route: { method: 'POST', path: '/budgets', status: 201 },
    permission: 'admin',
    effect: 'write',
    input: z.object({
      name: nameSchema,
      scope: z.enum(SCOPES).default('tenant'),
      scopeId: z.string().max(64).optional().describe('Id of the team, agent or task.'),
      period: z.enum(PERIODS).default('day'),
      ...limitShape,
      atLimit: z
        .enum(AT_LIMIT)
        .default('stop')
        .describe('`switch-down`: from 80 % on calls go to a cheaper model. The cap holds either way.'),
    }),
    output: budgetSchema,
    example: { name: 'monthly', period: 'month', costUsd: 20 },
    run: ({ store, events }: Needs, caller, { name, scope, scopeId, period, atLimit, ...limits }) =>
      store.write(caller.tenantId, async (tx) => {
        const row = {
          id: newId(),
          name,
          scope,
          scope_id: await scopeOf(tx, scope, scopeId),
          period,
          limit_cost_nano: null,
          limit_tokens: null,
          limit_energy_mj: null,
          ...limitsIn(limits),
          at_limit: atLimit,
          created_by: caller.actor.name,
        };
        demandLimit(row);
        if (!(await insertBudget(tx, row))) throw new CadreError('budget/exists', { name });
        return told(tx, { events }, caller, 'budget.created', row.id);
      }),
  }),
  operation({
    name: 'budgets.get',
    summary: 'One budget, with what is spent and reserved of it now.',
    route: { method: 'GET', path: '/budgets/{id}' },
    permission: 'viewer',
    effect: 'read',
    input: byId,
    output: budgetSchema,
    example: { id: someId },
    run: ({ store }: Needs, caller, { id }) =>
      store.read(caller.tenantId, async (tx) => viewOne(tx, await find(tx, id))),
  }),
  operation({
    name: 'budgets.change',
    summary: 'Changes the limits of a budget, or what happens at them; calls from now on are held to them.',
    route: { method: 'PATCH', path: '/budgets/{id}' },
    permission: 'admin',
    effect: 'write',
    input: byId.extend({
      name: nameSchema.optional(),
      ...limitShape,
      atLimit: z.enum(AT_LIMIT).optional(),
    }),
    output: budgetSchema,
    example: { id: someId, costUsd: 50 },
    run: ({ store, events }: Needs, caller, { id, name, atLimit, ...limits }) =>
      store.write(caller.tenantId, async (tx) => {
        const before = await find(tx, id);
        const changes = {
          ...(name !== undefined && { name }),
          ...limitsIn(limits),
          ...(atLimit !== undefined && { at_limit: atLimit }),
        };
        if (Object.keys(changes).length === 0)
          throw new CadreError('request/invalid', { detail: 'name at least one thing to change' });
        demandLimit({ ...before, ...changes });
        const isTaken = name !== undefined && name !== before.name && (await isKnown(tx, name));
        if (isTaken) throw new CadreError('budget/exists', { name });
        await changeBudget(tx, before.id, changes);
        await countMachine(tx, before);
        return told(tx, { events }, caller, 'budget.changed', before.id);
      }),
  }),
  operation({
    name: 'budgets.remove',
    summary: 'Removes a budget; the default one only when an owner asks. What was spent stays in the ledger.',
    route: { method: 'DELETE', path: '/budgets/{id}' },
    permission: 'admin',
    effect: 'destroy',
    input: byId,
    output: budgetSchema,
    example: { id: someId },
    run: ({ store, events }: Needs, caller, { id }) =>
      store.write(caller.tenantId, async (tx) => {
        const row = await find(tx, id);
        if (row.id === row.tenant_id && caller.role !== 'owner')
          throw new CadreError('budget/owner-only', { role: caller.role });
        const view = await told(tx, { events }, caller, 'budget.removed', row.id);
        await removeBudget(tx, row.id);
        return view;
      }),
  }),
];

/** By id or name. @throws CadreError `budget/not-found` */
async function find(tx: TenantTx, ref: string): Promise<BudgetRow> {
  const row = (await selectBudget(tx, ref)) ?? (await selectBudgets(tx, { name: ref, limit: 1 }))[0];
  if (!row) throw new CadreError('budget/not-found', { id: ref });
  return row;
}

const isKnown = async (tx: TenantTx, name: string) =>
  (await selectBudgets(tx, { name, limit: 1 })).length > 0;

async function viewOne(tx: TenantTx, row: BudgetRow): Promise<BudgetView> {
  const [view] = await viewBudgets(tx, [row]);
  if (!view) throw new CadreError('budget/not-found', { id: row.id });
  return view;
}

async function told(
  tx: TenantTx,
  { events }: Pick<Needs, 'events'>,
  caller: Caller,
  type: 'budget.created' | 'budget.changed' | 'budget.removed',
  id: string,
): Promise<BudgetView> {
  const view = await viewOne(tx, await find(tx, id));
  const { name: budget, scope, scopeId, period, costUsd, tokens, energyJ, atLimit } = view;
  const data = { budgetId: id, budget, scope, scopeId, period, costUsd, tokens, energyJ, atLimit };
  await events.append(tx, [{ tenantId: tx.tenantId, type, data: { ...data, by: caller.actor.name } }]);
  return view;
}

/** @throws CadreError `request/invalid`, `agent/not-found`, `team/not-found`, `task/not-found` */
async function scopeOf(tx: TenantTx, scope: string, id: string | undefined): Promise<string> {
  if (scope === 'tenant') {
    if (id === undefined || id === tx.tenantId) return tx.tenantId;
    const detail =
      'scopeId: a budget of the tenant names nobody; did you mean the scope team, agent or task?';
    throw new CadreError('request/invalid', { detail });
  }
  if (id === undefined)
    throw new CadreError('request/invalid', { detail: `scopeId: the id of the ${scope} is missing` });
  if (scope === 'agent' && !(await selectAgent(tx, id))) throw new CadreError('agent/not-found', { id });
  if (scope === 'team' && !(await selectTeam(tx, id))) throw new CadreError('team/not-found', { id });
  if (scope === 'task' && !(await selectTask(tx, id))) throw new CadreError('task/not-found', { id });
  return id;
}

interface Limits {
  costUsd?: number | null | undefined;
  tokens?: number | null | undefined;
  energyJ?: number | null | undefined;
}

function limitsIn({ costUsd, tokens, energyJ }: Limits) {
  return {
    ...(costUsd !== undefined && { limit_cost_nano: costUsd === null ? null : toNanoDown(costUsd) }),
    ...(tokens !== undefined && { limit_tokens: tokens }),
    ...(energyJ !== undefined && { limit_energy_mj: energyJ === null ? null : toMilli(energyJ) }),
  };
}

/** @throws CadreError `budget/no-limit` */
function demandLimit(row: Pick<BudgetRow, 'limit_cost_nano' | 'limit_tokens' | 'limit_energy_mj'>): void {
  if (row.limit_cost_nano === null && row.limit_tokens === null && row.limit_energy_mj === null)
    throw new CadreError('budget/no-limit', {});
}
