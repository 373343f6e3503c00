import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const BIN = join(import.meta.dirname, '../../../bin/cadre.mjs');
let home: string;
const alive = new Set<ChildProcess>();

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'cadre-process-'));
});
afterEach(async () => {
  for (const child of alive) child.kill('SIGKILL');
  await Promise.all([...alive].map((child) => new Promise((resolve) => child.once('exit', resolve))));
  rmSync(home, { recursive: true, force: true });
});

function cadre(...argv: string[]) {
  const child = spawn(process.execPath, [BIN, ...argv], {
    env: { ...process.env, CADRE_HOME: home, CADRE_LEASE_TTL_MS: '3000' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  alive.add(child);
  const seen = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    seen.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    seen.err += chunk;
  });
  const exit = new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    child.once('close', (code) => {
      alive.delete(child);
      resolve({ code, ...seen });
    });
  });
  return { child, seen, exit };
}

const serverFile = () => join(home, 'server.json');
const addressOf = (): string => JSON.parse(readFileSync(serverFile(), 'utf8')).url;

test('exit codes: 0 ok, 1 failed, 2 usage, 3 unreachable', async () => {
  const runs = [
    ['--version'],
    ['task', 'show', 'nothing'],
    ['dance'],
    ['task', 'list', '--url', 'http://127.0.0.1:9', '--key', 'k'],
  ];
  const ends = [];
  for (const argv of runs) ends.push((await cadre(...argv).exit).code);
  expect(ends).toEqual([0, 1, 2, 3]);
});

test('a running task outlives kill -9 of the server: `run` waits for the restart and brings the result', async () => {
  writeFileSync(
    join(home, 'letter.txt'),
    'Ada Brook met Colin Byrne in Dublin on 3 March 2026. The fee is €1,200.\n',
  );
  const first = cadre('start', '--no-example', '--port', '0');
  await expect.poll(() => existsSync(serverFile()), { timeout: 30_000 }).toBe(true);
  const url = addressOf();
  const run = cadre('run', 'Brief me', join(home, 'letter.txt'));
  await expect.poll(() => run.seen.err, { timeout: 30_000, interval: 5 }).toContain('Plan ');
  first.child.kill('SIGKILL');
  await first.exit;
  const second = cadre('start', '--no-example', '--port', new URL(url).port);
  const ended = await run.exit;
  expect([ended.code, ended.out.includes('Ada Brook')]).toEqual([0, true]);
  second.child.kill('SIGINT');
  const stopped = await second.exit;
  expect(stopped.code).toBe(0);
  expect(existsSync(serverFile())).toBe(false);
}, 90_000);

test('a request sent again with its Idempotency-Key after kill -9 gets the first task', async () => {
  const first = cadre('start', '--no-example', '--port', '0');
  await expect.poll(() => existsSync(serverFile()), { timeout: 30_000 }).toBe(true);
  const { url, key } = JSON.parse(readFileSync(serverFile(), 'utf8'));
  const submit = (name: string) =>
    fetch(`${url}/api/v1/tasks`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'idempotency-key': name,
      },
      body: JSON.stringify({ goal: 'x', capability: 'nobody.can' }),
    });
  const answered = await (await submit('before')).json();
  // Sent, and the process killed at a moment that may lie before, between or after work and answer.
  const lost = Array.from({ length: 20 }, (_, index) => submit(`lost-${index}`).catch(() => undefined));
  await new Promise((resolve) => setTimeout(resolve, 4));
  first.child.kill('SIGKILL');
  await Promise.all(lost);
  await first.exit;
  rmSync(serverFile());
  const second = cadre('start', '--no-example', '--port', new URL(url).port);
  await expect.poll(() => existsSync(serverFile()), { timeout: 30_000 }).toBe(true);
  expect(await (await submit('before')).json()).toEqual(answered);
  const again = await Promise.all(Array.from({ length: 20 }, (_, index) => submit(`lost-${index}`)));
  expect(again.map((answer) => answer.status)).toEqual(Array(20).fill(202));
  const list = await fetch(`${url}/api/v1/tasks?limit=200`, { headers: { authorization: `Bearer ${key}` } });
  const { items } = JSON.parse(await list.text());
  expect(items).toHaveLength(21);
  second.child.kill('SIGTERM');
  expect((await second.exit).code).toBe(0);
}, 90_000);
