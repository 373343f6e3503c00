// npm test: types, lint and format, then every test. One command, the same in CI. `npm run coverage` is the same with
// coverage, which takes a quarter longer.
// Plain JavaScript that Node 20 can run; the tools themselves run on the Node 24 that npm put on PATH.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const only = process.argv.slice(2);
const steps = [
  ['types', 'tsc', ['--noEmit']],
  ['types of the console', 'tsc', ['--noEmit', '-p', 'web']],
  ['lint and format', 'biome', ['check', '.']],
  ['tests', 'vitest', ['run', ...only]],
];

for (const [title, command, args] of steps) {
  process.stderr.write(`\n> ${title}\n`);
  const outcome = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (outcome.status !== 0) {
    process.stderr.write(`\nFailed at: ${title}.\n`);
    process.exit(outcome.status ?? 1);
  }
}
