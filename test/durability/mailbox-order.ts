import pg from 'pg';
import type { Message } from '../../src/messages/message.ts';
import { type Random, seededRandom } from '../../src/platform/kernel/random.ts';
import type { Api } from '../chaos/api.ts';
import { type Deployment, deploy } from '../chaos/deployment.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';

/**
 * P6: mailboxes are in order and without holes. Real processes are killed with kill -9 while many agents send to one
 * another; every fifth message is sent twice under its messageId; on PostgreSQL the hints between processes come
 * doubled and at odd moments. Half of the agents handle messages outside, half by a built-in handler whose effect is
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

interface World {
  cadre: Deployment;
  receiver: Receiver;
  ids: string[];
  random: Random;
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
    env: { CADRE_ALLOW_HOSTS: receiver.host, ...(faults && { CADRE_FAULTS: faults }) },
    workers: 2,
  });
  const stop = new AbortController();
  let noise = Promise.resolve();
  try {
    const world: World = {
      cadre,
      receiver,
      ids: await makeAgents(cadre.api, receiver, options.agents),
      random,
    };
    const { databaseUrl } = cadre.database;
    if (databaseUrl) noise = noisyHints(databaseUrl, seed, stop.signal);
    const killing = killSometimes(cadre, options.kills, seededRandom(seed + 2), say);
    const lanes = world.ids.map((_, sender) => sendAll(world, sender, options.messages));
    await Promise.all([...lanes, killing]);
    say(`${options.agents * options.messages} messages sent, ${options.kills} kills`);
    await drained(cadre.api);
    const found = await judge(world, options);
    const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
    const { agents, messages, kills } = options;
    return { store, agents, messages, kills, seed, faults, ...found, seconds };
  } finally {
    stop.abort();
    await noise;
    await cadre.close();
    await receiver.close();
  }
}

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

async function sendAll({ cadre, ids, random }: World, sender: number, messages: number): Promise<void> {
  for (let number = 0; number < messages; number += 1) {
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
    };
    await cadre.api.insist('POST', '/messages', message);
    if (random() < TWICE) await cadre.api.insist('POST', '/messages', message);
  }
}

async function killSometimes(
  cadre: Deployment,
  kills: number,
  random: Random,
  say: (line: string) => void,
): Promise<void> {
  for (let kill = 0; kill < kills; kill += 1) {
    await new Promise((resolve) => setTimeout(resolve, 400 + random() * 1_600));
    const victim = cadre.workers[Math.floor(random() * cadre.workers.length)];
    await victim?.kill();
    victim?.start();
    await cadre.ready();
    say(`kill ${kill + 1}`);
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
