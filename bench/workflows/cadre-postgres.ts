import pg from 'pg';
import { type CadreOptions, createCadre } from './cadre.ts';
import type { OpenWorkflows } from './peer.ts';

/** One operator carries out each workflow. */
export const open: OpenWorkflows = (context) =>
  createOnPostgres(context, {
    name: 'Cadre on PostgreSQL, one operator',
    hands: 'one operator',
    durability:
      'the start of the workflow, and of every step its result with what begins next and the event, in one commit with fsync (PostgreSQL); the workflow is a task with a leased run',
  });

export function createOnPostgres(
  context: Parameters<OpenWorkflows>[0],
  options: Pick<CadreOptions, 'name' | 'hands' | 'durability'>,
): ReturnType<OpenWorkflows> {
  const pool = new pg.Pool({ connectionString: context.postgresUrl, max: 1 });
  pool.on('error', () => {}); // The database is dropped right after the end.
  return createCadre(context, {
    ...options,
    databaseUrl: context.postgresUrl,
    async count(sql) {
      const [row] = (await pool.query(sql)).rows;
      return { workflows: Number(row.workflows), steps: Number(row.steps) };
    },
    close: () => pool.end(),
  });
}
