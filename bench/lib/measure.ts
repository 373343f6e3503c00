/**
 * Measures one workload on one system in a process of its own, and prints one line of JSON.
 *
 *   node lib/measure.ts '{"module": "./peers/dbos.ts", "kind": "steps", "tasks": 20, ...}'
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, dropDatabase } from './database.ts';
import type { Counted, OpenPeer, Peer } from './peer.ts';
import { quantile } from './statistics.ts';
import { createTimedWork } from './work.ts';

export interface MeasureRequest {
  module: string;
  redisPort: number;
  kind: 'steps' | 'graph' | 'fan-out';
  tasks: number;
  steps: number;
  inFlight: number;
  width: number;
  depth: number;
  repeats: number;
}

export interface Measured {
  name: string;
  durability: string;
  /** Tasks per second for `steps`, NaN else. */
  perSecond: number;
  /** p50 of the latencies for `graph` and `fan-out`, NaN else. */
  p50Ms: number;
  transitionP50Ms: number;
  transitionP95Ms: number;
  startMs: number;
  submitted: Counted;
  /** What the system's own store holds afterwards. */
  counted: Counted;
  executedSteps: number;
  correct: boolean;
}

const minus = (a: Counted, b: Counted): Counted => ({
  tasks: a.tasks - b.tasks,
  steps: a.steps - b.steps,
  subtasks: a.subtasks - b.subtasks,
  chiefs: a.chiefs - b.chiefs,
});

/** Runs the workload and answers what was submitted, the tasks per second and the latencies. */
async function carryOut(peer: Peer, request: MeasureRequest, share: number) {
  const { steps, inFlight, width } = request;
  const tasks = Math.max(1, Math.round(request.tasks * share));
  const repeats = Math.max(1, Math.round(request.repeats * share));
  if (request.kind === 'steps') {
    const startedAt = performance.now();
    await peer.runSteps({ tasks, steps, inFlight });
    const perSecond = tasks / ((performance.now() - startedAt) / 1_000);
    return { submitted: { tasks, steps: tasks * steps, subtasks: 0, chiefs: 0 }, perSecond, latencies: [] };
  }
  const depth = request.kind === 'graph' ? request.depth : 1;
  const latencies =
    request.kind === 'graph'
      ? await peer.graph({ width, depth, repeats })
      : await peer.fanOut({ width, repeats });
  const submitted = { tasks: 0, steps: 0, subtasks: repeats * width * depth, chiefs: repeats };
  return { submitted, perSecond: Number.NaN, latencies };
}

async function measure(request: MeasureRequest): Promise<Measured> {
  const database = `cadre_bench_${process.pid}`;
  const directory = mkdtempSync(join(tmpdir(), 'cadre-bench-'));
  const timed = createTimedWork();
  try {
    const postgresUrl = await createDatabase(database);
    // A path in a variable: the adapters are checked by bench/tsconfig.json, where their packages are installed.
    const { open } = (await import(new URL(`../${request.module}`, import.meta.url).href)) as {
      open: OpenPeer;
    };
    const { redisPort, inFlight } = request;
    const peer = open({ postgresUrl, redisPort, directory, inFlight, work: timed.work });
    const startedAt = performance.now();
    await peer.start();
    const startMs = performance.now() - startedAt;
    await carryOut(peer, request, 0.15);
    const before = await peer.count();
    timed.reset();
    const { submitted, perSecond, latencies } = await carryOut(peer, request, 1);
    const transitions = [...timed.transitionsMs];
    const executedSteps = timed.executed();
    const counted = minus(await peer.count(), before);
    await peer.stop();
    return {
      name: peer.name,
      durability: peer.durability,
      perSecond,
      p50Ms: quantile(latencies, 0.5),
      transitionP50Ms: quantile(transitions, 0.5),
      transitionP95Ms: quantile(transitions, 0.95),
      startMs,
      submitted,
      counted,
      executedSteps,
      correct:
        JSON.stringify(counted) === JSON.stringify(submitted) &&
        executedSteps === submitted.steps + submitted.subtasks,
    };
  } finally {
    await dropDatabase(database);
    rmSync(directory, { recursive: true, force: true });
  }
}

const argument = process.argv[2];
if (!argument) throw new Error('Usage: node lib/measure.ts <request as JSON>');
const request = JSON.parse(argument) as MeasureRequest; // Written by runs.ts alone.
const result = await measure(request);
process.stdout.write(`\nMEASURED ${JSON.stringify(result)}\n`, () => process.exit(0));
