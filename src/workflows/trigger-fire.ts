import { CadreError } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import type { Json } from '../platform/kernel/json.ts';
import { attempt } from '../platform/store/attempt.ts';
import { isKeyRevoked } from '../platform/store/schedules.ts';
import type { TaskTriggerRow } from '../platform/store/schema.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import {
  countRecentFires,
  insertTriggerFire,
  type TriggerChanges,
  updateTrigger,
} from '../platform/store/triggers.ts';
import { type BehalfNeeds, isRefusal, submitFor } from './behalf.ts';
import { CHAIN_LIMIT } from './trigger.ts';

/** A trigger that is held until the commit, with the database's time. */
export type HeldTrigger = TaskTriggerRow & { now: number };

/** What set a trigger off. */
export interface Cause {
  /** How deep in a chain of triggers the task that caused it is; 0: none did. */
  depth: number;
  input: { [name: string]: Json };
  files?: string[];
}

/** What became of it: the task, or why there is none. */
export type Firing = { taskId: string } | { refusal: CadreError };

/**
 * Submits the task of a trigger in the transaction that takes what set it off. What `take` does is undone with it when
 * it is refused; the refusal is told and kept instead. Answers it, so that the caller may pass it on. `about` says for
 * the log what it was: an event's type, a file's name.
 */
export async function fireTrigger(
  tx: TenantTx,
  needs: BehalfNeeds,
  trigger: HeldTrigger,
  about: string | null,
  take: (tx: TenantTx) => Promise<Cause>,
): Promise<Firing> {
  try {
    const taskId = await attempt(tx, async (inner) =>
      submit(inner, needs, trigger, about, await take(inner)),
    );
    return { taskId };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await noteRefusal(tx, needs, trigger, error, about);
    return { refusal: error };
  }
}

async function submit(
  tx: TenantTx,
  needs: BehalfNeeds,
  trigger: HeldTrigger,
  about: string | null,
  cause: Cause,
): Promise<string> {
  const { name, per_minute: limit } = trigger;
  const depth = cause.depth + 1;
  if (trigger.status !== 'active') throw new CadreError('trigger/paused', { name });
  if (await isKeyRevoked(tx, trigger.key_id)) throw new CadreError('trigger/key-revoked', { name });
  if (depth > CHAIN_LIMIT) throw new CadreError('trigger/chain', { name, depth, limit: CHAIN_LIMIT });
  if ((await countRecentFires(tx, trigger.id)) >= limit)
    throw new CadreError('trigger/too-often', { name, limit });
  const taskId = await submitFor(tx, needs, trigger, {
    createdBy: `trigger:${trigger.id}`,
    input: cause.input,
    files: cause.files ?? [],
  });
  await insertTriggerFire(tx, { id: newId(), trigger_id: trigger.id, task_id: taskId, depth });
  trigger.fired += 1; // it may fire again in this transaction
  await updateTrigger(tx, trigger.id, {
    fired: trigger.fired,
    last_at: trigger.now,
    last_task_id: taskId,
    last_error: null,
  });
  await needs.events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: 'trigger.fired',
      taskId,
      rootId: taskId,
      data: {
        triggerId: trigger.id,
        trigger: name,
        kind: trigger.kind,
        depth,
        ...(about && { about }),
      },
    },
  ]);
  return taskId;
}

/** The log hears of refusals once a minute, so that a flood of them does not become a flood of events. */
const TELL_MS = 60_000;

/** Counts a refusal, keeps its reason, and tells the log. One whose key was revoked rests from then on. */
async function noteRefusal(
  tx: TenantTx,
  { events }: BehalfNeeds,
  trigger: HeldTrigger,
  { code, message }: CadreError,
  about: string | null,
): Promise<void> {
  const isTold = trigger.told_at !== null && trigger.now - trigger.told_at < TELL_MS;
  trigger.refused += 1;
  const changes: TriggerChanges = { refused: trigger.refused, last_error: message };
  if (code === 'trigger/key-revoked') {
    trigger.status = 'paused';
    Object.assign(changes, { status: 'paused', status_reason: message });
  }
  const tells = !isTold || trigger.kind === 'file' || code === 'trigger/key-revoked';
  if (tells) {
    trigger.told_at = trigger.now;
    changes.told_at = trigger.now;
    const data = {
      triggerId: trigger.id,
      trigger: trigger.name,
      kind: trigger.kind,
      code,
      because: message,
      ...(about && { about }),
    };
    await events.append(tx, [{ tenantId: tx.tenantId, type: 'trigger.refused', data }]);
  }
  await updateTrigger(tx, trigger.id, changes);
}
