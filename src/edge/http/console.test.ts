import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CONSOLE_PATHS, CONSOLE_POLICY, consoleRoutes } from './console.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cadre-dist-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><div id="root"></div>');
  writeFileSync(join(folder, 'assets', 'index-abc.js'), 'plain');
  writeFileSync(join(folder, 'assets', 'index-abc.js.br'), 'brotli');
  writeFileSync(join(folder, 'secret.txt'), 'not yours');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const get = (path: string, headers: Record<string, string> = {}) =>
  consoleRoutes(folder).request(`http://cadre${path}`, { headers });

describe('the console', () => {
  test('is the same page at each of its addresses, under the policy of the guarantees', async () => {
    for (const path of CONSOLE_PATHS) {
      const answer = await get(path.replace(':id', '01890000-0000-7000-8000-000000000000'));
      expect(await answer.text()).toContain('<div id="root">');
      expect(answer.headers.get('content-security-policy')).toBe(CONSOLE_POLICY);
    }
    expect(CONSOLE_POLICY).toMatch(/^default-src 'none'/);
    expect(CONSOLE_POLICY).not.toMatch(/unsafe|\*|https?:/);
  });

  test('keeps its parts for ever, compressed for who understands it', async () => {
    const plain = await get('/assets/index-abc.js');
    expect([await plain.text(), plain.headers.get('content-encoding')]).toEqual(['plain', null]);
    expect(plain.headers.get('cache-control')).toContain('immutable');
    expect(plain.headers.get('content-type')).toContain('javascript');
    const small = await get('/assets/index-abc.js', { 'accept-encoding': 'gzip, br' });
    expect([await small.text(), small.headers.get('content-encoding')]).toEqual(['brotli', 'br']);
  });

  test('gives nothing beside its parts: no other file, no way up', async () => {
    const ways = [
      '/secret.txt',
      '/assets/../secret.txt',
      '/assets/%2e%2e/secret.txt',
      '/assets/..%2fsecret.txt',
      '/assets/',
      '/assets/none.js',
    ];
    for (const way of ways) expect((await get(way)).status, way).toBe(404);
  });

  test('that was not built says so and how to build it', async () => {
    const answer = await consoleRoutes(join(folder, 'nowhere')).request('http://cadre/');
    const text = await answer.text();
    expect([answer.status, text.includes('npm start'), text.includes('<script')]).toEqual([200, true, false]);
  });
});
