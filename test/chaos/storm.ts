import { seededRandom } from '../../src/platform/kernel/random.ts';
import type { Api } from './api.ts';
import { deploy } from './deployment.ts';
import { type CountingOperator, startCountingOperator } from './operator.ts';
import type { CadreProcess } from './processes.ts';

/**
 * The storm (GUARANTEES P1, P4, P5): real processes are killed with kill -9 at random moments under load, while an
 * operator outside counts every request without deduplicating. On PostgreSQL a server and two workers run, and one
 * worker at a time is killed, or stopped for longer than its lease and let go on.
 */
export interface StormOptions {
  store: 'sqlite' | 'postgres';
  kills: number;
  /** PostgreSQL only: stops (SIGSTOP for 0.9 to 1.6 leases, then SIGCONT). */
  stalls: number;
  /** How long the operator takes, from and to; longer work is longer in danger. */
  workMs?: [number, number];
  /** Tasks that may wait. Who was cut stands behind them, so few of them let its successor begin before it wakes. */
  queue?: number;
  /** False switches fencing off: the storm must then find fault. */
  fencing: boolean;
  seed: number;
  say?: (line: string) => void;
}

export interface StormReport {
  store: string;
  seed: number;
  kills: number;
  stalls: number;
  acknowledged: number;
  completed: number;
  /** Requests the operator saw, and for how many keys. */
  requests: number;
  keys: number;
  /** Kills that fell after the operator answered and before the result was settled, so that another took over. */
  betweenEffectAndSettle: number;
  /** Tasks that they cut there. */
  tasksCut: number;
  /** Late writes that were refused and recorded. */
  fencedOff: number;
  /** What is wrong; empty when every promise held. */
  faults: string[];
}

interface TaskAnswer {
  id: string;
  status: string;
  stopReason: string | null;
  result: { output: { echo: { n: number } } } | null;
  runs: Array<{ id: string; kind: string; claims: number }>;
}
interface EventAnswer {
  items: Array<{ at: string; type: string; taskId: string; data: { attempt?: number } }>;
  nextCursor: string | null;
}

const LEASE_TTL_MS = 1_500;
const LANES = 16;
/** Tasks that may wait unless it is said; more would only make the end of the storm long. */
const QUEUE = 200;
/** Without one more finished task for so long, the rest counts as stuck: longer than the longest pause of a retry. */
const STUCK_MS = 75_000;

export async function runStorm(options: StormOptions): Promise<StormReport> {
  const random = seededRandom(options.seed);
  const say = options.say ?? (() => {});
  const [leastMs, mostMs] = options.workMs ?? [5, 60];
  const operator = await startCountingOperator(() => leastMs + random() * (mostMs - leastMs));
  const cadre = await deploy(options.store, {
    workers: 2,
    leaseTtlMs: LEASE_TTL_MS,
    env: {
      CADRE_ALLOW_HOSTS: operator.host,
      ...(!options.fencing && { CADRE_FAULTS: 'no-fencing' }),
    },
  }).catch(async (error: unknown) => {
    await operator.close();
    throw error;
  });
  const { api, workers } = cadre;
  const killedAtMs: number[] = [];
  try {
    await readyAgent(api, agentSpec(operator));
    // As much as the workers can do, so that their places are full and the queue stays short.
    const load = startLoad(api, (leastMs + mostMs) / 2, options.queue ?? QUEUE, () => operator.log.size);
    for (let n = 0; n < options.kills + options.stalls; n += 1) {
      await sleep(50 + random() * 1_450);
      const victim = workers[Math.floor(random() * workers.length)] as CadreProcess; // there is one at least
      if (n % 2 === 1 && n / 2 < options.stalls) await stall(victim, random);
      else if (killedAtMs.length < options.kills) {
        await victim.kill();
        killedAtMs.push(performance.now());
        victim.start();
        // Only a process that is up can be hit in the middle of its work.
        if (options.store === 'sqlite') await api.insist('GET', '/agents');
      } else await stall(victim, random);
      if ((n + 1) % 10 === 0) say(`${n + 1} blows, ${load.acknowledged.length} tasks acknowledged`);
    }
    const acknowledged = await load.stop();
    say(`waiting for ${acknowledged.length} tasks`);
    const tasks = await settled(api, acknowledged);
    const events = await eventsOf(api, tasks);
    return judge(options, { tasks, events, operator, killedAtMs });
  } finally {
    await cadre.close();
    await operator.close();
  }
}

/** Adds the agent; on a busy machine its first check may find the operator slow, and then nobody would be given work. */
async function readyAgent(api: Api, spec: object): Promise<void> {
  const { id } = await api.insist<{ id: string }>('POST', '/agents', spec, 'storm-agent');
  for (;;) {
    const { status } = await api.insist<{ status: string }>('GET', `/agents/${id}`);
    if (['idle', 'busy'].includes(status)) return;
    await api.insist('POST', `/agents/${id}/validate`, {}, `storm-check-${performance.now()}`);
  }
}

function agentSpec(operator: CountingOperator) {
  return {
    name: 'Storm',
    capabilities: [{ name: 'storm.echo', confidence: 1 }],
    executor: { kind: 'http', url: operator.url },
    maxConcurrent: 16,
    // A run may be under way at several kills in a row; that is the storm's doing, not poison.
    maxAttempts: 12,
    timeoutMs: 10_000,
  };
}

/** Around the end of the lease, so that some wake before their successor has finished and some long after. */
async function stall(victim: CadreProcess, random: () => number): Promise<void> {
  victim.signal('SIGSTOP');
  await sleep(LEASE_TTL_MS * (0.9 + random() * 0.7));
  victim.signal('SIGCONT');
}

/** Submits as fast as it is acknowledged; only what was acknowledged counts. */
function startLoad(api: Api, pauseMs: number, queue: number, begun: () => number) {
  const acknowledged: Array<{ id: string; n: number }> = [];
  let going = true;
  let n = 0;
  const lanes = Array.from({ length: LANES }, async () => {
    while (going) {
      const own = n;
      n += 1;
      const body = { goal: `storm ${own}`, capability: 'storm.echo', input: { n: own } };
      const { id } = await api.insist<{ id: string }>('POST', '/tasks', body, `storm-${own}`);
      acknowledged.push({ id, n: own });
      do await sleep(pauseMs * 0.75);
      while (going && acknowledged.length - begun() > queue);
    }
  });
  return {
    acknowledged,
    async stop() {
      going = false;
      await Promise.all(lanes);
      return acknowledged;
    },
  };
}

async function settled(
  api: Api,
  acknowledged: Array<{ id: string; n: number }>,
): Promise<Array<TaskAnswer & { n: number }>> {
  const ended: Array<TaskAnswer & { n: number }> = [];
  let open = acknowledged;
  let progressMs = performance.now();
  // Who was cut stands at the end of the queue, so progress is asked of all and not of the oldest.
  while (open.length > 0 && performance.now() - progressMs < STUCK_MS) {
    const next: typeof open = [];
    for (const one of open) {
      const task = await api.insist<TaskAnswer>('GET', `/tasks/${one.id}`);
      if (!['completed', 'failed', 'terminated'].includes(task.status)) next.push(one);
      else {
        ended.push({ ...task, n: one.n });
        progressMs = performance.now();
      }
    }
    open = next;
    await sleep(50);
  }
  for (const { id, n } of open) ended.push({ ...(await api.insist<TaskAnswer>('GET', `/tasks/${id}`)), n });
  return ended;
}

/**
 * The log, once it shows the end of every final task. Readers wait behind the oldest transaction of the whole server,
 * which may be another test's; an end that never shows is then judged as missing.
 */
async function eventsOf(api: Api, tasks: TaskAnswer[]): Promise<EventAnswer['items']> {
  const final = tasks.filter((task) => ['completed', 'failed', 'terminated'].includes(task.status));
  const limit = performance.now() + 60_000;
  for (;;) {
    const events = await allEvents(api);
    const shown = new Set(events.filter(({ type }) => type === 'task.settled').map(({ taskId }) => taskId));
    if (final.every(({ id }) => shown.has(id)) || performance.now() > limit) return events;
    await sleep(200);
  }
}

async function allEvents(api: Api): Promise<EventAnswer['items']> {
  const items: EventAnswer['items'] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: EventAnswer = await api.insist(
      'GET',
      `/event-log?limit=500${cursor ? `&cursor=${cursor}` : ''}`,
    );
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

function judge(
  options: StormOptions,
  seen: {
    tasks: Array<TaskAnswer & { n: number }>;
    events: EventAnswer['items'];
    operator: CountingOperator;
    killedAtMs: number[];
  },
): StormReport {
  const { tasks, events, operator, killedAtMs } = seen;
  const faults: string[] = [];
  const settledEvents = new Map<string, EventAnswer['items']>();
  for (const event of events) {
    if (event.type === 'task.settled')
      settledEvents.set(event.taskId, [...(settledEvents.get(event.taskId) ?? []), event]);
  }
  const ids = new Set<string>();
  const epochMs = Date.now() - performance.now();
  const cutting = new Set<number>();
  let cut = 0;
  for (const task of tasks) {
    if (task.status !== 'completed')
      faults.push(`task ${task.n} was acknowledged and is ${task.status} (${task.stopReason})`);
    else if (task.result?.output.echo.n !== task.n) faults.push(`task ${task.n} has the result of another`);
    if (ids.has(task.id)) faults.push(`two requests share the task ${task.id}`);
    ids.add(task.id);
    const work = task.runs.filter((run) => run.kind === 'operator.work');
    if (work.length !== 1) faults.push(`task ${task.n} has ${work.length} work runs`);
    const claims = work[0]?.claims ?? 0;
    const keys = [...operator.log.keys()].filter((key) => key.startsWith(`${work[0]?.id}:`));
    if (keys.length !== 1) faults.push(`task ${task.n} used ${keys.length} idempotency keys`);
    const requests = operator.log.get(keys[0] ?? '') ?? [];
    if (requests.length > claims)
      faults.push(`task ${task.n}: ${requests.length} requests in ${claims} attempts`);
    const ends = settledEvents.get(task.id) ?? [];
    if (ends.length !== 1) faults.push(`task ${task.n} was settled ${ends.length} times`);
    // The promise of the fence: who settles holds the newest lease.
    const by = ends[0]?.data.attempt;
    if (task.status === 'completed' && by !== claims)
      faults.push(`task ${task.n} was settled by attempt ${by}, but ${claims} is the newest`);
    const settledMs = ends[0] ? Date.parse(ends[0].at) - epochMs : 0;
    // Taken over, so it was in the hands of the one that was killed; the first kill after the answer did it.
    const kill = killedAtMs.find((atMs) => requests.some(({ answeredMs }) => answeredMs < atMs));
    if (claims > 1 && kill !== undefined && kill < settledMs) {
      cutting.add(kill);
      cut += 1;
    }
  }
  return {
    store: options.store,
    seed: options.seed,
    kills: killedAtMs.length,
    stalls: options.stalls,
    acknowledged: tasks.length,
    completed: tasks.filter((task) => task.status === 'completed').length,
    requests: [...operator.log.values()].reduce((sum, entries) => sum + entries.length, 0),
    keys: operator.log.size,
    betweenEffectAndSettle: cutting.size,
    tasksCut: cut,
    fencedOff: events.filter((event) => event.type === 'run.fenced').length,
    faults,
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
