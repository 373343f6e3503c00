import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveHttp } from '../../src/edge/http/server.ts';
import { operations } from '../../src/operations.ts';
import { CadreError } from '../../src/platform/kernel/errors.ts';
import { secretText } from '../../src/platform/kernel/random.ts';
import type { Store } from '../../src/platform/store/transaction.ts';
import { newSealKey, readSealKey, seal, unseal } from '../../src/tenants/secret.ts';
import { createMasterKeys, MASTER_KEY_FILE } from '../../src/tenants/secret-master.ts';
import { rotateDataKey, rotateMasterKey } from '../../src/tenants/secret-rotate.ts';
import { createSecrets, type Secrets } from '../../src/tenants/secret-vault.ts';
import { openTestHouse } from '../support/house.ts';
import { addTenant, createTestDatabase, onEveryStore, type TestDatabase } from '../support/stores.ts';

const refusal = async (work: () => unknown) => {
  try {
    await work();
  } catch (error) {
    if (error instanceof CadreError) return error.code;
    throw error;
  }
  throw new Error('not refused');
};

describe('sealing', () => {
  const key = newSealKey().bytes;
  const plain = Buffer.from('swordfish');

  it('opens what it sealed, at its place and with its key only', async () => {
    const sealed = seal(key, ['a', 1], plain);
    expect(unseal(key, ['a', 1], sealed).toString()).toBe('swordfish');
    expect(sealed).not.toContain('swordfish');
    expect(seal(key, ['a', 1], plain)).not.toBe(sealed); // another nonce each time
    for (const place of [['a', 2], ['b', 1], ['a', '1'], ['a']])
      expect(await refusal(() => unseal(key, place, sealed))).toBe('secret/damaged');
    expect(await refusal(() => unseal(newSealKey().bytes, ['a', 1], sealed))).toBe('secret/damaged');
  });

  it('notices every changed bit', async () => {
    const sealed = seal(key, ['a', 1], plain);
    const [format, nonce = '', rest = ''] = sealed.split('.');
    const flip = (text: string, bit: number) => {
      const bytes = Buffer.from(text, 'base64url');
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return bytes.toString('base64url');
    };
    const bits = (text: string) => Buffer.from(text, 'base64url').length * 8;
    for (let bit = 0; bit < bits(nonce); bit += 1)
      expect(await refusal(() => unseal(key, ['a', 1], [format, flip(nonce, bit), rest].join('.')))).toBe(
        'secret/damaged',
      );
    for (let bit = 0; bit < bits(rest); bit += 1)
      expect(await refusal(() => unseal(key, ['a', 1], [format, nonce, flip(rest, bit)].join('.')))).toBe(
        'secret/damaged',
      );
    for (const broken of ['', 'v1', 'v2.a.b', `v1.${nonce}.`, sealed.slice(0, -4)])
      expect(await refusal(() => unseal(key, ['a', 1], broken))).toBe('secret/damaged');
  });

  it('reads keys of 32 bytes and no others', () => {
    const bytes = Buffer.alloc(32, 7);
    const id = readSealKey(bytes.toString('hex'))?.id;
    expect(readSealKey(bytes.toString('base64'))?.id).toBe(id);
    expect(readSealKey(` ${bytes.toString('base64url')}\n`)?.id).toBe(id);
    expect(id).toMatch(/^[0-9a-f]{12}$/);
    for (const bad of ['', 'short', 'a'.repeat(42), 'a'.repeat(45), 'g'.repeat(64), `${'a'.repeat(43)}!`])
      expect(readSealKey(bad)).toBeUndefined();
  });
});

onEveryStore('secrets', (dialect) => {
  let database: TestDatabase;
  let store: Store;
  let tenantId: string;
  const caller = {} as never; // what the events say of it is not looked at here
  const events = { append: async () => {} } as never;
  const mastersOf = (more: { masterKey?: string; masterKeyBefore?: string } = {}) =>
    createMasterKeys({ home: database.folder, ...more });
  const vault = (more = {}): Secrets => createSecrets({ store, masters: mastersOf(more) });
  const openOne = (secrets: Secrets, id: string, tenant = tenantId) =>
    store.read(tenant, async (tx) => (await secrets.open(tx, [id])).get(id));
  const file = () => join(database.folder, MASTER_KEY_FILE);

  beforeEach(async () => {
    database = await createTestDatabase(dialect);
    store = await database.open();
    tenantId = await addTenant(store);
  });
  afterEach(async () => {
    await store.close();
    await database.drop();
  });

  it('come back as they were, also after a start; the key is made at first need and closed to others', async () => {
    const secrets = vault();
    await secrets.check();
    expect(existsSync(file())).toBe(false);
    const text = 'sk-Ünïcode-\u{1f511}';
    const id = await store.write(tenantId, (tx) => secrets.keep(tx, text));
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(await openOne(vault(), id)).toBe(text);
    await store.write(tenantId, (tx) => vault().replace(tx, id, 'another'));
    expect(await openOne(vault(), id)).toBe('another');
    await store.write(tenantId, (tx) => secrets.drop(tx, id));
    expect(await openOne(secrets, id)).toBeUndefined();
    expect(readdirSync(database.folder).filter((name) => name.startsWith(MASTER_KEY_FILE))).toEqual([
      MASTER_KEY_FILE,
    ]);
  });

  it('cannot be moved to another tenant, id or version', async () => {
    const other = await addTenant(store, 'other');
    const secrets = vault();
    const id = await store.write(tenantId, (tx) => secrets.keep(tx, 'ours'));
    const second = await store.write(tenantId, (tx) => secrets.keep(tx, 'second'));
    const theirs = await store.write(other, (tx) => secrets.keep(tx, 'theirs'));
    expect(await openOne(secrets, id, other)).toBeUndefined();
    const row = await store.readAll((tx) =>
      tx.db.selectFrom('secret').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
    );
    const put = (target: string, changes: object) =>
      store.writeAll((tx) => tx.db.updateTable('secret').set(changes).where('id', '=', target).execute());
    await put(theirs, { sealed: row.sealed });
    expect(await refusal(() => openOne(secrets, theirs, other))).toBe('secret/damaged');
    await put(second, { sealed: row.sealed });
    expect(await refusal(() => openOne(secrets, second))).toBe('secret/damaged');
    await put(id, { version: 2 });
    expect(await refusal(() => openOne(secrets, id))).toBe('secret/damaged');
    await put(id, { version: 1 });
    expect(await openOne(secrets, id)).toBe('ours');
    // The data key of another tenant is none of ours either.
    await store.writeAll(async (tx) => {
      const ours = await tx.db
        .selectFrom('data_key')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .executeTakeFirstOrThrow();
      await tx.db
        .updateTable('data_key')
        .set({ sealed: ours.sealed })
        .where('tenant_id', '=', other)
        .execute();
    });
    expect(await refusal(() => vault().check())).toBe('secret/damaged');
  });

  it('keep the house closed when the master key is missing, another or open to all, and never make a new one', async () => {
    const id = await store.write(tenantId, (tx) => vault().keep(tx, 'ours'));
    const text = readFileSync(file(), 'utf8');
    rmSync(file());
    expect(await refusal(() => vault().check())).toBe('secret/master-key-missing');
    const fresh = await addTenant(store, 'fresh'); // not even for a tenant that has none yet
    expect(await refusal(() => store.write(fresh, (tx) => vault().keep(tx, 'x')))).toBe(
      'secret/master-key-missing',
    );
    expect(existsSync(file())).toBe(false);
    expect(await refusal(() => vault({ masterKey: secretText(32) }).check())).toBe('secret/master-key-wrong');
    writeFileSync(file(), `${secretText(32)}\n`, { mode: 0o600 });
    expect(await refusal(() => vault().check())).toBe('secret/master-key-wrong');
    writeFileSync(file(), 'not a key\n');
    expect(await refusal(() => vault().check())).toBe('secret/master-key-unreadable');
    writeFileSync(file(), text);
    chmodSync(file(), 0o644);
    expect(await refusal(() => vault().check())).toBe('secret/master-key-unreadable');
    chmodSync(file(), 0o600);
    await vault().check();
    expect(await openOne(vault(), id)).toBe('ours');
  });

  it('open with a key of the environment, which is written nowhere', async () => {
    const masterKey = secretText(32);
    const id = await store.write(tenantId, (tx) => vault({ masterKey }).keep(tx, 'ours'));
    expect(existsSync(file())).toBe(false);
    await vault({ masterKey }).check();
    expect(await refusal(() => vault().check())).toBe('secret/master-key-missing');
    const next = secretText(32);
    const both = { masterKey: next, masterKeyBefore: masterKey };
    expect(await openOne(vault(both), id)).toBe('ours');
    expect(await rotateMasterKey({ store, masters: mastersOf(both) })).toEqual({ dataKeys: 1, isNew: true });
    expect(await openOne(vault({ masterKey: next }), id)).toBe('ours');
    expect(await refusal(() => vault({ masterKey }).check())).toBe('secret/master-key-wrong');
    // Again with the same: nothing to do.
    expect(await rotateMasterKey({ store, masters: mastersOf({ masterKey: next }) })).toEqual({
      dataKeys: 0,
      isNew: false,
    });
  });

  it('open after a change of keys that ended on any line', async () => {
    const secrets = vault();
    const id = await store.write(tenantId, (tx) => secrets.keep(tx, 'ours'));
    const lines = () => readFileSync(file(), 'utf8').trim().split('\n');
    const [first] = lines();
    // Dies when the new key is in the file and the transaction has not committed.
    const dying = { ...store, writeAll: () => Promise.reject(new Error('died')) } as Store;
    mastersOf().renew();
    await expect(rotateMasterKey({ store: dying, masters: mastersOf() })).rejects.toThrow('died');
    expect(lines()).toHaveLength(2);
    expect(await openOne(vault(), id)).toBe('ours');
    // Dies after the commit, before the old keys leave the file.
    let calls = 0;
    const half = {
      ...store,
      writeAll: (work: never) => {
        calls += 1;
        return calls === 2 ? Promise.reject(new Error('died')) : store.writeAll(work);
      },
    } as Store;
    await expect(rotateMasterKey({ store: half, masters: mastersOf() })).rejects.toThrow('died');
    expect(lines()).toHaveLength(3);
    expect(await openOne(vault(), id)).toBe('ours');
    // A whole one tidies up, also for a process that began with the first key.
    await rotateMasterKey({ store, masters: mastersOf() });
    expect(lines()).toHaveLength(1);
    expect(lines()).not.toContain(first);
    expect(await openOne(secrets, id)).toBe('ours');
    expect(await openOne(vault(), id)).toBe('ours');
  });

  it('are sealed anew under a new data key all at once or not at all', async () => {
    const masters = mastersOf();
    const secrets = createSecrets({ store, masters });
    const ids = await store.write(tenantId, async (tx) => [
      await secrets.keep(tx, 'one'),
      await secrets.keep(tx, 'two'),
    ]);
    const sealed = () =>
      store.readAll((tx) =>
        tx.db.selectFrom('secret').select(['id', 'sealed', 'version']).orderBy('id').execute(),
      );
    const before = await sealed();
    const broken = { append: () => Promise.reject(new Error('died')) } as never;
    const by = { actor: { name: 'x' } } as never;
    await expect(
      store.write(tenantId, (tx) => rotateDataKey({ store, events: broken, masters }, tx, by)),
    ).rejects.toThrow('died');
    expect(await sealed()).toEqual(before);
    await store.write(tenantId, (tx) => rotateDataKey({ store, events, masters }, tx, by));
    const after = await sealed();
    expect(after.map((row) => row.version)).toEqual([2, 2]);
    for (const [at, row] of after.entries()) expect(row.sealed).not.toBe(before[at]?.sealed);
    expect(await openOne(vault(), ids[0] ?? '')).toBe('one');
    expect(await openOne(vault(), ids[1] ?? '')).toBe('two');
    expect(caller).toEqual({});
  });

  it('of webhooks from before are sealed by the next start, and still open the door', async () => {
    await store.close();
    let home = await openTestHouse({ dialect, database, works: false });
    type Made = { id: string; secret: string };
    const made = await home.call<Made>('triggers.create', {
      name: 'hook',
      kind: 'webhook',
      task: { goal: 'Say hello' },
    });
    const read = () =>
      home.house.store.readAll((tx) =>
        tx.db
          .selectFrom('task_trigger')
          .select(['secret', 'secret_id'])
          .where('id', '=', made.id)
          .executeTakeFirstOrThrow(),
      );
    expect(await read()).toMatchObject({ secret: null, secret_id: expect.any(String) });
    await home.house.store.writeAll((tx) =>
      tx.db
        .updateTable('task_trigger')
        .set({ secret: made.secret, secret_id: null })
        .where('id', '=', made.id)
        .execute(),
    );
    await home.close();
    home = await openTestHouse({ dialect, database, works: false });
    const { secret, secret_id } = await read();
    expect(secret).toBeNull();
    const opened = await home.house.store.read(home.house.homeTenantId, (tx) =>
      home.house.secrets.open(tx, [secret_id ?? '']),
    );
    expect(opened.get(secret_id ?? '')).toBe(made.secret);
    const answer = await home.call<object>('secrets.rotate');
    // With that of before, which this test left behind.
    expect(answer).toEqual({ secrets: 2, dataKeys: 1, masterKey: 'new' });
    const log = JSON.stringify(await home.events());
    expect(log).toContain('secret.rotated');
    expect(log).not.toContain(made.secret);
    await home.close();
    // A start without the key is refused, whatever else is well.
    rmSync(file());
    expect(await refusal(() => openTestHouse({ dialect, database, works: false }))).toBe(
      'secret/master-key-missing',
    );
    store = await database.open();
  });

  it('of agents behind HTTP reach their endpoint and nobody else; those of before are sealed by the next start', async () => {
    await store.close();
    const seen: Array<string | undefined> = [];
    const endpoint = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.end('{}');
    });
    await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.1', resolve));
    const { port } = endpoint.address() as AddressInfo;
    const env = { CADRE_ALLOW_HOSTS: '127.0.0.1' };
    let home = await openTestHouse({ dialect, database, works: false, env });
    const spec = (authorization: string) => ({
      name: 'Remote',
      capabilities: [{ name: 'x' }],
      executor: { kind: 'http', url: `http://127.0.0.1:${port}/`, headers: { authorization } },
    });
    type Shown = { id: string; status: string; spec: { executor: { headers: Record<string, string> } } };
    const stored = () =>
      home.house.store.readAll(async (tx) => ({
        specs: await tx.db.selectFrom('agent').select('spec').where('executor_kind', '=', 'http').execute(),
        secrets: await tx.db.selectFrom('secret').select(['id', 'sealed']).execute(),
      }));
    const made = await home.call<Shown>('agents.create', spec('Bearer swordfish'));
    expect([made.status, made.spec.executor.headers, seen]).toEqual([
      'idle',
      { authorization: '***' },
      ['Bearer swordfish'],
    ]);
    expect(JSON.stringify(await stored())).not.toContain('swordfish');
    // What is shown may be sent back; a new value takes the place of the old one, and what only looks sealed is a value.
    await home.call('agents.update', { id: made.id, spec: spec('***') });
    await home.call('agents.update', { id: made.id, spec: spec('Bearer second') });
    const [other] = (await stored()).secrets;
    const forged = `sealed:${home.house.homeTenantId}:${other?.id}`;
    await home.call('agents.update', { id: made.id, spec: spec(forged) });
    expect(seen).toEqual(['Bearer swordfish', 'Bearer swordfish', 'Bearer second', forged]);
    expect((await stored()).secrets).toHaveLength(1);
    await home.house.store.writeAll((tx) =>
      tx.db
        .updateTable('agent')
        .set({ spec: JSON.stringify({ ...made.spec, ...spec('Bearer swordfish') }) })
        .where('id', '=', made.id)
        .execute(),
    );
    await home.close();
    home = await openTestHouse({ dialect, database, works: false, env });
    expect(JSON.stringify(await stored())).not.toContain('swordfish');
    await home.call('agents.validate', { id: made.id });
    expect(seen.at(-1)).toBe('Bearer swordfish');
    await home.close();
    await new Promise((resolve) => endpoint.close(resolve));
    store = await database.open();
  });

  it('are sealed anew by owners only; another tenant’s owner leaves the master key alone', async () => {
    await store.close();
    const home = await openTestHouse({ dialect, database, works: false });
    const server = await serveHttp(home.house, operations);
    const keyOf = async (role: string) =>
      (await home.call<{ key: string }>('keys.create', { name: role, role })).key;
    const other = await home.call<{ ownerKey: { key: string } }>('tenants.create', { name: 'other' });
    const ask = async (key: string) => {
      const answer = await fetch(`${server.url}/api/v1/secrets/rotate`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: '{}',
      });
      return [answer.status, JSON.parse(await answer.text())];
    };
    expect((await ask(await keyOf('admin')))[0]).toBe(403);
    expect(await ask(other.ownerKey.key)).toEqual([200, { secrets: 0, dataKeys: null, masterKey: 'kept' }]);
    expect(await ask(await keyOf('owner'))).toEqual([200, { secrets: 0, dataKeys: 0, masterKey: 'kept' }]);
    await server.close();
    await home.close();
    store = await database.open();
  });
});
