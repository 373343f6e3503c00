/** An amount as people type it; null where the field is empty, NaN where it is no number. */
export function amountIn(typed: string): number | null {
  const plain = typed.trim().replace(/^\$/, '').replace(/[\s_]/g, '').replace(',', '.');
  return plain === '' ? null : Number(plain);
}

/** True for nothing, and for a number from 0 to `most`. */
export const isFrom0 = (value: number | null, most: number): boolean =>
  value === null || (Number.isFinite(value) && value >= 0 && value <= most);
