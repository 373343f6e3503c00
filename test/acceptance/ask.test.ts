import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, type Reply } from '../../src/coordination/ask.ts';
import type { Relation } from '../../src/coordination/relations.ts';
import type { Message } from '../../src/messages/message.ts';
import { newId } from '../../src/platform/kernel/ids.ts';
import { systemRandom } from '../../src/platform/kernel/random.ts';
import { createWorker, type RunWorker } from '../../src/platform/runs/worker.ts';
import { selectRun } from '../../src/platform/store/runs.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { onEveryStore } from '../support/stores.ts';

/** Asking from within a run: each agent is asked once, waiting holds no worker, what is late changes nothing. */
onEveryStore('asking agents from a run', (dialect) => {
  let home: TestHouse;
  let receiver: Receiver;
  let worker: RunWorker;
  const ids: Record<string, string> = {};
  const plans = new Map<string, { names: string[]; timeoutMs: number; by?: string }>();

  beforeAll(async () => {
    receiver = await startReceiver(async ({ message }) =>
      message.subject === 'hopeless'
        ? { status: 422 }
        : { reply: { payload: { requestType: 'judge', data: { said: 'by http' } } } },
    );
    home = await openTestHouse({ dialect, env: { CADRE_ALLOW_HOSTS: receiver.host } });
    for (const name of ['Ann', 'Bob', 'Asker'])
      await home.call('agents.create', { name, executor: { kind: 'mailbox' } });
    await home.call('agents.create', { name: 'Web', executor: { kind: 'http', url: receiver.url } });
    await home.call('agents.create', { name: 'Deaf', executor: { kind: 'local' } });
    const { items } = await home.call<{ items: Array<{ id: string; name: string }> }>('agents.list', {
      limit: 100,
    });
    for (const agent of items) ids[agent.name] = agent.id;
    const { house } = home;
    worker = createWorker(
      {
        ...house,
        random: systemRandom,
        handlers: {
          'test.ask': {
            async work(attempt) {
              const plan = plans.get(attempt.runId);
              if (!plan) throw new Error('no plan');
              const replies = await ask(attempt, house, {
                name: 'only',
                requests: plan.names.map((to) => ({
                  to,
                  requestType: 'judge',
                  data: { what: 'it' },
                  ...(to === 'Web' && plan.names.includes('Deaf') && { subject: 'hopeless' }),
                })),
                conversationId: `asking:${attempt.runId}`,
                timeoutMs: plan.timeoutMs,
                by: plan.by,
              });
              return { result: replies };
            },
          },
        },
      },
      { name: `test:${newId()}`, concurrency: 4, leaseTtlMs: 3_000, alone: false },
    );
    await worker.start();
  });
  afterAll(async () => {
    await worker?.stop();
    await home?.close();
    await receiver?.close();
  });

  const begin = async (names: string[], timeoutMs: number, by?: string) => {
    const id = newId();
    plans.set(id, { names, timeoutMs, ...(by && { by }) });
    const { house } = home;
    await house.store.write(house.homeTenantId, (tx) =>
      house.runs.enqueue(tx, [{ id, kind: 'test.ask', tenantId: house.homeTenantId }]),
    );
    return id;
  };
  const runOf = (id: string) => home.house.store.readAll((tx) => selectRun(tx, id));
  const ended = async (id: string): Promise<Reply[]> => {
    const run = await until(async () => {
      const found = await runOf(id);
      return found?.state === 'completed' && found;
    }, 'the end of the run');
    return JSON.parse(run.result ?? '[]');
  };
  const take = (name: string) =>
    until(async () => {
      const { messages } = await home.call<{ messages: Message[] }>('agents.take', { id: ids[name] });
      return messages[0];
    }, `a message for ${name}`);

  it('goes on when the last has answered, whatever its executor', async () => {
    const id = await begin(['Ann', 'Web', 'Bob'], 20_000, ids.Asker);
    const first = await take('Bob');
    expect([first.payload, first.conversationId]).toEqual([
      { requestType: 'judge', data: { what: 'it' } },
      `asking:${id}`,
    ]);
    await home.call('messages.ack', {
      id: first.id,
      reply: { payload: { requestType: 'judge', data: { said: 'by Bob' } } },
    });
    const second = await take('Ann');
    await until(async () => (await runOf(id))?.state === 'waiting', 'the waiting row');
    await home.call('messages.ack', { id: second.id, result: { said: 'with the acknowledgement' } });
    const replies = await ended(id);
    expect(replies.map(({ agentId, status, data }) => [agentId, status, data])).toEqual([
      [ids.Ann, 'answered', { said: 'with the acknowledgement' }],
      [ids.Web, 'answered', { said: 'by http' }],
      [ids.Bob, 'answered', { said: 'by Bob' }],
    ]);
    const { items } = await home.call<{ items: Relation[] }>('agents.relations', { id: ids.Asker });
    expect(items.map(({ name, interactions, trust }) => [name, interactions, trust]).sort()).toEqual([
      ['Ann', 1, 1],
      ['Bob', 1, 1],
      ['Web', 1, 1],
    ]);
  });

  it('tells who failed, who was silent and who could not be asked; a late answer changes nothing', async () => {
    const id = await begin(['Ann', 'Web', 'Deaf', 'Nobody'], 1_500, ids.Asker);
    const message = await take('Ann');
    const replies = await ended(id);
    expect(replies.map(({ status }) => status)).toEqual(['timeout', 'failed', 'failed', 'refused']);
    expect(replies[3]?.error).toContain('Nobody');
    await home.call('messages.ack', { id: message.id, result: { said: 'too late' } }).catch(() => undefined);
    expect(await ended(id)).toEqual(replies);
    const { items } = await home.call<{ items: Relation[] }>('agents.relations', { id: ids.Asker });
    expect(items.find(({ name }) => name === 'Ann')).toMatchObject({ interactions: 2, trust: 0.5 });
    expect(items.find(({ name }) => name === 'Deaf')).toMatchObject({ trust: 0, averageMs: null });
  });

  it('many answers at the same moment: the run goes on once, with all of them', async () => {
    const rounds = await Promise.all(Array.from({ length: 10 }, () => begin(['Ann', 'Bob'], 20_000)));
    const answer = async (name: string) => {
      const { messages } = await home.call<{ messages: Message[] }>('agents.take', {
        id: ids[name],
        limit: 100,
      });
      await Promise.all(messages.map(({ id }) => home.call('messages.ack', { id, result: { by: name } })));
    };
    await until(async () => {
      await Promise.all([answer('Ann'), answer('Bob')]);
      return (await Promise.all(rounds.map(runOf))).every((run) => run?.state === 'completed');
    }, 'the end of all');
    for (const id of rounds)
      expect((await ended(id)).map(({ data }) => data)).toEqual([{ by: 'Ann' }, { by: 'Bob' }]);
  });

  describe('relations', () => {
    it('twin: an agent that asked nobody trusts nobody yet', async () => {
      const { items } = await home.call<{ items: Relation[] }>('agents.relations', { id: ids.Bob });
      expect(items).toEqual([]);
      await expect(home.call('agents.relations', { id: newId() })).rejects.toMatchObject({
        code: 'agent/not-found',
      });
    });

    it('a request of one agent to another counts too, a failed one without success', async () => {
      const send = (to: string, requestType: string) =>
        home.call<Message>('messages.send', {
          from: 'Bob',
          to,
          type: 'coordination_request',
          payload: { requestType },
          requiresResponse: true,
        });
      for (const one of [await send('Deaf', 'ping'), await send('Deaf', 'unheard-of')])
        await until(
          async () =>
            ['acknowledged', 'failed'].includes(
              (await home.call<Message>('messages.get', { id: one.id })).status,
            ),
          'its end',
        );
      const { items } = await home.call<{ items: Relation[] }>('agents.relations', { id: ids.Bob });
      expect(items).toMatchObject([{ name: 'Deaf', interactions: 2, successes: 1, trust: 0.5 }]);
    });
  });
});
