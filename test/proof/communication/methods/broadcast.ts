import { strict as assert } from 'node:assert';
import type { Message } from '../../../../src/messages/message.ts';
import type { Outcome } from '../../../../src/messages/topics.ts';
import { call, idOf, pidIn, refusal } from '../ask.ts';
import type { Evidence, Method } from '../method.ts';

const CAPABILITY = 'proof.hear';
const SENDER = 'Caller of all';
const HEARERS = ['First hearer', 'Second hearer'];

export const broadcast: Method = {
  id: '11',
  name: 'broadcast',
  semantics:
    'One call reaches every agent that fits, and never the sender; one that cannot take it breaks nobody.',
  operations: ['messages.broadcast'],
  effect: 'everybody who fits says what it heard, the one that fails fails alone, and the sender got nothing',
  broken: { how: 'the hearers acknowledge without hearing' },
  async prepare(world) {
    const tell = (message: string, filter: object = { capability: CAPABILITY }) =>
      call<{ outcomes: Outcome[] }>(world, 'messages.broadcast', {
        from: SENDER,
        filter,
        type: 'status_update',
        payload: { message },
        block: true,
      });
    const expected = [...HEARERS, 'Deaf hearer'].map((name) => idOf(world, name)).toSorted();
    return {
      async once(round) {
        const text = `to all: ${round}`;
        const { outcomes } = await tell(text);
        assert.deepEqual(
          outcomes.map(({ agentId }) => agentId).toSorted(),
          expected,
          'all that fit but the sender',
        );
        return async () => {
          const evidence: Evidence[] = [];
          const handledBy: number[] = [];
          for (const { agentId, messageId } of outcomes) {
            const isDeaf = agentId === idOf(world, 'Deaf hearer');
            const message = await call<Message>(world, 'messages.get', { id: messageId });
            assert.equal(message.status, isDeaf ? 'failed' : 'acknowledged');
            evidence.push({ type: isDeaf ? 'message.failed' : 'message.acknowledged', about: message.id });
            if (isDeaf) continue;
            assert.equal((message.result as { read?: string }).read, text, 'it heard what was said');
            handledBy.push(...pidIn(message.result));
          }
          return { evidence, handledBy };
        };
      },
      twins: [
        {
          says: 'where nobody fits, nobody gets it',
          async refuses() {
            const { outcomes } = await tell('to nobody', { capability: 'juggle' });
            assert.deepEqual(outcomes, []);
            return '0 outcomes';
          },
        },
        {
          says: 'what is wrong with the message reaches nobody',
          refuses: () =>
            refusal(
              call(world, 'messages.broadcast', {
                from: SENDER,
                filter: { capability: CAPABILITY },
                type: 'status_update',
                payload: { massage: 'misspelt' },
              }),
            ),
        },
      ],
    };
  },
};
