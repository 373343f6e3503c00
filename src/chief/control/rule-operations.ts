import { z } from 'zod';
import { CadreError } from '../../platform/kernel/errors.ts';
import { newId } from '../../platform/kernel/ids.ts';
import { byId, type Caller, operation, someId } from '../../platform/kernel/operation.ts';
import { countFirings, deleteRule, saveRule } from '../../platform/store/commands.ts';
import type { TenantTx } from '../../platform/store/transaction.ts';
import type { ControlNeeds } from '../../tasks/control.ts';
import { pageOf } from '../../tenants/page.ts';
import { type ControlRule, checkRule, MEASURED_NAMES, RULE_ACTIONS, ruleSchema } from './rule.ts';
import { isBuiltIn, rulesOf, toRow } from './rules.ts';

const MAX_RULES = 100;
const LEAST_COOL_DOWN_MS = 1_000;
const DAY_MS = 86_400_000;

const fields = {
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,79}$/, 'small letters, digits and -'),
  /** Of the rules that match, the one with the highest acts. */
  priority: z.coerce.number().int().min(0).max(100),
  condition: z
    .string()
    .min(1)
    .max(1_000)
    .describe(`CEL over ${MEASURED_NAMES.join(', ')}.`),
  action: z.enum(RULE_ACTIONS),
  model: z.string().min(1).max(80).nullable(),
  coolDownMs: z.coerce.number().int().min(LEAST_COOL_DOWN_MS).max(DAY_MS),
  enabled: z.stringbool().or(z.boolean()),
};

/** The rules that act by themselves on goals which allow it. */
export const ruleOperations = [
  operation({
    name: 'controlRules.list',
    summary: 'The rules that act by themselves on goals with `adaptive`, and how often each did.',
    route: { method: 'GET', path: '/control-rules' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({}),
    output: pageOf(ruleSchema),
    example: {},
    run: ({ store }: ControlNeeds, caller) =>
      store.read(caller.tenantId, async (tx) => {
        const fired = await countFirings(tx);
        const items = (await rulesOf(tx))
          .map((rule) => ({ ...rule, fired: fired.get(rule.name) ?? 0 }))
          .sort((a, b) => b.priority - a.priority);
        return { items, nextCursor: null };
      }),
  }),
  operation({
    name: 'controlRules.create',
    summary: 'Adds a rule; it acts only on goals that were submitted or changed with `adaptive`.',
    route: { method: 'POST', path: '/control-rules', status: 201 },
    permission: 'admin',
    effect: 'write',
    input: z.object({
      ...fields,
      priority: fields.priority.default(2),
      model: fields.model.default(null),
      coolDownMs: fields.coolDownMs.default(60_000),
      enabled: fields.enabled.default(true),
    }),
    output: ruleSchema,
    example: { name: 'too-dear', condition: 'costUsd > 0.5', action: 'pause' },
    run: (needs: ControlNeeds, caller, input) =>
      needs.store.write(caller.tenantId, async (tx) => {
        checkRule(input);
        const known = await rulesOf(tx);
        if (isBuiltIn(input.name)) throw new CadreError('control/rule-exists', { name: input.name });
        if (known.length >= MAX_RULES)
          throw new CadreError('control/rule-invalid', { detail: `there are ${MAX_RULES} rules already` });
        const rule: ControlRule = { ...input, id: newId(), builtIn: false };
        const isSaved = await saveRule(tx, toRow(rule, caller.actor.name), false);
        if (!isSaved) throw new CadreError('control/rule-exists', { name: input.name });
        await tell(tx, needs, caller, rule);
        return { ...rule, fired: 0 };
      }),
  }),
  operation({
    name: 'controlRules.change',
    summary: 'Changes a rule; a built-in one can only be switched off and on.',
    route: { method: 'PATCH', path: '/control-rules/{id}' },
    permission: 'admin',
    effect: 'write',
    input: byId.extend({
      priority: fields.priority.optional(),
      condition: fields.condition.optional(),
      action: fields.action.optional(),
      model: fields.model.optional(),
      coolDownMs: fields.coolDownMs.optional(),
      enabled: fields.enabled.optional(),
    }),
    output: ruleSchema,
    example: { id: 'too-long', enabled: false },
    run: (needs: ControlNeeds, caller, { id, ...change }) =>
      needs.store.write(caller.tenantId, async (tx) => {
        const before = await find(tx, id);
        const said = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
        const rule: ControlRule = { ...before, ...said };
        if (before.builtIn && Object.keys(said).some((name) => name !== 'enabled'))
          throw new CadreError('control/rule-built-in', { name: before.name, action: 'changed' });
        checkRule(rule);
        // The row of a built-in rule is the tenant's word on it; its id is its own.
        await saveRule(tx, toRow(rule, caller.actor.name, before.builtIn ? newId() : rule.id), true);
        await tell(tx, needs, caller, rule);
        return { ...rule, fired: (await countFirings(tx)).get(rule.name) ?? 0 };
      }),
  }),
  operation({
    name: 'controlRules.remove',
    summary: 'Removes a rule of your own.',
    route: { method: 'DELETE', path: '/control-rules/{id}' },
    permission: 'admin',
    effect: 'destroy',
    input: byId,
    output: ruleSchema,
    example: { id: someId },
    run: (needs: ControlNeeds, caller, { id }) =>
      needs.store.write(caller.tenantId, async (tx) => {
        const rule = await find(tx, id);
        if (rule.builtIn)
          throw new CadreError('control/rule-built-in', { name: rule.name, action: 'removed' });
        const fired = (await countFirings(tx)).get(rule.name) ?? 0;
        await deleteRule(tx, rule.id);
        await tell(tx, needs, caller, rule, { removed: true });
        return { ...rule, fired };
      }),
  }),
];

/** By id or name. */
async function find(tx: TenantTx, ref: string): Promise<ControlRule> {
  const rule = (await rulesOf(tx)).find(({ id, name }) => id === ref || name === ref);
  if (!rule) throw new CadreError('control/rule-not-found', { id: ref });
  return rule;
}

async function tell(
  tx: TenantTx,
  { events }: ControlNeeds,
  caller: Caller,
  { id: _id, name, ...rule }: ControlRule,
  more: { removed?: true } = {},
): Promise<void> {
  await events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: 'rule.changed',
      data: { rule: name, ...rule, ...more, by: caller.actor.name },
    },
  ]);
}
