import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { openDatabase } from '../../src/platform/store/database.ts';
import type { Store } from '../../src/platform/store/transaction.ts';
import type { Counted, OpenPeer } from '../lib/peer.ts';
import { COUNT, createCadre } from './cadre.ts';

export const open: OpenPeer = (context) => {
  let store: Store;
  return createCadre(context, {
    name: 'Cadre on SQLite',
    durability: 'fsync of every group before its steps are acknowledged (WAL, synchronous=FULL)',
    async open() {
      store = await openDatabase({ folder: context.directory });
      return store;
    },
    parts: {
      make: () =>
        store.writeAll(async (tx) => {
          await sql`create table open_parts (chief text primary key, parts int not null)`.execute(tx.db);
        }),
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
      const database = new DatabaseSync(join(context.directory, 'cadre.db'), { readOnly: true });
      const row = database.prepare(COUNT).get() as unknown as Counted; // The columns are those of COUNT.
      database.close();
      return { ...row };
    },
    close: async () => {},
  });
};
