import { z } from 'zod';
import { EVENT_TYPES, type EventLog, type EventRecord } from '../platform/events/events.ts';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import type { Caller } from '../platform/kernel/operation.ts';
import { followFromNow } from '../platform/store/followers.ts';
import {
  countDeliveries,
  countListeners,
  deleteListener,
  insertListener,
  isTask,
  type ListenerView,
  selectListener,
  selectLiveListeners,
  selectNewestPlace,
} from '../platform/store/listeners.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import type { NewMessage } from './accept.ts';
import { type AgentEventEnvelope, eventNameSchema } from './envelopes.ts';
import { type EventReader, OWN_KINDS } from './follower.ts';
import { findRecipient } from './mailbox.ts';
import { noticeOf } from './notice.ts';

/** Listeners of one tenant. */
export const LISTENER_LIMIT = 1_000;

/** What one listens to. */
export const listenSchema = z.object({
  /** The agent that gets the events. */
  agentId: z.string(),
  /** A type of events such as `task.settled`, or a kind such as `task.*`. */
  eventType: z.string().min(1).max(80),
  /** Of what agents emit (`agent.emitted`): only events of this name. */
  name: eventNameSchema.optional(),
  /** Only events of this task and of the steps of its plan. */
  taskId: z.string().max(64).optional(),
});

export const listenerSchema = z.object({
  id: z.string(),
  agentId: z.string(),
  agentName: z.string(),
  eventType: z.string(),
  name: z.string().nullable(),
  taskId: z.string().nullable(),
  /** Events that went into the agent's mailbox. */
  delivered: z.int(),
  /** Events whose message was refused (a full mailbox, say), and why the last one was. */
  missed: z.int(),
  lastError: z.string().nullable(),
  createdBy: z.string(),
  createdAt: z.string(),
});

/** @throws CadreError `listener/event-refused` */
export function checkEventType(eventType: string): void {
  const refuse = (reason: string) => new CadreError('listener/event-refused', { eventType, reason });
  const [kind = ''] = eventType.split('.');
  if (OWN_KINDS.some((own) => own === kind))
    throw refuse('such events come from telling events, so a listener to them would feed itself');
  const known = eventType.endsWith('.*')
    ? EVENT_TYPES.some((type) => type.startsWith(`${kind}.`)) && eventType === `${kind}.*`
    : EVENT_TYPES.some((type) => type === eventType);
  if (!known) throw refuse('there are no events of this type');
}

/**
 * Has an agent get each matching event that comes in the log after this, as a message.
 * @throws CadreError `listener/event-refused`, `listener/too-many`, `agent/not-found`, `agent/unavailable`,
 *   `task/not-found`
 */
export async function addListener(
  tx: TenantTx,
  { events }: { events: EventLog },
  caller: Caller,
  wanted: z.output<typeof listenSchema>,
): Promise<ListenerView> {
  checkEventType(wanted.eventType);
  await followFromNow(tx); // before anything else is locked; those who add take turns here
  if ((await countListeners(tx)) >= LISTENER_LIMIT)
    throw new CadreError('listener/too-many', { limit: LISTENER_LIMIT });
  const agent = await findRecipient(tx, wanted.agentId);
  if (agent.status === 'archived')
    throw new CadreError('agent/unavailable', { name: agent.name, status: agent.status });
  if (wanted.taskId !== undefined && !(await isTask(tx, wanted.taskId)))
    throw new CadreError('task/not-found', { id: wanted.taskId });
  const id = newId();
  await events.append(tx, [
    factOf(tx, 'listener.added', { id, ...wanted, agentId: agent.id, agentName: agent.name }, caller),
  ]);
  await events.written(tx);
  await insertListener(
    tx,
    {
      id,
      agent_id: agent.id,
      event_type: wanted.eventType,
      name: wanted.name ?? null,
      task_id: wanted.taskId ?? null,
      created_by: `${caller.actor.kind}:${caller.actor.id}`,
    },
    await selectNewestPlace(tx, 'listener.added', agent.id),
  );
  return find(tx, id);
}

/** Ends a listener; what is in its agent's mailbox stays. @throws CadreError `listener/not-found` */
export async function removeListener(
  tx: TenantTx,
  { events }: { events: EventLog },
  caller: Caller,
  id: string,
): Promise<ListenerView> {
  const row = await find(tx, id);
  if (await deleteListener(tx, id)) {
    const { agent_id: agentId, agent_name: agentName, event_type: eventType } = row;
    await events.append(tx, [factOf(tx, 'listener.removed', { id, agentId, agentName, eventType }, caller)]);
  }
  return row;
}

async function find(tx: TenantTx, id: string): Promise<ListenerView> {
  const row = await selectListener(tx, id);
  if (!row) throw new CadreError('listener/not-found', { id });
  return row;
}

function factOf(
  tx: TenantTx,
  type: 'listener.added' | 'listener.removed',
  of: { id: string; agentId: string; agentName: string; eventType: string },
  caller: Caller,
) {
  return {
    tenantId: tx.tenantId,
    type,
    agentId: of.agentId,
    data: { listenerId: of.id, name: of.agentName, eventType: of.eventType, by: caller.actor.name },
  };
}

/** A row as people see it. */
export function toListener(row: ListenerView): z.output<typeof listenerSchema> {
  return {
    id: row.id,
    agentId: row.agent_id,
    agentName: row.agent_name,
    eventType: row.event_type,
    name: row.name,
    taskId: row.task_id,
    delivered: Number(row.delivered),
    missed: Number(row.missed),
    lastError: row.last_error,
    createdBy: row.created_by,
    createdAt: toRfc3339(row.created_at),
  };
}

/** Whether an event is for a listener: of its type, after its beginning, and not what its own agent emitted. */
export function matches(listener: ListenerView, event: EventRecord): boolean {
  const { event_type: wanted, task_id: taskId } = listener;
  const isType = wanted.endsWith('.*') ? event.type.startsWith(wanted.slice(0, -1)) : event.type === wanted;
  if (!isType) return false;
  const [txid = 0, seq = 0] = event.cursor.split('-').map(Number);
  const fromTxid = Number(listener.from_txid);
  if (txid < fromTxid || (txid === fromTxid && seq <= Number(listener.from_seq))) return false;
  if (taskId !== null && event.taskId !== taskId && event.rootId !== taskId) return false;
  if (event.type !== 'agent.emitted') return true;
  return event.agentId !== listener.agent_id && (listener.name === null || event.data.name === listener.name);
}

/** Tells events to those who listen (FEATURES CO-5, 8): one conversation for each listener, in the log's order. */
export const eventListeners: EventReader = {
  async open(tx) {
    const all = await selectLiveListeners(tx);
    if (all.length === 0) return undefined;
    const owners: ListenerView[] = []; // of each message, in their order
    return {
      read: (event) =>
        all
          .filter((listener) => matches(listener, event))
          .map((listener): NewMessage => {
            owners.push(listener);
            const { type, agentId, at, data } = event;
            return noticeOf(event, {
              to: listener.agent_id,
              about: `events:${listener.id}`,
              subject: event.type,
              envelope: { type, agentId, data: data as AgentEventEnvelope['data'], at }, // it came from JSON
            });
          }),
      async sent(_messages, outcomes) {
        const byListener = Map.groupBy(outcomes.entries(), ([index]) => owners[index]?.id ?? '');
        for (const [id, of] of byListener) {
          const errors = of.flatMap(([, outcome]) =>
            outcome instanceof CadreError ? [outcome.message] : [],
          );
          await countDeliveries(tx, id, {
            delivered: of.length - errors.length,
            missed: errors.length,
            lastError: errors.at(-1) ?? null,
          });
        }
      },
    };
  },
};
