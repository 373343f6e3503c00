/**
 * Measures durable runs: Cadre, its peers and the floors, in interleaved rounds, each measurement in a process of its
 * own, and writes `results/runs.json` and `results/runs.md`. Exits 1 when something was counted wrong.
 *
 *   node runs.ts                          all rows, three rounds
 *   node runs.ts --row graph --rounds 5   one row; the others stay in the results
 *   node runs.ts --scale 0.1 --dry        small, for a look; writes nothing
 *   node runs.ts --only cadre,dbos        systems whose name begins so
 *   node runs.ts --twin                   a store that loses steps must be counted wrong: exits 0 when it is
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Measured, MeasureRequest } from './lib/measure.ts';
import { startRedis } from './lib/redis.ts';
import { conclude, type RowResult, toMarkdown } from './lib/report.ts';
import { ROWS, type Row } from './lib/rows.ts';
import { short } from './lib/statistics.ts';
import { systemNamed } from './lib/systems.ts';

const here = dirname(fileURLToPath(import.meta.url));
const MEASUREMENT_LIMIT_MS = 180_000;
const REDIS_PORT = 6_390;

const { values } = parseArgs({
  options: {
    row: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '3' },
    scale: { type: 'string', default: '1' },
    only: { type: 'string' },
    dry: { type: 'boolean', default: false },
    twin: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const scale = Number(values.scale);
const wanted = values.only?.split(',');

/** One measurement in a process of its own. Answers what went wrong as a text. */
async function measure(row: Row, systemName: string): Promise<Measured | string> {
  const system = systemNamed(systemName);
  // One at a time there is nothing to group, so fast systems need no more work than slow ones.
  const tasks = Math.max(1, Math.round(row.tasks * scale * (row.inFlight > 1 ? system.weight : 1)));
  const repeats = Math.max(1, Math.round(row.repeats * scale));
  const { kind, steps, inFlight, width, depth } = row;
  const request: MeasureRequest = {
    module: system.module,
    redisPort: REDIS_PORT,
    kind,
    tasks,
    steps,
    inFlight,
    width,
    depth,
    repeats,
  };
  const child = spawn(
    process.execPath,
    ['--no-warnings', join(here, 'lib/measure.ts'), JSON.stringify(request)],
    {
      cwd: here,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), MEASUREMENT_LIMIT_MS);
  const code = await new Promise((resolve) => child.once('close', resolve));
  clearTimeout(timer);
  const line = out.split('\n').find((one) => one.startsWith('MEASURED '));
  if (line) return revive(JSON.parse(line.slice('MEASURED '.length)));
  return `no measurement (exit ${code}): ${err.trim().split('\n').slice(0, 3).join(' ').slice(0, 300)}`;
}

/** JSON has no NaN; figures that do not apply come back as null. */
function revive(parsed: Record<string, unknown>): Measured {
  const whole = Object.entries(parsed).map(([key, value]) => [key, value === null ? Number.NaN : value]);
  return Object.fromEntries(whole) as Measured; // Written by lib/measure.ts.
}

async function measureRow(row: Row): Promise<RowResult> {
  const systems = [row.cadre, ...row.peers, ...row.floors].filter(
    (name) => !wanted || wanted.some((start) => name.startsWith(start)),
  );
  const measurements = new Map<string, Array<Measured | string>>(systems.map((name) => [name, []]));
  const loads: number[] = [];
  console.log(`\n${row.title}`);
  for (let round = 0; round < rounds; round += 1) {
    // Each round begins with another system, so that none always runs first.
    for (let turn = 0; turn < systems.length; turn += 1) {
      const name = systems[(turn + round) % systems.length]!;
      const measured = await measure(row, name);
      measurements.get(name)!.push(measured);
      loads.push(loadavg()[0]!);
      const said =
        typeof measured === 'string'
          ? measured
          : `${short(measured[row.figure])} ${row.unit}${measured.correct ? '' : '  COUNTED WRONG'}`;
      console.log(`  round ${round + 1}  ${name.padEnd(22)} ${said}`);
    }
  }
  return conclude(row, measurements, circumstances(loads));
}

const HEAD = [
  'Rounds are interleaved; the ratio is the median of the ratios within each round, since the speed of fsync drifts. "Counted right" means: what the system\'s own store holds afterwards is what was submitted (completed tasks, stored steps, completed subtasks), and each step was carried out exactly once. Where the load average is above the number of cores, others used the machine: ratios say more than absolute figures.',
];

/** When, at which commit and under which load a row was measured. */
function circumstances(loads: number[]): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
    cwd: here,
    encoding: 'utf8',
  }).trim();
  const load = `load average ${short(Math.min(...loads))} to ${short(Math.max(...loads))}`;
  return `${new Date().toISOString().slice(0, 16)}Z, commit ${commit}, Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB, ${load}.`;
}

/** Rows of an earlier run that were not measured now. */
function earlier(): RowResult[] {
  const path = join(here, 'results/runs.json');
  if (!existsSync(path)) return [];
  return (JSON.parse(readFileSync(path, 'utf8')) as { results: RowResult[] }).results; // Written below.
}

if (values.twin) {
  const measured = await measure(ROWS[0]!, 'twin-forgetful');
  const caught = typeof measured !== 'string' && !measured.correct;
  console.log(caught ? 'The lost steps were noticed.' : `NOT NOTICED: ${JSON.stringify(measured)}`);
  process.exit(caught ? 0 : 1);
}
const rows = ROWS.filter((row) => !values.row || values.row.includes(row.id));
if (rows.length === 0)
  throw new Error(`There is no such row; there are ${ROWS.map((row) => row.id).join(', ')}.`);
const redis = await startRedis(REDIS_PORT);
const results: RowResult[] = [];
try {
  for (const row of rows) results.push(await measureRow(row));
} finally {
  await redis.stop();
}
console.log(`\n${toMarkdown(results, HEAD)}`);
if (!values.dry) {
  const known = new Map([...earlier(), ...results].map((result) => [result.row.id, result]));
  const all = ROWS.flatMap((row) => known.get(row.id) ?? []);
  mkdirSync(join(here, 'results'), { recursive: true });
  writeFileSync(join(here, 'results/runs.json'), `${JSON.stringify({ results: all }, null, 1)}\n`);
  writeFileSync(join(here, 'results/runs.md'), toMarkdown(all, HEAD));
}
const wrong = results.flatMap(({ entries }) => entries.filter((entry) => !entry.correct));
process.exitCode = wrong.length > 0 ? 1 : 0;
