import { z } from 'zod';
import { selectRules } from '../../platform/store/commands.ts';
import type { ControlRuleRow } from '../../platform/store/control-rows.ts';
import type { TenantTx } from '../../platform/store/transaction.ts';
import { BUILT_IN_RULES, type ControlRule, RULE_ACTIONS } from './rule.ts';

const actionSchema = z.object({ action: z.enum(RULE_ACTIONS), model: z.string().nullable() });

/** The rules of a tenant: the built-in ones as it left them, then its own. */
export async function rulesOf(tx: TenantTx): Promise<ControlRule[]> {
  const rows = await selectRules(tx);
  const own = rows.filter(({ name }) => !isBuiltIn(name));
  return [
    ...BUILT_IN_RULES.map((rule) => {
      const word = rows.find(({ name }) => name === rule.name);
      return word ? { ...rule, enabled: word.enabled === 1 } : rule;
    }),
    ...own.map(toRule),
  ];
}

export const isBuiltIn = (name: string): boolean => BUILT_IN_RULES.some((rule) => rule.name === name);

function toRule(row: ControlRuleRow): ControlRule {
  return {
    id: row.id,
    name: row.name,
    priority: row.priority,
    condition: row.condition,
    ...actionSchema.parse(JSON.parse(row.action)),
    coolDownMs: Number(row.cool_down_ms),
    enabled: row.enabled === 1,
    builtIn: false,
  };
}

/** A rule as its row keeps it. */
export function toRow(
  rule: ControlRule,
  createdBy: string,
  id = rule.id,
): Omit<ControlRuleRow, 'tenant_id' | 'created_at' | 'updated_at'> {
  return {
    id,
    name: rule.name,
    priority: rule.priority,
    condition: rule.condition,
    action: JSON.stringify({ action: rule.action, model: rule.model }),
    cool_down_ms: rule.coolDownMs,
    enabled: rule.enabled ? 1 : 0,
    created_by: createdBy,
  };
}
