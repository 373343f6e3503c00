import type { OpenPeer } from '../lib/peer.ts';
import { createFloor } from './floor.ts';
import { sqliteFloor } from './floor-sqlite.ts';

export const open: OpenPeer = (context) =>
  createFloor(
    context,
    'Floor: SQLite, a commit per step',
    'fsync of every commit (WAL, synchronous=FULL)',
    sqliteFloor(context),
  );
