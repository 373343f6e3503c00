import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Counted, PeerContext } from '../lib/peer.ts';
import type { FloorStore } from './floor.ts';

const TABLES = `
pragma journal_mode = wal;
pragma synchronous = full;
create table task (id text primary key, kind text not null, finished integer not null default 0);
create table step (task text not null, step integer not null, result text not null, primary key (task, step));`;

const COUNT = `select
  (select count(*) from task where kind = 'task' and finished) as tasks,
  (select count(*) from step where task like 'task-%') as steps,
  (select count(*) from task where kind = 'subtask' and finished) as subtasks,
  (select count(*) from task where kind = 'chief' and finished) as chiefs`;

export function sqliteFloor(context: PeerContext): FloorStore {
  const database = new DatabaseSync(join(context.directory, 'floor.sqlite'));
  database.exec(TABLES);
  const insertTask = database.prepare('insert into task (id, kind) values (?, ?)');
  const insertStep = database.prepare('insert into step (task, step, result) values (?, ?, ?)');
  const finish = database.prepare('update task set finished = 1 where id = ?');
  return {
    async open() {},
    async write(batch) {
      database.exec('begin immediate');
      for (const one of batch.tasks) insertTask.run(one.id, one.kind);
      for (const one of batch.steps) insertStep.run(one.task, one.step, one.result);
      for (const id of batch.finished) finish.run(id);
      database.exec('commit');
    },
    async count() {
      const row = database.prepare(COUNT).get() as unknown as Counted; // The columns are those of COUNT.
      return { ...row };
    },
    async close() {
      database.close();
    },
  };
}
