import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import type { Task } from '../../src/tasks/task.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { type ScriptedOperator, startScriptedOperator } from '../support/operator.ts';
import { onEveryStore } from '../support/stores.ts';

/** What a step does when it fails after its attempts (issue 5, FEATURES WF-5). */
onEveryStore('recovery of steps', (dialect) => {
  let home: TestHouse;
  let operator: ScriptedOperator;
  /** Status by goal or `capability goal`; others succeed. */
  const answers = new Map<string, number>();
  beforeAll(async () => {
    operator = await startScriptedOperator((order) => {
      const status = answers.get(order.goal) ?? answers.get(`${order.capability} ${order.goal}`);
      return status === undefined ? { output: { goal: order.goal, by: order.capability } } : { status };
    });
    home = await openTestHouse({ dialect, env: { CADRE_ALLOW_HOSTS: operator.host } });
    for (const name of ['do', 'spare'])
      await home.call<Agent>('agents.create', {
        name: `Worker ${name}`,
        capabilities: [{ name, confidence: 0.9 }],
        executor: { kind: 'http', url: operator.url },
        maxConcurrent: 8,
      });
  });
  beforeEach(() => answers.clear());
  afterAll(async () => {
    await home?.close();
    await operator?.close();
  });
  async function run(name: string, step: string) {
    await home.call('workflows.save', { text: `name: ${name}\nsteps:\n  - ${step}\n` });
    const before = operator.requests.length;
    const task = await home.run({ workflow: name });
    return {
      task,
      asked: operator.requests.slice(before).map(({ order }) => `${order.capability} ${order.goal}`),
    };
  }

  it('makes as many attempts as a step allows, and no more', async () => {
    answers.set('busy', 503);
    const twice = await run('tries', '{name: a, goal: busy, capability: do, retry: {maxAttempts: 2}}');
    expect([twice.task.status, twice.asked]).toEqual(['failed', ['do busy', 'do busy']]);
    const once = await run('tries-once', '{name: a, goal: busy, capability: do, retry: {maxAttempts: 1}}');
    expect(once.asked).toEqual(['do busy']);
    // What cannot become better is not tried again.
    answers.set('busy', 422);
    expect(
      (await run('tries', '{name: a, goal: busy, capability: do, retry: {maxAttempts: 2}}')).asked,
    ).toHaveLength(1);
  });

  it('keeps the number of attempts when nobody was ready at first', async () => {
    answers.set('later', 503);
    const agent = await home.call<Agent>('agents.create', {
      name: 'Late',
      capabilities: [{ name: 'late', confidence: 0.9 }],
      executor: { kind: 'http', url: operator.url },
    });
    // One that is away is waited for; one that is switched off is not.
    const turn = (status: 'offline' | 'idle') =>
      home.house.store.writeAll(({ db }) =>
        db.updateTable('agent').set({ status }).where('id', '=', agent.id).execute(),
      );
    await turn('offline');
    await home.call('workflows.save', {
      text: 'name: late\nsteps: [{name: a, goal: later, capability: late, retry: {maxAttempts: 1}}]\n',
    });
    const before = operator.requests.length;
    const { id } = await home.call<{ id: string }>('tasks.submit', { workflow: 'late' });
    await until(
      async () => (await home.call<Task>('tasks.get', { id })).subtasks.length === 1,
      'the step that nobody can do yet',
    );
    await turn('idle');
    const task = await home.ended(id);
    expect([task.status, operator.requests.length - before]).toEqual(['failed', 1]);
  });

  it('falls back to another capability, or fails where there is none', async () => {
    answers.set('do work', 422);
    const step = (more: string) => `{name: a, goal: work, capability: do${more}}`;
    const other = await run('falls', step(', recover: [{fallback: {capability: spare}}]'));
    expect([other.task.status, other.asked]).toEqual(['completed', ['do work', 'spare work']]);
    expect(other.task.result).toMatchObject({ completeness: 'complete', output: { by: 'spare' } });
    const named = await run('falls-named', step(', recover: [{fallback: {agent: Worker spare}}]'));
    expect(named.task.status).toBe('completed');
    expect((await run('falls-not', step(''))).task.status).toBe('failed');
    answers.set('spare work', 422);
    const both = await run('falls', step(', recover: [{fallback: {capability: spare}}]'));
    expect([both.task.status, both.asked]).toEqual(['failed', ['do work', 'spare work']]);
  });

  it('does something else instead, and sees the error', async () => {
    answers.set('hard', 422);
    const recover = 'recover: [{alternative: {goal: "easy after {{error.step}}", capability: spare}}]';
    const { task, asked } = await run('instead', `{name: a, goal: hard, capability: do, ${recover}}`);
    expect([task.status, asked]).toEqual(['completed', ['do hard', 'spare easy after a']]);
    // What succeeds needs no other way.
    answers.clear();
    expect((await run('instead', `{name: a, goal: hard, capability: do, ${recover}}`)).asked).toEqual([
      'do hard',
    ]);
  });

  it('has a chief plan the goal anew, as often as it says', async () => {
    answers.set('whole', 422);
    const steps =
      '[{name: p, goal: part, capability: do}, {name: q, goal: rest, capability: spare, dependsOn: [p]}]';
    const step = (recover: string) =>
      `{name: a, goal: whole, type: multi_step, capability: do, input: {steps: ${steps}}${recover}}`;
    const planned = await run('replans', step(', recover: [{replan: {max: 2}}]'));
    expect([planned.task.status, planned.asked]).toEqual([
      'completed',
      ['do whole', 'do part', 'spare rest'],
    ]);
    expect(planned.task.result?.output).toMatchObject({ goal: 'rest' });
    expect(planned.task.subtasks.at(-1)).toMatchObject({ capability: null, status: 'completed' });

    answers.set('part', 422);
    const bounded = await run('replans', step(', recover: [{replan: {max: 2}}]'));
    expect([bounded.task.status, bounded.asked]).toEqual(['failed', ['do whole', 'do part', 'do part']]);
    expect((await run('replans-not', step(''))).asked).toEqual(['do whole']);
  });

  it('does not plan deeper than plans may be', async () => {
    await home.call('workflows.save', { text: 'name: d0\nsteps: [{name: s, goal: deep, capability: do}]\n' });
    for (let depth = 1; depth <= 8; depth += 1)
      await home.call('workflows.save', {
        text: `name: d${depth}\nsteps: [{name: s, workflow: d${depth - 1}}]\n`,
      });
    const fits = await home.run({ workflow: 'd7' });
    expect(fits.status).toBe('completed');
    const before = operator.requests.length;
    const task = await home.run({ workflow: 'd8' });
    expect([task.status, task.error?.code, operator.requests.length]).toEqual([
      'failed',
      'plan/too-deep',
      before,
    ]);
  });

  it('goes on with a lesser result, and says that it is partial', async () => {
    answers.set('costly', 422);
    const step = '{name: a, goal: costly, capability: do, recover: [{degrade: {output: {rough: 1}}}]}';
    const { task } = await run('degrades', step);
    expect(task.result).toMatchObject({ completeness: 'partial', output: { rough: 1 } });
    answers.clear();
    expect((await run('degrades', step)).task.result).toMatchObject({ completeness: 'complete' });
  });
});
