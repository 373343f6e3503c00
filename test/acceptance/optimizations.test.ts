import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import type { Evaluation, Optimization } from '../../src/coordination/search/optimization.ts';
import type { Message } from '../../src/messages/message.ts';
import { CadreError } from '../../src/platform/kernel/errors.ts';
import { newId } from '../../src/platform/kernel/ids.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { type Answer, type Receiver, startReceiver } from '../support/receiver.ts';
import { createTestDatabase, onEveryStore } from '../support/stores.ts';

/** Searches for good parameters: agents evaluate, every evaluation is kept, the best wins (FEATURES CO-6). */
interface Asked {
  optimizationId: string;
  place: number;
  type: string;
  params: Record<string, number>;
  budget: number | null;
}

onEveryStore('optimisations', (dialect) => {
  let home: TestHouse;
  let receiver: Receiver;
  let judge: (asked: Asked, name: string) => Answer;
  const ids: Record<string, string> = {};
  const says = (data: object): Answer => ({ reply: { payload: { data } } });

  beforeAll(async () => {
    receiver = await startReceiver(({ message, agent }) =>
      judge((message.payload as { data: Asked }).data, agent.name),
    );
    home = await openTestHouse({ dialect, env: { CADRE_ALLOW_HOSTS: receiver.host } });
    for (const name of ['Eva', 'Ivo'])
      await home.call('agents.create', {
        name,
        executor: { kind: 'http', url: receiver.url },
        capabilities: [{ name: 'bench.run', confidence: 0.5 }],
        maxConcurrent: 8,
      });
    await home.call('agents.create', { name: 'Mute', executor: { kind: 'mailbox' } });
    await home.call('agents.create', { name: 'Local', executor: { kind: 'local' } });
    const { items } = await home.call<{ items: Agent[] }>('agents.list', { limit: 100 });
    for (const agent of items) ids[agent.name] = agent.id;
  });
  beforeEach(() => {
    judge = ({ params }) => says({ metrics: { gain: 10 - ((params.x ?? 0) - 3) ** 2 } });
  });
  afterAll(async () => {
    await home?.close();
    await receiver?.close();
  });

  const space = { x: { type: 'range', min: 1, max: 5, step: 1 } };
  const begin = (more: object, house = home) =>
    house.call<Optimization>('optimizations.start', {
      type: 'tuning',
      space,
      agents: ['Eva', 'Ivo'],
      criteria: { targetMetric: 'gain' },
      ...more,
    });
  const ended = (id: string, house = home) =>
    until(
      async () => {
        const one = await house.call<Optimization>('optimizations.get', { id });
        return one.status !== 'running' && one;
      },
      `the end of ${id}`,
      60_000,
    );
  const run = async (more: object) => ended((await begin(more)).id);
  const evaluationsOf = async (id: string, house = home) =>
    (await house.call<{ items: Evaluation[] }>('optimizations.evaluations', { id, limit: 1_000 })).items;
  const asked = (id: string) =>
    receiver.letters
      .map(({ agent, message }) => ({ agent: agent.name, ...(message.payload as { data: Asked }).data }))
      .filter((one) => one.optimizationId === id);
  const refusal = async (promise: Promise<unknown>) => {
    const error = await promise.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof CadreError)) throw new Error(`not refused: ${String(error)}`);
    return error.code;
  };

  it('tries the whole grid, keeps every evaluation and finds the best', async () => {
    const grid = { ...space, mode: { type: 'choice', values: ['a', 'b'] } };
    const one = await run({ space: grid, params: { file: 'f' }, from: 'Mute' });
    expect(one).toMatchObject({ status: 'completed', endedBecause: 'done', planned: 10, evaluations: 10 });
    expect(one.best).toMatchObject({ params: { x: 3, mode: 'a' }, score: 10, place: 4, rung: 0 }); // of two equal the first
    expect(one.sentence).toBe(
      'Every point was tried; 10 of 10 evaluations are done, 0 of them without success.',
    );
    const all = await evaluationsOf(one.id);
    expect(all.map(({ place }) => place)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(new Set(all.map(({ name }) => name))).toEqual(new Set(['Eva', 'Ivo']));
    expect(asked(one.id).find(({ place }) => place === 0)).toMatchObject({
      type: 'tuning',
      params: { file: 'f', x: 1, mode: 'a' },
      budget: null,
    });
    const page = await home.call<{ items: Evaluation[]; nextCursor: string }>('optimizations.evaluations', {
      id: one.id,
      limit: 4,
      cursor: '4',
    });
    expect([page.items.map(({ place }) => place), page.nextCursor]).toEqual([[4, 5, 6, 7], '8']);
    const { items } = await home.call<{ items: unknown[] }>('agents.relations', { id: ids.Mute });
    expect(items).toHaveLength(2);
  });

  it('by chance: the same seed tries the same points, none twice', async () => {
    const wide = { x: { type: 'range', min: 0, max: 1, step: 0.001 } };
    const [first, second] = await Promise.all([
      run({ space: wide, method: 'random', samples: 6, seed: 7 }),
      run({ space: wide, method: 'random', samples: 6, seed: 7, capability: 'bench.run', agents: undefined }),
    ]);
    const points = async (id: string) => (await evaluationsOf(id)).map(({ params }) => params.x);
    expect(await points(first.id)).toEqual(await points(second.id));
    expect(new Set(await points(first.id)).size).toBe(6);
  });

  it('halving: the best go on with more budget, and the last rung decides', async () => {
    judge = ({ params, budget }) => says({ metrics: { gain: (params.x ?? 0) * (budget ?? 0) } });
    const nine = { x: { type: 'range', min: 1, max: 9, step: 1 } };
    const one = await run({ space: nine, method: 'halving', samples: 9, budget: { min: 1, max: 9 } });
    expect(one).toMatchObject({ planned: 13, evaluations: 13, failed: 0, endedBecause: 'done' });
    const all = await evaluationsOf(one.id);
    expect([0, 1, 2].map((rung) => all.filter((each) => each.rung === rung).length)).toEqual([9, 3, 1]);
    expect(all.filter(({ rung }) => rung === 1).map(({ params, budget }) => [params.x, budget])).toEqual([
      [9, 3],
      [8, 3],
      [7, 3],
    ]);
    expect(one.best).toMatchObject({ params: { x: 9 }, budget: 9, score: 81, rung: 2 });
  });

  it('failures, silence and garbage are kept, count as such and never win', async () => {
    judge = ({ params }) =>
      params.x === 1
        ? { status: 422 }
        : params.x === 2
          ? says({ metrics: { gain: 'NaN' } })
          : params.x === 3
            ? says({ metrics: { other: 99 } })
            : says({ metrics: { gain: 4 - (params.x ?? 0) } });
    const one = await run({ agents: ['Eva'] });
    expect(one).toMatchObject({ status: 'completed', evaluations: 5, failed: 3 });
    expect(one.best).toMatchObject({ params: { x: 4 }, score: 0 });
    const all = await evaluationsOf(one.id);
    expect(all.map(({ status, score }) => [status, score])).toEqual([
      ['failed', null],
      ['failed', null],
      ['failed', null],
      ['answered', 0],
      ['answered', -1],
    ]);
    expect(all.slice(0, 3).map(({ error }) => error)).toEqual([
      expect.stringContaining('422'),
      expect.stringContaining('metrics.gain'),
      'It has no metric "gain".',
    ]);
  });

  it('twin: everybody silent: it has failed, with the reason', async () => {
    const one = await run({ agents: ['Mute'], timeoutMs: 500 });
    expect(one).toMatchObject({ status: 'failed', best: null, evaluations: 5, failed: 5 });
    expect(one.sentence).toBe(
      'It found nothing: none of 5 evaluations succeeded; Mute: It did not answer in time.',
    );
  });

  it('without criteria time and success count', async () => {
    judge = ({ params }) => says({ executionS: params.x, successRate: params.x === 1 ? 0.2 : 1 });
    const one = await run({ criteria: undefined });
    expect(one.best?.params).toEqual({ x: 2 });
    expect(one.best?.score).toBeCloseTo(0.4 * 0.8 + 0.6, 12);
  });

  it('is stopped with the best by then', async () => {
    const { id } = await begin({ agents: ['Eva', 'Mute'], parallel: 2, timeoutMs: 600_000 });
    await until(async () => asked(id).length === 1, 'the first question');
    await until(async () => {
      const { items } = await home.call<{ items: Message[] }>('messages.list', {
        conversation: `optimization:${id}`,
      });
      return items.some(({ recipientId, status }) => recipientId === ids.Eva && status === 'acknowledged');
    }, 'the answer of Eva');
    await home.call('optimizations.stop', { id });
    const one = await ended(id);
    expect(one).toMatchObject({ status: 'stopped', endedBecause: 'stopped', evaluations: 2, failed: 1 });
    expect(one.best?.params).toEqual({ x: 1 });
    expect(await refusal(home.call('optimizations.stop', { id }))).toBe('optimization/over');
  });

  it('ends with the best it has when its time is up', async () => {
    const one = await run({ agents: ['Mute'], timeoutMs: 600_000, withinMs: 1_000, parallel: 1 });
    expect(one).toMatchObject({ status: 'failed', endedBecause: 'time', evaluations: 1 });
  });

  it('refuses what cannot be searched', async () => {
    const range = (min: number, max: number, step: number) => ({
      space: { x: { type: 'range', min, max, step } },
    });
    expect(await refusal(begin({ space: {} }))).toBe('optimization/space');
    expect(await refusal(begin(range(2, 1, 1)))).toBe('optimization/space');
    expect(await refusal(begin(range(1, 2, 0)))).toBe('optimization/space');
    expect(await refusal(begin({ params: { x: 1 } }))).toBe('optimization/space');
    expect(await refusal(begin(range(0, 10_000, 1)))).toBe('optimization/too-large');
    expect(await refusal(begin({ method: 'halving' }))).toBe('request/invalid');
    expect(await refusal(begin({ agents: ['Nobody'] }))).toBe('agent/not-found');
    expect(await refusal(begin({ agents: undefined, capability: 'unheard.of' }))).toBe(
      'collaboration/too-few',
    );
    expect(await refusal(home.call('optimizations.get', { id: newId() }))).toBe('optimization/not-found');
  });

  it('another tenant sees nothing of it', async () => {
    const one = await run({});
    const { id: tenantId } = await home.call<{ id: string }>('tenants.create', { name: newId() });
    for (const name of ['optimizations.get', 'optimizations.evaluations', 'optimizations.stop'])
      expect(await refusal(home.call(name, { id: one.id }, { tenantId }))).toBe('optimization/not-found');
    expect(await home.call('optimizations.list', {}, { tenantId })).toMatchObject({ items: [] });
  });

  it('goes on after a restart without asking twice', async () => {
    const database = await createTestDatabase(dialect);
    const env = { CADRE_ALLOW_HOSTS: receiver.host };
    const first = await openTestHouse({ database, env });
    await first.call('agents.create', { name: 'Eva', executor: { kind: 'http', url: receiver.url } });
    const slow = await first.call<Agent>('agents.create', { name: 'Slow', executor: { kind: 'mailbox' } });
    const { id } = await begin({ agents: ['Eva', 'Slow'], parallel: 1, timeoutMs: 300_000 }, first);
    await until(
      async () =>
        (await first.call<{ messages: Message[] }>('agents.mailbox', { id: slow.id })).messages.length > 0,
      'the question to Slow',
    );
    await first.close();
    const second = await openTestHouse({ database, env });
    const answer = async () => {
      const { messages } = await second.call<{ messages: Message[] }>('agents.take', { id: slow.id });
      for (const message of messages)
        await second.call('messages.ack', { id: message.id, result: { metrics: { gain: 1 } } });
      return (await second.call<Optimization>('optimizations.get', { id })).status !== 'running';
    };
    await until(answer, 'the end', 60_000);
    expect(await ended(id, second)).toMatchObject({ status: 'completed', evaluations: 5, failed: 0 });
    expect(asked(id).map(({ place }) => place)).toEqual([0, 2, 4]);
    expect((await evaluationsOf(id, second)).map(({ name }) => name)).toEqual([
      'Eva',
      'Slow',
      'Eva',
      'Slow',
      'Eva',
    ]);
    await second.close();
    await database.drop();
  });

  it('an agent with built-in skills is asked by message and answers when the search has ended', async () => {
    const data = { type: 'tuning', space, criteria: { targetMetric: 'gain' }, agents: ['Eva'] };
    const send = (more: object) =>
      home.call<Message>('messages.send', {
        from: 'Mute',
        to: 'Local',
        type: 'coordination_request',
        payload: { requestType: 'optimize_parameters', data: { ...data, ...more } },
        requiresResponse: true,
        responseTimeoutMs: 60_000,
      });
    const message = await send({});
    const answer = await until(
      async () => {
        const { status, reply } = await home.call<{ status: string; reply: Message | null }>(
          'messages.reply',
          {
            id: message.id,
            waitMs: 1_000,
          },
        );
        return status === 'answered' && reply !== null && reply;
      },
      'the answer',
      60_000,
    );
    expect(answer).toMatchObject({ senderId: ids.Local, recipientId: ids.Mute, late: false });
    expect(answer.payload).toMatchObject({
      requestType: 'optimize_parameters',
      data: { status: 'completed', bestParams: { x: 3 }, bestScore: 10, evaluations: 5, failed: 0 },
    });
    // Twin: what cannot be searched fails at once, with the reason.
    const bad = await send({ space: {} });
    const failed = await until(async () => {
      const found = await home.call<Message>('messages.get', { id: bad.id });
      return found.status === 'failed' && found;
    }, 'the failure');
    expect(failed.error).toContain('it has no parameter');
  });
});
