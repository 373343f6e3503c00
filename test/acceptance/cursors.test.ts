import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type HttpServer, serveHttp } from '../../src/edge/http/server.ts';
import { operations } from '../../src/operations.ts';
import { createLocalBus } from '../../src/platform/bus/local.ts';
import { createEventLog, type EventFilter, type EventRecord } from '../../src/platform/events/events.ts';
import type { Store } from '../../src/platform/store/transaction.ts';
import { createTestEngine, until } from '../support/engine.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { gate } from '../support/operator.ts';
import { addTenant, createTestDatabase, onEveryStore, type TestDatabase } from '../support/stores.ts';

/** So seldom does who follows look by himself: what shows before has another reason. */
const NEVER_MS = 3_600_000;

/** Readers of the event log never skip an event and never see one twice (DESIGN section 3). */
onEveryStore('event cursors', (dialect) => {
  let database: TestDatabase;
  let store: Store;
  let tenantId: string;
  beforeAll(async () => {
    database = await createTestDatabase(dialect);
    store = await database.open();
    tenantId = await addTenant(store);
  });
  afterAll(async () => {
    await store?.close();
    await database?.drop();
  });
  const fact = (n: number | string) => ({ tenantId, type: 'outcome.recorded' as const, data: { n } });

  if (dialect === 'postgres') {
    it('a transaction that took its number early and commits late is still seen; the twin skips it', async () => {
      const engine = createTestEngine(store);
      const stop = new AbortController();
      const followed: unknown[] = [];
      const following = (async () => {
        for await (const event of engine.events.follow({ tenantId }, '0-0', stop.signal))
          followed.push(event.data.n);
      })();
      /** A reader that ignores the rule: everything committed above the highest number it has seen. */
      const naive: unknown[] = [];
      let highest = 0;
      const readNaively = async () => {
        const rows = await store.readAll(({ db }) =>
          db
            .selectFrom('event')
            .select(['seq', 'data'])
            .where('tenant_id', '=', tenantId)
            .where('seq', '>', highest)
            .orderBy('seq')
            .execute(),
        );
        for (const row of rows) {
          naive.push(JSON.parse(row.data).n);
          highest = Number(row.seq);
        }
      };
      const hasNumber = gate();
      const mayCommit = gate();
      const late = store.write(tenantId, async (tx) => {
        await engine.events.append(tx, [fact('early number, late commit')]);
        await engine.events.written(tx); // takes its number now
        hasNumber.open();
        await mayCommit.passed;
      });
      await hasNumber.passed;
      for (const n of [1, 2]) await store.write(tenantId, (tx) => engine.events.append(tx, [fact(n)]));
      await readNaively();
      expect(naive).toEqual([1, 2]);
      // The follower looked as well, was shown nothing, and so passed nobody.
      expect(await engine.events.read({ tenantId }, undefined, 10)).toEqual([]);
      mayCommit.open();
      await late;
      await until(async () => followed.length === 3, 'all three');
      await readNaively();
      stop.abort();
      await following;
      expect(followed).toEqual(['early number, late commit', 1, 2]);
      expect(naive).toEqual([1, 2]); // for ever
    });
  }

  it('many writers at once: a follower and a pager see each event once, each writer in order', async () => {
    const engine = createTestEngine(store);
    const start = (await engine.events.read({ tenantId }, undefined, 100)).at(-1)?.cursor;
    const stop = new AbortController();
    const followed: EventRecord[] = [];
    const following = (async () => {
      for await (const event of engine.events.follow({ tenantId }, start ?? '0-0', stop.signal))
        followed.push(event);
    })();
    const WRITERS = 8;
    const EACH = 25;
    await Promise.all(
      Array.from({ length: WRITERS }, async (_, writer) => {
        for (let n = 0; n < EACH; n += 1) {
          const failing = n % 5 === 4; // those that roll back leave holes in the numbers
          await store
            .write(tenantId, async (tx) => {
              await engine.events.append(tx, [fact(`${writer}:${n}`)]);
              if (failing) throw new Error('rolled back');
            })
            .catch(() => {});
        }
      }),
    );
    const expected = WRITERS * EACH * 0.8;
    await until(async () => followed.length >= expected, 'all followed');
    stop.abort();
    await following;
    const names = followed.map((event) => String(event.data.n));
    expect(new Set(names).size).toBe(expected);
    expect(names).toHaveLength(expected);
    for (let writer = 0; writer < WRITERS; writer += 1) {
      const own = names
        .filter((name) => name.startsWith(`${writer}:`))
        .map((name) => Number(name.split(':')[1]));
      expect(own).toEqual([...own].sort((a, b) => a - b));
    }
    const paged: EventRecord[] = [];
    for (let cursor = start; ; cursor = paged.at(-1)?.cursor) {
      const page = await engine.events.read({ tenantId }, cursor, 7);
      paged.push(...page);
      if (page.length < 7) break;
    }
    expect(paged).toEqual(followed);
  });

  it('the clock of the log is the database’s', async () => {
    const [last] = (await createTestEngine(store).events.read({ tenantId }, undefined, 1_000)).slice(-1);
    const { rows } = await store.readAll(({ db }) =>
      sql<{ now: number }>`select cadre_now() as now`.execute(db),
    );
    expect(Date.parse(last?.at ?? '')).toBeLessThanOrEqual(Number(rows[0]?.now));
  });

  it('sees what an older transaction held back as soon as that ends, though it told nothing and nobody polls', async () => {
    const events = createEventLog(store, createLocalBus(), { push: true }, NEVER_MS);
    const stopped = new AbortController();
    const filter: EventFilter = { tenantId, type: 'task.settled' };
    const seen: EventRecord[] = [];
    const after = await events.last();
    const following = (async () => {
      for await (const event of events.follow(filter, after, stopped.signal)) {
        seen.push(event);
        stopped.abort();
      }
    })();
    const tell = () =>
      store.write(tenantId, (tx) =>
        events.append(tx, [{ tenantId, type: 'task.settled', taskId: null, rootId: null, data: {} }]),
      );
    if (dialect === 'sqlite')
      await tell(); // one writer at a time: there is no older one
    else
      await store.writeAll(async (tx) => {
        await sql`select pg_current_xact_id()`.execute(tx.db);
        await tell();
        expect(await events.read(filter, after, 10)).toEqual([]);
      });
    await following;
    expect(seen).toMatchObject([{ type: 'task.settled' }]);
  });
});

onEveryStore('Last-Event-ID', (dialect) => {
  let home: TestHouse;
  let server: HttpServer;
  let key: string;
  beforeAll(async () => {
    home = await openTestHouse({ dialect });
    server = await serveHttp(home.house, operations);
    key = (await home.call<{ key: string }>('keys.create', { name: 'reader', role: 'owner' })).key;
  });
  afterAll(async () => {
    await server?.close();
    await home?.close();
  });

  /** Reads `count` events from the stream, from after `lastId` or from now on, and hangs up. */
  async function listen(
    count: number,
    lastId: string | undefined,
    once: () => Promise<unknown> = async () => {},
  ) {
    const stop = new AbortController();
    const answer = await fetch(`${server.url}/api/v1/events`, {
      headers: { authorization: `Bearer ${key}`, ...(lastId !== undefined && { 'last-event-id': lastId }) },
      signal: stop.signal,
    });
    expect(answer.status).toBe(200);
    await once();
    const ids: string[] = [];
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const id = /^id: ?(.+)$/m.exec(block)?.[1];
        if (id && /^event: ?\w+\./m.test(block)) ids.push(id);
      }
      if (ids.length >= count) break;
    }
    stop.abort();
    return ids.slice(0, count);
  }
  const write = async (name: string) => home.call('keys.create', { name });
  /** The log, once it holds so many keys: on PostgreSQL readers stay behind what is not settled yet. */
  const logWith = (keys: number) =>
    until(async () => {
      const { items } = await home.call<{ items: EventRecord[] }>('events.list', { limit: 500 });
      return (
        items.filter(({ type }) => type === 'key.created').length === keys &&
        items.map(({ cursor }) => cursor)
      );
    }, `${keys} keys in the log`);

  it('goes on after what was seen, without gap or duplicate; the twin without it has a gap', async () => {
    for (const name of ['a', 'b', 'c']) await write(name);
    const before = await logWith(4);
    const first = await listen(3, '0-0');
    expect(first).toEqual(before.slice(0, 3));
    // While nobody listens, more happens.
    for (const name of ['d', 'e']) await write(name);
    const whole = await logWith(6);
    const rest = await listen(whole.length - 3, first.at(-1));
    expect([...first, ...rest]).toEqual(whole);
    expect(new Set(whole).size).toBe(whole.length);
    const without = await listen(1, undefined, () => write('f'));
    expect(before).not.toContain(without[0]);
    expect(rest).not.toContain(without[0]);
  });

  it('twin: a place that is none is refused', async () => {
    const answer = await fetch(`${server.url}/api/v1/events`, {
      headers: { authorization: `Bearer ${key}`, 'last-event-id': 'yesterday' },
    });
    const text = await answer.text();
    expect(text).toContain('request/bad-cursor');
  });
});
