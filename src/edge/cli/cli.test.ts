import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { KEYS, type NotesHouse, noteOperations, notesHouse } from '../../../test/support/door.ts';
import { memoryTerminal } from '../../../test/support/terminal.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import { operation } from '../../platform/kernel/operation.ts';
import { serveHttp } from '../http/server.ts';
import { runCli } from './cli.ts';
import { commandName } from './derived.ts';
import type { CliNeeds } from './needs.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'cadre-cli-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function setUp() {
  const terminal = memoryTerminal();
  const house = notesHouse();
  const needs: CliNeeds<NotesHouse> = {
    version: '1.2.3',
    operations: noteOperations,
    terminal,
    serveHttp,
    openHouse: async () => house,
  };
  const cli = (...argv: string[]) => runCli(needs, argv.length ? [...argv, '--home', home] : argv);
  return { terminal, house, needs, cli };
}

describe('a command of an operation', () => {
  test('takes path parameters and required texts without flags, and shows one thing as lines', async () => {
    const { cli, terminal } = setUp();
    expect(await cli('note', 'create', 'buy milk', '--count', '2')).toBe(0);
    expect(await cli('note', 'show', 'note-1')).toBe(0);
    expect(terminal.outText()).toMatch(/^text +buy milk$/m);
    expect(terminal.outText()).toMatch(/^count +2$/m);
  });

  test('shows a list as a table, and exactly the answer with --json', async () => {
    const { cli, terminal } = setUp();
    await cli('note', 'create', 'first');
    await cli('note', 'list', '--limit', '3');
    expect(terminal.outText()).toMatch(/id +text +count/);
    expect(terminal.outText()).toMatch(/note-1 +first +1/);
    const second = setUp();
    await second.cli('note', 'list', '--limit', '3', '--loud', '--words', 'a', '--words', 'b', '--json');
    expect(JSON.parse(second.terminal.outText()).asked).toEqual({ limit: 3, loud: true, words: ['a', 'b'] });
  });

  test('shows what an agent answered to a message, which is no task although it has a result', async () => {
    const { needs, terminal } = setUp();
    const letter = operation({
      name: 'letters.get',
      summary: 'One letter.',
      route: { method: 'GET', path: '/letters/{id}' },
      permission: 'viewer',
      effect: 'read',
      input: z.object({ id: z.string() }),
      output: z.object({ id: z.string(), result: z.unknown() }),
      example: { id: 'letter-1' },
      run: async (_house: NotesHouse, _caller, { id }) => ({ id, result: { handled: 'yes' } }),
    });
    const cli = { ...needs, operations: [letter] };
    expect(await runCli(cli, ['letter', 'show', 'letter-1', '--home', home])).toBe(0);
    expect(terminal.outText()).toMatch(/^result:\n {2}handled {2}yes$/m);
  });

  test('reads a text of a type of its own from a file, and tells problems with their places', async () => {
    const { needs, terminal } = setUp();
    const check = operation({
      name: 'plans.check',
      summary: 'Checks a plan.',
      route: { method: 'POST', path: '/plan-checks' },
      permission: 'viewer',
      effect: 'read',
      input: z.object({ text: z.string().meta({ contentMediaType: 'application/yaml' }) }),
      output: z.object({
        problems: z.array(z.object({ line: z.int(), column: z.int(), message: z.string() })),
      }),
      example: { text: 'good' },
      run: async (_house: NotesHouse, _caller, { text }) => ({
        problems: text === 'good' ? [] : [{ line: 3, column: 7, message: `not ${text}` }],
      }),
    });
    const cli = (...argv: string[]) =>
      runCli({ ...needs, operations: [check] }, ['plan', 'check', ...argv, '--home', home]);
    const file = join(home, 'plan.yaml');
    writeFileSync(file, 'bad');
    expect(await cli(file)).toBe(1);
    expect(terminal.outText()).toBe(`${file}:3:7: not bad`);
    writeFileSync(file, 'good');
    expect(await cli(file)).toBe(0);
    terminal.input = 'worse';
    expect(await cli('-')).toBe(1);
    expect(terminal.outText()).toContain('text:3:7: not worse');
    expect(await cli('--text', 'good')).toBe(0);
    expect(await cli(join(home, 'none.yaml'))).toBe(1);
    expect(await cli()).toBe(2);
    expect(terminal.noteText()).toContain('<file> is missing');
  });

  test('takes the whole input as JSON, from a file or from standard input', async () => {
    const { cli, terminal, house } = setUp();
    const file = join(home, 'input.json');
    writeFileSync(file, '{"text":"from a file"}');
    terminal.input = '{"text":"from standard input","count":4}';
    expect(await cli('note', 'create', '--data', '{"text":"here"}')).toBe(0);
    expect(await cli('note', 'create', '--data', `@${file}`)).toBe(0);
    expect(await cli('note', 'create', '--data', '@-', '--count', '5')).toBe(0);
    expect([...house.notes.values()].map(({ text, count }) => [text, count])).toEqual([
      ['here', 1],
      ['from a file', 1],
      ['from standard input', 5],
    ]);
  });

  test('uploads files and folders, follows events and writes bytes', async () => {
    const { cli, terminal, house } = setUp();
    writeFileSync(join(home, 'a.txt'), 'abc');
    writeFileSync(join(home, '.hidden'), 'x');
    expect(await cli('note', 'attach', 'note-1', home)).toBe(0);
    expect(terminal.outText()).toContain('a.txt:3');
    expect(terminal.outText()).not.toContain('hidden');
    expect(await cli('note', 'follow')).toBe(3); // nothing happens where no server works
    const server = await serveHttp(house, noteOperations);
    expect(await cli('note', 'follow', '--json', '--url', server.url, '--key', KEYS.owner)).toBe(0);
    await server.close();
    expect(terminal.outText()).toContain(
      '{"id":"3","event":"note.written","data":{"number":3,"tenant":"tenant-a"}}',
    );
    expect(await cli('note', 'content', 'note-1')).toBe(0);
    expect(terminal.outText()).toContain('<script>alert(1)</script>');
  });
});

describe('mistakes', () => {
  const mistakes: Array<[string, string[], number, string]> = [
    ['an unknown command', ['dance'], 2, 'There is no command "dance"'],
    ['an unknown verb', ['note', 'dance'], 2, 'there are note show, note create'],
    ['an unknown flag', ['note', 'list', '--colour', 'red'], 2, "Unknown option '--colour'"],
    ['a value that begins with a dash', ['note', 'list', '--limit', '-5'], 2, 'written --limit=-1'],
    ['a missing argument', ['note', 'show'], 2, '<id> is missing'],
    ['one argument too many', ['note', 'show', 'a', 'b'], 2, '"b" is not expected'],
    ['a setting that is no number', ['note', 'list', '--port', 'x'], 2, 'CADRE_PORT'],
    ['--data that is no JSON', ['note', 'create', '--data', '{x'], 2, '--data is not JSON'],
    ['--data that is no object', ['note', 'create', '--data', '[1]'], 2, 'must be a JSON object'],
    ['an input that the schema refuses', ['note', 'list', '--limit', '999'], 1, 'limit'],
    ['something absent', ['note', 'show', 'note-9'], 1, 'There is no task note-9'],
    ['a missing file', ['note', 'attach', 'n', '/no/such/file'], 1, '/no/such/file'],
    ['no goal', ['run'], 2, 'The goal is missing'],
    ['a missing document', ['run', 'Brief me', '/no/such/file.pdf'], 1, '/no/such/file.pdf'],
    [
      'a server that does not answer',
      ['note', 'list', '--url', 'http://127.0.0.1:9', '--key', 'k'],
      3,
      '127.0.0.1:9',
    ],
    ['a server without a key', ['note', 'list', '--url', 'http://127.0.0.1:9'], 1, 'needs a key'],
    ['serve on SQLite', ['serve'], 2, 'needs PostgreSQL'],
    ['work on SQLite', ['work'], 2, 'needs PostgreSQL'],
  ];

  test.each(mistakes)('%s', async (_name, argv, code, message) => {
    const { cli, terminal } = setUp();
    expect(await cli(...argv)).toBe(code);
    expect(terminal.noteText()).toContain(message);
    expect(terminal.noteText().split('\n').length).toBeGreaterThan(1);
    expect(terminal.outText()).toBe('');
  });

  test.each(mistakes)('%s, with --json as JSON', async (_name, argv, code) => {
    const { cli, terminal } = setUp();
    expect(await cli(...argv, '--json')).toBe(code);
    const { error } = JSON.parse(terminal.noteText());
    expect(error.code).toMatch(/^\w+\/[\w-]+$/);
    expect(error.hint.length).toBeGreaterThan(5);
    expect(terminal.outText()).toBe('');
  });

  test('a home that another process holds', async () => {
    const { needs, terminal } = setUp();
    const openHouse = async () => {
      throw new CadreError('home/locked', { home });
    };
    expect(await runCli({ ...needs, openHouse }, ['note', 'list', '--home', home])).toBe(1);
    expect(terminal.noteText()).toContain('--home');
  });
});

describe('help', () => {
  test('lists every command, own and derived', async () => {
    const { cli, terminal } = setUp();
    expect(await cli()).toBe(0);
    for (const name of ['run', 'start', 'demo', 'doctor', ...noteOperations.map(commandName)]) {
      expect(terminal.outText()).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
  });

  test('of each command shows its arguments and flags', async () => {
    for (const operation of noteOperations) {
      const { cli, terminal } = setUp();
      expect(await cli(...commandName(operation).split(' '), '--help')).toBe(0);
      expect(terminal.outText()).toContain(operation.summary);
      expect(terminal.outText()).toContain('--data <json>');
    }
  });

  test('of a group shows the commands of that group only', async () => {
    const { cli, terminal } = setUp();
    expect(await cli('note', '--help')).toBe(0);
    expect(terminal.outText()).toMatch(/^ {2}note show <id> /m);
    expect(terminal.outText()).not.toMatch(/^ {2}doctor /m);
    const everything = setUp();
    expect(await everything.cli('dance', '--help')).toBe(0);
    expect(everything.terminal.outText()).toMatch(/^ {2}doctor /m);
  });

  test('gives the version', async () => {
    const { needs, terminal } = setUp();
    expect(await runCli(needs, ['--version'])).toBe(0);
    expect(terminal.outText()).toBe('1.2.3');
  });
});

test('doctor shows each setting with its origin, and hides secrets', async () => {
  const { cli, terminal } = setUp();
  const url = 'postgres://ada:swordfish@db.example:5432/cadre';
  expect(await cli('doctor', '--json', '--port', '0', '--database-url', url, '--key', 'swordfish')).toBe(0);
  const report = JSON.parse(terminal.outText());
  const setting = (name: string) => report.settings.find((each: { name: string }) => each.name === name);
  expect(setting('home')).toMatchObject({ value: home, from: 'flag', variable: 'CADRE_HOME' });
  expect(setting('databaseUrl').value).toBe('db.example:5432/cadre');
  expect(setting('leaseTtlMs').from).toBe('default');
  expect(terminal.outText()).not.toContain('swordfish');
  expect(report.checks.map((each: { name: string }) => each.name)).toEqual(
    expect.arrayContaining(['Node', 'Home', 'Database', 'Port', 'Skills']),
  );
});

test('doctor ends with 1 when the database does not take writes', async () => {
  const { cli, terminal, house } = setUp();
  house.writable.is = false;
  expect(await cli('doctor', '--port', '0')).toBe(1);
  expect(terminal.outText()).toContain('bad   Database');
});
