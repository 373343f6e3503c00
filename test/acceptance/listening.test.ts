import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import { createFollower } from '../../src/messages/follower.ts';
import type { Message } from '../../src/messages/message.ts';
import { noticeOf } from '../../src/messages/notice.ts';
import { CadreError } from '../../src/platform/kernel/errors.ts';
import { newId } from '../../src/platform/kernel/ids.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { createTestDatabase, onEveryStore } from '../support/stores.ts';

interface Carried {
  envelope: Record<string, unknown> & { type: string; data: Record<string, unknown> };
  cursor: string;
  taskId: string | null;
}
interface Listener {
  id: string;
  delivered: number;
  missed: number;
  lastError: string | null;
}
type Published = {
  taskId: string | null;
  outcomes: Array<{ agentId: string; status: string; error: string | null }>;
};

const refusal = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CadreError)) throw new Error(`not refused: ${String(error)}`);
  return { code: error.code, message: error.message };
};

/** What lies in a mailbox, oldest first; changes nothing. */
const mailOf = async (home: TestHouse, id: string | undefined): Promise<Message[]> => {
  const box = await home.call<{ messages: Message[] }>('agents.mailbox', { id, limit: 500 });
  return box.messages.sort((a, b) => (a.id < b.id ? -1 : 1));
};
const carriedBy = (message: Message) => (message.payload as { data: Carried }).data; // a notice

const settled = (home: TestHouse, id: string | undefined, check: (mail: Message[]) => boolean) =>
  until(async () => {
    const mail = await mailOf(home, id);
    return check(mail) && mail;
  }, 'the mail');

/**
 * Events, envelopes and broadcasts as agents use them (FEATURES CO-5: 1, 2, 5, 8, 10; CO-4), each with its twin.
 */
onEveryStore('listening', (dialect) => {
  let home: TestHouse;
  const ids: Record<string, string> = {};
  const create = async (name: string, more: object = {}) => {
    const agent = await home.call<Agent>('agents.create', { name, executor: { kind: 'mailbox' }, ...more });
    ids[name] = agent.id;
    return agent.id;
  };
  const publish = (topic: string, envelope: unknown, more: object = {}) =>
    home.call<Published>('topics.publish', {
      topic,
      type: 'status_update',
      payload: { data: { envelope } },
      ...more,
    });
  const emit = (type: string, data: object = {}, agentId?: string) =>
    home.call('events.emit', { type, data, ...(agentId && { agentId }) });
  const listen = (name: string, eventType: string, more: object = {}) =>
    home.call<Listener>('listeners.add', { agentId: ids[name], eventType, ...more });
  const at = '2026-07-01T12:00:00Z';

  beforeAll(async () => {
    home = await openTestHouse({ dialect });
    for (const name of ['Ann', 'Bob']) await create(name);
  });
  afterAll(() => home?.close());

  describe('envelopes (method 10)', () => {
    const good: Record<string, object> = {
      'tasks.result': { taskId: 't', status: 'partial', result: null, metrics: { ms: 1.5 } },
      'tasks.Ann.result': { taskId: 't', status: 'completed', result: [1] },
      'agents.event': { type: 'cache.warmed', agentId: null, at },
      'metrics.update': { kind: 'system', name: 'load', value: 0.5 },
      'meta.hypothesis': { id: 'h', description: 'Faster.', parameters: {}, experimentPlan: {} },
    };
    const bad: Array<[string, object, string]> = [
      ['tasks.submit', { taskId: 't', type: 'sum', priority: 11 }, 'envelope.priority'],
      ['tasks.submit', { taskId: 't', type: 'sum', replyTopic: 'tasks.submit' }, 'envelope.replyTopic'],
      ['tasks.Ann', { type: 'sum' }, 'envelope.taskId'],
      ['tasks.result', { taskId: 't', status: 'done', result: 1 }, 'envelope.status'],
      ['tasks.x.result', { taskId: 't', status: 'completed' }, 'envelope.result'],
      ['agents.event', { type: 'x', agentId: null, at: 'noon' }, 'envelope.at'],
      ['metrics.update', { kind: 'system', name: 'load', value: 'high' }, 'envelope.value'],
      ['meta.hypothesis', { id: 'h', description: 'x', parameters: {} }, 'envelope.experimentPlan'],
      ['metrics.update', { kind: 'agent', name: 'load', value: 1, unit: 's' }, 'unit'],
    ];
    it.each(Object.entries(good))('%s carries its envelope', async (topic, envelope) => {
      await create(`Reader of ${topic}`);
      await home.call('topics.subscribe', { topic, agentId: ids[`Reader of ${topic}`] });
      expect((await publish(topic, envelope)).outcomes).toMatchObject([{ status: 'open' }]);
    });
    it.each(bad)('twin: %s refuses %j, and nobody gets anything', async (topic, envelope, field) => {
      // What Cadre itself tells on a topic of events may come meanwhile.
      const published = async () => {
        const { items } = await home.call<{ items: Message[] }>('messages.list', { topic, limit: 200 });
        return items.filter(({ senderId }) => senderId !== 'system:cadre').map(({ id }) => id);
      };
      const before = await published();
      const { code, message } = await refusal(publish(topic, envelope));
      expect(code).toBe('message/envelope-invalid');
      expect(message).toContain(field);
      expect(await published()).toEqual(before);
    });
    it('twin: without an envelope, or in a message of another type, it is refused; other topics are free', async () => {
      const send = (topic: string, type: string, payload: object) =>
        home.call('topics.publish', { topic, type, payload });
      expect((await refusal(send('metrics.update', 'status_update', {}))).message).toContain('data.envelope');
      expect((await refusal(send('metrics.update', 'heartbeat', {}))).message).toContain('type:');
      await send('news.free', 'heartbeat', {});
    });
  });

  describe('tasks on topics (methods 1 and 2)', () => {
    it('a Task on tasks.submit is submitted, and its result comes back under the id of its sender', async () => {
      await home.call('topics.subscribe', { topic: 'tasks.Bob.result', agentId: ids.Bob });
      await home.call('topics.subscribe', { topic: 'tasks.result', agentId: ids.Ann });
      const envelope = {
        taskId: 'mine-1',
        type: 'report',
        params: { goal: 'List all amounts', more: 1 },
        priority: 8,
        replyTopic: 'tasks.Bob.result',
      };
      const { taskId } = await publish('tasks.submit', envelope, { from: 'Bob' });
      const task = await home.ended(taskId ?? '');
      expect(task).toMatchObject({ goal: 'List all amounts', priority: 80, input: { more: 1 } });
      expect(task.createdBy).toBe(`agent:${ids.Bob}`);
      for (const name of ['Ann', 'Bob']) {
        const own = (one: Message) => carriedBy(one).taskId === taskId;
        const mail = await settled(home, ids[name], (all) => all.some(own));
        expect(mail.filter(own)).toHaveLength(1);
        expect(mail.filter(own).map((one) => carriedBy(one).envelope)).toMatchObject([
          { taskId: 'mine-1', status: task.status === 'completed' ? 'completed' : 'failed' },
        ]);
      }
      // The same taskId of the same sender is the same task; other content under it is refused.
      expect((await publish('tasks.submit', envelope, { from: 'Bob' })).taskId).toBe(taskId);
      const changed = publish('tasks.submit', { ...envelope, priority: 9 }, { from: 'Bob' });
      expect((await refusal(changed)).code).toBe('message/envelope-taken');
      expect((await publish('tasks.submit', envelope, { from: 'Ann' })).taskId).not.toBe(taskId);
    });

    it('twin: a type that nobody supports fails, with the reason in the TaskResult', async () => {
      await home.call('topics.subscribe', { topic: 'tasks.result', agentId: ids.Ann });
      const { taskId } = await publish('tasks.submit', { taskId: 'odd', type: 'juggle' });
      const own = (one: Message) => carriedBy(one).taskId === taskId;
      const mail = await settled(home, ids.Ann, (all) => all.some(own));
      expect(mail.filter(own).map((one) => carriedBy(one).envelope)).toMatchObject([
        { taskId: 'odd', status: 'failed', result: null, error: expect.stringContaining('juggle') },
      ]);
    });

    it('tasks.<agent> gives it to that agent, to one with a mailbox of its own as well', async () => {
      const { taskId } = await publish('tasks.Writer', {
        taskId: 'w',
        type: 'note',
        params: { goal: 'Say hello' },
      });
      const task = await home.call<{ agentId: string }>('tasks.get', { id: taskId });
      const { items } = await home.call<{ items: Agent[] }>('agents.list', { limit: 100 });
      expect(items.find((agent) => agent.id === task.agentId)?.name).toBe('Writer');
      const own = await create('Own');
      const direct = await publish('tasks.Own', { taskId: 'o', type: 'note', params: { goal: 'By hand' } });
      const handed = await until(async () => {
        const { messages } = await home.call<{ messages: Message[] }>('agents.take', { id: own });
        return messages.find((one) => one.taskId === direct.taskId);
      }, 'the task in its mailbox');
      expect(handed.type).toBe('task_delegation');
      await home.call('messages.ack', { id: handed.id, result: 'by hand' });
      expect(await home.ended(direct.taskId ?? '')).toMatchObject({
        status: 'completed',
        result: { output: 'by hand' },
      });
      expect((await refusal(publish('tasks.Nobody', { taskId: 'n', type: 'note' }))).code).toBe(
        'agent/not-found',
      );
    });
  });

  describe('listeners (method 8)', () => {
    it('an agent gets each matching event once, in the order of the log, from now on', async () => {
      const agent = await create('Ear');
      await emit('warm.before');
      const listener = await listen('Ear', 'agent.emitted');
      for (let count = 1; count <= 25; count += 1) await emit('warm.up', { count });
      const mail = await settled(home, agent, (all) => all.length >= 25);
      expect(mail.map((one) => carriedBy(one).envelope.data)).toEqual(
        Array.from({ length: 25 }, (_, index) => ({
          name: 'warm.up',
          data: { count: index + 1 },
          agent: null,
          by: 'a test',
        })),
      );
      expect(mail.map((one) => one.seq)).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
      expect(mail[0]).toMatchObject({ conversationId: `events:${listener.id}`, type: 'status_update' });
      const { items } = await home.call<{ items: Listener[] }>('listeners.list', { agentId: agent });
      expect(items).toMatchObject([{ id: listener.id, delivered: 25, missed: 0, lastError: null }]);
      await home.call('listeners.remove', { id: listener.id });
      await emit('warm.after');
      expect((await refusal(home.call('listeners.remove', { id: listener.id }))).code).toBe(
        'listener/not-found',
      );
    });

    it('a kind, a name or a task narrows what one gets; nobody hears itself', async () => {
      const agent = await create('Narrow');
      await listen('Narrow', 'agent.emitted', { name: 'only.this' });
      await emit('other.thing');
      await emit('only.this', {}, agent);
      await emit('only.this', { from: 'Ann' }, ids.Ann);
      // One that takes its tasks itself, and is in no hurry: they end when they are ended.
      const keeper = await create('Keeper');
      const first = await home.call<{ id: string }>('tasks.submit', { goal: 'One', agentId: keeper });
      await listen('Narrow', 'task.*', { taskId: first.id });
      const second = await home.call<{ id: string }>('tasks.submit', { goal: 'Two', agentId: keeper });
      for (const { id } of [second, first]) await home.call('tasks.terminate', { id });
      const mail = await settled(home, agent, (all) => all.some((one) => one.subject === 'task.settled'));
      const emitted = mail.filter((one) => one.subject === 'agent.emitted');
      expect(emitted.map((one) => carriedBy(one).envelope.agentId)).toEqual([ids.Ann]);
      const about = mail.filter((one) => one.subject.startsWith('task.'));
      expect(new Set(about.map((one) => carriedBy(one).taskId))).toEqual(new Set([first.id]));
    });

    it('twin: what comes from telling is refused with the reason, and what there is not', async () => {
      for (const type of ['message.*', 'message.sent', 'run.claimed', 'listener.added']) {
        const { code, message } = await refusal(listen('Ann', type));
        expect([code, message.includes('feed itself')]).toEqual(['listener/event-refused', true]);
      }
      for (const type of ['*', 'task.', 'task.x.*', 'weather.changed'])
        expect((await refusal(listen('Ann', type))).message).toContain('no events of this type');
      expect((await refusal(listen('Ann', 'task.*', { taskId: newId() }))).code).toBe('task/not-found');
      expect(
        (await refusal(home.call('listeners.add', { agentId: newId(), eventType: 'task.*' }))).code,
      ).toBe('agent/not-found');
    });

    it('one that cannot take its events breaks no other, and says what it missed', async () => {
      const full = await create('Full', { mailboxLimit: 1 });
      const well = await create('Well');
      const listener = await listen('Full', 'agent.emitted', { name: 'flood' });
      await listen('Well', 'agent.emitted', { name: 'flood' });
      for (let count = 0; count < 3; count += 1) await emit('flood', { count });
      expect(await settled(home, well, (all) => all.length >= 3)).toHaveLength(3);
      expect(await mailOf(home, full)).toHaveLength(1);
      const { items } = await home.call<{ items: Listener[] }>('listeners.list', { agentId: full });
      expect(items).toMatchObject([{ id: listener.id, delivered: 1, missed: 2 }]);
      expect(items[0]?.lastError).toContain('mailbox');
    });

    it('lifecycle names are said by Cadre itself, on agents.event', async () => {
      const agent = await create('Watch');
      await home.call('topics.subscribe', { topic: 'agents.event', agentId: agent });
      const id = await create('Short-lived');
      await home.call('agents.deactivate', { id });
      await emit('cache.warmed', { entries: 3 }, id);
      await home.call('agents.remove', { id });
      const own = (one: Message) => carriedBy(one).envelope.agentId === id;
      const mail = await settled(home, agent, (all) =>
        all.some((one) => own(one) && carriedBy(one).envelope.type === 'shutdown'),
      );
      expect(mail.filter(own).map((one) => carriedBy(one).envelope.type)).toEqual([
        'created',
        'initialized',
        'deactivated',
        'cache.warmed',
        'shutdown',
      ]);
      for (const name of ['initialized', 'error', 'shutdown', 'heartbeat']) {
        expect((await refusal(emit(name))).code).toBe('event/lifecycle-name');
        const posing = publish('agents.event', { type: name, agentId: ids.Ann, at });
        expect((await refusal(posing)).code).toBe('event/lifecycle-name');
      }
      expect((await refusal(emit('big', { text: 'x'.repeat(40_000) }))).code).toBe('event/too-large');
    });
  });

  describe('broadcast (CO-4)', () => {
    const send = (filter: object, more: object = {}) =>
      home.call<Published>('messages.broadcast', { type: 'status_update', payload: {}, filter, ...more });

    it('goes to all that fit but the sender and archived ones, whatever becomes of one', async () => {
      await create('Blue 1', { capabilities: [{ name: 'blue' }], mailboxLimit: 1 });
      await create('Blue 2', { capabilities: [{ name: 'blue' }] });
      const gone = await create('Blue 3', { capabilities: [{ name: 'blue' }] });
      await home.call('agents.remove', { id: gone });
      const first = await send({ capability: 'blue', role: 'operator' }, { from: 'Blue 2' });
      expect(first.outcomes.some((one) => [gone, ids['Blue 2']].includes(one.agentId))).toBe(false);
      const second = await send({ capability: 'blue' });
      const statusOf = (name: string) => second.outcomes.find((one) => one.agentId === ids[name])?.status;
      expect([statusOf('Blue 1'), statusOf('Blue 2')]).toEqual(['refused', 'open']);
      expect((await send({ capability: 'nobody-has-it' })).outcomes).toEqual([]);
    });

    it('waits for all handlers when told to', async () => {
      const { items } = await home.call<{ items: Agent[] }>('agents.list', { limit: 100 });
      const writer = items.find((agent) => agent.name === 'Writer');
      const capability = writer?.spec.capabilities[0]?.name;
      const { outcomes } = await send({ capability }, { block: true });
      expect(outcomes.find((one) => one.agentId === writer?.id)?.status).toBe('acknowledged');
    });

    it('twin: what is wrong with the message is wrong for all; teams are spoken to elsewhere', async () => {
      // What listeners are told of the broadcasts before may still be on its way.
      const sent = async () => {
        const { items } = await home.call<{ items: Message[] }>('messages.list', { limit: 100 });
        return items.filter(({ conversationId }) => conversationId.startsWith('direct:'));
      };
      const before = await sent();
      expect(before.length).toBeGreaterThan(0);
      expect((await refusal(send({}, { payload: { odd: 1 } }))).code).toBe('message/payload-invalid');
      expect(await sent()).toEqual(before);
      expect((await refusal(send({ teamId: newId() }))).code).toBe('request/invalid');
      expect((await refusal(send({}, { from: 'Nobody' }))).code).toBe('agent/not-found');
    });
  });

  it('another tenant sees nothing of it, and gives nothing', async () => {
    const { id: tenantId } = await home.call<{ id: string }>('tenants.create', { name: 'other' });
    const other = { tenantId };
    const spec = { name: 'Far', executor: { kind: 'mailbox' } };
    const far = await home.call<Agent>('agents.create', spec, other);
    await home.call('listeners.add', { agentId: far.id, eventType: 'agent.emitted' }, other);
    const near = await create('Near');
    await listen('Near', 'agent.emitted', { name: 'home.only' });
    await home.call('events.emit', { type: 'home.only', data: { where: 'there' } }, other);
    await emit('home.only', { where: 'here' });
    const mail = await settled(home, near, (all) => all.length > 0);
    expect(mail.map((one) => carriedBy(one).envelope.data.data)).toEqual([{ where: 'here' }]);
    const own = await until(async () => {
      const box = await home.call<{ messages: Message[] }>('agents.mailbox', { id: far.id }, other);
      return box.messages.length > 0 && box.messages;
    }, 'the mail of the other tenant');
    expect(own.map((one) => carriedBy(one).envelope.data.data)).toEqual([{ where: 'there' }]);
    expect((await home.call<{ items: unknown[] }>('listeners.list', {}, other)).items).toHaveLength(1);
    const { outcomes } = await home.call<Published>(
      'messages.broadcast',
      { type: 'heartbeat', payload: {}, filter: { role: 'operator', status: 'idle' } },
      other,
    );
    expect(outcomes.map((one) => one.agentId)).not.toContain(near);
  });
});

onEveryStore('listening over a restart', (dialect) => {
  it('delivers each event once, whenever the house goes down, and with several houses', async () => {
    const database = await createTestDatabase(dialect);
    const count = 60;
    const ticks = (mail: Message[]) => mail.filter((one) => one.subject === 'agent.emitted');
    try {
      let home = await openTestHouse({ database });
      const { id } = await home.call<Agent>('agents.create', { name: 'Ear', executor: { kind: 'mailbox' } });
      const { id: gone } = await home.call<Agent>('agents.create', {
        name: 'Nobody',
        executor: { kind: 'mailbox' },
      });
      await home.call('listeners.add', { agentId: id, eventType: 'agent.*' });
      const emit = (number: number) => home.call('events.emit', { type: 'tick', data: { number } });
      for (let number = 0; number < count; number += 1) {
        await emit(number);
        if (number % 20 !== 10) continue;
        await home.close(); // while events wait to be told
        home = await openTestHouse({ database });
      }
      // One that does not work tells nothing; what it wrote is told by the next that does.
      await home.close();
      home = await openTestHouse({ database, works: false });
      await emit(count);
      expect(ticks(await mailOf(home, id)).length).toBeLessThanOrEqual(count);
      await home.close();
      home = await openTestHouse({ database });
      const second = dialect === 'postgres' ? await openTestHouse({ database }) : undefined;
      for (let number = count + 1; number < count + 20; number += 1) await emit(number);
      const mail = ticks(await settled(home, id, (all) => ticks(all).length >= count + 20));
      expect(mail.map((one) => (carriedBy(one).envelope.data.data as { number: number }).number)).toEqual(
        Array.from({ length: count + 20 }, (_, number) => number),
      );
      expect(await mailOf(home, gone)).toEqual([]);
      await second?.close();
      await home.close();
    } finally {
      await database.drop();
    }
  }, 120_000);

  it('a turn that fails half way is told whole by the next, once, and keeps no other reader waiting for ever', async () => {
    const home = await openTestHouse({ dialect, works: false });
    const { store, bus, mail, log } = home.house;
    const { id } = await home.call<Agent>('agents.create', { name: 'Ear', executor: { kind: 'mailbox' } });
    await home.call('listeners.add', { agentId: id, eventType: 'agent.*' }); // the log is followed from here
    let failures = 0;
    const follower = createFollower({ store, bus, mail, log }, [
      {
        open: async () => ({
          read: (event) =>
            event.type !== 'agent.emitted'
              ? []
              : [
                  noticeOf(event, {
                    to: id,
                    about: 'events:test',
                    subject: 'tick',
                    envelope: { type: 'tick', agentId: null, data: {}, at: event.at },
                  }),
                ],
          async sent(messages) {
            if (messages.length === 0 || failures >= 2) return;
            failures += 1;
            throw new Error('the process dies here');
          },
        }),
      },
    ]);
    follower.start();
    for (let number = 0; number < 3; number += 1) await home.call('events.emit', { type: 'tick' });
    const mailed = await settled(home, id, (all) => all.length >= 3);
    expect([failures, mailed.map((one) => one.seq)]).toEqual([2, [1, 2, 3]]);
    await follower.stop();
    await home.close();
  }, 120_000);
});
