import { execFileSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';
import { BAR_P95_MS } from './measure.ts';
import { METHODS } from './methods.ts';
import { openWorld, type ProofOptions, proveIn, type WorldReport } from './proof.ts';

/** One whole run: what docs/proof/communication.json holds. */
export interface CommunicationReport {
  /** Every method passed in every world. */
  sound: boolean;
  command: string;
  rounds: number;
  /** The method that was broken on purpose, or null. */
  broken: string | null;
  machine: string;
  /** Load of the machine over the last minute, at the start: above the number of its cores, times are too long. */
  load: number;
  at: string;
  commit: string;
  barP95Ms: number;
  worlds: WorldReport[];
}

/** Runs the proof on the stores that are named. */
export async function proveCommunication(
  options: ProofOptions & { stores: ReadonlyArray<'sqlite' | 'postgres'> },
): Promise<CommunicationReport> {
  const { stores, rounds, breaks } = options;
  const [load = 0] = loadavg();
  const at = new Date().toISOString();
  const worlds: WorldReport[] = [];
  for (const store of stores) {
    const world = await openWorld(store, breaks);
    try {
      worlds.push(await proveIn(world, options));
    } finally {
      await world.close();
    }
  }
  return {
    sound: worlds.length > 0 && worlds.every(({ rows }) => isSound(rows)),
    command: `npm run guarantees -- communication --rounds ${rounds}${breaks ? ` --break ${breaks}` : ''}`,
    rounds,
    broken: breaks ?? null,
    machine: machine(),
    load: Math.round(load * 10) / 10,
    at,
    commit: commit(),
    barP95Ms: BAR_P95_MS,
    worlds,
  };
}

/** True when every method is there, and passed. */
export function isSound(rows: WorldReport['rows']): boolean {
  return METHODS.every(({ id }) => rows.some((row) => row.id === id && row.verdict === 'PASSED'));
}

function machine(): string {
  const [first] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} cores (${first?.model.trim()}), ${memory} GB, ${process.platform}, Node ${process.version}`;
}

/** The commit that was tried; `+` when files differed from it. */
function commit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8', stdio: 'pipe' }).trim();
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no', '--', '../../../src', '.');
    return `${git('rev-parse', '--short', 'HEAD')}${changed ? '+' : ''}`;
  } catch {
    return 'unknown'; // a tarball has no history
  }
}
