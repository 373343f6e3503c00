import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findRapl, joulesBetween } from './rapl.ts';

/** A folder like `/sys/class/powercap`. */
describe('RAPL counters', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cadre-rapl-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const zone = (name: string, microjoules: string, range = '1000000000') => {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'energy_uj'), `${microjoules}\n`);
    writeFileSync(join(folder, name, 'max_energy_range_uj'), `${range}\n`);
  };

  it('adds up packages and leaves out parts of packages', async () => {
    for (const name of ['intel-rapl:0', 'intel-rapl:1', 'intel-rapl:0:0']) zone(name, '1000000');
    const rapl = await findRapl(folder, () => 7);
    const before = await rapl?.look();
    zone('intel-rapl:0', '4000000');
    zone('intel-rapl:0:0', '900000000');
    zone('intel-rapl:1', '3500000');
    const after = await rapl?.look();
    if (!before || !after) throw new Error('the counters were not read');
    expect(joulesBetween(before, after)).toBeCloseTo(5.5, 9);
    expect(after.hostCpuSeconds).toBe(7);
  });
  it('goes on where a counter turns over', async () => {
    zone('intel-rapl:0', '999000000');
    const rapl = await findRapl(folder);
    const before = await rapl?.look();
    zone('intel-rapl:0', '2000000');
    const after = await rapl?.look();
    if (!before || !after) throw new Error('the counters were not read');
    expect(joulesBetween(before, after)).toBeCloseTo(3, 9);
  });
  it('is not there without a folder, without a number, and without permission', async () => {
    expect(await findRapl(join(folder, 'nowhere'))).toBeUndefined();
    expect(await findRapl(folder)).toBeUndefined();
    zone('intel-rapl:0', 'secret');
    expect(await findRapl(folder)).toBeUndefined();
    zone('intel-rapl:0', '5');
    const rapl = await findRapl(folder);
    expect(rapl).toBeDefined();
    rmSync(join(folder, 'intel-rapl:0', 'energy_uj'));
    expect(await rapl?.look()).toBeUndefined();
  });
});
