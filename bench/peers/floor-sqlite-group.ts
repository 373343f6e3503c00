import type { OpenPeer } from '../lib/peer.ts';
import { createFloor, grouped } from './floor.ts';
import { sqliteFloor } from './floor-sqlite.ts';

export const open: OpenPeer = (context) =>
  createFloor(
    context,
    'Floor: SQLite, group commit',
    'fsync of every group before its steps are acknowledged (WAL, synchronous=FULL)',
    grouped(sqliteFloor(context)),
  );
