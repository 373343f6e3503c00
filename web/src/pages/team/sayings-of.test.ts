import { expect, test } from 'vitest';
import { sampleMessage } from '../../parts/message/sample.ts';
import { sayingsOf } from './sayings-of.ts';

test('hops of one saying stand together, the first one first; the newest saying on top', () => {
  const found = sayingsOf([
    sampleMessage({ id: 'm4', correlationId: 's2' }),
    sampleMessage({ id: 'm3', correlationId: 's1' }),
    sampleMessage({ id: 'm2', correlationId: 's1' }),
  ]);
  expect(found.map(({ id, hops }) => [id, hops.map((hop) => hop.id)])).toEqual([
    ['s2', ['m4']],
    ['s1', ['m2', 'm3']],
  ]);
});
