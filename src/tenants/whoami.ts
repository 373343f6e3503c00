import { z } from 'zod';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import type { Caller } from '../platform/kernel/operation.ts';
import { selectKey, selectSessionEnd } from '../platform/store/access.ts';
import { selectTenants } from '../platform/store/tenants.ts';
import type { TenantNeeds } from './needs.ts';
import { role } from './tenant.ts';

export const whoamiSchema = z.object({
  tenant: z.object({ id: z.string(), name: z.string() }),
  actor: z.object({ kind: z.enum(['key', 'session', 'system']), id: z.string(), name: z.string() }),
  role,
  expiresAt: z.iso.datetime().nullable().describe('When the key or session ends; null when it does not.'),
});
export type Whoami = z.output<typeof whoamiSchema>;

/** Who asks, for which tenant, with which power and until when. */
export async function whoami({ store }: Pick<TenantNeeds, 'store'>, caller: Caller): Promise<Whoami> {
  const [tenant] = await store.read(caller.tenantId, (tx) =>
    selectTenants(tx, { onlyId: tx.tenantId, beforeId: undefined, limit: 1 }),
  );
  if (!tenant) throw new CadreError('tenant/not-found', { id: caller.tenantId });
  const end = await endOf(store, caller);
  const { kind, id, name } = caller.actor;
  return {
    tenant: { id: tenant.id, name: tenant.name },
    actor: { kind, id, name },
    role: caller.role,
    expiresAt: end === null ? null : toRfc3339(end),
  };
}

async function endOf(store: TenantNeeds['store'], { tenantId, actor }: Caller): Promise<number | null> {
  if (actor.kind === 'key') {
    const key = await store.read(tenantId, (tx) => selectKey(tx, actor.id));
    return key?.expires_at ?? null;
  }
  if (actor.kind === 'session') return store.readAll((tx) => selectSessionEnd(tx, tenantId, actor.id));
  return null;
}
