import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Task } from '../../src/tasks/task.ts';
import { type Deployment, deploy } from '../chaos/deployment.ts';
import { until } from '../support/engine.ts';
import { gate, type Request, type ScriptedOperator, startScriptedOperator } from '../support/operator.ts';
import { onEveryStore } from '../support/stores.ts';

/** Twelve steps: three in a row, a parallel pair, a join, and six more in a row. */
const DEPENDS: Record<string, string[]> = {
  first: [],
  second: ['first'],
  third: ['second'],
  left: ['third'],
  right: ['third'],
  join: ['left', 'right'],
  ...Object.fromEntries([7, 8, 9, 10, 11, 12].map((n) => [`s${n}`, [n === 7 ? 'join' : `s${n - 1}`]])),
};
const steps = (depends: Record<string, string[]>) =>
  Object.entries(depends).map(([name, dependsOn]) => ({
    name,
    goal: name,
    capability: 'flow.step',
    dependsOn,
    // The join reads both of its sources, so a result that went missing would show.
    ...(name === 'join' && { input: { both: '{{left.output.name}} and {{right.output.name}}' } }),
  }));

/** S7's kill -9 part, with real processes: a plan of twelve steps goes on at the last finished step. */
onEveryStore('a plan of twelve steps (S7)', (dialect) => {
  let cadre: Deployment;
  let operator: ScriptedOperator;
  const pair = { left: gate(), right: gate() };
  /** What was done, by idempotency key: a receiver that honours the key. */
  const effects = new Map<string, string>();
  /** Every effect of a receiver that does not. */
  const careless: string[] = [];

  beforeAll(async () => {
    operator = await startScriptedOperator(async (order) => {
      careless.push(order.goal);
      effects.set(order.idempotencyKey, order.goal);
      if (order.goal === 'left' || order.goal === 'right') await pair[order.goal].passed;
      return { output: { name: order.goal, input: order.input } };
    });
    cadre = await deploy(dialect, { env: { CADRE_ALLOW_HOSTS: operator.host } });
    await cadre.api.insist('POST', '/agents', {
      name: 'Walker',
      capabilities: [{ name: 'flow.step', confidence: 1 }],
      executor: { kind: 'http', url: operator.url },
      maxConcurrent: 4,
    });
  });
  afterAll(async () => {
    await cadre?.close();
    await operator?.close();
  });

  const submit = async (depends: Record<string, string[]>, key: string) =>
    (
      await cadre.api.insist<{ id: string }>(
        'POST',
        '/tasks',
        { goal: 'walk', type: 'multi_step', input: { steps: steps(depends) } },
        key,
      )
    ).id;
  const task = (id: string) => cadre.api.insist<Task>('GET', `/tasks/${id}`);
  const ended = (id: string) =>
    until(
      async () => {
        const found = await task(id);
        return ['completed', 'failed', 'terminated'].includes(found.status) && found;
      },
      'the end',
      40_000,
    );
  const requests = (name: string): Request[] => operator.asked((order) => order.goal === name);
  const status = async (id: string, name: string) =>
    (await task(id)).subtasks.find((step) => step.step === name)?.status;

  it('goes on after a kill -9 at the last finished step, in order, each effect once', async () => {
    const id = await submit(DEPENDS, 'walk');
    // Both of the pair are under way before either has answered: they run side by side.
    await until(async () => requests('left').length === 1 && requests('right').length === 1, 'the pair');
    pair.left.open();
    await until(async () => (await status(id, 'left')) === 'completed', 'left is on disk');
    await cadre.killAndRestart();
    pair.right.open();
    const done = await ended(id);
    expect([done.status, done.subtasks.map((step) => step.status)]).toEqual([
      'completed',
      Array.from({ length: 12 }, () => 'completed'),
    ]);
    for (const [name, needs] of Object.entries(DEPENDS)) {
      const keys = requests(name).map(({ order }) => order.idempotencyKey);
      expect(new Set(keys).size, `${name} has one key`).toBe(1);
      expect([...effects.values()].filter((goal) => goal === name)).toHaveLength(1);
      for (const need of needs) {
        const begun = Math.min(...requests(name).map(({ askedMs }) => askedMs));
        const finished = Math.min(...requests(need).map(({ answeredMs }) => answeredMs));
        expect(begun, `${name} begins after ${need}`).toBeGreaterThan(finished);
      }
    }
    // Only the step that was under way at the kill was asked for again; the finished ones never.
    const again = Object.keys(DEPENDS).filter((name) => requests(name).length > 1);
    expect(again).toEqual(['right']);
    // The twin: without the key that step would have had its effect twice.
    expect(careless.filter((goal) => goal === 'right')).toHaveLength(2);
    expect(requests('join')[0]?.order.input).toEqual({ both: 'left and right' });
    expect(done.result?.output).toMatchObject({ name: 's12' });
  });

  it('twin: a circle is refused and named, and no step of it runs', async () => {
    const id = await submit({ a: ['c'], b: ['a'], c: ['b'], d: [] }, 'circle');
    const refused = await ended(id);
    expect([refused.status, refused.error?.code, refused.subtasks]).toEqual(['failed', 'plan/cycle', []]);
    const named = String(refused.error?.values.cycle);
    for (const name of ['a', 'b', 'c']) expect(named).toContain(name);
    expect(named).not.toContain('d');
    expect(operator.asked((order) => order.goal.length === 1)).toHaveLength(0);
  });
});
