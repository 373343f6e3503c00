import { openDatabase } from '../../src/platform/store/database.ts';
import { createCadre } from './cadre.ts';
import type { OpenMailbox } from './peer.ts';

export const open: OpenMailbox = (context) =>
  createCadre(context, {
    name: 'Cadre on PostgreSQL',
    durability: 'fsync of every commit (PostgreSQL, fsync and synchronous_commit on)',
    open: () => openDatabase({ databaseUrl: context.postgresUrl }),
  });
