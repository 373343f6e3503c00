import { sql } from 'kysely';
import type { KnowledgeNoteRow } from './schema.ts';
import type { TenantTx } from './transaction.ts';

/** Keeps what an agent was told. */
export async function insertNote(
  tx: TenantTx,
  row: Omit<KnowledgeNoteRow, 'tenant_id' | 'created_at'>,
): Promise<void> {
  await tx.db
    .insertInto('knowledge_note')
    .values({ ...row, tenant_id: tx.tenantId, created_at: sql<number>`cadre_now()` })
    .execute();
}

/** What an agent was told, newest first: of one kind, or with a text in its subject or content. */
export async function selectNotes(
  tx: TenantTx,
  filter: { agentId: string; kind?: string; text?: string; before?: string; limit: number },
): Promise<KnowledgeNoteRow[]> {
  let query = tx.db
    .selectFrom('knowledge_note')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('agent_id', '=', filter.agentId)
    .orderBy('id', 'desc')
    .limit(filter.limit);
  if (filter.kind) query = query.where('kind', '=', filter.kind);
  if (filter.before) query = query.where('id', '<', filter.before);
  if (filter.text) {
    const pattern = `%${filter.text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
    query = query.where(({ or }) =>
      or([
        sql<boolean>`lower(subject) like ${pattern} escape '\\'`,
        sql<boolean>`lower(data) like ${pattern} escape '\\'`,
      ]),
    );
  }
  return query.execute();
}
