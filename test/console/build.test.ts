import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
let copy: string;

/** A checkout of its own, so that the build which other tests look at stays. It shares what is installed. */
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'cadre-build-'));
  for (const part of ['scripts', 'web', 'package-lock.json']) {
    cpSync(join(ROOT, part), join(copy, part), {
      recursive: true,
      filter: (path) => !/[\\/](dist(-\d+)?|node_modules)$/.test(path),
    });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  utimesSync(join(copy, 'package-lock.json'), 0, 0); // nothing is to be installed
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const setUp = () => spawnSync(process.execPath, [join(copy, 'scripts/setup.mjs')], { encoding: 'utf8' });
const page = () => readFileSync(join(copy, 'web/dist/index.html'), 'utf8');

test('the console is built once, again when a source changed, and a source that does not build leaves the last build', () => {
  const first = setUp();
  expect([first.status, first.stderr.includes('Building the console')]).toEqual([0, true]);
  const built = page();
  expect(built).not.toMatch(/<style|style=|<script(?![^>]*src=)/); // the policy would refuse what stands inline
  const assets = readdirSync(join(copy, 'web/dist/assets'));
  expect(
    assets.some((name) => name.endsWith('.js.br')) && assets.some((name) => name.endsWith('.css.gz')),
  ).toBe(true);

  const second = setUp();
  expect([second.status, second.stderr]).toEqual([0, '']);

  appendFileSync(join(copy, 'web/src/main.tsx'), "document.title = 'changed';\n");
  const third = setUp();
  expect([third.status, third.stderr.includes('Building the console')]).toEqual([0, true]);
  const rebuilt = page();
  expect(rebuilt).not.toBe(built);

  appendFileSync(join(copy, 'web/src/main.tsx'), 'const broken = ;\n');
  const fourth = setUp();
  expect(fourth.status).toBe(0); // Cadre starts all the same
  expect(fourth.stderr).toContain('could not be built');
  expect(page()).toBe(rebuilt);
  expect(readdirSync(join(copy, 'web')).filter((name) => name.startsWith('dist'))).toEqual(['dist']);
}, 120_000);
