import { z } from 'zod';
import type { EventLog } from '../platform/events/events.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import { byId, type Caller, operation, someId } from '../platform/kernel/operation.ts';
import { deleteModelRule, insertModelRule } from '../platform/store/model-rules.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { keepAnswer } from '../tenants/idempotency.ts';
import { pageOf } from '../tenants/page.ts';
import { PREFERENCES } from './rule.ts';
import { rulesOf, toRule } from './rules.ts';
import { PURPOSES } from './usage.ts';

interface RuleNeeds {
  store: Store;
  events: EventLog;
}

const MAX_RULES = 100;

const words = z.array(z.string().trim().min(1).max(80)).max(50);

const ruleSchema = z.object({
  id: z.string(),
  name: z.string(),
  prefer: z.enum(PREFERENCES),
  pressureAtLeast: z.number().nullable(),
  taskTypes: z.array(z.string()),
  purposes: z.array(z.enum(PURPOSES)),
});

/** The rules by which models are chosen. */
export const modelRuleOperations = [
  operation({
    name: 'modelRules.list',
    summary: 'The rules by which calls that name no model choose one, in the order they are looked at.',
    route: { method: 'GET', path: '/model-rules' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({}),
    output: pageOf(ruleSchema),
    example: {},
    run: ({ store }: RuleNeeds, caller) =>
      store.read(caller.tenantId, async (tx) => ({ items: await rulesOf(tx), nextCursor: null })),
  }),
  operation({
    name: 'modelRules.create',
    summary: 'Adds a rule: which model is preferred, and when. Without a condition it always holds.',
    route: { method: 'POST', path: '/model-rules', status: 201 },
    permission: 'admin',
    effect: 'write',
    input: z.object({
      name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/, 'small letters, digits and -'),
      prefer: z.enum(PREFERENCES).describe('The least money, the least joules, or a size.'),
      pressureAtLeast: z.coerce
        .number()
        .min(0)
        .max(1)
        .nullable()
        .default(null)
        .describe('Share of a budget in use, such as 0.5.'),
      taskTypes: words.default([]),
      purposes: z.array(z.enum(PURPOSES)).default([]),
      position: z.coerce
        .number()
        .int()
        .min(0)
        .max(1_000)
        .default(100)
        .describe('The lowest that fits holds.'),
    }),
    output: ruleSchema,
    example: { name: 'thrift', prefer: 'cheapest', pressureAtLeast: 0.5 },
    run: (needs: RuleNeeds, caller, { position, ...rule }) =>
      needs.store.write(caller.tenantId, async (tx) => {
        if ((await rulesOf(tx)).length >= MAX_RULES)
          throw new CadreError('model/too-many-rules', { limit: MAX_RULES });
        const added = { id: newId(), ...rule };
        const isAdded = await insertModelRule(tx, {
          id: added.id,
          name: rule.name,
          position,
          prefer: rule.prefer,
          pressure_at_least: rule.pressureAtLeast,
          task_types: JSON.stringify(rule.taskTypes),
          purposes: JSON.stringify(rule.purposes),
          created_by: caller.actor.name,
        });
        if (!isAdded) throw new CadreError('model/rule-exists', { name: rule.name });
        await tell(tx, needs, caller, { rule: rule.name, prefer: rule.prefer });
        await keepAnswer(tx, caller, 201, added);
        return added;
      }),
  }),
  operation({
    name: 'modelRules.remove',
    summary: 'Removes a rule for choosing models, by id or name.',
    route: { method: 'DELETE', path: '/model-rules/{id}' },
    permission: 'admin',
    effect: 'destroy',
    input: byId,
    output: ruleSchema,
    example: { id: someId },
    run: (needs: RuleNeeds, caller, { id }) =>
      needs.store.write(caller.tenantId, async (tx) => {
        const row = await deleteModelRule(tx, id);
        const rule = row && toRule(row);
        if (!rule) throw new CadreError('model/rule-not-found', { id });
        await tell(tx, needs, caller, { rule: rule.name, prefer: rule.prefer, removed: true });
        return rule;
      }),
  }),
];

async function tell(
  tx: TenantTx,
  { events }: RuleNeeds,
  caller: Caller,
  data: { rule: string; prefer: string; removed?: true },
): Promise<void> {
  const by = caller.actor.name;
  await events.append(tx, [{ tenantId: tx.tenantId, type: 'model.rule-changed', data: { ...data, by } }]);
}
