import { strict as assert } from 'node:assert';
import type { Message } from '../../../../src/messages/message.ts';
import { newId } from '../../../../src/platform/kernel/ids.ts';
import { call, idOf, pidIn, refusal, soon } from '../ask.ts';
import type { Method } from '../method.ts';

const EVENTS = ['proof.opened', 'proof.filled', 'proof.closed'];
const LISTENER = 'Listener';

/** What somebody emitted, as a listener is told (FEATURES CO-5, 10: AgentEvent). */
interface Emitted {
  name: string;
  data: { round?: string };
}
const emittedIn = ({ payload }: Message): Emitted =>
  (payload.data as { envelope: { data: Emitted } }).envelope.data; // as docs/messages.md shows it

export const listen: Method = {
  id: '8',
  name: 'event listeners',
  semantics:
    'An agent that listens to a type of events gets each of them once, in the order in which they happened.',
  operations: ['listeners.add', 'events.emit'],
  effect: 'the listener has heard three events of this round, once each and in their order',
  broken: {
    how: 'nobody follows the event log for the listeners (`CADRE_FAULTS=no-follower`)',
    faults: ['no-follower'],
  },
  async prepare(world) {
    const agentId = idOf(world, LISTENER);
    const { items } = await call<{ items: Array<{ id: string }> }>(world, 'listeners.list', { agentId });
    for (const { id } of items) await call(world, 'listeners.remove', { id }); // of an earlier try in this world
    await call(world, 'listeners.add', { agentId, eventType: 'agent.emitted' });
    const emit = (type: string, round: string) => call(world, 'events.emit', { type, data: { round } });
    const mark = newId();
    /** What the listener was told of a round, oldest first. */
    const told = async (round: string) => {
      const { items } = await call<{ items: Message[] }>(world, 'messages.list', { agentId, limit: 20 });
      return items.filter((one) => emittedIn(one).data.round === round).reverse();
    };
    return {
      async once(number) {
        const round = `${mark}:${number}`;
        for (const type of EVENTS) await emit(type, round);
        const messages = await soon(async () => {
          const found = await told(round);
          return (
            found.length >= EVENTS.length && found.every(({ status }) => status === 'acknowledged') && found
          );
        }, 'all three events in the mailbox, handled');
        return async () => {
          assert.deepEqual(
            messages.map((one) => emittedIn(one).name),
            EVENTS,
            'once each, in their order',
          );
          assert.deepEqual(
            messages.map((one) => (one.result as { heard?: string }).heard),
            EVENTS,
            'the listener heard them',
          );
          const seqs = messages.map(({ seq }) => seq ?? 0);
          assert.deepEqual(
            seqs,
            seqs.toSorted((a, b) => a - b),
          );
          return {
            evidence: messages.flatMap(({ id }) => [
              { type: 'message.sent' as const, about: id },
              { type: 'message.acknowledged' as const, about: id },
            ]),
            handledBy: messages.flatMap(({ result }) => pidIn(result)),
          };
        };
      },
      twins: [
        {
          says: 'nobody but Cadre says what happens in the life of an agent',
          refuses: () => refusal(emit('shutdown', 'never')),
        },
        {
          says: 'nobody listens to a type of events that there is not',
          refuses: () => refusal(call(world, 'listeners.add', { agentId, eventType: 'agent.juggled' })),
        },
        {
          says: 'who has ended its listener hears no more, while another one does',
          async refuses() {
            const other = await call<{ id: string }>(world, 'listeners.add', {
              agentId: idOf(world, 'Former listener'),
              eventType: 'agent.emitted',
            });
            await call(world, 'listeners.remove', { id: other.id });
            const round = `${mark}:unheard:${other.id}`;
            await emit('proof.unheard', round);
            await soon(async () => (await told(round)).length === 1, 'the other listener was told');
            const { items } = await call<{ items: Message[] }>(world, 'messages.list', {
              agentId: idOf(world, 'Former listener'),
            });
            assert.deepEqual(items, []);
            return '0 of 1 told';
          },
        },
      ],
    };
  },
};
