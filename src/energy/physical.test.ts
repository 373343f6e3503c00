import { describe, expect, it } from 'vitest';
import { readGrid } from './grid.ts';
import { apportion, carbonG, hostJoules, joulesOf, sumJoules } from './physical.ts';

describe('joules of the host (EVOLUTION 3.2)', () => {
  it('gives the published coefficients: CPU seconds, GB·s, MB', () => {
    const { joules, mark } = hostJoules({ cpuSeconds: 10, memoryGbSeconds: 5, networkMb: 2 }, 1);
    expect(joules).toBeCloseTo(10 * 2.76 + 5 * 0.392 + 2 * 3.6, 9);
    expect(mark).toBe('estimated'); // the network is a fifth of it
    expect(hostJoules({ cpuSeconds: 10, memoryGbSeconds: 5, networkMb: 0 }, 1)).toMatchObject({
      mark: 'derived',
      joules: expect.closeTo(29.56, 9),
    });
  });
  it('multiplies by the PUE of the place', () => {
    const taken = { cpuSeconds: 4, memoryGbSeconds: 1, networkMb: 0 };
    expect(hostJoules(taken, 1.135).joules).toBeCloseTo(hostJoules(taken, 1).joules * 1.135, 9);
  });
  it('prefers the counter, and says that it was measured; what nobody measured is estimated', () => {
    const measured = hostJoules({ cpuSeconds: 10, memoryGbSeconds: 0, networkMb: 0, cpuCounterJ: 50 }, 1);
    expect(measured).toEqual({ joules: 50, lowJ: 45, highJ: expect.closeTo(55, 9), mark: 'measured' });
    const guessed = hostJoules({ cpuSeconds: 10, memoryGbSeconds: 0, networkMb: 0, isGuessed: true }, 1);
    expect(guessed).toMatchObject({
      mark: 'estimated',
      lowJ: expect.closeTo(13.8, 9),
      highJ: expect.closeTo(55.2, 9),
    });
  });
  it('adds ranges, and takes the weakest mark of what matters', () => {
    const sum = sumJoules([joulesOf(100, 'measured'), joulesOf(1, 'estimated')]);
    expect([sum.joules, sum.mark]).toEqual([101, 'measured']);
    expect([sum.lowJ, sum.highJ].map((j) => Math.round(j * 10) / 10)).toEqual([90.5, 112]);
    expect(sumJoules([joulesOf(100, 'measured'), joulesOf(50, 'estimated')]).mark).toBe('estimated');
    expect(sumJoules([])).toMatchObject({ joules: 0, lowJ: 0, highJ: 0 });
  });
  it('apportions a counter by CPU time, never more than all of it', () => {
    expect(apportion(120, 2, 8)).toBe(30);
    expect(apportion(120, 9, 8)).toBe(120);
    expect(apportion(120, 2, 0)).toBe(0);
  });
});

describe('carbon by grid', () => {
  it('turns a kWh into the grams of the grid', async () => {
    const world = await readGrid('world');
    expect(world).toEqual({ name: 'WORLD', gramsPerKwh: 472.94 });
    expect(carbonG(3_600_000, world.gramsPerKwh)).toBeCloseTo(472.94, 6);
    expect((await readGrid('deu')).gramsPerKwh).not.toBe(world.gramsPerKwh);
    expect(await readGrid('42.5')).toEqual({ name: 'own', gramsPerKwh: 42.5 });
  });
  it('refuses a grid that nobody knows, and one without data', async () => {
    await expect(readGrid('atlantis')).rejects.toMatchObject({ code: 'energy/unknown-grid' });
    await expect(readGrid('CAF')).rejects.toMatchObject({ code: 'energy/unknown-grid' });
    await expect(readGrid('-4')).rejects.toMatchObject({ code: 'energy/unknown-grid' });
  });
});
