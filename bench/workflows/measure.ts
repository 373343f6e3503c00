/**
 * Measures one shape of workflow on one system in a process of its own, and prints one line of JSON.
 *
 *   node workflows/measure.ts '{"module": "./workflows/dbos.ts", "shape": "chain", "workflows": 20, "inFlight": 5}'
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, dropDatabase } from '../lib/database.ts';
import { withLimit } from '../lib/peer.ts';
import { quantile } from '../lib/statistics.ts';
import { createBook, expected, type Shape, STEPS } from './labour.ts';
import type { Counted, OpenWorkflows, WorkflowPeer } from './peer.ts';

export interface WorkflowRequest {
  module: string;
  shape: Shape;
  workflows: number;
  inFlight: number;
}

export interface WorkflowMeasured {
  name: string;
  durability: string;
  perSecond: number;
  p50Ms: number;
  p95Ms: number;
  startMs: number;
  /** Resident memory at its highest, of this process: the system, its driver and the bench. */
  rssMb: number;
  /** Processor time of this process for one step, in milliseconds. */
  cpuMsPerStep: number;
  submitted: Counted;
  /** What the system's own store holds afterwards. */
  counted: Counted;
  carriedOut: number;
  faults: string[];
  correct: boolean;
}

/** Of all systems alike: code is compiled while it runs, and what is measured is a process that has been up for a while. */
const WARM_UP_MS = 2_000;

async function measure(request: WorkflowRequest): Promise<WorkflowMeasured> {
  const { shape, workflows, inFlight } = request;
  const database = `cadre_bench_flow_${process.pid}`;
  const directory = mkdtempSync(join(tmpdir(), 'cadre-bench-'));
  const book = createBook();
  let submitted = 0;
  const wrong: string[] = [];

  const runOne = async (peer: WorkflowPeer): Promise<number> => {
    submitted += 1;
    const seed = submitted;
    const task = `${shape}-${seed}`;
    const startedAt = performance.now();
    const run = { chain: peer.chain, graph: peer.graph, 'fan-out': peer.fanOut }[shape];
    const output = await run(task, seed);
    const tookMs = performance.now() - startedAt;
    const said = JSON.stringify(output);
    if (said !== JSON.stringify(expected(shape, seed)) && wrong.length < 5)
      wrong.push(`${task} ended with ${said?.slice(0, 100)}`);
    return tookMs;
  };
  const carryOut = async (peer: WorkflowPeer, count: number) => {
    const tookMs: number[] = [];
    const startedAt = performance.now();
    await withLimit(count, inFlight, async () => {
      tookMs.push(await runOne(peer));
    });
    return { tookMs, perSecond: count / ((performance.now() - startedAt) / 1_000) };
  };

  try {
    const postgresUrl = await createDatabase(database);
    // A path in a variable: the adapters are checked by bench/tsconfig.json, where their packages are installed.
    const { open } = (await import(new URL(`../${request.module}`, import.meta.url).href)) as {
      open: OpenWorkflows;
    };
    const peer = open({ postgresUrl, directory, inFlight, labour: book });
    const startedAt = performance.now();
    await peer.start();
    const startMs = performance.now() - startedAt;
    const warmAt = performance.now() + WARM_UP_MS;
    do await carryOut(peer, inFlight);
    while (performance.now() < warmAt);
    const before = await peer.count();
    const faultsBefore = book.faults();
    book.reset();
    const cpu = process.cpuUsage();
    const { tookMs, perSecond } = await carryOut(peer, workflows);
    const used = process.cpuUsage(cpu);
    const after = await peer.count();
    await peer.stop();
    const steps = workflows * STEPS[shape];
    const asked: Counted = { workflows, steps };
    const counted: Counted = {
      workflows: after.workflows - before.workflows,
      steps: after.steps - before.steps,
    };
    const faults = [...faultsBefore, ...book.faults(), ...wrong];
    return {
      name: peer.name,
      durability: peer.durability,
      perSecond,
      p50Ms: quantile(tookMs, 0.5),
      p95Ms: quantile(tookMs, 0.95),
      startMs,
      rssMb: process.resourceUsage().maxRSS / 1024,
      cpuMsPerStep: (used.user + used.system) / 1_000 / steps,
      submitted: asked,
      counted,
      carriedOut: book.carriedOut(),
      faults,
      correct:
        faults.length === 0 &&
        book.carriedOut() === steps &&
        counted.workflows === asked.workflows &&
        counted.steps === asked.steps,
    };
  } finally {
    await dropDatabase(database);
    rmSync(directory, { recursive: true, force: true });
  }
}

const argument = process.argv[2];
if (!argument) throw new Error('Usage: node workflows/measure.ts <request as JSON>');
const result = await measure(JSON.parse(argument) as WorkflowRequest); // Written by workflows.ts alone.
process.stdout.write(`\nMEASURED ${JSON.stringify(result)}\n`, () => process.exit(0));
