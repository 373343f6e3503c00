import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type MemoryTerminal, memoryTerminal } from '../../../test/support/terminal.ts';
import { type House, openHouse } from '../../cadre.ts';
import { operations } from '../../operations.ts';
import { serveHttp } from '../http/server.ts';
import { runCli } from './cli.ts';
import type { CliNeeds } from './needs.ts';

let home: string;
let running: Array<{ terminal: MemoryTerminal; exit: Promise<number> }> = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'cadre-start-'));
  running = [];
});
afterEach(async () => {
  for (const { terminal, exit } of running) {
    terminal.interrupt();
    await exit;
  }
  rmSync(home, { recursive: true, force: true });
});

function cli(...argv: string[]) {
  const terminal = memoryTerminal();
  const needs: CliNeeds<House> = { version: '0.0.0', operations, terminal, openHouse, serveHttp };
  return { terminal, exit: runCli(needs, [...argv, '--home', home, '--log-level', 'silent']) };
}

/** Starts Cadre and waits until it serves. */
async function start(...argv: string[]) {
  const started = cli('start', '--port', '0', ...argv);
  running.push(started);
  await expect.poll(() => existsSync(join(home, 'server.json')), { timeout: 20_000 }).toBe(true);
  const file: { url: string; key: string; signIn: string } = JSON.parse(
    readFileSync(join(home, 'server.json'), 'utf8'),
  );
  return { ...started, file };
}

async function done(what: ReturnType<typeof cli>) {
  return { code: await what.exit, out: what.terminal.outText(), notes: what.terminal.noteText() };
}

describe('cadre start', () => {
  test('the first start carries out the example: a brief in the terminal and as a page', async () => {
    const { terminal } = await start();
    await expect
      .poll(() => terminal.noteText(), { timeout: 50_000 })
      .toContain('The brief as a page: file://');
    expect(terminal.noteText()).toContain('built-in skills, no language model');
    expect(terminal.noteText()).toMatch(/Reader \d → .*read-/);
    expect(terminal.outText()).toContain('CONTRADICTIONS');
    const [page = ''] = readdirSync(join(home, 'briefs'));
    expect(readFileSync(join(home, 'briefs', page), 'utf8')).toMatch(/^<!doctype html>/i);
  });

  test('leaves address, key and link to this user only, and takes them away when it stops', async () => {
    const { file, terminal, exit } = await start('--no-example');
    expect(statSync(join(home, 'server.json')).mode & 0o777).toBe(0o600);
    expect(statSync(join(home, 'local-key.json')).mode & 0o777).toBe(0o600);
    expect((await fetch(file.signIn, { method: 'POST', redirect: 'manual' })).status).toBe(303);
    expect((await fetch(file.signIn, { method: 'POST', redirect: 'manual' })).status).toBe(401);
    terminal.interrupt();
    expect(await exit).toBe(0);
    expect(existsSync(join(home, 'server.json'))).toBe(false);
    await expect(fetch(`${file.url}/health`)).rejects.toThrow();
  });

  test('keeps the key of the command line over restarts, and makes another when it was revoked', async () => {
    const first = await start('--no-example');
    first.terminal.interrupt();
    await first.exit;
    const second = await start();
    expect(second.terminal.noteText()).not.toContain('First start');
    expect(second.file.key).toBe(first.file.key);
    const { keyId } = JSON.parse(readFileSync(join(home, 'local-key.json'), 'utf8'));
    expect((await done(cli('key', 'revoke', keyId))).code).toBe(0);
    second.terminal.interrupt();
    await second.exit;
    const third = await start();
    expect(third.file.key).not.toBe(first.file.key);
  });

  test('refuses a second process on the home, and says where the first is', async () => {
    const { file } = await start('--no-example');
    const second = await done(cli('start', '--port', '0'));
    expect(second.code).toBe(1);
    expect(second.notes).toContain(`at ${file.url}`);
    expect(second.notes).toContain('home/locked');
  });

  test('refuses a port that is taken, and leaves the home free', async () => {
    const { file } = await start('--no-example');
    const other = mkdtempSync(join(tmpdir(), 'cadre-start-'));
    const terminal = memoryTerminal();
    const argv = ['start', '--home', other, '--port', new URL(file.url).port, '--log-level', 'silent'];
    expect(await runCli({ version: '0', operations, terminal, openHouse, serveHttp }, argv)).toBe(1);
    expect(terminal.noteText()).toContain('server/port-in-use');
    const house = memoryTerminal();
    expect(
      await runCli({ version: '0', operations, terminal: house, openHouse, serveHttp }, [
        'task',
        'list',
        '--home',
        other,
      ]),
    ).toBe(0);
    rmSync(other, { recursive: true, force: true });
  });
});

describe('cadre run', () => {
  const goal = 'Brief me: who and what matters here, with sources';
  beforeEach(() => {
    writeFileSync(
      join(home, 'letter.txt'),
      'Ada Brook met Colin Byrne in Dublin on 3 March 2026. The fee is €1,200.\n',
    );
  });

  test('opens the home itself when no server runs; --json prints the result and nothing else', async () => {
    const { code, out, notes } = await done(cli('run', goal, join(home, 'letter.txt'), '--json'));
    expect(notes).toBe('');
    expect(code).toBe(0);
    const brief = JSON.parse(out);
    expect(brief.documents).toMatchObject([{ name: 'letter.txt', type: 'txt' }]);
    expect(brief.entities.map((entity: { name: string }) => entity.name)).toContain('Ada Brook');
  });

  test('asks the running server, shows who does what, and writes the page', async () => {
    const { file } = await start('--no-example');
    const page = join(home, 'out', 'brief.html');
    const { code, out, notes } = await done(cli('run', goal, join(home, 'letter.txt'), '--html', page));
    expect(code).toBe(0);
    expect(notes).toContain(`at ${file.url}`);
    expect(notes).toContain('Plan ');
    expect(notes).toContain('One operator enough?');
    expect(notes).toMatch(/✓ \S+ \(Writer\)/);
    expect(out).toContain('Ada Brook');
    expect(readFileSync(page, 'utf8')).toContain('Ada Brook');
    const list = await done(cli('task', 'list'));
    expect(list.out).toContain('completed');
  });

  test('ends with 1 and the missing capability when nobody can do it', async () => {
    const ended = await done(cli('run', 'x', '--capability', 'translate.klingon'));
    expect(ended.code).toBe(1);
    expect(ended.out).toBe('');
    expect(ended.notes).toContain('translate.klingon');
    expect(ended.notes).toContain('task/no-capability');
  });

  test('ends with 1 for an empty goal, and 1 for a file that cannot be read', async () => {
    const empty = await done(cli('run', '   '));
    expect([empty.code, empty.notes.includes('task/no-goal')]).toEqual([1, true]);
    writeFileSync(join(home, 'broken.pdf'), '%PDF-1.7 not really');
    const broken = await done(cli('run', goal, join(home, 'broken.pdf'), '--json'));
    expect(broken.code).toBe(1);
    expect(broken.out).toBe('');
  });
});

test('doctor knows a running server and a home that is not there yet', async () => {
  await start('--no-example');
  const well = await done(cli('doctor', '--json'));
  expect(well.code).toBe(0);
  const report = JSON.parse(well.out);
  expect(report.checks.find((check: { name: string }) => check.name === 'Server').detail).toContain(
    'runs at',
  );
  const terminal = memoryTerminal();
  const argv = ['doctor', '--home', join(home, 'not', 'there'), '--port', '0'];
  expect(await runCli({ version: '0', operations, terminal, openHouse, serveHttp }, argv)).toBe(0);
  expect(terminal.outText()).toContain('is not there yet');
  expect(existsSync(join(home, 'not'))).toBe(false);
});
