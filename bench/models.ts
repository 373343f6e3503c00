/**
 * What a model call and a tool call take in our loop beside the AI SDK's own loop and LangGraph.js, against one scripted
 * provider over HTTP. Rounds are interleaved and each begins with another system; ratios are taken within a round.
 *
 *   node models.ts [--rounds 7] [--peers cadre,floor] [--dry]
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { median, short } from './lib/statistics.ts';
import type { LoopPeer, OpenPeer } from './models/peer.ts';
import { SAYS, WORKLOADS } from './models/workloads.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    peers: { type: 'string', default: '' },
    dry: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);

const ALL = ['floor', 'ai-sdk', 'langgraph-memory', 'langgraph-sqlite', 'cadre-loop', 'cadre'];
const PEERS =
  values.peers === '' ? ALL : ALL.filter((name) => ['ai-sdk', ...values.peers.split(',')].includes(name));
/** The AI SDK's loop: what most people would use otherwise. */
const BESIDE = 'AI SDK, ToolLoopAgent';

const directory = mkdtempSync(join(tmpdir(), 'cadre-bench-models-'));
const provider = fork(new URL('models/provider.ts', import.meta.url));
const told = <T>() =>
  new Promise<T>((resolve) => provider.once('message', (message) => resolve(message as T)));
const { url, host } = await told<{ url: string; host: string }>(); // what models/provider.ts sends

async function requestsSince(): Promise<number> {
  const answer = told<{ requests: number }>(); // what models/provider.ts sends
  provider.send('count');
  return (await answer).requests;
}

const peers: LoopPeer[] = [];
for (const name of PEERS) {
  // A path in a variable: the adapters are checked by bench/tsconfig.json, where their packages are installed.
  const { open } = (await import(new URL(`models/${name}.ts`, import.meta.url).href)) as { open: OpenPeer };
  peers.push(await open({ url, host, directory }));
}

const wrong: string[] = [];
const times = new Map<string, number[][]>(peers.map(({ name }) => [name, WORKLOADS.map(() => [])]));

/** A task that hangs is a finding, not a reason to hang. */
const MOST_MS = 60_000;
const tooLong = (name: string) =>
  new Promise<never>((_, reject) =>
    setTimeout(() => reject(new Error(`${name}: no end within ${MOST_MS} ms`)), MOST_MS).unref(),
  );

async function measure(peer: LoopPeer, at: number, isCounted: boolean): Promise<void> {
  const workload = WORKLOADS[at]!;
  await requestsSince();
  const began = performance.now();
  const { said, toolCalls } = await Promise.race([peer.run(workload.model), tooLong(peer.name)]);
  const tookMs = performance.now() - began;
  const requests = await requestsSince();
  if (said !== SAYS || toolCalls !== workload.toolCalls || requests !== workload.modelCalls)
    wrong.push(
      `${peer.name}, ${workload.model}: ${requests} model calls, ${toolCalls} tool calls, said "${said.slice(0, 200)}"`,
    );
  if (isCounted) times.get(peer.name)![at]!.push(tookMs);
}

for (let round = -1; round < rounds; round += 1)
  for (let turn = 0; turn < peers.length; turn += 1) {
    const peer = peers[(turn + Math.max(0, round)) % peers.length]!;
    for (const at of WORKLOADS.keys()) await measure(peer, at, round >= 0);
  }
for (const peer of peers) await peer.close();
provider.kill();
rmSync(directory, { recursive: true, force: true });

/** Milliseconds of a model call and of a tool call in a round: what more of them takes more time. */
function perCall(name: string, round: number): { modelMs: number; toolMs: number; taskMs: number } {
  const [one = 0, turns = 0, many = 0] = times.get(name)!.map((list) => list[round] ?? Number.NaN);
  const [few, some, lots] = WORKLOADS as [
    (typeof WORKLOADS)[0],
    (typeof WORKLOADS)[0],
    (typeof WORKLOADS)[0],
  ]; // three
  const toolMs = (many - turns) / (lots.toolCalls - some.toolCalls);
  const modelMs = (turns - one - toolMs * some.toolCalls) / (some.modelCalls - few.modelCalls);
  return { modelMs, toolMs, taskMs: turns };
}

const all = Array.from({ length: rounds }, (_, round) => round);
const lines = [
  '# A model call and a tool call',
  '',
  `One provider over HTTP in a process of its own, ${rounds} rounds, interleaved, one task at a time; Node ${process.version}. A task is ${WORKLOADS[1]!.modelCalls} model calls with one tool call each turn; per call is the slope between tasks with more and fewer. Medians; the ratio is that of a whole task to ${BESIDE}, taken within each round.`,
  '',
  '| | model call, ms | tool call, ms | whole task, ms | ratio | on disk when a call counts as done |',
  '|---|---|---|---|---|---|',
  ...peers.map(({ name, durability }) => {
    const figures = all.map((round) => perCall(name, round));
    const ratio = median(all.map((round) => perCall(name, round).taskMs / perCall(BESIDE, round).taskMs));
    const of = (key: 'modelMs' | 'toolMs' | 'taskMs') => short(median(figures.map((one) => one[key])));
    return `| ${name} | ${of('modelMs')} | ${of('toolMs')} | ${of('taskMs')} | ${short(ratio)} | ${durability} |`;
  }),
  '',
  'The rows are not alike: the AI SDK and LangGraph.js without a checkpointer lose the whole task when the process dies. "Cadre, a task of an agent" also takes the submission, the choice of the agent, the lease and the settlement; a model call in it passes the gate (routing, token count, reservation, breaker) and is stored with its usage. "The loop alone" has the gate with a ledger in memory. All stream. What people notice is the model: it takes hundreds of milliseconds a call.',
  '',
  wrong.length === 0
    ? 'Counts: every task made as many model calls and tool calls as its script says, and ended with its words.'
    : `COUNTS ARE WRONG: ${[...new Set(wrong)].join('; ')}`,
];
process.stdout.write(`${lines.join('\n')}\n`);
if (!values.dry) writeFileSync(new URL('results/models.md', import.meta.url), `${lines.join('\n')}\n`);
process.exit(wrong.length === 0 ? 0 : 1);
