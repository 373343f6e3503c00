import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type CadreOptions, createCadre } from './cadre.ts';
import type { Counted, OpenWorkflows } from './peer.ts';

const DURABILITY =
  'the same, with fsync of every group of commits before any of them is told (WAL, synchronous=FULL)';

/** One operator carries out each workflow. */
export const open: OpenWorkflows = (context) =>
  createOnSqlite(context, { name: 'Cadre on SQLite, one operator', hands: 'one operator' });

export function createOnSqlite(
  context: Parameters<OpenWorkflows>[0],
  options: Pick<CadreOptions, 'name' | 'hands'>,
): ReturnType<OpenWorkflows> {
  return createCadre(context, {
    ...options,
    durability: DURABILITY,
    async count(sql) {
      const database = new DatabaseSync(join(context.directory, 'home', 'cadre.db'), { readOnly: true });
      const row = database.prepare(sql).get() as unknown as Counted; // the columns are those of the text
      database.close();
      return { ...row };
    },
    close: async () => {},
  });
}
