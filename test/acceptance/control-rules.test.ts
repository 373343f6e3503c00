import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Task } from '../../src/tasks/task.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { addScripted, slowTurns } from '../support/scripted.ts';
import { onEveryStore } from '../support/stores.ts';

interface Rule {
  id: string;
  name: string;
  enabled: boolean;
  builtIn: boolean;
  fired: number;
}

/** QC-6: rules act by themselves on goals that allow it, and say why. The watch of a test house looks every second. */
onEveryStore('control rules', (dialect) => {
  let home: TestHouse;
  beforeAll(async () => {
    home = await openTestHouse({ dialect });
    await addScripted(home, 'Slow', slowTurns(150), { maxConcurrent: 8, timeoutMs: 600_000 });
  });
  afterAll(() => home?.close());

  const submit = async (more: object) =>
    (await home.call<{ id: string }>('tasks.submit', { goal: 'slowly', capability: 'slow.work', ...more }))
      .id;
  const show = (id: string) => home.call<Task>('tasks.get', { id });
  const rules = async () => (await home.call<{ items: Rule[] }>('controlRules.list')).items;
  const firings = async (id: string) => (await home.events(id)).filter(({ type }) => type === 'rule.fired');
  const become = (id: string, status: string) =>
    until(async () => (await show(id)).status === status, `the task to be ${status}`);

  it('has the four of FEATURES, the most urgent first', async () => {
    expect((await rules()).map(({ name, enabled, builtIn }) => [name, enabled, builtIn])).toEqual([
      ['too-long', true, true],
      ['over-budget', true, true],
      ['needs-large-model', true, true],
      ['small-model-will-do', true, true],
    ]);
  });

  it('pauses a goal over its budget, with the reason in the log; a person may let it go on', async () => {
    const id = await submit({ adaptive: true, budgetTokens: 2_000 });
    await become(id, 'paused');
    const [fired] = await firings(id);
    expect(fired?.data).toMatchObject({ rule: 'over-budget', action: 'pause' });
    expect(fired?.data.because).toMatch(/tokens > budgetTokens \(.*budgetTokens 2000/);
    const kept = await home.call<{ items: Array<{ reason: string; createdBy: string }> }>(
      'tasks.checkpoints',
      {
        id,
      },
    );
    expect(kept.items).toMatchObject([{ reason: 'rule-pause', createdBy: 'The rule over-budget' }]);
    // It rests for its cool-down: who resumed it is not overruled at once.
    await home.call('tasks.resume', { id });
    const turns = (await show(id)).usage.inputTokens ?? 0;
    await until(async () => ((await show(id)).usage.inputTokens ?? 0) > turns + 15_000, 'more turns', 40_000);
    expect((await show(id)).status).toBe('running');
    expect(await firings(id)).toHaveLength(1);
    await home.call('tasks.terminate', { id });
  });

  it('twin: a goal that does not allow it is left alone', async () => {
    const watched = await submit({ adaptive: true, budgetTokens: 2_000 });
    const free = await submit({ budgetTokens: 2_000 });
    await become(watched, 'paused');
    await until(async () => ((await show(free)).usage.inputTokens ?? 0) > 2_000, 'as many tokens', 40_000);
    expect((await show(free)).status).toBe('running');
    expect(await firings(free)).toEqual([]);
    for (const id of [watched, free]) await home.call('tasks.terminate', { id });
  });

  it('moves a hard goal to the large model once, with a safety checkpoint', async () => {
    const id = await submit({
      adaptive: true,
      model: 'small',
      input: { complexity: 'high', deepReasoning: true },
    });
    // It was given its model just now: nothing is changed within the cool-down.
    await until(async () => ((await show(id)).usage.inputTokens ?? 0) > 15_000, 'fifteen turns', 40_000);
    expect(await firings(id)).toEqual([]);
    await home.house.store.writeAll((tx) =>
      tx.db.updateTable('task_control').set({ model_changed_at: 1 }).where('task_id', '=', id).execute(),
    );
    await until(async () => (await show(id)).model === 'large', 'the large model');
    const [fired] = await firings(id);
    expect(fired?.data).toMatchObject({ rule: 'needs-large-model', action: 'switch-model', model: 'large' });
    const kept = await home.call<{ items: Array<{ reason: string }> }>('tasks.checkpoints', { id });
    expect(kept.items.map(({ reason }) => reason)).toEqual(['safety']);
    await until(
      async () =>
        (await home.events(id)).some(({ type, data }) => type === 'turn.taken' && data.model === 'large'),
      'a turn with it',
    );
    await home.call('tasks.terminate', { id });
  });

  it('rules of one’s own are added, act, are switched off and removed', async () => {
    const rule = await home.call<Rule>('controlRules.create', {
      name: 'three-turns',
      priority: 50,
      condition: 'turns >= 3',
      action: 'terminate',
    });
    await expect(
      home.call('controlRules.create', { name: 'three-turns', condition: 'true', action: 'pause' }),
    ).rejects.toMatchObject({ code: 'control/rule-exists' });
    const first = await submit({ adaptive: true });
    await become(first, 'terminated');
    expect((await show(first)).stopSentence).toMatch(
      /^The rule three-turns terminated it: turns >= 3 \(turns \d+\)/,
    );
    expect((await rules())[0]).toMatchObject({ name: 'three-turns', fired: 1 });

    await home.call('controlRules.change', { id: rule.id, enabled: false });
    const second = await submit({ adaptive: true });
    await until(async () => ((await show(second)).usage.inputTokens ?? 0) > 15_000, 'fifteen turns', 40_000);
    expect((await show(second)).status).toBe('running');
    await home.call('tasks.terminate', { id: second });
    await home.call('controlRules.remove', { id: rule.id });
    expect((await rules()).map(({ name }) => name)).not.toContain('three-turns');
  });

  it('a built-in rule is switched off and on, and neither changed nor removed', async () => {
    await home.call('controlRules.change', { id: 'over-budget', enabled: false });
    expect((await rules()).find(({ name }) => name === 'over-budget')?.enabled).toBe(false);
    const id = await submit({ adaptive: true, budgetTokens: 1 });
    await until(async () => ((await show(id)).usage.inputTokens ?? 0) > 15_000, 'fifteen turns', 40_000);
    expect((await show(id)).status).toBe('running');
    await home.call('controlRules.change', { id: 'over-budget', enabled: true });
    await become(id, 'paused');
    await home.call('tasks.terminate', { id });
    for (const [verb, input] of [
      ['change', { id: 'over-budget', condition: 'true' }],
      ['remove', { id: 'over-budget' }],
    ] as const)
      await expect(home.call(`controlRules.${verb}`, input)).rejects.toMatchObject({
        code: 'control/rule-built-in',
      });
    await expect(
      home.call('controlRules.create', { name: 'over-budget', condition: 'true', action: 'pause' }),
    ).rejects.toMatchObject({ code: 'control/rule-exists' });
    await expect(home.call('controlRules.remove', { id: 'nothing' })).rejects.toMatchObject({
      code: 'control/rule-not-found',
    });
    await expect(
      home.call(
        'controlRules.create',
        { name: 'mine', condition: 'true', action: 'pause' },
        { role: 'operator' },
      ),
    ).rejects.toMatchObject({ code: 'auth/forbidden' });
  });
});
