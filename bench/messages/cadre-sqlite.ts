import { openDatabase } from '../../src/platform/store/database.ts';
import { createCadre } from './cadre.ts';
import type { OpenMailbox } from './peer.ts';

export const open: OpenMailbox = (context) =>
  createCadre(context, {
    name: 'Cadre on SQLite',
    durability: 'fsync of the group (WAL, synchronous=FULL)',
    open: () => openDatabase({ folder: context.directory }),
  });
