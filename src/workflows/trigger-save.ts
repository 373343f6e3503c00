import type { EventType } from '../platform/events/events.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import type { Caller } from '../platform/kernel/operation.ts';
import { secretText } from '../platform/kernel/random.ts';
import { followFromNow } from '../platform/store/followers.ts';
import type { TaskTriggerRow } from '../platform/store/schema.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import {
  countTriggers,
  deleteTrigger,
  holdTrigger,
  insertTrigger,
  selectPlaceOf,
  selectTrigger,
  selectUnsealed,
  updateTrigger,
} from '../platform/store/triggers.ts';
import type { Submission } from '../tasks/task.ts';
import type { Secrets } from '../tenants/secret-vault.ts';
import { answererOf, type BehalfNeeds, checkTask, roleOf } from './behalf.ts';
import { checkKind, type TriggerKind } from './trigger.ts';

/** Triggers of one tenant. */
export const TRIGGER_LIMIT = 1_000;

export interface TriggerNeeds extends BehalfNeeds {
  secrets: Secrets;
  /** The tenant whose files are taken from the home. */
  homeTenantId: string;
}

export interface TriggerInput {
  name: string;
  kind: TriggerKind;
  eventType?: string | undefined;
  condition?: string | undefined;
  perMinute: number;
  task: Submission;
}

/** A trigger, and the secret of a webhook where one was just made. */
export interface Saved {
  row: TaskTriggerRow;
  secret: string | null;
}

const newSecret = () => `cadre_hook_${secretText(32)}`;

/**
 * Adds a trigger. One for events begins with what comes in the log after it.
 * @throws CadreError `trigger/bad-kind`, `trigger/event-refused`, `trigger/no-inbox`, `trigger/name-taken`,
 *   `trigger/too-many`, `schedule/bad-task`, `agent/not-found`, `file/not-found`
 */
export async function createTrigger(
  tx: TenantTx,
  needs: TriggerNeeds,
  caller: Caller,
  input: TriggerInput,
): Promise<Saved> {
  const { kind, name } = input;
  checkKind(kind, input);
  if (kind === 'file' && tx.tenantId !== needs.homeTenantId) throw new CadreError('trigger/no-inbox', {});
  if (kind === 'event') await followFromNow(tx); // before anything else is locked
  await checkTask(tx, name, input.task);
  if ((await countTriggers(tx)) >= TRIGGER_LIMIT)
    throw new CadreError('trigger/too-many', { limit: TRIGGER_LIMIT });
  const id = newId();
  const secret = kind === 'webhook' ? newSecret() : null;
  const isAdded = await insertTrigger(tx, {
    id,
    name,
    kind,
    event_type: input.eventType ?? null,
    condition: input.condition ?? null,
    secret_id: secret === null ? null : await needs.secrets.keep(tx, secret),
    task: JSON.stringify(input.task),
    per_minute: input.perMinute,
    ...(await answererOf(tx, caller)),
    created_by: `${caller.actor.kind}:${caller.actor.id}`,
  });
  if (!isAdded) throw new CadreError('trigger/name-taken', { name });
  await tell(tx, needs, 'trigger.created', { id, name, kind }, caller);
  if (kind === 'event') await beginHere(tx, needs, 'trigger.created', id);
  return { row: await find(tx, id), secret };
}

export interface TriggerChange {
  name?: string | undefined;
  eventType?: string | undefined;
  condition?: string | undefined;
  perMinute?: number | undefined;
  task?: Submission | undefined;
  rotate?: boolean | undefined;
}

/** Changes a trigger; `rotate` gives a webhook another secret and ends the one before. @throws CadreError as above */
export async function changeTrigger(
  tx: TenantTx,
  needs: TriggerNeeds,
  caller: Caller,
  id: string,
  changes: TriggerChange,
): Promise<Saved> {
  const row = await hold(tx, id);
  const { name = row.name, task, rotate = false } = changes;
  checkKind(row.kind, {
    eventType: changes.eventType ?? row.event_type,
    condition: changes.condition ?? row.condition,
  });
  if (rotate && row.kind !== 'webhook')
    throw new CadreError('trigger/bad-kind', { kind: row.kind, field: 'rotate' });
  if (name !== row.name && (await selectTrigger(tx, name)))
    throw new CadreError('trigger/name-taken', { name });
  if (task) await checkTask(tx, name, task);
  const secret = rotate ? newSecret() : null;
  await updateTrigger(tx, row.id, {
    name,
    event_type: changes.eventType ?? row.event_type,
    condition: changes.condition ?? row.condition,
    per_minute: changes.perMinute ?? row.per_minute,
    ...(task && { task: JSON.stringify(task) }),
    ...(secret !== null && { secret_id: await sealAnew(tx, needs, row.secret_id, secret) }),
    ...(await answererOf(tx, caller, roleOf(row.role))),
    updated_at: row.now,
  });
  await tell(tx, needs, 'trigger.changed', { ...row, name }, caller);
  if (changes.eventType) await beginHere(tx, needs, 'trigger.changed', row.id);
  return { row: await find(tx, row.id), secret };
}

/** Lets a trigger rest: what comes meanwhile is not made up for. @throws CadreError `trigger/not-found` */
export async function pauseTrigger(
  tx: TenantTx,
  needs: TriggerNeeds,
  caller: Caller,
  id: string,
): Promise<TaskTriggerRow> {
  const row = await hold(tx, id);
  if (row.status === 'paused') return row;
  await updateTrigger(tx, row.id, { status: 'paused', status_reason: null, updated_at: row.now });
  await tell(tx, needs, 'trigger.paused', row, caller);
  return find(tx, row.id);
}

/** Lets it go on from now; whoever asks answers for it. @throws CadreError `trigger/not-found` */
export async function resumeTrigger(
  tx: TenantTx,
  needs: TriggerNeeds,
  caller: Caller,
  id: string,
): Promise<TaskTriggerRow> {
  const { kind } = await find(tx, id);
  if (kind === 'event') await followFromNow(tx); // before anything else is locked
  const row = await hold(tx, id);
  if (row.status === 'active') return row;
  await updateTrigger(tx, row.id, {
    status: 'active',
    status_reason: null,
    ...(await answererOf(tx, caller, roleOf(row.role))),
    updated_at: row.now,
  });
  await tell(tx, needs, 'trigger.resumed', row, caller);
  if (kind === 'event') await beginHere(tx, needs, 'trigger.resumed', row.id);
  return find(tx, row.id);
}

/** Ends a trigger; the tasks it submitted stay. @throws CadreError `trigger/not-found` */
export async function removeTrigger(
  tx: TenantTx,
  needs: TriggerNeeds,
  caller: Caller,
  id: string,
): Promise<TaskTriggerRow> {
  const row = await hold(tx, id);
  await deleteTrigger(tx, row.id);
  if (row.secret_id !== null) await needs.secrets.drop(tx, row.secret_id);
  await tell(tx, needs, 'trigger.removed', row, caller);
  return row;
}

/** The secret in the place of the one before; answers its id. */
async function sealAnew(
  tx: TenantTx,
  { secrets }: TriggerNeeds,
  secretId: string | null,
  secret: string,
): Promise<string> {
  if (secretId === null) return secrets.keep(tx, secret);
  await secrets.replace(tx, secretId, secret);
  return secretId;
}

/** Secrets of webhooks from before secrets were sealed move out of their triggers. */
export async function sealWebhookSecrets(needs: { store: Store; secrets: Secrets }): Promise<void> {
  const { store, secrets } = needs;
  const found = await store.readAll(selectUnsealed);
  for (const { id, tenant_id } of found) {
    await store.write(tenant_id, async (tx) => {
      const row = await holdTrigger(tx, id);
      if (row?.secret == null) return; // another process was first
      await updateTrigger(tx, id, { secret: null, secret_id: await secrets.keep(tx, row.secret) });
    });
  }
  if (found.length > 0) await sealWebhookSecrets(needs); // they come in pages
}

/** The trigger gets what comes in the log after the fact that this transaction wrote about it. */
async function beginHere(tx: TenantTx, { events }: BehalfNeeds, type: EventType, id: string): Promise<void> {
  await events.written(tx);
  const { txid, seq } = await selectPlaceOf(tx, type, id);
  await updateTrigger(tx, id, { from_txid: txid, from_seq: seq });
}

/** @throws CadreError `trigger/not-found` */
export async function find(tx: TenantTx, id: string): Promise<TaskTriggerRow> {
  const row = await selectTrigger(tx, id);
  if (!row) throw new CadreError('trigger/not-found', { trigger: id });
  return row;
}

async function hold(tx: TenantTx, id: string) {
  const row = await holdTrigger(tx, id);
  if (!row) throw new CadreError('trigger/not-found', { trigger: id });
  return row;
}

async function tell(
  tx: TenantTx,
  { events }: BehalfNeeds,
  type: EventType,
  { id, name, kind }: { id: string; name: string; kind: string },
  caller: Caller,
): Promise<void> {
  const data = { triggerId: id, trigger: name, kind, by: caller.actor.name };
  await events.append(tx, [{ tenantId: tx.tenantId, type, data }]);
}
