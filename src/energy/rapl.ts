import { readdir, readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';

/**
 * RAPL: counters of processor packages in microjoules, where the machine shows them (`/sys/class/powercap`, mostly to
 * root only and never in containers). Counters turn over at `max_energy_range_uj`.
 */
export const RAPL_FOLDER = '/sys/class/powercap';

/** What a look at the counters gives: joules of each package so far, and CPU seconds of the whole host. */
export interface RaplLook {
  packages: Array<{ joules: number; rangeJ: number }>;
  hostCpuSeconds: number;
}

export interface Rapl {
  /** Undefined when a counter could not be read. */
  look(): Promise<RaplLook | undefined>;
}

const PACKAGE = /^intel-rapl:\d+$/;

/** Finds the counters; undefined where there are none to read. */
export async function findRapl(
  folder = RAPL_FOLDER,
  hostCpuSeconds: () => number = busySeconds,
): Promise<Rapl | undefined> {
  const names = await readdir(folder).catch(() => []); // no such folder: no counters
  const zones = names.filter((name) => PACKAGE.test(name)).map((name) => join(folder, name));
  const rapl: Rapl = {
    async look() {
      try {
        const packages = await Promise.all(zones.map(readZone));
        return { packages, hostCpuSeconds: hostCpuSeconds() };
      } catch {
        return undefined; // readable by root only, or gone: derived values take their place
      }
    },
  };
  return zones.length > 0 && (await rapl.look()) ? rapl : undefined;
}

async function readZone(zone: string): Promise<RaplLook['packages'][number]> {
  const microjoules = async (name: string) => {
    const value = Number((await readFile(join(zone, name), 'utf8')).trim());
    if (!Number.isFinite(value)) throw new TypeError(`${zone}/${name} holds no number`);
    return value / 1e6;
  };
  return { joules: await microjoules('energy_uj'), rangeJ: await microjoules('max_energy_range_uj') };
}

/** Joules between two looks, also where a counter turned over once. */
export function joulesBetween(before: RaplLook, after: RaplLook): number {
  return after.packages.reduce((sum, { joules, rangeJ }, index) => {
    const delta = joules - (before.packages[index]?.joules ?? joules);
    return sum + (delta < 0 ? delta + rangeJ : delta);
  }, 0);
}

/** CPU seconds that all cores were busy since the machine started. */
function busySeconds(): number {
  return cpus().reduce(
    (sum, { times }) => sum + (times.user + times.nice + times.sys + times.irq) / 1_000,
    0,
  );
}
