import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Api, createApi, HttpFailure } from '../chaos/api.ts';
import { type CadreProcess, cadreProcess, freePort } from '../chaos/processes.ts';
import { cadreCommand, errorOf } from './person.ts';

/** Disks that cannot take what is written: full ones and read-only ones (GUARANTEES P25), as small tmpfs mounts. */

const obstacle = whyNoMounts();
if (obstacle) process.stderr.write(`SKIPPED: full and read-only disks: ${obstacle}\n`);

const ADMIN_KEY = 'disk-admin-key-0123456789-0123456789-012';

describe.skipIf(obstacle !== undefined)('a disk', () => {
  let folder: string;
  let disk: string;
  let cadre: CadreProcess | undefined;
  let port: number;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'cadre-disk-'));
    disk = join(folder, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk]);
    port = await freePort();
  });

  afterEach(async () => {
    await cadre?.kill();
    cadre = undefined;
    for (let tries = 0; tries < 50 && spawnSync('umount', [disk]).status !== 0; tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 100));
    rmSync(folder, { recursive: true, force: true });
  });

  const start = (): Api => {
    const env = { CADRE_HOME: join(disk, 'home'), CADRE_PORT: String(port), CADRE_ADMIN_KEY: ADMIN_KEY };
    cadre = cadreProcess(['start', '--no-example'], env);
    cadre.start();
    return createApi(`http://127.0.0.1:${port}`, ADMIN_KEY);
  };
  const ready = async () => (await fetch(`http://127.0.0.1:${port}/ready`)).status;
  const submit = (api: Api, goal: string) =>
    api.call<{ id: string }>('POST', '/tasks', { goal, capability: 'no.such' });

  test('that is full refuses writes with 507, keeps answering reads, and is used again once it has space', async () => {
    const api = start();
    await api.insist('GET', '/agents');
    const kept = await submit(api, 'before the disk was full');
    const ends = async (id: string) =>
      expect
        .poll(async () => (await api.call<{ status: string }>('GET', `/tasks/${id}`)).status, {
          timeout: 10_000,
        })
        .toBe('failed'); // nobody has the capability, which is the right end of this task
    await ends(kept.id);
    const before = await api.call('GET', '/tasks');
    fill(disk);
    expect(statfsSync(disk).bavail).toBe(0);

    for (let n = 0; n < 5; n += 1) {
      const failure = await submit(api, `no space ${n}`).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(HttpFailure);
      expect((failure as HttpFailure).status).toBe(507); // instance checked above
      expect(String(failure)).toContain('store/full');
    }
    expect(await api.call('GET', '/tasks')).toEqual(before);
    expect(await ready()).toBe(503);

    rmSync(join(disk, 'filler'));
    await expect.poll(ready, { timeout: 10_000 }).toBe(200);
    const after = await submit(api, 'after space came back');
    await ends(after.id);
    const { items } = await api.call<{ items: Array<{ id: string }> }>('GET', '/tasks');
    expect(items.map(({ id }) => id)).toEqual([after.id, kept.id]);
  });

  test('that is full at the start is named, and the same start works once it has space', async () => {
    fill(disk);
    const env = { CADRE_HOME: join(disk, 'home') };
    const seen = await cadreCommand(['task', 'list', '--json'], env);
    expect(seen, seen.err).toMatchObject({ exit: 1, out: '' });
    expect(['store/full', 'home/not-writable']).toContain(errorOf(seen).code);
    rmSync(join(disk, 'filler'));
    expect((await cadreCommand(['task', 'list'], env)).exit).toBe(0);
  });

  test('that is read-only is named with its home, and works once it is writable', async () => {
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    const env = { CADRE_HOME: join(disk, 'home') };
    const seen = await cadreCommand(['task', 'list', '--json'], env);
    expect(seen, seen.err).toMatchObject({ exit: 1, out: '' });
    expect(errorOf(seen)).toMatchObject({
      code: 'home/not-writable',
      hint: expect.stringContaining('--home'),
    });
    execFileSync('mount', ['-o', 'remount,rw', disk]);
    expect((await cadreCommand(['task', 'list'], env)).exit).toBe(0);
    // A home that exists and became read-only.
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    const again = await cadreCommand(['task', 'list', '--json'], env);
    expect(again, again.err).toMatchObject({ exit: 1, out: '' });
    expect(errorOf(again).code).toBe('home/not-writable');
  });
});

/** Writes until nothing more fits. */
function fill(disk: string): void {
  for (const size of [1_000_000, 4_096, 1]) {
    try {
      for (;;) writeFileSync(join(disk, 'filler'), Buffer.alloc(size), { flag: 'a' });
    } catch {
      // full for pieces of this size
    }
  }
}

function whyNoMounts(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'cadre-mount-'));
  const tried = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', folder]);
  if (tried.status === 0) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true, force: true });
  return tried.status === 0 ? undefined : 'mounting a tmpfs is refused here';
}
