import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import type { EventRecord } from '../../src/platform/events/events.ts';
import type { Task } from '../../src/tasks/task.ts';
import { type Deployment, deploy } from '../chaos/deployment.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { type ScriptedOperator, startScriptedOperator } from '../support/operator.ts';
import { onEveryStore } from '../support/stores.ts';

/** Steps that wait for an event or a message (issue 5), each with its twin. */
onEveryStore('plans that wait', (dialect) => {
  let home: TestHouse;
  let operator: ScriptedOperator;
  const env = () => ({ CADRE_ALLOW_HOSTS: operator.host });

  beforeAll(async () => {
    operator = await startScriptedOperator((order) => ({ output: { goal: order.goal, ...order.input } }));
    home = await openTestHouse({ dialect, env: env() });
    await home.call<Agent>('agents.create', {
      name: 'Worker',
      capabilities: [{ name: 'do', confidence: 0.9 }],
      executor: { kind: 'http', url: operator.url },
      maxConcurrent: 8,
    });
  });
  afterAll(async () => {
    await home?.close();
    await operator?.close();
  });

  let saved = 0;
  const start = async (steps: string, input: object = {}) => {
    saved += 1;
    const name = `wait${dialect}${saved}`;
    await home.call('workflows.save', { text: `name: ${name}\nsteps:\n${steps}` });
    return (await home.call<{ id: string }>('tasks.submit', { workflow: name, input })).id;
  };
  /** Until so many steps of a task have begun to wait. */
  const waiting = (id: string, count = 1) =>
    until(async () => {
      const steps = (await home.events(id))
        .filter((event) => event.type === 'plan.advanced')
        .flatMap((event) => event.data.steps as Array<{ path: string; status: string }>);
      return (
        new Set(steps.filter((step) => step.status === 'waiting').map((step) => step.path)).size === count
      );
    }, `${count} waits`);
  const emit = (type: string, data: object = {}) => home.call('events.emit', { type, data });
  const publish = (topic: string, message: string, more: object = {}) =>
    home.call<{ publicationId: string }>('topics.publish', {
      topic,
      type: 'status_update',
      subject: `about ${message}`,
      payload: { message },
      ...more,
    });
  const AFTER = '  - {name: after, goal: after, capability: do, input: {got: "{{w.output}}"}}\n';
  const got = async (id: string) => {
    const output = (await home.ended(id)).result?.output as { got?: unknown } | undefined; // see AFTER
    return output?.got;
  };
  /** Until the follower has read all that is in the log now. */
  const followed = async () => {
    const mark = await start(
      '  - {name: w, wait: {event: agent.emitted, where: \'event.data.name == "mark"\'}}',
    );
    await waiting(mark);
    await emit('mark');
    await home.ended(mark);
  };
  const statusOf = async (id: string) => (await home.call<Task>('tasks.get', { id })).status;

  describe('for an event', () => {
    it('goes on with the first that fits, seen with the input and earlier steps', async () => {
      const id = await start(
        `  - {name: first, goal: first, capability: do, input: {n: 3}}
  - name: w
    wait: {event: agent.emitted, where: 'event.data.name == "stock" && event.data.data.n >= input.n + first.output.n'}
${AFTER}`,
        { n: 4 },
      );
      await waiting(id);
      await emit('stock', { n: 6 });
      await emit('other', { n: 9 });
      await emit('stock', { n: 7, first: true });
      await emit('stock', { n: 8 });
      expect(await got(id)).toMatchObject({
        type: 'agent.emitted',
        agentId: null,
        taskId: null,
        at: expect.stringMatching(/^20/),
        data: { name: 'stock', data: { n: 7, first: true } },
      });
    });

    it('twin: one from before it waited does not count, nor one that does not fit', async () => {
      await emit('early');
      const id = await start(
        '  - {name: w, wait: {event: agent.emitted, where: \'event.data.name == "early"\'}}',
      );
      await waiting(id);
      await emit('not.early');
      await followed();
      expect(await statusOf(id)).toBe('waiting');
      await emit('early');
      expect((await home.ended(id)).status).toBe('completed');
    });

    it('a condition that fails on what came leaves the wait open; its timeout says so', async () => {
      const id = await start(
        '  - {name: w, wait: {event: agent.emitted, where: "event.data.data.deep.n > 1"}, timeoutMs: 6000}',
      );
      const fits = await start(
        `  - {name: w, wait: {event: agent.emitted, where: 'event.data.data.deep.n == 0'}}\n${AFTER}`,
      );
      await waiting(id);
      await waiting(fits);
      await emit('odd', {}); // has no `deep`
      await emit('odd', { deep: { n: 0 } });
      expect(await got(fits)).toMatchObject({ data: { data: { deep: { n: 0 } } } });
      const task = await home.ended(id);
      expect([task.status, task.error?.code]).toEqual(['failed', 'workflow/wait-timeout']);
      expect(task.stopSentence).toContain('Something came that could not be looked at');
    });

    it('twin: a timeout that nothing came within, and a type that the follower never reads', async () => {
      const id = await start('  - {name: w, wait: {event: file.stored}, timeoutMs: 30}');
      const task = await home.ended(id);
      expect([task.status, task.error?.code]).toEqual(['failed', 'workflow/wait-timeout']);
      expect(task.stopSentence).not.toContain('could not be looked at');
      for (const type of ['message.sent', 'no.such'])
        await expect(start(`  - {name: w, wait: {event: ${type}}}`)).rejects.toMatchObject({
          code: 'workflow/invalid',
          message: expect.stringContaining(`"${type}"`),
        });
    });

    it('each of many waits gets it once, in items and branches', async () => {
      const id = await start(
        `  - name: each
    forEach: input.items
    steps: [{name: w, wait: {event: agent.emitted, where: 'event.data.name == "go" && event.data.data.item == item'}}]
    output: '{{w.output.data.data.item * 10}}'`,
        { items: [1, 2, 3] },
      );
      await waiting(id, 3);
      for (const item of [3, 1, 1, 2]) await emit('go', { item });
      expect((await home.ended(id)).result?.output).toEqual([10, 20, 30]);
    });

    it('a second wait of the same plan is not woken by what woke the first', async () => {
      const id = await start(
        `  - {name: a, wait: {event: agent.emitted, where: 'event.data.name == "twice"'}}
  - {name: w, wait: {event: agent.emitted, where: 'event.data.name == "twice"'}}
${AFTER}`,
      );
      await waiting(id);
      await emit('twice', { n: 1 });
      await waiting(id, 2);
      await followed();
      expect(await statusOf(id)).toBe('waiting');
      await emit('twice', { n: 2 });
      expect(await got(id)).toMatchObject({ data: { data: { n: 2 } } });
    });
  });

  describe('for a message on a topic', () => {
    it('goes on with it, also when nobody subscribed', async () => {
      const id = await start(
        `  - {name: w, wait: {topic: news.nobody, where: 'message.payload.message == "b"'}}\n${AFTER}`,
      );
      await waiting(id);
      await publish('news.nobody', 'a');
      await publish('news.other', 'b');
      const { publicationId } = await publish('news.nobody', 'b');
      expect(await got(id)).toMatchObject({
        topic: 'news.nobody',
        id: publicationId,
        subject: 'about b',
        payload: { message: 'b' },
      });
    });

    it('and with that of a message that went to subscribers', async () => {
      const reader = await home.call<Agent>('agents.create', {
        name: 'Reader',
        executor: { kind: 'mailbox' },
      });
      await home.call('topics.subscribe', { topic: 'news.read', agentId: reader.id });
      const id = await start(`  - {name: w, wait: {topic: news.read}}\n${AFTER}`);
      await waiting(id);
      await publish('news.read', 'hello', { from: 'Worker' });
      expect(await got(id)).toMatchObject({
        from: { type: 'agent' },
        payload: { message: 'hello' },
      });
    });

    it('twin: what was published before, or on another topic, is not it', async () => {
      await publish('news.late', 'before');
      const id = await start('  - {name: w, wait: {topic: news.late}, timeoutMs: 1500}');
      await waiting(id);
      await publish('news.early', 'now');
      expect((await home.ended(id)).error?.code).toBe('workflow/wait-timeout');
    });
  });

  it('what comes while the task is paused is kept, and taken when it is resumed', async () => {
    const id = await start(
      `  - {name: w, wait: {event: agent.emitted, where: 'event.data.name == "paused"'}}\n${AFTER}`,
    );
    await waiting(id);
    await home.call('tasks.pause', { id });
    await emit('paused', { n: 1 });
    await followed();
    expect(await statusOf(id)).toBe('paused');
    await emit('paused', { n: 2 });
    await home.call('tasks.resume', { id });
    expect(await got(id)).toMatchObject({ data: { data: { n: 1 } } });
  });

  it('a turn that dropped the tenant before it could see who waits there loses nothing', async () => {
    const step = `  - {name: w, wait: {event: agent.emitted, where: 'event.data.name == "lost"'}}`;
    await emit('lost', { n: 0 });
    const id = await start(`${step}\n${AFTER}`);
    await waiting(id);
    await home.house.store.writeAll(({ db }) => db.deleteFrom('event_follower').execute());
    await emit('lost', { n: 1 });
    expect(await got(id)).toMatchObject({ data: { data: { n: 1 } } });
  });

  it('a house that is closed misses nothing and takes nothing twice', async () => {
    const ids = [];
    for (let item = 0; item < 5; item += 1) {
      ids.push(
        await start(
          `  - {name: w, wait: {event: agent.emitted, where: 'event.data.name == "r" && event.data.data.item == input.item'}}\n${AFTER}`,
          { item },
        ),
      );
    }
    for (const id of ids) await waiting(id);
    const { database } = home;
    await home.house.close();
    // A door that works on nothing: what it writes is followed by the next house.
    const deaf = await openTestHouse({ database, works: false, env: env() });
    for (let item = 0; item < 5; item += 1)
      for (const n of [1, 2]) await deaf.call('events.emit', { type: 'r', data: { item, n } });
    await deaf.house.close();
    home = await openTestHouse({ database, env: env() });
    for (const [item, id] of ids.entries())
      expect(await got(id)).toMatchObject({ data: { data: { item, n: 1 } } });
  });

  it('twin: where the log is not followed, nothing wakes them; later each gets what came behind it', async () => {
    const { database } = home;
    await home.house.close();
    const deaf = await openTestHouse({ database, env: { ...env(), CADRE_FAULTS: 'no-follower' } });
    home = deaf;
    const step = `  - {name: w, wait: {event: agent.emitted, where: 'event.data.name == "deaf"'}`;
    const late = await start(`${step}, timeoutMs: 800}`);
    const before = await start(`${step}}\n${AFTER}`);
    for (const id of [late, before]) await waiting(id);
    await emit('deaf', { n: 1 });
    const behind = await start(`${step}}\n${AFTER}`);
    await waiting(behind);
    await emit('deaf', { n: 2 });
    expect((await home.ended(late)).error?.code).toBe('workflow/wait-timeout');
    expect(await statusOf(before)).toBe('waiting');
    await home.house.close();
    home = await openTestHouse({ database, env: env() });
    expect(await got(before)).toMatchObject({ data: { data: { n: 1 } } });
    expect(await got(behind)).toMatchObject({ data: { data: { n: 2 } } });
  });
});

/** The same with real processes that are killed while events come: each wait takes the first that fits, once. */
onEveryStore('plans that wait, through kills', (dialect) => {
  let cadre: Deployment;
  beforeAll(async () => {
    cadre = await deploy(dialect);
  });
  afterAll(() => cadre?.close());

  it('misses nothing and takes nothing twice', async () => {
    const { api } = cadre;
    const WAITS = 12;
    await api.insist('POST', '/workflows', {
      text: `name: w
steps:
  - {name: a, wait: {event: agent.emitted, where: 'event.data.name == "a" && event.data.data.i == input.i'}}
  - {name: b, wait: {topic: news.b, where: 'message.payload.metrics.i == input.i'}}
output: {a: '{{a.output.data.data.n}}', b: '{{b.output.payload.metrics.n}}'}`,
    });
    const ids: string[] = [];
    for (let i = 0; i < WAITS; i += 1)
      ids.push((await api.insist<Task>('POST', '/tasks', { workflow: 'w', input: { i } }, `task-${i}`)).id);
    const stepsOf = async (id: string, status: string): Promise<string[]> => {
      const { items } = await api.insist<{ items: EventRecord[] }>(
        'GET',
        `/event-log?taskId=${id}&type=plan.advanced`,
      );
      const steps = items.flatMap(({ data }) => data.steps as Array<{ path: string; status: string }>);
      return steps.filter((step) => step.status === status).map(({ path }) => path);
    };
    const allWait = async (path: string) => {
      for (const id of ids)
        await until(async () => (await stepsOf(id, 'waiting')).includes(path), `${path} of ${id}`, 60_000);
    };
    // Each is told twice; the second of both fits as well, and comes too late.
    const emit = async (from: number, to: number) => {
      for (let i = from; i < to; i += 1)
        for (const n of [1, 2])
          await api.insist('POST', '/events/emit', { type: 'a', data: { i, n } }, `a-${i}-${n}`);
    };
    const publish = async (from: number, to: number) => {
      for (let i = from; i < to; i += 1)
        for (const n of [1, 2])
          await api.insist(
            'POST',
            '/topics/news.b/messages',
            { type: 'status_update', payload: { metrics: { i, n } } },
            `b-${i}-${n}`,
          );
    };
    await allWait('a');
    await Promise.all([emit(0, WAITS / 2), cadre.killAndRestart()]);
    await emit(WAITS / 2, WAITS);
    await cadre.killAndRestart();
    await allWait('b');
    await Promise.all([publish(0, WAITS / 2), cadre.killAndRestart()]);
    await publish(WAITS / 2, WAITS);
    await cadre.killAndRestart();
    for (const id of ids) {
      const task = await until(
        async () => {
          const seen = await api.insist<Task>('GET', `/tasks/${id}`);
          return seen.status === 'completed' && seen;
        },
        `the end of ${id}`,
        60_000,
      );
      expect(task.result?.output).toEqual({ a: 1, b: 1 });
      const ends = await until(
        async () => {
          const found = await stepsOf(id, 'completed'); // the log may show it a moment later
          return found.length >= 2 && found;
        },
        `both steps of ${id}`,
        60_000,
      );
      expect(ends.sort()).toEqual(['a', 'b']);
    }
  }, 300_000);
});
