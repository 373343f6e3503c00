import { z } from 'zod';
import { CadreError } from '../platform/kernel/errors.ts';
import { isId } from '../platform/kernel/ids.ts';
import type { Caller, Page } from '../platform/kernel/operation.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';

/** Input of a list: `cursor` from the page before, and how long a page may be. */
export const pagesUpTo = (most: number) => ({
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(most).default(50),
});

/** Output of a list. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

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

/**
 * A list by id, newest first, in one reading transaction: `select` gets the filters that were given and where the page
 * begins, `show` makes the rows of the page what people see.
 */
export function readPage<
  Input extends { limit: number; cursor?: string | undefined },
  Row extends { id: string },
  Item,
>(
  store: Store,
  caller: Caller,
  { cursor, limit, ...filter }: Input,
  select: (
    tx: TenantTx,
    asked: Given<Omit<Input, 'cursor' | 'limit'>> & { before?: string; limit: number },
  ) => Promise<Row[]>,
  show: (tx: TenantTx, rows: Row[]) => Item[] | Promise<Item[]>,
): Promise<Page<Item>> {
  return store.read(caller.tenantId, async (tx) => {
    const page = await pageById(
      { cursor, limit },
      ({ beforeId, limit: rows }) =>
        select(tx, { ...given(filter), ...given({ before: beforeId }), limit: rows }),
      (row) => row,
    );
    return { ...page, items: await show(tx, page.items) };
  });
}

type Given<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

/** The fields that have a value: what a person did not say is no filter. */
export function given<T extends object>(fields: T): Given<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never; // just that
}
