import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Message } from '../../src/messages/message.ts';
import type { Task } from '../../src/tasks/task.ts';
import { type Deployment, deploy } from '../chaos/deployment.ts';
import { until } from '../support/engine.ts';
import { call, connectScripted, finish, MODEL } from '../support/models.ts';
import type { Answer } from '../support/provider/answer.ts';
import { type ScriptedProvider, startScriptedProvider } from '../support/provider/server.ts';
import { onEveryStore } from '../support/stores.ts';

/**
 * S1 for agents with a language model, with real processes: Cadre is killed while a call is in flight. What was stored
 * is neither asked nor done again, and the call that was lost is made again with the very same messages.
 */
onEveryStore('agents with a language model through a kill', (dialect) => {
  let cadre: Deployment;
  let provider: ScriptedProvider;
  let answer: (turn: number) => Answer | Promise<Answer> = () => ({ text: 'nothing' });

  beforeAll(async () => {
    provider = await startScriptedProvider({
      models: ['small', 'large'],
      script: (asked) => answer(asked.messages.filter(({ role }) => role === 'assistant').length + 1),
    });
    cadre = await deploy(dialect, {
      // The machine may be busy, and what is proved here are two kills, not a count of attempts.
      leaseTtlMs: 6_000,
      env: { CADRE_ALLOW_HOSTS: provider.host },
    });
    const paths: Record<string, string> = { 'providers.create': '/providers', 'models.add': '/models' };
    await connectScripted((name, input) => {
      if (name !== 'models.price') return cadre.api.insist('POST', paths[name] ?? '', input);
      const { id, ...price } = input as { id: string }; // as connectScripted says it
      return cadre.api.insist('POST', `/models/${encodeURIComponent(id)}/prices`, price);
    }, provider);
    for (const agent of [
      { name: 'Ear', executor: { kind: 'local' } },
      {
        name: 'Ada',
        capabilities: [{ name: 'ada.work' }],
        maxAttempts: 10,
        executor: { kind: 'model', model: MODEL, tools: ['message.send'] },
      },
    ])
      await cadre.api.insist('POST', '/agents', agent, agent.name);
  });
  afterAll(async () => {
    await cadre?.close();
    await provider?.close();
  });

  it('repeats no stored call and no tool, and changes no prompt', async () => {
    let kills = 0;
    answer = (turn) => {
      if (turn <= 2 && kills < turn) return { text: 'lost', fault: 'hang' };
      if (turn <= 2) return { calls: [call('message_send', { to: 'Ear', text: `told in turn ${turn}` })] };
      return finish('both told');
    };
    const { id } = await cadre.api.insist<{ id: string }>(
      'POST',
      '/tasks',
      { goal: 'Tell Ear twice', capability: 'ada.work' },
      'kills',
    );
    for (const turn of [1, 2]) {
      const asked = (count: number) =>
        provider.requests.length >= count && provider.requests.at(-1)?.closedMs === Number.POSITIVE_INFINITY;
      await until(async () => asked(2 * turn - 1), `the call of turn ${turn} is in flight`, 60_000);
      kills = turn;
      await cadre.killAndRestart();
      await until(async () => provider.requests.length >= 2 * turn, 'it is made again', 60_000);
    }
    const task = await until(
      async () => {
        const now = await cadre.api.insist<Task>('GET', `/tasks/${id}`);
        return now.status === 'completed' && now;
      },
      'the end',
      60_000,
    );
    expect(JSON.stringify(task.result?.output)).toContain('both told');
    // Turns 1 and 2 were each lost once and asked once more, turn 3 came through.
    expect(provider.requests).toHaveLength(5);
    const [first, firstAgain, second, secondAgain] = provider.requests.map(({ body }) => body);
    expect(firstAgain).toEqual(first);
    expect(secondAgain).toEqual(second);
    const { items } = await cadre.api.insist<{ items: Message[] }>('GET', '/messages?limit=100');
    const told = items.map(({ payload }) => payload.message).filter((text) => /told in/.test(String(text)));
    expect(told.toSorted()).toEqual(['told in turn 1', 'told in turn 2']);
    // What was lost is charged as the worst case, what was answered as it was said: nothing stays reserved for ever.
    expect(task.usage.inputTokens).toBeGreaterThan(0);
  }, 120_000);
});
