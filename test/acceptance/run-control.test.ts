import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Task } from '../../src/tasks/task.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { addScripted, slowTurns } from '../support/scripted.ts';
import { onEveryStore } from '../support/stores.ts';

interface Checkpoint {
  id: string;
  reason: string;
  state: string;
  content: {
    taskQueue: Array<{ id: string; step: string | null; status: string; statusBefore: string | null }>;
    completedTasks: Array<{ id: string; step: string | null }>;
    dependencies: Array<{ taskId: string; needsId: string }>;
    resources: { cpuPercent: number; memoryMb: number; agentCount: number };
    modelConfig: { currentModel: string | null; permissionMode: string };
    agentStates: Array<{ name: string }>;
  };
  issues: string[];
}

/** S10: a goal under control of a person, through a restart. */
onEveryStore('run control (S10)', (dialect) => {
  let home: TestHouse;
  beforeAll(async () => {
    home = await openTestHouse({ dialect });
    await addScripted(home, 'First', slowTurns(2, 20));
    await addScripted(home, 'Second', slowTurns(12));
    await addScripted(home, 'Third', slowTurns(2, 20));
  });
  afterAll(() => home?.close());

  const show = (id: string) => home.call<Task>('tasks.get', { id });
  const inThree = {
    goal: 'Three steps in a row',
    type: 'multi_step',
    input: {
      steps: [
        { name: 'one', goal: 'Begin', capability: 'first.work' },
        { name: 'two', goal: 'Go on', capability: 'second.work', dependsOn: ['one'] },
        { name: 'three', goal: 'End', capability: 'third.work', dependsOn: ['two'] },
      ],
    },
  };
  const submit = async (more: Record<string, unknown> = {}) =>
    (await home.call<{ id: string }>('tasks.submit', { ...inThree, ...more })).id;
  const turnsOf = async (id: string) =>
    (await home.events(id)).filter((event) => event.type === 'turn.taken');
  const turned = (id: string, count: number) =>
    until(async () => (await turnsOf(id)).length >= count, `${count} turns`);
  const checkpoints = async (id: string) => {
    const { items } = await home.call<{ items: Array<{ id: string }> }>('tasks.checkpoints', { id });
    return Promise.all(items.map((one) => home.call<Checkpoint>('checkpoints.get', { id: one.id })));
  };
  const spent = async (id: string) => (await show(id)).usage.inputTokens ?? 0;
  /** The turn that was under way ends; what is running has let go. */
  const quiet = (id: string) =>
    until(async () => {
      const tasks = [id, ...(await show(id)).subtasks.map((step) => step.id)];
      const runs = (await Promise.all(tasks.map(show))).flatMap((task) => task.runs);
      return runs.every((run) => run.state !== 'running');
    }, 'no run is carried out any more');

  it('pauses with a checkpoint, spends nothing, and goes on after a restart with the same queue', async () => {
    const id = await submit({ model: 'small' });
    await turned(id, 4);
    const paused = await home.call<Task>('tasks.pause', { id, reason: 'lunch' });
    expect(paused.status).toBe('paused');
    await quiet(id);
    const [checkpoint] = await checkpoints(id);
    expect(checkpoint).toMatchObject({ reason: 'user-pause', state: 'paused', issues: [] });
    const { content } = checkpoint as Checkpoint;
    expect(content.completedTasks.map(({ step }) => step)).toEqual(['one']);
    expect(content.taskQueue.map(({ step, statusBefore }) => [step, statusBefore])).toEqual([
      [null, 'waiting'],
      ['two', 'running'],
      ['three', 'pending'],
    ]);
    expect(content.dependencies).toHaveLength(2);
    expect(content.modelConfig).toMatchObject({ currentModel: 'small', permissionMode: 'default' });
    expect(content.resources.memoryMb).toBeGreaterThan(0);
    expect(content.agentStates.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['Chief of Staff', 'First', 'Second', 'Third']),
    );

    const before = (await turnsOf(id)).length;
    const tokens = await spent(id);
    await home.house.close();
    home = await openAgain(home);
    // Two rounds of everything that could go on by itself.
    await home.run({ goal: 'meanwhile', capability: 'first.work' });
    expect((await turnsOf(id)).length).toBe(before);
    expect(await spent(id)).toBe(tokens);
    expect((await show(id)).subtasks.map(({ status }) => status)).toEqual(['completed', 'paused', 'paused']);

    const resumed = await home.call<Task>('tasks.resume', { id });
    expect(resumed.status).toBe('waiting');
    const queue = resumed.subtasks.filter(({ status }) => status !== 'completed').map((step) => step.id);
    expect(queue).toEqual(content.taskQueue.slice(1).map((one) => one.id));
    const done = await home.ended(id);
    expect(done.status).toBe('completed');
    // Each turn was paid for once: 2 + 12 + 2 turns with 1,000 tokens in.
    const turns = await turnsOf(id);
    expect(turns).toHaveLength(16);
    expect(new Set(turns.map((turn) => `${turn.taskId} ${turn.data.turn}`)).size).toBe(16);
    expect(done.usage.inputTokens).toBe(16_000);
  });

  it('has each transition in the log, and tells them with counts in one call', async () => {
    const id = await submit();
    await turned(id, 3);
    await home.call('tasks.pause', { id, reason: 'look' });
    await home.call('tasks.resume', { id });
    await home.ended(id);
    await home.database.settled();
    const view = await home.call<{
      counts: Record<string, number>;
      items: Array<{
        id: string;
        state: string;
        history: Array<{ from: string; to: string; by: string | null }>;
      }>;
    }>('tasks.controls', { includeHistory: true, limit: 1 });
    expect(view.items[0]?.history.map(({ to }) => to)).toEqual([
      'pending',
      'waiting',
      'paused',
      'waiting',
      'completed',
    ]);
    expect(view.items[0]).toMatchObject({ id, state: 'COMPLETED' });
    expect(view.items[0]?.history[2]).toMatchObject({ from: 'waiting', by: 'a test', reason: 'look' });
    expect(view.counts.completed).toBeGreaterThanOrEqual(2);
    expect(view.counts.paused).toBe(0);
    const steps = await home.call<typeof view>('tasks.controls', {
      includeHistory: true,
      all: true,
      limit: 3,
    });
    const second = steps.items.find(({ history }) => history.some(({ to }) => to === 'paused'));
    expect(second?.history.map(({ to }) => to)).toContain('paused');
  });

  it('changes the model in the middle: a safety checkpoint, and the next turn has it', async () => {
    const id = await submit({ model: 'small' });
    await turned(id, 4);
    const changed = await home.call<Task>('tasks.change', { id, model: 'large' });
    expect(changed.model).toBe('large');
    const kept = await checkpoints(id);
    expect(kept.map(({ reason }) => reason)).toEqual(['safety']);
    expect(kept[0]?.content.modelConfig.currentModel).toBe('small');
    const facts = (await home.events(id)).filter((event) => event.type === 'task.changed').length;
    // The same model again changes nothing and leaves no trace.
    await home.call('tasks.change', { id, model: 'large' });
    expect(await checkpoints(id)).toHaveLength(1);
    expect((await home.events(id)).filter((event) => event.type === 'task.changed')).toHaveLength(facts);
    const done = await home.ended(id);
    const models = (await turnsOf(id)).map((turn) => turn.data.model);
    expect(models).toHaveLength(16);
    expect(models.slice(0, 4)).toEqual(['small', 'small', 'small', 'small']);
    expect(models.at(-1)).toBe('large');
    // Nothing of what the small model had said was lost.
    const two = await show(done.subtasks.find(({ step }) => step === 'two')?.id ?? '');
    expect(JSON.stringify(two.result?.output)).toContain('small 1');
    expect(JSON.stringify(two.result?.output)).toContain('large 12');
  });

  it('twin: an unknown model and an unknown mode are refused', async () => {
    const id = await submit();
    const change = (more: object) => home.call('tasks.change', { id, ...more });
    await expect(change({ model: 'huge' })).rejects.toMatchObject({ code: 'control/unknown-model' });
    await expect(change({ permissionMode: 'yolo' })).rejects.toMatchObject({ code: 'request/invalid' });
    await expect(change({})).rejects.toMatchObject({ code: 'request/invalid' });
    await expect(submit({ model: 'huge' })).rejects.toMatchObject({ code: 'control/unknown-model' });
    expect(await checkpoints(id)).toEqual([]);
    await home.call('tasks.terminate', { id });
  });

  it('of many who pause at once one wins, and of many who resume', async () => {
    const id = await submit();
    await turned(id, 1);
    const all = (verb: string) =>
      Promise.allSettled(Array.from({ length: 5 }, () => home.call(`tasks.${verb}`, { id })));
    for (const verb of ['pause', 'resume', 'pause']) {
      const outcomes = await all(verb);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const one of outcomes)
        if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'task/wrong-state' });
    }
    expect(await checkpoints(id)).toHaveLength(2);
    await home.call('tasks.terminate', { id });
  });

  it('terminates: it stops, cleans its checkpoints, and stays ended', async () => {
    const id = await submit();
    await turned(id, 3);
    await home.call('checkpoints.create', { id });
    await home.call('tasks.pause', { id });
    expect(await checkpoints(id)).toHaveLength(2);
    await home.call('tasks.terminate', { id, reason: 'enough' });
    expect(await checkpoints(id)).toEqual([]);
    const task = await show(id);
    expect([task.status, task.stopSentence]).toEqual(['terminated', 'a test terminated it: enough.']);
    expect(task.subtasks.map(({ status }) => status)).toEqual(['completed', 'terminated', 'terminated']);
    for (const verb of ['pause', 'resume', 'terminate'])
      await expect(home.call(`tasks.${verb}`, { id })).rejects.toMatchObject({ code: 'task/wrong-state' });
    await expect(home.call('checkpoints.create', { id })).rejects.toMatchObject({ code: 'task/wrong-state' });
  });

  it('twin: what completed can be neither paused nor resumed', async () => {
    const done = await home.run({ goal: 'short', capability: 'first.work' });
    expect(done.status).toBe('completed');
    for (const verb of ['pause', 'resume', 'terminate'])
      await expect(home.call(`tasks.${verb}`, { id: done.id })).rejects.toMatchObject({
        code: 'task/wrong-state',
      });
  });

  it('a step goes on with the goal above it, not by itself', async () => {
    const id = await submit();
    await turned(id, 3);
    await home.call('tasks.pause', { id });
    const step = (await show(id)).subtasks.find(({ status }) => status === 'paused');
    await expect(home.call('tasks.resume', { id: step?.id })).rejects.toMatchObject({
      code: 'task/above-paused',
    });
    await home.call('tasks.terminate', { id });
  });

  /** S11: evidence that was tampered with stops the resume. */
  it('refuses to resume from a damaged checkpoint with the list of issues, and stays paused (S11)', async () => {
    const id = await submit();
    await turned(id, 3);
    await home.call('tasks.pause', { id });
    const [checkpoint] = await checkpoints(id);
    const { taskQueue: _lost, ...rest } = (checkpoint as Checkpoint).content;
    await home.house.store.writeAll((tx) =>
      tx.db
        .updateTable('checkpoint')
        .set({ content: JSON.stringify(rest) })
        .where('id', '=', checkpoint?.id ?? '')
        .execute(),
    );
    await expect(home.call('tasks.resume', { id })).rejects.toMatchObject({
      code: 'checkpoint/damaged',
      message: expect.stringMatching(/taskQueue is missing; its SHA-256 does not match/),
    });
    expect((await show(id)).status).toBe('paused');
    const [seen] = await checkpoints(id);
    expect(seen?.issues).toHaveLength(2);
    await quiet(id);
    expect((await show(id)).subtasks.map(({ status }) => status)).not.toContain('running');
    // A person who looked may make a new one.
    await home.call('checkpoints.create', { id });
    expect((await home.call<Task>('tasks.resume', { id })).status).toBe('waiting');
    expect((await home.ended(id)).status).toBe('completed');
  });

  it('twin: a value that was changed is noticed too, and one that is whole resumes', async () => {
    const id = await submit();
    await turned(id, 3);
    await home.call('tasks.pause', { id });
    const [checkpoint] = await checkpoints(id);
    const write = (content: string) =>
      home.house.store.writeAll((tx) =>
        tx.db
          .updateTable('checkpoint')
          .set({ content })
          .where('id', '=', checkpoint?.id ?? '')
          .execute(),
      );
    const whole = await home.house.store.readAll((tx) =>
      tx.db
        .selectFrom('checkpoint')
        .select('content')
        .where('id', '=', checkpoint?.id ?? '')
        .executeTakeFirstOrThrow(),
    );
    await write(whole.content.replace('"default"', '"plan"'));
    await expect(home.call('tasks.resume', { id })).rejects.toMatchObject({ code: 'checkpoint/damaged' });
    await write('{ not even JSON');
    await expect(home.call('tasks.resume', { id })).rejects.toMatchObject({ code: 'checkpoint/damaged' });
    await write(whole.content);
    await home.call('tasks.resume', { id });
    await home.call('tasks.terminate', { id });
  });

  /** A second start on the same data. */
  async function openAgain(before: TestHouse): Promise<TestHouse> {
    const again = await openTestHouse({ database: before.database });
    return { ...again, close: () => again.close().then(() => before.database.drop()) };
  }
});
