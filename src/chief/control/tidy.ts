import { deleteOldCheckpoints } from '../../platform/store/checkpoints.ts';
import type { Store } from '../../platform/store/transaction.ts';

/** Checkpoints of tasks that ended are kept so long (FEATURES QC-2). */
const KEEP_MS = 604_800_000;

/** Lets go of old checkpoints of tasks that are final. */
export async function tidyCheckpoints({ store }: { store: Store }): Promise<void> {
  await store.writeAll((tx) => deleteOldCheckpoints(tx, KEEP_MS));
}
