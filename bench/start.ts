/**
 * Measures what a newcomer waits for: a fresh clone of the last commit is installed, then `npm start` up to the
 * finished first brief, a second start up to ready, the memory and processor time of the idle house, and how soon a
 * second process on the same home is refused (GUARANTEES P3). Writes `results/start.json` and `results/start.md`. Exits 1 when no brief came.
 *
 *   node start.ts [--rounds 3] [--idle-seconds 20] [--keep]
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Footprint, footprint } from './lib/processes.ts';
import { median, short } from './lib/statistics.ts';

const here = dirname(fileURLToPath(import.meta.url));
const LIMIT_MS = 180_000;
/** The path of the finished brief, as the first start prints it. */
const BRIEF = /The brief as a page: (file:\S+\.html)/;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    'idle-seconds': { type: 'string', default: '20' },
    keep: { type: 'boolean', default: false },
  },
});
const port = await freePort();

/** A port that nobody listens on now. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

interface Started {
  child: ChildProcess;
  /** Milliseconds since the command until `/ready` answered 200. */
  readyMs: number;
  /** Milliseconds since the command until the brief lay on disk; NaN when none was awaited. */
  briefMs: number;
  briefPath: string;
  stop(): Promise<void>;
}

async function start(folder: string, home: string, awaitBrief: boolean): Promise<Started> {
  const began = performance.now();
  const child = spawn('npm', ['start', '--', '--port', String(port)], {
    cwd: folder,
    env: { ...process.env, CADRE_HOME: home, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let out = '';
  let exited = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      out += chunk;
    });
  }
  const closed = new Promise<void>((resolve) =>
    child.once('close', () => {
      exited = true;
      resolve();
    }),
  );
  const stop = async () => {
    // The group that this script started: npm, its shell and Cadre.
    if (!exited && child.pid) process.kill(-child.pid, 'SIGINT');
    await Promise.race([closed, sleep(15_000)]);
    if (!exited && child.pid) process.kill(-child.pid, 'SIGKILL');
    await closed;
  };
  let readyMs = Number.NaN;
  let briefMs = Number.NaN;
  let briefPath = '';
  while (performance.now() - began < LIMIT_MS) {
    if (Number.isNaN(readyMs) && (await answersReady())) readyMs = performance.now() - began;
    const printed = BRIEF.exec(out)?.[1];
    const found = printed && fileURLToPath(printed);
    if (awaitBrief && found && existsSync(found) && statSync(found).size > 1_000) {
      briefMs = performance.now() - began;
      briefPath = found;
    }
    if (!Number.isNaN(readyMs) && (!awaitBrief || briefPath))
      return { child, readyMs, briefMs, briefPath, stop };
    if (exited) break;
    await sleep(20);
  }
  await stop();
  throw new Error(
    `npm start did not come so far (ready ${readyMs}, brief ${briefMs}):\n${out.slice(-3_000)}`,
  );
}

const answersReady = () =>
  fetch(`http://127.0.0.1:${port}/ready`)
    .then((response) => response.ok)
    .catch(() => false); // Refused until it listens.

function clone(): { folder: string; installMs: number } {
  const folder = mkdtempSync(join(tmpdir(), 'cadre-bench-clone-'));
  execFileSync('git', ['clone', '-q', '--local', dirname(here), folder]);
  const began = performance.now();
  execFileSync('npm', ['ci'], { cwd: folder, stdio: 'ignore' });
  return { folder, installMs: performance.now() - began };
}

/** The whole command, from its start to its end. @throws when it is not refused for this very reason */
function refusedMs(folder: string, home: string): number {
  const began = performance.now();
  const { status, stderr } = spawnSync('node', ['bin/cadre.mjs', 'start', '--home', home, '--port', '0'], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status !== 1 || !stderr.includes('home/locked'))
    throw new Error(`a second process on the home ended with ${status}: ${stderr}`);
  return performance.now() - began;
}

interface Round {
  firstReadyMs: number;
  briefMs: number;
  secondReadyMs: number;
  idle: Footprint;
  /** A second process on the home: command to refusal. */
  refusedMs: number;
  /** Share of one core while idle, in percent. */
  idleCpuPercent: number;
}

async function measure(folder: string): Promise<Round> {
  const home = mkdtempSync(join(tmpdir(), 'cadre-bench-home-'));
  try {
    const first = await start(folder, home, true);
    await first.stop();
    const second = await start(folder, home, false);
    await sleep(10_000); // Until what a start leaves behind has settled.
    const before = footprint(second.child.pid!);
    await sleep(Number(values['idle-seconds']) * 1_000);
    const idle = footprint(second.child.pid!);
    const refused = refusedMs(folder, home);
    await second.stop();
    const idleCpuPercent = ((idle.cpuSeconds - before.cpuSeconds) / Number(values['idle-seconds'])) * 100;
    return {
      firstReadyMs: first.readyMs,
      briefMs: first.briefMs,
      secondReadyMs: second.readyMs,
      idle,
      refusedMs: refused,
      idleCpuPercent,
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

const { folder, installMs } = clone();
const rounds: Round[] = [];
try {
  for (let round = 0; round < Number(values.rounds); round += 1) {
    rounds.push(await measure(folder));
    const { briefMs, secondReadyMs, idle, idleCpuPercent } = rounds.at(-1)!;
    console.log(
      `round ${round + 1}: brief ${short(briefMs / 1_000)} s, second start ${short(secondReadyMs / 1_000)} s, idle ${short(idle.rssMb)} MB resident (${short(idle.pssMb)} MB proportional) in ${idle.processes} processes, ${short(idleCpuPercent)} % of a core`,
    );
  }
} finally {
  if (values.keep) console.log(`kept ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}

const of = (pick: (round: Round) => number) => median(rounds.map(pick));
const lines: Array<[what: string, value: number, unit: string, must: number, aim: number]> = [
  [
    '`npm start` after the install, to the first finished brief',
    of((one) => one.briefMs) / 1_000,
    's',
    20,
    8,
  ],
  ['second start to ready', of((one) => one.secondReadyMs) / 1_000, 's', 2, 1],
  [
    'a second process on a home in use is refused, with its own start',
    of((one) => one.refusedMs) / 1_000,
    's',
    1,
    1,
  ],
  ['idle memory of Cadre, resident', of((one) => one.idle.ownRssMb), 'MB', 200, 120],
  ['the same with npm and its shell', of((one) => one.idle.rssMb), 'MB', 200, 120],
];
const markdown = [
  '# Start',
  '',
  `Measured ${new Date().toISOString().slice(0, 16)}Z on a fresh clone, ${rounds.length} rounds, medians, load average ${short(loadavg()[0]!)} at the end. The install before (\`npm ci\`) took ${short(installMs / 1_000)} s. Resident memory counts pages that processes share in each of them; proportional memory, which counts them once, is, npm included, ${short(of((one) => one.idle.pssMb))} MB. Idle processor time: ${short(of((one) => one.idleCpuPercent))} % of one core.`,
  '',
  '| What | Measured | Must | Aim | |',
  '|---|---|---|---|---|',
  ...lines.map(
    ([what, value, unit, must, aim]) =>
      `| ${what} | **${short(value)} ${unit}** | ${must} ${unit} | ${aim} ${unit} | ${value <= aim ? 'aim reached' : value <= must ? 'reached' : 'MISSED'} |`,
  ),
  '',
  'Processes while idle (last round):',
  '',
  ...(rounds.at(-1)?.idle.commands.map((command) => `- ${command}`) ?? []),
  '',
].join('\n');
console.log(`\n${markdown}`);
mkdirSync(join(here, 'results'), { recursive: true });
writeFileSync(join(here, 'results/start.md'), markdown);
writeFileSync(join(here, 'results/start.json'), `${JSON.stringify({ installMs, rounds }, null, 1)}\n`);
