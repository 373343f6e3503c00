import { strict as assert } from 'node:assert';
import type { Message } from '../../../../src/messages/message.ts';
import type { Outcome } from '../../../../src/messages/topics.ts';
import { newId } from '../../../../src/platform/kernel/ids.ts';
import type { Task } from '../../../../src/tasks/task.ts';
import { call, finished, idOf, pidIn, refusal } from '../ask.ts';
import type { Evidence, Method } from '../method.ts';

const READER = 'Envelope reader';

/** Each envelope with the topic that carries it, its own in every round. */
const ENVELOPES: Readonly<Record<string, (round: number) => Record<string, unknown>>> = {
  'tasks.submit': (round) => ({
    taskId: `proof-${newId()}`,
    type: 'proof.enveloped',
    params: { n: round },
    priority: 7,
  }),
  'tasks.result': (round) => ({
    taskId: `proof-${round}`,
    status: 'partial',
    result: { n: round },
    error: 'Half of it is missing.',
    metrics: { tookMs: 12 },
  }),
  'agents.event': (round) => ({
    type: 'cache.warmed',
    agentId: null,
    data: { n: round },
    at: '2026-01-01T00:00:00.000Z',
  }),
  'metrics.update': (round) => ({ kind: 'performance', name: 'latency', value: round, tags: { unit: 'ms' } }),
  'meta.hypothesis': (round) => ({
    id: `h-${round}`,
    description: 'Shorter passages are cited better.',
    parameters: { words: round },
    experimentPlan: { rounds: 3 },
  }),
};
const TOPICS = Object.keys(ENVELOPES);

/** The same envelopes with something wrong, and the field that must be named. */
const BAD: ReadonlyArray<{ topic: string; change: Record<string, unknown>; field: RegExp }> = [
  { topic: 'tasks.submit', change: { priority: 11 }, field: /priority/ },
  { topic: 'tasks.result', change: { status: 'done' }, field: /status/ },
  { topic: 'agents.event', change: { at: 'yesterday' }, field: /at/ },
  { topic: 'metrics.update', change: { value: 'much' }, field: /value/ },
  { topic: 'meta.hypothesis', change: { description: '' }, field: /description/ },
  { topic: 'metrics.update', change: { colour: 'red' }, field: /colour/ },
];

export const envelop: Method = {
  id: '10',
  name: 'typed envelopes',
  semantics:
    'Task, TaskResult, AgentEvent, Metric and Hypothesis each have a schema; a good one arrives as it was sent, a bad ' +
    'one is refused before anybody gets it.',
  operations: ['topics.publish'],
  effect:
    'the five envelopes by turns: the reader read exactly what was sent, and a Task is carried out; in every round a ' +
    'bad one is refused, its field named, and reaches nobody',
  broken: { how: 'the reader acknowledges without reading' },
  async prepare(world) {
    for (const topic of TOPICS)
      await call(world, 'topics.subscribe', { topic, agentId: idOf(world, READER) });
    const send = (topic: string, envelope: object) =>
      call<{ outcomes: Outcome[]; taskId: string | null }>(world, 'topics.publish', {
        topic,
        type: 'status_update',
        payload: { data: { envelope } },
        block: true,
      });
    const newest = async (topic: string) =>
      (await call<{ items: Message[] }>(world, 'messages.list', { topic, limit: 1 })).items[0]?.id;
    let bad = 0;
    return {
      async once(round) {
        const topic = TOPICS[round % TOPICS.length] ?? '';
        const envelope = ENVELOPES[topic]?.(round) ?? {};
        const { outcomes, taskId } = await send(topic, envelope);
        const mine = outcomes.find(({ agentId }) => agentId === idOf(world, READER));
        assert.equal(mine?.status, 'acknowledged', `${topic} reached its reader`);
        const task = taskId === null ? undefined : await finished(world, taskId);
        return async () => {
          const message = await call<Message>(world, 'messages.get', { id: mine?.messageId });
          assert.deepEqual(
            (message.result as { envelope?: object }).envelope,
            envelope,
            'read as it was sent',
          );
          assert.equal(task !== undefined, topic === 'tasks.submit', 'a Task is a task, and nothing else is');
          const evidence: Evidence[] = [{ type: 'message.acknowledged', about: message.id }];
          if (task) {
            assert.equal(task.status, 'completed', task.stopSentence ?? 'it was carried out');
            assert.deepEqual([(task as Task).type, task.priority], ['proof.enveloped', 70]);
            evidence.push({ type: 'task.settled', about: task.id });
          }
          return { evidence, handledBy: [...pidIn(message.result), ...pidIn(task?.result?.output)] };
        };
      },
      twins: [
        {
          says: 'a bad envelope is refused, the field at fault is named, and nobody gets it',
          everyRound: true,
          async refuses() {
            const one = BAD[bad % BAD.length];
            bad += 1;
            assert.ok(one);
            const { topic, change, field } = one;
            const before = await newest(topic);
            const sent = send(topic, { ...ENVELOPES[topic]?.(bad), ...change });
            await assert.rejects(sent, field, `${topic} with ${JSON.stringify(change)}`);
            assert.equal(await newest(topic), before, 'nobody got it');
            return refusal(sent);
          },
        },
      ],
    };
  },
};
