import type { EventLog, EventType } from '../platform/events/events.ts';
import { type Clock, toRfc3339 } from '../platform/kernel/clock.ts';
import { environmentKey } from '../platform/kernel/config.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import type { Caller } from '../platform/kernel/operation.ts';
import type { Outbound } from '../platform/kernel/outbound.ts';
import {
  countProviders,
  deleteProvider,
  holdProvider,
  insertProvider,
  selectProvider,
  selectUsers,
  updateHealth,
  updateProvider,
} from '../platform/store/providers.ts';
import type { ProviderRow } from '../platform/store/schema.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import type { Secrets } from '../tenants/secret-vault.ts';
import { CATALOGUE } from './catalogue.ts';
import { PROVIDER_LIMIT, toConnection } from './connected.ts';
import { type Discovery, discover, type Found } from './discover.ts';
import { addModels } from './model-save.ts';
import { kindOf, readBaseUrl } from './places.ts';
import type { ConnectedProvider, ProviderKind } from './registry.ts';

/** Connects providers, changes and removes them. Their keys go into the vault and come out for calls only. */
export interface ProviderNeeds {
  store: Store;
  events: EventLog;
  clock: Clock;
  secrets: Secrets;
  outbound: Outbound;
  /** The tenant whose owners run the server: only it may use keys of the environment. */
  homeTenantId: string;
}

export interface ProviderInput {
  kind: ProviderKind;
  name?: string | undefined;
  baseUrl?: string | undefined;
  apiKey?: string | undefined;
  fromEnvironment: boolean;
  position?: number | undefined;
  check: boolean;
}

/** What is shown of a look at a provider. */
export interface Looked {
  row: ProviderRow;
  /** Models that came: `provider/name`. */
  added: string[];
  /** Models that the provider named, and those of them that the catalogue does not know and nobody asked for. */
  listed: number;
  leftOut: number;
}

export const today = ({ clock }: Pick<ProviderNeeds, 'clock'>) => toRfc3339(clock.nowMs()).slice(0, 10);

/**
 * Connects a provider. Unless told otherwise it is asked for its models first, which shows that address and key are
 * right.
 * @throws CadreError `provider/exists`, `provider/bad-address`, `provider/needs-key`, `provider/unreachable`,
 *   `provider/key-refused`, `provider/too-many`, `provider/not-offered`, `outbound/denied`
 */
export async function connectProvider(
  needs: ProviderNeeds,
  caller: Caller,
  input: ProviderInput,
  keep: (tx: TenantTx, looked: Looked) => Promise<void>,
): Promise<Looked> {
  const { kind, check } = input;
  const name = input.name ?? kind;
  const key = keyOf(needs, caller, input);
  if (key === null && kind !== 'openai-compatible') throw new CadreError('provider/needs-key', { kind });
  const given = readBaseUrl(kind, input.baseUrl, key !== null);
  const isThere = await needs.store.read(caller.tenantId, (tx) => selectProvider(tx, name));
  if (isThere) throw new CadreError('provider/exists', { name }); // before anybody is asked
  const about = { name, kind, baseUrl: given, key };
  const seen = check ? await discover(lookWith(needs), about, caller.signal) : unseen(kind, given);
  return needs.store.write(caller.tenantId, async (tx) => {
    const { count, last } = await countProviders(tx);
    if (count >= PROVIDER_LIMIT) throw new CadreError('provider/too-many', { limit: PROVIDER_LIMIT });
    const id = newId();
    const isAdded = await insertProvider(tx, {
      id,
      name,
      kind,
      base_url: seen.baseUrl,
      secret_id: key === null ? null : await needs.secrets.keep(tx, key),
      position: input.position ?? last + 1,
      enabled: 1,
      created_by: `${caller.actor.kind}:${caller.actor.id}`,
    });
    if (!isAdded) throw new CadreError('provider/exists', { name });
    if (check) await updateHealth(tx, id, { isUp: true, because: 'it listed its models' });
    await tell(tx, needs, 'provider.connected', { id, name, kind }, caller);
    const row = await findProvider(tx, id);
    const looked = await take(tx, caller, row, seen, false);
    await keep(tx, looked);
    return looked;
  });
}

/** Nobody was asked: what the catalogue knows of the kind. Of a server of one's own it knows nothing. */
function unseen(kind: ProviderKind, baseUrl: string | null): Discovery {
  const models = kind === 'openai-compatible' ? [] : CATALOGUE[kind];
  const found = models.map((model): Found => ({ model, source: 'catalogue', priceSource: 'catalogue' }));
  return { baseUrl, found };
}

function keyOf(needs: ProviderNeeds, caller: Caller, input: ProviderInput): string | null {
  if (!input.fromEnvironment) return input.apiKey ?? null;
  const { kind } = input;
  const { key, variable } = environmentKey(kind);
  if (caller.tenantId !== needs.homeTenantId || key === undefined)
    throw new CadreError('provider/not-offered', { kind, variable });
  return key;
}

export interface ProviderChange {
  name?: string | undefined;
  baseUrl?: string | undefined;
  apiKey?: string | undefined;
  position?: number | undefined;
  enabled?: boolean | undefined;
  check: boolean;
}

/** Changes a provider; another address or key is tried first. @throws CadreError as above, `provider/not-found` */
export async function changeProvider(
  needs: ProviderNeeds,
  caller: Caller,
  id: string,
  change: ProviderChange,
): Promise<ProviderRow> {
  const before = await needs.store.read(caller.tenantId, (tx) => readConnection(needs, tx, id));
  const { apiKey, name, position, enabled } = change;
  const key = apiKey ?? before.key;
  const given =
    change.baseUrl === undefined ? before.baseUrl : readBaseUrl(before.kind, change.baseUrl, key !== null);
  // A key goes only where it was meant to go: to another address it must be given again.
  if (given !== before.baseUrl && before.key !== null && apiKey === undefined)
    throw new CadreError('provider/needs-key', { kind: `${before.kind} at another address` });
  const isTried = change.check && (apiKey !== undefined || given !== before.baseUrl);
  const about = { ...before, baseUrl: given, key };
  const seen = isTried
    ? await discover(lookWith(needs), about, caller.signal)
    : { baseUrl: given, found: [] };
  return needs.store.write(caller.tenantId, async (tx) => {
    const row = await holdProvider(tx, before.id);
    if (!row) throw new CadreError('provider/not-found', { provider: id });
    if (name !== undefined && name !== row.name) await checkFree(tx, row, name);
    await updateProvider(tx, row.id, {
      ...(name !== undefined && { name }),
      ...(position !== undefined && { position }),
      ...(enabled !== undefined && { enabled: enabled ? 1 : 0 }),
      ...(change.baseUrl !== undefined && { base_url: seen.baseUrl }),
      ...(apiKey !== undefined && { secret_id: await sealKey(needs, tx, row, apiKey) }),
    });
    if (isTried) {
      await updateHealth(tx, row.id, { isUp: true, because: 'it listed its models' });
      await take(tx, caller, row, seen, false);
    }
    const what = Object.keys(change).filter((field) => field !== 'check' && isSaid(change, field));
    await tell(tx, needs, 'provider.changed', { ...row, name: name ?? row.name }, caller, { changed: what });
    return findProvider(tx, row.id);
  });
}

const isSaid = (change: ProviderChange, field: string) => change[field as keyof ProviderChange] !== undefined; // one of its keys

/** Agents and tasks name models by the name of their provider. */
async function checkFree(tx: TenantTx, row: ProviderRow, name: string): Promise<void> {
  if (await selectProvider(tx, name)) throw new CadreError('provider/exists', { name });
  const users = await selectUsers(tx, row.name);
  if (users.length > 0) throw new CadreError('provider/in-use', { name: row.name, users: users.join(', ') });
}

async function sealKey(
  { secrets }: ProviderNeeds,
  tx: TenantTx,
  { secret_id }: ProviderRow,
  apiKey: string,
): Promise<string> {
  if (secret_id === null) return secrets.keep(tx, apiKey);
  await secrets.replace(tx, secret_id, apiKey);
  return secret_id;
}

/**
 * Asks a provider again for its models and notes whether it answers. Models that are new are added; what a person
 * changed stays.
 * @throws CadreError `provider/not-found`, `provider/unreachable`, `provider/key-refused`
 */
export async function lookAt(
  needs: ProviderNeeds & { registry: { noteHealth: NoteHealth } },
  caller: Caller,
  id: string,
  options: { all: boolean; adds: boolean },
): Promise<Looked> {
  const about = await needs.store.read(caller.tenantId, (tx) => readConnection(needs, tx, id));
  let seen: Discovery;
  try {
    seen = await discover(lookWith(needs), about, caller.signal);
  } catch (error) {
    if (error instanceof CadreError)
      await needs.registry.noteHealth(caller.tenantId, about.id, { isUp: false, because: error.message });
    throw error;
  }
  await needs.registry.noteHealth(caller.tenantId, about.id, { isUp: true, because: 'it listed its models' });
  return needs.store.write(caller.tenantId, async (tx) => {
    const row = await holdProvider(tx, about.id);
    if (!row) throw new CadreError('provider/not-found', { provider: id });
    return options.adds ? take(tx, caller, row, seen, options.all) : none(row, seen);
  });
}

type NoteHealth = (tenantId: string, id: string, health: { isUp: boolean; because: string }) => Promise<void>;

const none = (row: ProviderRow, { found }: Discovery): Looked => ({
  row,
  added: [],
  listed: found.length,
  leftOut: 0,
});

/** Keeps the models that came: those we know; all of a server of one's own, or where a person asks for all. */
async function take(
  tx: TenantTx,
  caller: Caller,
  row: ProviderRow,
  { found }: Discovery,
  all: boolean,
): Promise<Looked> {
  const isOwn = kindOf(row) === 'openai-compatible';
  const wanted = found.filter(({ source }) => all || isOwn || source === 'catalogue');
  const added = await addModels(
    tx,
    caller,
    row,
    wanted.map((each) => ({ ...each, isEnabled: isOwn || each.source === 'catalogue' })),
  );
  return { row, added, listed: found.length, leftOut: found.length - wanted.length };
}

/** Removes a provider with its key and its models. @throws CadreError `provider/not-found`, `provider/in-use` */
export async function removeProvider(
  needs: ProviderNeeds,
  tx: TenantTx,
  caller: Caller,
  id: string,
  isForced: boolean,
): Promise<ProviderRow> {
  const row = await holdProvider(tx, id);
  if (!row) throw new CadreError('provider/not-found', { provider: id });
  const users = await selectUsers(tx, row.name);
  if (users.length > 0 && !isForced)
    throw new CadreError('provider/in-use', { name: row.name, users: users.join(', ') });
  await deleteProvider(tx, row.id);
  if (row.secret_id !== null) await needs.secrets.drop(tx, row.secret_id);
  await tell(tx, needs, 'provider.removed', row, caller);
  return row;
}

/** @throws CadreError `provider/not-found` */
export async function findProvider(tx: TenantTx, id: string): Promise<ProviderRow> {
  const row = await selectProvider(tx, id);
  if (!row) throw new CadreError('provider/not-found', { provider: id });
  return row;
}

async function readConnection(needs: ProviderNeeds, tx: TenantTx, id: string): Promise<ConnectedProvider> {
  const row = await findProvider(tx, id);
  return toConnection(row, await needs.secrets.open(tx, row.secret_id === null ? [] : [row.secret_id]));
}

const lookWith = (needs: ProviderNeeds) => ({ outbound: needs.outbound, today: today(needs) });

async function tell(
  tx: TenantTx,
  { events }: Pick<ProviderNeeds, 'events'>,
  type: EventType,
  { id, name, kind }: { id: string; name: string; kind: string },
  caller: Caller,
  more: Record<string, unknown> = {},
): Promise<void> {
  const data = { providerId: id, provider: name, kind, by: caller.actor.name, ...more };
  await events.append(tx, [{ tenantId: tx.tenantId, type, data }]);
}
