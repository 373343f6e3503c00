import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '../../src/platform/kernel/ids.ts';
import type { Caller } from '../../src/platform/kernel/operation.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { onEveryStore } from '../support/stores.ts';

interface Similar {
  items: Array<{
    id: string;
    taskId: string;
    goal: string;
    likeness: number;
    parts: Record<string, number | null>;
  }>;
  lookedAt: number;
}

/** QC-2, find similar: checkpoints like one, by what they say. */
onEveryStore('similar checkpoints', (dialect) => {
  let home: TestHouse;
  let other: Partial<Caller>;
  /** Checkpoint and task by goal. */
  const kept = new Map<string, { id: string; taskId: string }>();

  const keep = async (goal: string, as?: Partial<Caller>, more: Record<string, unknown> = {}) => {
    const task = await home.call<{ id: string }>('tasks.submit', { goal, ...more }, as);
    const made = await home.call<{ id: string }>('checkpoints.create', { id: task.id }, as);
    kept.set(goal, { id: made.id, taskId: task.id });
    return made.id;
  };
  const similar = (goal: string, more: Record<string, unknown> = {}, as?: Partial<Caller>) =>
    home.call<Similar>('checkpoints.similar', { id: kept.get(goal)?.id, ...more }, as);

  beforeAll(async () => {
    // Nobody works: the tasks stay open, and what is compared stays as it is.
    home = await openTestHouse({ dialect, works: false });
    other = { tenantId: (await home.call<{ id: string }>('tenants.create', { name: 'other' })).id };
    for (const goal of [
      'Write the notice for the annual meeting of members',
      'Pay the invoices of March',
      'Write a notice about the annual meeting in June',
      'Compare three papers about coral reefs',
      'Pay the invoices of April',
    ])
      await keep(goal);
    // The nearest one that there could be is a stranger's.
    await keep('Pay the invoices of March, all of them', other);
  });
  afterAll(() => home?.close());

  it('are found with the nearest first, and unlike ones below, with why', async () => {
    const { items, lookedAt } = await similar('Write the notice for the annual meeting of members');
    expect(items[0]).toMatchObject({ goal: 'Write a notice about the annual meeting in June' });
    expect(items).toHaveLength(4);
    expect(lookedAt).toBe(4);
    const [first, second] = items;
    expect(first?.parts.goal).toBeGreaterThan(1.5 * (second?.parts.goal ?? 1));
    expect(first?.parts).toMatchObject({ standing: 1 });
    expect(items.map(({ likeness }) => likeness)).toEqual(
      items.map(({ likeness }) => likeness).toSorted((a, b) => b - a),
    );
    expect((await similar('Pay the invoices of March')).items[0]?.goal).toBe('Pay the invoices of April');
  });

  it('are the same each time they are asked for, only as many and as alike as wanted', async () => {
    const goal = 'Pay the invoices of April';
    expect(await similar(goal)).toEqual(await similar(goal));
    expect((await similar(goal, { limit: 2 })).items).toHaveLength(2);
    const { items } = await similar(goal, { minLikeness: 0.6 });
    expect(items.map((one) => one.goal)).toEqual(['Pay the invoices of March']);
  });

  it('what stands in a task counts too: model and mode', async () => {
    await keep('Sort the mail', undefined, { permissionMode: 'plan' });
    await keep('Sort the mail at noon', undefined, { permissionMode: 'acceptEdits' });
    await keep('Sort the mail at dawn', undefined, { permissionMode: 'plan' });
    const { items } = await similar('Sort the mail', { limit: 2 });
    expect(items.map((one) => one.goal)).toEqual(['Sort the mail at dawn', 'Sort the mail at noon']);
    expect(items[0]?.parts.standing).toBeGreaterThan(items[1]?.parts.standing ?? 1);
  });

  it('of another goal one stands for all; those of the same goal come only when they are asked for', async () => {
    const { taskId = '', id = '' } = kept.get('Pay the invoices of April') ?? {};
    const again = await home.call<{ id: string }>('checkpoints.create', { id: taskId });
    const from = await similar('Pay the invoices of March');
    expect(from.items.filter((one) => one.taskId === taskId)).toHaveLength(1);
    const own = await similar('Pay the invoices of April');
    expect(own.items.some((one) => one.taskId === taskId)).toBe(false);
    const all = await similar('Pay the invoices of April', { sameGoal: true });
    expect(all.items[0]).toMatchObject({ id: again.id, likeness: 1 });
    expect(all.items.some((one) => one.id === id)).toBe(false);
  });

  it('never come from another tenant, and one that is not there is a clear error', async () => {
    const found = await similar('Pay the invoices of March', { limit: 50 });
    expect(JSON.stringify(found)).not.toContain('all of them');
    const theirs = await home.call<Similar>(
      'checkpoints.similar',
      { id: kept.get('Pay the invoices of March, all of them')?.id },
      other,
    );
    expect(theirs).toMatchObject({ items: [], lookedAt: 0 });
    for (const [id, as] of [
      [newId(), undefined],
      [kept.get('Pay the invoices of March')?.id, other],
    ] as const)
      await expect(home.call('checkpoints.similar', { id }, as)).rejects.toMatchObject({
        code: 'checkpoint/not-found',
      });
  });

  it('a damaged one is compared by what can still be read of it', async () => {
    const { id } = kept.get('Compare three papers about coral reefs') ?? {};
    await home.house.store.writeAll((tx) =>
      tx.db
        .updateTable('checkpoint')
        .set({ content: '{' })
        .where('id', '=', id ?? '')
        .execute(),
    );
    const { items } = await similar('Compare three papers about coral reefs');
    expect(items.length).toBeGreaterThan(3);
    expect(items[0]?.parts.goal).not.toBeNull();
  });
});
