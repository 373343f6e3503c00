import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import type { BudgetView } from '../../src/models/budget-view.ts';
import { settleBudgets } from '../../src/models/seed.ts';
import type { UsageView } from '../../src/models/usage-view.ts';
import type { Task } from '../../src/tasks/task.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { type ScriptedOperator, startScriptedOperator } from '../support/operator.ts';
import { addScripted } from '../support/scripted.ts';
import { onEveryStore } from '../support/stores.ts';

/** One turn of the small model: 1,000 x 0.25 + 250 x 1 USD a million. */
const TURN = { text: 'a turn', inputTokens: 1_000, outputTokens: 250 };
const TURN_USD = 0.0005;

interface Sums {
  calls: number;
  inputTokens: number;
  outputTokens: number;
  costUsd: number | null;
  energyJ: number;
}

/** S17 and P14, through the public operations: caps that hold, stops that say why, sums that add up. */
onEveryStore('budgets stop work (S17, P14)', (dialect) => {
  let home: TestHouse;
  let remote: ScriptedOperator;
  let spender: Agent;
  let crowd: Agent;
  beforeAll(async () => {
    // What it reports is what its input says: an operator may tell anything.
    remote = await startScriptedOperator(
      ({ input }) => ({ output: 'done', ...input }) as { output: unknown },
    );
    home = await openTestHouse({ dialect, env: { CADRE_ALLOW_HOSTS: remote.host } });
    spender = await addScripted(home, 'Spender', [TURN, TURN, TURN, TURN]);
    crowd = await addScripted(home, 'Crowd', [TURN, TURN], { maxConcurrent: 50 });
  });
  afterAll(async () => {
    await home?.close();
    await remote?.close();
  });

  const submit = async (more: object) =>
    (await home.call<{ id: string }>('tasks.submit', { goal: 'spend', ...more })).id;
  const create = (input: object) => home.call<BudgetView>('budgets.create', input);
  const show = (id: string) => home.call<BudgetView>('budgets.get', { id });
  const told = async (id: string) =>
    (await home.events()).filter(({ data }) => data.budgetId === id).map(({ type }) => type);

  it('a tenant has a small budget before anybody sets one; only an owner removes it, for good', async () => {
    const { items } = await home.call<{ items: BudgetView[] }>('budgets.list', { scope: 'tenant' });
    expect(items).toMatchObject([
      { name: 'default', period: 'day', costUsd: 5, atLimit: 'stop', isDefault: true },
    ]);
    const [{ id = '' } = {}] = items;
    await expect(home.call('budgets.remove', { id }, { role: 'admin' })).rejects.toMatchObject({
      code: 'budget/owner-only',
    });
    const other = await home.call<{ id: string }>('tenants.create', { name: `other-${dialect}` });
    const there = { tenantId: other.id };
    expect((await home.call<{ items: BudgetView[] }>('budgets.list', {}, there)).items).toHaveLength(1);
    await home.call('budgets.remove', { id: other.id }, there);
    // What every start does.
    await settleBudgets(home.house);
    expect((await home.call<{ items: BudgetView[] }>('budgets.list', {}, there)).items).toEqual([]);
  });

  it('stops a task before the turn that would break its budget, says why, and goes on once it is raised', async () => {
    const id = await submit({ agentId: spender.id, budget: 0.0012 });
    const stopped = await home.ended(id);
    expect(stopped).toMatchObject({
      status: 'failed',
      stopReason: 'budget',
      budget: { costUsd: 0.0012, spent: { costUsd: 0.001 }, isWarned: true, isReached: true },
      usage: { costUsd: 0.001 },
    });
    expect(stopped.stopSentence).toContain(
      `The budget task ${id} does not hold this: 0.001 USD of 0.0012 USD are spent, and this call may take 0.0005 USD`,
    );
    expect(await told(stopped.budget?.id ?? '')).toEqual(['budget.warned', 'budget.reached']);
    // Other wishes are for open tasks only.
    await expect(home.call('tasks.change', { id, priority: 'high' })).rejects.toMatchObject({
      code: 'task/wrong-state',
    });
    await home.call('tasks.change', { id, budget: { costUsd: 0.01, tokens: 100_000 } });
    await home.call('tasks.retry', { id });
    const done = await home.ended(id);
    expect(done).toMatchObject({ status: 'completed', budget: { costUsd: 0.01, tokens: 100_000 } });
    // The turns that were paid for are not paid for again.
    expect(done.usage.costUsd).toBeCloseTo(4 * TURN_USD, 12);
    const { items } = await home.call<{ items: UsageView[] }>('usage.list', { rootId: id });
    expect(items.map(({ turn, source }) => [turn, source])).toEqual([
      ['4', 'provider'],
      ['3', 'provider'],
      ['2', 'provider'],
      ['1', 'provider'],
    ]);
  });

  it('twin: a budget that holds changes nothing, and a tenth of a cent is enough for two turns', async () => {
    const enough = await home.run({ goal: 'spend', agentId: spender.id, budget: '0.002' });
    expect(enough).toMatchObject({ status: 'completed', stopReason: 'done', budget: { isReached: true } });
    const tokens = await home.run({ goal: 'spend', agentId: spender.id, budget: { tokens: 2_500 } });
    expect(tokens).toMatchObject({ status: 'failed', stopReason: 'budget', usage: { inputTokens: 2_000 } });
    await expect(submit({ agentId: spender.id, budget: {} })).rejects.toMatchObject({
      code: 'request/invalid',
    });
    await expect(submit({ agentId: spender.id, budget: 'much' })).rejects.toMatchObject({
      code: 'request/invalid',
    });
  });

  it('many tasks at once against one cap spend no more than it (P14)', async () => {
    const cap = await create({
      name: 'crowd',
      scope: 'agent',
      scopeId: crowd.id,
      period: 'total',
      costUsd: 0.01,
    });
    const { items } = await home.call<{ items: Array<{ id: string }> }>('tasks.batch', {
      tasks: Array.from({ length: 40 }, () => ({ goal: 'spend', agentId: crowd.id })),
    });
    const ended: Task[] = [];
    for (const { id } of items) ended.push(await home.ended(id));
    const after = await show(cap.id);
    // 80 turns were wanted; 20 of them fit, and exactly they were taken.
    expect(after).toMatchObject({ spent: { costUsd: 0.01 }, reserved: { costUsd: 0 }, isReached: true });
    const { total } = await home.call<{ total: Sums }>('usage.summary', { agentId: crowd.id });
    expect(total).toMatchObject({ calls: 20, costUsd: 0.01 });
    expect(await told(cap.id)).toEqual(['budget.created', 'budget.warned', 'budget.reached']);
    const stopped = ended.filter(({ stopReason }) => stopReason === 'budget');
    expect(stopped.length).toBeGreaterThanOrEqual(20);
    expect(ended.every(({ stopReason }) => stopReason === 'budget' || stopReason === 'done')).toBe(true);
  });

  it('who reports afterwards overshoots by one call at most, and the next one does not begin', async () => {
    const agent = await home.call<Agent>('agents.create', {
      name: 'Remote',
      capabilities: [{ name: 'remote.work', confidence: 0.9 }],
      executor: { kind: 'http', url: remote.url },
    });
    const cap = await create({ name: 'remote', scope: 'agent', scopeId: agent.id, costUsd: 1 });
    const usage = (costUsd: unknown) => ({ agentId: agent.id, goal: 'x', input: { usage: { costUsd } } });
    expect(await home.run(usage(0.7))).toMatchObject({ status: 'completed' });
    expect(await home.run(usage(0.9))).toMatchObject({ status: 'completed' });
    expect(await show(cap.id)).toMatchObject({ spent: { costUsd: 1.6 }, isReached: true });
    const asked = remote.requests.length;
    expect(await home.run(usage(0.01))).toMatchObject({ status: 'failed', stopReason: 'budget' });
    expect(remote.requests).toHaveLength(asked);
    // Raised, it works on; what is no amount of money is no usage.
    await home.call('budgets.change', { id: 'remote', costUsd: 2 });
    expect(await home.run(usage(0.1))).toMatchObject({ status: 'completed' });
    expect((await show(cap.id)).spent.costUsd).toBe(1.7);
  });

  it('built-in skills cost nothing and go on when the money is gone', async () => {
    const cap = await create({ name: 'empty', period: 'total', costUsd: 0 });
    const files = await home.upload({ 'offer.txt': 'The budget of Heron is EUR 5 million.' });
    expect(await home.run({ goal: 'List all amounts', files })).toMatchObject({ status: 'completed' });
    expect(await home.run({ goal: 'spend', agentId: spender.id })).toMatchObject({ stopReason: 'budget' });
    await home.call('budgets.remove', { id: cap.id });
    expect(await home.run({ goal: 'spend', agentId: spender.id })).toMatchObject({ status: 'completed' });
  });

  it('a workflow’s budget counts what is below it, and a step’s own holds as well', async () => {
    const text = (name: string, more: string) => `{name: ${name}, description: spends, ${more}}`;
    const step = (name: string, more = '') => `{name: ${name}, goal: spend, agent: Spender${more}}`;
    await home.call('workflows.save', {
      text: text('inner', `budget: {tokens: 7000}, steps: [${step('one')}]`),
    });
    await home.call('workflows.save', {
      text: text('outer', `steps: [${step('first')}, {name: second, needs: [first], workflow: inner}]`),
    });
    await home.call('workflows.save', {
      text: text(
        'narrow',
        `budget: {tokens: 7000}, steps: [${step('one')}, ${step('two', ', needs: [one]')}]`,
      ),
    });
    await home.call('workflows.save', {
      text: text('capped', `steps: [${step('one', ', budget: {tokens: 3000}')}]`),
    });
    // 5,000 tokens were used before the inner one began: they are not its own.
    expect(await home.run({ goal: '', workflow: 'outer' })).toMatchObject({ status: 'completed' });
    const narrow = await home.run({ goal: '', workflow: 'narrow' });
    expect(narrow).toMatchObject({ status: 'failed', stopReason: 'budget' });
    expect(narrow.usage.inputTokens).toBe(5_000);
    const capped = await home.run({ goal: '', workflow: 'capped' });
    expect(capped).toMatchObject({ status: 'failed', stopReason: 'budget' });
    expect(capped.usage.inputTokens).toBe(2_000);
  });

  it('sums by whatever one asks for add up to the total, to the billionth', async () => {
    const nano = (sums: Sums) => Math.round((sums.costUsd ?? 0) * 1e9);
    for (const by of ['agent', 'task', 'team', 'model', 'purpose', 'source', 'tenant', 'day']) {
      const { items, others, total } = await home.call<{ items: Sums[]; others: null; total: Sums }>(
        'usage.summary',
        { by },
      );
      expect(others).toBeNull();
      expect(total.calls).toBeGreaterThan(50);
      const add = (of: (sums: Sums) => number) => items.reduce((sum, one) => sum + of(one), 0);
      expect([by, add(nano), add(({ inputTokens }) => inputTokens), add(({ calls }) => calls)]).toEqual([
        by,
        nano(total),
        total.inputTokens,
        total.calls,
      ]);
    }
  });

  it('exports for spreadsheets, and no cell is a formula', async () => {
    const agent = await home.call<Agent>('agents.create', {
      name: 'Sly',
      capabilities: [{ name: 'sly.work' }],
      executor: {
        kind: 'scripted',
        models: [{ name: '=cmd|"/c calc"!A1', inputUsdPerMillion: 1, outputUsdPerMillion: 1 }],
        turns: [TURN],
      },
    });
    await home.run({ goal: 'spend', agentId: agent.id });
    const exported = async (format: string) =>
      new TextDecoder().decode(
        (await home.call<{ bytes: Uint8Array }>('usage.export', { format, agentId: agent.id })).bytes,
      );
    const lines = (await exported('csv')).trimEnd().split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^id,at,taskId,rootId/);
    expect(lines[1]).toContain(`"'=cmd|""/c calc""!A1"`);
    expect(JSON.parse(await exported('json'))).toMatchObject([{ costUsd: 0.00125, inputTokens: 1_000 }]);
  });
});
