import type { EventLog } from '../platform/events/events.ts';
import type { Caller } from '../platform/kernel/operation.ts';
import {
  holdDataKey,
  holdMasterKeyId,
  selectDataKeys,
  selectMasterKeyId,
  selectSecrets,
  updateDataKey,
  updateMasterKeyId,
  updateSecret,
} from '../platform/store/secrets.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { dataKeyPlace, newSealKey, seal, secretPlace } from './secret.ts';
import type { MasterKeys } from './secret-master.ts';
import { find, openDataKey, openSecret } from './secret-vault.ts';

export interface RotateNeeds {
  store: Store;
  events: EventLog;
  masters: MasterKeys;
}

/**
 * Another master key: every data key is sealed anew. The file holds both keys from before the transaction until after
 * it, and two changes take turns at the row of the key in use, so that whatever ends on any line, what is sealed opens.
 */
export async function rotateMasterKey({
  store,
  masters,
}: Pick<RotateNeeds, 'store' | 'masters'>): Promise<{ dataKeys: number; isNew: boolean }> {
  const turned = await store.writeAll(async (tx) => {
    if ((await selectMasterKeyId(tx)) === undefined) return { dataKeys: 0, isNew: false }; // nothing was ever sealed
    const used = await holdMasterKeyId(tx, '');
    find(masters, used); // nothing new is made where what is there cannot be opened
    const master = masters.renew();
    if (master.id === used) return { dataKeys: 0, isNew: false }; // the environment still gives the same
    const rows = await selectDataKeys(tx);
    for (const row of rows) {
      const key = openDataKey(masters, row.tenant_id, row);
      const sealed = seal(master.bytes, dataKeyPlace(row.tenant_id), key);
      await updateDataKey(tx, row.tenant_id, { sealed, master_id: master.id });
    }
    await updateMasterKeyId(tx, master.id);
    return { dataKeys: rows.length, isNew: true };
  });
  await dropOldKeys({ store, masters });
  return turned;
}

/** Nothing is sealed under the keys before the one in use any more: they leave the file. */
async function dropOldKeys({ store, masters }: Pick<RotateNeeds, 'store' | 'masters'>): Promise<void> {
  await store.writeAll(async (tx) => {
    if ((await selectMasterKeyId(tx)) !== undefined) masters.keepOnly(await holdMasterKeyId(tx, ''));
  });
}

/** Another data key for one tenant: all its secrets are sealed anew, in one transaction. */
export async function rotateDataKey(
  { events, masters }: RotateNeeds,
  tx: TenantTx,
  caller: Caller,
): Promise<number> {
  const row = await holdDataKey(tx);
  if (!row) return 0;
  const before = openDataKey(masters, tx.tenantId, row);
  const made = newSealKey().bytes;
  const secrets = await selectSecrets(tx);
  for (const secret of secrets) {
    const version = secret.version + 1;
    const plain = Buffer.from(openSecret(before, secret));
    const sealed = seal(made, secretPlace(tx.tenantId, secret.id, version), plain);
    await updateSecret(tx, secret.id, { sealed, version });
  }
  const sealed = seal(find(masters, row.master_id).bytes, dataKeyPlace(tx.tenantId), made);
  await updateDataKey(tx, tx.tenantId, { sealed, master_id: row.master_id });
  await events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: 'secret.rotated',
      data: { secrets: secrets.length, by: caller.actor.name },
    },
  ]);
  return secrets.length;
}
