import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import type { Message } from '../../src/messages/message.ts';
import type { Answer as ReplyAnswer } from '../../src/messages/reply.ts';
import { CadreError } from '../../src/platform/kernel/errors.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { gate } from '../support/operator.ts';
import { type Answer, type Letter, type Receiver, startReceiver } from '../support/receiver.ts';
import { onEveryStore } from '../support/stores.ts';

const plugIn = join(import.meta.dirname, '..', 'support', 'receiver-plugin.mjs');

/**
 * Mailboxes as people and agents use them (FEATURES CO-1 to CO-5): sending, order, receipts, answers, topics, refusals,
 * dead letters; each with its twin.
 */
onEveryStore('mailboxes', (dialect) => {
  let home: TestHouse;
  let receiver: Receiver;
  const scripts = new Map<string, (letter: Letter) => Answer | Promise<Answer>>();
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    receiver = await startReceiver(
      async (letter) => (await scripts.get(letter.message.subject)?.(letter)) ?? {},
    );
    home = await openTestHouse({ dialect, env: { CADRE_ALLOW_HOSTS: receiver.host, CADRE_PLUGINS: plugIn } });
    const outside = (name: string, more: object = {}) =>
      create(name, { kind: 'http', url: receiver.url }, more);
    await outside('Ada');
    await outside('Ben', { maxConcurrent: 4 });
    await outside('Small', { mailboxLimit: 2 });
    await create('Puller', { kind: 'mailbox' });
    const { items } = await home.call<{ items: Agent[] }>('agents.list', { limit: 100 });
    for (const agent of items) ids[agent.name] = agent.id;
  });
  afterAll(async () => {
    await home?.close();
    await receiver?.close();
  });

  const create = (name: string, executor: object, more: object = {}) =>
    home.call('agents.create', { name, executor, ...more });
  const send = (input: Record<string, unknown>) => home.call<Message>('messages.send', input);
  const tell = (to: string, subject: string, more: Record<string, unknown> = {}) =>
    send({ to, type: 'status_update', subject, payload: { message: subject }, ...more });
  const show = (id: string) => home.call<Message & { replies: Message[] }>('messages.get', { id });
  const over = (id: string) =>
    until(async () => {
      const found = await show(id);
      return !['sent', 'delivered'].includes(found.status) && found;
    }, `the end of message ${id}`);
  const refusal = async (promise: Promise<unknown>) => {
    const error = await promise.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof CadreError)) throw new Error(`not refused: ${String(error)}`);
    return error;
  };
  const take = async (more: object = {}) =>
    (await home.call<{ messages: Message[] }>('agents.take', { id: ids.Puller, ...more })).messages;

  it('delivers a message, keeps its receipts and says so in the log', async () => {
    const sent = await tell('Ada', 'hello');
    expect([sent.status, sent.seq, sent.senderType]).toEqual(['sent', 1, 'person']);
    const done = await over(sent.id);
    expect(done).toMatchObject({ status: 'acknowledged', retryCount: 0, recipientId: ids.Ada });
    expect(done.deliveredAt).not.toBeNull();
    expect(done.acknowledgedAt).not.toBeNull();
    expect(receiver.about('hello')).toMatchObject([
      { message: { id: sent.id, payload: { message: 'hello' } }, agent: { name: 'Ada' } },
    ]);
    // Readers of the log on PostgreSQL wait for older transactions, of others too.
    const types = await until(async () => {
      const of = (await home.events()).filter((event) => event.data.messageId === sent.id);
      return of.length >= 3 && of.map((event) => event.type);
    }, 'three facts');
    expect(types).toEqual(['message.sent', 'message.delivered', 'message.acknowledged']);
  });

  it('keeps the order of a conversation, and lets another conversation pass', async () => {
    const release = gate();
    scripts.set('slow 1', () => release.passed.then(() => ({})));
    const first = await tell('Ben', 'slow 1', { conversationId: 'slow' });
    const second = await tell('Ben', 'slow 2', { conversationId: 'slow', priority: 'urgent' });
    const other = await tell('Ben', 'quick', { conversationId: 'quick', priority: 'low' });
    await over(other.id);
    expect([first.seq, second.seq, other.seq]).toEqual([1, 2, 1]);
    expect(receiver.about('slow 1')).toHaveLength(1);
    expect(receiver.about('slow 2')).toHaveLength(0);
    release.open();
    await over(second.id);
    expect((await show(first.id)).acknowledgedAt).not.toBeNull();
  });

  it('chooses between the heads of conversations by priority', async () => {
    const release = gate();
    scripts.set('in the way', () => release.passed.then(() => ({})));
    await tell('Ada', 'in the way', { conversationId: 'way' });
    await until(async () => receiver.about('in the way').length === 1, 'Ada is busy');
    const low = await tell('Ada', 'choice', { conversationId: 'a', priority: 'low' });
    const urgent = await tell('Ada', 'choice', { conversationId: 'b', priority: 'urgent' });
    release.open();
    await over(low.id);
    expect(receiver.about('choice').map(({ message }) => message.id)).toEqual([urgent.id, low.id]);
  });

  it('answers a ping, and the answer waits where it was asked', async () => {
    const asked = await send({
      to: 'Writer',
      type: 'coordination_request',
      payload: { requestType: 'ping' },
      requiresResponse: true,
    });
    const { status, reply } = await home.call<ReplyAnswer>('messages.reply', {
      id: asked.id,
      waitMs: 20_000,
    });
    expect(status).toBe('answered');
    expect(reply).toMatchObject({
      type: 'coordination_response',
      correlationId: asked.correlationId,
      conversationId: asked.conversationId,
      senderId: ids.Writer,
      inReplyTo: asked.id,
      hops: 1,
      payload: { requestType: 'ping', data: { pong: true, name: 'Writer' } },
    });
    expect((await show(asked.id)).replies.map((one) => one.id)).toEqual([reply?.id]);
  });

  it('answers what an agent can do from its spec and its record', async () => {
    const asked = await send({
      from: 'Ada',
      to: 'Writer',
      type: 'capability_inquiry',
      payload: { requiredCapabilities: ['brief.write', 'juggle'] },
    });
    await over(asked.id);
    const [reply] = (await show(asked.id)).replies;
    expect(reply).toMatchObject({ type: 'capability_response', recipientId: ids.Ada });
    expect(reply?.payload).toMatchObject({ currentLoad: 0, estimatedAvailabilityMs: 0 });
    expect(reply?.payload.availableCapabilities).toEqual(['brief.write']);
    await until(
      async () => receiver.letters.some(({ message }) => message.id === reply?.id),
      'the answer in the mailbox of Ada',
    );
  });

  it('keeps shared knowledge where the receiver finds it again', async () => {
    const data = { kind: 'best practice', subject: 'Ferry times', content: { winter: '07:40' } };
    const asked = await send({
      from: 'Ben',
      to: 'Researcher',
      type: 'coordination_request',
      payload: { requestType: 'share_knowledge', data },
    });
    await over(asked.id);
    const find = (input: object) =>
      home.call<{ items: Array<Record<string, unknown>> }>('agents.notes', {
        id: ids.Researcher,
        ...input,
      });
    expect((await find({ text: '07:40' })).items).toMatchObject([
      { fromId: ids.Ben, messageId: asked.id, subject: 'Ferry times', content: { winter: '07:40' } },
    ]);
    expect((await find({ text: 'no such thing' })).items).toEqual([]);
    expect((await show(asked.id)).replies[0]?.payload).toMatchObject({
      data: { received: true, storedBy: ids.Researcher },
    });
  });

  it('says what nobody handles, and lets the next one pass', async () => {
    const unknown = await send({
      to: 'Writer',
      type: 'resource_request',
      payload: { resource: 'paper' },
      requiresResponse: true,
    });
    const next = await tell('Writer', 'next');
    expect(await over(unknown.id)).toMatchObject({ status: 'failed', retryCount: 0 });
    expect((await show(unknown.id)).error).toContain('no handler for messages of the type resource_request');
    expect((await over(next.id)).status).toBe('acknowledged');
    expect(await home.call('messages.reply', { id: unknown.id, waitMs: 5_000 })).toMatchObject({
      status: 'failed',
      reply: null,
    });
  });

  it('tries again what fails, gives it up, and redrives it with its history and its key', async () => {
    let works = false;
    scripts.set('shaky', () => (works ? { result: 'at last' } : { status: 503 }));
    const sent = await tell('Ben', 'shaky', { conversationId: 'shaky', maxRetries: 1 });
    const after = await tell('Ben', 'after', { conversationId: 'shaky' });
    const dead = await over(sent.id);
    expect([dead.status, dead.retryCount]).toEqual(['dead', 1]);
    expect(dead.error).toContain('503');
    expect((await over(after.id)).status).toBe('acknowledged');
    const listed = await home.call<{ items: Message[] }>('messages.dead', { agentId: ids.Ben });
    expect(listed.items.map((one) => one.id)).toContain(sent.id);
    works = true;
    const copy = await home.call<Message>('messages.redrive', { id: sent.id });
    expect(copy).toMatchObject({ redriveOf: sent.id, seq: 3, correlationId: sent.correlationId });
    expect(await over(copy.id)).toMatchObject({ status: 'acknowledged', result: 'at last' });
    expect(await show(sent.id)).toMatchObject({ status: 'dead', redrivenAs: copy.id, error: dead.error });
    expect(new Set(receiver.about('shaky').map((letter) => letter.idempotencyKey)).size).toBe(1);
    expect((await refusal(home.call('messages.redrive', { id: sent.id }))).code).toBe('message/wrong-state');
    expect((await refusal(home.call('messages.redrive', { id: after.id }))).code).toBe('message/wrong-state');
  });

  it('takes the same messageId twice as one message, and refuses other content under it', async () => {
    const one = await tell('Ben', 'once', { messageId: 'order-7' });
    const again = await Promise.all([1, 2, 3].map(() => tell('Ben', 'once', { messageId: 'order-7' })));
    expect(again.map(({ id }) => id)).toEqual([one.id, one.id, one.id]);
    await over(one.id);
    expect(receiver.about('once')).toHaveLength(1);
    expect((await refusal(tell('Ben', 'twice', { messageId: 'order-7' }))).code).toBe('message/id-taken');
    const both = await Promise.all([1, 2].map(() => tell('Ben', 'race', { messageId: 'order-8' })));
    expect(new Set(both.map(({ id }) => id)).size).toBe(1);
    // The twin: without the id they are two.
    expect((await tell('Ben', 'once')).id).not.toBe(one.id);
  });

  it('refuses at the door what is not whole, with the value and the next step', async () => {
    const codes = async (input: Record<string, unknown>) => (await refusal(send(input))).code;
    const payload = { message: 'x' };
    expect(await codes({ type: 'status_update', payload })).toBe('message/incomplete');
    expect(await codes({ to: 'Nobody', type: 'status_update', payload })).toBe('agent/not-found');
    expect(await codes({ to: 'Ada', from: 'Nobody', type: 'status_update', payload })).toBe(
      'agent/not-found',
    );
    expect(await codes({ to: 'Ada', payload })).toBe('request/invalid');
    expect(await codes({ to: 'Ada', type: 'task_delegation', payload: { title: 'Carry' } })).toBe(
      'message/payload-invalid',
    );
    expect(await codes({ to: 'Ada', type: 'status_update', payload: { mesage: 'x' } })).toBe(
      'message/payload-invalid',
    );
    const large = { requestType: 'ping', data: { text: 'x'.repeat(70_000) } };
    const refused = await refusal(send({ to: 'Ada', type: 'coordination_request', payload: large }));
    expect([refused.code, refused.values.limitBytes]).toEqual(['message/too-large', 65_536]);
    expect(await codes({ to: 'Ada', from: 'Ada', type: 'status_update', payload })).toBe('message/to-self');
    const expiresAt = new Date(Date.now() - 1_000).toISOString();
    expect(await codes({ to: 'Ada', type: 'status_update', payload, expiresAt })).toBe(
      'message/deadline-past',
    );
    expect(await codes({ inReplyTo: 'none', type: 'status_update', payload })).toBe('message/not-found');
  });

  it('refuses a full mailbox with the numbers, and takes more when there is room', async () => {
    const release = gate();
    scripts.set('fill', () => release.passed.then(() => ({})));
    const filled = [await tell('Small', 'fill'), await tell('Small', 'fill')];
    const full = await refusal(tell('Small', 'too much'));
    expect([full.code, full.values]).toMatchObject([
      'message/mailbox-full',
      { agent: 'Small', open: 2, limit: 2 },
    ]);
    release.open();
    for (const { id } of filled) await over(id);
    expect((await tell('Small', 'room')).status).toBe('sent');
  });

  it('never handles what expired, and it leaves no hole', async () => {
    const release = gate();
    scripts.set('before', () => release.passed.then(() => ({})));
    const before = await tell('Ben', 'before', { conversationId: 'expiry' });
    await until(async () => receiver.about('before').length === 1, 'Ben is busy');
    const expiresAt = new Date(Date.now() + 300).toISOString();
    const late = await tell('Ben', 'late', { conversationId: 'expiry', expiresAt });
    const after = await tell('Ben', 'after expiry', { conversationId: 'expiry' });
    await until(async () => Date.now() > Date.parse(expiresAt) + 100, 'its time is over');
    release.open();
    await over(after.id);
    expect([before.seq, late.seq, after.seq]).toEqual([1, 2, 3]);
    expect((await show(late.id)).status).toBe('expired');
    expect(receiver.about('late')).toHaveLength(0);
    // The twin: the same with more time is handled.
    const inTime = await tell('Ben', 'in time', { expiresAt: new Date(Date.now() + 60_000).toISOString() });
    expect((await over(inTime.id)).status).toBe('acknowledged');
  });

  it('what was taken and never acknowledged expires too; the twin that was acknowledged stays so', async () => {
    const agent = await home.call<{ id: string }>('agents.create', {
      name: 'Leaver',
      executor: { kind: 'mailbox' },
    });
    const expiresAt = new Date(Date.now() + 1_500).toISOString();
    const send = (conversationId: string) => tell('Leaver', conversationId, { conversationId, expiresAt });
    const [left, kept] = [await send('left'), await send('kept')];
    await home.call('agents.take', { id: agent.id, limit: 10, leaseMs: 1_000 });
    await home.call('messages.ack', { id: kept.id });
    expect((await show(left.id)).status).toBe('delivered');
    const end = await until(
      async () => {
        const found = await show(left.id);
        return found.status !== 'delivered' && found;
      },
      'the end of what was left',
      20_000,
    );
    expect([end.status, (await show(kept.id)).status]).toEqual(['expired', 'acknowledged']);
  });

  it('records a late answer and changes nothing for who asked', async () => {
    const release = gate();
    scripts.set('think', async () => {
      await release.passed;
      return { reply: { payload: { message: 'too late' } } };
    });
    const asked = await tell('Ben', 'think', {
      from: 'Puller',
      requiresResponse: true,
      responseTimeoutMs: 100,
      conversationId: 'late',
    });
    await until(async () => receiver.about('think').length === 1, 'the question');
    expect(await home.call('messages.reply', { id: asked.id, waitMs: 200 })).toMatchObject({
      status: 'timeout',
    });
    release.open();
    await over(asked.id);
    const [reply] = (await show(asked.id)).replies;
    expect(reply).toMatchObject({ late: true, status: 'expired', seq: null });
    expect((await home.call<ReplyAnswer>('messages.reply', { id: asked.id })).status).toBe('timeout');
    expect(await take()).toEqual([]);
  });

  it('stops agents that answer one another without end, with a named reason', async () => {
    // Answers of heartbeats are never judged, so only the budget of hops ends them.
    scripts.set('beats', () => ({ reply: { type: 'heartbeat', payload: {} } }));
    const first = await tell('Ben', 'beats', { from: 'Ada', type: 'heartbeat', payload: {} });
    const refused = await until(
      async () =>
        (await home.events()).find(
          (event) => event.type === 'message.refused' && event.data.reason === 'message/hop-limit',
        ),
      'the chain is stopped',
    );
    expect(refused.data.sentence).toContain('number 17');
    expect(receiver.about('beats')).toHaveLength(17);
    const last = await show(receiver.about('beats').at(-1)?.message.id ?? '');
    expect(last).toMatchObject({ status: 'acknowledged', hops: 16, conversationId: first.conversationId });
    expect(last.error).toContain('Its answer was refused');
  });

  it('is taken from the mailbox under a lease, acknowledged with an answer, and handed out again if not', async () => {
    const one = await tell('Puller', 'first', { from: 'Ada', conversationId: 'pull' });
    const two = await tell('Puller', 'second', { conversationId: 'pull' });
    const other = await tell('Puller', 'other', { priority: 'urgent' });
    const look = await home.call<{ open: number; messages: Message[] }>('agents.mailbox', {
      id: ids.Puller,
    });
    expect([look.open, look.messages[0]?.id]).toEqual([3, other.id]);
    const taken = await take({ leaseMs: 400 });
    expect(taken.map(({ id }) => id)).toEqual([other.id, one.id]);
    expect(await take()).toEqual([]);
    await home.call('messages.ack', { id: other.id });
    const again = await take({ waitMs: 10_000 });
    expect(again.map(({ id, retryCount }) => [id, retryCount])).toEqual([[one.id, 1]]);
    const done = await home.call<Message>('messages.ack', {
      id: one.id,
      result: { read: true },
      reply: { payload: { message: 'got it' } },
    });
    expect(done).toMatchObject({ status: 'acknowledged', result: { read: true } });
    await until(async () => receiver.about('first').length === 1, 'the answer reaches Ada');
    expect((await take()).map(({ id }) => id)).toEqual([two.id]);
    expect(await home.call('messages.ack', { id: one.id })).toMatchObject({ status: 'acknowledged' });
    await home.call('messages.ack', { id: two.id, error: 'not for me', retry: false });
    expect(await show(two.id)).toMatchObject({ status: 'failed', error: 'not for me' });
    const foreign = await tell('Ada', 'pushed');
    expect((await refusal(home.call('messages.ack', { id: foreign.id }))).code).toBe('message/pushed');
    expect((await refusal(home.call('agents.take', { id: ids.Ada }))).code).toBe('message/pushed');
  });

  it('wakes who waits for a message, and gives up what is never acknowledged', async () => {
    const waiting = take({ waitMs: 20_000, leaseMs: 100 });
    const sent = await tell('Puller', 'forgotten', { conversationId: 'forget', maxRetries: 1 });
    expect((await waiting).map(({ id }) => id)).toEqual([sent.id]);
    expect((await take({ waitMs: 10_000, leaseMs: 100 })).map(({ id }) => id)).toEqual([sent.id]);
    await until(async () => {
      await take();
      return (await show(sent.id)).status === 'dead';
    }, 'it is given up');
    expect((await show(sent.id)).error).toContain('2 times');
  });

  it('waits 2^n seconds after a failure before it is handed out again', async () => {
    const sent = await tell('Puller', 'rests', { conversationId: 'rests' });
    await take({ limit: 1 });
    await home.call('messages.ack', { id: sent.id, error: 'busy' });
    expect(await take()).toEqual([]);
    const retried = await until(
      async () =>
        (await home.events()).find(
          (event) => event.type === 'message.retried' && event.data.messageId === sent.id,
        ),
      'the fact',
    );
    expect(retried.data).toMatchObject({ error: 'busy', delayMs: 1_000 });
    expect((await take({ waitMs: 10_000 })).map(({ id }) => id)).toEqual([sent.id]);
    await home.call('messages.ack', { id: sent.id });
  });

  it('publishes to every subscriber but the sender; one that fails breaks nobody', async () => {
    for (const name of ['Ada', 'Ben', 'Writer', 'Puller'])
      await home.call('topics.subscribe', { topic: 'news.reports', agentId: ids[name] });
    await home.call('topics.unsubscribe', { topic: 'news.reports', agentId: ids.Puller });
    scripts.set('news', ({ agent }) => (agent.name === 'Ben' ? { status: 404 } : { result: 'read' }));
    const { outcomes, publicationId } = await home.call<{
      publicationId: string;
      outcomes: Array<Record<string, unknown>>;
    }>('topics.publish', {
      topic: 'news.reports',
      from: 'Writer',
      type: 'status_update',
      subject: 'news',
      payload: { message: 'done' },
      block: true,
    });
    expect(new Map(outcomes.map((one) => [one.agentId, one.status]))).toEqual(
      new Map([
        [ids.Ada, 'acknowledged'],
        [ids.Ben, 'failed'],
      ]),
    );
    expect(outcomes.find((one) => one.agentId === ids.Ada)?.result).toBe('read');
    expect(receiver.about('news')[0]?.message).toMatchObject({
      topic: 'news.reports',
      correlationId: publicationId,
    });
    const { items } = await home.call<{ items: Array<{ topic: string; subscribers: unknown[] }> }>(
      'topics.list',
    );
    expect(items).toMatchObject([{ topic: 'news.reports', subscribers: { length: 3 } }]);
  });

  it('does not wait for the handlers of a publication unless it is told to', async () => {
    const release = gate();
    scripts.set('slow news', () => release.passed.then(() => ({})));
    await home.call('topics.subscribe', { topic: 'news.slow', agentId: ids.Ada });
    const { outcomes } = await home.call<{ outcomes: Array<{ status: string; messageId: string }> }>(
      'topics.publish',
      { topic: 'news.slow', type: 'heartbeat', subject: 'slow news' },
    );
    expect(outcomes.map((one) => one.status)).toEqual(['open']);
    release.open();
    await over(outcomes[0]?.messageId ?? '');
  });

  it('holds the messages of an agent that is switched off, and delivers them when it is back', async () => {
    await home.call('agents.deactivate', { id: ids.Ben });
    const sent = await tell('Ben', 'while away', { conversationId: 'away' });
    const other = await tell('Ada', 'beside');
    await over(other.id);
    expect((await show(sent.id)).status).toBe('sent');
    await home.call('agents.activate', { id: ids.Ben });
    expect((await over(sent.id)).status).toBe('acknowledged');
  });

  it('delivers what waited in a mailbox when its agent gets an endpoint', async () => {
    const spec = { name: 'Turner', executor: { kind: 'mailbox' } };
    const { id } = await home.call<{ id: string }>('agents.create', spec);
    const sent = await tell('Turner', 'waits for a change');
    const executor = { kind: 'http', url: receiver.url };
    await home.call('agents.update', { id, spec: { ...spec, executor } });
    expect((await over(sent.id)).status).toBe('acknowledged');
    expect(receiver.about('waits for a change')).toHaveLength(1);
  });

  it('has a plug-in handle messages in its child process; one without a receiver fails by name', async () => {
    await create('Echo', { kind: 'function', name: 'mail.echo' });
    await create('Deaf', { kind: 'function', name: 'mail.deaf' });
    const asked = await send({
      to: 'Echo',
      type: 'coordination_request',
      subject: 'echo',
      payload: { requestType: 'echo', data: { word: 'sea' } },
    });
    expect(await over(asked.id)).toMatchObject({ status: 'acknowledged', result: { key: true } });
    expect((await show(asked.id)).replies[0]?.payload).toEqual({ data: { word: 'sea' } });
    const deaf = await tell('Deaf', 'hello');
    expect(await over(deaf.id)).toMatchObject({ status: 'failed', retryCount: 0 });
    const broken = await send({
      to: 'Echo',
      type: 'coordination_request',
      subject: 'throws',
      payload: { requestType: 'throw' },
      maxRetries: 0,
    });
    expect(await over(broken.id)).toMatchObject({ status: 'dead' });
  });
});
