import { now } from './now.ts';
import type { ExtractionRow, FileRow } from './schema.ts';
import type { TenantTx } from './transaction.ts';

/** Bytes of one row of content. Small enough that neither engine copies much at once. */
const CHUNK_BYTES = 1_048_576;

export type NewFileRow = Omit<FileRow, 'tenant_id' | 'created_at' | 'status' | 'error'>;

/** Adds a file with its content, in chunks that a reader puts together by number. */
export async function insertFile(tx: TenantTx, row: NewFileRow, content: Uint8Array): Promise<FileRow> {
  const added = await tx.db
    .insertInto('file')
    .values({ ...row, tenant_id: tx.tenantId, status: 'stored', error: null, created_at: now })
    .returningAll()
    .executeTakeFirstOrThrow();
  for (let number = 0; number * CHUNK_BYTES < content.length; number += 1) {
    const bytes = content.subarray(number * CHUNK_BYTES, (number + 1) * CHUNK_BYTES);
    await tx.db
      .insertInto('blob_chunk')
      .values({ tenant_id: tx.tenantId, file_id: row.id, number, bytes })
      .execute();
  }
  return added;
}

export async function selectFile(tx: TenantTx, id: string): Promise<FileRow | undefined> {
  return tx.db
    .selectFrom('file')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Files newest first. */
export async function selectFiles(
  tx: TenantTx,
  page: { beforeId: string | undefined; limit: number },
): Promise<FileRow[]> {
  let query = tx.db
    .selectFrom('file')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .orderBy('id', 'desc')
    .limit(page.limit);
  if (page.beforeId !== undefined) query = query.where('id', '<', page.beforeId);
  return query.execute();
}

/** The content of a file, put together of its chunks; they are read one by one to hold it only once. */
export async function selectContent(tx: TenantTx, file: Pick<FileRow, 'id' | 'bytes'>): Promise<Uint8Array> {
  const content = new Uint8Array(file.bytes);
  let at = 0;
  for (let number = 0; at < content.length; number += 1) {
    const chunk = await tx.db
      .selectFrom('blob_chunk')
      .select('bytes')
      .where('tenant_id', '=', tx.tenantId)
      .where('file_id', '=', file.id)
      .where('number', '=', number)
      .executeTakeFirst();
    if (!chunk || at + chunk.bytes.length > content.length) break;
    content.set(chunk.bytes, at);
    at += chunk.bytes.length;
  }
  return content.subarray(0, at);
}

/** Sets how far a file has come. `onlyFrom` keeps a slower reader from setting it back. */
export async function updateFileStatus(
  tx: TenantTx,
  id: string,
  change: { status: string; error: string | null; onlyFrom?: readonly string[] },
): Promise<void> {
  let query = tx.db
    .updateTable('file')
    .set({ status: change.status, error: change.error })
    .where('tenant_id', '=', tx.tenantId)
    .where('id', '=', id);
  if (change.onlyFrom) query = query.where('status', 'in', change.onlyFrom);
  await query.execute();
}

/** The stored result of a stage, when it was made by this version. */
export async function selectExtraction(
  tx: TenantTx,
  fileId: string,
  stage: string,
  version: string,
): Promise<string | undefined> {
  const row = await tx.db
    .selectFrom('extraction')
    .select('data')
    .where('tenant_id', '=', tx.tenantId)
    .where('file_id', '=', fileId)
    .where('stage', '=', stage)
    .where('version', '=', version)
    .executeTakeFirst();
  return row?.data;
}

/** Keeps the result of a stage in place of an older one. */
export async function upsertExtraction(
  tx: TenantTx,
  row: Omit<ExtractionRow, 'tenant_id' | 'created_at'>,
): Promise<void> {
  await tx.db
    .insertInto('extraction')
    .values({ ...row, tenant_id: tx.tenantId, created_at: now })
    .onConflict((conflict) =>
      conflict
        .columns(['file_id', 'stage'])
        .doUpdateSet({ version: row.version, data: row.data, created_at: now })
        .where('extraction.tenant_id', '=', tx.tenantId),
    )
    .execute();
}

/** Files of this tenant among the wanted ones, in the order of the list. */
export async function selectFilesByIds(tx: TenantTx, ids: string[]): Promise<FileRow[]> {
  if (ids.length === 0) return [];
  const rows = await tx.db
    .selectFrom('file')
    .selectAll()
    .where('tenant_id', '=', tx.tenantId)
    .where('id', 'in', ids)
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}
