import { strict as assert } from 'node:assert';
import type { Message } from '../../../../src/messages/message.ts';
import type { Outcome } from '../../../../src/messages/topics.ts';
import { call, ended, idOf, pidIn, refusal } from '../ask.ts';
import type { Evidence, Method } from '../method.ts';

const TOPIC = 'proof.news';
const READERS = ['Called reader', 'Pulling reader'];
const FAULTY = 'Faulty reader';

export const publish: Method = {
  id: '1',
  name: 'publish and subscribe',
  semantics:
    'What is published reaches every subscriber; with `block` the call waits for all handlers, without it the call ' +
    'returns at once; a handler that fails breaks nobody.',
  operations: ['topics.subscribe', 'topics.publish'],
  effect: 'both readers say what they read, while a third one beside them fails; every second round blocks',
  broken: { how: 'the readers acknowledge without reading' },
  async prepare(world) {
    const subscribe = (name: string, topic = TOPIC) =>
      call(world, 'topics.subscribe', { topic, agentId: idOf(world, name) });
    for (const name of [...READERS, FAULTY]) await subscribe(name);
    const say = (message: string, more: object = {}) =>
      call<{ outcomes: Outcome[] }>(world, 'topics.publish', {
        topic: TOPIC,
        type: 'status_update',
        payload: { message },
        ...more,
      });
    const outcomeOf = (outcomes: Outcome[], name: string) => {
      const found = outcomes.find(({ agentId }) => agentId === idOf(world, name));
      assert.ok(found?.messageId, `${name} got nothing`);
      return { ...found, messageId: found.messageId };
    };
    return {
      async once(round) {
        const text = `news ${round}`;
        const block = round % 2 === 0;
        const { outcomes } = await say(text, { block });
        assert.equal(outcomes.length, 3, 'three got it');
        const ids = READERS.map((name) => outcomeOf(outcomes, name).messageId);
        if (!block) await Promise.all(ids.map((id) => ended(world, id)));
        return async () => {
          const faulty = outcomeOf(outcomes, FAULTY);
          if (block) {
            assert.deepEqual(
              outcomes.map(({ status }) => status).toSorted(),
              ['acknowledged', 'acknowledged', 'failed'],
              'with block, every handler has ended',
            );
          } else {
            assert.deepEqual(
              new Set(outcomes.map(({ status }) => status)),
              new Set(['open']),
              'nobody waited',
            );
          }
          const read = await Promise.all(ids.map((id) => ended(world, id)));
          for (const message of read) {
            assert.equal(message.status, 'acknowledged', `${message.id} was handled`);
            assert.equal(
              (message.result as { read?: string }).read,
              text,
              'the reader read what was published',
            );
          }
          assert.equal((await ended(world, faulty.messageId)).status, 'failed', 'the faulty one failed');
          const evidence: Evidence[] = ids.map((about) => ({ type: 'message.acknowledged', about }));
          evidence.push({ type: 'message.failed', about: faulty.messageId });
          return { evidence, handledBy: read.flatMap(({ result }) => pidIn(result)) };
        };
      },
      twins: [
        {
          says: 'who has unsubscribed gets nothing',
          async refuses() {
            const [name = ''] = READERS;
            await call(world, 'topics.unsubscribe', { topic: TOPIC, agentId: idOf(world, name) });
            const { outcomes } = await say('not for everybody', { block: true });
            await subscribe(name);
            assert.deepEqual(
              outcomes.map(({ agentId }) => agentId).toSorted(),
              [READERS[1] ?? '', FAULTY].map((one) => idOf(world, one)).toSorted(),
            );
            return `${outcomes.length} of 3 got it`;
          },
        },
        {
          says: 'a payload that its type does not allow reaches nobody',
          async refuses() {
            const sent = () => call<{ items: Message[] }>(world, 'messages.list', { topic: TOPIC, limit: 1 });
            const [before] = (await sent()).items;
            const code = await refusal(say('', { payload: { massage: 'misspelt' } }));
            assert.equal((await sent()).items[0]?.id, before?.id, 'nothing was sent');
            assert.equal(code, 'message/payload-invalid');
            return code;
          },
        },
      ],
    };
  },
};
