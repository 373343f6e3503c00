import { parseArgs } from 'node:util';
import { runStorm } from './storm.ts';

// npm run storm [-- --kills 50 --seed 1 --store sqlite]: the long form of the storm, with its report.
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '50' },
    stalls: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    store: { type: 'string', multiple: true, default: ['sqlite', 'postgres'] },
  },
});

const [kills, stalls, seed] = [Number(values.kills), Number(values.stalls), Number(values.seed)];
const say = (line: string) => process.stderr.write(`${line}\n`);
const reports: unknown[] = [];
let sound = true;
for (const store of values.store.filter((name) => name === 'sqlite' || name === 'postgres')) {
  say(`${store}: ${kills} kills`);
  const report = await runStorm({
    store,
    kills,
    stalls: store === 'postgres' ? stalls : 0,
    fencing: true,
    seed,
    say,
  });
  reports.push(report);
  if (report.faults.length > 0 || report.betweenEffectAndSettle === 0) sound = false;
}
if (values.store.includes('postgres')) {
  say('postgres, fencing switched off: faults are expected');
  const report = await runStorm({ store: 'postgres', kills: 0, stalls, fencing: false, seed, say });
  reports.push({ ...report, fencing: false });
  if (report.faults.length === 0) sound = false;
}
process.stdout.write(`${JSON.stringify(reports, null, 2)}\n`);
process.exitCode = sound ? 0 : 1;
