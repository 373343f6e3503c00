import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { BANNED_NAMES, DOOR_MAY_IMPORT, KERNEL_FILES, STAIRCASE } from './support/staircase.ts';

const source = join(dirname(fileURLToPath(import.meta.url)), '..', 'src');

interface SourceFile {
  path: string;
  text: string;
}

function read(folder: string): SourceFile[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => ({ path: path.split(sep).join('/'), text: readFileSync(join(folder, path), 'utf8') }));
}

const files = read(source);
const production = files.filter(({ path }) => !path.endsWith('.test.ts') && !path.endsWith('/fixture.ts'));

/** Comments and texts in quotes say anything; only code is judged. */
const codeOf = (text: string) => text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:])\/\/.*$/gm, '$1');
const roomOf = (path: string): string => {
  const parts = path.split('/');
  if (parts.length === 1) return path;
  return parts[0] === 'platform' || parts[0] === 'edge' ? `${parts[0]}/${parts[1]}` : (parts[0] ?? '');
};
const importsOf = ({ path, text }: SourceFile): string[] =>
  [...codeOf(text).matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, target]) =>
    relative(source, resolve(source, dirname(path), target ?? ''))
      .split(sep)
      .join('/'),
  );

/** What the rules say of a set of files; each sentence names the file and the slip. */
function slips(of: SourceFile[]): string[] {
  const found: string[] = [];
  const order = new Map<string, number>(STAIRCASE.map((room, index) => [room, index]));
  for (const file of of) {
    const { path } = file;
    const room = roomOf(path);
    const own = order.get(room);
    if (own === undefined) found.push(`${path}: the room ${room} is not on the staircase`);
    for (const target of importsOf(file)) {
      const other = roomOf(target);
      if (target.startsWith('..')) continue; // package.json
      if (other === room) continue;
      if ((order.get(other) ?? Number.POSITIVE_INFINITY) > (own ?? -1))
        found.push(`${path} imports down the stairs: ${target}`);
      if (room.startsWith('edge/') && !DOOR_MAY_IMPORT.includes(other))
        found.push(`${path}: a door imports a room: ${target}`);
      const table = /^platform\/store\/(\w[\w-]*)\.ts$/.exec(target)?.[1];
      if (table && room === 'platform/kernel') found.push(`${path}: the kernel knows no tables`);
    }
    const code = codeOf(file.text);
    const kernel = room === 'platform/kernel';
    const store = room === 'platform/store';
    const ban = (pattern: RegExp, what: string, allowed: boolean) => {
      if (!allowed && pattern.test(code)) found.push(`${path}: ${what}`);
    };
    ban(
      /\bsql`|\bsql\.(raw|ref|join|lit)\b|\.(selectFrom|insertInto|updateTable|deleteFrom)\(/,
      'SQL outside the store',
      store,
    );
    ban(
      /\bprocess\.env\b/,
      'reads the environment outside kernel/config.ts',
      path === 'platform/kernel/config.ts',
    );
    ban(
      /\bDate\.now\(|\bnew Date\(\)/,
      'reads the clock outside the kernel',
      kernel || path === 'platform/store/sqlite-connection.ts',
    );
    ban(/\bMath\.random\(|\brandomUUID\b|\brandomBytes\b/, 'makes chance outside the kernel', kernel);
    ban(/(^|[^.\w])fetch\(/m, 'calls out past kernel/outbound.ts', kernel);
    ban(
      /'(?:ai|@ai-sdk\/(?!provider')[\w-]+|@openrouter\/[\w-]+)'/,
      'knows a model SDK',
      // The stream of chats is framed by the SDK's own code.
      path.startsWith('models/providers/') || path === 'edge/http/ui-stream.ts',
    );
    ban(/:\s*any\b|\bas any\b|<any>|\bany\[\]/, 'uses any', false);
    ban(/@ts-ignore|@ts-expect-error|@ts-nocheck/, 'silences the type checker', false);
    ban(/^\s*@\w+\(/m, 'uses a decorator', false);
    ban(/\bexport default\b/, 'has a default export', false);
    for (const part of path.replace(/\.ts$/, '').split('/')) {
      if (BANNED_NAMES.includes(part)) found.push(`${path}: the name "${part}" says nothing`);
    }
    if (basename(path) === 'index.ts') found.push(`${path}: no barrel files`);
    if (kernel && !KERNEL_FILES.includes(basename(path))) found.push(`${path}: the kernel is a closed list`);
    if (file.text.split('\n').length > 500 && !path.includes('/gazetteer/'))
      found.push(`${path}: longer than 500 lines`);
  }
  return found;
}

describe('the house', () => {
  it('is walked in one direction and keeps its rules', () => {
    expect(slips(production)).toEqual([]);
    expect(production.length).toBeGreaterThan(80);
  });

  it('notices each kind of slip', () => {
    const planted: Array<[string, string]> = [
      ['tasks/a.ts', "import { x } from '../chief/plan.ts';"],
      ['edge/http/a.ts', "import { x } from '../../tasks/submit.ts';"],
      ['tasks/a.ts', "db.selectFrom('task')"],
      ['tasks/a.ts', 'const now = Date.now();'],
      ['tasks/a.ts', 'const x = Math.random();'],
      ['tasks/a.ts', 'const x = process.env.HOME;'],
      ['tasks/a.ts', "await fetch('http://x');"],
      ['models/a.ts', "await import('@ai-sdk/openai');"],
      ['tasks/a.ts', 'const x: any = 1;'],
      ['tasks/utils.ts', ''],
      ['tasks/index.ts', ''],
      ['platform/kernel/extra.ts', ''],
      ['garage/a.ts', ''],
      ['tasks/a.ts', 'export default 1;'],
    ];
    for (const [path, text] of planted) expect(slips([{ path, text }]), `${path}: ${text}`).toHaveLength(1);
    expect(slips([{ path: 'chief/a.ts', text: "import { x } from '../tasks/submit.ts';" }])).toEqual([]);
  });
});
