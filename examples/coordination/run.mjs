/**
 * Registers the sample team, starts its three agents as processes, gives them one job, and tells what they said to one
 * another. Start Cadre first (`npm start`), then:
 *
 *   node examples/coordination/run.mjs                     with the key of the server of this user
 *   CADRE_KEY=… node examples/coordination/run.mjs [url]   with a key of your own
 *
 * `--kill Collector` kills that agent (kill -9) in the middle of its work and starts it again: the job still ends, and
 * nothing is done twice.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect } from './client.mjs';
import { KEEPER } from './protocol.mjs';

const LINES = ['Monday: 12', 'Tuesday: 15', 'Wednesday: ill', 'Thursday: 11', 'Friday: 90'];
const TEAM = [
  { name: 'Coordinator', role: 'chief', capability: 'report.make', file: 'coordinator.mjs' },
  { name: 'Collector', role: 'operator', capability: 'figures.collect', file: 'collector.mjs' },
  { name: 'Analyst', role: 'operator', capability: 'figures.analyse', file: 'analyst.mjs' },
];

const args = process.argv.slice(2);
const killAt = args.indexOf('--kill');
const victim = killAt === -1 ? undefined : args.splice(killAt, 2)[1];
const { url, key } = whereabouts(args[0]);
const call = connect(url, key);
const children = new Map();
let isKilled = false;
const began = new Date().toISOString();

await builtInTeam();
const ids = new Map();
for (const member of TEAM) ids.set(member.name, await register(member));
// What the others measured goes to the chief.
await call('POST', '/topics/metrics.update/subscriptions', { agentId: ids.get('Coordinator') });
for (const member of TEAM) start(member);
process.on('exit', stopAll);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

await present();
console.log('\nThe job: a report on five lines, of which one is no figure and one looks wrong.\n');
let job = await call('POST', `/agents/${ids.get('Coordinator')}/delegations`, {
  type: 'report.make', params: { lines: LINES }, goal: 'A report on the figures of the week', timeoutMs: 300_000,
});
while (job.status === 'open') job = await call('GET', `/delegations/${job.id}?waitMs=20000`);
await account(job);
process.exit(job.status === 'completed' ? 0 : 1);

/** Address and key: as given, or those of the server that runs for this user. */
function whereabouts(given) {
  if (process.env.CADRE_KEY) return { url: given ?? 'http://127.0.0.1:7200', key: process.env.CADRE_KEY };
  try {
    const home = process.env.CADRE_HOME ?? join(homedir(), '.cadre');
    const server = JSON.parse(readFileSync(join(home, 'server.json'), 'utf8'));
    return { url: given ?? server.url, key: server.key };
  } catch {
    console.error('No server found. Start it with `npm start`, or set CADRE_KEY (`npm run cadre -- key create`).');
    return process.exit(3);
  }
}

async function register({ name, role, capability }) {
  const spec = {
    name, role, executor: { kind: 'mailbox' }, capabilities: [{ name: capability, confidence: 0.9 }],
    description: 'Of examples/coordination', timeoutMs: 300_000,
  };
  try {
    return (await call('POST', '/agents', spec)).id;
  } catch (error) {
    if (error.code !== 'agent/exists') throw error;
    const { items } = await call('GET', '/agents?limit=200');
    return items.find((agent) => agent.name === name).id;
  }
}

function start(member) {
  const path = fileURLToPath(new URL(member.file, import.meta.url));
  const child = spawn(process.execPath, [path, ids.get(member.name), url], {
    env: { ...process.env, CADRE_KEY: key, ...(victim && { LEASE_MS: '5000' }) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.set(member.name, child);
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n')) {
      heard(member, text.slice(0, end));
      text = text.slice(end + 1);
    }
  });
}

function heard(member, line) {
  console.log(`  ${line}`);
  if (member.name !== victim || isKilled || !line.includes('half way')) return;
  isKilled = true;
  console.log(`  (${victim} is killed here, and started again)`);
  children.get(victim).kill('SIGKILL');
  start(member);
}

function stopAll() {
  for (const child of children.values()) child.kill('SIGKILL');
}

/** Waits for the team that every tenant gets at its first start: its chief is the other chief of this play. */
async function builtInTeam() {
  for (;;) {
    const { items } = await call('GET', '/agents?role=chief&limit=200');
    if (items.some(({ name }) => name === KEEPER)) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Waits until all three look into their mailboxes. */
async function present() {
  for (;;) {
    const { items } = await call('GET', '/agents?limit=200');
    const team = items.filter(({ id }) => [...ids.values()].includes(id));
    if (team.every(({ status, lastHeartbeatAt }) => status === 'idle' && lastHeartbeatAt)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** What they said to one another, by type, and what came of it. */
async function account(job) {
  const messages = new Map();
  for (const id of ids.values()) {
    for (let cursor = ''; cursor !== null; ) {
      const page = await call('GET', `/messages?agentId=${id}&limit=200${cursor && `&cursor=${cursor}`}`);
      const fresh = page.items.filter(({ createdAt }) => createdAt >= began);
      for (const message of fresh) messages.set(message.id, message);
      cursor = fresh.length === page.items.length ? page.nextCursor : null;
    }
  }
  const counts = new Map();
  for (const { type } of messages.values()) counts.set(type, (counts.get(type) ?? 0) + 1);
  console.log('\nWhat they said to one another:');
  for (const [type, count] of [...counts].sort()) console.log(`  ${String(count).padStart(3)} ${type}`);
  console.log('\nWhat was delegated:');
  const { items } = await call('GET', '/delegations?limit=20');
  const names = new Map([...ids].map(([name, id]) => [id, name]));
  for (const one of items.filter(({ createdAt }) => createdAt >= began).reverse())
    console.log(`  ${names.get(one.from) ?? 'a person'} → ${names.get(one.to)}: ${one.type}, ${one.status} in ${one.metrics.totalMs} ms`);
  console.log(`\nThe job is ${job.status}: ${JSON.stringify(job.result ?? job.error?.message)}`);
}
