import { CadreError } from '../platform/kernel/errors.ts';
import { type Caller, personOf, ROLES, type Role } from '../platform/kernel/operation.ts';
import { sameText, secretText, sha256 } from '../platform/kernel/random.ts';
import {
  deleteEndedAccess,
  deleteSession,
  insertSession,
  isLinkLive,
  SESSION_ID_LENGTH,
  selectLiveKey,
  selectLiveSession,
  touchKey,
  touchSession,
  useLink,
} from '../platform/store/access.ts';
import type { Tx } from '../platform/store/transaction.ts';
import { readKey } from './key.ts';
import type { TenantNeeds } from './needs.ts';

export const SESSION_MS = 12 * 3_600_000;
export const SESSION_IDLE_MS = 30 * 60_000;
/** "Last used" is exact to a minute, so that reading does not write each time. */
const TOUCH_MS = 60_000;
const KEEP_ENDED_MS = 24 * 3_600_000;

export type Identity = Pick<Caller, 'tenantId' | 'actor' | 'role'>;

/** What somebody shows to come in. */
export type Credential = { key: string } | { session: string };

/** The text of a new session, for the browser's cookie, and how long it lasts at most. */
export interface OpenedSession {
  session: string;
  maxAgeMs: number;
}

/** Who may come in: keys, sessions and sign-in links, as doors use them. */
export interface Access {
  /** @throws CadreError `auth/invalid` for unknown, expired, revoked and mistyped alike */
  authenticate(credential: Credential): Promise<Identity>;
  /**
   * Asks whether what let somebody in still would, for what goes on long after. Does not count as use.
   * @throws CadreError `auth/invalid`
   */
  confirm(credential: Credential): Promise<void>;
  /** True while the link may still be used; looking does not use it up. */
  isLive(link: string): Promise<boolean>;
  /**
   * Uses up a sign-in link and opens a session; the session `last` that the browser had ends.
   * @throws CadreError `auth/link-used`
   */
  redeem(link: string, last?: string): Promise<OpenedSession>;
  /**
   * Opens a session with the tenant and role of a key; it ends with the key at the latest. `last` ends.
   * @throws CadreError `auth/invalid`, whatever is wrong with the key
   */
  signIn(key: string, last?: string): Promise<OpenedSession>;
  endSession(session: string): Promise<void>;
}

export function createAccess(needs: Pick<TenantNeeds, 'store' | 'events'>): Access {
  const { store, events } = needs;
  const authenticate: Access['authenticate'] = async (credential) => {
    const { identity, now, lastUsedAt, touch } = await find(store, credential);
    if (now - lastUsedAt > TOUCH_MS) await remember(store, touch);
    return identity;
  };
  return {
    authenticate,
    async confirm(credential) {
      await find(store, credential);
    },
    isLive: (link) => store.readAll((tx) => isLinkLive(tx, sha256(link))),
    redeem: (link, last) =>
      store.writeAll(async (tx) => {
        const used = await useLink(tx, sha256(link));
        if (!used) throw new CadreError('auth/link-used', {});
        const { tenant_id: tenantId, role, person } = used;
        return openSession(tx, events, { tenantId, role, keyId: null, person, last });
      }),
    async signIn(key, last) {
      const { tenantId, role, actor } = await authenticate({ key });
      const person = personOf(actor);
      return store.writeAll((tx) =>
        openSession(tx, events, { tenantId, role, keyId: actor.id, person, last }),
      );
    },
    endSession: (session) => store.writeAll((tx) => deleteSession(tx, sha256(session))),
  };
}

type Store = TenantNeeds['store'];

interface Opening {
  tenantId: string;
  role: string;
  keyId: string | null;
  person: string | null;
  /** The session that the browser had: nobody shall find it open after a new sign-in. */
  last: string | undefined;
}

async function openSession(
  tx: Tx,
  events: TenantNeeds['events'],
  { tenantId, role, keyId, person, last }: Opening,
): Promise<OpenedSession> {
  const session = secretText(32);
  const row = { token_hash: sha256(session), tenant_id: tenantId, role, key_id: keyId, person };
  await insertSession(tx, row, SESSION_MS);
  if (last) await deleteSession(tx, sha256(last));
  await deleteEndedAccess(tx, KEEP_ENDED_MS);
  await events.append(tx, [{ tenantId, type: 'session.opened', data: { role, ...(keyId && { keyId }) } }]);
  return { session, maxAgeMs: SESSION_MS };
}

/** Who came in, and how to note that they did. */
interface Found {
  identity: Identity;
  now: number;
  lastUsedAt: number;
  touch(tx: Tx): Promise<void>;
}

function find(store: Store, credential: Credential): Promise<Found> {
  return 'key' in credential ? byKey(store, credential.key) : bySession(store, credential.session);
}

async function byKey(store: Store, text: string): Promise<Found> {
  const { id, secretHash } = readKey(text);
  const row = await store.readAll((tx) => selectLiveKey(tx, id));
  // Compared also when there is no such key, so that the time tells nothing.
  const matches = sameText(secretHash, row?.secret_hash ?? sha256(''));
  if (!row || !matches) throw new CadreError('auth/invalid', {});
  const actor = { kind: 'key', id, name: row.name } as const;
  return {
    identity: { tenantId: row.tenant_id, role: roleOf(row.role), actor },
    now: row.now,
    lastUsedAt: row.last_used_at ?? 0,
    touch: (tx) => touchKey(tx, id),
  };
}

async function bySession(store: Store, session: string): Promise<Found> {
  const hash = sha256(session);
  const row = await store.readAll((tx) => selectLiveSession(tx, hash, SESSION_IDLE_MS));
  if (!row) throw new CadreError('auth/invalid', {});
  const id = hash.slice(0, SESSION_ID_LENGTH);
  const person = row.person ?? (row.key_id === null ? undefined : `key:${row.key_id}`);
  const name = row.key_name ?? 'a browser session';
  const actor = { kind: 'session', id, name, ...(person !== undefined && { person }) } as const;
  return {
    identity: { tenantId: row.tenant_id, role: roleOf(row.role), actor },
    now: row.now,
    lastUsedAt: row.last_seen_at,
    touch: (tx) => touchSession(tx, hash),
  };
}

/** Who came in is let in also while the disk is full: reading must go on, and only "last used" is lost. */
async function remember(store: Store, touch: (tx: Tx) => Promise<void>): Promise<void> {
  try {
    await store.single(touch);
  } catch (error) {
    if (!(error instanceof CadreError)) throw error;
  }
}

/** A role of the list; a row that says anything else opens nothing. */
export function roleOf(text: string): Role {
  const role = ROLES.find((each) => each === text);
  if (!role) throw new CadreError('auth/invalid', {});
  return role;
}
