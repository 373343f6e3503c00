import { z } from 'zod';
import type { MailListener } from '../messages/listener.ts';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import { addInteractions, type Interaction } from '../platform/store/relations.ts';
import type { RelationRow } from '../platform/store/schema.ts';
import type { TenantTx } from '../platform/store/transaction.ts';

/** Trust before the first interaction (FEATURES CO-5, 3). */
const NEUTRAL_TRUST = 0.5;

/** What an agent knows of another by what it asked of it (FEATURES CO-5, 3). */
export const relationSchema = z.object({
  agentId: z.string(),
  name: z.string(),
  interactions: z.number().int(),
  successes: z.number().int(),
  /** Mean time to an answer; null before the first one. */
  averageMs: z.number().nullable(),
  lastAt: z.string(),
  /** Successes by interactions; 0.5 before any. */
  trust: z.number().min(0).max(1),
});
export type Relation = z.output<typeof relationSchema>;

/** Successes by interactions; 0.5 before any (FEATURES CO-5, 3). */
export function trustOf(successes: number, interactions: number): number {
  return interactions === 0 ? NEUTRAL_TRUST : successes / interactions;
}

/** A record as people see it. */
export function toRelation(row: RelationRow & { peer_name: string }): Relation {
  const interactions = Number(row.interactions);
  const successes = Number(row.successes);
  return {
    agentId: row.peer_id,
    name: row.peer_name,
    interactions,
    successes,
    averageMs: successes === 0 ? null : Math.round(Number(row.total_ms) / successes),
    lastAt: toRfc3339(Number(row.last_at)),
    trust: trustOf(successes, interactions),
  };
}

/**
 * Notes that `agentId` asked `peerId` for something, whether it got an answer in time, and after how long; part of
 * the transaction that ends it. Both are ids of agents. What one asks of itself is not noted.
 */
export async function recordInteractions(tx: TenantTx, interactions: readonly Interaction[]): Promise<void> {
  await addInteractions(
    tx,
    interactions.filter((one) => one.agentId !== one.peerId),
  );
}

/** Requests of agents to agents that ended: an answer in time is a success. */
export function relate(): MailListener {
  return {
    async ended(tx, closed) {
      await recordInteractions(
        tx,
        closed
          .filter((row) => row.requires_response === 1 && row.sender_type === 'agent')
          .map((row) => {
            const at = Number(row.acknowledged_at);
            return {
              agentId: row.sender_id,
              peerId: row.recipient_id,
              isSuccess: row.status === 'acknowledged' && at <= Number(row.reply_due_at),
              ms: at - Number(row.created_at),
            };
          }),
      );
      return [];
    },
  };
}
