import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { whyNoLoopMounts } from './loop-image.ts';
import type { OrderReport } from './mailbox-order.ts';
import { whyNoOwnPostgres } from './own-postgres.ts';
import { type PowerCutReport, runPowerCut } from './power-cut.ts';

// npm run guarantees -- P2 [--cuts 20 --seed 1 --store sqlite], or P6 [--agents 100 --messages 1000 --kills 20]: the long
// form of a promise; its result is kept.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cuts: { type: 'string', default: '20' },
    controls: { type: 'string', default: '2' },
    agents: { type: 'string', default: '100' },
    messages: { type: 'string', default: '1000' },
    kills: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    store: { type: 'string', multiple: true, default: ['sqlite', 'postgres'] },
  },
});
const say = (line: string) => process.stderr.write(`${line}\n`);
const stores = values.store.filter((name) => name === 'sqlite' || name === 'postgres');
const seed = Number(values.seed);

const proofs: Record<string, { file: string; run(): Promise<{ sound: boolean }> }> = {
  P2: { file: 'power-cut.json', run: provePowerCut },
  P6: { file: 'mailbox-order.json', run: proveMailboxOrder },
};
const name = positionals[0]?.toUpperCase() ?? '';
const proof = proofs[name];
if (!proof) {
  say('Usage: npm run guarantees -- P2 [--cuts 20] [--seed 1] [--store sqlite|postgres]');
  say('       npm run guarantees -- P6 [--agents 100] [--messages 1000] [--kills 20] [--seed 1] [--store …]');
  say(
    'P1, P4 and P5 are proved by `npm run storm`; docs/guarantees.md names the test of every other promise.',
  );
  process.exit(2);
}
const result = { promise: name, node: process.version, ...(await proof.run()) };
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
const path = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'docs', 'proof', proof.file);
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
process.exitCode = result.sound ? 0 : 1;

async function provePowerCut() {
  const obstacle = whyNoLoopMounts() ?? (stores.includes('postgres') ? whyNoOwnPostgres() : undefined);
  if (obstacle) {
    say(`SKIPPED: P2 power cut: ${obstacle}`);
    process.exit(1);
  }
  const [cuts, controls] = [Number(values.cuts), Number(values.controls)];
  const reports: PowerCutReport[] = [];
  for (const store of stores) {
    reports.push(await runPowerCut({ store, cuts, fsync: true, seed, say }));
    say(`${store}, fsync switched off: losses are expected`);
    reports.push(await runPowerCut({ store, cuts: controls, fsync: false, seed, say }));
  }
  const held = (one: PowerCutReport) =>
    one.lost + one.uncompleted + one.unopenable + one.damaged === 0 && one.completed === one.acknowledged;
  return { sound: reports.every((one) => (one.fsync ? held(one) : one.lost > 0)), reports };
}

async function proveMailboxOrder() {
  if (!process.env.CADRE_TEST_POSTGRES_FOUND)
    process.env.CADRE_TEST_POSTGRES_FOUND =
      process.env.CADRE_TEST_POSTGRES ?? 'postgres://postgres@127.0.0.1:5432/postgres';
  const { isSound, runMailboxOrder } = await import('./mailbox-order.ts'); // reads where PostgreSQL is
  const [agents, messages, kills] = [Number(values.agents), Number(values.messages), Number(values.kills)];
  const reports: OrderReport[] = [];
  for (const store of stores)
    reports.push(await runMailboxOrder({ store, agents, messages, kills, seed, say }));
  return { sound: reports.every(isSound), reports };
}
