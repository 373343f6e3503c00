import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { SqliteSaver } from '@langchain/langgraph-checkpoint-sqlite';
import { likeBetterSqlite } from '../peers/langgraph-sqlite.ts';
import { createLangGraph } from './langgraph.ts';
import type { OpenPeer } from './peer.ts';

export const open: OpenPeer = async (context) => {
  const database = new DatabaseSync(join(context.directory, 'langgraph.sqlite'));
  type Driver = ConstructorParameters<typeof SqliteSaver>[0];
  // The saver uses exec, pragma, prepare and transaction only.
  const saver = new SqliteSaver(likeBetterSqlite(database) as unknown as Driver);
  await saver.getTuple({ configurable: { thread_id: 'none' } }); // Makes the tables and sets WAL.
  database.exec('pragma synchronous = full');
  return createLangGraph(context, {
    name: 'LangGraph.js, SqliteSaver',
    durability: 'a checkpoint after each node (all tool calls of a turn are one), fsync',
    saver,
    async close() {
      database.close();
    },
  });
};
