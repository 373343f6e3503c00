import { CadreError } from '../platform/kernel/errors.ts';
import { isId } from '../platform/kernel/ids.ts';
import type { Page } from '../platform/kernel/operation.ts';

/** Keyset paging over ids: asks for one row more than fits and makes the last shown id the cursor. */
export async function pageById<Row extends { id: string }, Item>(
  page: { limit: number; cursor?: string | undefined },
  select: (page: { beforeId: string | undefined; limit: number }) => Promise<Row[]>,
  show: (row: Row) => Item,
): Promise<Page<Item>> {
  if (page.cursor !== undefined && !isId(page.cursor)) {
    throw new CadreError('request/bad-cursor', { cursor: page.cursor });
  }
  const rows = await select({ beforeId: page.cursor, limit: page.limit + 1 });
  const shown = rows.slice(0, page.limit);
  return { items: shown.map(show), nextCursor: rows.length > page.limit ? (shown.at(-1)?.id ?? null) : null };
}

/** The fields that have a value: what a person did not say is no filter. */
export function given<T extends object>(fields: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never; // just that
}
