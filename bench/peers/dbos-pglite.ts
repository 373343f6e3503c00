/**
 * DBOS on an embedded PostgreSQL (PGlite in the process). DBOS offers no embedded store in TypeScript; this is the
 * nearest thing to one, given to it as its pool. PGlite does not fsync, which is in its favour here.
 */
import { join } from 'node:path';
import { PGlite, types } from '@electric-sql/pglite';
import type pg from 'pg';
import type { Counted, OpenPeer } from '../lib/peer.ts';
import { COUNT, createDbos } from './dbos.ts';

type Query = string | { text: string; values?: unknown[] };
// Numbers of 64 bits arrive as texts, as pg's driver hands them out.
const PARSERS = { [types.INT8]: (value: string) => value };

/** One session behind the calls that DBOS makes on a pool; a client that is checked out has it to itself. */
function poolOver(db: PGlite) {
  let turn: Promise<void> = Promise.resolve();
  const acquire = async () => {
    let release = () => {};
    const before = turn;
    turn = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    return release;
  };
  const run = async (query: Query, values?: unknown[]) => {
    const text = typeof query === 'string' ? query : query.text;
    const given = values ?? (typeof query === 'string' ? undefined : query.values);
    if (!given?.length) {
      const all = await db.exec(text, { parsers: PARSERS });
      const last = all.at(-1);
      return { rows: last?.rows ?? [], rowCount: last?.affectedRows || (last?.rows.length ?? 0) };
    }
    const result = await db.query(text, given, { parsers: PARSERS });
    return { rows: result.rows, rowCount: result.affectedRows || result.rows.length };
  };
  return {
    async query(query: Query, values?: unknown[]) {
      const release = await acquire();
      try {
        return await run(query, values);
      } finally {
        release();
      }
    },
    async connect() {
      const release = await acquire();
      return { query: run, release, on() {}, off() {}, removeListener() {}, removeAllListeners() {} };
    },
    options: { max: 10 },
    on() {},
    off() {},
    async end() {},
  };
}

export const open: OpenPeer = (context) => {
  let db: PGlite;
  return createDbos(context, {
    name: 'DBOS 5.3 on PGlite',
    durability: 'none: PGlite does not fsync (in its favour)',
    async open() {
      db = await PGlite.create(join(context.directory, 'pglite'));
      return {
        systemDatabaseUrl: 'postgresql://postgres@127.0.0.1:1/postgres',
        // DBOS calls query, connect, on and end of its pool.
        systemDatabasePool: poolOver(db) as unknown as pg.Pool,
        useListenNotify: false,
      };
    },
    count: async () => (await db.query(COUNT)).rows[0] as Counted, // The columns are those of COUNT.
    close: () => db.close(),
  });
};
