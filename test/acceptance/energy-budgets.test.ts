import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import type { BudgetView } from '../../src/models/budget-view.ts';
import type { Task } from '../../src/tasks/task.ts';
import { addThinker, call, finish, type ModelHouse, openModelHouse } from '../support/models.ts';
import { onEveryStore } from '../support/stores.ts';

/** A budget in joules holds what calls of models took and what this machine took, each of them once. */
onEveryStore('budgets in joules', (dialect) => {
  let home: ModelHouse;
  beforeAll(async () => {
    home = await openModelHouse(dialect, (asked) => {
      if (asked.text.includes('You keep the record of a work in short')) return { text: 'Read so far.' };
      if (!asked.text.includes('Read it all')) return finish('At berth 4.');
      const start = Number(/start at (\d+)/.exec(asked.text)?.[1] ?? 0);
      const read = asked.messages.flatMap(({ calls }) => calls).length;
      return asked.text.includes(' in short (') || read > 5
        ? finish('It is long.')
        : { calls: [call('files_read', { file: 'long.txt', start: start + read * 100 })] };
    });
    await addThinker(home, 'Ada');
    await addThinker(home, 'Reader', { contextTokens: 4_000, maxOutputTokens: 200 });
    await home.call<Agent>('agents.create', {
      name: 'Looker',
      capabilities: [{ name: 'question.answer', confidence: 0.9 }],
      executor: { kind: 'local' },
    });
  });
  afterAll(() => home?.close());

  const looker = async () => (await home.call<Agent>('agents.get', { id: 'Looker' })).id;
  /** Two steps of built-in skills, the second after the first: they call no model at all. */
  const twoLooks = async (energyJ: number) => {
    const files = await home.upload({ 'harbour.txt': `The ship lies at berth 4. ${'Gulls. '.repeat(200)}` });
    const step = (name: string, dependsOn: string[] = []) => ({
      name,
      goal: 'Where does the ship lie?',
      capability: 'question.answer',
      files,
      dependsOn,
    });
    return home.run({
      goal: 'Look twice',
      type: 'multi_step',
      files,
      input: { steps: [step('first'), step('second', ['first'])] },
      budget: { energyJ },
    });
  };
  /** What the ledger and the readings say of a task and all below it, in thousandths of a joule. */
  const counted = async (rootId: string) => {
    const [usage, readings] = await home.house.store.readAll((tx) =>
      Promise.all([
        tx.db.selectFrom('usage').selectAll().where('root_id', '=', rootId).execute(),
        tx.db.selectFrom('energy_reading').selectAll().where('root_id', '=', rootId).execute(),
      ]),
    );
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    return {
      calls: sum(usage.map((row) => Number(row.energy_mj))),
      host: sum(readings.map((row) => Math.round(row.host_j * 1_000))),
      inReadings: sum(readings.map((row) => row.token_j * 1_000)),
      purposes: new Set(usage.map(({ purpose }) => purpose)),
    };
  };
  const mJ = (joules: number | null | undefined) => Math.round((joules ?? Number.NaN) * 1_000);

  it('stops work that calls no model, when this machine has used the joules up', async () => {
    const task = await twoLooks(0.001);
    expect(task).toMatchObject({ status: 'failed', stopReason: 'budget' });
    expect(task.subtasks.map(({ step, status }) => [step, status])).toEqual([
      ['first', 'completed'],
      ['second', 'failed'],
    ]);
    const { calls, host } = await counted(task.id);
    expect([calls, host > 1]).toEqual([0, true]);
    expect(mJ(task.budget?.spent.energyJ)).toBe(host);
    expect(mJ(task.budget?.hostJ)).toBe(host);
    const told = (await home.events()).filter(({ data }) => data.budgetId === task.budget?.id);
    expect(told.map(({ type }) => type)).toEqual(['budget.warned', 'budget.reached']);
  });

  it('twin: a cap that is not reached lets the work end, and the sum is that of the readings', async () => {
    const task = await twoLooks(100_000);
    expect(task.status).toBe('completed');
    const { calls, host } = await counted(task.id);
    expect(calls).toBe(0);
    expect(mJ(task.budget?.spent.energyJ)).toBe(host);
    expect(task.budget).toMatchObject({ isWarned: false, isReached: false });
  });

  it('counts a call of a model once, although the reading of its attempt holds it too', async () => {
    const task = await home.run({
      goal: 'Where is it?',
      capability: 'ada.work',
      budget: { energyJ: 100_000 },
    });
    expect(task.status).toBe('completed');
    const { calls, host, inReadings } = await counted(task.id);
    expect(calls).toBeGreaterThan(0);
    expect(inReadings).toBeGreaterThan(0);
    expect(mJ(task.budget?.spent.energyJ)).toBe(calls + host);
    expect(mJ(task.budget?.hostJ)).toBe(host);
    // What the task shows is the same sum.
    expect(mJ(task.usage.energyJ)).toBeGreaterThanOrEqual(calls + host - 2);
    expect(mJ(task.usage.energyJ)).toBeLessThanOrEqual(calls + host + 2);
  });

  it('refuses a call of a model when what this machine took leaves no room for it', async () => {
    const spent = await home.run({ goal: 'Where?', capability: 'ada.work', budget: { energyJ: 100_000 } });
    const { calls, host } = await counted(spent.id);
    // As much as the calls take and no joule for the machine: the next turn after a reading does not fit.
    await home.call('budgets.change', { id: spent.budget?.id, energyJ: (calls + host) / 1_000 });
    const bill = {
      tenantId: home.house.homeTenantId,
      rootId: spent.id,
      taskId: spent.id,
      agentId: null,
      runId: `of ${spent.id}`,
      turn: '1',
      purpose: 'work' as const,
    };
    const worst = { model: 'a/b', inputTokens: 1, outputTokens: 1, costUsd: 0, energyJ: 0.001 };
    await expect(home.house.ledger.reserve(bill, worst)).rejects.toMatchObject({ code: 'budget/exceeded' });
    // Twin: with room for both it is let through.
    await home.call('budgets.change', { id: spent.budget?.id, energyJ: (calls + host) / 1_000 + 0.001 });
    const held = await home.house.ledger.reserve(bill, worst);
    await home.house.ledger.release(bill.tenantId, held);
  });

  it('what is told in short within an attempt is not counted twice in the joules of the task', async () => {
    const words = 'The tide comes and goes, and the gulls are loud over the quay. ';
    const files = await home.upload({ 'long.txt': words.repeat(600) });
    const task: Task = await home.run({ goal: 'Read it all', capability: 'reader.work', files });
    const { calls, host, purposes } = await counted(task.id);
    expect([...purposes].toSorted()).toEqual(['compact', 'work']);
    expect(mJ(task.usage.energyJ)).toBeGreaterThanOrEqual(calls + host - 20);
    expect(mJ(task.usage.energyJ)).toBeLessThanOrEqual(calls + host + 20);
  });

  it('a budget that is given a limit in joules later counts what this machine took before, and once', async () => {
    const { id } = await home.call<BudgetView>('budgets.create', {
      name: 'looking',
      scope: 'agent',
      scopeId: await looker(),
      costUsd: 1,
    });
    const before = await home.run({ goal: 'Where?', agentId: await looker(), capability: 'question.answer' });
    const show = () => home.call<BudgetView>('budgets.get', { id });
    expect(await show()).toMatchObject({ hostJ: null, spent: { energyJ: 0 } });
    await home.call('budgets.change', { id, energyJ: 100_000 });
    const after = await home.run({ goal: 'Where?', agentId: await looker(), capability: 'question.answer' });
    const rows = await home.house.store.readAll(async (tx) =>
      tx.db
        .selectFrom('energy_reading')
        .select(['host_j', 'root_id'])
        .where('agent_id', '=', await looker())
        .execute(),
    );
    const roots = rows.map(({ root_id }) => root_id);
    expect(roots).toEqual(expect.arrayContaining([before.id, after.id]));
    const all = rows.reduce((sum, { host_j }) => sum + Math.round(host_j * 1_000), 0);
    expect(all).toBeGreaterThan(0);
    expect(mJ((await show()).spent.energyJ)).toBe(all);
    // Taken away and given again: still once.
    await home.call('budgets.change', { id, energyJ: null });
    await home.call('budgets.change', { id, energyJ: 100_000 });
    expect(mJ((await show()).spent.energyJ)).toBe(all);
  });
});
