import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readServerFile, removeServerFile, writeServerFile } from './server-file.ts';

let home: string;
const file = { url: 'http://127.0.0.1:7200', key: 'k', keyId: 'i', pid: process.pid, signIn: 's' };
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'cadre-server-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test('is readable by its user only, also when an open file lay there before', () => {
  writeFileSync(join(home, 'server.json'), '{}', { mode: 0o644 });
  writeServerFile(home, file);
  expect(statSync(join(home, 'server.json')).mode & 0o777).toBe(0o600);
  expect(readServerFile(home)).toEqual(file);
});

test('of a process that is gone gives no key: another may listen on its port now', () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeServerFile(home, { ...file, pid });
  expect(readServerFile(home)).toBeUndefined();
});

test('is removed by its own process only; a broken or missing one is none', () => {
  writeServerFile(home, file);
  removeServerFile(home, process.pid + 1);
  expect(existsSync(join(home, 'server.json'))).toBe(true);
  removeServerFile(home, process.pid);
  expect(existsSync(join(home, 'server.json'))).toBe(false);
  expect(readServerFile(home)).toBeUndefined();
  writeFileSync(join(home, 'server.json'), '{"url": 7');
  expect(readServerFile(home)).toBeUndefined();
});
