/**
 * Carries out the order of order.yaml from nothing: starts Cadre in a temporary home and the shop beside it, saves both
 * workflows, starts one, agrees to the charge as a person would, and prints what came of it and what the shop did.
 *
 *   node examples/workflows/run.mjs            the order
 *   node examples/workflows/run.mjs --kill     the same, with Cadre killed (kill -9) in the middle of every third step
 *
 * It ends with 1 when an effect happened twice, or not at all.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect } from '../coordination/client.mjs';
import { agentAt, openLedger, startShop } from './shop.mjs';

const kills = process.argv.includes('--kill');
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'cadre-order-'));
const key = randomBytes(24).toString('base64url');
const port = await freePort();
const ledger = openLedger(join(home, 'shop.jsonl'));
const requests = new Map();
let asked = 0;
const shop = await startShop({ ledger, delayMs: kills ? 120 : 0, told });
const url = `http://127.0.0.1:${port}`;
const call = connect(url, key);
let cadre;
let isClosing = false;
process.on('exit', () => {
  isClosing = true;
  cadre?.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
start();

for (const name of ['invoice', 'order']) {
  const saved = await call('POST', '/workflows', { text: readFileSync(here(`${name}.yaml`), 'utf8') });
  console.log(`Saved the workflow ${saved.name}, version ${saved.version}.`);
}
await call('POST', '/agents', agentAt(shop.url));
const { id } = await call('POST', '/workflows/order/tasks', { input: { order: '1001' } });
console.log(`Started task ${id}.\n`);
let task = await call('GET', `/tasks/${id}`);
while (!['completed', 'failed', 'terminated'].includes(task.status)) {
  await decide();
  await new Promise((resolve) => setTimeout(resolve, 100));
  task = await call('GET', `/tasks/${id}`);
}
const isSound = account(task);
process.exit(isSound && task.status === 'completed' ? 0 : 1);

function start() {
  cadre = spawn(process.execPath, [here('../../bin/cadre.mjs'), 'start', '--no-example'], {
    env: {
      PATH: process.env.PATH, HOME: process.env.HOME, NO_COLOR: '1', CADRE_HOME: home, CADRE_PORT: String(port),
      CADRE_ADMIN_KEY: key, CADRE_ALLOW_HOSTS: shop.host,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  cadre.stderr.on('data', (chunk) => (words += chunk));
  cadre.on('exit', (code, signal) => {
    if (isClosing) return;
    if (signal === 'SIGKILL') return start();
    console.error(`Cadre ended by itself (${code}):\n${words}`);
    process.exit(1);
  });
}

/** Each request that arrives; with `--kill`, every third one costs Cadre its life while the work is under way. */
function told(order) {
  const count = (requests.get(order.idempotencyKey) ?? 0) + 1;
  requests.set(order.idempotencyKey, count);
  asked += 1;
  console.log(`  ${order.goal}${count > 1 ? ` (asked for again: attempt ${order.attempt})` : ''}`);
  if (!kills || count > 1 || asked % 3 !== 0) return;
  console.log('  (Cadre is killed here, and started again)');
  cadre.kill('SIGKILL');
}

/** Agrees to whatever is asked, as a person would with `cadre approval`. */
async function decide() {
  const { items } = await call('GET', '/approvals?status=pending');
  for (const { id: approval, ask } of items) {
    console.log(`  ? ${ask}  Yes.`);
    await call('POST', `/approvals/${approval}`, { decision: 'approved' }).catch((error) => console.log(`  ${error.message}`));
  }
}

/** What came of it, and whether everything happened once. */
function account(ended) {
  console.log(`\nThe order is ${ended.status}: ${ended.stopSentence}`);
  console.log(JSON.stringify(ended.result?.output ?? ended.error, null, 2));
  const works = new Map();
  for (const { capability, input, status } of ledger.entries.values()) {
    const work = `${capability} ${JSON.stringify(input)}`;
    if (status === 200) works.set(work, (works.get(work) ?? 0) + 1);
  }
  const twice = [...works].filter(([, count]) => count > 1);
  const lost = [...requests.keys()].filter((one) => !ledger.entries.has(one));
  const total = [...requests.values()].reduce((sum, count) => sum + count, 0);
  console.log(`\nThe shop was asked ${total} times with ${requests.size} keys, and did ${works.size} things.`);
  for (const [work, count] of twice) console.log(`  TWICE: ${work} (${count} times)`);
  for (const one of lost) console.log(`  NOT DONE: ${one}`);
  if (twice.length + lost.length === 0) console.log('Nothing was done twice, and nothing was left out.');
  return twice.length + lost.length === 0;
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port: free } = server.address();
      server.close(() => resolve(free));
    });
  });
}
