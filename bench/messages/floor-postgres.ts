/**
 * A bare loop: insert a message, notify, a listener reads and marks it. No place, no order, no lease, no retry: what
 * the machine allows.
 */
import pg from 'pg';
import type { OpenMailbox } from './peer.ts';

export const open: OpenMailbox = (context) => {
  const pool = new pg.Pool({ connectionString: context.postgresUrl, max: 12 });
  pool.on('error', () => {}); // The database is dropped right after the end.
  const listener = new pg.Client({ connectionString: context.postgresUrl });
  listener.on('error', () => {});
  return {
    name: 'insert and notify on PostgreSQL (floor)',
    durability: 'fsync of every commit (PostgreSQL, fsync and synchronous_commit on)',
    async start() {
      await pool.query(
        'create table mail (id bigint primary key, recipient int not null, handled boolean not null default false)',
      );
      await listener.connect();
      listener.on('notification', async ({ payload }) => {
        const { rows } = await pool.query('select id, recipient from mail where id = $1', [payload]);
        context.handle(rows[0].recipient, Number(rows[0].id));
        await pool.query('update mail set handled = true where id = $1', [payload]);
      });
      await listener.query('listen mail');
    },
    async send(_from, to, message) {
      await pool.query(
        `with sent as (insert into mail (id, recipient) values ($1, $2) returning id)
         select pg_notify('mail', id::text) from sent`,
        [message, to],
      );
    },
    async count() {
      const { rows } = await pool.query('select count(*) as count from mail where handled');
      return Number(rows[0].count);
    },
    async stop() {
      await listener.end();
      await pool.end();
    },
  };
};
