import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import { type Assignment, registryScore } from '../../src/assignment/score.ts';
import type { Task } from '../../src/tasks/task.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { gate, type ScriptedOperator, startScriptedOperator } from '../support/operator.ts';
import { onEveryStore } from '../support/stores.ts';

const LEASE_MS = 3_000;

it('the published score gives the published vector (SC-3)', () => {
  expect(registryScore(0.95, 0.2, 0.5).score).toBeCloseTo(0.8583, 4);
  // The twin: another load is another score, so the vector is no constant.
  expect(registryScore(0.95, 0.2, 2).score).not.toBeCloseTo(0.8583, 2);
});

/** S8: who gets a task follows the published score, and the tasks of one that goes away are soon in other hands. */
onEveryStore('assignment (S8)', (dialect) => {
  let home: TestHouse;
  let sure: ScriptedOperator;
  let spare: ScriptedOperator;
  let hold = gate();
  beforeEach(async () => {
    hold = gate();
    const script = async () => {
      await hold.passed;
      return { output: 'done' };
    };
    [sure, spare] = [
      await startScriptedOperator(script),
      await startScriptedOperator(() => ({ output: 'spare' })),
    ];
    home = await openTestHouse({
      dialect,
      env: { CADRE_ALLOW_HOSTS: `${sure.host},${spare.host}`, CADRE_LEASE_TTL_MS: String(LEASE_MS) },
    });
  });
  afterEach(async () => {
    hold.open();
    await home?.close();
    await sure?.close();
    await spare?.close();
  });
  const add = (name: string, operator: ScriptedOperator, confidence: number, maxConcurrent: number) =>
    home.call<Agent>('agents.create', {
      name,
      capabilities: [{ name: 'weigh', confidence }],
      executor: { kind: 'http', url: operator.url },
      maxConcurrent,
    });
  const submit = async (goal: string, more: object = {}) =>
    (await home.call<{ id: string }>('tasks.submit', { goal, capability: 'weigh', ...more })).id;
  const held = async (count: number) =>
    until(async () => sure.requests.length === count, `${count} tasks under way`);
  const explained = async (id: string) =>
    until(
      async () =>
        ((await home.call<Task>('tasks.get', { id })).assignment ?? undefined) as Assignment | undefined,
      'assigned',
    );

  it('gives it to the idle one at .7 when the one at .9 is loaded, and says why', async () => {
    const [a, b] = [await add('Sure', sure, 0.9, 1), await add('Idle', spare, 0.7, 1)];
    for (const goal of ['the first', 'the second']) await submit(goal, { agentId: a.id });
    await held(1);
    await until(async () => (await home.call<Agent>('agents.get', { id: a.id })).inFlight === 2, 'loaded');
    const third = await explained(await submit('the third'));
    expect([third.agentId, third.agentName]).toEqual([b.id, 'Idle']);
    expect(third.because).toBe('Idle scores 0.850, ahead of Sure with 0.817');
    for (const one of third.considered) {
      const [confidence, load] = one.agentId === a.id ? [0.9, 2] : [0.7, 0];
      expect(one.score).toBeCloseTo(registryScore(confidence, 0, load).score, 9);
    }
  });

  it('twin: with half its places free the one at .9 is chosen', async () => {
    const a = await add('Sure', sure, 0.9, 2);
    await add('Idle', spare, 0.7, 1);
    await submit('the first');
    await held(1);
    const second = await explained(await submit('the second'));
    expect(second.agentId).toBe(a.id);
    expect(second.score).toBeCloseTo(0.45 + 0.3 + 0.2 / 1.5, 6);
  });

  it('puts the tasks of one that went offline in other hands within one lease', async () => {
    const a = await add('Sure', sure, 0.9, 3);
    const ids = [await submit('one'), await submit('two'), await submit('three')];
    await held(3);
    const b = await add('Spare', spare, 0.7, 3);
    const seen = async () => (await home.call<Agent>('agents.get', { id: a.id })).lastHeartbeatAt;
    await until(async () => (await seen()) !== null, 'a sign of life');
    await sure.close();
    const done = [];
    for (const id of ids) done.push(await home.ended(id));
    expect(done.map((task) => [task.status, task.result?.output, task.agentId])).toEqual(
      ids.map(() => ['completed', 'spare', b.id]),
    );
    const lost = await home.call<Agent>('agents.get', { id: a.id });
    expect(lost.status).toBe('offline');
    const moved = await until(async () => {
      const found = (await home.events()).filter((event) => event.type === 'task.reassigned');
      return found.length >= ids.length && found;
    }, 'the changes of hands in the log');
    expect(moved.map((event) => event.taskId).sort()).toEqual([...ids].sort());
    for (const event of moved) {
      // Both times are the database's: the last sign of life, and the change of hands.
      const tookMs = Date.parse(event.at) - Date.parse(lost.lastHeartbeatAt ?? '');
      expect(tookMs).toBeGreaterThan(0);
      expect(tookMs).toBeLessThanOrEqual(LEASE_MS);
      expect(event.data).toMatchObject({ from: a.id, to: b.id, because: 'its agent is offline' });
    }
    // Explained on the task: who has it now, by which score, and why the first may not be asked.
    const assignment = done[0]?.assignment as Assignment;
    expect([assignment.agentName, assignment.because]).toEqual([
      'Spare',
      expect.stringContaining('Spare is the only agent'),
    ]);
  });

  it('twin: with nobody else the task waits, and is done when the agent is back', async () => {
    const a = await add('Sure', sure, 0.9, 3);
    const id = await submit('alone');
    await held(1);
    const { port } = sure;
    await sure.close();
    const status = async () => (await home.call<Agent>('agents.get', { id: a.id })).status;
    await until(async () => (await status()) === 'offline', 'offline');
    // It may be claimed as often as it likes: no attempt is spent on one who is away.
    const work = async () =>
      (await home.call<Task>('tasks.get', { id })).runs.find(({ kind }) => kind === 'operator.work');
    await until(async () => ((await work())?.claims ?? 0) >= 2, 'claimed again');
    expect((await home.call<Task>('tasks.get', { id })).status).toBe('running');
    expect((await work())?.attempts).toBeLessThanOrEqual(1);
    const later = await submit('came later');
    // Nobody is ready to be planned for either: the plan is put off, and spends no attempt.
    const plan = async () => (await home.call<Task>('tasks.get', { id: later })).runs[0];
    await until(async () => (await plan())?.claims === 1 && (await plan())?.state === 'pending', 'put off');
    expect((await plan())?.attempts).toBe(0);
    hold.open();
    sure = await startScriptedOperator(() => ({ output: 'back' }), port);
    expect([(await home.ended(id)).result?.output, (await home.ended(later)).result?.output]).toEqual([
      'back',
      'back',
    ]);
    expect((await home.events()).some((event) => event.type === 'task.reassigned')).toBe(false);
  });
});
