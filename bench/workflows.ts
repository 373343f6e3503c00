/**
 * Measures workflows: the house beside LangGraph.js, Mastra and DBOS, in interleaved rounds, each measurement in a
 * process of its own, and writes `results/workflows.json` and `results/workflows.md`. Exits 1 when something was
 * counted wrong.
 *
 *   node workflows.ts                          all rows, three rounds, about 7 minutes on a quiet machine
 *   node workflows.ts --row graph --rounds 5   one row; the others stay in the results
 *   node workflows.ts --scale 0.1 --rounds 1 --dry    small, for a look; writes nothing
 *   node workflows.ts --only cadre,dbos        systems whose name begins so
 *   node workflows.ts --twin                   a system that repeats and forgets must be counted wrong
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { short } from './lib/statistics.ts';
import type { WorkflowMeasured, WorkflowRequest } from './workflows/measure.ts';
import { conclude, type RowResult, toMarkdown } from './workflows/report.ts';
import { ROWS, type Row, type System, systemsOf } from './workflows/rows.ts';

const here = dirname(fileURLToPath(import.meta.url));
const MEASUREMENT_LIMIT_MS = 120_000;

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
async function measure(
  row: Row,
  { module, weight }: Pick<System, 'module' | 'weight'>,
): Promise<WorkflowMeasured | string> {
  const { shape, inFlight } = row;
  // As many as are to be in flight, at least; one at a time there is nothing to share, so all get the same.
  const wished = row.workflows * (inFlight > 1 ? weight : 1);
  const workflows = Math.max(1, Math.round(Math.max(wished, inFlight) * scale));
  const request: WorkflowRequest = { module, shape, inFlight, workflows };
  const child = spawn(
    process.execPath,
    ['--no-warnings', join(here, 'workflows/measure.ts'), JSON.stringify(request)],
    { cwd: here, stdio: ['ignore', 'pipe', 'pipe'] },
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
  if (line) return JSON.parse(line.slice('MEASURED '.length)) as WorkflowMeasured; // Written by measure.ts.
  return `no measurement (exit ${code}): ${err.trim().split('\n').slice(0, 3).join(' ').slice(0, 300)}`;
}

async function measureRow(row: Row): Promise<RowResult> {
  const systems = systemsOf(row).filter(
    ({ name }) => !wanted || wanted.some((start) => name.startsWith(start)),
  );
  const measurements = new Map<string, Array<WorkflowMeasured | string>>(
    systems.map(({ name }) => [name, []]),
  );
  const loads: number[] = [];
  console.log(`\n${row.title}`);
  for (let round = 0; round < rounds; round += 1) {
    // Each round begins with another system, so that none always runs first.
    for (let turn = 0; turn < systems.length; turn += 1) {
      const system: System = systems[(turn + round) % systems.length]!;
      const measured = await measure(row, system);
      measurements.get(system.name)!.push(measured);
      loads.push(loadavg()[0]!);
      console.log(`  round ${round + 1}  ${system.name.padEnd(16)} ${tell(row, measured)}`);
    }
  }
  return conclude(row, measurements, circumstances(loads));
}

function tell(row: Row, measured: WorkflowMeasured | string): string {
  if (typeof measured === 'string') return measured;
  const figure = `${short(measured[row.figure])} ${row.figure === 'perSecond' ? 'workflows/s' : 'ms'}`;
  return measured.correct ? figure : `${figure}  COUNTED WRONG`;
}

/** When, at which commit and under which load a row was measured. */
function circumstances(loads: number[]): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
    cwd: here,
    encoding: 'utf8',
  }).trim();
  const load = `load average ${short(Math.min(...loads))} to ${short(Math.max(...loads))}`;
  return `${new Date().toISOString().slice(0, 16)}Z, commit ${commit}, Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB, ${load}, ${rounds} rounds.`;
}

/** Rows of an earlier run that were not measured now. */
function earlier(): RowResult[] {
  const path = join(here, 'results/workflows.json');
  if (!existsSync(path)) return [];
  return (JSON.parse(readFileSync(path, 'utf8')) as { results: RowResult[] }).results; // Written below.
}

const rows = ROWS.filter((row) => !values.row || values.row.includes(row.id));
if (rows.length === 0)
  throw new Error(`There is no such row; there are ${ROWS.map((row) => row.id).join(', ')}.`);
if (values.twin) {
  const twins = await Promise.all(
    rows.map((row) => measure(row, { module: './workflows/twin.ts', weight: 0.1 })),
  );
  const missed = twins.filter((one) => typeof one === 'string' || one.correct || one.faults.length === 0);
  console.log(missed.length === 0 ? 'What was wrong was noticed.' : `NOT NOTICED: ${JSON.stringify(missed)}`);
  process.exit(missed.length === 0 ? 0 : 1);
}
const results: RowResult[] = [];
for (const row of rows) results.push(await measureRow(row));
console.log(`\n${toMarkdown(results)}`);
if (!values.dry) {
  const known = new Map([...earlier(), ...results].map((result) => [result.row.id, result]));
  const all = ROWS.flatMap((row) => known.get(row.id) ?? []);
  mkdirSync(join(here, 'results'), { recursive: true });
  writeFileSync(join(here, 'results/workflows.json'), `${JSON.stringify({ results: all }, null, 1)}\n`);
  writeFileSync(join(here, 'results/workflows.md'), toMarkdown(all));
}
const wrong = results.flatMap(({ entries }) => entries.filter((entry) => !entry.correct));
process.exitCode = wrong.length > 0 ? 1 : 0;
