/** What this process takes: for checkpoints, which say what a task was and where it was. */
export interface Resources {
  /** Of one core, since the last look; over 100 when several are used. */
  cpuPercent: number;
  memoryMb: number;
}

let last = { usage: process.cpuUsage(), at: performance.now() };
let cpuPercent = 0;
/** A shorter look says more about chance than about the work. */
const LEAST_MS = 50;
const BYTES_PER_MB = 1_048_576;

/** Taken before a transaction begins, so that it costs the transaction nothing. */
export function measureResources(): Resources {
  const at = performance.now();
  const spent = at - last.at;
  if (spent >= LEAST_MS) {
    const used = process.cpuUsage(last.usage);
    cpuPercent = Math.round((used.user + used.system) / 10 / spent);
    last = { usage: process.cpuUsage(), at };
  }
  return { cpuPercent, memoryMb: Math.round(process.memoryUsage.rss() / BYTES_PER_MB) };
}
