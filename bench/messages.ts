/**
 * Measures durable messages between agents: Cadre's mailboxes, DBOS send/recv on the same PostgreSQL, BullMQ on Redis,
 * and a bare insert with notify. Interleaved rounds, each measurement in a process of its own; writes
 * `results/messages.json` and `results/messages.md`. Exits 1 when something was counted wrong.
 *
 *   node messages.ts                       2, 100 and 1,000 agents, three rounds
 *   node messages.ts --agents 2 --scale 0.2 --rounds 1 --dry
 *   node messages.ts --only cadre          systems whose name begins so
 *   node messages.ts --keep                systems measured before stay in the results
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median, short } from './lib/statistics.ts';
import type { MailMeasured, MailRequest } from './messages/measure.ts';

const here = dirname(fileURLToPath(import.meta.url));
const MEASUREMENT_LIMIT_MS = 300_000;
const REDIS_PORT = 6_391;
const REDIS_MEMORY_PORT = 6_392;
/** Far below what each system can do, so that the time of one message is measured and not a queue. */
const PACE_PER_SECOND = 50;
const LANES = 64;
const SYSTEMS = [
  'cadre-sqlite',
  'cadre-postgres',
  'dbos',
  'bullmq',
  'floor-postgres',
  'cadre-memory',
  'bullmq-memory',
];

const { values } = parseArgs({
  options: {
    agents: { type: 'string', multiple: true, default: ['2', '100', '1000'] },
    rounds: { type: 'string', default: '3' },
    scale: { type: 'string', default: '1' },
    only: { type: 'string' },
    dry: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const scale = Number(values.scale);
const systems = SYSTEMS.filter(
  (name) => !values.only || values.only.split(',').some((start) => name.startsWith(start)),
);

/** One row of the results: a system with a number of agents, the median of its rounds. */
interface Entry {
  system: string;
  agents: number;
  measured: Partial<MailMeasured>;
  rounds: number;
  /** Why there is no figure. */
  problem?: string;
}

async function measure(system: string, agents: number): Promise<MailMeasured | string> {
  const request: MailRequest = {
    module: `./messages/${system}.ts`,
    redisPort: REDIS_PORT,
    redisMemoryPort: REDIS_MEMORY_PORT,
    agents,
    paced: Math.round(400 * scale),
    perSecond: PACE_PER_SECOND,
    full: Math.round(3_000 * scale),
    lanes: Math.min(agents, LANES),
  };
  const args = ['--no-warnings', join(here, 'messages/measure.ts'), JSON.stringify(request)];
  const child = spawn(process.execPath, args, { cwd: here, stdio: ['ignore', 'pipe', 'pipe'] });
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
  if (line) return JSON.parse(line.slice('MEASURED '.length)) as MailMeasured; // printed by measure.ts
  const reason = /Error.*/.exec(err)?.[0] ?? err.trim().split('\n')[0] ?? '';
  return `not measured (exit ${code}): ${reason.slice(0, 200)}`;
}

function conclude(system: string, agents: number, rounds: Array<MailMeasured | string>): Entry {
  const good = rounds.filter((one) => typeof one !== 'string');
  const [first] = good;
  if (!first) return { system, agents, measured: {}, rounds: 0, problem: String(rounds[0]) };
  const middle = (pick: (one: MailMeasured) => number) => median(good.map(pick));
  return {
    system,
    agents,
    rounds: good.length,
    measured: {
      ...first,
      p50Ms: middle((one) => one.p50Ms),
      p95Ms: middle((one) => one.p95Ms),
      p99Ms: middle((one) => one.p99Ms),
      fromCallP50Ms: middle((one) => one.fromCallP50Ms),
      fromCallP95Ms: middle((one) => one.fromCallP95Ms),
      sendP50Ms: middle((one) => one.sendP50Ms),
      perSecond: middle((one) => one.perSecond),
      startMs: middle((one) => one.startMs),
      correct: good.every((one) => one.correct),
    },
  };
}

function toMarkdown(entries: Entry[], circumstances: string): string {
  const rows = entries.map(({ system, agents, measured: m, problem }) =>
    problem
      ? `| ${system} | ${agents} | ${problem} | | | | | | |`
      : `| ${m.name} | ${agents} | ${short(m.perSecond ?? Number.NaN)} | ${short(m.p50Ms ?? Number.NaN)} / ${short(
          m.p95Ms ?? Number.NaN,
        )} / ${short(m.p99Ms ?? Number.NaN)} | ${short(m.fromCallP50Ms ?? Number.NaN)} / ${short(
          m.fromCallP95Ms ?? Number.NaN,
        )} | ${short(m.sendP50Ms ?? Number.NaN)} | ${short(m.startMs ?? Number.NaN)} | ${
          m.correct ? 'yes' : 'NO'
        } | ${m.durability} |`,
  );
  return [
    '# Durable messages between agents',
    '',
    circumstances,
    '',
    `Paced: ${PACE_PER_SECOND} messages a second in all, each agent to its neighbour; from the durable answer of the sender to the first line of the handler, and from the sender's call. Full: up to ${LANES} lanes, each sends its next message when the last one was handled. "Counted right": the system's own store holds every message as handled, and each handler ran once. The floor has no order, lease or retry. The last two rows of each number of agents keep nothing on disk. Cadre keeps order per conversation, place, event, receipt and retry of every message; the peers' queues keep less, as their names say.`,
    '',
    '| System | Agents | Messages/s, full | p50 / p95 / p99 ms, paced | from call p50 / p95 ms | send p50 ms | start ms | Counted right | Durable |',
    '|---|---|---|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

function circumstances(loads: number[]): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
    cwd: here,
    encoding: 'utf8',
  }).trim();
  return `${new Date().toISOString().slice(0, 16)}Z, commit ${commit}, Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB, load average ${short(Math.min(...loads))} to ${short(Math.max(...loads))}, ${values.rounds} rounds.`;
}

const resultsPath = join(here, 'results/messages.json');
const redis = [
  systems.includes('bullmq') ? await openRedis(REDIS_PORT, 'always') : undefined,
  systems.includes('bullmq-memory') ? await openRedis(REDIS_MEMORY_PORT, 'never') : undefined,
];
const measurements = new Map<string, Array<MailMeasured | string>>();
const loads: number[] = [];
try {
  for (const agents of values.agents.map(Number)) {
    for (let round = 0; round < Number(values.rounds); round += 1) {
      for (let turn = 0; turn < systems.length; turn += 1) {
        const system = systems[(turn + round) % systems.length]!;
        const measured = await measure(system, agents);
        const key = `${system} ${agents}`;
        measurements.set(key, [...(measurements.get(key) ?? []), measured]);
        loads.push(loadavg()[0]!);
        const said =
          typeof measured === 'string'
            ? measured
            : `${short(measured.perSecond)}/s, p50 ${short(measured.p50Ms)} p95 ${short(measured.p95Ms)} ms${measured.correct ? '' : '  COUNTED WRONG'}`;
        console.log(`${agents} agents  round ${round + 1}  ${system.padEnd(16)} ${said}`);
      }
    }
  }
} finally {
  for (const one of redis) await one?.stop();
}
const entries = [...measurements].map(([key, rounds]) => {
  const [system = '', agents = ''] = key.split(' ');
  return conclude(system, Number(agents), rounds);
});
const before: Entry[] =
  values.keep && existsSync(resultsPath) ? JSON.parse(readFileSync(resultsPath, 'utf8')).entries : [];
const isNew = new Set(entries.map((one) => `${one.system} ${one.agents}`));
const all = [...entries, ...before.filter((one) => !isNew.has(`${one.system} ${one.agents}`))].sort(
  (a, b) => a.agents - b.agents || SYSTEMS.indexOf(a.system) - SYSTEMS.indexOf(b.system),
);
const text = toMarkdown(all, circumstances(loads));
console.log(`\n${text}`);
if (!values.dry) {
  mkdirSync(join(here, 'results'), { recursive: true });
  writeFileSync(resultsPath, `${JSON.stringify({ entries: all }, null, 1)}\n`);
  writeFileSync(join(here, 'results/messages.md'), text);
}
process.exitCode = entries.some((one) => !one.problem && !one.measured.correct) ? 1 : 0;

/** BullMQ's Redis; its client comes with the packages of the bench. */
async function openRedis(port: number, appendfsync: 'always' | 'never') {
  try {
    const { startRedis } = await import('./lib/redis.ts');
    return await startRedis(port, appendfsync);
  } catch (error) {
    console.error(`no Redis: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
    return undefined;
  }
}
