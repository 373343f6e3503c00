import { sql } from 'kysely';
import type { RelationRow } from './schema.ts';
import type { TenantTx } from './transaction.ts';

/** One time that an agent asked another for something. */
export interface Interaction {
  agentId: string;
  peerId: string;
  /** It was answered in time. */
  isSuccess: boolean;
  /** Until the answer; of no meaning without success. */
  ms: number;
}

/** Adds interactions to the records of who asked. Rows are written in one order, so that nobody waits in a circle. */
export async function addInteractions(tx: TenantTx, interactions: readonly Interaction[]): Promise<void> {
  const pairs = Map.groupBy(interactions, (one) => `${one.agentId} ${one.peerId}`);
  for (const key of [...pairs.keys()].sort()) {
    const of = pairs.get(key) ?? [];
    const [first] = of;
    if (!first) continue;
    const answered = of.filter((one) => one.isSuccess);
    await tx.db
      .insertInto('relation')
      .values({
        tenant_id: tx.tenantId,
        agent_id: first.agentId,
        peer_id: first.peerId,
        interactions: of.length,
        successes: answered.length,
        total_ms: Math.round(answered.reduce((sum, one) => sum + one.ms, 0)),
        last_at: sql<number>`cadre_now()`,
      })
      .onConflict((conflict) =>
        conflict.columns(['agent_id', 'peer_id']).doUpdateSet({
          interactions: sql<number>`relation.interactions + excluded.interactions`,
          successes: sql<number>`relation.successes + excluded.successes`,
          total_ms: sql<number>`relation.total_ms + excluded.total_ms`,
          last_at: sql<number>`excluded.last_at`,
        }),
      )
      .execute();
  }
}

/** What an agent knows of others, those it asked most first. */
export async function selectRelations(
  tx: TenantTx,
  agentId: string,
  limit: number,
): Promise<Array<RelationRow & { peer_name: string }>> {
  return tx.db
    .selectFrom('relation')
    .innerJoin('agent', 'agent.id', 'relation.peer_id')
    .selectAll('relation')
    .select('agent.name as peer_name')
    .where('relation.tenant_id', '=', tx.tenantId)
    .where('relation.agent_id', '=', agentId)
    .orderBy('interactions', 'desc')
    .orderBy('peer_id')
    .limit(limit)
    .execute();
}
