/**
 * DBOS on an embedded PostgreSQL (PGlite behind its own socket server). DBOS offers no embedded store in TypeScript;
 * this is the nearest thing to one. PGlite does not fsync, which is in its favour here.
 */
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import type { OpenPeer } from '../lib/peer.ts';
import { createDbos } from './dbos.ts';

export const open: OpenPeer = (context) =>
  createDbos(context, {
    name: 'DBOS 5.3 on PGlite',
    durability: 'none: PGlite does not fsync (in its favour)',
    open: async () => {
      const db = await PGlite.create(join(context.directory, 'pglite'));
      const port = 20_000 + (process.pid % 20_000);
      const server = new PGLiteSocketServer({ db, port, host: '127.0.0.1', maxConnections: 20 });
      await server.start();
      return {
        url: `postgresql://postgres@127.0.0.1:${port}/postgres?sslmode=disable`,
        poolSize: 1,
        listenNotify: false,
        async close() {
          await server.stop();
          await db.close();
        },
      };
    },
  });
