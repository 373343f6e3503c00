import type { OpenPeer } from '../lib/peer.ts';
import { createFloor, grouped } from './floor.ts';
import { postgresFloor } from './floor-postgres.ts';

export const open: OpenPeer = (context) =>
  createFloor(
    context,
    'Floor: PostgreSQL, group commit',
    'fsync of every group before its steps are acknowledged (PostgreSQL)',
    grouped(postgresFloor(context, 1)),
  );
