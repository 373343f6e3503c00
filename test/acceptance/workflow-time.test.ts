import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import type { Task } from '../../src/tasks/task.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { type ScriptedOperator, startScriptedOperator } from '../support/operator.ts';
import { onEveryStore } from '../support/stores.ts';

/** `timeoutMs` of a workflow (docs/workflow-language.md): how long the whole may take, whoever carries it out. */
onEveryStore('the time of a whole workflow', (dialect) => {
  let home: TestHouse;
  let operator: ScriptedOperator;
  /** Goals that are not answered now. */
  const stuck = new Set<string>();
  beforeAll(async () => {
    operator = await startScriptedOperator((order) =>
      stuck.has(order.goal) ? new Promise(() => {}) : { output: order.goal },
    );
    home = await openTestHouse({ dialect, env: { CADRE_ALLOW_HOSTS: operator.host } });
    await home.call<Agent>('agents.create', {
      name: 'Worker',
      capabilities: [{ name: 'do', confidence: 0.9 }],
      executor: { kind: 'http', url: operator.url },
      maxConcurrent: 8,
    });
  });
  beforeEach(() => {
    stuck.clear();
    operator.requests.length = 0;
  });
  afterAll(async () => {
    await home?.close();
    await operator?.close();
  });
  const goals = () => operator.requests.map(({ order }) => order.goal);
  /** Submits a task; when the stuck goal was asked for, the time of all that has a deadline is up. */
  async function late(submission: object, goal: string): Promise<Task> {
    stuck.add(goal);
    const { id } = await home.call<Task>('tasks.submit', submission);
    await until(async () => goals().includes(goal), `${goal} is asked for`);
    const task = await home.call<Task>('tasks.get', { id });
    await home.house.store.writeAll((tx) =>
      tx.db
        .updateTable('task')
        .set({ deadline: 1 })
        .where('deadline', 'is not', null)
        .where('completed_at', 'is', null)
        .execute(),
    );
    const end = await home.ended(id);
    stuck.clear();
    return { ...end, deadline: task.deadline };
  }
  const msGiven = ({ deadline, createdAt }: Task) => Date.parse(deadline ?? '') - Date.parse(createdAt);

  it.each([
    ['each step by an agent', '', 'capability: do'],
    ['one operator for all', 'operator: {capability: do}', 'optional: false'],
  ])('ends it, with what is under way, and a retry gets it anew: %s', async (who, by, how) => {
    const name = who.replaceAll(' ', '-');
    const text = (timeoutMs: number) => `
name: ${name}
${by}
timeoutMs: ${timeoutMs}
steps:
  - {name: a, goal: a, ${how}}
  - {name: b, goal: b, ${how}}
`;
    await home.call('workflows.save', { text: text(600_000) });
    const over = await late({ workflow: name }, 'b');
    expect([over.status, over.stopReason, over.error?.code, goals()]).toEqual([
      'failed',
      'deadline',
      'task/deadline',
      ['a', 'b'],
    ]);
    expect(msGiven(over)).toBeGreaterThanOrEqual(600_000);
    // The one that has all steps holds no worker any more.
    await until(
      async () => (await home.call<Agent>('agents.get', { id: 'Worker' })).status === 'idle',
      'nobody waits for it',
    );
    await home.call('tasks.retry', { id: over.id });
    const again = await home.ended(over.id);
    expect([again.status, goals()]).toEqual(['completed', ['a', 'b', 'b']]);
    expect(Date.parse(again.deadline ?? '')).toBeGreaterThan(Date.parse(over.deadline ?? ''));
    // The twin: without it there is no deadline that could end it.
    await home.call('workflows.save', { text: text(1).replace('timeoutMs: 1', '') });
    expect(await home.run({ workflow: name })).toMatchObject({ status: 'completed', deadline: null });
  });

  it('never moves the deadline of its caller to a later time', async () => {
    await home.call('workflows.save', {
      text: '{name: hour, timeoutMs: 3600000, steps: [{name: a, goal: a, capability: do}]}',
    });
    const deadline = new Date(Date.now() + 60_000).toISOString();
    expect(await home.run({ workflow: 'hour', deadline })).toMatchObject({ status: 'completed', deadline });
  });

  it('counts for a workflow that is called as well, and it goes on with new time', async () => {
    await home.call('workflows.save', {
      text: '{name: inner, timeoutMs: 600000, steps: [{name: c, goal: c, capability: do}, {name: d, goal: d, capability: do}]}',
    });
    await home.call('workflows.save', { text: '{name: outer, steps: [{name: call, workflow: inner}]}' });
    const over = await late({ workflow: 'outer' }, 'd');
    expect([over.stopReason, over.deadline, over.subtasks[0]?.stopReason]).toEqual([
      'deadline',
      null,
      'deadline',
    ]);
    await home.call('tasks.retry', { id: over.id });
    expect([(await home.ended(over.id)).status, goals()]).toEqual(['completed', ['c', 'd', 'd']]);
  });

  it('a task without a workflow whose deadline passed can be tried again, and has none then', async () => {
    const deadline = new Date(Date.now() + 600_000).toISOString();
    const over = await late({ goal: 'alone', capability: 'do', deadline }, 'alone');
    expect(over.stopReason).toBe('deadline');
    await home.call('tasks.retry', { id: over.id });
    const again = await home.ended(over.id);
    expect(again, JSON.stringify(again.error)).toMatchObject({ status: 'completed', deadline: null });
  });
});
