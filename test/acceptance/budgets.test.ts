import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Bill, CallUsage, WorstCase } from '../../src/models/usage.ts';
import { newId } from '../../src/platform/kernel/ids.ts';
import { changeBudget, insertBudget } from '../../src/platform/store/budgets.ts';
import type { AccountRow } from '../../src/platform/store/ledger-rows.ts';
import type { Task } from '../../src/tasks/task.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { addScripted } from '../support/scripted.ts';
import { onEveryStore } from '../support/stores.ts';

const WORST: WorstCase = {
  model: 'acme/model',
  inputTokens: 1_000,
  outputTokens: 1_000,
  costUsd: 0.01,
  energyJ: 5,
};
const USED: CallUsage = {
  inputTokens: 900,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 300,
  reasoningTokens: 0,
  source: 'provider',
  costUsd: 0.004,
  energyJ: 2,
  energyLowJ: 1,
  energyHighJ: 4,
  durationMs: 12,
  firstPartMs: 3,
};

/** All of them at once, as far as the connections of a pool go. */
async function gentle(work: Array<() => Promise<void>>): Promise<Array<PromiseSettledResult<void>>> {
  const ended: Array<PromiseSettledResult<void>> = [];
  const queue = [...work];
  const lane = async () => {
    for (let next = queue.shift(); next; next = queue.shift())
      ended.push(...(await Promise.allSettled([next()])));
  };
  await Promise.all(Array.from({ length: 10 }, lane));
  return ended;
}

/** MC-3, P14: what calls may take is reserved before them and settled after them, in every budget that holds. */
onEveryStore('budgets', (dialect) => {
  let home: TestHouse;
  beforeAll(async () => {
    home = await openTestHouse({ dialect });
  });
  afterAll(() => home?.close());

  const tenantId = () => home.house.homeTenantId;
  const billOf = (more: Partial<Bill> = {}): Bill => ({
    tenantId: tenantId(),
    rootId: newId(),
    taskId: newId(),
    agentId: null,
    runId: newId(),
    turn: '1',
    purpose: 'work',
    ...more,
  });
  /** A budget for one agent, so that tests do not meet. */
  const agentBudget = async (limits: { costUsd?: number; tokens?: number; energyJ?: number }) => {
    const [id, agentId] = [newId(), newId()];
    await home.house.store.write(tenantId(), (tx) =>
      insertBudget(tx, {
        id,
        name: `cap ${id}`,
        scope: 'agent',
        scope_id: agentId,
        period: 'day',
        limit_cost_nano: limits.costUsd === undefined ? null : limits.costUsd * 1e9,
        limit_tokens: limits.tokens ?? null,
        limit_energy_mj: limits.energyJ === undefined ? null : limits.energyJ * 1e3,
        at_limit: 'stop',
        created_by: 'test',
      }),
    );
    return { id, agentId };
  };
  const accountOf = async (budgetId: string): Promise<AccountRow> => {
    const [row] = await home.house.store.readAll((tx) =>
      tx.db.selectFrom('account').selectAll().where('budget_id', '=', budgetId).execute(),
    );
    if (!row) throw new Error(`no account of ${budgetId}`);
    return row;
  };
  const usageOf = (taskId: string) =>
    home.house.store.readAll((tx) =>
      tx.db.selectFrom('usage').selectAll().where('task_id', '=', taskId).execute(),
    );
  const told = async (budgetId: string) =>
    (await home.events())
      .filter(({ type, data }) => type.startsWith('budget.') && data.budgetId === budgetId)
      .map(({ type }) => type);

  it('reserves the worst case, and puts what it took in its place', async () => {
    const { ledger, store } = home.house;
    const { id, agentId } = await agentBudget({ costUsd: 1 });
    const bill = billOf({ agentId });
    const reservation = await ledger.reserve(bill, WORST);
    expect(await accountOf(id)).toMatchObject({
      reserved_cost_nano: 10_000_000,
      reserved_tokens: 2_000,
      reserved_energy_mj: 5_000,
      spent_cost_nano: 0,
    });
    expect(await ledger.pressure(bill)).toBe(0);
    await home.call('budgets.change', { id, atLimit: 'switch-down' });
    expect(await ledger.pressure(bill)).toBeGreaterThanOrEqual(0.01);
    await store.write(tenantId(), (tx) => ledger.settle(tx, reservation, 'acme/model', USED));
    expect(await accountOf(id)).toMatchObject({
      reserved_cost_nano: 0,
      reserved_tokens: 0,
      reserved_energy_mj: 0,
      spent_cost_nano: 4_000_000,
      spent_tokens: 1_200,
      spent_energy_mj: 2_000,
    });
    expect(await usageOf(bill.taskId)).toMatchObject([
      { id: reservation, provider: 'acme', source: 'provider', input_tokens: 900, cost_nano: 4_000_000 },
    ]);
    // Settled again, charged or given back: it is settled already.
    await store.write(tenantId(), (tx) => ledger.settle(tx, reservation, 'acme/model', USED));
    await ledger.charge(tenantId(), reservation, 'acme/model', USED);
    await ledger.release(tenantId(), reservation);
    expect(await accountOf(id)).toMatchObject({ spent_cost_nano: 4_000_000, reserved_cost_nano: 0 });
    expect(await usageOf(bill.taskId)).toHaveLength(1);
  });

  it('what did not commit is not settled; what failed before the provider took it on is owed nothing', async () => {
    const { ledger, store } = home.house;
    const { id, agentId } = await agentBudget({ costUsd: 1 });
    const reservation = await ledger.reserve(billOf({ agentId }), WORST);
    await expect(
      store.write(tenantId(), async (tx) => {
        await ledger.settle(tx, reservation, 'acme/model', USED);
        throw new Error('fenced');
      }),
    ).rejects.toThrow('fenced');
    expect(await accountOf(id)).toMatchObject({ reserved_cost_nano: 10_000_000, spent_cost_nano: 0 });
    await ledger.release(tenantId(), reservation);
    expect(await accountOf(id)).toMatchObject({ reserved_cost_nano: 0, spent_cost_nano: 0 });
  });

  it.each([
    ['nothing', undefined],
    ['no tokens at all', { ...USED, inputTokens: 0, outputTokens: 0, costUsd: 0 }],
    ['less than nothing', { ...USED, outputTokens: -5 }],
    ['no number', { ...USED, inputTokens: Number.NaN }],
  ])('charges the worst case when usage says %s', async (_what, usage) => {
    const { ledger } = home.house;
    const { id, agentId } = await agentBudget({ costUsd: 1 });
    const bill = billOf({ agentId });
    const reservation = await ledger.reserve(bill, WORST);
    await ledger.charge(tenantId(), reservation, 'acme/model', usage);
    expect(await accountOf(id)).toMatchObject({ reserved_cost_nano: 0, spent_cost_nano: 10_000_000 });
    expect(await usageOf(bill.taskId)).toMatchObject([{ source: 'worst-case', output_tokens: 1_000 }]);
  });

  it('charges a lost call once, when its turn is taken again or nobody takes it again', async () => {
    const { ledger } = home.house;
    const { id, agentId } = await agentBudget({ costUsd: 1 });
    const bill = billOf({ agentId });
    await ledger.reserve(bill, WORST);
    const again = await ledger.reserve(bill, WORST);
    expect(await accountOf(id)).toMatchObject({
      reserved_cost_nano: 10_000_000,
      spent_cost_nano: 10_000_000,
    });
    // Its run does not run: the watch takes it, and who still thinks to be at work settles nothing.
    const task = await home.run({ goal: 'List all amounts' });
    const forsaken = await ledger.reserve(billOf({ agentId, runId: task.runs[0]?.id ?? '' }), WORST);
    await ledger.chargeForsaken();
    await ledger.charge(tenantId(), forsaken, 'acme/model', USED);
    expect(await accountOf(id)).toMatchObject({
      reserved_cost_nano: 10_000_000,
      spent_cost_nano: 20_000_000,
    });
    await ledger.release(tenantId(), again);
  });

  it.each([
    ['as reserved', () => USED, 4_000_000],
    ['missing', () => undefined, 10_000_000],
    [
      'lying',
      (index: number) => ({ ...USED, outputTokens: index % 2 === 0 ? -1 : 0, inputTokens: 0 }),
      10_000_000,
    ],
  ])(
    '200 callers at once against one cap, usage late and %s: spent and reserved stay below it (P14)',
    async (_how, usage, eachNano) => {
      const { ledger } = home.house;
      const { id, agentId } = await agentBudget({ costUsd: 0.1 });
      const call = async (index: number) => {
        const reservation = await ledger.reserve(billOf({ agentId }), WORST);
        // Between the call and its settlement others come and go.
        const account = await accountOf(id);
        const held = Number(account.spent_cost_nano) + Number(account.reserved_cost_nano);
        expect(held).toBeLessThanOrEqual(100_000_000);
        await ledger.charge(tenantId(), reservation, 'acme/model', usage(index));
      };
      const callers = await gentle(Array.from({ length: 200 }, (_, index) => () => call(index)));
      const refused = callers.filter((one) => one.status === 'rejected');
      for (const { reason } of refused) expect(reason).toMatchObject({ code: 'budget/exceeded' });
      const account = await accountOf(id);
      expect(account.reserved_cost_nano).toBe(0);
      expect(account.spent_cost_nano).toBeLessThanOrEqual(100_000_000);
      expect(account.spent_cost_nano).toBe((200 - refused.length) * eachNano);
      expect(refused.length).toBeGreaterThanOrEqual(eachNano === 4_000_000 ? 175 : 190);
    },
  );

  it('tells of 80 % and 100 % once each, and refuses what would not fit', async () => {
    const { ledger } = home.house;
    const { id, agentId } = await agentBudget({ tokens: 10_000 });
    const take = async (tokens: number) => {
      const reservation = await ledger.reserve(billOf({ agentId }), {
        ...WORST,
        inputTokens: tokens,
        outputTokens: 0,
      });
      await ledger.charge(tenantId(), reservation, 'acme/model', {
        ...USED,
        inputTokens: tokens,
        outputTokens: 0,
      });
    };
    await take(7_999);
    expect(await told(id)).toEqual([]);
    await take(1);
    expect(await told(id)).toEqual(['budget.warned']);
    await take(1_000);
    await expect(take(1_001)).rejects.toMatchObject({
      code: 'budget/exceeded',
      message: expect.stringContaining('9000 tokens of 10000 tokens a day (UTC) are spent'),
    });
    await expect(take(2_000)).rejects.toMatchObject({ code: 'budget/exceeded' });
    expect(await told(id)).toEqual(['budget.warned', 'budget.reached']);
    // What fits is still taken; a higher limit is a new one to be told of.
    await take(1_000);
    expect(await told(id)).toEqual(['budget.warned', 'budget.reached']);
    await home.house.store.write(tenantId(), (tx) => changeBudget(tx, id, { limit_tokens: 12_500 }));
    await take(1);
    expect(await told(id)).toEqual(['budget.warned', 'budget.reached', 'budget.warned']);
  });

  it('refuses a model without a price under a cap in money, and takes it where only tokens are capped', async () => {
    const { ledger, store } = home.house;
    const unpriced = { ...WORST, costUsd: null };
    const bill = billOf();
    await expect(ledger.reserve(bill, unpriced)).rejects.toMatchObject({ code: 'budget/no-price' });
    const free = await home.call<{ id: string }>('tenants.create', { name: `free-${dialect}` });
    await store.write(free.id, (tx) =>
      changeBudget(tx, free.id, { limit_cost_nano: null, limit_tokens: 5_000 }),
    );
    const reservation = await ledger.reserve({ ...bill, tenantId: free.id }, unpriced);
    await ledger.charge(free.id, reservation, 'acme/model', { ...USED, costUsd: null });
    expect(await accountOf(free.id)).toMatchObject({ spent_tokens: 1_200, spent_cost_nano: 0 });
  });

  it('an attempt that dies between call and answer is charged the worst case once; the next one pays its own', async () => {
    await addScripted(home, 'Sleeper', [
      { text: 'slept', inputTokens: 1_000, outputTokens: 250, thinkMs: 1_500 },
    ]);
    const { id } = await home.call<{ id: string }>('tasks.submit', {
      goal: 'sleep',
      capability: 'sleeper.work',
    });
    const db = home.house.store;
    const held = () =>
      db.readAll((tx) => tx.db.selectFrom('reservation').selectAll().where('task_id', '=', id).execute());
    const [first] = await until(async () => {
      const rows = await held();
      return rows.length > 0 && rows;
    }, 'the call');
    // Its lease ends as that of a process that died, which gives nothing back: what this one still says is of a
    // reservation that is not there. Another attempt begins.
    await db.writeAll(async (tx) => {
      await tx.db
        .updateTable('run')
        .set({ lease_until: 0, lease_owner: 'dead' })
        .where('id', '=', first?.run_id ?? '')
        .execute();
      await tx.db
        .updateTable('reservation')
        .set({ id: newId() })
        .where('id', '=', first?.id ?? '')
        .execute();
    });
    expect(await home.ended(id)).toMatchObject({ status: 'completed' });
    const rows = (await usageOf(id)).map(({ source, cost_nano }) => [source, Number(cost_nano)]);
    expect(rows.sort()).toEqual([
      ['provider', 500_000],
      ['worst-case', 500_000],
    ]);
    expect(await held()).toEqual([]);
    const { usage } = await home.call<Task>('tasks.get', { id });
    expect(usage).toMatchObject({ costUsd: 0.001, sources: { provider: 1, 'worst-case': 1 } });
  });

  it('books each turn of a scripted agent once', async () => {
    const turn = { text: 'a turn', inputTokens: 100, outputTokens: 100 };
    await addScripted(home, 'Spender', [turn, turn, turn, turn], { maxConcurrent: 200 });
    const free = await home.call<{ id: string }>('tasks.submit', {
      goal: 'spend',
      capability: 'spender.work',
    });
    expect(await home.ended(free.id)).toMatchObject({ status: 'completed' });
    const booked = (await usageOf(free.id)).map(({ turn: name, cost_nano }) => [name, Number(cost_nano)]);
    expect(booked.sort()).toEqual([
      ['1', 125_000],
      ['2', 125_000],
      ['3', 125_000],
      ['4', 125_000],
    ]);
  });
});
