import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Delegation } from '../../src/coordination/delegation/delegation.ts';
import type { Message } from '../../src/messages/message.ts';
import type { Task } from '../../src/tasks/task.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import {
  gate,
  type Order,
  type Scripted,
  type ScriptedOperator,
  startScriptedOperator,
} from '../support/operator.ts';
import { type Puller, type Said, startPuller } from '../support/puller.ts';
import { onEveryStore } from '../support/stores.ts';

/**
 * Work handed directly to one agent (FEATURES CO-5, methods 2 and 7): no plan, one task, one message, one answer in the
 * mailbox of who delegated it; each case with its twin.
 */
onEveryStore('delegating to one agent', (dialect) => {
  let home: TestHouse;
  let operator: ScriptedOperator;
  let puller: Puller;
  const scripts = new Map<string, (order: Order) => Scripted | Promise<Scripted>>();
  const handlers = new Map<string, (message: Message) => Said | Promise<Said>>();
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    operator = await startScriptedOperator(
      async (order) => (await scripts.get(order.goal)?.(order)) ?? { output: { did: order.goal } },
    );
    home = await openTestHouse({ dialect, env: { CADRE_ALLOW_HOSTS: operator.host } });
    const http = { kind: 'http', url: operator.url };
    const mailbox = { kind: 'mailbox' };
    await create('Doer', http, { capabilities: [{ name: 'do.it' }, { name: 'do.more' }], maxAttempts: 1 });
    await create('Twin', http, { capabilities: [{ name: 'do.it' }] });
    await create('Anything', http);
    await create('Gone', http);
    await create('Off', http);
    await create('Away', mailbox);
    await create('Boss', mailbox);
    await create('Hands', mailbox, { capabilities: [{ name: 'lift' }], maxConcurrent: 3 });
    await create('Tiny', mailbox, { mailboxLimit: 1 });
    for (const agent of await agents()) ids[agent.name] = agent.id;
    await home.call('agents.remove', { id: ids.Gone });
    await home.call('agents.deactivate', { id: ids.Off });
    puller = startPuller(
      home.call,
      ids.Hands ?? '',
      (message) => handlers.get(message.subject)?.(message) ?? {},
    );
  });
  afterAll(async () => {
    await puller?.stop();
    await home?.close();
    await operator?.close();
  });

  const create = (name: string, executor: object, more: object = {}) =>
    home.call('agents.create', { name, executor, ...more });
  const agents = async () =>
    (
      await home.call<{ items: Array<{ id: string; name: string; status: string }> }>('agents.list', {
        limit: 100,
      })
    ).items;
  const delegate = (id: string, type: string, more: object = {}) =>
    home.call<Delegation>('agents.delegate', { id, type, ...more });
  const show = (id: string, waitMs = 20_000) => home.call<Delegation>('delegations.get', { id, waitMs });
  const task = (id: string) => home.call<Task>('tasks.get', { id });
  const message = (id: string) => home.call<Message & { replies: Message[] }>('messages.get', { id });
  const take = async (name: string) =>
    (await home.call<{ messages: Message[] }>('agents.take', { id: ids[name] })).messages;

  it('is done without a plan, and its result comes back with metrics', async () => {
    const done = await delegate('Doer', 'do.it', { params: { n: 1 }, goal: 'once', waitMs: 20_000 });
    expect(done).toMatchObject({
      to: ids.Doer,
      from: 'system:test',
      status: 'completed',
      result: { did: 'once' },
      error: null,
      late: false,
      params: { n: 1 },
    });
    expect(done.metrics.totalMs).toBe((done.metrics.queuedMs ?? -1) + (done.metrics.workMs ?? -1));
    const kinds = (await task(done.id)).runs.map((run) => run.kind);
    expect(kinds).toEqual(['operator.work']);
    expect(await message(done.messageId)).toMatchObject({
      type: 'task_delegation',
      status: 'acknowledged',
      taskId: done.id,
      payload: { taskId: done.id, title: 'do.it', requiredCapabilities: ['do.it'] },
    });
  });

  it('answers at once without waitMs, and delegations.get waits for the end', async () => {
    const release = gate();
    scripts.set('slow', () => release.passed.then(() => ({ output: 'slowly' })));
    const open = await delegate('Anything', 'whatever', { goal: 'slow' });
    expect([open.status, open.endedAt, open.metrics.totalMs]).toEqual(['open', null, null]);
    const patient = show(open.id);
    release.open();
    expect(await patient).toMatchObject({ status: 'completed', result: 'slowly' });
  });

  it('puts the answer into the mailbox of the agent that delegated it, and keeps the relation', async () => {
    const done = await delegate('Doer', 'do.more', { from: 'Boss', goal: 'for the boss', waitMs: 20_000 });
    expect(done.from).toBe(ids.Boss);
    const [answer] = await take('Boss');
    const { correlationId } = await message(done.messageId);
    expect(answer).toMatchObject({
      type: 'status_update',
      senderId: ids.Doer,
      topic: 'tasks.Boss.result',
      correlationId,
      inReplyTo: done.messageId,
      payload: {
        currentTaskId: done.id,
        data: { taskId: done.id, status: 'completed', result: { did: 'for the boss' }, error: null },
      },
    });
    expect(answer?.payload.metrics).toEqual(done.metrics);
    await home.call('messages.ack', { id: answer?.id });
    const { items } = await home.call<{ items: object[] }>('agents.relations', { id: ids.Boss });
    expect(items).toMatchObject([{ agentId: ids.Doer, interactions: 1, successes: 1, trust: 1 }]);
  });

  it('twin: a person who delegates has no mailbox; the answer waits at the message', async () => {
    const done = await delegate('Doer', 'do.it', { goal: 'for a person', waitMs: 20_000 });
    const { replies } = await message(done.messageId);
    expect(replies).toMatchObject([{ recipientType: 'person', type: 'status_update' }]);
    expect(await take('Boss')).toEqual([]);
  });

  it("carries the agent's own error, untouched, and tells it to who delegated", async () => {
    scripts.set('refused', () => ({ status: 422 }));
    const failed = await delegate('Doer', 'do.it', { from: 'Boss', goal: 'refused', waitMs: 20_000 });
    const stored = await task(failed.id);
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'agent/refused' }, result: null });
    expect(failed.error).toEqual(stored.error);
    const [answer] = await take('Boss');
    expect(answer?.payload.data).toMatchObject({
      status: 'failed',
      error: { code: 'agent/refused', message: failed.error?.message },
    });
    await home.call('messages.ack', { id: answer?.id });
  });

  it('fails with its reason when the agent does not offer the type; an agent that names none takes any', async () => {
    const refused = await delegate('Doer', 'sing', { goal: 'a song' });
    expect(refused).toMatchObject({ status: 'failed', error: { code: 'delegation/unsupported' } });
    expect(refused.error?.message).toContain('do.it, do.more');
    expect(operator.asked((order) => order.goal === 'a song')).toEqual([]);
    const done = await delegate('Anything', 'sing', { goal: 'a song', waitMs: 20_000 });
    expect(done.status).toBe('completed');
  });

  it('is an error when it cannot be handed over: archived, deactivated, silent, or a full mailbox', async () => {
    await until(
      async () => (await agents()).find(({ name }) => name === 'Away')?.status === 'offline',
      'the silence of Away',
    );
    for (const [name, code] of [
      ['Gone', 'agent/unavailable'],
      ['Off', 'agent/unavailable'],
      ['Away', 'agent/unavailable'],
    ] as const) {
      const refused = await delegate(name, 'x', { from: 'Boss' });
      expect(refused).toMatchObject({ status: 'error', error: { code }, result: null });
      const [told] = await take('Boss');
      expect(told?.payload.data).toMatchObject({ status: 'failed', error: { code } });
      await home.call('messages.ack', { id: told?.id });
    }
    const keep = () => home.call('messages.send', { to: 'Tiny', type: 'heartbeat' });
    await until(async () => {
      await take('Tiny'); // it looks, so it is there again
      return (await agents()).find(({ name }) => name === 'Tiny')?.status === 'idle';
    }, 'Tiny is back');
    await keep();
    expect(await delegate('Tiny', 'x')).toMatchObject({
      status: 'error',
      error: { code: 'message/mailbox-full', values: { open: 1, limit: 1 } },
    });
    // Twin: with room it is handed over.
    for (const { id } of await take('Tiny')) await home.call('messages.ack', { id });
    expect((await delegate('Tiny', 'x', { timeoutMs: 200 })).status).toBe('open');
  });

  it('ends as timeout when the time is up; an answer after that is recorded and changes nothing', async () => {
    const release = gate();
    handlers.set('too slow', () => release.passed.then(() => ({ result: 'at last' })));
    const open = await delegate('Hands', 'lift', { from: 'Boss', goal: 'too slow', timeoutMs: 4_000 });
    const over = await show(open.id);
    expect(over).toMatchObject({
      status: 'timeout',
      result: null,
      error: { code: 'delegation/timeout' },
      late: false,
    });
    const [told] = await take('Boss');
    expect(told?.payload.data).toMatchObject({
      taskId: open.id,
      status: 'failed',
      error: { code: 'delegation/timeout' },
    });
    await home.call('messages.ack', { id: told?.id });
    release.open();
    const late = await until(async () => {
      const seen = await show(open.id, 0);
      return seen.late && seen;
    }, 'the late answer');
    expect({ ...late, late: false }).toEqual(over);
    expect(await take('Boss')).toEqual([]);
    const handed = puller.taken.find(({ subject }) => subject === 'too slow');
    expect(puller.answers.get(handed?.id ?? '')).toMatchObject({ status: 'expired', late: true });
    await until(
      async () =>
        (await home.events()).some((one) => one.type === 'task.answered-late' && one.taskId === open.id),
      'the late answer in the log',
    );
  });

  it('twin: the same in time is completed, and nothing is late', async () => {
    handlers.set('quick', () => ({ result: 'here' }));
    const done = await delegate('Hands', 'lift', { goal: 'quick', timeoutMs: 20_000, waitMs: 20_000 });
    expect(done).toMatchObject({ status: 'completed', result: 'here', late: false });
  });

  it('stays with the one agent, whoever else could do it', async () => {
    const release = gate();
    handlers.set('mine', () => release.passed.then(() => ({ result: 'mine' })));
    const open = await delegate('Hands', 'lift', { goal: 'mine', timeoutMs: 60_000 });
    await create(
      `Other ${dialect}`,
      { kind: 'http', url: operator.url },
      { capabilities: [{ name: 'lift' }] },
    );
    await until(async () => puller.taken.some(({ subject }) => subject === 'mine'), 'it was taken');
    await puller.stop(); // silent from now on
    await until(
      async () => (await agents()).find(({ name }) => name === 'Hands')?.status === 'offline',
      'the silence of Hands',
    );
    expect((await task(open.id)).agentId).toBe(ids.Hands);
    expect(operator.asked((order) => order.goal === 'mine')).toEqual([]);
    release.open();
    expect(await show(open.id)).toMatchObject({ status: 'completed', result: 'mine' });
  });

  it('has a priority from 1 to 10, high for what a chief delegates, and one task per Idempotency-Key', async () => {
    const priorityOf = async (more: object) =>
      (await task((await delegate('Anything', 'x', more)).id)).priority;
    expect(await priorityOf({})).toBe(50);
    expect(await priorityOf({ priority: 9 })).toBe(90);
    const { items } = await home.call<{ items: Array<{ name: string; role: string }> }>('agents.list', {
      role: 'chief',
    });
    expect(await priorityOf({ from: items[0]?.name })).toBe(75);
    const key = { idempotencyKey: `key-${dialect}` };
    const first = await home.call<Delegation>('agents.delegate', { id: 'Anything', type: 'x' }, key);
    const again = await home.call<Delegation>('agents.delegate', { id: 'Anything', type: 'x' }, key);
    const other = await delegate('Anything', 'x');
    expect(again.id).toBe(first.id);
    expect(other.id).not.toBe(first.id);
  });

  it('is listed by who, to whom and how it stands; tasks of plans are not', async () => {
    const planned = await home.run({ goal: 'not one of them', agentId: ids.Anything });
    const list = async (filter: object) =>
      (await home.call<{ items: Delegation[]; nextCursor: string | null }>('delegations.list', filter)).items;
    const all = await list({ limit: 200 });
    expect(all.some(({ id }) => id === planned.id)).toBe(false);
    expect(all.length).toBeGreaterThan(10);
    const firstPage = await home.call<{ items: Delegation[]; nextCursor: string | null }>(
      'delegations.list',
      {
        limit: 3,
      },
    );
    const second = await list({ limit: 200, cursor: firstPage.nextCursor });
    expect([...firstPage.items, ...second].map(({ id }) => id)).toEqual(all.map(({ id }) => id));
    for (const status of ['completed', 'failed', 'timeout', 'error'] as const)
      expect((await list({ status, limit: 200 })).map(({ id }) => id)).toEqual(
        all.filter((one) => one.status === status).map(({ id }) => id),
      );
    expect((await list({ from: 'Boss', to: 'Doer' })).map(({ status }) => status)).toEqual([
      'failed',
      'completed',
    ]);
  });

  it('refuses an agent that delegates to itself, unknown agents and unknown delegations', async () => {
    const code = (promise: Promise<unknown>) =>
      promise.then(
        () => 'done',
        (error: { code: string }) => error.code,
      );
    expect(await code(delegate('Doer', 'do.it', { from: ids.Doer }))).toBe('message/to-self');
    expect(await code(delegate('Nobody', 'x'))).toBe('agent/not-found');
    expect(await code(delegate('Doer', 'do.it', { from: 'Nobody' }))).toBe('agent/not-found');
    expect(await code(delegate('Doer', 'do.it', { files: ['none'] }))).toBe('file/not-found');
    expect(await code(show('01890000-0000-7000-8000-000000000000', 0))).toBe('delegation/not-found');
    expect(await code(home.call('agents.delegate', { id: 'Doer', type: 'do.it' }, { role: 'viewer' }))).toBe(
      'auth/forbidden',
    );
  });

  it('refuses the same matter handed back, also over others; twins: something else, and after the end', async () => {
    const release = gate();
    scripts.set('round', ({ input }) =>
      input.n === 1 ? release.passed.then(() => ({ output: 'done' })) : { output: 'else' },
    );
    const round = (from: string, to: string, n = 1, more: object = {}) =>
      delegate(to, 'do.it', { from, goal: 'round', params: { n }, timeoutMs: 60_000, ...more });
    const first = await round('Twin', 'Anything');
    expect(first.status).toBe('open');
    const back = await round('Anything', 'Twin');
    expect(back).toMatchObject({ status: 'error', error: { code: 'message/ping-pong' } });
    expect(back.error?.message).toContain('Twin → Anything → Twin');
    expect((await round('Anything', 'Twin', 2, { waitMs: 20_000 })).status).toBe('completed');
    const second = await round('Anything', 'Doer');
    expect(second.status).toBe('open');
    const around = await round('Doer', 'Twin');
    expect(around.error?.message).toContain('Twin → Anything → Doer → Twin');
    expect(await task(around.id)).toMatchObject({ status: 'failed', stopReason: 'rejected' });
    release.open();
    for (const { id } of [first, second]) expect((await show(id)).status).toBe('completed');
    expect((await round('Doer', 'Twin', 1, { waitMs: 20_000 })).status).toBe('completed');
  });

  it('ends a chain of delegations after 16; twin: another matter begins anew', async () => {
    const release = gate();
    scripts.set('on and on', () => release.passed.then(() => ({ output: 'done' })));
    for (let link = 0; link <= 17; link += 1)
      await create(`Link${link}`, { kind: 'http', url: operator.url }, { maxConcurrent: 1 });
    const on = (link: number, n = 1) =>
      delegate(`Link${link + 1}`, 'pass.on', {
        from: `Link${link}`,
        goal: 'on and on',
        params: { n },
        timeoutMs: 60_000,
      });
    const open: Delegation[] = [];
    for (let link = 0; link < 16; link += 1) open.push(await on(link));
    expect(open.map(({ status }) => status)).toEqual(open.map(() => 'open'));
    const last = await on(16);
    expect(last).toMatchObject({ status: 'error', error: { code: 'message/hop-limit' } });
    expect(await task(last.id)).toMatchObject({ status: 'failed', stopReason: 'hop-limit' });
    const { items } = await home.call<{ items: Delegation[] }>('delegations.list', {
      from: 'Link16',
      status: 'error',
    });
    expect(items.map(({ id }) => id)).toEqual([last.id]);
    open.push(await on(16, 2));
    expect(open.at(-1)?.status).toBe('open');
    release.open();
    for (const { id } of open) expect((await show(id)).status).toBe('completed');
  });

  it('can be terminated by a person, and says so', async () => {
    const release = gate();
    scripts.set('ended', () => release.passed.then(() => ({ output: 1 })));
    const open = await delegate('Anything', 'x', { goal: 'ended' });
    await home.call('tasks.terminate', { id: open.id });
    release.open();
    expect(await show(open.id)).toMatchObject({ status: 'failed', error: { code: 'delegation/ended' } });
  });
});
