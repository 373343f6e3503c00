import { expect, it } from 'vitest';
import { inProcess } from './in-process.ts';
import { runPhase, savedPercent } from './selection.ts';

const SEED = 1;

/** S4, short form; the long one is `npm run guarantees -- energy`. */
it('takes at least 20 % less energy for a success than random choice; twin: without a price of joules it does not take the frugal one', async () => {
  const random = await runPhase(inProcess('sqlite'), { policy: 'random', tasks: 24, seed: SEED });
  const aware = await runPhase(inProcess('sqlite'), { policy: 'energy', tasks: 36, seed: SEED });
  // Without exploring it stays with the first that is good, which is the dearest.
  const weights = { value: 25, joule: 0, explore: 0, lift: 0, usd: 0 };
  const blind = await runPhase(inProcess('sqlite'), { policy: 'quality', tasks: 24, seed: SEED, weights });
  expect(savedPercent(aware, random)).toBeGreaterThanOrEqual(20);
  expect(savedPercent(aware, blind)).toBeGreaterThanOrEqual(20);
  expect(savedPercent(blind, random)).toBeLessThan(0);
  expect(aware.ledgerJoulesPerSuccess).toBeCloseTo(aware.joulesPerSuccess, 0);
  expect(aware.regShare).toBeLessThanOrEqual(0.25);
}, 120_000);
