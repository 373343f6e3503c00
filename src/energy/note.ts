import { newId } from '../platform/kernel/ids.ts';
import { insertChange } from '../platform/store/energy.ts';
import type { TenantTx } from '../platform/store/transaction.ts';

/** Writes a change of weights into the history, made or refused, with what it rests on. */
export async function note(
  tx: TenantTx,
  by: string,
  change: { before: object; after: object; refused: string | undefined },
  because: string,
): Promise<void> {
  await insertChange(tx, {
    id: newId(),
    changed_by: by,
    before: JSON.stringify(change.before),
    after: JSON.stringify(change.after),
    refused: change.refused === undefined ? 0 : 1,
    because: change.refused ?? because,
  });
}
