import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { AttackerReport } from '../attacker/run.ts';
import type { KillsReport } from '../chaos/workflow-kills.ts';
import type { EndToEndReport } from '../solving/end-to-end.ts';
import { whyNoLoopMounts } from './loop-image.ts';
import type { OrderReport } from './mailbox-order.ts';
import { whyNoOwnPostgres } from './own-postgres.ts';
import { type PowerCutReport, runPowerCut } from './power-cut.ts';
import type { TimersReport } from './timers.ts';
import type { WaitsReport } from './waits.ts';

// npm run guarantees -- P2 [--cuts 20 --seed 1 --store sqlite], P6 [--agents 100 --messages 1000 --kills 20], P19 [--timers 10000],
// workflow-kills, solving [--tasks 150 --seed 1], energy [--tasks 200 --seed 1], communication [--rounds 200 --break 9]: the long form of a promise; its result is kept.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cuts: { type: 'string', default: '20' },
    controls: { type: 'string', default: '2' },
    agents: { type: 'string', default: '100' },
    messages: { type: 'string', default: '1000' },
    kills: { type: 'string', default: '20' },
    timers: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '200' },
    break: { type: 'string' },
    tasks: { type: 'string' },
    seed: { type: 'string', default: '1' },
    store: { type: 'string', multiple: true, default: ['sqlite', 'postgres'] },
  },
});
const say = (line: string) => process.stderr.write(`${line}\n`);
const stores = values.store.filter((name) => name === 'sqlite' || name === 'postgres');
const seed = Number(values.seed);
const proofFolder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'docs', 'proof');

interface Proof {
  file: string;
  run(): Promise<{ sound: boolean }>;
}
const proofs: Record<string, Proof> = {
  P2: { file: 'power-cut.json', run: provePowerCut },
  P6: { file: 'mailbox-order.json', run: proveMailboxOrder },
  P19: { file: 'timers.json', run: proveTimers },
  COMMUNICATION: { file: 'communication.json', run: proveMethods },
  'WORKFLOW-KILLS': { file: 'workflow-kills.json', run: proveWorkflowKills },
  SOLVING: { file: 'collective-solving.json', run: proveSolving },
  ENERGY: { file: 'energy.json', run: proveEnergyUse },
  ATTACKER: { file: 'attacker.json', run: proveAttacker },
};
const asked = positionals[0]?.toUpperCase() ?? '';
const name = asked === 'TIMERS' ? 'P19' : asked;
const proof = proofs[name];
if (!proof) {
  say('Usage: npm run guarantees -- P2 [--cuts 20] [--seed 1] [--store sqlite|postgres]');
  say('       npm run guarantees -- P6 [--agents 100] [--messages 1000] [--kills 20] [--seed 1] [--store …]');
  say('       npm run guarantees -- P19 [--timers 10000] [--store …]');
  say('       npm run guarantees -- communication [--rounds 200] [--break <method>] [--store …]');
  say('       npm run guarantees -- solving [--tasks 150] [--seed 1] [--store …]');
  say('       npm run guarantees -- energy [--tasks 200] [--seed 1]');
  say('       npm run guarantees -- workflow-kills [--store …]');
  say('       npm run guarantees -- attacker [--store …]');
  say(
    'P1, P4 and P5 are proved by `npm run storm`; docs/guarantees.md names the test of every other promise.',
  );
  process.exit(2);
}
mkdirSync(proofFolder, { recursive: true });
const result = { promise: name, node: process.version, ...(await proof.run()) };
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
// What was broken on purpose is no proof to keep.
if (values.break === undefined) keep(proof.file, `${JSON.stringify(result, null, 2)}\n`);
process.exitCode = result.sound ? 0 : 1;

function keep(file: string, text: string): void {
  writeFileSync(join(proofFolder, file), text);
}

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

/** Where PostgreSQL is; what reads it is imported afterwards. */
function findPostgres(): void {
  process.env.CADRE_TEST_POSTGRES_FOUND ??=
    process.env.CADRE_TEST_POSTGRES ?? 'postgres://postgres@127.0.0.1:5432/postgres';
}

async function proveMethods() {
  findPostgres();
  const { proveCommunication } = await import('../proof/communication/report.ts');
  const { toDocument } = await import('../proof/communication/document.ts');
  const { methodOf } = await import('../proof/communication/proof.ts');
  try {
    methodOf(values.break);
  } catch (error) {
    say(String(error));
    process.exit(2);
  }
  const rounds = Number(values.rounds);
  const report = await proveCommunication({ stores, rounds, breaks: values.break, say });
  const document = toDocument(report);
  if (values.break === undefined) keep('communication.md', document);
  else say(`\n${document}`);
  return report;
}

async function proveMailboxOrder() {
  findPostgres();
  const { isSound, runMailboxOrder } = await import('./mailbox-order.ts'); // reads where PostgreSQL is
  const [agents, messages, kills] = [Number(values.agents), Number(values.messages), Number(values.kills)];
  const reports: OrderReport[] = [];
  for (const store of stores)
    reports.push(await runMailboxOrder({ store, agents, messages, kills, seed, say }));
  return { sound: reports.every(isSound), reports };
}

async function proveTimers() {
  findPostgres();
  const { isSound, runTimers } = await import('./timers.ts'); // reads where PostgreSQL is
  const { areWaitsSound, runWaits } = await import('./waits.ts');
  const { toPage } = await import('./timers-page.ts');
  const timers = Number(values.timers);
  const reports: TimersReport[] = [];
  const waits: WaitsReport[] = [];
  for (const store of stores) {
    reports.push(await runTimers({ store, timers, windowSeconds: 100, say }));
    waits.push(await runWaits({ store, waits: timers, windowSeconds: 60, afterSeconds: 30, say }));
  }
  const measuredAt = new Date().toISOString();
  keep('timers.md', toPage(reports, waits, measuredAt));
  return { sound: reports.every(isSound) && waits.every(areWaitsSound), measuredAt, reports, waits };
}

async function proveWorkflowKills() {
  findPostgres();
  const { isSound, proveKills } = await import('../chaos/workflow-kills.ts'); // reads where PostgreSQL is
  // Most of the time is spent on waiting for leases to end.
  const reports: KillsReport[] = await Promise.all(stores.map((store) => proveKills(store, say)));
  return { sound: reports.every(isSound), reports };
}

async function proveSolving() {
  findPostgres();
  const { check, measureRules, page } = await import('../solving/report.ts');
  const { solveEndToEnd } = await import('../solving/end-to-end.ts');
  const measured = measureRules(10, 2_000);
  const endToEnd: EndToEndReport[] = [];
  for (const store of stores)
    endToEnd.push(await solveEndToEnd({ store, seed, tasks: Number(values.tasks ?? 150), say }));
  const report = { ...measured, endToEnd };
  const checks = check(report);
  const text = page({ ...report, checks });
  say(text);
  writeFileSync(join(proofFolder, 'collective-solving.md'), text);
  return { sound: checks.every(({ holds }) => holds), ...report, checks };
}

async function proveEnergyUse() {
  const { check, page, proveEnergy } = await import('../energy/report.ts');
  const report = await proveEnergy({ tasks: Number(values.tasks ?? 200), seed, say });
  const checks = check(report);
  const text = page({ ...report, checks });
  say(text);
  keep('energy.md', text);
  // What is not measured yet is said in the page, and holds nothing up.
  return { sound: checks.every(({ holds }) => holds !== false), ...report, checks };
}

async function proveAttacker() {
  findPostgres();
  const { isSound, runAttacker } = await import('../attacker/run.ts'); // reads where PostgreSQL is
  const { toPage } = await import('../attacker/page.ts');
  const reports: AttackerReport[] = [];
  for (const store of stores) reports.push(await runAttacker({ store, every: 1, say }));
  const page = toPage(reports);
  say(page);
  keep('attacker.md', page);
  return { sound: reports.every(isSound), reports };
}
