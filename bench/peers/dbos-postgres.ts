import pg from 'pg';
import type { OpenPeer } from '../lib/peer.ts';
import { COUNT, createDbos } from './dbos.ts';

export const open: OpenPeer = (context) => {
  const pool = new pg.Pool({ connectionString: context.postgresUrl, max: 1 });
  pool.on('error', () => {}); // The database is dropped right after the end.
  return createDbos(context, {
    name: 'DBOS 5.3 on PostgreSQL',
    durability: 'fsync of every commit (PostgreSQL, fsync and synchronous_commit on)',
    open: async () => ({
      systemDatabaseUrl: context.postgresUrl,
      systemDatabasePoolSize: 20,
      useListenNotify: true,
    }),
    count: async () => (await pool.query(COUNT)).rows[0],
    close: () => pool.end(),
  });
};
