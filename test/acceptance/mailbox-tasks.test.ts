import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import type { Message } from '../../src/messages/message.ts';
import type { Task } from '../../src/tasks/task.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { gate, type ScriptedOperator, startScriptedOperator } from '../support/operator.ts';
import { type Puller, type Said, startPuller } from '../support/puller.ts';
import { onEveryStore } from '../support/stores.ts';

/**
 * Tasks for agents that take their messages themselves: a task goes into the mailbox, no worker waits, and how the
 * message ends is how the task ends; each case with its twin. (Through kills: mailbox-kills.test.ts.)
 */
onEveryStore('tasks in mailboxes', (dialect) => {
  let home: TestHouse;
  let operator: ScriptedOperator;
  const pullers: Record<string, Puller> = {};
  const handlers = new Map<string, (message: Message) => Said | Promise<Said>>();
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    operator = await startScriptedOperator((order) => ({ output: { byHttp: order.goal } }));
    home = await openTestHouse({
      dialect,
      env: { CADRE_ALLOW_HOSTS: operator.host, CADRE_CONCURRENCY: '2' },
    });
    await add('Hand', 'hand.work', { maxConcurrent: 8 });
    await add('Narrow', 'narrow.work', { maxConcurrent: 1 });
    await add('Brief', 'brief.work', { timeoutMs: 1_500 });
    await add('Leaver', 'shared.work', {});
    pull('Hand');
    pull('Narrow');
    pull('Brief');
    pull('Leaver');
  });
  afterAll(async () => {
    for (const puller of Object.values(pullers)) await puller.stop();
    await home?.close();
    await operator?.close();
  });

  const add = async (name: string, capability: string, more: object) => {
    const agent = await home.call<Agent>('agents.create', {
      name,
      capabilities: [{ name: capability, confidence: 0.9 }],
      executor: { kind: 'mailbox' },
      ...more,
    });
    ids[name] = agent.id;
  };
  const pull = (name: string, leaseMs = 30_000) => {
    pullers[name] = startPuller(
      home.call,
      ids[name] ?? '',
      (message) => {
        const handler = handlers.get(message.subject);
        return handler ? handler(message) : { result: { by: name } };
      },
      leaseMs,
    );
  };
  const submit = async (goal: string, capability: string, more: object = {}) =>
    (await home.call<{ id: string }>('tasks.submit', { goal, capability, ...more })).id;
  const task = (id: string) => home.call<Task>('tasks.get', { id });
  const message = (id: string) => home.call<Message>('messages.get', { id });
  /** What of a task lies or lay in a mailbox, oldest first. */
  const handed = async (id: string) =>
    (await home.call<{ items: Message[] }>('messages.list', { taskId: id, type: 'task_delegation' })).items
      .filter(({ seq }) => seq !== null)
      .reverse();
  const taken = (goal: string) =>
    Object.values(pullers).flatMap((puller) => puller.taken.filter(({ subject }) => subject === goal));
  const refusal = (promise: Promise<unknown>) =>
    promise.then(
      () => 'done',
      (error: { code: string }) => error.code,
    );

  it('ends once when it is terminated and acknowledged at the same instant', async () => {
    const acks: Array<Promise<unknown>> = [];
    const ends: Array<Promise<unknown>> = [];
    const goals = Array.from({ length: 12 }, (_, at) => `at once ${at}`);
    const started = new Map<string, string>();
    for (const goal of goals)
      handlers.set(goal, ({ id, taskId }) => {
        acks.push(refusal(home.call('messages.ack', { id, result: 'done' })));
        ends.push(refusal(home.call('tasks.terminate', { id: taskId })));
        started.set(goal, id);
        return undefined;
      });
    const submitted = await Promise.all(goals.map((goal) => submit(goal, 'hand.work')));
    const ended = await Promise.all(submitted.map((id) => home.ended(id)));
    await until(async () => started.size === goals.length, 'all were handed over');
    for (const code of await Promise.all([...acks, ...ends]))
      expect(['done', 'task/wrong-state', 'message/closed', 'message/wrong-state']).toContain(code);
    for (const one of ended) expect(['completed', 'terminated']).toContain(one.status);
    if (dialect === 'postgres') {
      const { rows } = await home.house.store.readAll((tx) =>
        sql<{
          deadlocks: number;
        }>`select deadlocks from pg_stat_database where datname = current_database()`.execute(tx.db),
      );
      expect(rows).toEqual([{ deadlocks: 0 }]);
    }
  });

  it('hands the whole contract over, and the result of the acknowledgement is the output', async () => {
    handlers.set('carry it', () => ({ result: { carried: 3 } }));
    const id = await submit('carry it', 'hand.work', { input: { weight: 3 }, priority: 'high' });
    const done = await home.ended(id);
    expect([done.status, done.result?.output]).toEqual(['completed', { carried: 3 }]);
    const [letter, ...more] = await handed(id);
    expect(more).toEqual([]);
    expect(letter).toMatchObject({
      status: 'acknowledged',
      recipientId: ids.Hand,
      priority: 75,
      taskId: id,
      payload: {
        taskId: id,
        description: 'carry it',
        requiredCapabilities: ['hand.work'],
        context: { type: 'general', input: { weight: 3 }, files: [], results: {}, rootId: id },
      },
    });
    expect(letter?.payload.context).toHaveProperty('idempotencyKey');
    // The chief's delegation is closed as every other, and the agent has its record.
    const delegation = await message(letter?.inReplyTo ?? '');
    expect([delegation.status, delegation.correlationId]).toEqual(['acknowledged', letter?.correlationId]);
    expect((await home.call<Agent>('agents.get', { id: ids.Hand })).succeeded).toBe(1);
  });

  it('holds no worker: four wait in mailboxes where two workers are', async () => {
    const release = gate();
    const goals = ['a', 'b', 'c', 'd'].map((name) => `side by side ${name}`);
    for (const goal of goals) handlers.set(goal, () => release.passed.then(() => ({ result: goal })));
    const open = await Promise.all(goals.map((goal) => submit(goal, 'hand.work')));
    await until(async () => goals.every((goal) => taken(goal).length === 1), 'all four are taken');
    expect((await home.call<Agent>('agents.get', { id: ids.Hand })).status).toBe('busy');
    release.open();
    for (const [index, id] of open.entries())
      expect((await home.ended(id)).result?.output).toBe(goals[index]);
  });

  it('twin: an agent for one task at a time gets the second when the first has ended', async () => {
    const release = gate();
    handlers.set('first', () => release.passed.then(() => ({ result: 1 })));
    const first = await submit('first', 'narrow.work');
    await until(async () => taken('first').length === 1, 'the first is taken');
    const second = await submit('second', 'narrow.work');
    await home.ended(await submit('something else', 'hand.work')); // workers had time to look
    expect(taken('second')).toEqual([]);
    expect((await task(second)).status).toBe('pending');
    release.open();
    await home.ended(first);
    expect((await home.ended(second)).status).toBe('completed');
  });

  it('fails with the words of the agent; the twin is handed out again by the rule of the mailbox', async () => {
    handlers.set('hopeless', () => ({ error: 'I have no ladder', retry: false }));
    const failed = await home.ended(await submit('hopeless', 'hand.work'));
    expect([failed.status, failed.stopReason, failed.error?.code]).toEqual([
      'failed',
      'failed',
      'agent/refused',
    ]);
    expect(failed.error?.message).toContain('I have no ladder');
    handlers.set('again', () =>
      taken('again').length < 2 ? { error: 'not yet' } : { result: 'in the end' },
    );
    const id = await submit('again', 'hand.work');
    expect((await home.ended(id)).result?.output).toBe('in the end');
    expect(taken('again').map(({ id: letter }) => letter)).toEqual([
      (await handed(id))[0]?.id,
      taken('again')[0]?.id,
    ]);
  });

  it('fails when whoever takes it never acknowledges it, as often as the mailbox hands it out', async () => {
    await pullers.Narrow?.stop();
    pull('Narrow', 150);
    handlers.set('dropped', () => undefined);
    const id = await submit('dropped', 'narrow.work');
    const failed = await home.ended(id);
    expect([failed.status, failed.stopReason]).toEqual(['failed', 'dead-letter']);
    const [letter] = await handed(id);
    expect(letter).toMatchObject({ status: 'dead', retryCount: 3 });
    expect(taken('dropped')).toHaveLength(4);
    expect(await refusal(home.call('messages.redrive', { id: letter?.id }))).toBe('message/wrong-state');
    await pullers.Narrow?.stop();
    pull('Narrow');
  });

  it('stays in hand for as long as the agent keeps it there; twin: nobody keeps what is over', async () => {
    await pullers.Narrow?.stop();
    pull('Narrow', 400);
    const release = gate();
    handlers.set('kept', () => release.passed.then(() => ({ result: 'kept' })));
    const id = await submit('kept', 'narrow.work');
    const [letter] = await until(async () => taken('kept').length > 0 && taken('kept'), 'it is taken');
    await home.call('messages.extend', { id: letter?.id, leaseMs: 60_000 });
    await new Promise((resolve) => setTimeout(resolve, 900)); // two leases, as they were
    expect(taken('kept')).toHaveLength(1);
    release.open();
    expect((await home.ended(id)).result?.output).toBe('kept');
    expect(await refusal(home.call('messages.extend', { id: letter?.id }))).toBe('message/wrong-state');
    await pullers.Narrow?.stop();
    pull('Narrow');
  });

  it('fails as timeout when the time of the agent is up, and what it says later is noted only', async () => {
    const release = gate();
    handlers.set('much too long', () => release.passed.then(() => ({ result: 'late' })));
    const id = await submit('much too long', 'brief.work');
    const failed = await home.ended(id);
    expect([failed.status, failed.stopReason, failed.error?.code]).toEqual([
      'failed',
      'timeout',
      'run/timeout',
    ]);
    const [letter] = await handed(id);
    expect(letter?.status).toBe('expired');
    // What it took is put beside its estimate by the watch, a moment after the end.
    const isCompared = async () => (await home.events(id)).some(({ type }) => type === 'usage.compared');
    await until(isCompared, 'what it took');
    const before = await task(id);
    release.open();
    await until(async () => (await message(letter?.id ?? '')).late, 'the late answer');
    expect(await task(id)).toEqual(before);
    // Twin: in time.
    expect((await home.ended(await submit('short enough', 'brief.work'))).status).toBe('completed');
  });

  it('is closed in the mailbox when it is terminated, and handed over anew when it is tried again', async () => {
    const release = gate();
    handlers.set('ended by hand', () => release.passed.then(() => ({ result: 'too late' })));
    const id = await submit('ended by hand', 'hand.work');
    await until(async () => taken('ended by hand').length === 1, 'it is taken');
    await home.call('tasks.terminate', { id });
    const [letter] = await handed(id);
    expect(letter).toMatchObject({ status: 'expired' });
    expect(letter?.error).toContain('terminated');
    release.open();
    await until(async () => (await message(letter?.id ?? '')).late, 'the late answer');
    expect((await task(id)).status).toBe('terminated');
    handlers.set('ended by hand', () => ({ result: 'second time' }));
    await home.call('tasks.retry', { id });
    const done = await home.ended(id);
    expect([done.status, done.result?.output]).toEqual(['completed', 'second time']);
    expect((await handed(id)).map(({ status }) => status)).toEqual(['expired', 'acknowledged']);
  });

  it('keeps what was acknowledged while the task was paused', async () => {
    const release = gate();
    handlers.set('paused', () => release.passed.then(() => ({ result: 'meanwhile' })));
    const id = await submit('paused', 'hand.work');
    await until(async () => taken('paused').length === 1, 'it is taken');
    await home.call('tasks.pause', { id });
    release.open();
    await until(async () => (await handed(id))[0]?.status === 'acknowledged', 'the acknowledgement');
    expect((await task(id)).status).toBe('paused');
    await home.call('tasks.resume', { id });
    expect((await home.ended(id)).result?.output).toBe('meanwhile');
  });

  it('goes to another when its agent falls silent: once, and the old message is closed', async () => {
    handlers.set('left behind', () => undefined);
    const id = await submit('left behind', 'shared.work');
    await until(async () => taken('left behind').length === 1, 'it is taken');
    await home.call('agents.create', {
      name: 'Stand-in',
      capabilities: [{ name: 'shared.work' }],
      executor: { kind: 'http', url: operator.url },
    });
    await pullers.Leaver?.stop();
    const done = await home.ended(id);
    expect([done.status, done.result?.output]).toEqual(['completed', { byHttp: 'left behind' }]);
    expect(operator.asked((order) => order.goal === 'left behind')).toHaveLength(1);
    const [letter, ...more] = await handed(id);
    expect([letter?.status, more]).toEqual(['expired', []]);
  });
});
