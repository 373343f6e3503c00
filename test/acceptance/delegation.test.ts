import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Message } from '../../src/messages/message.ts';
import type { Task } from '../../src/tasks/task.ts';
import { type Deployment, deploy } from '../chaos/deployment.ts';
import { until } from '../support/engine.ts';
import {
  gate,
  type Order,
  type Scripted,
  type ScriptedOperator,
  startScriptedOperator,
} from '../support/operator.ts';
import { onEveryStore } from '../support/stores.ts';

/**
 * S6 durable delegation, with real processes: a chief delegates, the process of the operator is killed between
 * `delivered` and `acknowledged`, and the message is delivered again; its effect happens once by idempotency key.
 */
onEveryStore('durable delegation (S6)', (dialect) => {
  let cadre: Deployment;
  let operator: ScriptedOperator;
  /** What each goal is answered with. */
  const scripts = new Map<string, (order: Order) => Scripted | Promise<Scripted>>();
  /** What a receiver that honours the key did, and what one that ignores it did. */
  const effects = { byKey: new Map<string, number>(), careless: [] as string[] };

  beforeAll(async () => {
    operator = await startScriptedOperator(async (order) => {
      effects.careless.push(order.goal);
      if (!effects.byKey.has(order.idempotencyKey)) effects.byKey.set(order.idempotencyKey, order.attempt);
      return scripts.get(order.goal)?.(order) ?? { output: order.goal };
    });
    cadre = await deploy(dialect, { env: { CADRE_ALLOW_HOSTS: operator.host } });
    await addAgent('Porter', 'carry', { maxConcurrent: 4 });
    await addAgent('Single', 'carry.alone', { maxConcurrent: 1, timeoutMs: 60_000 });
    await addAgent('Brief', 'carry.briefly', { maxAttempts: 2, timeoutMs: 300 });
    await addAgent('Twice', 'carry.twice', { maxConcurrent: 4, maxAttempts: 2 });
  });
  afterAll(async () => {
    await cadre?.close();
    await operator?.close();
  });

  const addAgent = (name: string, capability: string, more: object) =>
    cadre.api.insist('POST', '/agents', {
      name,
      capabilities: [{ name: capability, confidence: 0.9 }],
      executor: { kind: 'http', url: operator.url },
      ...more,
    });
  const submit = async (goal: string, capability: string, more: object = {}) =>
    (
      await cadre.api.insist<{ id: string }>(
        'POST',
        '/tasks',
        { goal, capability, ...more },
        goal.replaceAll(' ', '-'),
      )
    ).id;
  const task = (id: string) => cadre.api.insist<Task>('GET', `/tasks/${id}`);
  const ended = (id: string) =>
    until(
      async () => {
        const found = await task(id);
        return ['completed', 'failed', 'terminated'].includes(found.status) && found;
      },
      `the end of ${id}`,
      40_000,
    );
  const messages = async (id: string) =>
    (await cadre.api.insist<{ items: Message[] }>('GET', `/messages?taskId=${id}`)).items;
  const delegation = async (id: string) =>
    (await messages(id)).find((message) => message.type === 'task_delegation') as Message; // sent with the plan
  const deadLetters = async () =>
    (
      await cadre.api.insist<{ items: Array<{ taskId: string; attempts: number; error: { code: string } }> }>(
        'GET',
        '/dead-letters',
      )
    ).items;
  const asked = (goal: string) => operator.asked((order) => order.goal === goal);

  it('is delivered again after a kill -9 and has its effect once', async () => {
    const release = gate();
    scripts.set('through a kill', async () => {
      await release.passed;
      return { output: 'carried' };
    });
    const id = await submit('through a kill', 'carry');
    await until(async () => asked('through a kill').length === 1, 'the first request');
    const before = await delegation(id);
    expect([before.status, before.retryCount]).toEqual(['delivered', 0]);
    expect(before.deliveredAt).not.toBeNull();
    await cadre.killAndRestart();
    await until(async () => asked('through a kill').length === 2, 'the second request', 40_000);
    release.open();
    const done = await ended(id);
    expect([done.status, done.result?.output]).toEqual(['completed', 'carried']);
    const after = await delegation(id);
    expect([after.status, after.retryCount, after.id]).toEqual(['acknowledged', 1, before.id]);
    const keys = asked('through a kill').map(({ order }) => order.idempotencyKey);
    expect(new Set(keys).size).toBe(1);
    expect([...effects.byKey.keys()].filter((key) => key === keys[0])).toHaveLength(1);
    // The twin: a receiver that ignores the key did it twice, so the key is what keeps it single.
    expect(effects.careless.filter((goal) => goal === 'through a kill')).toHaveLength(2);
    const answers = (await messages(id)).filter((message) => message.type === 'status_update');
    expect(answers).toHaveLength(1);
    expect(answers[0]).toMatchObject({
      correlationId: before.correlationId,
      conversationId: before.conversationId,
      senderId: before.recipientId,
      recipientId: before.senderId,
      payload: { status: 'completed', taskId: id },
    });
    expect(done.runs.find((run) => run.kind === 'operator.work')?.claims).toBe(2);
  });

  it('twin: what was acknowledged before the kill is not delivered again', async () => {
    const id = await submit('before a kill', 'carry');
    await ended(id);
    const before = await messages(id);
    await cadre.killAndRestart();
    // Another task goes all the way, so the restarted process has looked for work.
    await ended(await submit('after a kill', 'carry'));
    expect(await messages(id)).toEqual(before);
    expect(asked('before a kill')).toHaveLength(1);
    expect((await delegation(id)).retryCount).toBe(0);
  });

  it('is dead with its error after the last attempt, and stands in the dead-letter list', async () => {
    scripts.set('always fails', () => ({ status: 500 }));
    const id = await submit('always fails', 'carry.twice');
    const failed = await ended(id);
    expect([failed.status, failed.stopReason, failed.error?.code]).toEqual([
      'failed',
      'dead-letter',
      'agent/failed',
    ]);
    expect(asked('always fails')).toHaveLength(2);
    const message = await delegation(id);
    expect([message.status, message.error]).toEqual(['dead', failed.error?.message]);
    expect((await deadLetters()).find((letter) => letter.taskId === id)).toMatchObject({
      attempts: 2,
      error: { code: 'agent/failed' },
    });
  });

  it('is dead as well when nobody ever answered in time', async () => {
    const never = gate();
    scripts.set('never answers', async () => {
      await never.passed;
      return { output: 'too late' };
    });
    const id = await submit('never answers', 'carry.briefly');
    const failed = await ended(id);
    never.open();
    expect([failed.status, failed.stopReason]).toEqual(['failed', 'timeout']);
    expect((await delegation(id)).status).toBe('dead');
    expect((await deadLetters()).find((letter) => letter.taskId === id)).toMatchObject({ attempts: 2 });
  });

  it('twin: one that succeeds in its last attempt is acknowledged and no dead letter', async () => {
    scripts.set('fails once', () =>
      asked('fails once').length < 2 ? { status: 503 } : { output: 'in the end' },
    );
    const id = await submit('fails once', 'carry.twice');
    expect((await ended(id)).result?.output).toBe('in the end');
    expect((await delegation(id)).status).toBe('acknowledged');
    expect((await deadLetters()).some((letter) => letter.taskId === id)).toBe(false);
  });

  it('is never handled after its deadline; the twin without one is', async () => {
    const release = gate();
    scripts.set('in the way', async () => {
      await release.passed;
      return { output: 'done' };
    });
    const first = await submit('in the way', 'carry.alone');
    await until(async () => asked('in the way').length === 1, 'the operator is busy');
    const deadline = new Date(Date.now() + 1_500).toISOString();
    const late = await submit('too late', 'carry.alone', { deadline });
    const patient = await submit('in time', 'carry.alone');
    await until(async () => (await messages(late)).length > 0, 'the delegation');
    const ending = await ended(late);
    release.open();
    expect((await ended(patient)).status).toBe('completed');
    expect((await ended(first)).status).toBe('completed');
    expect([ending.status, ending.stopReason]).toEqual(['failed', 'deadline']);
    expect((await delegation(late)).status).toBe('expired');
    expect(asked('too late')).toHaveLength(0);
    expect(asked('in time')).toHaveLength(1);
  });
});
