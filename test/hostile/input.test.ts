import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogue, type ErrorCode } from '../../src/platform/kernel/errors.ts';
import { checkPlan } from '../../src/tasks/graph.ts';
import type { Plan, PlanStep } from '../../src/tasks/plan.ts';
import { type Api, createApi } from '../chaos/api.ts';
import { type CadreProcess, cadreProcess, freePort } from '../chaos/processes.ts';
import { makeDocx, wordParagraph } from '../support/documents.ts';
import { some } from '../support/long.ts';
import { cadreCommand, errorOf } from './person.ts';

/**
 * Bad input, given as a person gives it: the shipped command, in words and as JSON. Each row ends with a code, a next
 * step and the right exit code; its twin, the same with the mistake corrected, works; and what was acknowledged before
 * all of them is complete after all of them.
 */

const ADMIN_KEY = 'hostile-admin-key-0123456789-0123456789';
const NOBODY = '01890000-0000-7000-8000-000000000000';
const NOTE =
  'The council approved 4,000 euros on 3 March 2025. Anna Keller chaired the meeting in Hamburg.\n';
const GOAL = 'List all amounts';

const folder = mkdtempSync(join(tmpdir(), 'cadre-hostile-'));
const home = join(folder, 'home');
const env = { CADRE_HOME: home, CADRE_ADMIN_KEY: ADMIN_KEY };
const at = (name: string) => join(folder, name);
let cadre: CadreProcess;
let api: Api;
let port: number;
let before: string;

beforeAll(async () => {
  writeFiles();
  port = await freePort();
  cadre = cadreProcess(['start', '--no-example', '--port', String(port)], env);
  cadre.start();
  api = createApi(`http://127.0.0.1:${port}`, ADMIN_KEY);
  await api.insist('GET', '/agents');
  const seen = await cadreCommand(['run', GOAL, at('note.txt')], env);
  expect(seen.exit, seen.err).toBe(0);
  before = JSON.stringify(await api.call('GET', '/tasks'));
});

afterAll(async () => {
  await cadre.kill();
  rmSync(folder, { recursive: true, force: true });
});

function writeFiles(): void {
  const write = (name: string, content: string | Uint8Array) => writeFileSync(at(name), content);
  write('note.txt', NOTE);
  write('broken.pdf', '%PDF-1.4\nthis is no document at all');
  write('bomb.docx', makeDocx(wordParagraph('hi'), { 'word/media/x.xml': new Uint8Array(200_000_000) }));
  write('sound.docx', makeDocx(wordParagraph(NOTE.trim())));
  write('line.txt', 'a'.repeat(10_485_760));
  write('lines.txt', `${'a'.repeat(80)}\n`.repeat(1_000) + NOTE);
  write('deep.json', `{"goal":"${GOAL}","input":${'{"a":'.repeat(100)}0${'}'.repeat(100)}}`);
  write('flat.json', `{"goal":"${GOAL}","input":${'{"a":'.repeat(20)}0${'}'.repeat(20)}}`);
  write('proto.json', `{"goal":"${GOAL}","input":{"__proto__":{"admin":true}}}`);
  write('nul.json', '{"goal":"half \\u0000"}');
  write('half.json', '{"goal":"half \\ud83d"}');
  write('whole.json', '{"goal":"whole \\ud83d\\ude00"}');
}

interface Row {
  wrong: string[];
  code: ErrorCode;
  exit: 1 | 2 | 3;
  /** The same without the mistake. */
  right: string[];
  env?: Record<string, string>;
}

const rows: Record<string, () => Row> = {
  'an empty goal': () => ({
    wrong: ['run', '   ', at('note.txt')],
    code: 'task/no-goal',
    exit: 1,
    right: ['run', GOAL, at('note.txt')],
  }),
  'no goal': () => ({ wrong: ['run'], code: 'cli/usage', exit: 2, right: ['run', '--help'] }),
  'a missing file': () => ({
    wrong: ['run', GOAL, at('nothing.pdf')],
    code: 'file/missing',
    exit: 1,
    right: ['run', GOAL, at('note.txt')],
  }),
  'a PDF that is none': () => ({
    wrong: ['run', GOAL, at('broken.pdf')],
    code: 'file/unreadable',
    exit: 1,
    right: ['run', GOAL, at('sound.docx')],
  }),
  'a document that unpacks to 200 MB': () => ({
    wrong: ['run', GOAL, at('bomb.docx')],
    code: 'file/bomb',
    exit: 1,
    right: ['run', GOAL, at('sound.docx')],
  }),
  'one line of 10 MB': () => ({
    wrong: ['run', GOAL, at('line.txt')],
    code: 'file/too-wide',
    exit: 1,
    right: ['run', GOAL, at('lines.txt')],
  }),
  'an unknown operator': () => ({
    wrong: ['task', 'submit', GOAL, '--agent-id', NOBODY],
    code: 'agent/not-found',
    exit: 1,
    right: ['task', 'submit', GOAL],
  }),
  'an unknown capability': () => ({
    wrong: ['run', 'Do it', at('note.txt'), '--capability', 'no.such'],
    code: 'task/no-capability',
    exit: 1,
    right: ['run', GOAL, at('note.txt'), '--capability', 'documents.read'],
  }),
  'JSON of 100 levels': () => ({
    wrong: ['task', 'submit', '--data', `@${at('deep.json')}`],
    code: 'request/json-too-deep',
    exit: 2,
    right: ['task', 'submit', '--data', `@${at('flat.json')}`],
  }),
  'the key __proto__': () => ({
    wrong: ['task', 'submit', '--data', `@${at('proto.json')}`],
    code: 'request/json-forbidden-key',
    exit: 2,
    right: ['task', 'submit', '--data', `@${at('flat.json')}`],
  }),
  'a NUL': () => ({
    wrong: ['task', 'submit', '--data', `@${at('nul.json')}`],
    code: 'request/json-bad-text',
    exit: 2,
    right: ['task', 'submit', '--data', `@${at('whole.json')}`],
  }),
  'half of a character': () => ({
    wrong: ['task', 'submit', '--data', `@${at('half.json')}`],
    code: 'request/json-bad-text',
    exit: 2,
    right: ['task', 'submit', '--data', `@${at('whole.json')}`],
  }),
  'an unknown command': () => ({ wrong: ['dance'], code: 'cli/usage', exit: 2, right: ['task', 'list'] }),
  'an unknown flag': () => ({
    wrong: ['task', 'list', '--colour', 'red'],
    code: 'cli/usage',
    exit: 2,
    right: ['task', 'list', '--limit', '1'],
  }),
  'a server that is not there': () => ({
    wrong: ['task', 'list', '--url', 'http://127.0.0.1:9', '--key', 'k'],
    code: 'server/unreachable',
    exit: 3,
    right: ['task', 'list', '--url', `http://127.0.0.1:${port}`, '--key', ADMIN_KEY],
  }),
  'a second process on the home': () => ({
    wrong: ['start', '--port', '0'],
    code: 'home/locked',
    exit: 1,
    right: ['run', GOAL, at('note.txt'), '--home', at('second-home')],
  }),
  'a port that is taken': () => ({
    wrong: ['start', '--no-example', '--port', String(port), '--home', at('third-home')],
    code: 'server/port-in-use',
    exit: 1,
    right: ['run', GOAL, at('note.txt'), '--home', at('third-home')],
  }),
  'a home that is a file': () => ({
    wrong: ['run', GOAL, at('note.txt'), '--home', at('note.txt')],
    code: 'home/not-writable',
    exit: 1,
    right: ['run', GOAL, at('note.txt'), '--home', at('fourth-home')],
  }),
  'a database of another kind': () => ({
    wrong: ['task', 'list', '--home', at('fifth-home'), '--database-url', 'mysql://127.0.0.1/cadre'],
    code: 'config/invalid',
    exit: 2,
    right: ['task', 'list', '--home', at('fifth-home')],
  }),
  'a database that does not answer': () => ({
    wrong: ['task', 'list', '--home', at('fifth-home'), '--database-url', 'postgres://127.0.0.1:9/cadre'],
    code: 'store/unavailable',
    exit: 1,
    right: ['task', 'list', '--home', at('fifth-home')],
  }),
  'a plug-in that is not there': () => ({
    wrong: ['start', '--port', '0', '--home', at('sixth-home'), '--plugins', at('nothing.mjs')],
    code: 'config/invalid',
    exit: 2,
    right: ['task', 'list', '--home', at('sixth-home')],
  }),
  'a weak CADRE_ADMIN_KEY': () => ({
    wrong: ['start', '--port', '0', '--home', at('sixth-home')],
    env: { CADRE_ADMIN_KEY: 'short' },
    code: 'auth/weak-admin-key',
    exit: 1,
    right: ['task', 'list', '--home', at('sixth-home')],
  }),
};

/** Commands that were corrected to the same thing are tried once. */
const tried = new Map<string, ReturnType<typeof cadreCommand>>();
const corrected = (args: string[]) => {
  const known = tried.get(args.join(' ')) ?? cadreCommand(args, env);
  tried.set(args.join(' '), known);
  return known;
};
/** One printer writes all errors as JSON; that each has its code in words is tried with all of them. */
const asJson = new Set(some(Object.keys(rows), 4));

describe.each(Object.entries(rows))('%s', (name, make) => {
  test('ends with its code, the next step and the exit code, in words', async () => {
    const row = make();
    const seen = await cadreCommand(row.wrong, { ...env, ...row.env });
    expect(seen, seen.err).toMatchObject({ exit: row.exit, out: '' });
    expect(seen.err).toContain(`(${row.code})`);
    expect(seen.err).toContain(catalogue[row.code].hint);
    expect(seen.err).not.toMatch(/\n\s+at .*\(|\.ts:\d+/); // no stack
  });

  test.runIf(asJson.has(name))('and as JSON', async () => {
    const row = make();
    const seen = await cadreCommand([...row.wrong, '--json'], { ...env, ...row.env });
    expect(seen, seen.err).toMatchObject({ exit: row.exit, out: '' });
    expect(errorOf(seen)).toMatchObject({ code: row.code, hint: catalogue[row.code].hint });
  });

  test('and works once it is corrected', async () => {
    const row = make();
    const seen = await corrected(row.right);
    expect(seen.exit, seen.err).toBe(0);
  });
});

test('a second process is refused as soon as the command is there: it waits for no lock', async () => {
  const idle: number[] = [];
  const refused: number[] = [];
  // Side by side and the best of each, so that a busy machine slows both; in seconds: bench/start.
  for (let round = 0; round < 3; round += 1) {
    idle.push((await cadreCommand(['--version'], env)).durationMs);
    const seen = await cadreCommand(['start', '--port', '0'], env);
    expect(seen).toMatchObject({ exit: 1 });
    refused.push(seen.durationMs);
  }
  expect(Math.min(...refused) / Math.min(...idle)).toBeLessThan(2.5);
});

test('a plan with a circle is refused by its names, the same without it is not', () => {
  const step = (name: string, dependsOn: string[]): PlanStep => ({
    ...{ name, goal: name, doneWhen: 'it is done', type: 'general', capability: 'documents.read' },
    ...{ input: {}, files: [], dependsOn },
  });
  const plan = (...steps: PlanStep[]): Plan => ({
    rule: 'a person wrote it',
    because: 'of this test',
    oneOperatorEnough: { enough: false, because: 'there are two steps' },
    steps,
    resultStep: 'b',
  });
  const circle = plan(step('a', ['b']), step('b', ['a']));
  expect(() => checkPlan(circle, 1)).toThrow(expect.objectContaining({ code: 'plan/cycle' }));
  expect(() => checkPlan(circle, 1)).toThrow(/a.*b/);
  expect(() => checkPlan(plan(step('a', []), step('b', ['a'])), 1)).not.toThrow();
});

test('one unreadable file among good ones is named, and the rest is still briefed', async () => {
  const files = [at('note.txt'), at('sound.docx'), at('broken.pdf')];
  const seen = await cadreCommand(['run', 'Brief me: who and what matters here', ...files, '--json'], env);
  expect(seen.exit, seen.err).toBe(0);
  const brief = JSON.parse(seen.out);
  expect(JSON.stringify(brief.notUnderstood)).toContain('broken.pdf');
  expect(brief.keyPoints.length).toBeGreaterThan(0);
  const { items } = await api.call<{ items: Array<{ id: string }> }>('GET', '/tasks?limit=1');
  const task = await api.call<{ status: string; result: unknown }>('GET', `/tasks/${items[0]?.id}`);
  expect(task).toMatchObject({ status: 'completed', result: { completeness: 'partial' } });
  const sound = await cadreCommand(
    ['run', 'Brief me: who and what matters here', ...files.slice(0, 2), '--json'],
    env,
  );
  expect(JSON.stringify(JSON.parse(sound.out).notUnderstood)).not.toContain('broken.pdf');
});

test('over HTTP the same mistakes are problem details', async () => {
  const post = (body: string) =>
    fetch(`http://127.0.0.1:${port}/api/v1/tasks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
      body,
    });
  const mistakes: Array<[string, ErrorCode]> = [
    ['{"goal":" "}', 'task/no-goal'],
    [`{"goal":"x","agentId":"${NOBODY}"}`, 'agent/not-found'],
    [`{"goal":"x","files":["${NOBODY}"]}`, 'file/not-found'],
    [readFileSync(at('deep.json'), 'utf8'), 'request/json-too-deep'],
    [readFileSync(at('proto.json'), 'utf8'), 'request/json-forbidden-key'],
    [readFileSync(at('nul.json'), 'utf8'), 'request/json-bad-text'],
    [readFileSync(at('half.json'), 'utf8'), 'request/json-bad-text'],
    ['{"goal":', 'request/json-invalid'],
    [JSON.stringify({ goal: 'x'.repeat(200_000) }), 'task/goal-too-long'],
    ['{"goal":"x","priority":1000}', 'request/invalid'],
    ['{"goal":"x","deadline":"2001-01-01T00:00:00Z"}', 'task/deadline-past'],
  ];
  for (const [body, code] of mistakes) {
    const answer = await post(body);
    expect(answer.headers.get('content-type'), code).toContain('application/problem+json');
    const problem = await answer.json();
    expect(problem).toMatchObject({ code, status: catalogue[code].status, hint: catalogue[code].hint });
    expect(answer.status).toBe(catalogue[code].status);
  }
  expect((await post(readFileSync(at('whole.json'), 'utf8'))).status).toBe(202);
});

test('nothing that was acknowledged before is lost or changed, and nothing is left half-done', async () => {
  const now = await api.call<{ items: Array<{ id: string; status: string }> }>('GET', '/tasks?limit=200');
  for (const task of JSON.parse(before).items) {
    expect(now.items).toContainEqual(task);
    expect(task.status).toBe('completed');
  }
  await expect
    .poll(async () => (await api.call<{ items: unknown[] }>('GET', '/tasks?all=true&status=running')).items, {
      timeout: 20_000,
    })
    .toEqual([]);
});
