import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { expect, test } from 'vitest';
import { BANNED_NAMES } from './support/staircase.ts';

const root = join(import.meta.dirname, '..', 'web', 'src');

/** The console's floors, lowest first: a file imports from its own floor or one below it, pages not from each other. */
const FLOORS = ['api', 'parts', 'live', 'shell', 'pages'];

interface Source {
  path: string;
  text: string;
}

const sources: Source[] = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((path) => path.split(sep).join('/'))
  .filter((path) => /\.tsx?$/.test(path) && path !== 'api/types.ts')
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

function slips(files: Source[]): string[] {
  const found: string[] = [];
  for (const { path, text } of files) {
    const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:])\/\/.*$/gm, '$1');
    const ban = (pattern: RegExp, what: string) => {
      if (pattern.test(code)) found.push(`${path}: ${what}`);
    };
    const [floor = '', page] = path.split('/');
    for (const [, target = ''] of code.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)) {
      const to = relative(root, resolve(root, dirname(path), target))
        .split(sep)
        .join('/');
      if (to.startsWith('..')) found.push(`${path} imports from outside the console: ${target}`);
      const [other = '', otherPage] = to.split('/');
      if (!FLOORS.includes(floor) || !FLOORS.includes(other)) continue; // app, main, router; icons and styles
      if (/\/search\.ts$/.test(to)) continue; // what an address says is known to all
      if (FLOORS.indexOf(other) > FLOORS.indexOf(floor)) found.push(`${path} imports up the floors: ${to}`);
      if (floor === 'pages' && other === 'pages' && page !== otherPage)
        found.push(`${path} imports from another page: ${to}`);
    }
    ban(
      /dangerouslySetInnerHTML|\.innerHTML\b|insertAdjacentHTML|document\.write|\beval\(|new Function\(/,
      'makes HTML or code of text',
    );
    ban(
      /(?:fetch|send|EventSource|Worker|import|open)\(\s*['"`]https?:|(?:src|href|action)=\{?['"`]https?:/,
      'calls another origin',
    );
    ban(/:\s*any\b|\bas any\b|<any>|@ts-ignore|@ts-expect-error/, 'silences the type checker');
    ban(/refetchInterval/, 'polls');
    for (const part of path.replace(/\.\w+$/, '').split('/'))
      if (BANNED_NAMES.includes(part)) found.push(`${path}: the name "${part}" says nothing`);
    if (text.split('\n').length > 400) found.push(`${path}: longer than 400 lines`);
  }
  return found;
}

test('the console keeps its rules', () => {
  expect(slips(sources)).toEqual([]);
  expect(sources.length).toBeGreaterThan(30);
});

test('each kind of slip is noticed', () => {
  const planted: Array<[string, string]> = [
    ['parts/a.tsx', "import { x } from '../../../src/cadre.ts';"],
    ['api/a.ts', "import { x } from '../shell/nav.tsx';"],
    ['pages/home/a.tsx', "import { x } from '../task/graph.tsx';"],
    ['pages/a.tsx', '<div dangerouslySetInnerHTML={{ __html: name }} />'],
    ['api/a.ts', "fetch('https://example.org')"],
    ['api/a.ts', 'const x: any = 1;'],
    ['api/a.ts', 'queryOptions({ refetchInterval: 1000 })'],
    ['parts/utils.tsx', ''],
  ];
  for (const [path, text] of planted) expect(slips([{ path, text }]), `${path}: ${text}`).toHaveLength(1);
  expect(slips([{ path: 'pages/home/a.tsx', text: "import { x } from '../../parts/button.tsx';" }])).toEqual(
    [],
  );
});
