import pg from 'pg';
import type { PeerContext } from '../lib/peer.ts';
import type { FloorStore } from './floor.ts';

const TABLES = `
create table task (id text primary key, kind text not null, finished boolean not null default false);
create table step (task text not null, step int not null, result jsonb not null, primary key (task, step));`;

// One statement, so one round trip and one commit for whatever the batch holds.
const WRITE = `
with made as (insert into task (id, kind) select * from unnest($1::text[], $2::text[]) returning 1),
kept as (insert into step (task, step, result) select * from unnest($3::text[], $4::int[], $5::jsonb[]) returning 1)
update task set finished = true where id = any($6::text[])`;

const COUNT = `select
  (select count(*) from task where kind = 'task' and finished)::int as tasks,
  (select count(*) from step where task like 'task-%')::int as steps,
  (select count(*) from task where kind = 'subtask' and finished)::int as subtasks,
  (select count(*) from task where kind = 'chief' and finished)::int as chiefs`;

export function postgresFloor(context: PeerContext, connections: number): FloorStore {
  const pool = new pg.Pool({ connectionString: context.postgresUrl, max: connections });
  pool.on('error', () => {}); // The database is dropped right after the end.
  return {
    async open() {
      await pool.query(TABLES);
    },
    async write(batch) {
      await pool.query({
        name: 'write',
        text: WRITE,
        values: [
          batch.tasks.map((one) => one.id),
          batch.tasks.map((one) => one.kind),
          batch.steps.map((one) => one.task),
          batch.steps.map((one) => one.step),
          batch.steps.map((one) => one.result),
          batch.finished,
        ],
      });
    },
    count: async () => (await pool.query(COUNT)).rows[0],
    close: () => pool.end(),
  };
}
