import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { catalogue } from '../platform/kernel/errors.ts';

const root = join(import.meta.dirname, '../..');

test('the generated documents are what the code would write', async () => {
  const docs: { generated(): Record<string, string> } = await import(join(root, 'scripts/docs.mjs'));
  for (const [path, text] of Object.entries(docs.generated())) {
    expect(readFileSync(path, 'utf8') === text, `${path} is behind the code: node scripts/docs.mjs`).toBe(
      true,
    );
  }
});

test('docs/errors.md names every code of the catalogue, and no other', () => {
  const page = readFileSync(join(root, 'docs/errors.md'), 'utf8');
  const named = [...page.matchAll(/^\| `([\w/-]+)` \|/gm)].map((match) => match[1]);
  expect(named.sort()).toEqual(Object.keys(catalogue).sort());
});

test('every code that the code throws is in the catalogue, and every entry is thrown somewhere', async () => {
  const { globSync } = await import('node:fs');
  const used = new Set<string>();
  for (const path of globSync('src/**/*.{ts,mjs}', { cwd: root })) {
    if (path.endsWith('errors.ts') || path.includes('.test.')) continue;
    for (const match of readFileSync(join(root, path), 'utf8').matchAll(/'([a-z]+\/[a-z-]+)'/g))
      used.add(match[1] ?? '');
  }
  const never = Object.keys(catalogue).filter((code) => !used.has(code));
  expect(never).toEqual([]);
});
