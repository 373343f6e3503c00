import { toRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { type Caller, type Page, personOf, ROLES, type Role } from '../platform/kernel/operation.ts';
import { secretText, sha256 } from '../platform/kernel/random.ts';
import { insertKey, insertLink, revokeKey, selectKey, selectKeys } from '../platform/store/access.ts';
import { roleOf } from './authenticate.ts';
import { keepAnswer } from './idempotency.ts';
import { makeKey } from './key.ts';
import type { TenantNeeds } from './needs.ts';
import { pageById } from './page.ts';
import { toKey } from './tenant.ts';

export const KEY_DAYS = 90;
export const MS_A_DAY = 86_400_000;
export const LINK_MS = 60 * 60_000;

type Key = ReturnType<typeof toKey>;

/** Nobody hands out or ends more power than they hold. @throws CadreError `auth/forbidden` */
function requireRank(caller: Caller, role: Role, operation: string): void {
  if (ROLES.indexOf(role) > ROLES.indexOf(caller.role)) {
    throw new CadreError('auth/forbidden', { role: caller.role, operation: `${operation} for an ${role}` });
  }
}

/** Makes a key; its text leaves here and is stored nowhere. */
export async function createKey(
  needs: TenantNeeds,
  caller: Caller,
  input: { name: string; role: Role; days: number },
): Promise<Key & { key: string | null }> {
  requireRank(caller, input.role, 'keys.create');
  const made = makeKey();
  return needs.store.write(caller.tenantId, async (tx) => {
    const row = {
      id: made.id,
      tenant_id: tx.tenantId,
      name: input.name,
      role: input.role,
      secret_hash: made.secretHash,
    };
    const key = toKey(await insertKey(tx, row, input.days * MS_A_DAY));
    const data = { keyId: made.id, name: input.name, role: input.role, by: caller.actor };
    await needs.events.append(tx, [{ tenantId: tx.tenantId, type: 'key.created', data }]);
    await keepAnswer(tx, caller, 201, { ...key, key: null });
    return { ...key, key: made.text };
  });
}

export function listKeys(
  needs: TenantNeeds,
  caller: Caller,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<Key>> {
  return pageById(page, (keyset) => needs.store.read(caller.tenantId, (tx) => selectKeys(tx, keyset)), toKey);
}

/** Ends a key at once. @throws CadreError `key/not-found`, `auth/forbidden` */
export async function endKey(needs: TenantNeeds, caller: Caller, id: string): Promise<Key> {
  return needs.store.write(caller.tenantId, async (tx) => {
    const found = await selectKey(tx, id);
    if (!found) throw new CadreError('key/not-found', { id });
    requireRank(caller, roleOf(found.role), 'keys.revoke');
    const row = (await revokeKey(tx, id)) ?? found;
    await needs.events.append(tx, [
      { tenantId: tx.tenantId, type: 'key.revoked', data: { keyId: id, name: row.name, by: caller.actor } },
    ]);
    return toKey(row);
  });
}

/** Makes a link that opens one browser session, once, within the hour. */
export async function createSignInLink(
  needs: TenantNeeds,
  caller: Caller,
  input: { role?: Role | undefined },
): Promise<{ path: string | null; role: Role; expiresAt: string }> {
  const role = input.role ?? caller.role;
  requireRank(caller, role, 'keys.signIn');
  const token = secretText(16);
  return needs.store.writeAll(async (tx) => {
    const person = personOf(caller.actor); // whoever opens it is not somebody else to approvals
    const row = { token_hash: sha256(token), tenant_id: caller.tenantId, role, person };
    const link = await insertLink(tx, row, LINK_MS);
    const shown = { role, expiresAt: toRfc3339(link.expires_at) };
    await keepAnswer(tx, caller, 201, { ...shown, path: null });
    return { ...shown, path: `/sign-in/${token}` };
  });
}
