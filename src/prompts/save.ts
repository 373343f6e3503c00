import type { EventLog } from '../platform/events/events.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { sha256 } from '../platform/kernel/random.ts';
import { insertVersion, type Shelf, selectVersion, setArchived } from '../platform/store/prompts.ts';
import type { PromptRow } from '../platform/store/schema.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { type Kind, MAX_BODY_CHARACTERS, variablesOf } from './prompt.ts';

/** Which table keeps what. */
export const SHELVES: Record<Kind, Shelf> = { prompt: 'prompt', template: 'prompt_template' };

/** A text as somebody writes it. */
export interface Draft {
  name: string;
  body: string;
  description: string;
}

/** A draft as a row of this version. @throws CadreError `prompt/bad-body`, `prompt/too-long` */
export function rowOf(draft: Draft, version: number, by: string) {
  if ([...draft.body].length > MAX_BODY_CHARACTERS)
    throw new CadreError('prompt/too-long', { limit: MAX_BODY_CHARACTERS });
  return {
    ...draft,
    version,
    variables: JSON.stringify(variablesOf(draft.body)),
    content_hash: sha256(JSON.stringify([draft.body, draft.description])),
    created_by: by,
  };
}

/**
 * Saves a text as its next version; equal content is the version that there is. An archived one is brought back.
 * @throws CadreError `prompt/bad-body`, `prompt/too-long`
 */
export async function saveVersion(
  tx: TenantTx,
  { events }: { events: EventLog },
  kind: Kind,
  draft: Draft,
  by: string,
): Promise<{ row: PromptRow; created: boolean }> {
  const shelf = SHELVES[kind];
  for (;;) {
    const last = await selectVersion(tx, shelf, draft.name);
    const next = rowOf(draft, (last?.version ?? 0) + 1, by);
    const wasArchived = last !== undefined && last.archived_at !== null;
    if (wasArchived) await setArchived(tx, shelf, draft.name, false);
    if (last?.content_hash === next.content_hash) {
      if (wasArchived) await tell(last, true);
      return { row: { ...last, archived_at: null }, created: false };
    }
    const row = await insertVersion(tx, shelf, next);
    if (!row) continue; // somebody was faster: theirs is committed now, and ours comes after it
    await tell(row, wasArchived);
    return { row, created: true };
  }

  async function tell(row: PromptRow, restored: boolean): Promise<void> {
    const data = { name: row.name, version: row.version, by, ...(restored && { restored }) };
    await events.append(tx, [{ tenantId: tx.tenantId, type: `${kind}.saved`, data }]);
  }
}

/** Archives a text: it leaves the lists and is not rendered any more; its versions stay. @throws CadreError `prompt/not-found` */
export async function archive(
  tx: TenantTx,
  { events }: { events: EventLog },
  kind: Kind,
  name: string,
  by: string,
): Promise<PromptRow> {
  const changed = await setArchived(tx, SHELVES[kind], name, true);
  const row = await findVersion(tx, kind, name);
  if (changed)
    await events.append(tx, [{ tenantId: tx.tenantId, type: `${kind}.archived`, data: { name, by } }]);
  return row;
}

/** One version, or the last one. @throws CadreError `prompt/not-found` */
export async function findVersion(
  tx: TenantTx,
  kind: Kind,
  name: string,
  version?: number | undefined,
): Promise<PromptRow> {
  const row = await selectVersion(tx, SHELVES[kind], name, version);
  if (!row)
    throw new CadreError('prompt/not-found', {
      kind,
      name,
      version: version === undefined ? '' : `, version ${version}`,
    });
  return row;
}

/** The same for use. @throws CadreError `prompt/not-found`, `prompt/archived` */
export async function findUsable(
  tx: TenantTx,
  kind: Kind,
  name: string,
  version?: number | undefined,
): Promise<PromptRow> {
  const row = await findVersion(tx, kind, name, version);
  if (row.archived_at !== null) throw new CadreError('prompt/archived', { kind, name });
  return row;
}
