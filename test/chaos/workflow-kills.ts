import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { selectNodes } from '../../src/platform/store/plans.ts';
import type { Task } from '../../src/tasks/task.ts';
import { until } from '../support/engine.ts';
import { type Order, type Scripted, startScriptedOperator } from '../support/operator.ts';
import { type Deployment, deploy } from './deployment.ts';
import type { CadreProcess } from './processes.ts';

/**
 * S7: the workflow of examples/workflows/order.yaml is killed with kill -9 after the commit that takes in how a step
 * ended, while a step is worked on, and after a step's effect. What is left in the end, and what was done outside, must
 * be the same as without a kill. The judge knows the API, the rows of the plan, and the ledger of the operator.
 */
const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples', 'workflows');
const ORDER = 'O-17';
/** A killed process is started again at once; a run of which nothing was heard for so long hangs. */
const STUCK_MS = 60_000;
/** Wishes to kill that come so close together are one kill. */
const TOGETHER_MS = 60;

/** When the operator has Cadre killed: before it did anything, or after its effect and before its answer. */
export type Moment = 'before' | 'after';

export interface Kills {
  /** Moments for the work with this signature, in the order of its requests. */
  inside?: (signature: string) => readonly Moment[];
}

/** What is left of one run, without what differs between any two runs: ids and times. */
export interface Walk {
  status: string;
  stopReason: string | null;
  output: unknown;
  /** What became of each step, by path; those of a workflow that was called below the path of the call. */
  nodes: Record<string, { status: string; output: unknown; error: string | null }>;
  /** What was done outside, in words, sorted: one entry for each key. */
  effects: string[];
  /** What was asked for, in words: what was refused, too. */
  works: string[];
  requests: number;
  kills: number;
  /** Keys that were asked for more often than Cadre made attempts. */
  excess: string[];
}

export interface Floor {
  cadre: Deployment;
  walk(kills?: Kills): Promise<Walk>;
  close(): Promise<void>;
}

/** What the shop of the example does, by capability. */
interface Shop {
  WORK: Record<string, (input: Record<string, unknown>) => unknown>;
  agentAt(url: string): object;
}

/** What is walked on a floor: the example, or another workflow in the hands of the same shop. */
export interface Walked {
  name: string;
  /** The texts of the workflows that it takes. */
  texts: readonly string[];
  /** What an order asks of the shop: the capability of its step, or its type where one operator has all in hand. */
  workOf(order: Order): string;
}

const example = (name: string) => readFileSync(join(EXAMPLES, `${name}.yaml`), 'utf8');

/** Twelve steps that are tasks of their own. */
export const orderExample: Walked = {
  name: 'order',
  texts: [example('invoice'), example('order')],
  workOf: ({ capability }) => capability ?? '',
};

export interface FloorOptions {
  store: 'sqlite' | 'postgres';
  /** Switches of `CADRE_FAULTS`; `die-at:*` kills at every boundary. */
  faults?: string;
  workers?: number;
  walked?: Walked;
}

/** Cadre with the example saved, and its operator in our hands. */
export async function openFloor({
  store,
  faults = '',
  workers = 1,
  walked = orderExample,
}: FloorOptions): Promise<Floor> {
  /** One piece of work, told from all others of the workflow. */
  const signatureOf = (order: Order) => `${walked.workOf(order)} ${JSON.stringify(order.input)}`;
  const shop: Shop = await import(join(EXAMPLES, 'shop.mjs')); // a program without types
  const worlds = new Map<string, World>();
  const operator = await startScriptedOperator((order) => serve(order));
  const cadre = await deploy(store, {
    env: { CADRE_ALLOW_HOSTS: operator.host, CADRE_FAULTS: faults, CADRE_LOG_LEVEL: 'warn' },
    workers,
    // One process that starts again takes over at once; of several, the others wait for the end of the lease. An agent
    // counts as silent after half of it, and the machine may be busy.
    leaseTtlMs: store === 'sqlite' ? 10_000 : 3_000,
  });
  const { api } = cadre;
  let closing = false;
  let deaths = 0;
  const processes = [...new Set([cadre.server, ...cadre.workers])];
  const keeping = processes.map(keep);

  /** Starts it again whenever it has died. */
  async function keep(one: CadreProcess): Promise<void> {
    while (!closing) {
      await one.ended();
      if (closing) return;
      deaths += 1;
      one.start();
    }
  }

  async function serve(order: Order): Promise<Scripted> {
    const { idempotencyKey: key } = order;
    const world = await until(async () => worlds.get(order.context.rootId), 'the walk is known');
    world.heardMs = performance.now();
    const signature = signatureOf(order);
    world.asked.set(key, (world.asked.get(key) ?? 0) + 1);
    const moment = world.moments(signature)[world.begun.get(signature) ?? 0];
    world.begun.set(signature, (world.begun.get(signature) ?? 0) + 1);
    if (moment !== 'before') effect(world, order);
    if (moment !== undefined) {
      await killWhoAsks(order);
      return new Promise(() => {}); // who asked is no more
    }
    return world.ledger.get(key)?.answer ?? { status: 500 };
  }

  /** Done once for each key: what was booked is answered as it was. */
  function effect({ ledger }: World, order: Order): void {
    const { idempotencyKey: key, input } = order;
    if (ledger.has(key)) return;
    let answer: Scripted;
    try {
      answer = { output: shop.WORK[walked.workOf(order)]?.(input) };
    } catch {
      answer = { status: 422 };
    }
    ledger.set(key, { signature: signatureOf(order), answer });
  }

  /** With one worker all that it has in hand dies with it, also what others wished dead at the same time. */
  async function killWhoAsks(order: Order): Promise<void> {
    const victim = cadre.workers.length === 1 ? cadre.workers[0] : await workerOf(order);
    const pid = victim?.pid;
    await new Promise((resolve) => setTimeout(resolve, TOGETHER_MS));
    if (victim && victim.pid === pid) await victim.kill();
  }

  /** The log says which process made an attempt. */
  async function workerOf(order: Order): Promise<CadreProcess | undefined> {
    const claim = await until(async () => {
      const { items } = await api.insist<{ items: ClaimedFact[] }>(
        'GET',
        `/event-log?taskId=${order.context.rootId}&type=run.claimed&limit=500`,
      );
      return items.find(
        ({ taskId, data }) =>
          taskId === order.taskId && data.fence === order.attempt && data.kind === 'operator.work',
      );
    }, 'the claim is in the log');
    return cadre.workers.find(({ pid }) => String(pid) === claim.data.worker.split(':')[1]);
  }

  for (const [index, text] of walked.texts.entries())
    await api.insist('POST', '/workflows', { text }, `workflow-${index}`);
  await api.insist('POST', '/agents', shop.agentAt(operator.url), 'shop');
  let walks = 0;

  return {
    cadre,
    async walk({ inside = () => [] } = {}) {
      walks += 1;
      const deathsBefore = deaths;
      const submission = { input: { order: ORDER } };
      const { id } = await api.insist<{ id: string }>(
        'POST',
        `/workflows/${walked.name}/tasks`,
        submission,
        `walk-${walks}`,
      );
      const world: World = {
        asked: new Map(),
        begun: new Map(),
        ledger: new Map(),
        moments: inside,
        heardMs: performance.now(),
      };
      worlds.set(id, world);
      const task = await ended(id, world);
      return {
        status: task.status,
        stopReason: task.stopReason,
        output: task.result?.output ?? null,
        nodes: await nodesOf(cadre, task),
        effects: [...world.ledger.values()]
          .flatMap(({ signature, answer }) => ('output' in answer ? [signature] : []))
          .sort(),
        works: [...world.begun.keys()],
        requests: [...world.asked.values()].reduce((sum, count) => sum + count, 0),
        kills: deaths - deathsBefore,
        excess: await excessOf(cadre, task, world.asked),
      };
    },
    async close() {
      closing = true;
      await cadre.close();
      await Promise.all(keeping);
      await operator.close();
    },
  };

  /** Gives the approval as soon as it is asked for, and waits for the end. */
  async function ended(id: string, world: World): Promise<Task> {
    for (;;) {
      // A process that dies now answers the next time.
      const task = await api.call<Task>('GET', `/tasks/${id}`).catch(() => undefined);
      if (task && ['completed', 'failed', 'terminated'].includes(task.status)) return task;
      if (performance.now() > world.heardMs + STUCK_MS)
        throw new Error(`stuck: ${JSON.stringify(task?.subtasks.at(-1))} ${cadre.server.words}`);
      const open = await api
        .call<{ items: Array<{ id: string }> }>('GET', '/approvals?status=pending')
        .catch(() => ({ items: [] }));
      for (const approval of open.items)
        await api.call('POST', `/approvals/${approval.id}`, { decision: 'approved' }).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  }
}

/** What is known of one run outside Cadre. */
interface World {
  /** Requests by key. */
  asked: Map<string, number>;
  /** Requests by signature: the same numbers, where keys are as they should be. */
  begun: Map<string, number>;
  ledger: Map<string, { signature: string; answer: Scripted }>;
  moments: (signature: string) => readonly Moment[];
  heardMs: number;
}

interface ClaimedFact {
  taskId: string;
  data: { kind: string; fence: number; worker: string };
}

/** Every step of the plan and of the workflows it called, read from the rows. */
async function nodesOf({ api, database }: Deployment, task: Task): Promise<Walk['nodes']> {
  const { tenant } = await api.insist<{ tenant: { id: string } }>('GET', '/whoami');
  const store = await database.open();
  try {
    const nodes: Walk['nodes'] = {};
    for (const { id, step } of [{ id: task.id, step: null }, ...task.subtasks]) {
      const rows = await store.read(tenant.id, (tx) => selectNodes(tx, id));
      for (const row of rows) {
        const output = row.output ?? (row.status === 'completed' ? row.child_result : null);
        const parsed = output === null ? null : JSON.parse(output);
        nodes[step === null ? row.path : `${step}/${row.path}`] = {
          status: row.status,
          output: row.output === null && parsed ? parsed.output : parsed,
          error: row.error === null ? null : JSON.parse(row.error).code,
        };
      }
    }
    return nodes;
  } finally {
    await store.close();
  }
}

/** A key may be asked for once in each attempt, never more often. */
async function excessOf(
  { api }: Deployment,
  task: Task,
  asked: ReadonlyMap<string, number>,
): Promise<string[]> {
  const claims = new Map<string, number>();
  const look = async ({ subtasks, runs }: Task): Promise<void> => {
    for (const run of runs) claims.set(run.id, run.claims);
    for (const { id } of subtasks) await look(await api.insist<Task>('GET', `/tasks/${id}`));
  };
  await look(task);
  return [...asked].flatMap(([key, count]) => {
    const attempts = claims.get(key.split(':')[0] ?? '') ?? 0;
    return count > attempts ? [`${key} was asked for ${count} times in ${attempts} attempts`] : [];
  });
}

export interface KillsReport {
  store: string;
  /** Kills of which a run had one each: after each boundary, and in each step before and after its effect. */
  boundaries: number;
  before: number;
  after: number;
  /** Runs in which every place was one. */
  together: { runs: number; kills: number };
  requests: number;
  /** What was not as without a kill, by place. */
  faults: Record<string, string[]>;
  /** With the keys of effects switched off: what the check finds then. */
  withoutKeys: string[];
  seconds: number;
}

/** Every place by itself, then all of them in one run; the long form. */
export async function proveKills(
  store: FloorOptions['store'],
  say: (line: string) => void,
): Promise<KillsReport> {
  const startedAt = performance.now();
  const workers = store === 'sqlite' ? 1 : 2;
  const faults: Record<string, string[]> = {};
  const report: KillsReport = {
    store,
    boundaries: 0,
    before: 0,
    after: 0,
    together: { runs: 0, kills: 0 },
    requests: 0,
    faults,
    withoutKeys: [],
    seconds: 0,
  };
  const judge = (place: string, calm: Walk, walk: Walk, least: number) => {
    const found = differences(calm, walk);
    if (walk.kills < least) found.push(`${walk.kills} kills instead of ${least}`);
    if (found.length > 0) faults[place] = found;
    report.requests += walk.requests;
    say(`${store} ${place}: ${walk.kills} kills${found.length > 0 ? `, ${found.join('; ')}` : ''}`);
  };
  const floor = await openFloor({ store, workers });
  let calm: Walk;
  try {
    calm = await floor.walk();
    const works = [...new Set(calm.works)];
    for (const moment of ['before', 'after'] as const)
      for (const work of works) {
        const walk = await floor.walk({ inside: (one) => (one === work ? [moment] : []) });
        judge(`${moment} ${work}`, calm, walk, 1);
        report[moment] += 1;
      }
    const walk = await floor.walk({ inside: () => ['before', 'after'] });
    judge('before and after everywhere', calm, walk, works.length / 2);
    report.together = { runs: 1, kills: walk.kills };
  } finally {
    await floor.close();
  }
  // What ends inside the database is a boundary too: the approval, the beginning of a plan, of a workflow in it.
  const steps = Object.keys(calm.nodes).map((path) => path.replace(/^\w+\//, ''));
  const places = steps.filter((path) => /(^|\.)\w+\)?$/.test(path) && !COMPOSITE.includes(path));
  for (const place of ['begun', ...new Set(places), '*']) {
    const dying = await openFloor({ store, workers, faults: `die-at:${place}` });
    try {
      const walk = await dying.walk();
      judge(`boundary ${place}`, calm, walk, 1);
      if (place === '*') {
        report.together.runs += 1;
        report.together.kills += walk.kills;
      } else report.boundaries += 1;
    } finally {
      await dying.close();
    }
  }
  report.withoutKeys = differences(calm, await walkWithoutKeys({ store, workers }));
  report.seconds = Math.round((performance.now() - startedAt) / 1_000);
  return report;
}

/** A run that is killed after the charge, where a key is good for one attempt only. */
export async function walkWithoutKeys(options: Omit<FloorOptions, 'faults'>): Promise<Walk> {
  const loose = await openFloor({ ...options, faults: 'no-stable-keys' });
  try {
    return await loose.walk({ inside: (work) => (work.startsWith('shop.charge') ? ['after'] : []) });
  } finally {
    await loose.close();
  }
}

/** Steps that end with what is in them: they have no fact of their own. */
const COMPOSITE = ['route', 'prepare', 'prepare.stock', 'prepare.credit', 'pack', 'ship', 'track'];

/** True when nothing was found, but where it must be. */
export function isSound(report: KillsReport): boolean {
  return Object.keys(report.faults).length === 0 && report.withoutKeys.length > 0;
}

/** What of a run with kills is not as it is without; nothing when all is well. */
export function differences(calm: Walk, killed: Walk): string[] {
  const faults = [...killed.excess];
  const compare = (what: string, before: unknown, after: unknown) => {
    if (JSON.stringify(before) !== JSON.stringify(after))
      faults.push(`${what}: ${JSON.stringify(after)} instead of ${JSON.stringify(before)}`);
  };
  compare('status', [calm.status, calm.stopReason], [killed.status, killed.stopReason]);
  compare('output', calm.output, killed.output);
  for (const path of new Set([...Object.keys(calm.nodes), ...Object.keys(killed.nodes)]))
    compare(`step ${path}`, calm.nodes[path], killed.nodes[path]);
  const count = (effects: readonly string[], one: string) => effects.filter((each) => each === one).length;
  for (const effect of new Set([...calm.effects, ...killed.effects]))
    compare(`times of ${effect}`, count(calm.effects, effect), count(killed.effects, effect));
  return faults;
}
