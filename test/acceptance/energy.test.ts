import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import { bookEnergy } from '../../src/energy/book.ts';
import { weigh } from '../../src/energy/loops.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { type ScriptedOperator, startScriptedOperator } from '../support/operator.ts';
import { onEveryStore } from '../support/stores.ts';

/** Joules of work (EVOLUTION 3.2): measured where it is done, never invented where it is not seen. */
onEveryStore('physical energy', (dialect) => {
  let home: TestHouse;
  let operator: ScriptedOperator;
  let fails = 0;
  let usage: object | undefined;
  let failed: object | undefined;
  beforeEach(async () => {
    operator = await startScriptedOperator(() => {
      if (fails > 0) {
        fails -= 1;
        return { status: 500, ...(failed && { usage: failed }) };
      }
      return { output: 'done', ...(usage && { usage }) };
    });
    home = await openTestHouse({
      dialect,
      env: { CADRE_ALLOW_HOSTS: operator.host, CADRE_GRID: '100', CADRE_PUE: '1' },
    });
    await home.call<Agent>('agents.create', {
      name: 'Far',
      capabilities: [{ name: 'weigh', confidence: 0.9 }],
      executor: { kind: 'http', url: operator.url },
    });
  });
  afterEach(async () => {
    fails = 0;
    usage = undefined;
    failed = undefined;
    await home?.close();
    await operator?.close();
  });

  it('derives the joules of built-in skills from the CPU time of their children, with range and carbon', async () => {
    const [file] = await home.upload({
      'a.txt': `Harbour dues were 4,200 EUR in March 2026. ${'Ships came. '.repeat(400)}`,
    });
    const task = await home.run({ goal: 'Brief me: who and what matters here', files: [file ?? ''] });
    const { energyJ, energy } = task.usage;
    expect(task.status).toBe('completed');
    expect(energyJ).toBeGreaterThan(0.01);
    expect(energyJ).toBeLessThan(500);
    // Where a child had to be stopped on a busy machine, its time is taken from the clock: an estimate.
    const wasStopped = (await home.events(task.id)).some(({ type }) => type === 'run.retried');
    if (!wasStopped) expect(['measured', 'derived']).toContain(energy?.mark);
    expect(energy).toMatchObject({ grid: 'own', unknown: 0 });
    expect(energy?.lowJ).toBeLessThan(energyJ ?? 0);
    expect(energy?.highJ).toBeGreaterThan(energyJ ?? 0);
    expect(energy?.carbonG).toBeCloseTo(((energyJ ?? 0) / 3_600_000) * 100, 9);
  });

  it('takes what an operator elsewhere reports as an estimate', async () => {
    usage = { energyJ: 50 };
    const { usage: used } = await home.run({ goal: 'weigh it', capability: 'weigh' });
    expect(used.energyJ).toBeGreaterThanOrEqual(50);
    expect(used.energyJ).toBeLessThan(60);
    expect(used.energy).toMatchObject({ mark: 'estimated', unknown: 0 });
  });

  it('twin: of one that says nothing the joules are not known, and not 0', async () => {
    const { usage: used } = await home.run({ goal: 'weigh it', capability: 'weigh' });
    expect(used.energyJ).toBeNull();
    expect(used.energy).toMatchObject({ unknown: 1, carbonG: 0 });
  });

  it('keeps what failed attempts took', async () => {
    fails = 1;
    usage = { energyJ: 50 };
    const task = await home.run({ goal: 'weigh it', capability: 'weigh' });
    expect([task.status, task.usage.energy?.unknown]).toEqual(['completed', 1]);
    expect(task.usage.energyJ).toBeGreaterThanOrEqual(50);
    expect(task.usage.energyJ).toBeLessThan(60);
    [fails, failed] = [1, { energyJ: 30 }];
    const again = await home.run({ goal: 'weigh it', capability: 'weigh' });
    expect(again.usage.energy?.unknown).toBe(0);
    expect(again.usage.energyJ).toBeGreaterThanOrEqual(80);
  });
});

/** Who is chosen, and what is told, by energy (FEATURES SC-2, EN-7). */
onEveryStore('energy in the choice of agents', (dialect) => {
  let home: TestHouse;
  let frugal: ScriptedOperator;
  let dear: ScriptedOperator;
  const answers = (energyJ: number) => () => ({ output: 'done', usage: { energyJ } });
  beforeEach(async () => {
    [frugal, dear] = [await startScriptedOperator(answers(5)), await startScriptedOperator(answers(80))];
    home = await openTestHouse({
      dialect,
      env: {
        CADRE_ALLOW_HOSTS: `${frugal.host},${dear.host}`,
        CADRE_ENERGY_FAST_MS: '20',
        CADRE_ENERGY_MEDIUM_MS: '40',
      },
    });
  });
  afterEach(async () => {
    await home?.close();
    await frugal?.close();
    await dear?.close();
  });
  const add = (name: string, operator: ScriptedOperator, confidence: number) =>
    home.call<Agent>('agents.create', {
      name,
      capabilities: [{ name: 'weigh', confidence }],
      executor: { kind: 'http', url: operator.url },
      maxConcurrent: 4,
    });
  const points = async () => (await home.call<{ points: number }>('energy.gradient')).points;
  const learn = async (...agents: Agent[]) => {
    for (const { id } of agents)
      for (let round = 0; round < 3; round += 1)
        await home.run({ goal: 'weigh', agentId: id, capability: 'weigh' });
    await until(async () => (await points()) === 3 * agents.length, 'the ledger to have them');
  };
  const best = () => home.call<Best>('agents.best', { capability: 'weigh' });
  interface Best {
    name: string;
    considered: Array<{ name: string; score: number; terms: Record<string, number> }>;
    excluded: Array<{ name: string; because: string }>;
  }

  it('takes the frugal one where joules have a price, and shows each term', async () => {
    const [a, b] = [await add('Dear', dear, 0.9), await add('Frugal', frugal, 0.85)];
    await learn(a, b);
    // A success is worth so much that the speed of this machine decides nothing.
    await home.call('energy.change', { value: 10, joule: 0 });
    expect((await best()).name).toBe('Dear');
    await home.call('energy.change', { joule: 0.1 });
    const { name, considered } = await best();
    expect(name).toBe('Frugal');
    const of = (agent: string) => considered.find((one) => one.name === agent);
    // (3 measured + 2 of the mean) / 5, by the price.
    expect(of('Dear')?.terms.joules).toBeCloseTo(-0.1 * ((3 * 80 + 2 * 42.5) / 5), 0);
    expect(of('Frugal')?.terms.joules).toBeCloseTo(-0.1 * ((3 * 5 + 2 * 42.5) / 5), 0);
    for (const { score, terms } of considered)
      expect(score).toBeCloseTo(
        Object.values(terms).reduce((sum, term) => sum + term, 0),
        9,
      );
    const done = await home.run({ goal: 'weigh', capability: 'weigh' });
    expect((done.assignment as { agentName: string }).agentName).toBe('Frugal');
    const { changes } = await home.call<{ changes: Array<{ after: object; refused: boolean }> }>(
      'energy.weights',
    );
    expect(changes[0]).toMatchObject({ after: { joule: 0.1 }, refused: false });
  });

  it('learns how much a term counts from what came of choices; twin: where it foretold right, it stays', async () => {
    const agents = [await add('Dear', dear, 0.9), await add('Frugal', frugal, 0.85)];
    const CHOICES = 66;
    const work = async () => {
      for (let round = 0; round < CHOICES / 6; round += 1)
        await Promise.all(Array.from({ length: 6 }, () => home.run({ goal: 'weigh', capability: 'weigh' })));
    };
    await work();
    await until(async () => (await points()) === CHOICES, 'the ledger to have them');
    /** What the choices said and what came of them, written by hand. */
    const rewrite = (say: (index: number) => { success: number; succeeded: number }) =>
      home.house.store.write(home.house.homeTenantId, async ({ db }) => {
        const rows = await db
          .selectFrom('energy_reading')
          .select(['task_id', 'agent_id'])
          .orderBy('created_at')
          .orderBy('run_id')
          .execute();
        for (const [index, { task_id, agent_id }] of rows.entries()) {
          const { success, succeeded } = say(index);
          const considered = agents.map(({ id }) => ({
            agentId: id,
            terms: { success: id === agent_id ? success : 0.3, speed: 0.3, load: 0.2 },
          }));
          await db.updateTable('energy_reading').set({ succeeded }).where('task_id', '=', task_id).execute();
          await db
            .updateTable('task')
            .set({ assignment: JSON.stringify({ agentId: agent_id, considered }) })
            .where('id', '=', task_id)
            .execute();
        }
      });
    interface Lesson {
      learned: boolean;
      because: string;
      samples: number;
      terms: Array<{ term: string; before: number; after: number }>;
    }
    const lesson = () => home.call<Lesson>('energy.learn');
    const told = async () => (await home.events()).filter(({ type }) => type === 'energy.changed').length;
    const before = (await best()).considered[0];
    /** Of the same agent: two that are nearly alike may change places when a term counts more. */
    const success = async () =>
      (await best()).considered.find(({ name }) => name === before?.name)?.terms.success;

    // Said to succeed 9 and 2 times of 10, and so it came.
    const isDue = (index: number) => (index % 2 ? (index - 1) % 20 !== 8 : index % 10 === 4);
    await rewrite((index) => ({ success: index % 2 ? 0.45 : 0.1, succeeded: isDue(index) ? 1 : 0 }));
    const refused = await lesson();
    expect(refused).toMatchObject({ learned: false, samples: CHOICES });
    expect(refused.because).toContain('not better beyond chance');
    expect(await success()).toBe(before?.terms.success);
    expect(await told()).toBe(0);

    // A success is worth 0.5: between 0.45 and 0.1 it is 0.5 apart, so the term says too little.
    await rewrite((index) => ({ success: index % 2 ? 0.45 : 0.1, succeeded: index % 2 }));
    const learnt = await lesson();
    const factor = learnt.terms.find(({ term }) => term === 'success')?.after ?? 0;
    expect(learnt.learned).toBe(true);
    expect(factor).toBeGreaterThan(1.2);
    expect(factor).toBeLessThan(0.5 / 0.35 + 0.01);
    expect(await success()).toBeCloseTo(factor * (before?.terms.success ?? 0), 9);
    expect(await told()).toBe(1);
    const { multipliers, changes } = await home.call<{
      multipliers: Record<string, number>;
      changes: Array<{ after: object; refused: boolean; because: string }>;
    }>('energy.weights');
    expect(multipliers).toEqual({ success: factor, speed: 1, lift: 1, canon: 1 });
    expect(changes.slice(0, 2)).toMatchObject([
      { after: { success: factor }, refused: false, because: learnt.because },
      { refused: true, because: refused.because },
    ]);
    // Choices by other weights teach nothing of these.
    expect(await lesson()).toMatchObject({ learned: false, samples: 0 });
    // By itself it tries at most once a week.
    await home.house.store.write(home.house.homeTenantId, async ({ db }) => {
      await db
        .updateTable('task')
        .set({ created_at: Date.now() + 60_000 })
        .where('assignment', 'is not', null)
        .execute();
    });
    const history = async () =>
      (await home.call<{ changes: Array<{ by: string }> }>('energy.weights')).changes.map(({ by }) => by);
    const WEEK_MS = 604_800_000;
    await weigh(home.house, home.house.homeTenantId, WEEK_MS);
    expect(await history()).not.toContain('weekly');
    await weigh(home.house, home.house.homeTenantId, 0);
    expect((await history())[0]).toBe('weekly');
  });

  it('tells of what has ended at once, also before the loop looks', async () => {
    const slow = await openTestHouse({
      dialect,
      env: { CADRE_ALLOW_HOSTS: frugal.host, CADRE_ENERGY_FAST_MS: '600000' },
    });
    try {
      const attempts = async () =>
        (await slow.call<{ tenant: { attempts: number } | null }>('energy.summary')).tenant?.attempts ?? 0;
      await slow.call('agents.create', {
        name: 'Frugal',
        capabilities: [{ name: 'weigh', confidence: 0.9 }],
        executor: { kind: 'http', url: frugal.url },
      });
      expect(await attempts()).toBe(0);
      await slow.run({ goal: 'weigh', capability: 'weigh' });
      expect(await attempts()).toBe(1);
      const { items } = await slow.call<{ items: unknown[] }>('energy.ledger');
      expect(items).toHaveLength(1);
    } finally {
      await slow.close();
    }
  });

  it('refuses what takes more than the limit, by name; twin: a higher limit lets it pass', async () => {
    await learn(await add('Dear', dear, 0.9));
    await home.call('energy.change', { maxJoules: 50 });
    const task = await home.run({ goal: 'weigh', capability: 'weigh' });
    expect([task.status, task.error?.code]).toEqual(['failed', 'energy/over-limit']);
    expect(task.error?.message).toMatch(/Dear: it is expected to take 80(\.\d)? J, over the limit of 50 J/);
    await home.call('energy.change', { maxJoules: 'none' });
    expect((await home.run({ goal: 'weigh', capability: 'weigh' })).status).toBe('completed');
  });

  it('tells once of an agent that takes more than was allowed', async () => {
    await home.call('energy.change', { alertJoules: 40 });
    const [a, b] = [await add('Dear', dear, 0.9), await add('Frugal', frugal, 0.85)];
    await learn(a, b);
    const alerts = (await home.events()).filter(({ type }) => type === 'energy.alerted');
    expect(alerts.map(({ agentId, data }) => [agentId, data.limitJ])).toEqual([[a.id, 40]]);
    const { agents } = await home.call<{ agents: Array<{ id: string; alertedAt: string | null }> }>(
      'energy.summary',
    );
    expect(agents.filter(({ alertedAt }) => alertedAt !== null).map(({ id }) => id)).toEqual([a.id]);
  });

  it('keeps a ledger whose points and balances agree, and counts nothing twice', async () => {
    const [a, b] = [await add('Dear', dear, 0.9), await add('Frugal', frugal, 0.85)];
    await learn(a, b);
    const { items } = await home.call<{ items: Point[] }>('energy.ledger', { limit: 100 });
    interface Point {
      number: number;
      energy: number;
      deltaE: number;
      agentId: string;
      joules: number;
      terms: Record<string, number>;
    }
    expect(items.map(({ number }) => number)).toEqual([6, 5, 4, 3, 2, 1]);
    for (const [index, point] of items.entries()) {
      expect(Object.values(point.terms).reduce((sum, term) => sum + term, 0)).toBeCloseTo(point.energy, 9);
      const before = items[index + 1];
      expect(point.deltaE).toBeCloseTo(before ? point.energy - before.energy : 0, 9);
    }
    interface Balance {
      id: string;
      balance: number;
      attempts: number;
      joules: number;
      joulesPerSuccess: number;
    }
    const { tenant, agents, random } = await home.call<{
      tenant: Balance;
      agents: Balance[];
      random: { joulesPerSuccess: number };
    }>('energy.summary');
    expect(tenant.attempts).toBe(6);
    expect(tenant.balance).toBeCloseTo(
      items.reduce((sum, { deltaE }) => sum + deltaE, 0),
      9,
    );
    expect(agents.reduce((sum, { joules }) => sum + joules, 0)).toBeCloseTo(tenant.joules, 6);
    expect(random.joulesPerSuccess).toBeCloseTo(42.5, 0);
    // Booked once more: there is nothing left to book.
    expect(await bookEnergy(home.house, home.house.homeTenantId)).toBe(0);
    expect(await points()).toBe(6);
  });

  it('refuses weights that a guard forbids, and notes it', async () => {
    await expect(home.call('energy.change', { betaMem: 1.5 })).rejects.toMatchObject({
      code: 'energy/guard',
    });
    const { settings, changes } = await home.call<{
      settings: { betaMem: number };
      changes: Array<{ refused: boolean; because: string }>;
    }>('energy.weights');
    expect(settings.betaMem).toBe(0.99);
    expect(changes[0]).toMatchObject({ refused: true, because: expect.stringContaining('Lipschitz') });
    await home.call('energy.change', { betaMem: 1 });
  });

  it('moves λ and finds roles once something has happened, and does nothing before', async () => {
    const weights = () => home.call<{ learned: { lambda: number } }>('energy.weights');
    expect((await weights()).learned.lambda).toBe(0.01);
    const a = await add('Frugal', frugal, 0.85);
    await learn(a);
    const { roles } = await until(async () => {
      const now = await home.call<{ roles: Record<string, { specialist: number }> }>('energy.gradient');
      return now.roles[a.id] !== undefined && now;
    }, 'roles');
    expect(roles[a.id]?.specialist).toBeGreaterThan(1 / 3);
    expect((await weights()).learned.lambda).not.toBe(0.01);
  });
});
