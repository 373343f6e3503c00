import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { whyNoLoopMounts } from './loop-image.ts';
import { whyNoOwnPostgres } from './own-postgres.ts';
import { type PowerCutReport, runPowerCut } from './power-cut.ts';

// npm run guarantees -- P2 [--cuts 20 --seed 1 --store sqlite]: the long form of a promise; its result is kept.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cuts: { type: 'string', default: '20' },
    controls: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    store: { type: 'string', multiple: true, default: ['sqlite', 'postgres'] },
  },
});
const say = (line: string) => process.stderr.write(`${line}\n`);

if (positionals[0]?.toUpperCase() !== 'P2') {
  say('Usage: npm run guarantees -- P2 [--cuts 20] [--seed 1] [--store sqlite|postgres]');
  say(
    'P1, P4 and P5 are proved by `npm run storm`; docs/guarantees.md names the test of every other promise.',
  );
  process.exit(2);
}
const obstacle = whyNoLoopMounts() ?? (values.store.includes('postgres') ? whyNoOwnPostgres() : undefined);
if (obstacle) {
  say(`SKIPPED: P2 power cut: ${obstacle}`);
  process.exit(1);
}

const [cuts, controls, seed] = [Number(values.cuts), Number(values.controls), Number(values.seed)];
const reports: PowerCutReport[] = [];
for (const store of values.store.filter((name) => name === 'sqlite' || name === 'postgres')) {
  reports.push(await runPowerCut({ store, cuts, fsync: true, seed, say }));
  say(`${store}, fsync switched off: losses are expected`);
  reports.push(await runPowerCut({ store, cuts: controls, fsync: false, seed, say }));
}
const held = (one: PowerCutReport) =>
  one.lost + one.uncompleted + one.unopenable + one.damaged === 0 && one.completed === one.acknowledged;
const sound = reports.every((one) => (one.fsync ? held(one) : one.lost > 0));
const result = { promise: 'P2', node: process.version, sound, reports };
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
const path = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'docs', 'proof', 'power-cut.json');
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
process.exitCode = sound ? 0 : 1;
