import { afterEach, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, onEveryStore, type TestDatabase } from '../../test/support/stores.ts';
import { createLocalBus } from '../platform/bus/local.ts';
import { createEventLog } from '../platform/events/events.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import type { Caller, Role } from '../platform/kernel/operation.ts';
import { sha256 } from '../platform/kernel/random.ts';
import { touchSession } from '../platform/store/access.ts';
import type { Store } from '../platform/store/transaction.ts';
import { type Access, createAccess } from './authenticate.ts';
import { CLAIM_MS, createIdempotency, keepAnswer } from './idempotency.ts';
import type { TenantNeeds } from './needs.ts';
import { tenantOperations } from './operations.ts';
import { settleIn } from './settle-in.ts';

const ADMIN_KEY = 'an-admin-key-of-more-than-thirty-two-characters';
const HOUR_MS = 3_600_000;
const invalid = { code: 'auth/invalid' };

onEveryStore('tenants and access', (dialect) => {
  let database: TestDatabase;
  let store: Store;
  let needs: TenantNeeds;
  let access: Access;

  const open = async (clockOffsetMs = 0) => {
    store = await database.open(clockOffsetMs);
    const events = createEventLog(store, createLocalBus());
    const { homeTenantId } = await settleIn({ store, events }, ADMIN_KEY);
    needs = { store, events, homeTenantId };
    access = createAccess(needs);
  };
  const reopenAfter = async (ms: number) => {
    await store.close();
    await open(ms);
  };
  const caller = (role: Role = 'owner', tenantId = needs.homeTenantId, idempotencyKey?: string): Caller => ({
    tenantId,
    role,
    actor: { kind: 'key', id: 'k', name: 'Ada' },
    traceId: 't',
    signal: new AbortController().signal,
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  });
  const call = async (name: string, input: unknown, who: Caller = caller()) => {
    const found = tenantOperations.find((each) => each.name === name);
    if (!found) throw new Error(name);
    return JSON.parse(JSON.stringify(await found.run(needs, who, input)));
  };

  beforeEach(async () => {
    database = await createTestDatabase(dialect);
    await open();
  });
  afterEach(async () => {
    await store.close();
    await database.drop();
  });

  test('an empty home gets one tenant with the operator’s key; later starts change nothing', async () => {
    const first = await access.authenticate({ key: ADMIN_KEY });
    expect(first).toMatchObject({ tenantId: needs.homeTenantId, role: 'owner' });
    const again = await settleIn(needs, 'another-admin-key-of-more-than-thirty-two-characters');
    expect(again).toEqual({ homeTenantId: needs.homeTenantId, isFirst: false });
    await expect(
      access.authenticate({ key: 'another-admin-key-of-more-than-thirty-two-characters' }),
    ).rejects.toMatchObject(invalid);
    await expect(settleIn(needs, 'short')).rejects.toMatchObject({ code: 'auth/weak-admin-key' });
  });

  test('two processes that start together on an empty home agree on one tenant', async () => {
    const other = await createTestDatabase(dialect);
    const fresh = await other.open();
    const parts = { store: fresh, events: createEventLog(fresh, createLocalBus()) };
    const both = await Promise.all([settleIn(parts, undefined), settleIn(parts, undefined)]);
    expect(new Set(both.map((each) => each.homeTenantId)).size).toBe(1);
    expect(both.filter((each) => each.isFirst)).toHaveLength(1);
    await fresh.close();
    await other.drop();
  });

  test('a key opens its tenant with its role until it ends or is revoked', async () => {
    const made = await call('keys.create', { name: 'import', role: 'viewer', days: 2 });
    expect(await access.authenticate({ key: made.key })).toEqual({
      tenantId: needs.homeTenantId,
      role: 'viewer',
      actor: { kind: 'key', id: made.id, name: 'import' },
    });
    await expect(access.authenticate({ key: `${made.key}x` })).rejects.toMatchObject(invalid);
    await reopenAfter(49 * HOUR_MS);
    await expect(access.authenticate({ key: made.key })).rejects.toMatchObject(invalid);

    const other = await call('keys.create', { name: 'other' });
    expect(Date.parse(other.expiresAt) - Date.parse(other.createdAt)).toBe(90 * 24 * HOUR_MS);
    await call('keys.revoke', { id: other.id });
    await expect(access.authenticate({ key: other.key })).rejects.toMatchObject(invalid);
  });

  test('whoami tells a key, a session and the command line who they are, and only that', async () => {
    const made = await call('keys.create', { name: 'import', role: 'viewer', days: 2 });
    const asKey = { ...caller('viewer'), ...(await access.authenticate({ key: made.key })) };
    expect(await call('keys.whoami', {}, asKey)).toEqual({
      tenant: { id: needs.homeTenantId, name: 'main' },
      actor: { kind: 'key', id: made.id, name: 'import' },
      role: 'viewer',
      expiresAt: made.expiresAt,
    });
    const { path } = await call('keys.signIn', { role: 'operator' });
    const { session, maxAgeMs } = await access.redeem(path.replace('/sign-in/', ''));
    const asSession = { ...caller(), ...(await access.authenticate({ session })) };
    const shown = await call('keys.whoami', {}, asSession);
    expect(shown).toMatchObject({ actor: { kind: 'session', name: 'a browser session' }, role: 'operator' });
    expect(Math.abs(Date.parse(shown.expiresAt) - Date.parse(made.createdAt) - maxAgeMs)).toBeLessThan(
      HOUR_MS,
    );
    expect(JSON.stringify(shown)).not.toContain(session);
    const local: Caller = { ...caller(), actor: { kind: 'system', id: 'command-line', name: 'local' } };
    expect(await call('keys.whoami', {}, local)).toMatchObject({ role: 'owner', expiresAt: null });
    const other = await call('tenants.create', { name: 'research' });
    const them = { ...caller(), ...(await access.authenticate({ key: other.ownerKey.key })) };
    expect((await call('keys.whoami', {}, them)).tenant).toEqual({ id: other.id, name: 'research' });
  });

  test('a full disk lets readers in all the same; any other failure does not pass unseen', async () => {
    const made = await call('keys.create', { name: 'reader' });
    const failing = (error: Error) =>
      createAccess({ ...needs, store: { ...store, single: () => Promise.reject(error) } });
    const full = failing(new CadreError('store/full', { detail: 'test' }));
    expect(await full.authenticate({ key: made.key })).toMatchObject({ role: 'operator' });
    await expect(failing(new Error('a mistake of ours')).authenticate({ key: made.key })).rejects.toThrow(
      'ours',
    );
  });

  test('lists show keys and when they were used, never a secret', async () => {
    const made = await call('keys.create', { name: 'import' });
    await access.authenticate({ key: made.key });
    const list = await call('keys.list', {});
    const shown = list.items.find((each: { id: string }) => each.id === made.id);
    expect(shown.lastUsedAt).not.toBeNull();
    const text = JSON.stringify(list);
    const secret = made.key.split('_').slice(2).join('_');
    expect(text).not.toContain(secret);
    expect(text).not.toContain('secret');
  });

  test('pages through a list without gap or repeat, and refuses a cursor that is none', async () => {
    for (let number = 0; number < 5; number += 1) await call('keys.create', { name: `k${number}` });
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await call('keys.list', { limit: 2, ...(cursor && { cursor }) });
      seen.push(...page.items.map((each: { name: string }) => each.name));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen.filter((name) => /^k\d$/.test(name))).toEqual(['k4', 'k3', 'k2', 'k1', 'k0']);
    expect(new Set(seen).size).toBe(seen.length);
    await expect(call('keys.list', { cursor: "' or 1=1" })).rejects.toMatchObject({
      code: 'request/bad-cursor',
    });
  });

  test('nobody hands out or ends more power than they hold', async () => {
    const owners = await call('keys.create', { name: 'o', role: 'owner' });
    const forbidden = { code: 'auth/forbidden' };
    await expect(call('keys.create', { name: 'x', role: 'owner' }, caller('admin'))).rejects.toMatchObject(
      forbidden,
    );
    await expect(call('keys.revoke', { id: owners.id }, caller('admin'))).rejects.toMatchObject(forbidden);
    await expect(call('keys.signIn', { role: 'admin' }, caller('viewer'))).rejects.toMatchObject(forbidden);
    await expect(call('keys.create', { name: 'x' }, caller('operator'))).rejects.toMatchObject(forbidden);
    expect((await call('keys.signIn', {}, caller('viewer'))).role).toBe('viewer');
  });

  test('tenants see nothing of one another: a foreign key is as absent as none', async () => {
    const other = await call('tenants.create', { name: 'research' });
    const them = await access.authenticate({ key: other.ownerKey.key });
    expect(them).toMatchObject({ tenantId: other.id, role: 'owner' });
    const ours = await call('keys.create', { name: 'ours' });
    const theirs = caller('owner', other.id);
    const foreign = await call('keys.revoke', { id: ours.id }, theirs).catch((error) => error);
    const absent = await call('keys.revoke', { id: needs.homeTenantId }, theirs).catch((error) => error);
    expect([foreign.code, absent.code]).toEqual(['key/not-found', 'key/not-found']);
    expect(JSON.stringify(await call('keys.list', {}, theirs))).not.toContain('ours');
    expect((await call('tenants.list', {}, theirs)).items.map((each: { id: string }) => each.id)).toEqual([
      other.id,
    ]);
    expect((await call('tenants.list', {})).items).toHaveLength(2);
    await expect(call('tenants.create', { name: 'x' }, theirs)).rejects.toMatchObject({
      code: 'auth/forbidden',
    });
    await expect(call('tenants.create', { name: 'research' })).rejects.toMatchObject({
      code: 'tenant/exists',
    });
    await expect(call('tenants.create', { name: 'Résearch' })).rejects.toMatchObject({
      code: 'request/invalid',
    });
  });

  test('a link opens one session, once, within the hour, whoever tries together', async () => {
    const link = await call('keys.signIn', { role: 'admin' });
    const token = link.path.replace('/sign-in/', '');
    const tries = await Promise.allSettled([1, 2, 3, 4].map(() => access.redeem(token)));
    const opened = tries.filter((each) => each.status === 'fulfilled');
    expect(opened).toHaveLength(1);
    const session = opened[0]?.value.session ?? '';
    expect(await access.authenticate({ session })).toMatchObject({
      role: 'admin',
      actor: { kind: 'session' },
    });
    await access.endSession(session);
    await expect(access.authenticate({ session })).rejects.toMatchObject(invalid);

    const late = await call('keys.signIn', {});
    await reopenAfter(61 * 60_000);
    await expect(access.redeem(late.path.replace('/sign-in/', ''))).rejects.toMatchObject({
      code: 'auth/link-used',
    });
  });

  test('a session ends after half an idle hour', async () => {
    const link = await call('keys.signIn', {});
    const { session } = await access.redeem(link.path.replace('/sign-in/', ''));
    await reopenAfter(29 * 60_000);
    await access.authenticate({ session });
    await reopenAfter(58 * 60_000);
    await access.authenticate({ session });
    await reopenAfter(89 * 60_000);
    await expect(access.authenticate({ session })).rejects.toMatchObject(invalid);
  });

  test('asking whether a session still holds does not keep it alive', async () => {
    const link = await call('keys.signIn', {});
    const opened = await access.redeem(link.path.replace('/sign-in/', ''));
    await reopenAfter(29 * 60_000);
    await access.confirm(opened);
    await reopenAfter(31 * 60_000);
    await expect(access.confirm(opened)).rejects.toMatchObject(invalid);
  });

  test('the twin: using it does', async () => {
    const link = await call('keys.signIn', {});
    const opened = await access.redeem(link.path.replace('/sign-in/', ''));
    await reopenAfter(29 * 60_000);
    await access.authenticate(opened);
    await reopenAfter(31 * 60_000);
    await access.confirm(opened);
  });

  test('what was revoked or signed out does not hold any more', async () => {
    const made = await call('keys.create', { name: 'import' });
    const opened = await access.signIn(made.key);
    for (const credential of [made, opened]) await access.confirm(credential);
    await access.endSession(opened.session);
    await expect(access.confirm(opened)).rejects.toMatchObject(invalid);
    await access.confirm(made);
    await call('keys.revoke', { id: made.id });
    await expect(access.confirm(made)).rejects.toMatchObject(invalid);
  });

  test('a session ends after twelve hours, however busy it was', async () => {
    const link = await call('keys.signIn', {});
    const { session } = await access.redeem(link.path.replace('/sign-in/', ''));
    const keepBusy = () => store.writeAll((tx) => touchSession(tx, sha256(session)));
    await reopenAfter(12 * HOUR_MS - 60_000);
    await keepBusy();
    expect(await access.authenticate({ session })).toMatchObject({ role: 'owner' });
    await reopenAfter(12 * HOUR_MS + 60_000);
    await keepBusy();
    await expect(access.authenticate({ session })).rejects.toMatchObject(invalid);
  });

  test('a link tells whether it may still be used, and looking does not use it up', async () => {
    const link = await call('keys.signIn', {});
    const token = link.path.replace('/sign-in/', '');
    expect([await access.isLive(token), await access.isLive(token)]).toEqual([true, true]);
    expect(await access.isLive(`${token}x`)).toBe(false);
    await access.redeem(token);
    expect(await access.isLive(token)).toBe(false);
    const late = (await call('keys.signIn', {})).path.replace('/sign-in/', '');
    await reopenAfter(61 * 60_000);
    expect(await access.isLive(late)).toBe(false);
  });

  test('a key signs a browser in with its own tenant, role and name', async () => {
    const made = await call('keys.create', { name: 'Vera’s key', role: 'viewer', days: 2 });
    const { session } = await access.signIn(made.key);
    const identity = await access.authenticate({ session });
    expect(identity).toMatchObject({
      tenantId: needs.homeTenantId,
      role: 'viewer',
      actor: { kind: 'session', name: 'Vera’s key' },
    });
    const other = await call('tenants.create', { name: 'research' });
    const theirs = await access.signIn(other.ownerKey.key);
    expect(await access.authenticate(theirs)).toMatchObject({ tenantId: other.id, role: 'owner' });
    const shown = await call('keys.list', {});
    const used = shown.items.find((each: { id: string }) => each.id === made.id);
    expect(used.lastUsedAt).not.toBeNull();
  });

  test('whatever is wrong with a key, signing in says the same', async () => {
    const made = await call('keys.create', { name: 'gone', days: 1 });
    const revoked = await call('keys.create', { name: 'revoked' });
    await call('keys.revoke', { id: revoked.id });
    const live = await call('keys.create', { name: 'live', days: 3 });
    await reopenAfter(25 * HOUR_MS);
    const wrong = [made.key, revoked.key, `${live.key}x`, live.key.slice(0, -10), 'cadre_', '', '\u0000'];
    const said = await Promise.all(
      wrong.map((key) => access.signIn(key).catch((error: CadreError) => `${error.code} ${error.message}`)),
    );
    expect(new Set(said)).toEqual(new Set([`auth/invalid ${new CadreError('auth/invalid', {}).message}`]));
    await access.signIn(live.key); // the twin: the whole, living key opens
  });

  test('a session ends at once when the key that opened it is revoked; others go on', async () => {
    const made = await call('keys.create', { name: 'first' });
    const other = await call('keys.create', { name: 'second' });
    const [ended, kept] = [await access.signIn(made.key), await access.signIn(other.key)];
    const link = await call('keys.signIn', {});
    const linked = await access.redeem(link.path.replace('/sign-in/', ''));
    await access.authenticate(ended);
    await call('keys.revoke', { id: made.id });
    await expect(access.authenticate(ended)).rejects.toMatchObject(invalid);
    for (const session of [kept, linked]) await access.authenticate(session);
  });

  test('a session ends when the key that opened it expires, before its own twelve hours', async () => {
    const short = await call('keys.create', { name: 'a day', days: 1 });
    const long = await call('keys.create', { name: 'two days', days: 2 });
    await reopenAfter(24 * HOUR_MS - 10 * 60_000);
    const [ended, kept] = [await access.signIn(short.key), await access.signIn(long.key)];
    const who = { ...caller(), ...(await access.authenticate(ended)) };
    expect((await call('keys.whoami', {}, who)).expiresAt).toBe(short.expiresAt);
    await reopenAfter(24 * HOUR_MS + 10 * 60_000);
    await expect(access.authenticate(ended)).rejects.toMatchObject(invalid);
    await access.authenticate(kept);
  });

  test('signing in again ends the session that the browser had, and a failed try does not', async () => {
    const made = await call('keys.create', { name: 'import' });
    const first = await access.signIn(made.key);
    await expect(access.signIn('cadre_wrong', first.session)).rejects.toMatchObject(invalid);
    await expect(access.redeem('wrong', first.session)).rejects.toMatchObject({ code: 'auth/link-used' });
    await access.authenticate(first);
    const second = await access.signIn(made.key, first.session);
    await expect(access.authenticate(first)).rejects.toMatchObject(invalid);
    const link = await call('keys.signIn', {});
    const third = await access.redeem(link.path.replace('/sign-in/', ''), second.session);
    await expect(access.authenticate(second)).rejects.toMatchObject(invalid);
    await access.authenticate(third);
  });

  test('an Idempotency-Key gives the first answer again; another body or operation is refused', async () => {
    const idempotency = createIdempotency(needs);
    const request = { tenantId: needs.homeTenantId, key: 'k', operation: 'notes.create', requestHash: 'h' };
    const claim = await idempotency.begin(request);
    if (claim.state !== 'run') throw new Error('the key is new');
    await expect(idempotency.begin(request)).rejects.toMatchObject({ code: 'request/idempotency-running' });
    await claim.settle({ status: 201, body: '{"a":1}' });
    expect(await idempotency.begin(request)).toEqual({
      state: 'repeat',
      answer: { status: 201, body: '{"a":1}' },
    });
    const mismatch = { code: 'request/idempotency-mismatch' };
    await expect(idempotency.begin({ ...request, requestHash: 'other' })).rejects.toMatchObject(mismatch);
    await expect(idempotency.begin({ ...request, operation: 'other' })).rejects.toMatchObject(mismatch);
  });

  test('a claim given back, or left by a dead process, is free again', async () => {
    const idempotency = createIdempotency(needs);
    const request = { tenantId: needs.homeTenantId, key: 'k', operation: 'notes.create', requestHash: 'h' };
    const claim = await idempotency.begin(request);
    if (claim.state === 'run') await claim.abandon();
    const second = await idempotency.begin(request);
    expect(second.state).toBe('run');
    // The process dies here: nothing settles, nothing renews.
    await reopenAfter(CLAIM_MS + 1);
    const third = await createIdempotency(needs).begin(request);
    expect(third.state).toBe('run');
    if (second.state === 'run') await second.abandon().catch(() => undefined);
    await createIdempotency(needs).tidy({ exclusive: true });
    expect((await createIdempotency(needs).begin(request)).state).toBe('run');
  });

  test('an answer kept with the work outlives a crash between work and answer', async () => {
    const idempotency = createIdempotency(needs);
    const request = { tenantId: needs.homeTenantId, key: 'k', operation: 'keys.create', requestHash: 'h' };
    await idempotency.begin(request);
    const made = await call('keys.create', { name: 'once' }, caller('owner', needs.homeTenantId, 'k'));
    // The process dies before it answers.
    await reopenAfter(CLAIM_MS + 1);
    const repeat = await createIdempotency(needs).begin(request);
    if (repeat.state !== 'repeat') throw new Error('the work was done');
    expect(JSON.parse(repeat.answer.body)).toMatchObject({ id: made.id, name: 'once', key: null });
  });

  test('a failing transaction keeps no answer', async () => {
    const idempotency = createIdempotency(needs);
    const request = { tenantId: needs.homeTenantId, key: 'k', operation: 'keys.create', requestHash: 'h' };
    const claim = await idempotency.begin(request);
    const who = caller('owner', needs.homeTenantId, 'k');
    await store
      .write(needs.homeTenantId, async (tx) => {
        await keepAnswer(tx, who, 201, { id: 'never' });
        throw new Error('rolled back');
      })
      .catch(() => undefined);
    if (claim.state === 'run') await claim.abandon();
    expect((await idempotency.begin(request)).state).toBe('run');
  });
});
