/**
 * Measures one system with one number of agents in a process of its own, and prints one line of JSON.
 *
 * Two workloads. *Paced*: messages leave at fixed times, far below what the system can do, each agent to its
 * neighbour; the time from the durable answer of `send` (and from its call) to the first line of the handler.
 * *Full*: lanes that each send the next message when the last one was handled; messages per second.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, dropDatabase } from '../lib/database.ts';
import { quantile } from '../lib/statistics.ts';
import type { OpenMailbox } from './peer.ts';

export interface MailRequest {
  module: string;
  redisPort: number;
  redisMemoryPort: number;
  agents: number;
  paced: number;
  perSecond: number;
  full: number;
  lanes: number;
}

export interface MailMeasured {
  name: string;
  durability: string;
  agents: number;
  /** From the durable answer of `send` to the handler (ms); 0 when the handler was first. */
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  /** From the call of `send` to the handler (ms). */
  fromCallP50Ms: number;
  fromCallP95Ms: number;
  sendP50Ms: number;
  perSecond: number;
  startMs: number;
  sent: number;
  handled: number;
  counted: number;
  correct: boolean;
}

const DRAIN_LIMIT_MS = 60_000;

async function measure(request: MailRequest): Promise<MailMeasured> {
  const database = `cadre_bench_mail_${process.pid}`;
  const directory = mkdtempSync(join(tmpdir(), 'cadre-bench-'));
  const handledAt = new Map<number, number>();
  const waiting = new Map<number, () => void>();
  let repeated = 0;
  const handle = (_agent: number, message: number) => {
    if (handledAt.has(message)) repeated += 1;
    handledAt.set(message, performance.now());
    waiting.get(message)?.();
  };
  const handled = (message: number) =>
    new Promise<void>((resolve) => {
      if (handledAt.has(message)) resolve();
      else waiting.set(message, resolve);
    });
  try {
    const postgresUrl = await createDatabase(database);
    // A path in a variable: the adapters are checked by bench/tsconfig.json, where their packages are installed.
    const { open } = (await import(new URL(`../${request.module}`, import.meta.url).href)) as {
      open: OpenMailbox;
    };
    const { agents, redisPort, redisMemoryPort } = request;
    const peer = open({ postgresUrl, redisPort, redisMemoryPort, directory, agents, handle });
    const startedAt = performance.now();
    await peer.start();
    const startMs = performance.now() - startedAt;
    let next = 0;
    const sendNext = async () => {
      const message = next;
      next += 1;
      const called = performance.now();
      await peer.send(message % agents, (message + 1) % agents, message);
      return { message, called, durable: performance.now() };
    };
    const paced = async (count: number) => {
      const begin = performance.now();
      const sent = [];
      for (let index = 0; index < count; index += 1) {
        const wait = begin + (index * 1_000) / request.perSecond - performance.now();
        if (wait > 0) await sleep(wait);
        sent.push(sendNext());
      }
      const done = await Promise.all(sent);
      await Promise.all(done.map(({ message }) => handled(message)));
      return done;
    };
    await paced(Math.max(20, Math.round(request.paced * 0.15)));
    const done = await paced(request.paced);
    const after = done.map(({ message, durable }) => Math.max(0, handledAt.get(message)! - durable));
    const fromCall = done.map(({ message, called }) => handledAt.get(message)! - called);
    const fullAt = performance.now();
    const last = next + request.full;
    await Promise.all(
      Array.from({ length: request.lanes }, async () => {
        while (next < last) await handled((await sendNext()).message);
      }),
    );
    const perSecond = request.full / ((performance.now() - fullAt) / 1_000);
    let counted = await peer.count();
    for (let waited = 0; counted < next && waited < DRAIN_LIMIT_MS; waited += 50) {
      await sleep(50); // the last ones are being written as handled
      counted = await peer.count();
    }
    await peer.stop();
    return {
      name: peer.name,
      durability: peer.durability,
      agents,
      p50Ms: quantile(after, 0.5),
      p95Ms: quantile(after, 0.95),
      p99Ms: quantile(after, 0.99),
      fromCallP50Ms: quantile(fromCall, 0.5),
      fromCallP95Ms: quantile(fromCall, 0.95),
      sendP50Ms: quantile(
        done.map(({ called, durable }) => durable - called),
        0.5,
      ),
      perSecond,
      startMs,
      sent: next,
      handled: handledAt.size,
      counted,
      correct: handledAt.size === next && counted === next && repeated === 0,
    };
  } finally {
    await dropDatabase(database);
    rmSync(directory, { recursive: true, force: true });
  }
}

const argument = process.argv[2];
if (!argument) throw new Error('Usage: node messages/measure.ts <request as JSON>');
const result = await measure(JSON.parse(argument) as MailRequest); // Written by messages.ts alone.
process.stdout.write(`\nMEASURED ${JSON.stringify(result)}\n`, () => process.exit(0));
