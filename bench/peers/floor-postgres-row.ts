import type { OpenPeer } from '../lib/peer.ts';
import { createFloor } from './floor.ts';
import { postgresFloor } from './floor-postgres.ts';

export const open: OpenPeer = (context) =>
  createFloor(
    context,
    'Floor: PostgreSQL, a commit per step',
    'fsync of every commit (PostgreSQL, fsync and synchronous_commit on)',
    postgresFloor(context, Math.min(50, context.inFlight)),
  );
