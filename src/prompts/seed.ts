import type { EventLog } from '../platform/events/events.ts';
import { insertVersion, selectTenantsWithout } from '../platform/store/prompts.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { DEFAULT_PROMPTS, DEFAULT_TEMPLATES } from './defaults.ts';
import type { Kind } from './prompt.ts';
import { type Draft, rowOf, SHELVES } from './save.ts';

/** Who made what every tenant begins with. */
export const SEEDER = 'cadre';

/**
 * Adds the default prompts and templates that a tenant never had, in the caller's transaction. Each is the first
 * version of its name, so it is added once, whoever else does the same now, and whatever people made of it since.
 */
export async function seedPrompts(tx: TenantTx, { events }: { events: EventLog }): Promise<void> {
  const add = async (kind: Kind, drafts: readonly Draft[]) => {
    let added = 0;
    for (const draft of drafts)
      if (await insertVersion(tx, SHELVES[kind], rowOf(draft, 1, SEEDER))) added += 1;
    return added;
  };
  const prompts = await add('prompt', DEFAULT_PROMPTS);
  const templates = await add('template', DEFAULT_TEMPLATES);
  if (prompts + templates > 0)
    await events.append(tx, [{ tenantId: tx.tenantId, type: 'prompt.seeded', data: { prompts, templates } }]);
}

/** At every start: one transaction for each tenant that lacks one. */
export async function settlePrompts(needs: { store: Store; events: EventLog }): Promise<void> {
  const { store } = needs;
  const names = (drafts: readonly Draft[]) => drafts.map((draft) => draft.name);
  const lacking = await store.readAll(async (tx) => [
    ...(await selectTenantsWithout(tx, 'prompt', names(DEFAULT_PROMPTS))),
    ...(await selectTenantsWithout(tx, 'prompt_template', names(DEFAULT_TEMPLATES))),
  ]);
  for (const tenantId of new Set(lacking)) await store.write(tenantId, (tx) => seedPrompts(tx, needs));
}
