import { CadreError } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import type { Caller, Page } from '../platform/kernel/operation.ts';
import { insertKey } from '../platform/store/access.ts';
import { insertTenant, selectTenantByName, selectTenants } from '../platform/store/tenants.ts';
import { keepAnswer } from './idempotency.ts';
import { makeKey } from './key.ts';
import { KEY_DAYS, MS_A_DAY } from './keys.ts';
import type { TenantNeeds } from './needs.ts';
import { pageById } from './page.ts';
import { toKey, toTenant } from './tenant.ts';

type Tenant = ReturnType<typeof toTenant>;
type Key = ReturnType<typeof toKey> & { key: string | null };

/**
 * Adds a tenant with a first key for its owner. Only owners of the home's first tenant may.
 * @throws CadreError `auth/forbidden`, `tenant/exists`
 */
export async function createTenant(
  needs: TenantNeeds,
  caller: Caller,
  input: { name: string; weight: number; maxRunning: number },
): Promise<Tenant & { ownerKey: Key | null }> {
  if (caller.tenantId !== needs.homeTenantId) {
    throw new CadreError('auth/forbidden', {
      role: `${caller.role} of another tenant`,
      operation: 'tenants.create',
    });
  }
  const id = newId();
  const made = makeKey();
  return needs.store.writeAll(async (tx) => {
    if (await selectTenantByName(tx, input.name)) throw new CadreError('tenant/exists', { name: input.name });
    const tenant = toTenant(
      await insertTenant(tx, { id, name: input.name, weight: input.weight, max_running: input.maxRunning }),
    );
    const row = {
      id: made.id,
      tenant_id: id,
      name: 'first owner',
      role: 'owner',
      secret_hash: made.secretHash,
    };
    const key = toKey(await insertKey(tx, row, KEY_DAYS * MS_A_DAY));
    await needs.events.append(tx, [
      { tenantId: id, type: 'tenant.created', data: { name: input.name, by: caller.actor } },
    ]);
    await needs.settleTenant?.({ ...tx, tenantId: id });
    await keepAnswer(tx, caller, 201, { ...tenant, ownerKey: null });
    return { ...tenant, ownerKey: { ...key, key: made.text } };
  });
}

/** All tenants for the home's first tenant; every other sees itself. */
export function listTenants(
  needs: TenantNeeds,
  caller: Caller,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<Tenant>> {
  const onlyId = caller.tenantId === needs.homeTenantId ? undefined : caller.tenantId;
  return pageById(
    page,
    (keyset) => needs.store.readAll((tx) => selectTenants(tx, { ...keyset, onlyId })),
    toTenant,
  );
}
