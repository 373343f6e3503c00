import { z } from 'zod';
import { newId } from '../platform/kernel/ids.ts';
import { changeBudget, insertBudget, selectBudgets } from '../platform/store/budgets.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { toMilli, toNanoDown } from './amount.ts';
import { countMachine } from './recount.ts';

/** The most that a task and all below it may take; what is not said is not limited. */
export const capSchema = z.strictObject({
  costUsd: z.number().min(0).max(1_000_000).optional().describe('US dollars.'),
  tokens: z.int().min(1).max(1_000_000_000_000).optional().describe('Input and output tokens together.'),
  energyJ: z.number().min(0).max(1_000_000_000).optional().describe('Joules.'),
});
export type Cap = z.output<typeof capSchema>;

/** What people write as the budget of a task: dollars, or each limit by its name. */
export const budgetInput = z
  .union([
    z.number().min(0).max(1_000_000),
    z.string().regex(/^\d{1,7}(\.\d{1,9})?$/, 'a number of dollars'),
    capSchema,
  ])
  .refine((given) => typeof given !== 'object' || Object.keys(given).length > 0, 'name at least one limit')
  .transform((given): Cap => (typeof given === 'object' ? given : { costUsd: Number(given) }))
  .describe('The most that it may take: US dollars, or JSON with `costUsd`, `tokens`, `energyJ`.');

/**
 * Caps a task, under a name of its own: whoever says it again changes the cap. What was taken before counts.
 * @returns the budget's id
 */
export async function capTask(
  tx: TenantTx,
  { taskId, name, by }: { taskId: string; name: string; by: string },
  cap: Cap,
): Promise<string> {
  const limits = {
    limit_cost_nano: cap.costUsd === undefined ? null : toNanoDown(cap.costUsd),
    limit_tokens: cap.tokens ?? null,
    limit_energy_mj: cap.energyJ === undefined ? null : toMilli(cap.energyJ),
  };
  const known = (await selectBudgets(tx, { scope: 'task', scopeId: taskId, limit: 10 })).find(
    (budget) => budget.name === name,
  );
  if (known) {
    await changeBudget(tx, known.id, limits);
    await countMachine(tx, known);
    return known.id;
  }
  const id = newId();
  await insertBudget(tx, {
    id,
    name,
    scope: 'task',
    scope_id: taskId,
    period: 'total',
    at_limit: 'stop',
    created_by: by,
    ...limits,
  });
  return id;
}

/** Names of the budgets that are made for tasks. */
export const capName = {
  /** What who submitted the task set. */
  task: (taskId: string) => `task ${taskId}`,
  /** What its workflow, or its step in one, sets. */
  workflow: (taskId: string) => `workflow ${taskId}`,
};
