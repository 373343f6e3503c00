import { CadreError } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import type { DataKeyRow, SecretRow } from '../platform/store/schema.ts';
import {
  deleteSecret,
  holdDataKey,
  holdMasterKeyId,
  insertDataKey,
  insertSecret,
  selectDataKey,
  selectDataKeys,
  selectMasterKeyId,
  selectSecrets,
  updateSecret,
} from '../platform/store/secrets.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { dataKeyPlace, newSealKey, type SealKey, seal, secretPlace, unseal } from './secret.ts';
import type { MasterKeys } from './secret-master.ts';

/** Keeps secrets. Only who needs one to act opens it; no answer, event, log or export ever holds it. */
export interface Secrets {
  /** Keeps a secret in the transaction of what needs it; answers its id. */
  keep(tx: TenantTx, text: string): Promise<string>;
  /** Another text under the same id, as a new version. @throws CadreError `secret/damaged` when there is none */
  replace(tx: TenantTx, id: string, text: string): Promise<void>;
  /** Opens secrets by id; those that are not there are left out. @throws CadreError `secret/…` */
  open(tx: TenantTx, ids: readonly string[]): Promise<Map<string, string>>;
  drop(tx: TenantTx, id: string): Promise<void>;
  /** Opens a sealed row with its tenant's key; without one it does as much work, and answers null. */
  peek(row: SealedSecret | undefined): string | null;
  /** @throws CadreError `secret/master-key-missing`, `secret/master-key-wrong` when what is stored cannot be opened */
  check(): Promise<void>;
}

/** A secret and the data key of its tenant, as they lie in the database. */
export interface SealedSecret {
  secret: Pick<SecretRow, 'id' | 'tenant_id' | 'version' | 'sealed'>;
  dataKey: Pick<DataKeyRow, 'sealed' | 'master_id'>;
}

export function createSecrets({ store, masters }: { store: Store; masters: MasterKeys }): Secrets {
  const decoy = makeDecoy();

  async function dataKey(tx: TenantTx): Promise<Buffer> {
    const found = await holdDataKey(tx);
    if (found) return openDataKey(masters, tx.tenantId, found);
    const master = await masterFor(tx);
    const made = newSealKey().bytes;
    const sealed = seal(master.bytes, dataKeyPlace(tx.tenantId), made);
    await insertDataKey(tx, { sealed, master_id: master.id });
    const row = await holdDataKey(tx); // another transaction may have been first
    return row ? openDataKey(masters, tx.tenantId, row) : made;
  }

  /** The master key that the database names; the first one is named by its first use. */
  async function masterFor(tx: TenantTx): Promise<SealKey> {
    const named = await selectMasterKeyId(tx);
    // No key is made here while the database names one: that would be another one.
    if (named !== undefined) return find(masters, named);
    return find(masters, await holdMasterKeyId(tx, masters.first().id));
  }

  return {
    async keep(tx, text) {
      const key = await dataKey(tx);
      const id = newId();
      await insertSecret(tx, { id, sealed: seal(key, secretPlace(tx.tenantId, id, 1), Buffer.from(text)) });
      return id;
    },
    async replace(tx, id, text) {
      const key = await dataKey(tx);
      const [row] = await selectSecrets(tx, [id]);
      if (!row) throw new CadreError('secret/damaged', { what: 'the secret' });
      const version = row.version + 1;
      const sealed = seal(key, secretPlace(tx.tenantId, id, version), Buffer.from(text));
      await updateSecret(tx, id, { sealed, version });
    },
    async open(tx, ids) {
      if (ids.length === 0) return new Map();
      const row = await selectDataKey(tx);
      if (!row) return new Map();
      const key = openDataKey(masters, tx.tenantId, row);
      const rows = await selectSecrets(tx, ids);
      return new Map(rows.map((secret) => [secret.id, openSecret(key, secret)]));
    },
    drop: deleteSecret,
    peek(row) {
      const { secret, dataKey: sealedKey } = row ?? decoy.sealed;
      const key = row
        ? openDataKey(masters, secret.tenant_id, sealedKey)
        : unseal(decoy.master, dataKeyPlace(secret.tenant_id), sealedKey.sealed);
      const text = openSecret(key, secret);
      return row ? text : null;
    },
    async check() {
      const rows = await store.readAll(selectDataKeys);
      for (const row of rows) openDataKey(masters, row.tenant_id, row);
    },
  };
}

/** @throws CadreError `secret/master-key-missing`, `secret/master-key-wrong` */
export function find(masters: MasterKeys, keyId: string): SealKey {
  const found = masters.get(keyId);
  if (found) return found;
  const keys = masters.all();
  if (keys.length === 0) throw new CadreError('secret/master-key-missing', { keyId });
  throw new CadreError('secret/master-key-wrong', { keyId, found: keys.map((key) => key.id).join(', ') });
}

export function openDataKey(
  masters: MasterKeys,
  tenantId: string,
  { sealed, master_id }: Pick<DataKeyRow, 'sealed' | 'master_id'>,
): Buffer {
  return unseal(find(masters, master_id).bytes, dataKeyPlace(tenantId), sealed);
}

export function openSecret(key: Buffer, { tenant_id, id, version, sealed }: SealedSecret['secret']): string {
  return unseal(key, secretPlace(tenant_id, id, version), sealed).toString('utf8');
}

/** For who asks for what is not there: the same work, so that the time tells nothing. */
function makeDecoy(): { master: Buffer; sealed: SealedSecret } {
  const master = newSealKey().bytes;
  const dataKey = newSealKey().bytes;
  const secret = { id: newId(), tenant_id: newId(), version: 1 };
  const place = secretPlace(secret.tenant_id, secret.id, secret.version);
  return {
    master,
    sealed: {
      secret: { ...secret, sealed: seal(dataKey, place, Buffer.from('nobody signs with this')) },
      dataKey: { sealed: seal(master, dataKeyPlace(secret.tenant_id), dataKey), master_id: 'none' },
    },
  };
}
