import pg from 'pg';
import { createCadre } from './cadre.ts';
import type { OpenWorkflows } from './peer.ts';

export const open: OpenWorkflows = (context) => {
  const pool = new pg.Pool({ connectionString: context.postgresUrl, max: 1 });
  pool.on('error', () => {}); // The database is dropped right after the end.
  return createCadre(context, {
    name: 'Cadre on PostgreSQL',
    durability:
      'result, next step, delegation, message and event of every step commit together with fsync (PostgreSQL); a step is a task with a leased run of its own, its work a stored step',
    databaseUrl: context.postgresUrl,
    async count(sql) {
      const [row] = (await pool.query(sql)).rows;
      return { workflows: Number(row.workflows), steps: Number(row.steps) };
    },
    close: () => pool.end(),
  });
};
