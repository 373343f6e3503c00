import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import type { Task } from '../../src/tasks/task.ts';
import { MAX_BEGUN } from '../../src/workflows/language.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import {
  gate,
  type Order,
  type Scripted,
  type ScriptedOperator,
  startScriptedOperator,
} from '../support/operator.ts';
import { addScripted } from '../support/scripted.ts';
import { onEveryStore } from '../support/stores.ts';

/** What goes wrong around a workflow in the hands of one operator, and must cost nothing. */
onEveryStore('one operator in trouble', (dialect) => {
  let home: TestHouse;
  let first: ScriptedOperator;
  let spare: ScriptedOperator;
  let answer: (order: Order) => Scripted | Promise<Scripted>;
  beforeEach(async () => {
    answer = ({ goal }) => ({ output: goal });
    first = await startScriptedOperator((order) => answer(order));
    spare = await startScriptedOperator(({ goal }) => ({ output: `${goal} by the spare one` }));
    home = await openTestHouse({
      dialect,
      env: { CADRE_ALLOW_HOSTS: `${first.host},${spare.host}`, CADRE_LEASE_TTL_MS: '3000' },
    });
    await add('First', first, 0.9);
  });
  afterEach(async () => {
    await home?.close();
    await first?.close();
    await spare?.close();
  });
  const add = (name: string, operator: ScriptedOperator, confidence: number) =>
    home.call<Agent>('agents.create', {
      name,
      capabilities: [{ name: 'trade', confidence }],
      executor: { kind: 'http', url: operator.url },
    });
  const small = (name: string, steps: string, operator = 'capability: trade') =>
    home.call('workflows.save', {
      text: `name: ${name}\noperator: { ${operator} }\nsteps: ${steps}\n`,
      publish: true,
    });
  const goals = (operator = first) => operator.requests.map(({ order }) => order.goal);
  const get = (id: string) => home.call<Task>('tasks.get', { id });
  const nodesOf = ({ nodes }: Task) => Object.fromEntries(nodes.map(({ path, status }) => [path, status]));

  it('ends at once where nothing is to be done, also with a failure', async () => {
    await small('nothing', "[{name: a, goal: a, if: 'false'}, {name: b, goal: b, if: 'false'}]");
    const task = await home.run({ workflow: 'nothing' });
    expect([task.status, task.stopReason, nodesOf(task)]).toEqual([
      'completed',
      'done',
      { a: 'skipped', b: 'skipped' },
    ]);
    await small('wrong', "[{name: a, goal: '{{ input.none.at.all }}'}]");
    const failed = await home.run({ workflow: 'wrong' });
    expect([failed.status, failed.error?.code, nodesOf(failed)]).toEqual([
      'failed',
      'workflow/expression',
      { a: 'failed' },
    ]);
    expect(goals()).toEqual([]);
    // The twin: with something to be done it is done.
    await small('something', "[{name: a, goal: a, if: 'false'}, {name: b, goal: b}]");
    expect((await home.run({ workflow: 'something' })).result?.output).toBe('b');
  });

  it('begins as many steps as any plan may, also when some are tried again', async () => {
    const least = MAX_BEGUN - 1; // the loop itself is one
    let refused = 2;
    answer = ({ goal }) => (goal === 'round 3' && refused-- > 0 ? { status: 503 } : { output: goal });
    const rounds = (count: number) =>
      `[{name: rounds, repeat: {until: "round == ${count}", max: 1000, steps: [{name: turn, goal: "round {{ round }}"}]}}]`;
    await small('many', rounds(least));
    const { id } = await home.call<Task>('tasks.submit', { workflow: 'many' });
    await until(async () => goals().length >= least + 2, 'all of them', 100_000);
    const task = await home.ended(id);
    expect([task.status, task.stopSentence, task.result?.output]).toEqual([
      'completed',
      'All its steps were done.',
      `round ${least}`,
    ]);
    expect(goals()).toHaveLength(least + 2);
    // The twin: one more is too many; these are skipped, so that it ends at once.
    const items = Array.from({ length: MAX_BEGUN }, (_, index) => index);
    await small('too-many', "[{name: each, forEach: input.items, steps: [{name: a, goal: a, if: 'false'}]}]");
    const stopped = await home.run({ workflow: 'too-many', input: { items } });
    expect([stopped.status, stopped.stopReason, stopped.error?.code]).toEqual([
      'failed',
      'step-limit',
      'workflow/too-many-steps',
    ]);
    expect(goals()).toHaveLength(least + 2);
  }, 120_000);

  it('tries a step again while another one is at work', async () => {
    const door = gate();
    let left = 0;
    answer = async ({ goal }) => {
      if (goal === 'right') await door.passed;
      if (goal !== 'left') return { output: goal };
      left += 1;
      if (left === 1) return { status: 503 };
      door.open();
      return { output: 'at last' };
    };
    await small(
      'beside',
      '[{name: both, parallel: {l: [{name: a, goal: left}], r: [{name: b, goal: right}]}}]',
    );
    const task = await home.run({ workflow: 'beside' });
    expect(task.result?.output).toEqual({ l: 'at last', r: 'right' });
    // The twin: one that may not be tried again fails beside the other.
    left = 0;
    await small(
      'once',
      '[{name: both, parallel: {l: [{name: a, goal: left, retry: {maxAttempts: 1}}], r: [{name: b, goal: right}]}}]',
    );
    expect((await home.run({ workflow: 'once' })).status).toBe('failed');
    expect(left).toBe(1);
  });

  it('loses nothing to a pause that comes with the very last step, and does it once', async () => {
    const door = gate();
    answer = async ({ goal }) => {
      if (goal === 'b') await door.passed;
      return { output: goal };
    };
    await small('late', '[{name: a, goal: a}, {name: b, goal: b}]');
    const { id } = await home.call<Task>('tasks.submit', { workflow: 'late' });
    await until(async () => goals().includes('b'), 'the last step');
    // In the rows alone: this worker has not heard of it when it settles.
    const store = await home.database.open();
    const change = (statement: ReturnType<typeof sql>) =>
      store.writeAll(async (tx) => void (await statement.execute(tx.db)));
    await change(sql`update run set control = 'pause' where task_id = ${id} and kind = 'operator.work'`);
    door.open();
    const state = async () => (await get(id)).runs.find(({ kind }) => kind === 'operator.work')?.state;
    await until(async () => (await state()) === 'paused', 'it rests');
    expect(nodesOf(await get(id)).b).toBe('running'); // how it ended is kept, and not taken in yet
    await change(
      sql`update run set state = 'pending', due_at = 0 where task_id = ${id} and kind = 'operator.work'`,
    );
    await store.close();
    const task = await home.ended(id);
    expect([task.status, task.result?.output, nodesOf(task)]).toEqual([
      'completed',
      'b',
      { a: 'completed', b: 'completed' },
    ]);
    expect(goals()).toEqual(['a', 'b']);
  });

  it('goes on in other hands where an agent went away in the middle', async () => {
    const door = gate();
    answer = async ({ goal }) => {
      if (goal === 'b') await door.passed;
      return { output: goal };
    };
    const steps =
      '[{name: a, goal: a}, {name: b, goal: b}, {name: c, goal: c, input: {b: "{{ b.output }}"}}]';
    await small('moving', steps);
    const { id } = await home.call<Task>('tasks.submit', { workflow: 'moving' });
    await until(async () => goals().includes('b'), 'the second step');
    await add('Spare', spare, 0.5);
    await first.close();
    const task = await home.ended(id);
    expect([task.status, task.agentName, nodesOf(task)]).toEqual([
      'completed',
      'Spare',
      { a: 'completed', b: 'completed', c: 'completed' },
    ]);
    // What was stored is not done again; what was under way is, under its key.
    expect(goals(spare)).toEqual(['b', 'c']);
    expect(spare.requests[0]?.order.idempotencyKey).toBe(first.requests[1]?.order.idempotencyKey);
    expect(spare.requests[1]?.order.input).toEqual({ b: 'b by the spare one' });
  });

  it('twin: waits for the agent that it names, and spends no attempt of a step on it', async () => {
    const door = gate();
    answer = async ({ goal }) => {
      if (goal === 'b') await door.passed;
      return { output: goal };
    };
    await add('Spare', spare, 0.5);
    await small('named', '[{name: a, goal: a}, {name: b, goal: b, retry: {maxAttempts: 1}}]', 'agent: First');
    const { id } = await home.call<Task>('tasks.submit', { workflow: 'named' });
    await until(async () => goals().includes('b'), 'the second step');
    const { port } = first;
    await first.close();
    const offline = async () =>
      (await home.call<{ items: Agent[] }>('agents.list', {})).items.some(
        ({ name, status }) => name === 'First' && status === 'offline',
      );
    await until(offline, 'it is known to be away');
    const again = await startScriptedOperator(({ goal }) => ({ output: `${goal} again` }), port);
    try {
      const task = await home.ended(id);
      expect([task.status, task.result?.output, task.agentName]).toEqual(['completed', 'b again', 'First']);
      expect([goals(again), goals(spare)]).toEqual([['b'], []]);
    } finally {
      await again.close();
    }
  });

  it('takes turns of each step, and of each way of doing it, by themselves', async () => {
    const turn = (text: string) => ({ text, inputTokens: 10, outputTokens: 1 });
    await addScripted(home, 'Ada', [turn('one'), turn('two')]);
    await small(
      'turns',
      `
  - { name: a, goal: a }
  - name: b
    goal: b
    output: { type: integer }
    recover: [{ alternative: { goal: other } }, { degrade: { output: 1 } }]
`,
      'agent: Ada',
    );
    const task = await home.run({ workflow: 'turns' });
    expect([task.status, task.result]).toEqual([
      'completed',
      expect.objectContaining({ completeness: 'partial', output: 1 }),
    ]);
    const taken = (await home.events(task.id)).filter(({ type }) => type === 'turn.taken');
    expect(taken.map(({ data }) => data.turn)).toEqual(['a:1', 'a:2', 'b:1', 'b:2', 'b~1:1', 'b~1:2']);
    expect(task.usage).toMatchObject({ inputTokens: 60 });
  });
});
