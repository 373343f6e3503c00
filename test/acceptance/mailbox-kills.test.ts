import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import type { Delegation } from '../../src/coordination/delegation/delegation.ts';
import type { Message } from '../../src/messages/message.ts';
import { type Deployment, deploy } from '../chaos/deployment.ts';
import { until } from '../support/engine.ts';
import { gate } from '../support/operator.ts';
import { type Puller, type Said, startPuller } from '../support/puller.ts';
import { onEveryStore } from '../support/stores.ts';

/**
 * S6 for an agent that takes its tasks itself, with real processes: Cadre is killed between `delivered` and
 * `acknowledged`, or the agent dies there. The task is done once, and who delegated it gets one answer under the same
 * correlation.
 */
onEveryStore('delegations in mailboxes through a kill (S6)', (dialect) => {
  let cadre: Deployment;
  let hands: Puller;
  let boss: Puller;
  const ids: Record<string, string> = {};
  const handlers = new Map<string, (message: Message) => Said | Promise<Said>>();

  beforeAll(async () => {
    // An agent counts as silent after half a lease, and the machine may be busy.
    cadre = await deploy(dialect, { leaseTtlMs: 6_000 });
    for (const name of ['Hands', 'Boss'])
      ids[name] = (
        await cadre.api.insist<Agent>(
          'POST',
          '/agents',
          { name, executor: { kind: 'mailbox' }, maxConcurrent: 4 },
          name,
        )
      ).id;
    const call = <T>(operation: string, { id, ...input }: Record<string, unknown>) =>
      cadre.api.insist<T>(
        'POST',
        operation === 'agents.take' ? `/agents/${id}/mailbox/take` : `/messages/${id}/ack`,
        input,
      );
    hands = startPuller(
      call,
      ids.Hands ?? '',
      (message) => handlers.get(message.subject)?.(message) ?? {},
      2_500,
    );
    boss = startPuller(call, ids.Boss ?? '', () => ({}));
  });
  afterAll(async () => {
    const stopping = [hands?.stop(), boss?.stop()];
    await cadre?.close();
    await Promise.race([Promise.all(stopping), new Promise((resolve) => setTimeout(resolve, 1_000))]);
  });

  const delegate = async (goal: string) => {
    // After a restart it counts as silent until it looks into its mailbox again.
    await until(
      async () => (await cadre.api.insist<Agent>('GET', `/agents/${ids.Hands}`)).status !== 'offline',
      'Hands is there',
      40_000,
    );
    const open = await cadre.api.insist<Delegation>(
      'POST',
      `/agents/${ids.Hands}/delegations`,
      { from: 'Boss', type: 'lift', goal, timeoutMs: 120_000 },
      goal.replaceAll(' ', '-'),
    );
    expect(open.status).toBe('open');
    return open;
  };
  const ended = (id: string) =>
    until(
      async () => {
        const seen = await cadre.api.insist<Delegation>('GET', `/delegations/${id}`);
        return seen.status !== 'open' && seen;
      },
      `the end of ${id}`,
      60_000,
    );
  const about = (goal: string) => hands.taken.filter(({ subject }) => subject === goal);
  const answers = (delegation: Delegation) =>
    boss.taken.filter(({ inReplyTo }) => inReplyTo === delegation.messageId);
  const show = (id: string) => cadre.api.insist<Message>('GET', `/messages/${id}`);

  it('survives the death of Cadre while the agent works: acknowledged afterwards, done once', async () => {
    const release = gate();
    handlers.set('through a kill', () => release.passed.then(() => ({ result: 'lifted' })));
    const open = await delegate('through a kill');
    await until(async () => about('through a kill').length === 1, 'it is taken');
    await cadre.killAndRestart();
    release.open();
    expect(await ended(open.id)).toMatchObject({ status: 'completed', result: 'lifted', late: false });
    await until(async () => answers(open).length > 0, 'the answer');
    const { correlationId } = await show(open.messageId);
    expect(answers(open)).toHaveLength(1);
    expect(answers(open)[0]).toMatchObject({
      correlationId,
      payload: { data: { taskId: open.id, status: 'completed', result: 'lifted' } },
    });
    const letters = await cadre.api.insist<{ items: Message[] }>(
      'GET',
      `/messages?taskId=${open.id}&type=task_delegation`,
    );
    expect(letters.items.filter(({ seq }) => seq !== null)).toHaveLength(1);
  });

  it('is handed out again when the agent dies with it: the same key, so its effect is single', async () => {
    const effects: string[] = [];
    const release = gate();
    handlers.set('dropped once', async (message) => {
      const { idempotencyKey } = message.payload.context as { idempotencyKey: string }; // docs/agents.md
      if (!effects.includes(idempotencyKey)) effects.push(idempotencyKey);
      if (message.retryCount === 0) return undefined; // it died before it could say so
      await release.passed;
      return { result: 'lifted after all' };
    });
    const open = await delegate('dropped once');
    await until(async () => about('dropped once').length === 1, 'it is taken');
    await cadre.killAndRestart();
    await until(async () => about('dropped once').length >= 2, 'it is handed out again', 40_000);
    release.open();
    expect(await ended(open.id)).toMatchObject({ status: 'completed', result: 'lifted after all' });
    expect(effects).toHaveLength(1);
    expect(new Set(about('dropped once').map(({ id }) => id)).size).toBe(1);
  });

  it('twin: what was acknowledged before the kill is not handed out again', async () => {
    handlers.set('before a kill', () => ({ result: 1 }));
    const open = await delegate('before a kill');
    const before = await ended(open.id);
    await until(async () => answers(open).length > 0, 'the answer');
    await cadre.killAndRestart();
    await ended((await delegate('after a kill')).id); // the new process has looked for work
    expect(about('before a kill')).toHaveLength(1);
    expect(await cadre.api.insist('GET', `/delegations/${open.id}`)).toEqual(before);
    expect(answers(open)).toHaveLength(1);
  });
});
