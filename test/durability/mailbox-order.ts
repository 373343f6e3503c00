import pg from 'pg';
import type { Message } from '../../src/messages/message.ts';
import { type Random, seededRandom } from '../../src/platform/kernel/random.ts';
import type { Api } from '../chaos/api.ts';
import { type Deployment, deploy } from '../chaos/deployment.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';

/**
 * P6: mailboxes are in order and without holes. Real processes are killed with kill -9 while many agents send to one
 * another; every fifth message is sent twice under its messageId; every delivery of the bus comes twice, late and out of
 * turn, and on PostgreSQL there are hints that nobody sent. Half of the agents handle messages outside, half by a built-in handler whose effect is
 * a row of ours. The judge knows only what the receiver saw, the event log, and the rows that are left.
 */
export interface OrderOptions {
  store: 'sqlite' | 'postgres';
  agents: number;
  messages: number;
  kills: number;
  seed: number;
  /** Guards switched off, to show that the judge finds fault. */
  faults?: string;
  /** Longest time of a handler outside (ms); slow ones let work pile up. */
  handlerMs?: number;
  say?: (line: string) => void;
}

export interface OrderReport {
  store: string;
  /** How the bus behaved. */
  bus: 'unruly: each delivery twice, up to 40 ms late';
  agents: number;
  messages: number;
  kills: number;
  seed: number;
  faults: string;
  /** Messages handed to the receiver again after a crash, in their turn. */
  redelivered: number;
  inversions: number;
  gaps: number;
  /** Ids with more than one message, or more than one effect. */
  doubled: number;
  /** Acknowledged by the API and not handled in the end. */
  lost: number;
  seconds: number;
}

/** Conversations of one recipient, each shared by several senders. */
const CONVERSATIONS = 3;
const RECIPIENTS_OF_ONE = 4;
const TWICE = 0.2;
/** So many messages of each agent are on their way before the next are sent: a backlog without end proves no more. */
const SLICE = 100;
/** A crash counts as an attempt; what is killed or starved that often is still no lost message. */
const MAX_RETRIES = 20;
const LEASE_TTL_MS = 3_000;

interface World {
  cadre: Deployment;
  receiver: Receiver;
  ids: string[];
  random: Random;
  /** Messages acknowledged by the API so far. */
  sent: number;
}

export async function runMailboxOrder(options: OrderOptions): Promise<OrderReport> {
  const { store, seed, faults = '', handlerMs = 8, say = () => {} } = options;
  const random = seededRandom(seed);
  const handling = seededRandom(seed + 1);
  const startedAt = performance.now();
  const receiver = await startReceiver(async () => {
    await new Promise((resolve) => setTimeout(resolve, handling() * handlerMs)); // handlers of uneven speed
    return {};
  });
  const cadre = await deploy(store, {
    env: {
      CADRE_ALLOW_HOSTS: receiver.host,
      CADRE_FAULTS: ['unruly-bus', ...(faults ? [faults] : [])].join(','),
    },
    workers: 2,
    leaseTtlMs: LEASE_TTL_MS,
  });
  const stop = new AbortController();
  let noise = Promise.resolve();
  try {
    const world: World = {
      cadre,
      receiver,
      ids: await makeAgents(cadre.api, receiver, options.agents),
      random,
      sent: 0,
    };
    const { databaseUrl } = cadre.database;
    if (databaseUrl) noise = noisyHints(databaseUrl, seed, stop.signal);
    const killing = killSometimes(world, options, stop.signal);
    for (let from = 0; from < options.messages; from += SLICE) {
      const to = Math.min(from + SLICE, options.messages);
      await Promise.all(world.ids.map((_, sender) => sendAll(world, sender, from, to)));
      await drained(cadre.api);
      say(`${world.sent} messages sent and handled after ${secondsSince(startedAt)} s`);
    }
    await killing;
    await drained(cadre.api);
    const found = await judge(world, options);
    const seconds = secondsSince(startedAt);
    const { agents, messages, kills } = options;
    const bus = 'unruly: each delivery twice, up to 40 ms late';
    return { store, bus, agents, messages, kills, seed, faults, ...found, seconds };
  } finally {
    stop.abort();
    await noise;
    await cadre.close();
    await receiver.close();
  }
}

const secondsSince = (from: number) => Math.round((performance.now() - from) / 100) / 10;

async function makeAgents(api: Api, receiver: Receiver, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const executor = index % 2 === 0 ? { kind: 'http', url: receiver.url } : { kind: 'local' };
    const name = `Agent ${index}`;
    const spec = { name, executor, maxConcurrent: 4 };
    ids.push((await api.insist<{ id: string }>('POST', '/agents', spec, `agent-${index}`)).id);
  }
  return ids;
}

/** What sender `sender` calls its message number `number`. */
const nameOf = (sender: number, number: number) => `${sender}:${number}`;

async function sendAll(world: World, sender: number, from: number, to: number): Promise<void> {
  const { cadre, ids, random } = world;
  for (let number = from; number < to; number += 1) {
    const recipient = (sender + 1 + (number % RECIPIENTS_OF_ONE)) % ids.length;
    const subject = nameOf(sender, number);
    const message = {
      from: ids[sender],
      to: ids[recipient],
      type: 'coordination_request',
      subject,
      payload: {
        requestType: 'share_knowledge',
        data: { kind: 'number', subject, content: { sender, number } },
      },
      conversationId: `room-${(sender + number) % CONVERSATIONS}`,
      messageId: subject,
      maxRetries: MAX_RETRIES,
    };
    await cadre.api.insist('POST', '/messages', message);
    world.sent += 1;
    if (random() < TWICE) await cadre.api.insist('POST', '/messages', message);
  }
}

/** Kills spread over the whole of the sending, each at a random place of its share. */
async function killSometimes(world: World, options: OrderOptions, signal: AbortSignal): Promise<void> {
  const { kills, agents, messages, seed, say } = options;
  const { cadre } = world;
  const random = seededRandom(seed + 2);
  for (let kill = 0; kill < kills; kill += 1) {
    const place = ((kill + random()) / kills) * agents * messages;
    while (world.sent < place && !signal.aborted) await new Promise((resolve) => setTimeout(resolve, 20));
    await new Promise((resolve) => setTimeout(resolve, random() * 200)); // not always beside an acknowledgement
    if (signal.aborted) return;
    const victim = cadre.workers[Math.floor(random() * cadre.workers.length)];
    await victim?.kill();
    victim?.start();
    await cadre.ready();
    say?.(`kill ${kill + 1} after ${world.sent} messages`);
  }
}

/** Hints that nobody sent, doubled and out of turn, as another process would send them. */
async function noisyHints(databaseUrl: string, seed: number, signal: AbortSignal): Promise<void> {
  const random = seededRandom(seed + 3);
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on('error', () => {});
  await client.connect();
  const topics = ['runs', 'events', 'control'];
  while (!signal.aborted) {
    const some = topics.filter(() => random() < 0.6).sort(() => random() - 0.5);
    for (let twice = 0; twice < 2; twice += 1)
      await client.query('select pg_notify($1, $2)', ['cadre_hints', ['noise', ...some].join(' ')]);
    await new Promise((resolve) => setTimeout(resolve, random() * 60));
  }
  await client.end();
}

/** Resolves when no message is open any more. */
async function drained(api: Api): Promise<void> {
  for (let quiet = 0; quiet < 2; ) {
    const open = await Promise.all(
      ['sent', 'delivered'].map((status) =>
        api.insist<{ items: Message[] }>('GET', `/messages?status=${status}&limit=1`),
      ),
    );
    quiet = open.every(({ items }) => items.length === 0) ? quiet + 1 : 0;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function all<T>(api: Api, path: string, limit: number): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const more: string = cursor ? `&cursor=${cursor}` : '';
    const page: { items: T[]; nextCursor: string | null } = await api.insist(
      'GET',
      `${path}&limit=${limit}${more}`,
    );
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

interface Fact {
  data: { to: string; conversationId: string; seq: number; kind: string };
}

async function judge({ cadre, receiver, ids }: World, options: OrderOptions) {
  const found = { redelivered: 0, inversions: 0, gaps: 0, doubled: 0, lost: 0 };
  const known = await all<Message>(cadre.api, '/messages?', 200);
  const sent = known.filter((message) => message.type === 'coordination_request');
  const bySubject = Map.groupBy(sent, (message) => message.subject);
  for (let sender = 0; sender < ids.length; sender += 1) {
    for (let number = 0; number < options.messages; number += 1) {
      const messages = bySubject.get(nameOf(sender, number)) ?? [];
      if (messages.length > 1) found.doubled += 1;
      if (!messages.some((message) => message.status === 'acknowledged')) found.lost += 1;
    }
  }
  // Places are 1, 2, 3 … in every conversation of a recipient, and of one sender they are in the order of sending.
  // Answers take their places too.
  const places = Map.groupBy(known, (message) => `${message.recipientId} ${message.conversationId}`);
  for (const messages of places.values()) {
    const seqs = messages.map((message) => message.seq ?? 0).sort((a, b) => a - b);
    found.gaps += seqs.filter((seq, index) => seq !== index + 1).length;
    const ordered = messages.sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
    const last = new Map<string, number>();
    for (const message of ordered.filter((one) => one.type === 'coordination_request')) {
      const [sender = '', number = ''] = message.subject.split(':');
      if (Number(number) < (last.get(sender) ?? -1)) found.inversions += 1;
      last.set(sender, Number(number));
    }
  }
  // The receiver saw each place after the one before it was answered; the same again only before the next.
  const seen = new Map<string, { seq: number; answeredMs: number }>();
  for (const { message, arrivedMs, answeredMs } of receiver.letters) {
    const key = `${message.recipientId} ${message.conversationId}`;
    const before = seen.get(key) ?? { seq: 0, answeredMs: 0 };
    const seq = message.seq ?? 0;
    if (seq === before.seq) found.redelivered += 1;
    else if (seq < before.seq || (seq === before.seq + 1 && arrivedMs < before.answeredMs))
      found.inversions += 1;
    else if (seq > before.seq + 1) found.gaps += 1;
    if (seq > before.seq) seen.set(key, { seq, answeredMs });
    else if (seq === before.seq) seen.set(key, { seq, answeredMs: Math.min(before.answeredMs, answeredMs) });
  }
  // The log tells the ends in order.
  const ends = await all<Fact>(cadre.api, '/event-log?type=message.acknowledged', 500);
  const ended = new Map<string, number>();
  for (const { data } of ends) {
    const key = `${data.to} ${data.conversationId}`;
    const before = ended.get(key) ?? 0;
    if (data.seq <= before) found.inversions += 1;
    else if (data.seq > before + 1) found.gaps += 1;
    ended.set(key, Math.max(before, data.seq));
  }
  // One effect of ours per id.
  for (const [index, id] of ids.entries()) {
    if (index % 2 === 0) continue;
    const notes = await all<{ subject: string }>(cadre.api, `/agents/${id}/notes?kind=number`, 200);
    const effects = Map.groupBy(notes, (note) => note.subject);
    found.doubled += [...effects.values()].filter((same) => same.length > 1).length;
    const handled = sent.filter((one) => one.recipientId === id && one.status === 'acknowledged');
    found.lost += new Set(handled.map((one) => one.subject)).size - effects.size;
  }
  return found;
}

/** True when nothing was found. */
export function isSound(report: OrderReport): boolean {
  return report.inversions + report.gaps + report.doubled + report.lost === 0;
}
