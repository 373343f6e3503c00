import { sql } from 'kysely';
import type { TenantTx } from './transaction.ts';

/** Subscribes an agent; false when it already is. */
export async function insertSubscription(tx: TenantTx, topic: string, agentId: string): Promise<boolean> {
  const result = await tx.db
    .insertInto('topic_subscription')
    .values({ tenant_id: tx.tenantId, topic, agent_id: agentId, created_at: sql<number>`cadre_now()` })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return Number(result.numInsertedOrUpdatedRows ?? 0n) === 1;
}

/** Ends a subscription; false when there is none. */
export async function deleteSubscription(tx: TenantTx, topic: string, agentId: string): Promise<boolean> {
  const result = await tx.db
    .deleteFrom('topic_subscription')
    .where('tenant_id', '=', tx.tenantId)
    .where('topic', '=', topic)
    .where('agent_id', '=', agentId)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** Agents that get what is published, those that were archived left out, in the order of their ids. */
export async function selectSubscribers(tx: TenantTx, topic: string): Promise<string[]> {
  const rows = await tx.db
    .selectFrom('topic_subscription')
    .innerJoin('agent', 'agent.id', 'topic_subscription.agent_id')
    .select('agent_id')
    .where('topic_subscription.tenant_id', '=', tx.tenantId)
    .where('topic', '=', topic)
    .where('agent.status', '<>', 'archived')
    .orderBy('agent_id')
    .execute();
  return rows.map((row) => row.agent_id);
}

/** Every topic that somebody subscribed to, with its subscribers. */
export async function selectTopics(
  tx: TenantTx,
  limit: number,
): Promise<Array<{ topic: string; agent_id: string; name: string }>> {
  return tx.db
    .selectFrom('topic_subscription')
    .innerJoin('agent', 'agent.id', 'topic_subscription.agent_id')
    .select(['topic', 'agent_id', 'agent.name'])
    .where('topic_subscription.tenant_id', '=', tx.tenantId)
    .orderBy('topic')
    .orderBy('agent_id')
    .limit(limit)
    .execute();
}
