import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A disk whose power can be cut: an ext4 file system in a file, mounted through a loop device. What a process wrote
 * and did not fsync stays in the cache of the mount, so a copy of the file is what a disk would hold after the cut
 * (GUARANTEES 2.2). It shows a missing fsync; it does not show a drive that lies about its own cache.
 */
export interface LoopDisk {
  readonly folder: string;
  /** Copies what the disk holds at this moment into another image. */
  copyTo(image: string): void;
  unmount(): Promise<void>;
}

/** `commit=60`: the file system itself writes nothing back for a minute, so only fsync makes anything last. */
const MOUNT_OPTIONS = 'loop,commit=60';

export function makeImage(image: string, megabytes: number): void {
  execFileSync('truncate', ['-s', `${megabytes}M`, image]);
  // A person's PATH often lacks the folders of the administrator's programs.
  const PATH = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;
  execFileSync('mkfs.ext4', ['-q', '-F', image], { env: { ...process.env, PATH } });
}

export function copyImage(from: string, to: string): void {
  execFileSync('cp', ['--sparse=always', from, to]);
}

/** Mounts the image; a journal left by a cut is replayed, as at the next start of a machine. */
export function mountImage(image: string, folder: string): LoopDisk {
  mkdirSync(folder, { recursive: true });
  execFileSync('mount', ['-o', MOUNT_OPTIONS, image, folder], { stdio: 'pipe' });
  return {
    folder,
    copyTo: (other) => copyImage(image, other),
    async unmount() {
      for (let tries = 0; tries < 50; tries += 1) {
        if (spawnSync('umount', [folder]).status === 0) return;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      execFileSync('umount', ['-l', folder]);
    },
  };
}

/** Why loop mounts cannot be used here, or undefined where they can. */
export function whyNoLoopMounts(): string | undefined {
  if (process.platform !== 'linux') return 'not Linux';
  const folder = mkdtempSync(join(tmpdir(), 'cadre-loop-'));
  try {
    makeImage(join(folder, 'probe.img'), 8);
    mountImage(join(folder, 'probe.img'), join(folder, 'mount'));
    execFileSync('umount', [join(folder, 'mount')]);
    return undefined;
  } catch (error) {
    return `loop mounts are refused here (${String(error).split('\n')[0]?.slice(0, 120)})`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
