import { expect, test } from 'vitest';
import { estimateRows } from './estimate-words.ts';

const nothing = {
  costUsd: null,
  costHighUsd: null,
  tokens: null,
  tokensHigh: null,
  energyJ: null,
  energyLowJ: null,
  energyHighJ: null,
  durationMs: null,
  durationHighMs: null,
};

test('what nobody can say is not nothing, and built-in skills cost nothing', () => {
  const unknown = new Map(estimateRows({ ...nothing, reckoned: { by: 'unknown', samples: 0, because: '' } }));
  expect([...new Set(unknown.values())]).toEqual(['nobody can say']);
  const keyless = estimateRows({
    ...nothing,
    costUsd: 0,
    reckoned: { by: 'keyless', samples: 0, because: '' },
  });
  expect(keyless[0]).toEqual(['Cost', '0 USD: built-in skills']);
});

test('an estimate has its range', () => {
  const rows = new Map(
    estimateRows({
      ...nothing,
      costUsd: 0.5,
      costHighUsd: 2,
      energyJ: 10,
      energyLowJ: 5,
      energyHighJ: 20,
      reckoned: { by: 'history', samples: 9, because: '' },
    }),
  );
  expect(rows.get('Cost')).toBe('$0.50, at most about $2.00');
  expect(rows.get('Energy')).toBe('10 J (5 J to 20 J)');
});
