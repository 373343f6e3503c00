import { describe, expect, test } from 'vitest';
import { ENERGY_CLASSES, energyOf } from './energy-class.ts';
import { gpusOf, joulesOf, joulesPerOutputToken } from './joules.ts';

const dense = (billions: number, bits = 16) => ({ activeBillions: billions, totalBillions: billions, bits });

describe('joules of an output token', () => {
  // The table of EVOLUTION section 3.2.
  test.each([
    ['3B dense', dense(3), 1, 0.3],
    ['8B dense', dense(8), 1, 0.32],
    ['32B dense', dense(32), 1, 0.43],
    ['120B, 5B active, 4 bit', { activeBillions: 5, totalBillions: 120, bits: 4 }, 1, 0.31],
    ['70B dense', dense(70), 4, 2.4],
    ['400B, 17B active, 8 bit', { activeBillions: 17, totalBillions: 400, bits: 8 }, 8, 2.9],
    ['671B, 37B active, 8 bit', { activeBillions: 37, totalBillions: 671, bits: 8 }, 16, 7.2],
  ])('of %s', (_name, size, gpus, joules) => {
    expect(gpusOf(size)).toBe(gpus);
    expect(joulesPerOutputToken(size)).toBeCloseTo(joules, joules < 1 ? 2 : 1);
  });
});

describe('joules of a call', () => {
  const energy = { energyClass: 'test', joulesPerOutputToken: 2, joulesPerInputToken: 0.2 };
  const none = {
    inputTokens: 0,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
  };

  test('count output, input, and what was cached at a tenth, with half and twice as the range', () => {
    expect(joulesOf(energy, { ...none, outputTokens: 10 })).toEqual({
      energyJ: 20,
      energyLowJ: 10,
      energyHighJ: 40,
    });
    expect(joulesOf(energy, { ...none, inputTokens: 100 }).energyJ).toBeCloseTo(20);
    expect(joulesOf(energy, { ...none, inputTokens: 100, cachedInputTokens: 50 }).energyJ).toBeCloseTo(11);
  });

  test('are never less because more was cached than read', () => {
    expect(joulesOf(energy, { ...none, inputTokens: 10, cachedInputTokens: 1_000 }).energyJ).toBeCloseTo(0.2);
  });

  test('an input token takes a tenth of an output token', () => {
    for (const name of ENERGY_CLASSES) {
      const { joulesPerInputToken, joulesPerOutputToken: perOutput } = energyOf(name);
      expect(joulesPerInputToken).toBeCloseTo(perOutput / 10, 3);
    }
    expect(energyOf('moe-671b').joulesPerOutputToken).toBeCloseTo(7.2, 1);
  });
});
