import { CadreError } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import { insertKey } from '../platform/store/access.ts';
import { insertFirstTenant, selectTenantByName } from '../platform/store/tenants.ts';
import { adoptKey } from './key.ts';
import { MS_A_DAY } from './keys.ts';
import type { TenantNeeds } from './needs.ts';

/** Name of the tenant that every home begins with. */
export const HOME_TENANT = 'main';
const ADMIN_KEY_LENGTH = 32;
/** The operator chose it and replaces it; it should not end in the middle of somebody's automation. */
const ADMIN_KEY_DAYS = 3_650;

/**
 * Makes the first tenant on an empty home, with `CADRE_ADMIN_KEY` as its owner's key where one is set. Several
 * processes may start at once; later starts change nothing.
 * @throws CadreError `auth/weak-admin-key`
 */
export async function settleIn(
  needs: Pick<TenantNeeds, 'store' | 'events'>,
  adminKey: string | undefined,
): Promise<{ homeTenantId: string; isFirst: boolean }> {
  if (adminKey !== undefined && !/^[\x21-\x7e]{32,500}$/.test(adminKey)) {
    throw new CadreError('auth/weak-admin-key', { length: adminKey.length, least: ADMIN_KEY_LENGTH });
  }
  return needs.store.writeAll(async (tx) => {
    const id = newId();
    const isFirst = await insertFirstTenant(tx, { id, name: HOME_TENANT, weight: 1, max_running: 1000 });
    if (!isFirst) {
      const found = await selectTenantByName(tx, HOME_TENANT);
      if (!found) throw new CadreError('store/corrupt', { detail: 'the first tenant is gone' });
      return { homeTenantId: found.id, isFirst };
    }
    await needs.events.append(tx, [{ tenantId: id, type: 'tenant.created', data: { name: HOME_TENANT } }]);
    if (adminKey !== undefined) {
      const made = adoptKey(adminKey);
      const row = {
        id: made.id,
        tenant_id: id,
        name: 'CADRE_ADMIN_KEY',
        role: 'owner',
        secret_hash: made.secretHash,
      };
      await insertKey(tx, row, ADMIN_KEY_DAYS * MS_A_DAY);
    }
    return { homeTenantId: id, isFirst };
  });
}
