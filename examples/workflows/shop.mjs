/**
 * The operator of the example `order`: it does every step of the shop over HTTP. What it does to the world, it books in
 * a ledger by the idempotency key of the request: a key that is in the ledger is answered as it was answered then, and
 * nothing is done again. So however often Cadre has to ask, every effect happens once.
 *
 *   node examples/workflows/shop.mjs --port 9000 --ledger /tmp/shop.jsonl
 *
 * Cadre reaches loopback addresses only when CADRE_ALLOW_HOSTS names them.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** What the shop can do: capability → the output for an input, or a refusal. */
export const WORK = {
  'shop.fetch': ({ order }) => ({
    order, customer: 'Ada Byrne', address: '4 Quay Street, Dunmarra', total: 640,
    lines: [{ item: 'rope', quantity: 2 }, { item: 'lamp', quantity: 1 }, { item: 'anchor', quantity: 1 }],
  }),
  'shop.check': ({ customer }) => ({ customer, isKnown: true }),
  'shop.insure': ({ worth }) => ({ by: 'insured parcel', worth }),
  'shop.post': () => ({ by: 'plain post' }),
  'shop.reserve': ({ lines }) => ({ warehouse: 'Harbour', lines: lines.length }),
  'shop.release': ({ order }) => ({ released: order }),
  'shop.credit': ({ customer }) => ({ customer, rating: 'good' }),
  'shop.price': ({ total, rating, route }) => ({
    charge: total * (rating === 'good' ? 0.95 : 1) + (route === 'insured parcel' ? 12 : 4),
  }),
  'shop.charge': ({ amount }) => ({ amount, currency: 'EUR' }),
  'shop.pack': ({ item, quantity }) => ({ box: `${quantity} × ${item}` }),
  'shop.book': ({ carrier }) => ({ carrier, van: 7 }),
  'shop.cancel': ({ carrier }) => ({ carrier, cancelled: true }),
  'shop.collect': ({ carrier }) => {
    if (carrier === 'North') throw new Error('North has no driver today');
    return { carrier, collected: true };
  },
  'shop.label': ({ order }) => ({ label: `L-${order}` }),
  'shop.track': ({ round }) => ({ place: round < 3 ? `stop ${round}` : 'delivered' }),
  'shop.number': ({ order }) => ({ number: `INV-${order}` }),
  'shop.send': ({ number }) => ({ sent: number }),
  'shop.close': ({ order }) => ({ closed: order }),
};

/** The agent to register with Cadre. */
export const agentAt = (url) => ({
  name: 'Shop', description: 'Of examples/workflows',
  capabilities: Object.keys(WORK).map((name) => ({ name, confidence: 0.9 })),
  executor: { kind: 'http', url }, maxConcurrent: 4, maxAttempts: 12, timeoutMs: 60_000,
});

/** Effects by idempotency key, kept in a file before anybody hears of them. */
export function openLedger(path) {
  const entries = new Map();
  if (path && existsSync(path))
    for (const line of readFileSync(path, 'utf8').split('\n').filter(Boolean)) {
      const entry = JSON.parse(line);
      entries.set(entry.key, entry);
    }
  return {
    entries,
    /** Does the work of an order, or answers what was booked for its key. */
    book({ idempotencyKey: key, capability, goal, input }) {
      const known = entries.get(key);
      if (known) return known;
      const entry = { key, capability, goal, input, ...perform(capability, input) };
      if (path) appendFileSync(path, `${JSON.stringify(entry)}\n`);
      entries.set(key, entry);
      return entry;
    },
  };
}

function perform(capability, input) {
  try {
    const work = WORK[capability];
    return work ? { status: 200, output: work(input) } : { status: 422, error: `No such work: ${capability}` };
  } catch (error) {
    return { status: 422, error: error.message };
  }
}

/** Listens; `delayMs` is the time that a piece of work takes. */
export function startShop({ port = 0, ledger, delayMs = 0, told = () => {} }) {
  const server = createServer(async (request, response) => {
    if (request.method !== 'POST') return response.end('ready');
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const order = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    told(order);
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    const { status, output, error } = ledger.book(order);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(status === 200 ? { output } : { error }));
  });
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => {
      const host = `127.0.0.1:${server.address().port}`;
      resolve({ host, url: `http://${host}/work`, close: () => (server.closeAllConnections(), server.close()) });
    });
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: '9000' }, ledger: { type: 'string' } },
  });
  const shop = await startShop({ port: Number(values.port), ledger: openLedger(values.ledger) });
  console.log(`listening ${shop.url}`);
}
