import { selectModelRules } from '../platform/store/model-rules.ts';
import type { ModelRuleRow } from '../platform/store/schema.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { type ModelRule, PREFERENCES } from './rule.ts';
import { PURPOSES } from './usage.ts';

/** The rules of a tenant in their order. One whose wish only a later version knows is left out. */
export async function rulesOf(tx: TenantTx): Promise<ModelRule[]> {
  return (await selectModelRules(tx)).flatMap((row) => toRule(row) ?? []);
}

export function toRule(row: ModelRuleRow): ModelRule | undefined {
  const prefer = PREFERENCES.find((known) => known === row.prefer);
  if (!prefer) return undefined;
  const purposes = words(row.purposes);
  return {
    id: row.id,
    name: row.name,
    prefer,
    pressureAtLeast: row.pressure_at_least,
    taskTypes: words(row.task_types),
    purposes: PURPOSES.filter((known) => purposes.includes(known)),
  };
}

const words = (json: string): string[] => JSON.parse(json) as string[]; // written by ourselves
