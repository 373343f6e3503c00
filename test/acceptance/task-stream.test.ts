import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Agent } from '../../src/agents/agent.ts';
import { until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { type ScriptedOperator, startScriptedOperator } from '../support/operator.ts';
import { onEveryStore } from '../support/stores.ts';

/** The events of a task that has ended, asked for at once, when readers of the log may not see its end yet. */
onEveryStore('the stream of a task that has ended', (dialect) => {
  let home: TestHouse;
  let shaky: ScriptedOperator;
  let agentId: string;
  let fails = true;
  beforeAll(async () => {
    shaky = await startScriptedOperator(() =>
      fails ? { status: 422, error: { code: 'no', message: 'not yet' } } : { output: 'done' },
    );
    home = await openTestHouse({ dialect, env: { CADRE_ALLOW_HOSTS: shaky.host } });
    ({ id: agentId } = await home.call<Agent>('agents.create', {
      name: 'Shaky',
      capabilities: [{ name: 'shake', confidence: 0.9 }],
      executor: { kind: 'http', url: shaky.url },
    }));
  });
  afterAll(async () => {
    await home?.close();
    await shaky?.close();
  });

  /** What the stream has given so far, and whether it is over. */
  async function listen(id: string, after?: string) {
    const heard = { types: [] as string[], cursors: [] as string[], isOver: false };
    const stream = await home.call<AsyncIterable<{ id: string; event: string }>>('tasks.stream', {
      id,
      ...(after && { after }),
    });
    const over = (async () => {
      for await (const { id: cursor, event } of stream) {
        heard.types.push(event);
        heard.cursors.push(cursor);
      }
      heard.isOver = true;
    })();
    return { heard, over };
  }

  /** Meanwhile an older transaction is under way: on PostgreSQL readers see nothing that comes after it. */
  async function behindAnOlder(work: (release: () => void) => Promise<void>): Promise<void> {
    if (dialect === 'sqlite') return work(() => {}); // one writer at a time: there is no older one
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let isOpen = false;
    const older = home.house.store.writeAll(async (tx) => {
      await sql`select pg_current_xact_id()`.execute(tx.db);
      isOpen = true;
      await gate;
    });
    try {
      await until(async () => isOpen, 'the older transaction');
      await work(release);
    } finally {
      release();
      await older;
    }
  }

  it('waits for its end, also for the last of two; twin: what was read to the end is over at once', async () => {
    fails = true;
    let id = '';
    await behindAnOlder(async (release) => {
      id = (await home.run({ goal: 'work', agentId })).id;
      const { heard, over } = await listen(id);
      if (dialect === 'postgres') expect([heard.types, heard.isOver]).toEqual([[], false]);
      release();
      await over;
      expect(heard.types.at(0)).toBe('task.submitted');
      expect(heard.types.at(-1)).toBe('task.settled');
    });
    fails = false;
    await behindAnOlder(async (release) => {
      await home.call('tasks.retry', { id });
      expect(await home.ended(id)).toMatchObject({ status: 'completed' });
      const { heard, over } = await listen(id);
      const ends = () => heard.types.filter((type) => type === 'task.settled').length;
      if (dialect === 'postgres') {
        await until(async () => ends() === 1, 'the first end');
        expect(heard.isOver).toBe(false);
      }
      release();
      await over;
      expect([ends(), heard.types.at(-1)]).toEqual([2, 'task.settled']);
      const rest = await listen(id, heard.cursors.at(-1));
      await rest.over;
      expect(rest.heard.types).toEqual([]);
    });
  });
});
