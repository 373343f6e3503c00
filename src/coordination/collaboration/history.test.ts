import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../platform/kernel/json.ts';
import { bytesOf, fitHistory, type HistoryEntry } from './history.ts';

const entry = (data: Json, round = 1): HistoryEntry => ({ agentId: 'a', agent: 'Ann', round, data });

describe('fitHistory', () => {
  it('keeps all that fits, in its order', () => {
    const history = [entry({ said: 'one' }), entry({ said: 'two' }, 2)];
    expect(fitHistory(history, 10_000)).toEqual({ entries: history, leftOut: 0 });
    expect(fitHistory([], 2)).toEqual({ entries: [], leftOut: 0 });
  });

  it('cuts the oldest that does not fit whole, and counts those before it', () => {
    const history = [entry('x'.repeat(900)), entry('y'.repeat(900)), entry('z'.repeat(900))];
    const { entries, leftOut } = fitHistory(history, 1_500);
    expect(leftOut).toBe(1);
    expect(entries[0]).toMatchObject({ cut: true });
    expect(String(entries[0]?.data)).toMatch(/^"y{200,}…$/);
    expect(entries[1]).toEqual(history[2]);
  });

  it('twin: where a cut one would tell nothing it is left out', () => {
    expect(fitHistory([entry('x'.repeat(900))], 150)).toEqual({ entries: [], leftOut: 1 });
  });

  it('never exceeds its limit, and loses count of nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.json(), { maxLength: 20 }),
        fc.integer({ min: 2, max: 2_000 }),
        (texts, limit) => {
          const history = texts.map((text, index) => entry(JSON.parse(text), index));
          const { entries, leftOut } = fitHistory(history, limit);
          expect(bytesOf(entries)).toBeLessThanOrEqual(limit);
          expect(entries.length + leftOut).toBe(history.length);
          expect(entries.map(({ round }) => round)).toEqual(history.slice(leftOut).map(({ round }) => round));
        },
      ),
    );
  });
});
