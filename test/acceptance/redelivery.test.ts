import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Message } from '../../src/messages/message.ts';
import { type Deployment, deploy } from '../chaos/deployment.ts';
import { until } from '../support/engine.ts';
import { gate } from '../support/operator.ts';
import { type Answer, type Letter, type Receiver, startReceiver } from '../support/receiver.ts';
import { onEveryStore } from '../support/stores.ts';

/**
 * S6 for messages, with real processes: the process that delivers a message is killed between `delivered` and
 * `acknowledged`. It is delivered again with the same key, its effect and its answer are single, and what waits behind
 * it waits. (For delegated tasks: delegation.test.ts.)
 */
onEveryStore('messages through a kill (S6)', (dialect) => {
  let cadre: Deployment;
  let receiver: Receiver;
  const scripts = new Map<string, (letter: Letter) => Answer | Promise<Answer>>();

  beforeAll(async () => {
    receiver = await startReceiver(
      async (letter) => (await scripts.get(letter.message.subject)?.(letter)) ?? {},
    );
    cadre = await deploy(dialect, { env: { CADRE_ALLOW_HOSTS: receiver.host } });
    for (const name of ['Ada', 'Ben'])
      await cadre.api.insist(
        'POST',
        '/agents',
        { name, executor: { kind: 'http', url: receiver.url } },
        name,
      );
  });
  afterAll(async () => {
    await cadre?.close();
    await receiver?.close();
  });

  // Each says something of its own: the same again and again would be a talk without progress.
  let parcels = 0;
  const send = (subject: string, more: object = {}) =>
    cadre.api.insist<Message>('POST', '/messages', {
      from: 'Ada',
      to: 'Ben',
      type: 'coordination_request',
      payload: { requestType: 'carry', data: { parcel: `K${1709 + 31 * parcels++}` } },
      subject,
      ...more,
    });
  const show = (id: string) => cadre.api.insist<Message & { replies: Message[] }>('GET', `/messages/${id}`);
  const reached = (id: string, status: string) =>
    until(async () => (await show(id)).status === status, `message ${id} ${status}`, 40_000);

  it('is delivered again, has one answer under the same correlation, and nothing overtakes it', async () => {
    const release = gate();
    scripts.set('through a kill', async () => {
      await release.passed;
      return { result: 'carried', reply: { payload: { data: { carried: true } } } };
    });
    const sent = await send('through a kill', { requiresResponse: true, responseTimeoutMs: 120_000 });
    const behind = await send('behind it');
    await reached(sent.id, 'delivered');
    await cadre.killAndRestart();
    await until(async () => receiver.about('through a kill').length === 2, 'the second delivery', 40_000);
    expect(receiver.about('behind it')).toHaveLength(0);
    release.open();
    await reached(behind.id, 'acknowledged');
    const done = await show(sent.id);
    expect(done).toMatchObject({ status: 'acknowledged', retryCount: 1, result: 'carried' });
    expect(done.replies).toHaveLength(1);
    expect(done.replies[0]).toMatchObject({
      correlationId: sent.correlationId,
      conversationId: sent.conversationId,
      payload: { data: { carried: true } },
    });
    const keys = receiver.about('through a kill').filter(({ message }) => message.id === sent.id);
    expect(new Set(keys.map((letter) => letter.idempotencyKey)).size).toBe(1);
    // The answer went to Ada once.
    await reached(done.replies[0]?.id ?? '', 'acknowledged');
    expect(receiver.letters.filter(({ message }) => message.inReplyTo === sent.id)).toHaveLength(1);
  });

  it('twin: what was acknowledged before the kill is not delivered again', async () => {
    const sent = await send('before a kill');
    await reached(sent.id, 'acknowledged');
    const before = await show(sent.id);
    await cadre.killAndRestart();
    const after = await send('after a kill');
    await reached(after.id, 'acknowledged'); // the new process has looked for work
    expect(receiver.about('before a kill')).toHaveLength(1);
    expect(await show(sent.id)).toEqual(before);
  });

  it('keeps what was acknowledged to the sender, though nobody had begun with it (P1)', async () => {
    const release = gate();
    scripts.set('in the way', () => release.passed.then(() => ({})));
    const first = await send('in the way');
    const sendParcel = (index: number) =>
      send(`waits ${index}`, {
        messageId: `wait-${index}`,
        payload: { requestType: 'carry', data: { parcel: `P${4711 + 13 * index}` } },
      });
    const waiting = await Promise.all(Array.from({ length: 20 }, (_, index) => sendParcel(index)));
    await cadre.killAndRestart();
    const again = await Promise.all(Array.from({ length: 20 }, (_, index) => sendParcel(index)));
    expect(again.map(({ id }) => id)).toEqual(waiting.map(({ id }) => id));
    release.open();
    for (const { id } of [first, ...waiting]) await reached(id, 'acknowledged');
    for (const { subject } of waiting) expect(receiver.about(subject)).toHaveLength(1);
  });
});
