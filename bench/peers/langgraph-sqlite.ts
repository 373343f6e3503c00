import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { SqliteSaver } from '@langchain/langgraph-checkpoint-sqlite';
import type { Counted, OpenPeer } from '../lib/peer.ts';
import { createLangGraph } from './langgraph.ts';

const COUNT = `select
  (select count(distinct thread_id) from writes where thread_id like 'task-%' and channel = 'result') as tasks,
  (select count(*) from checkpoints where thread_id like 'task-%' and json_extract(cast(metadata as text), '$.step') >= 1) as steps,
  (select count(*) from (select distinct thread_id, task_id from writes where thread_id like 'chief-%' and channel = 'results')) as subtasks,
  (select count(distinct thread_id) from writes where thread_id like 'chief-%' and channel = 'joined') as chiefs`;

/**
 * The saver's own driver, better-sqlite3, has to be compiled for the Node at hand and crashed on Node 24.21 when this
 * was written. Its few calls are answered by Node's own SQLite instead, which is as fast and as synchronous.
 */
export function likeBetterSqlite(database: DatabaseSync) {
  return {
    exec: (sql: string) => database.exec(sql),
    pragma: (text: string) => database.prepare(`pragma ${text}`).all(),
    prepare(sql: string) {
      const statement = database.prepare(sql);
      const bind = (values: Array<SQLInputValue | undefined>) => values.map((value) => value ?? null);
      return {
        get: (...values: SQLInputValue[]) => statement.get(...bind(values)),
        all: (...values: SQLInputValue[]) => statement.all(...bind(values)),
        run: (...values: SQLInputValue[]) => statement.run(...bind(values)),
      };
    },
    transaction:
      (work: (rows: SQLInputValue[][]) => void) =>
      (rows: SQLInputValue[][]): void => {
        database.exec('begin immediate');
        work(rows);
        database.exec('commit');
      },
  };
}

export const open: OpenPeer = (context) => {
  const database = new DatabaseSync(join(context.directory, 'langgraph.sqlite'));
  type Driver = ConstructorParameters<typeof SqliteSaver>[0];
  // The saver uses exec, pragma, prepare and transaction only.
  const saver = new SqliteSaver(likeBetterSqlite(database) as unknown as Driver);
  return createLangGraph(context, {
    name: 'LangGraph.js on SQLite',
    durability: 'fsync of every commit (WAL, synchronous=FULL); checkpoint stored before the next step',
    async open() {
      await saver.getTuple({ configurable: { thread_id: 'none' } }); // Makes the tables and sets WAL.
      database.exec('pragma synchronous = full');
      return saver;
    },
    async count() {
      const row = database.prepare(COUNT).get() as unknown as Counted; // The columns are those of COUNT.
      return { ...row };
    },
    async close() {
      database.close();
    },
  });
};
