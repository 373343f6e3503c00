/**
 * The negative twin of the bench's count: a store that acknowledges every fiftieth step without writing it. It is
 * faster than it should be, and `node runs.ts --twin` must call it wrong.
 */
import type { OpenPeer } from '../lib/peer.ts';
import { createFloor, type FloorStore } from './floor.ts';
import { sqliteFloor } from './floor-sqlite.ts';

function forgetful(store: FloorStore): FloorStore {
  let steps = 0;
  return {
    ...store,
    async write(batch) {
      steps += batch.steps.length;
      if (batch.steps.length > 0 && steps % 50 === 0) return;
      await store.write(batch);
    },
  };
}

export const open: OpenPeer = (context) =>
  createFloor(
    context,
    'Twin: forgets every fiftieth step',
    'claimed, not kept',
    forgetful(sqliteFloor(context)),
  );
