import { afterEach, expect, it } from 'vitest';
import type { BudgetView } from '../../src/models/budget-view.ts';
import type { Task } from '../../src/tasks/task.ts';
import { until } from '../support/engine.ts';
import { addThinker, call, finish, type ModelHouse, openModelHouse } from '../support/models.ts';
import { onEveryStore } from '../support/stores.ts';

const TASKS = 200;
/** What the provider bills for each call: less than Cadre counts, as with prompts that it has seen before. */
const BILLED = { inputTokens: 300, cachedTokens: 0, outputTokens: 20, reasoningTokens: 0 };
/** At the prices of the scripted models. */
const CALL_USD = (300 * 1 + 20 * 4) / 1e6;

/**
 * P14 over HTTP: two hundred tasks of agents with a language model against one cap. What counts is the bill of the
 * provider, which knows nothing of budgets.
 */
onEveryStore('two hundred tasks against one cap (P14)', (dialect) => {
  let home: ModelHouse | undefined;
  afterEach(() => home?.close());

  async function storm(count: number, capUsd: number) {
    let billedUsd = 0;
    home = await openModelHouse(
      dialect,
      (asked) => {
        billedUsd += CALL_USD;
        const isFirst = !asked.messages.some(({ role }) => role === 'tool');
        return { ...(isFirst ? { calls: [call('files_list')] } : finish('done')), usage: BILLED };
      },
      { CADRE_CONCURRENCY: '64' },
    );
    const { call: ask } = home;
    const budget = await ask<BudgetView>('budgets.create', {
      name: 'storm',
      scope: 'tenant',
      period: 'day',
      costUsd: capUsd,
    });
    for (const name of ['Ada', 'Bob', 'Cid', 'Dot'])
      await addThinker(home, name, { maxOutputTokens: 300 }, { maxConcurrent: 50 });
    const ids = await Promise.all(
      Array.from({ length: count }, async (_, index) => {
        const capability = `${['ada', 'bob', 'cid', 'dot'][index % 4]}.work`;
        return (await ask<{ id: string }>('tasks.submit', { goal: `Task ${index}`, capability })).id;
      }),
    );
    const { store } = home.house;
    const open = () =>
      store.readAll((tx) =>
        tx.db.selectFrom('task').select('id').where('completed_at', 'is', null).limit(1).executeTakeFirst(),
      );
    await until(async () => (await open()) === undefined, 'all to end', 50_000);
    const tasks = await Promise.all(ids.map((id) => ask<Task>('tasks.get', { id })));
    const { spent, reserved } = await ask<{
      spent: { costUsd: number };
      reserved: { costUsd: number };
    }>('budgets.get', { id: budget.id });
    return { tasks, billedUsd, spentUsd: spent.costUsd, reservedUsd: reserved.costUsd };
  }

  it('the bill never passes the cap, the ledger has all of it, and those that do not fit end saying so', async () => {
    const CAP_USD = 0.06; // about 80 of the 200
    const { tasks, billedUsd, spentUsd, reservedUsd } = await storm(TASKS, CAP_USD);
    expect(billedUsd).toBeLessThanOrEqual(CAP_USD);
    expect(spentUsd).toBeCloseTo(billedUsd, 9);
    expect(reservedUsd).toBe(0);
    const stopped = tasks.filter(({ status }) => status === 'failed');
    expect(new Set(stopped.map(({ stopReason }) => stopReason))).toEqual(new Set(['budget']));
    expect(stopped[0]?.stopSentence).toContain('storm');
    expect(tasks.length - stopped.length).toBeGreaterThan(0);
  }, 60_000);

  it('twin: under a cap that holds all of it every task is done', async () => {
    const { tasks, billedUsd, spentUsd } = await storm(40, 5);
    expect(new Set(tasks.map(({ status }) => status))).toEqual(new Set(['completed']));
    expect(billedUsd).toBeCloseTo(2 * 40 * CALL_USD, 9);
    expect(spentUsd).toBeCloseTo(billedUsd, 9);
  }, 60_000);
});
