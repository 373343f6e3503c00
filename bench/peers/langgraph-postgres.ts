import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import pg from 'pg';
import type { OpenPeer } from '../lib/peer.ts';
import { createLangGraph } from './langgraph.ts';

// A step is the checkpoint after a node; -1 is the input, 0 the empty start. A part's result is a pending write.
const COUNT = `select
  (select count(distinct thread_id) from checkpoint_blobs where thread_id like 'task-%' and channel = 'result')::int as tasks,
  (select count(*) from checkpoints where thread_id like 'task-%' and (metadata->>'step')::int >= 1)::int as steps,
  (select count(distinct (thread_id, task_id)) from checkpoint_writes where thread_id like 'chief-%' and channel = 'results')::int as subtasks,
  (select count(distinct thread_id) from checkpoint_blobs where thread_id like 'chief-%' and channel = 'joined' and type <> 'empty')::int as chiefs`;

export const open: OpenPeer = (context) => {
  const pool = new pg.Pool({ connectionString: context.postgresUrl, max: 20 });
  pool.on('error', () => {}); // The database is dropped right after the end.
  return createLangGraph(context, {
    name: 'LangGraph.js on PostgreSQL',
    durability:
      'fsync of every commit (PostgreSQL); checkpoint stored before the next step (durability "sync")',
    async open() {
      const saver = new PostgresSaver(pool);
      await saver.setup();
      return saver;
    },
    count: async () => (await pool.query(COUNT)).rows[0],
    close: () => pool.end(),
  });
};
