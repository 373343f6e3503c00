import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import type { Task } from '../../src/tasks/task.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { type ScriptedOperator, startScriptedOperator } from '../support/operator.ts';
import { onEveryStore } from '../support/stores.ts';

/** Retry and fork of tasks that follow workflows (issue 5). */
onEveryStore('tasks of workflows, tried again', (dialect) => {
  let home: TestHouse;
  let operator: ScriptedOperator;
  /** Goals that fail now. */
  const failing = new Set<string>();
  beforeAll(async () => {
    operator = await startScriptedOperator((order) =>
      failing.has(order.goal) ? { status: 422 } : { output: { goal: order.goal, ...order.input } },
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

  /** Runs something; answers the goals that were asked for meanwhile. */
  async function asked(act: () => Promise<unknown>): Promise<string[]> {
    const before = operator.requests.length;
    await act();
    return operator.requests.slice(before).map(({ order }) => order.goal);
  }
  const retry = async (id: string, from?: string) => {
    await home.call('tasks.retry', { id, ...(from && { from }) });
    return home.ended(id);
  };
  async function failed(workflow: string, goals: string[], input = {}): Promise<Task> {
    for (const goal of goals) failing.add(goal);
    const task = await home.run({ workflow, input });
    failing.clear();
    expect(task.status).toBe('failed');
    return task;
  }

  it('does what failed and what needs it, and keeps what completed', async () => {
    await home.call('workflows.save', {
      text: `
name: chain
steps:
  - {name: a, goal: a, capability: do, input: {n: 1}}
  - {name: each, forEach: '[1, 2, 3]', steps: [{name: i, goal: 'item {{item}}', capability: do}]}
  - {name: c, goal: c, capability: do, input: {n: '{{a.output.n + 1}}'}}
output: '{{c.output.n}}'
`,
    });
    const { id } = await failed('chain', ['item 2']);
    let task: Task | undefined;
    const goals = await asked(async () => {
      task = await retry(id);
    });
    expect([task?.status, task?.result?.output, goals]).toEqual(['completed', 2, ['item 2', 'c']]);
    // Six pieces of work for five steps: the item that was done twice counts once.
    expect([task?.subtasks.length, task?.progress]).toEqual([6, { done: 5, total: 5 }]);
    expect((await home.events(id)).filter(({ type }) => type === 'task.retried')).toHaveLength(1);
    await expect(home.call('tasks.retry', { id })).rejects.toMatchObject({ code: 'task/wrong-state' });
  });

  it('does anew what was undone, and all from a step that is named', async () => {
    await home.call('workflows.save', {
      text: `
name: undone
steps:
  - {name: plain, goal: plain, capability: do}
  - {name: book, needs: [], goal: book, capability: do, compensate: {goal: cancel, capability: do}}
  - {name: pay, goal: pay, capability: do}
`,
    });
    const { id } = await failed('undone', ['pay']);
    failing.add('pay');
    const again = await asked(() => retry(id));
    expect(again).toEqual(['book', 'pay', 'cancel']);
    failing.clear();
    expect(await asked(() => retry(id, 'plain'))).toEqual(expect.arrayContaining(['plain', 'book', 'pay']));
    expect((await home.call<Task>('tasks.get', { id })).status).toBe('completed');
  });

  it('refuses a step that is not there, one that has not begun, and a task without a workflow', async () => {
    const { id } = await failed('chain', ['a']);
    const from = (step: string) => home.call('tasks.retry', { id, from: step });
    await expect(from('nope')).rejects.toMatchObject({ code: 'workflow/no-such-step' });
    await expect(from('each[0].i')).rejects.toMatchObject({ code: 'workflow/not-begun' });
    const plain = await home.call<{ id: string }>('tasks.submit', { goal: 'x', capability: 'nobody' });
    await home.call('tasks.terminate', { id: plain.id });
    await expect(home.call('tasks.retry', { id: plain.id, from: 'a' })).rejects.toMatchObject({
      code: 'workflow/no-plan',
    });
    // Nothing was changed by what was refused.
    expect((await home.call<Task>('tasks.get', { id })).status).toBe('failed');
  });

  it('lets a called workflow go on where it was', async () => {
    await home.call('workflows.save', {
      text: 'name: inner\nsteps: [{name: x, goal: x, capability: do}, {name: y, goal: y, capability: do}]',
    });
    await home.call('workflows.save', {
      text: 'name: outer\nsteps: [{name: sub, workflow: inner}, {name: z, goal: z, capability: do}]',
    });
    const { id } = await failed('outer', ['y']);
    expect(await asked(() => retry(id))).toEqual(['y', 'z']);
  });

  it('waits anew, and an earlier timeout no longer counts', async () => {
    await home.call('workflows.save', {
      text: `
name: waits
steps:
  - {name: w, wait: {event: outcome.recorded}, timeoutMs: 600}
  - {name: z, goal: z, capability: do}
`,
    });
    const { id } = await home.call<{ id: string }>('tasks.submit', { workflow: 'waits' });
    await until(
      async () => (await home.call<Task>('tasks.get', { id })).status === 'waiting',
      'the wait of the plan',
    );
    await home.call('tasks.terminate', { id });
    const again = await retry(id);
    expect([again.status, again.stopSentence]).toEqual([
      'failed',
      expect.stringContaining('did not come within 600 ms'),
    ]);
  });

  it('forks from a step: what was done is taken over and not undone, what needs it is done with other input', async () => {
    await home.call('workflows.save', {
      text: `
name: forked
steps:
  - {name: a, goal: a, capability: do, input: {n: '{{input.n}}'}, compensate: {goal: cancel a, capability: do}}
  - {name: b, goal: b, capability: do, input: {n: '{{a.output.n + input.n}}'}}
  - {name: c, goal: c, capability: do, input: {n: '{{b.output.n}}'}}
output: '{{c.output.n}}'
`,
    });
    const first = await home.run({ workflow: 'forked', input: { n: 1 } });
    expect(first.result?.output).toBe(2);
    let forked: Task | undefined;
    const fork = async (input: object) => {
      const { id } = await home.call<{ id: string }>('tasks.fork', { id: first.id, from: 'b', ...input });
      forked = await home.ended(id);
    };
    expect(await asked(() => fork({ input: { n: 5 } }))).toEqual(['b', 'c']);
    expect([forked?.status, forked?.result?.output]).toEqual(['completed', 6]);
    expect(forked?.plan).toMatchObject({ forkedFrom: { taskId: first.id, step: 'b' } });
    const told = (await home.events(forked?.id)).find(({ type }) => type === 'task.forked');
    expect(told?.data).toMatchObject({ from: first.id, step: 'b' });

    // One that fails leaves the effects of the other task alone, and can be tried again.
    failing.add('c');
    expect(await asked(() => fork({}))).toEqual(['b', 'c']);
    expect(forked?.status).toBe('failed');
    failing.clear();
    expect(await asked(() => retry(forked?.id ?? ''))).toEqual(['c']);
    const other = await home.call<Task>('tasks.get', { id: first.id });
    expect([other.status, other.result?.output]).toEqual(['completed', 2]);
  });

  it('refuses to fork from a step that is not there, and a task without a workflow', async () => {
    const task = await home.run({ workflow: 'forked', input: { n: 1 } });
    await expect(home.call('tasks.fork', { id: task.id, from: 'nope' })).rejects.toMatchObject({
      code: 'workflow/no-such-step',
    });
    const plain = await home.run({ goal: 'plain', capability: 'do' });
    await expect(home.call('tasks.fork', { id: plain.id, from: 'a' })).rejects.toMatchObject({
      code: 'workflow/no-plan',
    });
    await expect(home.call('tasks.fork', { id: 'none', from: 'a' })).rejects.toMatchObject({
      code: 'task/not-found',
    });
  });

  it('hands each step the results that it needs, and takes braces in them for nothing else', async () => {
    await home.call('workflows.save', {
      text: `
name: hands-on
steps:
  - {name: a, goal: a, capability: do, input: {n: '{{input.text}}'}}
  - {name: each, forEach: '[1, 2]', steps: [{name: i, goal: i, capability: do, input: {n: '{{item}}'}}]}
  - {name: c, needs: [a, each], goal: c, capability: do, input: {n: '{{a.output.n}}'}}
  - {name: alone, needs: [], goal: alone, capability: do}
`,
    });
    const text = 'what {{a.output.goal}} and {{nobody.output}} are';
    const before = operator.requests.length;
    expect((await home.run({ workflow: 'hands-on', input: { text } })).status).toBe('completed');
    const order = (goal: string) =>
      operator.requests.slice(before).find((request) => request.order.goal === goal)?.order;
    expect(order('c')?.input).toEqual({ n: text });
    expect(order('c')?.context.results).toEqual({
      a: { goal: 'a', n: text },
      'each[0].i': { goal: 'i', n: 1 },
      'each[1].i': { goal: 'i', n: 2 },
    });
    expect(order('alone')?.context.results).toEqual({});
  });
});
