/** A limit in joules as people type it: a number above 0, or `none` where the field is empty. */
export function readLimit(typed: string): { limit: number | 'none' } | { problem: string } {
  const plain = typed.trim().replace(/\s*J$/i, '').replace(/[\s_]/g, '').replace(',', '.');
  if (plain === '') return { limit: 'none' };
  const limit = Number(plain);
  return Number.isFinite(limit) && limit > 0 && limit <= 1e12
    ? { limit }
    : { problem: 'Joules above 0, or nothing.' };
}
