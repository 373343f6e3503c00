/**
 * Cadre as it is shipped: a house in this process, a workflow in the plan language, published and then run by tasks.
 * Either one operator carries out the whole workflow, as stored steps of its leased run; or each step is a task of its
 * own: the plan goes on in the transaction that settles the step before, an agent is chosen by score, gets a delegation,
 * and a leased run carries the work out. Whoever asked waits by following the event log and then reads the task. Only
 * the agents are of the bench: functions in this process, as the steps of the peers are; the `function` executor of the
 * product would run them in a child process.
 */
import { join } from 'node:path';
import type { ExecutorPort, WorkOrder } from '../../src/agents/executor.ts';
import { type House, openHouse } from '../../src/cadre.ts';
import { operations } from '../../src/operations.ts';
import { readConfig } from '../../src/platform/kernel/config.ts';
import type { Caller } from '../../src/platform/kernel/operation.ts';
import { CHAIN_STEPS, FAN_WIDTH, GRAPH_WIDTH, type Labour } from './labour.ts';
import type { Counted, WorkflowContext, WorkflowPeer } from './peer.ts';

export interface CadreOptions {
  name: string;
  /** Whether one operator carries out a whole workflow, or each step is a task of its own. */
  hands: 'one operator' | 'a task each';
  durability: string;
  databaseUrl?: string;
  count(sql: string): Promise<Counted>;
  close(): Promise<void>;
}

/** Agents that share the steps, and steps of each at the same time. */
const AGENTS = 8;
const PLACES_OF_AGENT = 100;
/** Runs carried out at the same time. */
const CONCURRENCY = 64;

const CAPABILITY = 'bench.count';
const EXECUTOR = { kind: 'function', name: 'bench' } as const;

type Hands = CadreOptions['hands'];

/** The workflows; a step is done by a function: `do` says what, `more` what it is given. */
function workflowsFor(hands: Hands): object[] {
  const step = (name: string, more: Record<string, unknown>, needs?: string[]) => ({
    name,
    ...(needs && { needs }),
    goal: 'Count on',
    ...(hands === 'a task each' && { capability: CAPABILITY }),
    input: { task: '{{ input.task }}', ...more },
  });
  const operator = hands === 'one operator' && { operator: { capability: CAPABILITY } };
  return [chainOf(step), graphOf(step), fanOutOf(step)].map((workflow) => ({ ...workflow, ...operator }));
}

type StepOf = (name: string, more: Record<string, unknown>, needs?: string[]) => object;

const chainOf = (step: StepOf) => ({
  name: 'chain',
  steps: Array.from({ length: CHAIN_STEPS }, (_, index) =>
    step(`step${index}`, {
      do: 'link',
      step: index,
      given: index === 0 ? '{{ input.seed }}' : `{{ step${index - 1}.output }}`,
    }),
  ),
});

const graphOf = (step: StepOf) => ({
  name: 'graph',
  steps: Array.from({ length: GRAPH_WIDTH }, (_, chain) => [
    step(`first${chain}`, { do: 'part', chain, level: 0, given: '{{ input.seed }}' }, []),
    step(`second${chain}`, { do: 'part', chain, level: 1, given: `{{ first${chain}.output }}` }, [
      `first${chain}`,
    ]),
  ]).flat(),
  output: Array.from({ length: GRAPH_WIDTH }, (_, chain) => `{{ second${chain}.output }}`),
});

const fanOutOf = (step: StepOf) => ({
  name: 'fan-out',
  steps: [
    step('split', { do: 'split', given: '{{ input.seed }}' }),
    {
      name: 'each',
      forEach: 'split.output',
      width: FAN_WIDTH,
      steps: [step('count', { do: 'item', index: '{{ index }}', given: '{{ item }}' })],
    },
    step('join', { do: 'join', given: '{{ each.output }}' }),
  ],
});

/** Finished tasks that follow a workflow, and finished steps below them. The same text for both stores. */
const COUNT = `select
  (select count(*) from task where workflow_id is not null and parent_id is null and status = 'completed') as workflows,
  (select count(*) from plan_node left join task on plan_node.child_id = task.id
   where plan_node.kind = 'goal' and plan_node.status = 'completed'
   and (task.status = 'completed' and task.result is not null or plan_node.child_id is null and plan_node.output is not null)) as steps`;

export function createCadre(context: WorkflowContext, options: CadreOptions): WorkflowPeer {
  const waiting = new Map<string, () => void>();
  const ended = new Set<string>();
  const stopped = new AbortController();
  let house: House;
  let following: Promise<void> = Promise.resolve();

  const caller = (): Caller => ({
    tenantId: house.homeTenantId,
    actor: { kind: 'system', id: 'bench', name: 'a bench' },
    role: 'owner',
    traceId: 'bench',
    signal: stopped.signal,
  });
  const call = async <T>(name: string, input: unknown): Promise<T> => {
    const operation = operations.find((one) => one.name === name);
    if (!operation) throw new Error(`There is no operation ${name}`);
    return (await operation.run(house, caller(), input)) as T; // the caller names what it expects
  };

  /** What people see of the log: wakes whoever waits for the end of a task. */
  async function follow(): Promise<void> {
    const filter = { tenantId: house.homeTenantId, type: 'task.settled' } as const;
    for await (const event of house.events.follow(filter, await house.events.last(), stopped.signal)) {
      if (event.taskId === null || event.taskId !== event.rootId) continue;
      const wake = waiting.get(event.taskId);
      if (wake) wake();
      else ended.add(event.taskId);
    }
  }
  const end = (id: string) =>
    new Promise<void>((resolve) => {
      if (ended.delete(id)) resolve();
      else waiting.set(id, resolve);
    }).finally(() => waiting.delete(id));

  async function run(workflow: string, task: string, seed: number): Promise<unknown> {
    const { id } = await call<{ id: string }>('tasks.submit', {
      goal: `Count for ${task}`,
      workflow,
      input: { task, seed },
    });
    await end(id);
    const { status, result, stopSentence } = await call<{
      status: string;
      result: { output: unknown } | null;
      stopSentence: string | null;
    }>('tasks.get', { id });
    if (status !== 'completed') throw new Error(`Cadre ended ${task} as ${status}: ${stopSentence}`);
    return result?.output;
  }

  return {
    name: options.name,
    durability: options.durability,
    async start() {
      const { config } = readConfig(
        {
          home: join(context.directory, 'home'),
          port: '0',
          logLevel: 'warn',
          concurrency: String(CONCURRENCY),
          databaseUrl: options.databaseUrl,
        },
        {},
      );
      house = await openHouse(config, { works: true });
      Object.assign(house.executors, { function: functions(context.labour) });
      for (let index = 0; index < AGENTS; index += 1) {
        await call('agents.create', {
          name: `counter ${index}`,
          role: 'operator',
          description: '',
          capabilities: [{ name: CAPABILITY, confidence: 0.9 }],
          executor: EXECUTOR,
          maxConcurrent: PLACES_OF_AGENT,
          timeoutMs: 60_000,
          maxAttempts: 3,
          dependencies: [],
          metadata: {},
        });
      }
      for (const workflow of workflowsFor(options.hands))
        await call('workflows.save', { text: JSON.stringify(workflow), publish: true });
      following = follow();
    },
    chain: async (task, seed) => (await run('chain', task, seed)) as number, // checked by who asked
    graph: async (task, seed) => (await run('graph', task, seed)) as number[], // as above
    fanOut: async (task, seed) => (await run('fan-out', task, seed)) as number, // as above
    count: () => options.count(COUNT),
    async stop() {
      stopped.abort();
      await following;
      await house.close();
      await options.close();
    },
  };
}

/** The work of the steps, in this process. */
function functions(labour: Labour): ExecutorPort {
  return {
    kind: 'function',
    hosts: () => [`function:${EXECUTOR.name}`],
    async check() {},
    async execute(_executor, { input }: WorkOrder) {
      return { output: work(labour, input) };
    },
    receive: async () => ({}),
  };
}

function work(labour: Labour, input: WorkOrder['input']): number | number[] {
  const task = String(input.task);
  const given = Number(input.given);
  if (input.do === 'link') return labour.link(task, Number(input.step), given);
  if (input.do === 'part') return labour.part(task, Number(input.chain), Number(input.level), given);
  if (input.do === 'split') return labour.split(task, given);
  if (input.do === 'item') return labour.item(task, Number(input.index), given);
  return labour.join(task, (input.given as number[]).map(Number)); // what the plan gives it
}
