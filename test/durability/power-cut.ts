import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { seededRandom } from '../../src/platform/kernel/random.ts';
import { type Api, createApi } from '../chaos/api.ts';
import { type CountingOperator, startCountingOperator } from '../chaos/operator.ts';
import { type CadreProcess, cadreProcess, freePort } from '../chaos/processes.ts';
import { copyImage, type LoopDisk, makeImage, mountImage } from './loop-image.ts';
import { makeCluster, type OwnPostgres, ownPostgres, postgresTool, signal } from './own-postgres.ts';

/**
 * The power cut (GUARANTEES P2): a whole Cadre takes and carries out tasks with its database on a disk of its own;
 * at a random moment everything that writes is stopped and the disk is copied as it is. Then the copy is started and
 * asked for every task that was acknowledged before the cut. The client's log is on another disk, fsynced line by line.
 */
export interface PowerCutOptions {
  store: 'sqlite' | 'postgres';
  cuts: number;
  /** False makes fsync do nothing: then the harness must find a loss, or it could not see one. */
  fsync: boolean;
  seed: number;
  say?: (line: string) => void;
}

export interface PowerCutReport {
  store: 'sqlite' | 'postgres';
  fsync: boolean;
  seed: number;
  cuts: number;
  /** Tasks that were answered with 202 before a cut. */
  acknowledged: number;
  /** Of them, those the copy of the disk no longer knew. */
  lost: number;
  /** Tasks that were seen to be completed before a cut, and how many of them were not so after it. */
  seenCompleted: number;
  uncompleted: number;
  /** Acknowledged tasks that were completed in the end, after the restart. */
  completed: number;
  /** Cuts after which the database did not open, or its own check found damage. */
  unopenable: number;
  damaged: number;
  remarks: string[];
}

interface Ground {
  folder: string;
  /** An image with a home in order. */
  blank: string;
  port: number;
  databasePort: number;
  operator: CountingOperator;
}

const ADMIN_KEY = 'power-cut-admin-key-0123456789-0123456789';
const LANES = 16;
/** Answers that a cut waits for. */
const ENOUGH = 8;
const LEASE_TTL_MS = 1_500;
const SIZE_MB = { sqlite: 128, postgres: 400 };
/** A disk that says it has written and has not, for the control on SQLite. */
const LYING_DISK = [
  ...['strace', '-f', '-qq', '--seccomp-bpf', '-o', '/dev/null'],
  ...['-e', 'trace=fsync,fdatasync', '-e', 'inject=fsync,fdatasync:retval=0'],
];

export async function runPowerCut(options: PowerCutOptions): Promise<PowerCutReport> {
  const { store, fsync, seed } = options;
  const random = seededRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'cadre-power-'));
  chmodSync(folder, 0o755); // PostgreSQL runs as a user of its own
  const operator = await startCountingOperator(() => 5 + random() * 40);
  const ground: Ground = {
    folder,
    blank: join(folder, 'blank.img'),
    port: await freePort(),
    databasePort: await freePort(),
    operator,
  };
  const report: PowerCutReport = {
    ...{ store, fsync, seed, cuts: 0, acknowledged: 0, lost: 0, seenCompleted: 0, uncompleted: 0 },
    ...{ completed: 0, unopenable: 0, damaged: 0, remarks: [] },
  };
  try {
    await makeBlank(ground, store);
    for (let cut = 0; cut < options.cuts; cut += 1) {
      await oneCut(ground, options, report, 300 + random() * 2_200);
      report.cuts += 1;
      options.say?.(`${store}, cut ${report.cuts}: ${report.acknowledged} acknowledged, ${report.lost} lost`);
    }
    return report;
  } finally {
    await operator.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A home that was started once and left in order: the cut then shows what happens to tasks, not to a first start. */
async function makeBlank(ground: Ground, store: PowerCutOptions['store']): Promise<void> {
  makeImage(ground.blank, SIZE_MB[store]);
  const disk = mountImage(ground.blank, join(ground.folder, 'disk'));
  const first = machine(ground, store, disk, true);
  try {
    if (store === 'postgres') makeCluster(join(disk.folder, 'pg'));
    first.start();
    const api = createApi(`http://127.0.0.1:${ground.port}`, ADMIN_KEY);
    await api.insist('POST', '/agents', agentSpec(ground.operator), 'echo-agent');
    await first.stop();
  } finally {
    await first.kill();
    await disk.unmount();
  }
}

async function oneCut(
  ground: Ground,
  options: PowerCutOptions,
  report: PowerCutReport,
  afterMs: number,
): Promise<void> {
  const image = join(ground.folder, 'running.img');
  const copy = join(ground.folder, 'after.img');
  copyImage(ground.blank, image);
  const disk = mountImage(image, join(ground.folder, 'disk'));
  const before = machine(ground, options.store, disk, options.fsync);
  const log = join(ground.folder, 'acknowledged.log');
  const load = await beforeTheCut(ground, before, log, afterMs, () => disk.copyTo(copy));
  await load.stop();
  await disk.unmount();
  const told = readLog(log);
  rmSync(log);
  report.acknowledged += told.acknowledged.size;
  report.seenCompleted += told.completed.size;
  await afterTheCut(ground, options.store, mountImage(copy, join(ground.folder, 'disk')), told, report);
}

/** Runs under load, stops every writer at once, copies the disk, and only then kills. */
async function beforeTheCut(
  ground: Ground,
  before: Machine,
  log: string,
  afterMs: number,
  copy: () => void,
): Promise<Load> {
  try {
    before.start();
    const api = createApi(`http://127.0.0.1:${ground.port}`, ADMIN_KEY);
    await api.insist('GET', '/agents');
    const load = startLoad(api, log);
    await sleep(afterMs);
    // On a busy machine nothing may have been answered yet, and a cut before the first answer shows nothing.
    for (let waitedMs = 0; load.notes() < ENOUGH && waitedMs < 20_000; waitedMs += 10) await sleep(10);
    before.freeze();
    copy();
    return load;
  } finally {
    await before.kill();
  }
}

async function afterTheCut(
  ground: Ground,
  store: PowerCutOptions['store'],
  disk: LoopDisk,
  told: Told,
  report: PowerCutReport,
): Promise<void> {
  const after = machine(ground, store, disk, true);
  try {
    const damage = store === 'sqlite' ? checkSqlite(join(disk.folder, 'home')) : undefined;
    after.start();
    const found = damage ?? (store === 'postgres' ? checkPostgres(ground.databasePort) : undefined);
    if (found) {
      report.damaged += 1;
      report.remarks.push(`cut ${report.cuts + 1}: ${found}`);
    }
    const api = createApi(`http://127.0.0.1:${ground.port}`, ADMIN_KEY);
    await api.insist('GET', '/agents');
    await compare(api, told, report);
  } catch (error) {
    report.unopenable += 1;
    report.lost += told.acknowledged.size;
    report.remarks.push(`cut ${report.cuts + 1}: ${String(error)} ${after.words().slice(-300)}`);
  } finally {
    await after.kill();
    await disk.unmount();
  }
}

async function compare(api: Api, told: Told, report: PowerCutReport): Promise<void> {
  const limit = performance.now() + 30_000;
  for (const id of told.acknowledged) {
    for (let first = true; ; first = false) {
      const task = await api.call<{ status: string }>('GET', `/tasks/${id}`).catch(() => undefined);
      if (first && task === undefined) report.lost += 1;
      if (first && told.completed.has(id) && task?.status !== 'completed') report.uncompleted += 1;
      if (task?.status === 'completed') report.completed += 1;
      if (!task || ['completed', 'failed', 'terminated'].includes(task.status) || performance.now() > limit)
        break;
      await sleep(50);
    }
  }
}

/** Everything that runs on the disk: Cadre, and with PostgreSQL the server of its database. */
interface Machine {
  start(): void;
  /** Stops every process where it stands, as the cut does. */
  freeze(): void;
  /** Stops in order. */
  stop(): Promise<void>;
  kill(): Promise<void>;
  words(): string;
}

function machine(ground: Ground, store: PowerCutOptions['store'], disk: LoopDisk, fsync: boolean): Machine {
  const server: OwnPostgres | undefined =
    store === 'postgres'
      ? ownPostgres(join(disk.folder, 'pg'), ground.databasePort, fsync ? [] : ['fsync=off'])
      : undefined;
  const env = {
    CADRE_HOME: join(server ? ground.folder : disk.folder, 'home'),
    CADRE_PORT: String(ground.port),
    CADRE_ADMIN_KEY: ADMIN_KEY,
    CADRE_ALLOW_HOSTS: ground.operator.host,
    CADRE_LEASE_TTL_MS: String(LEASE_TTL_MS),
    CADRE_RATE_PER_SECOND: '100000',
    ...(server && { DATABASE_URL: server.url }),
  };
  const through = fsync || server ? [] : LYING_DISK;
  const cadre: CadreProcess = cadreProcess(['start', '--no-example'], env, through);
  return {
    start() {
      server?.start();
      cadre.start();
    },
    freeze() {
      for (const pid of server?.pids() ?? []) signal(pid, 'SIGSTOP');
      if (cadre.pid && through.length === 0) signal(-cadre.pid, 'SIGSTOP');
      // Under strace the tracer goes last: a stopped tracer would leave its tracees running to their next call.
      else if (cadre.pid) for (const pid of [...groupOf(cadre.pid), cadre.pid]) signal(pid, 'SIGSTOP');
    },
    async stop() {
      cadre.signal('SIGTERM');
      await cadre.ended();
      server?.stop();
    },
    async kill() {
      await cadre.kill();
      server?.kill();
    },
    words: () => cadre.words,
  };
}

/** Threads and children are stopped through their leaders; strace's own pid is left out. */
function groupOf(leader: number): number[] {
  const list = readFileSync(`/proc/${leader}/task/${leader}/children`, 'utf8');
  const direct = list.split(' ').filter(Boolean).map(Number);
  return [...direct, ...direct.flatMap(groupOf)];
}

function agentSpec(operator: CountingOperator) {
  return {
    name: 'Echo',
    capabilities: [{ name: 'power.echo', confidence: 1 }],
    executor: { kind: 'http', url: operator.url },
    maxConcurrent: 16,
    timeoutMs: 10_000,
  };
}

interface Load {
  /** Lines in the log so far. */
  notes(): number;
  stop(): Promise<void>;
}

/** Submits, logs the answer with an fsync, then looks at what became of it and logs that. */
function startLoad(api: Api, log: string): Load {
  const file = openSync(log, 'a');
  let notes = 0;
  const note = (line: string) => {
    notes += 1;
    writeSync(file, `${line}\n`);
    fsyncSync(file);
  };
  let going = true;
  let n = 0;
  const lanes = Array.from({ length: LANES }, async () => {
    const open: string[] = [];
    while (going) {
      n += 1;
      const body = { goal: `power ${n}`, capability: 'power.echo', input: { n } };
      try {
        const { id } = await api.call<{ id: string }>('POST', '/tasks', body, `power-${n}`);
        note(`acknowledged ${id}`);
        open.push(id);
        const oldest = await api.call<{ id: string; status: string }>('GET', `/tasks/${open[0]}`);
        if (oldest.status === 'completed') note(`completed ${open.shift()}`);
      } catch {
        if (going) await sleep(20); // refused or cut: not acknowledged, so nothing is owed
      }
    }
  });
  return {
    notes: () => notes,
    async stop() {
      going = false;
      await Promise.all(lanes);
      closeSync(file);
    },
  };
}

interface Told {
  acknowledged: Set<string>;
  completed: Set<string>;
}

function readLog(log: string): Told {
  const lines = readFileSync(log, 'utf8').split('\n');
  const having = (word: string) =>
    new Set(lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1)));
  return { acknowledged: having('acknowledged'), completed: having('completed') };
}

/** What SQLite's own check says of the copy, or undefined when it is sound. */
function checkSqlite(home: string): string | undefined {
  try {
    const db = new DatabaseSync(join(home, 'cadre.db'));
    const rows = db.prepare('PRAGMA integrity_check').all();
    db.close();
    const said = String(rows[0]?.integrity_check);
    return said === 'ok' ? undefined : said;
  } catch (error) {
    return String(error);
  }
}

/** Every table and index against each other, by PostgreSQL's own tool. */
function checkPostgres(port: number): string | undefined {
  try {
    const said = postgresTool('pg_amcheck', [
      ...['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres'],
      ...['--install-missing', '--heapallindexed', 'postgres'],
    ]);
    return said.trim() || undefined;
  } catch (error) {
    return String(error);
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
