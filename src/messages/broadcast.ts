import { CadreError } from '../platform/kernel/errors.ts';
import { selectFitting } from '../platform/store/agents.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import type { NewMessage } from './accept.ts';
import type { Mail } from './mail.ts';
import { type Published, sendToAll } from './topics.ts';

/** Agents that one broadcast may go to. */
export const BROADCAST_LIMIT = 10_000;

/** Which agents a broadcast is for; what is not said fits all. */
export interface BroadcastFilter {
  capability?: string | undefined;
  role?: string | undefined;
  /** As people see it: `busy` is `idle` with something in hand. */
  status?: string | undefined;
}

/**
 * Sends one message to every agent that fits, but its sender and those that were archived, in one transaction
 * (FEATURES CO-4). One that cannot take it is answered as `refused`; the others get it.
 * @throws CadreError `message/too-many-recipients`, and what is wrong with the message itself
 */
export async function broadcast(
  tx: TenantTx,
  needs: { mail: Mail },
  filter: BroadcastFilter,
  message: NewMessage,
): Promise<Published> {
  const fitting = await selectFitting(tx, { ...filter, limit: BROADCAST_LIMIT + 1 });
  if (fitting.length > BROADCAST_LIMIT)
    throw new CadreError('message/too-many-recipients', { limit: BROADCAST_LIMIT });
  return sendToAll(tx, needs, fitting, message);
}
