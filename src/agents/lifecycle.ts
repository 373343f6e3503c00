import type { AgentEventEnvelope, LifecycleType } from '../messages/envelopes.ts';
import type { EventReader } from '../messages/follower.ts';
import { noticeOf } from '../messages/notice.ts';
import type { EventRecord } from '../platform/events/events.ts';
import { selectSubscribers } from '../platform/store/topics.ts';

const TOPIC = 'agents.event';

/**
 * Publishes an AgentEvent on `agents.event` for each turn in the life of an agent, and for what agents emit
 * (FEATURES CO-5, 8). Nobody is told what it emitted itself.
 */
export const agentLifecycle: EventReader = {
  async open(tx) {
    const subscribers = await selectSubscribers(tx, TOPIC);
    if (subscribers.length === 0) return undefined;
    return {
      read(event) {
        const told = agentEventOf(event);
        if (!told) return [];
        return subscribers
          .filter((to) => event.type !== 'agent.emitted' || to !== event.agentId)
          .map((to) =>
            noticeOf(event, {
              to,
              topic: TOPIC,
              about: `topic:${TOPIC}`,
              subject: told.type,
              envelope: { ...told, agentId: event.agentId, at: event.at },
            }),
          );
      },
    };
  },
};

/** What an event of the log says of an agent's life; undefined where it says nothing of it. */
export function agentEventOf(event: EventRecord): Pick<AgentEventEnvelope, 'type' | 'data'> | undefined {
  const { type, data } = event;
  const told = (name: string, more: unknown = data) => ({
    type: name,
    data: more as AgentEventEnvelope['data'], // it came from JSON
  });
  const as = (name: LifecycleType, more?: unknown) => told(name, more);
  if (type === 'agent.created') return as('created');
  if (type === 'agent.updated' && typeof data.enabled === 'boolean')
    return as(data.enabled ? 'activated' : 'deactivated');
  if (type === 'agent.emitted') return told(String(data.name), data.data ?? {});
  if (type !== 'agent.status-changed') return undefined;
  if (data.to === 'archived') return as('shutdown');
  if (data.to === 'error') return as('error');
  if (data.to === 'offline') return as('heartbeat', { ...data, state: 'lost' });
  if (data.from === 'offline') return as('heartbeat', { ...data, state: 'back' });
  return data.from === 'validating' && data.to === 'idle' ? as('initialized') : undefined;
}
