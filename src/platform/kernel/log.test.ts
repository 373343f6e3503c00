import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLog, silentLog } from './log.ts';

test('a log is JSON lines in a file of its own, without secrets and below its level', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'cadre-log-'));
  const file = join(folder, 'logs', 'cadre.log');
  const log = createLog({ level: 'info', file });
  log.debug({}, 'too quiet');
  log.warn({ key: 'swordfish', request: { token: 'swordfish', path: '/tasks' } }, 'something');
  log.error({ taskId: 't' }, 'else');
  await expect.poll(() => readFileSync(file, 'utf8').trim().split('\n').length).toBe(2);
  const text = readFileSync(file, 'utf8');
  expect(text).not.toContain('swordfish');
  expect(JSON.parse(text.split('\n')[0] ?? '')).toMatchObject({
    ...{ msg: 'something', key: '[removed]', request: { token: '[removed]', path: '/tasks' } },
  });
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o077).toBe(0);
  rmSync(folder, { recursive: true, force: true });
});

test('a silent log takes everything and keeps nothing', () => {
  for (const level of ['debug', 'info', 'warn', 'error'] as const)
    expect(silentLog[level]({}, 'x')).toBeUndefined();
});
