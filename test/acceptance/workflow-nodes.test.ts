import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { type ScriptedOperator, startScriptedOperator } from '../support/operator.ts';
import { onEveryStore } from '../support/stores.ts';

/** What a task tells about the steps of the workflow that it follows. */
onEveryStore('the nodes of a plan', (dialect) => {
  let home: TestHouse;
  let operator: ScriptedOperator;
  beforeAll(async () => {
    operator = await startScriptedOperator(({ goal, input }) =>
      input.fail === true ? { status: 422 } : { output: { goal } },
    );
    home = await openTestHouse({ dialect, env: { CADRE_ALLOW_HOSTS: operator.host } });
    await home.call<Agent>('agents.create', {
      name: 'Worker',
      capabilities: [{ name: 'do', confidence: 0.9 }],
      executor: { kind: 'http', url: operator.url },
      maxConcurrent: 8,
    });
  });
  afterAll(async () => {
    await home?.close();
    await operator?.close();
  });

  it('are told with what became of each, with items and errors, and not what came out', async () => {
    await home.call('workflows.save', {
      text: `
name: seen
steps:
  - {name: each, forEach: '["a", "b"]', steps: [{name: one, goal: '{{item}}', capability: do}]}
  - {name: never, if: 'false', goal: never, capability: do}
  - name: guard
    try: [{name: risky, goal: risky, capability: do, input: {fail: true}}]
    catch: [{name: instead, goal: instead, capability: do}]
`,
    });
    const task = await home.run({ workflow: 'seen' });
    const nodes = new Map(task.nodes.map((node) => [node.path, node]));
    const status = (path: string) => nodes.get(path)?.status;
    expect(nodes.get('each')).toMatchObject({ kind: 'forEach', status: 'completed', items: 2, taskId: null });
    expect(nodes.get('each[1].one')).toMatchObject({ kind: 'goal', status: 'completed', items: null });
    expect(nodes.get('each[1]')?.kind).toBe('block');
    expect(task.subtasks.find(({ step }) => step === 'each[1].one')?.id).toBe(
      nodes.get('each[1].one')?.taskId,
    );
    expect([status('never'), status('guard'), status('guard.catch.instead')]).toEqual([
      'skipped',
      'completed',
      'completed',
    ]);
    const risky = nodes.get('guard.try.risky');
    expect(risky).toMatchObject({ status: 'failed', error: { step: 'guard.try.risky' } });
    expect(Date.parse(risky?.endedAt ?? '')).toBeGreaterThanOrEqual(Date.parse(risky?.startedAt ?? ''));
    expect(nodes.has('')).toBe(false); // the plan itself is the task
    expect(JSON.stringify(task.nodes)).not.toContain('"output"');
    const { items } = await home.call<{ items: Array<{ name: string; tasksInFlight: number }> }>(
      'workflows.list',
      {},
    );
    expect(items.find(({ name }) => name === 'seen')?.tasksInFlight).toBe(0);
  });

  it('are none for a task that follows no workflow', async () => {
    const task = await home.run({ goal: 'do it', capability: 'do' });
    expect([task.status, task.nodes]).toEqual(['completed', []]);
  });
});
