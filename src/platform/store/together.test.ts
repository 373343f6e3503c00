import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  addTenant,
  createTestDatabase,
  onEveryStore,
  type TestDatabase,
} from '../../../test/support/stores.ts';
import { inTurns } from '../runs/settler.ts';
import { bookOutcome, insertAgent, selectAgent } from './agents.ts';
import { oneAfterAnother, readTogether, together } from './together.ts';
import type { Store } from './transaction.ts';

onEveryStore('calls of the same moment', (dialect) => {
  let database: TestDatabase;
  let store: Store;
  let tenantId: string;
  beforeEach(async () => {
    database = await createTestDatabase(dialect);
    store = await database.open();
    tenantId = await addTenant(store);
  });
  afterEach(async () => {
    await store.close();
    await database.drop();
  });

  const asked: number[][] = [];
  const double = together(async (_tx, all: number[]) => {
    asked.push(all);
    if (all.includes(13)) throw new Error('13 is refused');
    return all.map((one) => one * 2);
  });
  beforeEach(() => {
    asked.length = 0;
  });
  const agent = async (id: string) => {
    const spec = { name: id, capabilities: [] };
    const row = {
      id,
      name: id,
      role: 'operator',
      status: 'idle',
      status_reason: null,
      enabled: 1,
      spec: JSON.stringify(spec),
      spec_version: 1,
      executor_kind: 'local',
      heartbeat_host: 'local',
      max_concurrent: 1,
      validation: null,
    };
    await store.write(tenantId, (tx) => insertAgent(tx, row, []));
  };

  test('are asked as one, and each gets its own answer', async () => {
    const answers = await store.write(tenantId, (tx) =>
      Promise.all([1, 2, 3].map((one) => double(tx, one).then((two) => double(tx, two)))),
    );
    expect(answers).toEqual([4, 8, 12]);
    expect(asked).toEqual([
      [1, 2, 3],
      [2, 4, 6],
    ]);
  });

  test('twin: one after another they are asked by themselves', async () => {
    await store.write(tenantId, async (tx) => {
      for (const one of [1, 2, 3]) await double(tx, one);
    });
    expect(asked).toEqual([[1], [2], [3]]);
  });

  test('of two tenants or two transactions never share', async () => {
    const other = await addTenant(store, 'other');
    await Promise.all([
      store.read(tenantId, (tx) => double(tx, 1)),
      store.read(other, (tx) => double(tx, 2)),
      store.write(tenantId, (tx) => double(tx, 3)),
    ]);
    expect(asked.toSorted()).toEqual([[1], [2], [3]]);
  });

  test('fail together where they were asked as one; those who read are asked again by themselves', async () => {
    const all = store.write(tenantId, (tx) => Promise.all([12, 13].map((one) => double(tx, one))));
    await expect(all).rejects.toThrow('13 is refused');
    const ended = await Promise.allSettled(
      [12, 13].map((one) => readTogether(store, tenantId, (tx) => double(tx, one))),
    );
    expect(ended).toMatchObject([{ value: 24 }, { status: 'rejected' }]);
  });

  test('what changes the same goes one after another; what does not, side by side', async () => {
    const seen: string[] = [];
    const change = (what: string, name: string) =>
      store.write(tenantId, (tx) =>
        inTurns(
          [1, 2].map((part) => ({ part, turn: what === 'same' ? 'a' : `${part}` })),
          async ({ part }) => {
            await oneAfterAnother(tx, name, async () => {
              seen.push(`${part} begins`);
              await double(tx, part);
              seen.push(`${part} ends`);
            });
          },
        ),
      );
    await change('different', 'one line');
    expect(seen).toEqual(['1 begins', '1 ends', '2 begins', '2 ends']);
    await change('same', 'one line');
    expect(asked).toEqual([[1], [2], [1], [2]]);
    asked.length = 0;
    await store.write(tenantId, (tx) =>
      inTurns([{ turn: 'a' }, { turn: 'b' }], async ({ turn }) => {
        await oneAfterAnother(tx, turn, async () => void (await double(tx, 1)));
      }),
    );
    expect(asked).toEqual([[1, 1]]);
  });

  test('the failure of one ends the transaction when nothing in it goes on any more', async () => {
    let open = 0;
    const failing = store.write(tenantId, (tx) =>
      inTurns([{ turn: 'bad' }, { turn: 'good' }], async ({ turn }) => {
        if (turn === 'bad') throw new Error('bad');
        open += 1;
        for (let times = 0; times < 5; times += 1) await selectAgent(tx, 'nobody');
        open -= 1;
      }),
    );
    await expect(failing).rejects.toThrow('bad');
    expect(open).toBe(0);
  });

  test('the record of an agent is what it is when outcomes are booked one by one', async () => {
    await agent('one by one');
    await agent('at once');
    const outcomes = [
      { isSuccess: true, ms: 10 },
      { isSuccess: true, ms: 30 },
      { isSuccess: false, ms: 80 },
    ];
    await store.write(tenantId, async (tx) => {
      for (const { isSuccess, ms } of outcomes) await bookOutcome(tx, 'one by one', isSuccess, ms);
      await Promise.all(outcomes.map(({ isSuccess, ms }) => bookOutcome(tx, 'at once', isSuccess, ms)));
    });
    for (const id of ['one by one', 'at once']) {
      const found = await store.read(tenantId, (tx) => selectAgent(tx, id));
      expect(found).toMatchObject({ succeeded: 2, failed: 1 });
      expect(Number(found?.average_ms)).toBeCloseTo(40, 6);
    }
  });
});
