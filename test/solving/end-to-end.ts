import type { Agent } from '../../src/agents/agent.ts';
import type { GainView } from '../../src/coordination/solving/gain-view.ts';
import type { Method } from '../../src/coordination/solving/odds.ts';
import type { Solution } from '../../src/coordination/solving/solution.ts';
import type { Message } from '../../src/messages/message.ts';
import type { Api } from '../chaos/api.ts';
import { type Deployment, deploy } from '../chaos/deployment.ts';
import { startReceiver } from '../support/receiver.ts';
import { OPTIONS, taskOf, WORLDS, type World } from './world.ts';

/**
 * The same worlds through a real server and its API: SIMULATED operators behind HTTP, in a plug-in and behind a
 * mailbox answer labelled tasks; each answer is judged with the label; what the API says of the gain is compared with
 * what is counted here.
 */
export interface EndToEndOptions {
  store: 'sqlite' | 'postgres';
  seed: number;
  /** Tasks of each phase. */
  tasks: number;
  atOnce?: number;
  say?: (line: string) => void;
}

/** One phase: tasks of one type solved by one method, and what came of it. */
export interface Phase {
  world: string;
  type: string;
  method: Method;
  tasks: number;
  right: number;
  share: number;
  /** For one task: thousandths of a dollar, agents asked, milliseconds from start to end. */
  cost: number;
  asked: number;
  ms: number;
}

export interface EndToEndReport {
  store: string;
  seed: number;
  simulatedOperators: true;
  phases: Phase[];
  /** What `GET /solutions/gain` says, by type. */
  gains: GainView[];
  /** Agents that were asked the same question by more than one message. */
  doubled: number;
  /** Messages handed over again, under the same idempotency key: a lease ended on a busy machine. */
  redelivered: number;
  /** Answers that stand on a board other than they were said. */
  strayed: number;
  /** Agents and teams whose right answers Cadre counts other than the labels. */
  miscounted: number;
  /** Solutions whose judgement by Cadre and by the label differ. */
  misjudged: number;
  seconds: number;
}

/**
 * The first of a world sits behind a mailbox, the next two in a plug-in, the others behind HTTP. Where `serve` and
 * `work` are two processes (PostgreSQL), agents of plug-ins are not found by the one that makes them: HTTP then.
 */
const kindOf = (place: number, store: string) =>
  place === 0 ? 'mailbox' : place <= 2 && store === 'sqlite' ? 'function' : 'http';

interface Stage {
  api: Api;
  options: EndToEndOptions;
  ids: Map<string, string>;
  report: EndToEndReport;
}

export async function solveEndToEnd(options: EndToEndOptions): Promise<EndToEndReport> {
  const startedAt = performance.now();
  const reached: string[] = [];
  const receiver = await startReceiver(async ({ message, agent }) => {
    reached.push(`${agent.id} ${message.correlationId} ${message.id}`);
    return { reply: answerOf(message, agent.name) };
  });
  const plugin = new URL('./simulated-operators.mjs', import.meta.url).pathname;
  const cadre = await deploy(options.store, {
    env: { CADRE_ALLOW_HOSTS: receiver.host, CADRE_PLUGINS: plugin },
    leaseTtlMs: 15_000,
  });
  const stop = new AbortController();
  let mailboxes: Promise<unknown> = Promise.resolve();
  try {
    const report: EndToEndReport = {
      store: options.store,
      seed: options.seed,
      simulatedOperators: true,
      phases: [],
      gains: [],
      doubled: 0,
      redelivered: 0,
      strayed: 0,
      miscounted: 0,
      misjudged: 0,
      seconds: 0,
    };
    const stage: Stage = { api: cadre.api, options, ids: new Map(), report };
    const worlds = [WORLDS.independent, WORLDS.shared, WORLDS.boasters];
    for (const world of worlds) await makeOperators(stage, world, receiver.url);
    mailboxes = Promise.all(worlds.map((world) => serveMailbox(cadre, stage, world, reached, stop.signal)));
    for (const world of [WORLDS.independent, WORLDS.shared]) {
      // One type, so that the cascade knows what the vote has learned; its gain is read before the cascade begins.
      await phase(stage, world, 'vote', 0);
      await keepGain(stage, world);
      await phase(stage, world, 'cascade', options.tasks);
    }
    await phase(stage, WORLDS.boasters, 'majority', 0);
    await keepGain(stage, WORLDS.boasters);
    const messages = new Set(reached);
    report.redelivered = reached.length - messages.size;
    report.doubled =
      messages.size - new Set([...messages].map((one) => one.slice(0, one.lastIndexOf(' ')))).size;
    report.seconds = Math.round((performance.now() - startedAt) / 1_000);
    return report;
  } finally {
    stop.abort();
    await mailboxes.catch(() => undefined); // its server is going away
    await cadre.close();
    await receiver.close();
  }
}

async function makeOperators({ api, ids, options }: Stage, world: World, url: string): Promise<void> {
  for (const [place, operator] of world.operators.entries()) {
    const kind = kindOf(place, options.store);
    const executor =
      kind === 'mailbox' ? { kind } : kind === 'http' ? { kind, url } : { kind, name: 'simulated.operator' };
    const name = `${world.name} ${operator.name}`;
    const { id } = await api.call<Agent>('POST', '/agents', {
      name,
      executor,
      maxConcurrent: 16,
      capabilities: [{ name: world.name, confidence: operator.stated }],
      metadata: { costUsd: String(operator.costUsd) },
    });
    ids.set(name, id);
  }
}

/** What a simulated operator answers; its name begins with its world. */
function answerOf(message: Message, agentName: string) {
  const payload = message.payload as { data: { input: { world: string; seed: number; number: number } } }; // ours
  const { world: name, seed, number } = payload.data.input;
  const world = Object.values(WORLDS).find((one) => one.name === name) ?? WORLDS.independent;
  const operator = world.operators.find((one) => agentName === `${name} ${one.name}`);
  if (!operator) throw new Error(`no operator ${agentName}`);
  const data = { answer: taskOf(world, seed, number).answers[operator.name], costUsd: operator.costUsd };
  return { payload: { requestType: 'solve', data } };
}

/** The program behind the mailbox of the first operator of a world. */
async function serveMailbox(
  { api }: Deployment,
  { ids }: Stage,
  world: World,
  reached: string[],
  signal: AbortSignal,
): Promise<void> {
  const name = `${world.name} ${world.operators[0]?.name ?? ''}`;
  const id = ids.get(name) ?? '';
  while (!signal.aborted) {
    const { messages } = await api.insist<{ messages: Message[] }>('POST', `/agents/${id}/mailbox/take`, {
      waitMs: 1_000,
      limit: 50,
    });
    for (const message of messages) {
      reached.push(`${id} ${message.correlationId} ${message.id}`);
      await api.insist('POST', `/messages/${message.id}/ack`, { reply: answerOf(message, name) });
    }
  }
}

/** Solves and judges tasks of a world by one method, several at once. */
async function phase(stage: Stage, world: World, method: Method, first: number): Promise<void> {
  const { options, report } = stage;
  const { tasks, atOnce = 4, say = () => {} } = options;
  const ended: Solution[] = [];
  let next = first;
  const work = async () => {
    while (next < first + tasks) {
      const number = next;
      next += 1;
      const solution = await solveOne(stage, world, method, number);
      ended.push(solution);
      if (ended.length % 20 === 0) say(`${world.name}, ${method}: ${ended.length} of ${tasks} tasks`);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const right = ended.filter((solution) => solution.outcome?.correct).length;
  const mean = (pick: (solution: Solution) => number) =>
    ended.reduce((sum, solution) => sum + pick(solution), 0) / ended.length;
  report.phases.push({
    world: world.name,
    type: world.name,
    method,
    tasks: ended.length,
    right,
    share: right / ended.length,
    cost: mean((solution) => solution.costUsd) * 1_000,
    asked: mean((solution) => solution.asked.length),
    ms: Math.round(mean((solution) => solution.ms ?? 0)),
  });
}

async function solveOne(
  { api, ids, options, report }: Stage,
  world: World,
  method: Method,
  number: number,
): Promise<Solution> {
  const { truth, answers } = taskOf(world, options.seed, number);
  const agents = world.operators.map(({ name }) => ids.get(`${world.name} ${name}`) ?? '');
  const begun = await api.insist<Solution>(
    'POST',
    '/solutions',
    {
      question: `${world.name}: task ${number}`,
      options: OPTIONS,
      type: world.name,
      agents,
      method,
      input: { world: world.name, seed: options.seed, number },
      timeoutMs: 120_000,
      waitMs: 5_000,
    },
    `solve-${world.name}-${number}`,
  );
  let solution = begun;
  while (solution.status === 'open') {
    await new Promise((resolve) => setTimeout(resolve, 100)); // the product has no other way to wait longer
    solution = await api.insist<Solution>('GET', `/solutions/${begun.id}`);
  }
  for (const entry of solution.entries) {
    const own = answers[entry.name.slice(world.name.length + 1)];
    if (entry.status === 'answered' && entry.answer !== own) report.strayed += 1;
  }
  const judged = await api.insist<Solution>('POST', `/solutions/${begun.id}/outcome`, {
    answer: truth,
    source: 'label',
  });
  if (judged.outcome?.correct !== (solution.answer === truth)) report.misjudged += 1;
  return judged;
}

/** Keeps what Cadre says of a world after its first phase, in which everybody answered, and counts after it. */
async function keepGain({ api, report, options }: Stage, world: World): Promise<void> {
  const gain = await api.insist<GainView>('GET', `/solutions/gain?type=${world.name}`);
  const tasks = Array.from({ length: options.tasks }, (_, number) => taskOf(world, options.seed, number));
  for (const { name } of world.operators) {
    const right = tasks.filter(({ truth, answers }) => answers[name] === truth).length;
    const counted = gain.agents.find((one) => one.name === `${world.name} ${name}`);
    if (counted?.right !== right || counted.n !== tasks.length) report.miscounted += 1;
  }
  if (gain.team.right !== report.phases.at(-1)?.right) report.miscounted += 1;
  report.gains.push(gain);
}
