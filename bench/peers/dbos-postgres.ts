import type { OpenPeer } from '../lib/peer.ts';
import { createDbos } from './dbos.ts';

export const open: OpenPeer = (context) =>
  createDbos(context, {
    name: 'DBOS 5.3 on PostgreSQL',
    durability: 'fsync of every commit (PostgreSQL, fsync and synchronous_commit on)',
    open: async () => ({
      url: context.postgresUrl,
      poolSize: 20,
      listenNotify: true,
      close: async () => {},
    }),
  });
