import { expect, test } from 'vitest';
import { check, measureRules, page } from './report.ts';

/** The short form of `npm run guarantees -- solving`, without the server. */
test('what is claimed of collective solving holds, the losses included', () => {
  const measured = { ...measureRules(2, 1_000), endToEnd: [] };
  const checks = check(measured);
  expect(checks.filter(({ holds }) => !holds)).toEqual([]);
  expect(page({ ...measured, checks })).toContain('log-odds vote');
});

test('twin: a proof that measured another world than it says is not sound', () => {
  const measured = { ...measureRules(2, 1_000), endToEnd: [] };
  const [independent, shared, allShared, ...rest] = measured.figures;
  const swapped = {
    ...measured,
    figures: [allShared, shared, independent, ...rest].flatMap((one) => one ?? []),
  };
  expect(check(swapped).filter(({ holds }) => !holds).length).toBeGreaterThan(1);
});
