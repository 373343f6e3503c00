import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { offeredKeys, ollamaAddress, type SettingName, VARIABLES } from '../../platform/kernel/config.ts';
import { toErrorRecord } from '../../platform/kernel/errors.ts';
import { messageOf } from '../../platform/kernel/json.ts';
import { answersAt } from '../../platform/kernel/outbound.ts';
import type { Given } from './arguments.ts';
import type { Client } from './client.ts';
import { answers } from './connect.ts';
import { httpClient } from './http-client.ts';
import type { CliHouse, CliNeeds, Command } from './needs.ts';
import { EXIT } from './print.ts';
import { readServerFile } from './server-file.ts';

interface Check {
  name: string;
  state: 'ok' | 'note' | 'bad';
  detail: string;
}

const SECRETS: readonly SettingName[] = ['adminKey', 'key', 'databaseUrl', 'masterKey', 'masterKeyBefore'];

/** `cadre doctor`: what Cadre finds here and where each setting came from. Changes nothing but a test file. */
export function doctorCommand<House extends CliHouse>(needs: CliNeeds<House>): Command {
  return {
    name: 'doctor',
    summary: 'Shows every setting and where it came from, and checks home, database and port.',
    usage: '',
    flags: {},
    async run(given) {
      const settings = settingsOf(given);
      const checks = await examine(needs, given);
      const isWell = checks.every((check) => check.state !== 'bad');
      if (given.json) needs.terminal.out(JSON.stringify({ ok: isWell, settings, checks }, null, 2));
      else print(needs, settings, checks);
      return isWell ? EXIT.ok : EXIT.failed;
    },
  };
}

function settingsOf({ config, origins }: Given) {
  return (Object.keys(VARIABLES) as SettingName[]).map((name) => {
    const value = config[name];
    const text = Array.isArray(value) ? value.join(', ') : String(value ?? '');
    return {
      name,
      value: SECRETS.includes(name) && text ? masked(name, text) : text,
      from: origins[name],
      variable: VARIABLES[name],
    };
  });
}

/** Where a database is may be known, who logs in there not. */
function masked(name: SettingName, text: string): string {
  if (name !== 'databaseUrl') return '(set)';
  return URL.canParse(text) ? `${new URL(text).host}${new URL(text).pathname}` : '(set)';
}

async function examine<House extends CliHouse>(needs: CliNeeds<House>, given: Given): Promise<Check[]> {
  const { home } = given.config;
  const running = readServerFile(home);
  const client = running && httpClient(running.url, running.key, needs.operations);
  const runs = client ? await answers(client).catch(() => true) : false;
  const database = await checkDatabase(needs, given, runs ? client : undefined);
  await client?.close();
  return [
    { name: 'Cadre', state: 'ok', detail: needs.version },
    {
      name: 'Node',
      state: 'ok',
      detail: `${process.versions.node}, SQLite ${process.versions.sqlite ?? 'unknown'}`,
    },
    checkHome(home),
    runs
      ? { name: 'Server', state: 'ok', detail: `runs at ${running?.url}` }
      : { name: 'Server', state: 'note', detail: 'none runs on this home' },
    database,
    runs
      ? { name: 'Port', state: 'ok', detail: 'held by the server' }
      : await checkPort(given.config.host, given.config.port),
    { name: 'Skills', state: 'ok', detail: 'built-in skills, no language model' },
    ...(await offered()),
  ];
}

/** What could be connected. It is named only: nothing here reads a key, or asks Ollama for more than its version. */
async function offered(): Promise<Check[]> {
  const note = (detail: string): Check => ({ name: 'Offered', state: 'note', detail });
  const keys = offeredKeys().map(({ provider, kind, variable }) =>
    note(
      `a key for ${provider} is in the environment (${variable}); it is not used until you connect it` +
        (kind === 'openai-compatible' ? '' : `: cadre provider create ${kind} --from-environment`),
    ),
  );
  const address = ollamaAddress();
  if (!(await answersAt(address, '/api/version'))) return keys;
  const how = `cadre provider create openai-compatible --base-url http://${address}/v1 --name ollama`;
  return [...keys, note(`Ollama answers at ${address}; it is not used until you connect it: ${how}`)];
}

function checkHome(home: string): Check {
  const name = 'Home';
  try {
    if (!existsSync(home)) {
      accessSync(nearest(home), constants.W_OK);
      return { name, state: 'note', detail: `${home} is not there yet; the first start makes it` };
    }
    const probe = join(home, `.doctor-${process.pid}`);
    writeFileSync(probe, '');
    rmSync(probe);
    return { name, state: 'ok', detail: `${home} can be written` };
  } catch (cause) {
    return { name, state: 'bad', detail: `${home} cannot be written: ${messageOf(cause)}` };
  }
}

function nearest(path: string): string {
  const parent = dirname(path);
  return existsSync(parent) || parent === path ? parent : nearest(parent);
}

async function checkDatabase<House extends CliHouse>(
  needs: CliNeeds<House>,
  given: Given,
  server: Client | undefined,
): Promise<Check> {
  const { home, databaseUrl } = given.config;
  const name = 'Database';
  const kind = databaseUrl ? 'PostgreSQL' : 'SQLite';
  if (!server && !databaseUrl && !existsSync(home))
    return { name, state: 'note', detail: 'SQLite, made at the first start' };
  try {
    if (server) await server.checkReady();
    else await openAndCheck(needs, given);
    return { name, state: 'ok', detail: `${kind} answers and can be written` };
  } catch (thrown) {
    const { message, hint } = toErrorRecord(thrown);
    return { name, state: 'bad', detail: `${message} ${hint}` };
  }
}

async function openAndCheck<House extends CliHouse>(needs: CliNeeds<House>, given: Given): Promise<void> {
  const house = await needs.openHouse(given.config, { works: false });
  try {
    await house.checkReady();
  } finally {
    await house.close();
  }
}

function checkPort(host: string, port: number): Promise<Check> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error) => {
      resolve({
        name: 'Port',
        state: 'bad',
        detail: `${port} is taken (${messageOf(error)}); choose another with --port`,
      });
    });
    probe.listen({ host, port }, () => {
      probe.close(() => resolve({ name: 'Port', state: 'ok', detail: `${port} is free` }));
    });
  });
}

function print<House extends CliHouse>(
  { terminal }: CliNeeds<House>,
  settings: ReturnType<typeof settingsOf>,
  checks: Check[],
): void {
  const { paint } = terminal;
  const marks = { ok: paint('good', 'ok  '), note: paint('mark', 'note'), bad: paint('bad', 'bad ') };
  for (const check of checks) terminal.out(`${marks[check.state]}  ${check.name.padEnd(9)} ${check.detail}`);
  terminal.out(`\n${paint('bold', 'Settings')}`);
  for (const { name, value, from, variable } of settings) {
    const origin = paint('soft', `${from.padEnd(11)} ${variable}`);
    terminal.out(`  ${name.padEnd(14)} ${(value || '-').padEnd(28)} ${origin}`);
  }
}
