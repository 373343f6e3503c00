import { readdirSync, readFileSync } from 'node:fs';

/** The process and all below it. Linux only: reads /proc. */
export function processTree(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const status = read(`/proc/${name}/status`);
    const parent = /^PPid:\s+(\d+)/m.exec(status)?.[1];
    if (parent) parents.set(Number(name), Number(parent));
  }
  const tree = [root];
  for (const process of tree) {
    for (const [child, parent] of parents) if (parent === process) tree.push(child);
  }
  return tree;
}

export interface Footprint {
  processes: number;
  /** Sum of resident sizes; pages that processes share count in each of them. */
  rssMb: number;
  /** The same without npm and the shell that npm starts. */
  ownRssMb: number;
  /** Sum of proportional sizes; shared pages count once. */
  pssMb: number;
  /** Processor time used so far, in seconds. */
  cpuSeconds: number;
  commands: string[];
}

/** What a tree of processes uses. */
export function footprint(root: number): Footprint {
  const found: Footprint = { processes: 0, rssMb: 0, ownRssMb: 0, pssMb: 0, cpuSeconds: 0, commands: [] };
  for (const process of processTree(root)) {
    const rollup = read(`/proc/${process}/smaps_rollup`);
    const rssKb = Number(/^Rss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
    if (rssKb === 0) continue;
    const stat = read(`/proc/${process}/stat`);
    // Fields after the command's closing bracket; utime and stime are the 14th and 15th of all, in ticks of 10 ms.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    found.processes += 1;
    found.rssMb += rssKb / 1024;
    found.pssMb += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0) / 1024;
    found.cpuSeconds += (Number(fields[11]) + Number(fields[12])) / 100;
    const command = read(`/proc/${process}/cmdline`).replaceAll('\0', ' ').trim();
    if (!/^(npm|sh) /.test(command)) found.ownRssMb += rssKb / 1024;
    found.commands.push(`${Math.round(rssKb / 1024)} MB ${command.slice(0, 90)}`);
  }
  return found;
}

/** A file of /proc, or nothing when the process is gone. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
