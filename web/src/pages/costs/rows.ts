import type { Operations } from '../../api/types.ts';

type Summary = Operations['usage.summary']['output'];

export interface UsageRow {
  id: string;
  key: string | null;
  /** All that had no row of its own. */
  isRest: boolean;
  costUsd: number | null;
  tokens: number;
  calls: number;
  /** Of all money; of all tokens where none was spent. */
  share: number;
  /** The same beside the longest bar. */
  bar: number;
}

/** Rows of a summary with their shares; days stand in their order, the newest first. */
export function rowsOf({ by, items, others, total }: Summary): UsageRow[] {
  const isMoney = (total.costUsd ?? 0) > 0;
  const tokensOf = (sums: Summary['total']) => sums.inputTokens + sums.outputTokens;
  const amount = (sums: Summary['total']) => (isMoney ? (sums.costUsd ?? 0) : tokensOf(sums));
  const all = amount(total);
  const most = Math.max(...items.map(amount), others ? amount(others) : 0);
  const toRow = (sums: Summary['total'], key: string | null, isRest: boolean): UsageRow => ({
    id: isRest ? 'rest' : `key:${key ?? ''}`,
    key,
    isRest,
    costUsd: sums.costUsd,
    tokens: tokensOf(sums),
    calls: sums.calls,
    share: all > 0 ? amount(sums) / all : 0,
    bar: most > 0 ? amount(sums) / most : 0,
  });
  const rows = items.map(({ key, ...sums }) => toRow(sums, key, false));
  if (by === 'day') rows.sort((a, b) => ((a.key ?? '') < (b.key ?? '') ? 1 : -1));
  return others ? [...rows, toRow(others, null, true)] : rows;
}
