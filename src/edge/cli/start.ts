import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { systemClock } from '../../platform/kernel/clock.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import { isRecord } from '../../platform/kernel/json.ts';
import type { Given } from './arguments.ts';
import type { Client } from './client.ts';
import { expandPaths } from './files.ts';
import { localClient } from './local-client.ts';
import type { CliHouse, CliNeeds, Command } from './needs.ts';
import { EXIT } from './print.ts';
import { carryOut, EXAMPLE_FOLDER, EXAMPLE_GOAL, show, writePage } from './run.ts';
import { readServerFile, removeServerFile, writeServerFile } from './server-file.ts';

/** `cadre start`: everything in one process. */
export function startCommand<House extends CliHouse>(needs: CliNeeds<House>): Command {
  return {
    name: 'start',
    summary: 'Starts Cadre: server and workers in one process. The first start carries out an example.',
    usage: '',
    flags: { example: { kind: 'switch', about: 'At the first start; --no-example leaves it out' } },
    run: (given) => keepServing(needs, given, { works: true, example: given.said('example') !== false }),
  };
}

/** `cadre serve`: the doors only, for several processes on one PostgreSQL. */
export function serveCommand<House extends CliHouse>(needs: CliNeeds<House>): Command {
  return {
    name: 'serve',
    summary: 'Serves the API without carrying out tasks (PostgreSQL; `cadre work` does the work).',
    usage: '',
    flags: {},
    async run(given) {
      requirePostgres(given, 'serve');
      return keepServing(needs, given, { works: false, example: false });
    },
  };
}

/** `cadre work`: carries out tasks, serves nothing. */
export function workCommand<House extends CliHouse>(needs: CliNeeds<House>): Command {
  return {
    name: 'work',
    summary: 'Carries out tasks without serving the API (PostgreSQL).',
    usage: '',
    flags: {},
    async run(given) {
      requirePostgres(given, 'work');
      const stopped = untilStopped(needs.terminal);
      warnOfFaults(needs, given);
      const house = await needs.openHouse(given.config, { works: true });
      needs.terminal.note(`Cadre works with ${given.config.concurrency} places. Ctrl-C stops it.`);
      await stopped;
      needs.terminal.note('Finishing what is in hand …');
      await house.close();
      return EXIT.ok;
    },
  };
}

async function keepServing<House extends CliHouse>(
  needs: CliNeeds<House>,
  given: Given,
  options: { works: boolean; example: boolean },
): Promise<number> {
  const { terminal, operations } = needs;
  const { home } = given.config;
  const stopped = untilStopped(terminal);
  warnOfFaults(needs, given);
  const house = await needs.openHouse(given.config, { works: options.works }).catch((error: unknown) => {
    const running = readServerFile(home);
    if (error instanceof CadreError && error.code === 'home/locked' && running && !given.json) {
      terminal.note(`Cadre already runs on this home, at ${running.url}.`);
    }
    throw error;
  });
  const client = localClient(house, operations, home, async () => {});
  let server: Awaited<ReturnType<typeof needs.serveHttp>> | undefined;
  try {
    server = await needs.serveHttp(house, operations);
    mkdirSync(home, { recursive: true, mode: 0o700 }); // on PostgreSQL nothing else made it
    const { key, keyId } = await localKey(client, home);
    const link = await client.call('keys.signIn', {});
    const signIn = `${server.url}${isRecord(link) ? link.path : ''}`;
    writeServerFile(home, { url: server.url, key, keyId, pid: process.pid, signIn });
    printCard(needs, given, server.url, signIn);
    if (house.isFirstStart && options.example) await showExample(needs, given, client, server.url, stopped);
    if (given.json) terminal.out(JSON.stringify({ url: server.url, home, signIn }));
    await stopped;
    terminal.note('\nFinishing what is in hand … (Ctrl-C again ends at once)');
    return EXIT.ok;
  } finally {
    removeServerFile(home, process.pid);
    await server?.close();
    await house.close();
  }
}

/** Whoever looks at the terminal must not take such a server for a sound one. */
function warnOfFaults<House extends CliHouse>({ terminal }: CliNeeds<House>, { config }: Given): void {
  if (config.faults.length === 0) return;
  const warning = `WARNING: CADRE_FAULTS switches off what keeps your work safe: ${config.faults.join(', ')}. For proofs only.`;
  terminal.note(`\n${terminal.paint('bad', warning)}\n`);
}

function printCard<House extends CliHouse>(
  { terminal, version }: CliNeeds<House>,
  given: Given,
  url: string,
  signIn: string,
): void {
  const { paint } = terminal;
  const rows = [
    ['Console', url],
    ['Sign in', `${paint('mark', signIn)}  ${paint('soft', '(open it: once, within the hour)')}`],
    ['API', `${url}/docs`],
    ['Home', given.config.home],
    ['Database', given.config.databaseUrl ? 'PostgreSQL' : 'SQLite, in the home'],
    ['Skills', 'built-in skills, no language model'],
  ];
  terminal.note(`\n${paint('bold', `Cadre ${version}`)}`);
  for (const [name = '', value = ''] of rows) terminal.note(`  ${paint('soft', name.padEnd(9))} ${value}`);
  terminal.note(`\n  ${paint('mark', 'npm run cadre -- run "Brief me" path/to/documents/*')}`);
  terminal.note(`  ${paint('soft', 'Ctrl-C stops Cadre; nothing is lost.')}\n`);
}

/** The first real task, over the bundled documents. Its failure is told and does not stop the server. */
async function showExample<House extends CliHouse>(
  { terminal }: CliNeeds<House>,
  given: Given,
  client: Client,
  url: string,
  stopped: Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  void stopped.then(() => stop.abort());
  try {
    terminal.note(`First start: here is a first task, over the documents in ${EXAMPLE_FOLDER}`);
    const order = { goal: EXAMPLE_GOAL, paths: expandPaths([EXAMPLE_FOLDER]), extra: {} };
    const task = await carryOut(client, terminal, order, stop.signal);
    await show(client, terminal, task, { json: false, html: undefined });
    if (task.status !== 'completed') return;
    const path = await writePage(client, task.id, join(given.config.home, 'briefs', `${task.id}.html`));
    terminal.note(`\nThe brief as a page: ${pathToFileURL(path)}  or, signed in, ${url}/brief/${task.id}\n`);
  } catch (error) {
    if (stop.signal.aborted) return;
    terminal.note(`The example could not be carried out: ${error instanceof Error ? error.message : error}`);
  }
}

const KEY_DAYS = 90;
const RENEW_MS = 30 * 86_400_000;

/**
 * The key of this machine's command line: kept in the home (0600) over restarts, so that a waiting `cadre run`
 * survives one; made anew when it ends within 30 days or was revoked.
 */
async function localKey(client: Client, home: string): Promise<LocalKey> {
  const path = join(home, 'local-key.json');
  const known = readLocalKey(path);
  if (known) {
    const list = await client.call('keys.list', { limit: 200 });
    const items = isRecord(list) && Array.isArray(list.items) ? list.items.filter(isRecord) : [];
    const row = items.find((item) => item.id === known.keyId && item.revokedAt === null);
    if (row && Date.parse(String(row.expiresAt)) - systemClock.nowMs() > RENEW_MS) return known;
  }
  const input = { name: 'command line of this machine', role: 'owner', days: KEY_DAYS };
  const made = (await client.call('keys.create', input)) as { id: string; key: string }; // answer of keys.create
  const kept = { key: made.key, keyId: made.id };
  writeFileSync(path, JSON.stringify(kept), { mode: 0o600 });
  return kept;
}

interface LocalKey {
  key: string;
  keyId: string;
}

function readLocalKey(path: string): LocalKey | undefined {
  try {
    const { key, keyId }: Partial<LocalKey> = JSON.parse(readFileSync(path, 'utf8'));
    return typeof key === 'string' && typeof keyId === 'string' ? { key, keyId } : undefined;
  } catch {
    return undefined; // none yet, or unreadable: a fresh one replaces it
  }
}

function requirePostgres(given: Given, command: string): void {
  if (given.config.databaseUrl === undefined) {
    const detail = `\`cadre ${command}\` needs PostgreSQL; \`cadre start\` does everything on SQLite`;
    throw new CadreError('config/invalid', { name: 'DATABASE_URL', detail });
  }
}

function untilStopped(terminal: { onStop(action: () => void): () => void }): Promise<void> {
  return new Promise((resolve) => terminal.onStop(resolve));
}
