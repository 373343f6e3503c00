/**
 * Tests that try every one of many like things take a part of them in `npm test`, which is to end within minutes, and all
 * with `CADRE_TEST_LONG=1`.
 */
export const isLong = process.env.CADRE_TEST_LONG === '1';

/** Every so many of a list; all in the long form. */
export function some<T>(all: readonly T[], every: number): T[] {
  return all.filter((_, index) => isLong || index % every === 0);
}

/** Widths of a window to try in a theme: each theme and each width once; all four together in the long form. */
export function widthsIn(theme: 'light' | 'dark'): number[] {
  if (isLong) return [1280, 390];
  return theme === 'light' ? [1280] : [390];
}
