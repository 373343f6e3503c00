import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import findServices from '../support/global.ts';

// npm run storm [-- --kills 50 --stalls 10 --seed 1 --store sqlite]: the long form of the storm, with its report.
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    stalls: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    store: { type: 'string', multiple: true, default: ['sqlite', 'postgres'] },
  },
});

/** Seeds to try without fencing: where a worker wakes is chance, and one round that finds fault is enough. */
const UNFENCED_ROUNDS = 4;

const [kills, stalls, seed] = [Number(values.kills), Number(values.stalls), Number(values.seed)];
const say = (line: string) => process.stderr.write(`${line}\n`);
await findServices(); // before the import below, which reads what it found
const { runStorm } = await import('./storm.ts');
const hasPostgres = process.env.CADRE_TEST_POSTGRES_FOUND !== undefined;
const reports: unknown[] = [];
let sound = true;

for (const store of values.store.filter((name) => name === 'sqlite' || name === 'postgres')) {
  if (store === 'postgres' && !hasPostgres) continue; // said already
  say(`${store}: ${kills} kills`);
  const report = await runStorm({
    store,
    kills,
    stalls: store === 'postgres' ? stalls : 0,
    fencing: true,
    seed,
    say,
  });
  reports.push({ fencing: true, ...report });
  if (report.faults.length > 0 || report.betweenEffectAndSettle === 0) sound = false;
}
if (values.store.includes('postgres') && hasPostgres) {
  say('postgres, fencing switched off: faults are expected');
  let found = false;
  for (let round = 0; round < UNFENCED_ROUNDS && !found; round += 1) {
    const report = await runStorm({
      store: 'postgres',
      kills: 0,
      stalls,
      fencing: false,
      seed: seed + round,
      workMs: [300, 1_200],
      queue: 0,
      say,
    });
    found = report.faults.length > 0;
    reports.push({ fencing: false, ...report });
  }
  if (!found) sound = false;
}
const machine = {
  node: process.version,
  platform: process.platform,
  load: loadavg().map((n) => Number(n.toFixed(1))),
};
process.stdout.write(
  `${JSON.stringify({ command: 'npm run storm', kills, stalls, seed, machine, sound, reports }, null, 2)}\n`,
);
process.exitCode = sound ? 0 : 1;
