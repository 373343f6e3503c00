import { sql } from 'kysely';
import pg from 'pg';
import { openDatabase } from '../../src/platform/store/database.ts';
import type { OpenPeer } from '../lib/peer.ts';
import { COUNT, createCadre } from './cadre.ts';

export const open: OpenPeer = (context) => {
  const pool = new pg.Pool({ connectionString: context.postgresUrl, max: 1 });
  pool.on('error', () => {}); // The database is dropped right after the end.
  return createCadre(context, {
    name: 'Cadre on PostgreSQL',
    durability: 'fsync of every commit (PostgreSQL, fsync and synchronous_commit on)',
    open: () => openDatabase({ databaseUrl: context.postgresUrl }),
    parts: {
      async make() {
        await pool.query('create table open_parts (chief text primary key, parts int not null)');
        await pool.query('grant all on open_parts to cadre_tenant');
      },
      async add(tx, chief, parts) {
        await sql`insert into open_parts (chief, parts) values (${chief}, ${parts})`.execute(tx.db);
      },
      async less(tx, chief) {
        const { rows } = await sql<{ parts: number }>`
          update open_parts set parts = parts - 1 where chief = ${chief} returning parts`.execute(tx.db);
        return rows[0]?.parts ?? Number.NaN;
      },
    },
    async count() {
      const { rows } = await pool.query(COUNT);
      const [row] = rows;
      return {
        tasks: Number(row.tasks),
        steps: Number(row.steps),
        subtasks: Number(row.subtasks),
        chiefs: Number(row.chiefs),
      };
    },
    close: () => pool.end(),
  });
};
