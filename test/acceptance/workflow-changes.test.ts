import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import type { Task } from '../../src/tasks/task.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { gate, type ScriptedOperator, startScriptedOperator } from '../support/operator.ts';
import { onEveryStore } from '../support/stores.ts';

interface Published {
  version: number;
  inFlight: Array<{
    id: string;
    version: number;
    canMigrate: boolean;
    obstacle: string | null;
    fate: string;
  }>;
  migrated: number;
  terminated: number;
}

/** Publishing over what is in flight, proposed versions, plans kept as workflows (issue 5, FEATURES WF-5). */
onEveryStore('changes of workflows', (dialect) => {
  let home: TestHouse;
  let operator: ScriptedOperator;
  let held = gate();
  beforeAll(async () => {
    operator = await startScriptedOperator(async (order) => {
      if (order.goal === 'hold') await held.passed;
      return { output: { goal: order.goal, ...order.input } };
    });
    home = await openTestHouse({ dialect, env: { CADRE_ALLOW_HOSTS: operator.host } });
    await home.call<Agent>('agents.create', {
      name: 'Worker',
      capabilities: [{ name: 'do', confidence: 0.9 }],
      executor: { kind: 'http', url: operator.url },
      maxConcurrent: 20,
    });
  });
  afterAll(async () => {
    held.open();
    await home?.close();
    await operator?.close();
  });
  const save = (text: string, publish = true) =>
    home.call<{ version: number }>('workflows.save', { text, publish });
  const publish = (id: string, input: object) => home.call<Published>('workflows.publish', { id, ...input });

  /** A task of the workflow that is in the middle of its first step. */
  async function underWay(workflow: string): Promise<string> {
    const before = operator.requests.length;
    const { id } = await home.call<{ id: string }>('tasks.submit', { workflow });
    await until(
      async () => operator.requests.slice(before).some(({ order }) => order.goal === 'hold'),
      'the first step under way',
    );
    return id;
  }

  it('shows what is in flight, moves what can move, and says why the rest stays', async () => {
    held = gate();
    const first = 'name: moves\nsteps:\n  - {name: a, goal: hold, capability: do}\n';
    await save(`${first}  - {name: b, goal: b, capability: do}\n`);
    const id = await underWay('moves');
    // `c` is new after `b`, and `side` may begin at once.
    await save(
      `${first}  - {name: b, goal: b2, capability: do}\n  - {name: c, goal: c, capability: do}\n` +
        '  - {name: side, needs: [], goal: side, capability: do}\noutput: "{{c.output.goal}}"\n',
      false,
    );
    const shown = await publish('moves', { dryRun: true, inFlight: 'migrate' });
    expect(shown).toMatchObject({
      version: 2,
      migrated: 0,
      inFlight: [{ id, version: 1, canMigrate: true, fate: 'migrates' }],
    });
    expect((await home.call<{ published: number }>('workflows.get', { id: 'moves' })).published).toBe(1);

    const done = await publish('moves', { inFlight: 'migrate' });
    expect(done).toMatchObject({ version: 2, migrated: 1 });
    await until(async () => operator.asked((order) => order.goal === 'side').length === 1, 'the new step');
    held.open();
    const task = await home.ended(id);
    expect([task.status, task.result?.output]).toEqual(['completed', 'c']);
    expect(task.plan).toMatchObject({ workflow: { version: 2 } });
    expect(operator.asked((order) => order.goal === 'hold')).toHaveLength(1);
    expect((await home.events(id)).find(({ type }) => type === 'task.migrated')?.data).toMatchObject({
      from: 1,
      to: 2,
    });
  });

  it('refuses to move a task whose steps have no place in the new version, and lets it finish on its own', async () => {
    held = gate();
    await save(
      'name: stays\nsteps: [{name: a, goal: hold, capability: do}, {name: b, goal: b, capability: do}]\n',
    );
    const id = await underWay('stays');
    await save('name: stays\nsteps: [{name: other, goal: other, capability: do}]\n', false);
    const done = await publish('stays', { inFlight: 'migrate' });
    expect(done).toMatchObject({
      migrated: 0,
      inFlight: [{ id, canMigrate: false, fate: 'finishes', obstacle: 'the step "a" has no place in it' }],
    });
    await save(
      'name: stays\nsteps: [{name: n, goal: n, capability: do}, {name: a, goal: hold, capability: do}]\n',
      false,
    );
    expect((await publish('stays', { inFlight: 'migrate' })).inFlight[0]?.obstacle).toContain(
      'needs "n" there',
    );
    await save('name: stays\nsteps: [{name: a, wait: {forMs: 5}}]\n', false);
    expect((await publish('stays', { inFlight: 'migrate' })).inFlight[0]?.obstacle).toContain(
      'of another kind',
    );
    held.open();
    const task = await home.ended(id);
    expect([task.status, task.result?.output]).toEqual(['completed', { goal: 'b' }]);
  });

  it('moves a task that is paused; it begins what is new when it is resumed', async () => {
    held = gate();
    await save('name: rests\nsteps: [{name: a, goal: hold, capability: do}]\n');
    const id = await underWay('rests');
    await home.call('tasks.pause', { id });
    await save(
      'name: rests\nsteps: [{name: a, goal: hold, capability: do}, {name: z, goal: z, capability: do}]\n',
      false,
    );
    expect((await publish('rests', { inFlight: 'migrate' })).migrated).toBe(1);
    held.open();
    await home.call('tasks.resume', { id });
    expect((await home.ended(id)).result?.output).toEqual({ goal: 'z' });
  });

  it('ends what is in flight when that is asked for', async () => {
    held = gate();
    await save('name: ends\nsteps: [{name: a, goal: hold, capability: do}]\n');
    const id = await underWay('ends');
    await save('name: ends\nsteps: [{name: b, goal: b, capability: do}]\n', false);
    expect(await publish('ends', { inFlight: 'terminate' })).toMatchObject({ terminated: 1 });
    expect((await home.call<Task>('tasks.get', { id })).status).toBe('terminated');
    held.open();
  });

  it('keeps a change as a proposal with reason, evidence and difference, until it is published or rejected', async () => {
    await save(
      'name: grows\nsteps:\n  - {name: a, goal: a, capability: do}\n  - {name: b, goal: b, capability: do}\n',
    );
    const proposed = await home.call('workflows.propose', {
      text: 'name: grows\nsteps:\n  - {name: a, goal: better, capability: do}\n  - {name: c, goal: c, capability: do}\n',
      reason: 'a was vague',
      evidence: { tasks: 12 },
    });
    expect(proposed).toMatchObject({ version: 2, isNew: true });
    const diff = await home.call<{ text: string[] }>('workflows.diff', { id: 'grows' });
    expect(diff).toMatchObject({
      from: 1,
      to: 2,
      added: ['c'],
      removed: ['b'],
      changed: [{ place: 'a', key: 'goal', from: 'a', to: 'better' }],
    });
    expect(diff.text).toContain('+  - {name: c, goal: c, capability: do}');
    expect(diff).toMatchObject({ firstLine: 1 });
    // New tasks go on as before.
    expect((await home.run({ workflow: 'grows' })).result?.output).toEqual({ goal: 'b' });

    const reject = (version: number) =>
      home.call('workflows.reject', { id: 'grows', version, reason: 'not so' });
    await expect(reject(1)).rejects.toMatchObject({ code: 'workflow/decided' });
    await reject(2);
    await expect(reject(2)).rejects.toMatchObject({ code: 'workflow/decided' });
    await expect(reject(9)).rejects.toMatchObject({ code: 'workflow/no-version' });
    const { versions } = await home.call<{ versions: unknown[] }>('workflows.get', { id: 'grows' });
    expect(versions[0]).toMatchObject({
      version: 2,
      status: 'rejected',
      reason: 'a was vague',
      evidence: { tasks: 12 },
      verdict: { by: 'a test', reason: 'not so' },
    });
  });

  it('keeps the plan of a chief as a workflow that does the same', async () => {
    const steps = [
      { name: 'read-1', goal: 'one', capability: 'do', input: { n: [1] } },
      {
        name: 'join',
        goal: 'two',
        capability: 'do',
        dependsOn: ['read-1'],
        input: { m: '{{read-1.output.n.0}}' },
      },
    ];
    const task = await home.run({ goal: 'both', type: 'multi_step', input: { steps } });
    expect(task.result?.output).toEqual({ goal: 'two', m: 1 });
    const made = await home.call<{ version: number; text: string }>('workflows.fromTask', {
      taskId: task.id,
      name: 'kept',
    });
    expect(made.text).toContain('{{read_1.output.n[0]}}');
    // Proposed: nothing follows it before somebody publishes it.
    await expect(home.call('tasks.submit', { workflow: 'kept' })).rejects.toMatchObject({
      code: 'workflow/not-published',
    });
    await publish('kept', {});
    const again = await home.run({ workflow: 'kept' });
    expect([again.status, again.result?.output]).toEqual(['completed', task.result?.output]);
    await expect(home.call('workflows.fromTask', { taskId: again.id, name: 'more' })).rejects.toMatchObject({
      code: 'workflow/no-plan',
    });
  });

  it('removes a workflow that no task followed, and keeps the others', async () => {
    await save('name: unused\nsteps: [{name: a, goal: a, capability: do}]\n');
    await home.call('workflows.remove', { id: 'unused' });
    await expect(home.call('workflows.get', { id: 'unused' })).rejects.toMatchObject({
      code: 'workflow/not-found',
    });
    await save('name: callee\nsteps: [{name: a, if: "false", goal: a, capability: do}]\n');
    await save('name: caller\nsteps: [{name: s, if: "false", workflow: callee}]\n');
    await home.run({ workflow: 'caller' });
    for (const id of ['caller', 'callee'])
      await expect(home.call('workflows.remove', { id })).rejects.toMatchObject({ code: 'workflow/in-use' });
  });

  it('keeps a workflow that a schedule starts, until the schedule is gone', async () => {
    await save('name: nightly\nsteps: [{name: a, goal: a, capability: do}]\n');
    const schedule = await home.call<{ id: string }>('schedules.create', {
      name: 'night',
      cron: '0 3 * * *',
      task: { workflow: 'nightly@1' },
    });
    const removal = () => home.call('workflows.remove', { id: 'nightly' });
    await expect(removal()).rejects.toMatchObject({
      code: 'workflow/in-use',
      values: { because: 'the schedule "night" starts it' },
    });
    await home.call('schedules.delete', { id: schedule.id });
    await removal();
  });

  it('ends a workflow that is called with what it does not take', async () => {
    await save(
      'name: strict\ninput: {type: object, properties: {n: {type: number}}, required: [n]}\nsteps: [{name: a, goal: a, capability: do}]\n',
    );
    const caller = (name: string, n: string) =>
      `name: ${name}\nsteps:\n  - {name: first, goal: first, capability: do}\n  - {name: s, needs: [first], workflow: strict, input: {n: '${n}'}}\n`;
    await save(caller('fits', '{{ double(size(first.output.goal)) }}'));
    expect((await home.run({ workflow: 'fits' })).status).toBe('completed');
    await save(caller('wrong', 'many'));
    const wrong = await home.run({ workflow: 'wrong' });
    expect([wrong.status, wrong.error?.code]).toEqual(['failed', 'workflow/bad-input']);
  });
});
