import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import { compareEstimates } from '../../src/tasks/compare.ts';
import type { EstimateView } from '../../src/tasks/estimate-view.ts';
import type { Task } from '../../src/tasks/task.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { type ScriptedOperator, startScriptedOperator } from '../support/operator.ts';
import { addScripted } from '../support/scripted.ts';
import { onEveryStore } from '../support/stores.ts';

interface Errors {
  count: number;
  mape: number | null;
  signed: number | null;
}

/** MC-3, S17: what a task may take is said before it starts, and how far off that was afterwards. */
onEveryStore('estimates', (dialect) => {
  let home: TestHouse;
  let remote: ScriptedOperator;
  let agent: Agent;
  beforeAll(async () => {
    remote = await startScriptedOperator(
      ({ input }) => ({ output: 'done', ...input }) as { output: unknown },
    );
    home = await openTestHouse({ dialect, env: { CADRE_ALLOW_HOSTS: remote.host } });
    agent = await home.call<Agent>('agents.create', {
      name: 'Remote',
      capabilities: [{ name: 'remote.work', confidence: 0.9 }],
      executor: { kind: 'http', url: remote.url },
    });
  });
  afterAll(async () => {
    await home?.close();
    await remote?.close();
  });

  const estimate = (input: object) => home.call<EstimateView>('tasks.estimate', { goal: 'work', ...input });
  /** What the watch does each round. */
  const compared = async (id: string) => {
    await compareEstimates(home.house);
    const { estimate: kept } = await home.call<Task>('tasks.get', { id });
    expect(kept?.real).not.toBeNull();
    return kept;
  };
  const work = async (costUsd: number, tokens: number) => {
    const usage = { costUsd, inputTokens: tokens, outputTokens: 0 };
    const task = await home.run({ goal: 'work', agentId: agent.id, input: { usage } });
    expect(task.status).toBe('completed');
    await compared(task.id);
    return task.id;
  };
  const alerts = async (id: string) =>
    (await home.events(id)).filter(({ data }) => data.alert === 'chat').map(({ type }) => type);

  it('a script says exactly what it takes, and the error is 0', async () => {
    const turn = { text: 'a turn', inputTokens: 1_000, outputTokens: 250 };
    const scripted = await addScripted(home, 'Spender', [turn, turn]);
    expect(await estimate({ agentId: scripted.id })).toMatchObject({
      costUsd: 0.001,
      tokens: 2_500,
      energyJ: null,
      reckoned: { by: 'script' },
    });
    const task = await home.run({ goal: 'work', agentId: scripted.id });
    const kept = await compared(task.id);
    expect(kept).toMatchObject({ costUsd: 0.001, real: { costUsd: 0.001, tokens: 2_500 } });
    const { cost, tokens } = await home.call<{ cost: Errors; tokens: Errors }>('usage.predictions', {
      kind: `agent:${scripted.id}`,
    });
    expect([cost, tokens]).toMatchObject([
      { count: 1, mape: 0, signed: 0 },
      { count: 1, mape: 0, signed: 0 },
    ]);
    expect(await alerts(task.id)).toEqual([]);
    const told = (await home.events(task.id)).filter(({ type }) => type === 'usage.compared');
    expect(told.map(({ data }) => data)).toEqual([
      expect.objectContaining({ estimateUsd: 0.001, costUsd: 0.001, estimateTokens: 2_500, tokens: 2_500 }),
    ]);
  });

  it('built-in skills cost nothing; their joules are guessed until they were measured', async () => {
    expect(await estimate({ goal: 'List all amounts' })).toMatchObject({
      costUsd: 0,
      costHighUsd: 0,
      tokens: 0,
      reckoned: { by: 'keyless' },
    });
    const guess = await estimate({ goal: 'List all amounts' });
    expect(guess.energyLowJ).toBeLessThan(guess.energyJ ?? 0);
    expect(guess.energyHighJ).toBeGreaterThan(guess.energyJ ?? 0);
  });

  it('a workflow that was never run is its steps added up; twin: with a step that nobody can tell of it is not', async () => {
    const turn = { text: 'a turn', inputTokens: 1_000, outputTokens: 0 };
    const adder = await addScripted(home, 'Adder', [turn]);
    const one = await estimate({ agentId: adder.id });
    const each = `  - name: each
    forEach: input.names
    steps: [{ name: count, goal: 'Count {{ item }}', agent: Adder }]`;
    await home.call('workflows.save', {
      text: `name: sums\nsteps:\n  - { name: first, goal: Begin, agent: Adder }\n${each}\n`,
    });
    await home.call('workflows.publish', { id: 'sums' });
    const names = ['x', 'y', 'z'];
    expect(await estimate({ workflow: 'sums', input: { names } })).toMatchObject({
      kind: 'workflow:sums',
      costUsd: 4 * (one.costUsd ?? Number.NaN),
      tokens: 4_000,
      durationMs: null,
      reckoned: { by: 'steps', samples: 0, because: expect.stringContaining('2 steps added up') },
    });
    // It comes true, and stands beside what it took.
    const task = await home.run({ workflow: 'sums', input: { names } });
    expect(task.status).toBe('completed');
    expect(await compared(task.id)).toMatchObject({ tokens: 4_000, real: { tokens: 4_000 } });

    await home.call('workflows.save', {
      text: `name: elsewhere\nsteps:\n  - { name: first, goal: Begin, agent: Adder }\n  - { name: far, goal: Go, agent: Remote }\n`,
    });
    await home.call('workflows.publish', { id: 'elsewhere' });
    expect(await estimate({ workflow: 'elsewhere' })).toMatchObject({
      costUsd: null,
      tokens: null,
      reckoned: { by: 'unknown', because: expect.stringMatching(/^the step far: Remote works elsewhere/) },
    });
    await expect(estimate({ workflow: 'nowhere' })).rejects.toMatchObject({ code: 'workflow/not-found' });
  });

  it('of who works elsewhere nobody knows, until three of its tasks have ended; then it is their median', async () => {
    expect(await estimate({ agentId: agent.id })).toMatchObject({
      costUsd: null,
      reckoned: { by: 'unknown' },
    });
    await work(0.01, 100);
    await work(0.02, 200);
    expect(await estimate({ agentId: agent.id })).toMatchObject({ reckoned: { by: 'unknown' } });
    await work(0.06, 600);
    expect(await estimate({ agentId: agent.id })).toMatchObject({
      costUsd: 0.02,
      costHighUsd: 0.052,
      tokens: 200,
      tokensHigh: 520,
      reckoned: { by: 'history', samples: 3 },
    });
    // Foretold 0.02, took 0.025: a fifth too little.
    await work(0.025, 200);
    const { cost } = await home.call<{ cost: Errors }>('usage.predictions', { kind: `agent:${agent.id}` });
    expect(cost).toMatchObject({ count: 1, mape: expect.closeTo(0.2), signed: expect.closeTo(-0.2) });
  });

  it('tells of an overrun and of what is far from usual; twin: within a tenth nothing is told', async () => {
    for (let round = 0; round < 6; round += 1) await work(0.02, 200);
    const usual = await work(0.02, 200);
    expect(await alerts(usual)).toEqual([]);
    const over = await work(0.025, 200);
    expect(await alerts(over)).toEqual(['usage.overrun']);
    const [told] = (await home.events(over)).filter(({ type }) => type === 'usage.overrun');
    expect(told?.data).toMatchObject({
      alert: 'chat',
      measure: 'money',
      because: expect.stringContaining('0.025 USD'),
    });
    const far = await work(2, 20_000);
    expect(await alerts(far)).toEqual(['usage.overrun', 'usage.anomalous']);
  });

  it('of a task that was tried again the stream has each end, and what was told between; twin: nothing after the last', async () => {
    let fails = true;
    const shaky = await startScriptedOperator(() =>
      fails ? { status: 422, error: { code: 'no', message: 'not yet' } } : { output: 'done' },
    );
    const other = await openTestHouse({ dialect, env: { CADRE_ALLOW_HOSTS: shaky.host } });
    try {
      const { id: agentId } = await other.call<Agent>('agents.create', {
        name: 'Shaky',
        capabilities: [{ name: 'shake', confidence: 0.9 }],
        executor: { kind: 'http', url: shaky.url },
      });
      const task = await other.run({ goal: 'work', agentId });
      expect(task.status).toBe('failed');
      await compareEstimates(other.house);
      fails = false;
      await other.call('tasks.retry', { id: task.id });
      await until(
        async () => (await other.call<Task>('tasks.get', { id: task.id })).status === 'completed',
        'the second try',
      );
      await compareEstimates(other.house);
      const types: string[] = [];
      const stream = await other.call<AsyncIterable<{ event: string }>>('tasks.stream', { id: task.id });
      for await (const { event } of stream) types.push(event);
      const told = (await other.events(task.id)).map(({ type }) => type);
      expect(told.at(-1)).toBe('usage.compared');
      expect(types).toEqual(told.slice(0, told.lastIndexOf('task.settled') + 1));
      expect(types.filter((type) => type === 'task.settled')).toHaveLength(2);
      expect(types).toContain('usage.compared');
    } finally {
      await other.close();
      await shaky.close();
    }
  });

  it('says nothing of agents and files that are not there', async () => {
    await expect(estimate({ agentId: '01890000-0000-7000-8000-000000000000' })).rejects.toMatchObject({
      code: 'agent/not-found',
    });
  });
});
