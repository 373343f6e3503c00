import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import type { Task } from '../../src/tasks/task.ts';
import { readWorkflow } from '../../src/workflows/read.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import {
  gate,
  type Order,
  type Scripted,
  type ScriptedOperator,
  startScriptedOperator,
} from '../support/operator.ts';
import { onEveryStore } from '../support/stores.ts';

/** A workflow that one operator carries out as a whole, with every kind of step that it may have. */
const STEPS = `
steps:
  - { name: list, goal: list, CAP input: { say: [1, 2, 3] } }
  - { name: odd, needs: [list], if: "list.output.size() == 0", goal: never CAP }
  - name: each
    needs: [list]
    forEach: list.output
    width: 2
    steps:
      - { name: twice, goal: "twice {{ item }}", CAP input: { say: "{{ item * 2 }}" } }
  - name: both
    needs: [each]
    parallel:
      left: [{ name: l, goal: left, CAP input: { say: left } }]
      right: [{ name: r, goal: right, CAP input: { say: right } }]
  - name: rounds
    repeat: { until: "round == 3", max: 5, steps: [{ name: turn, goal: "round {{ round }}", CAP input: { say: "{{ round }}" } }] }
  - name: way
    switch:
      cases:
        - { when: "rounds.output == 3", steps: [{ name: taken, goal: taken, CAP input: { say: yes } }] }
      default: [{ name: other, goal: other CAP }]
  - name: guard
    try:
      - { name: book, goal: book, CAP input: { say: booked }, compensate: { goal: "unbook {{ book.output }}" CAP } }
      - { name: bad, goal: refuse CAP }
    catch:
      - { name: mend, goal: "mend {{ error.step }}", CAP input: { say: mended } }
  - { name: less, goal: refuse, CAP recover: [{ degrade: { output: little } }] }
  - { name: last, goal: last, CAP input: { say: { each: "{{ each.output }}", both: "{{ both.output }}", guard: "{{ guard.output }}", less: "{{ less.output }}" } } }
output: "{{ last.output }}"
`;
const whole = (name: string) =>
  `name: ${name}\noperator: { capability: trade }\n${STEPS.replaceAll(', CAP', ',').replaceAll(' CAP', '')}`;
const delegated = (name: string) =>
  `name: ${name}\n${STEPS.replaceAll(', CAP', ', capability: trade,').replaceAll(' CAP', ', capability: trade')}`;

onEveryStore('a workflow in the hands of one operator', (dialect) => {
  let home: TestHouse;
  let operator: ScriptedOperator;
  /** What is answered to a goal; others say what their input has them say. */
  const answers = new Map<string, (order: Order) => Scripted | Promise<Scripted>>();
  beforeAll(async () => {
    operator = await startScriptedOperator((order) => {
      const answer = answers.get(order.goal);
      if (answer) return answer(order);
      return order.goal === 'refuse' ? { status: 422 } : { output: order.input.say ?? order.goal };
    });
    home = await openTestHouse({ dialect, env: { CADRE_ALLOW_HOSTS: operator.host } });
    await home.call<Agent>('agents.create', {
      name: 'Trader',
      capabilities: [{ name: 'trade', confidence: 0.9 }],
      executor: { kind: 'http', url: operator.url },
      maxConcurrent: 8,
    });
  });
  beforeEach(() => {
    answers.clear();
    operator.requests.length = 0;
  });
  afterAll(async () => {
    await home?.close();
    await operator?.close();
  });

  const save = (text: string) => home.call('workflows.save', { text, publish: true });
  const goals = () => operator.requests.map(({ order }) => order.goal);
  const keys = () => operator.requests.map(({ order }) => order.idempotencyKey.replace(/^[^:]+:/, ''));
  const nodesOf = (task: Task) => Object.fromEntries(task.nodes.map(({ path, status }) => [path, status]));
  const small = (name: string, steps: string, more = '') =>
    save(`name: ${name}\noperator: { capability: trade }\n${more}\nsteps: ${steps}\n`);

  it('ends as it does with a task for each step, and is one task', async () => {
    await save(whole('whole'));
    await save(delegated('delegated'));
    const one = await home.run({ workflow: 'whole' });
    const asked = goals().sort();
    operator.requests.length = 0;
    const many = await home.run({ workflow: 'delegated' });
    expect(one.stopSentence).toBe(many.stopSentence);
    expect(one.result).toMatchObject({ completeness: 'partial', output: many.result?.output });
    expect(one.result?.output).toEqual({
      each: [2, 4, 6],
      both: { left: 'left', right: 'right' },
      guard: 'mended',
      less: 'little',
    });
    expect(nodesOf(one)).toEqual(nodesOf(many));
    expect(asked).toEqual(goals().sort());
    expect([one.subtasks, many.subtasks.length]).toEqual([[], asked.length]);
    expect([one.agentName, one.assignment]).toEqual([
      'Trader',
      expect.objectContaining({ capability: 'trade' }),
    ]);
  });

  it('tells what happens in the log, and gives each effect a key of its own', async () => {
    const task = await home.run({ workflow: 'whole' });
    const log = await home.events(task.id);
    const count = (type: string) => log.filter((event) => event.type === type).length;
    expect([
      count('plan.made'),
      count('task.assigned'),
      count('task.started'),
      count('task.settled'),
    ]).toEqual([1, 1, 1, 1]);
    const told = log.flatMap(({ type, data }) =>
      type === 'plan.advanced' ? (data.steps as Array<{ path: string; status: string }>) : [],
    );
    const steps = task.nodes.filter(({ kind }) => kind !== 'block');
    for (const { path, status } of steps)
      expect(told.findLast((step) => step.path === path)?.status).toBe(status);
    expect(new Set(keys()).size).toBe(keys().length);
    expect(keys()).toContain('each[1].twice');
    expect(keys()).toContain('undo(guard.try.book)');
  });

  it('gives a step what those before it made, and what the task was given', async () => {
    await small('given', '[{name: a, goal: a}, {name: b, goal: b, input: {in: "{{ input.word }}"}}]');
    await home.run({ workflow: 'given', input: { word: '{{ not mine }}' } });
    const [, second] = operator.requests;
    expect(second?.order).toMatchObject({
      capability: 'trade',
      input: { in: '{{ not mine }}' },
      context: { results: { a: 'a' } },
    });
  });

  it('says what each step gave; twin: of one that has not begun there is nothing to say', async () => {
    const { id, subtasks } = await home.run({ workflow: 'whole' });
    const node = (task: string, path: string) =>
      home.call<{ status: string; output: unknown }>('tasks.node', { id: task, path });
    expect(await node(id, 'each[1].twice')).toMatchObject({
      status: 'completed',
      output: 4,
      endedAt: expect.any(String),
    });
    expect(await node(id, 'each')).toMatchObject({ items: 3, output: [2, 4, 6] });
    expect(await node(id, 'guard.try.bad')).toMatchObject({ output: null, error: { code: 'agent/refused' } });
    await expect(node(id, 'way.default.other')).rejects.toThrow('has no place "way.default.other"');
    await expect(node('0195a000-0000-7000-8000-000000000000', 'each')).rejects.toThrow();
    // What a task of its own gave is told as well.
    const many = await home.run({ workflow: 'delegated' });
    expect([subtasks.length, many.subtasks.length > 0]).toEqual([0, true]);
    expect(await node(many.id, 'each[1].twice')).toMatchObject({ status: 'completed', output: 4 });
  });

  it('tries a step again as often as it says, and fails with the step named', async () => {
    let left = 2;
    answers.set('shaky', () => (left-- > 0 ? { status: 503 } : { output: 'at last' }));
    await small('again', '[{name: a, goal: a}, {name: b, goal: shaky, retry: {maxAttempts: 3}}]');
    const task = await home.run({ workflow: 'again' });
    expect([task.status, task.result?.output, goals()]).toEqual([
      'completed',
      'at last',
      ['a', 'shaky', 'shaky', 'shaky'],
    ]);
    expect(new Set(keys()).size).toBe(2); // the same effect under the same key
    left = 2;
    operator.requests.length = 0;
    await small('again-less', '[{name: a, goal: a}, {name: b, goal: shaky, retry: {maxAttempts: 2}}]');
    const failed = await home.run({ workflow: 'again-less' });
    expect([failed.status, goals()]).toEqual(['failed', ['a', 'shaky', 'shaky']]);
    expect(failed.stopSentence).toMatch(/^The step "b" did not complete: /);
  });

  it('says when a step ended, and not when it was undone', async () => {
    answers.set('late', async () => {
      // Moments are told apart by milliseconds: the end of the step before is one, and now is another.
      const asked = Date.now();
      await until(async () => Date.now() > asked + 2, 'another millisecond');
      return { status: 422 };
    });
    await small('undoing', '[{name: a, goal: a, compensate: {goal: back}}, {name: b, goal: late}]');
    const { nodes } = await home.run({ workflow: 'undoing' });
    const at = (path: string) => {
      const node = nodes.find((one) => one.path === path);
      return [Date.parse(node?.startedAt ?? ''), Date.parse(node?.endedAt ?? '')] as const;
    };
    const [begun, failed] = at('b');
    expect(at('a')[1]).toBeLessThanOrEqual(begun);
    expect(at('undo(a)')[0]).toBeGreaterThanOrEqual(failed);
  });

  it('ends a step that takes too long, also one that takes no notice', async () => {
    answers.set('slow', () => new Promise(() => {}));
    await small('slow', '[{name: a, goal: slow, timeoutMs: 100, retry: {maxAttempts: 1}}]');
    const task = await home.run({ workflow: 'slow' });
    expect([task.status, task.stopReason, task.error?.code]).toEqual(['failed', 'timeout', 'run/timeout']);
  });

  it('rests in a pause without losing what was under way, and goes on behind it', async () => {
    const door = gate();
    answers.set('b', async () => {
      await door.passed;
      return { output: 'b' };
    });
    await small('pausing', '[{name: a, goal: a}, {name: b, goal: b}, {name: c, goal: c}]');
    const { id } = await home.call<Task>('tasks.submit', { workflow: 'pausing' });
    await until(async () => goals().includes('b'), 'the second step');
    await home.call('tasks.pause', { id });
    door.open();
    const nodes = () => home.call<Task>('tasks.get', { id }).then(nodesOf);
    await until(async () => (await nodes()).b === 'completed', 'what was under way is stored');
    expect(goals()).toEqual(['a', 'b']);
    // What comes next is said to wait, and not to be under way.
    await until(async () => (await nodes()).c === 'waiting', 'the run rests');
    await home.call('tasks.resume', { id });
    expect((await home.ended(id)).status).toBe('completed');
    expect(goals()).toEqual(['a', 'b', 'c']);
  });

  it('is ended by a person in the middle, and tried again from where it failed, or from a step', async () => {
    const door = gate();
    answers.set('b', async () => {
      await door.passed;
      return { output: 'b' };
    });
    await small('stopping', '[{name: a, goal: a}, {name: b, goal: b}, {name: c, goal: c}]');
    const { id } = await home.call<Task>('tasks.submit', { workflow: 'stopping' });
    await until(async () => goals().includes('b'), 'the second step');
    await home.call('tasks.terminate', { id });
    const ended = await home.ended(id);
    expect([ended.status, nodesOf(ended)]).toEqual(['terminated', { a: 'completed', b: 'terminated' }]);
    door.open();
    await home.call('tasks.retry', { id });
    expect((await home.ended(id)).status).toBe('completed');
    expect(goals()).toEqual(['a', 'b', 'b', 'c']);
    const { id: fork } = await home.call<Task>('tasks.fork', { id, from: 'c' });
    expect((await home.ended(fork)).result?.output).toBe('c');
    expect(goals()).toEqual(['a', 'b', 'b', 'c', 'c']);
  });

  it('books what its steps say that they took, and stops at the budget', async () => {
    answers.set('dear', () => ({ output: 1, usage: { inputTokens: 60, outputTokens: 0, costUsd: 0.01 } }));
    await small(
      'dear',
      '[{name: a, goal: dear}, {name: b, goal: dear}, {name: c, goal: dear}]',
      'budget: { tokens: 100 }',
    );
    const task = await home.run({ workflow: 'dear' });
    expect([task.status, task.stopReason, goals().length]).toEqual(['failed', 'budget', 2]);
    expect(task.usage).toMatchObject({ inputTokens: 120, costUsd: 0.02 });
  });

  it('is a step of another workflow', async () => {
    await save('name: outer\nsteps: [{name: call, workflow: given, input: {word: x}}]\n');
    const task = await home.run({ workflow: 'outer' });
    expect([task.status, task.result?.output, task.subtasks.map((step) => step.agentName)]).toEqual([
      'completed',
      'b',
      ['Trader'],
    ]);
  });

  it('stays with the version that it began with', async () => {
    const door = gate();
    answers.set('a', async () => {
      await door.passed;
      return { output: 'a' };
    });
    await small('kept', '[{name: a, goal: a}]');
    const { id } = await home.call<Task>('tasks.submit', { workflow: 'kept' });
    await until(async () => goals().includes('a'), 'its step');
    await home.call('workflows.save', {
      text: 'name: kept\noperator: {capability: trade}\nsteps: [{name: a, goal: a}, {name: b, goal: b}]\n',
      publish: false,
    });
    const { inFlight } = await home.call<{ inFlight: object[] }>('workflows.publish', {
      id: 'kept',
      inFlight: 'migrate',
    });
    const obstacle = 'one operator has all its steps in hand';
    expect(inFlight).toEqual([expect.objectContaining({ id, obstacle, fate: 'finishes' })]);
    door.open();
    expect((await home.ended(id)).result?.output).toBe('a');
  });

  it('needs an agent that Cadre can call', async () => {
    await home.call<Agent>('agents.create', {
      name: 'Reader of mail',
      capabilities: [{ name: 'post', confidence: 0.9 }],
      executor: { kind: 'mailbox' },
    });
    await save('name: by-mail\noperator: { agent: Reader of mail }\nsteps: [{name: a, goal: a}]\n');
    const task = await home.run({ workflow: 'by-mail' });
    expect([task.status, task.error?.code]).toEqual(['failed', 'workflow/mailbox-operator']);
    expect(task.assignment).toMatchObject({ because: 'the workflow names it for all its steps' });
    await save('name: by-nobody\noperator: { capability: nothing }\nsteps: [{name: a, goal: a}]\n');
    const none = await home.run({ workflow: 'by-nobody' });
    expect([none.status, none.error?.code]).toEqual(['failed', 'task/no-capability']);
  });
});

describe('what one operator cannot do is said when the workflow is saved', () => {
  it.each([
    ['{ name: a, wait: { forMs: 5 } }', 'there can be no wait here'],
    ['{ name: a, approval: { ask: may I, deadlineMs: 5 } }', 'there can be no approval here'],
    ['{ name: a, workflow: other }', 'there can be no workflow here'],
    ['{ name: a, goal: a, agent: Other }', 'there can be no agent here'],
    ['{ name: a, goal: a, capability: other }', 'there can be no capability here'],
    ['{ name: a, goal: a, budget: { tokens: 5 } }', 'there can be no budget here'],
    ['{ name: a, goal: a, recover: [{ replan: { max: 1 } }] }', 'there can be no replan here'],
    ['{ name: a, goal: a, recover: [{ alternative: { goal: b, agent: c } }] }', 'there can be no agent here'],
    ['{ name: a, goal: a, compensate: { goal: b, capability: c } }', 'there can be no capability here'],
    ['{ name: a, forEach: "[1]", steps: [{ name: b, wait: { forMs: 5 } }] }', 'there can be no wait here'],
  ])('%s', (step, message) => {
    const { problems } = readWorkflow(`name: x\noperator: { capability: y }\nsteps:\n  - ${step}\n`);
    expect(problems.map((problem) => problem.message)).toEqual([expect.stringContaining(message)]);
    expect(problems[0]).toMatchObject({ line: 4, code: 'one-operator' });
    // Without `operator` it may.
    expect(readWorkflow(`name: x\nsteps:\n  - ${step}\n`).problems).toEqual([]);
  });

  it('and so is an operator that names nobody', () => {
    const { problems } = readWorkflow('name: x\noperator: {}\nsteps: [{ name: a, goal: a }]\n');
    expect(problems).toEqual([expect.objectContaining({ line: 2 })]);
  });
});
