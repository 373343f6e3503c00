import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Task } from '../../src/tasks/task.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { addScripted, outputOf } from '../support/scripted.ts';
import { onEveryStore } from '../support/stores.ts';

interface Asked {
  id: string;
  act: string;
  effect: string;
  status: string;
  decidedBy: string | null;
}

/** QC-4 and S10: what an executor may do by itself is decided outside of it. */
onEveryStore('permission modes', (dialect) => {
  let home: TestHouse;
  beforeAll(async () => {
    home = await openTestHouse({ dialect });
    await addScripted(home, 'Editor', [
      {
        text: 'I looked and changed.',
        inputTokens: 10,
        acts: [
          { name: 'look', effect: 'read' },
          { name: 'write', effect: 'edit' },
        ],
      },
    ]);
    await addScripted(home, 'Careful', [
      { text: 'I would like to.', acts: [{ name: 'write', effect: 'edit', wantsConfirmation: true }] },
    ]);
    await addScripted(home, 'Buyer', [
      { text: 'First I pay.', inputTokens: 10, acts: [{ name: 'pay', effect: 'spend', detail: '3 EUR' }] },
      { text: 'Then I tell.', inputTokens: 10 },
    ]);
    await addScripted(home, 'Slow Editor', [
      { text: 'thinking', thinkMs: 300 },
      { text: 'changing', acts: [{ name: 'write', effect: 'edit' }] },
    ]);
  });
  afterAll(() => home?.close());

  const actsOf = (task: Task) => outputOf(task).acts;
  const work = (capability: string, permissionMode?: string) =>
    home.run({ goal: `work of ${capability}`, capability, ...(permissionMode && { permissionMode }) });
  const submit = async (capability: string, more: object = {}) =>
    (await home.call<{ id: string }>('tasks.submit', { goal: `work of ${capability}`, capability, ...more }))
      .id;
  const asked = (taskId: string) =>
    until(
      async () => (await home.call<{ items: Asked[] }>('acts.list', { taskId, status: 'pending' })).items[0],
      'the act to be asked about',
    );
  const told = async (id: string, type: string) =>
    (await home.events(id)).filter((event) => event.type === type);

  it('by default it may look and change', async () => {
    const done = await work('editor.work');
    expect(actsOf(done).map(({ name, isDone }) => [name, isDone])).toEqual([
      ['1:look', true],
      ['1:write', true],
    ]);
    expect(await told(done.id, 'act.done')).toHaveLength(2);
    expect(await told(done.id, 'act.refused')).toEqual([]);
  });

  it('twin: in plan mode what changes something is refused, with its code in the log', async () => {
    const done = await work('editor.work', 'plan');
    expect(done.permissionMode).toBe('plan');
    expect(actsOf(done)).toEqual([
      { name: '1:look', effect: 'read', isDone: true },
      { name: '1:write', effect: 'edit', isDone: false, code: 'control/plan-mode' },
    ]);
    const [refused] = await told(done.id, 'act.refused');
    expect(refused?.data).toMatchObject({ act: '1:write', effect: 'edit', code: 'control/plan-mode' });
  });

  it('a goal that is moved to plan mode in the middle changes nothing from then on', async () => {
    const id = await submit('slow-editor.work');
    await until(async () => (await home.call<Task>('tasks.get', { id })).status === 'running', 'its start');
    await home.call('tasks.change', { id, permissionMode: 'plan' });
    const done = await home.ended(id);
    expect(actsOf(done)).toMatchObject([{ name: '2:write', isDone: false, code: 'control/plan-mode' }]);
  });

  it('asks a person before it spends, waits as a row, and goes on', async () => {
    const id = await submit('buyer.work');
    const act = await asked(id);
    expect(act).toMatchObject({ act: '1:pay', effect: 'spend', detail: '3 EUR' });
    await until(async () => {
      const { runs } = await home.call<Task>('tasks.get', { id });
      return runs.some(({ kind, state }) => kind === 'operator.work' && state === 'waiting');
    }, 'the worker to be let go');
    expect((await told(id, 'turn.taken')).map(({ data }) => data.turn)).toEqual(['1']);
    const decided = await home.call<Asked>('acts.decide', { id: act.id, allow: true });
    expect(decided).toMatchObject({ status: 'allowed', decidedBy: 'a test' });
    const done = await home.ended(id);
    expect(actsOf(done)).toEqual([{ name: '1:pay', effect: 'spend', isDone: true }]);
    // The first turn was not paid for again.
    expect((await told(id, 'turn.taken')).map(({ data }) => data.turn)).toEqual(['1', '2']);
    await expect(home.call('acts.decide', { id: act.id, allow: false })).rejects.toMatchObject({
      code: 'control/act-decided',
    });
  });

  it('twin: what is declined is not done, and the work goes on without it', async () => {
    const id = await submit('buyer.work');
    await home.call('acts.decide', { id: (await asked(id)).id, allow: false, comment: 'too dear' });
    const done = await home.ended(id);
    expect(done.status).toBe('completed');
    expect(actsOf(done)).toMatchObject([{ isDone: false, code: 'control/act-declined' }]);
  });

  it('keeps what was decided while the goal was paused', async () => {
    const id = await submit('buyer.work');
    const act = await asked(id);
    await home.call('tasks.pause', { id });
    await home.call('acts.decide', { id: act.id, allow: true });
    expect((await told(id, 'turn.taken')).map(({ data }) => data.turn)).toEqual(['1']);
    await home.call('tasks.resume', { id });
    expect(actsOf(await home.ended(id))).toMatchObject([{ isDone: true }]);
  });

  it('nobody need decide on what has ended', async () => {
    const id = await submit('buyer.work');
    const act = await asked(id);
    await home.call('tasks.terminate', { id });
    await expect(home.call('acts.decide', { id: act.id, allow: true })).rejects.toMatchObject({
      code: 'control/act-decided',
      message: 'The act is withdrawn already.',
    });
  });

  it('acceptEdits confirms edits by itself; by default they are asked about where the executor wants it', async () => {
    const done = await work('careful.work', 'acceptEdits');
    expect(actsOf(done)).toMatchObject([{ isDone: true }]);
    const id = await submit('careful.work');
    expect(await asked(id)).toMatchObject({ effect: 'edit' });
    await home.call('tasks.terminate', { id });
  });

  it('bypassPermissions is the owner’s only, and never covers what costs', async () => {
    for (const role of ['operator', 'admin'] as const) {
      await expect(
        home.call(
          'tasks.submit',
          { goal: 'x', capability: 'careful.work', permissionMode: 'bypassPermissions' },
          { role },
        ),
      ).rejects.toMatchObject({ code: 'control/mode-owner-only', status: 403 });
    }
    const id = await submit('buyer.work', { permissionMode: 'bypassPermissions' });
    expect(await asked(id)).toMatchObject({ effect: 'spend' });
    await expect(
      home.call('tasks.change', { id, permissionMode: 'acceptEdits' }, { role: 'viewer' }),
    ).rejects.toMatchObject({ code: 'auth/forbidden' });
    await home.call('tasks.change', { id, permissionMode: 'acceptEdits' }, { role: 'operator' });
    await expect(
      home.call('tasks.change', { id, permissionMode: 'bypassPermissions' }, { role: 'admin' }),
    ).rejects.toMatchObject({ code: 'control/mode-owner-only' });
    await home.call('tasks.terminate', { id });
    const owned = await work('careful.work', 'bypassPermissions');
    expect(actsOf(owned)).toMatchObject([{ isDone: true }]);
  });

  it('an operator’s key cannot decide on acts', async () => {
    const id = await submit('buyer.work');
    const act = await asked(id);
    await expect(
      home.call('acts.decide', { id: act.id, allow: true }, { role: 'operator' }),
    ).rejects.toMatchObject({ code: 'auth/forbidden' });
    await home.call('tasks.terminate', { id });
  });
});
