/**
 * LangGraph.js: a step is a node of a compiled graph, a workflow a thread. `durability: "sync"` stores the checkpoint
 * of a superstep before the next one begins, which is what the others do as well (the default, "async", does not wait).
 * Nodes of one superstep also leave a pending write each as they end, so a crash does not repeat those.
 */
import type { RunnableConfig } from '@langchain/core/runnables';
import { Annotation, Command, END, Send, START, StateGraph } from '@langchain/langgraph';
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import pg from 'pg';
import { CHAIN_STEPS, FAN_WIDTH, GRAPH_WIDTH } from './labour.ts';
import type { OpenWorkflows } from './peer.ts';

/** A value of a chain or an item, with its place. */
interface Placed {
  index: number;
  value: number;
}

const State = Annotation.Root({
  task: Annotation<string>,
  seed: Annotation<number>,
  value: Annotation<number>,
  values: Annotation<Placed[]>({ reducer: (all, more) => all.concat(more), default: () => [] }),
  seconds: Annotation<Placed[]>({ reducer: (all, more) => all.concat(more), default: () => [] }),
  joined: Annotation<number>,
});
type Whole = typeof State.State;
const Item = Annotation.Root({
  task: Annotation<string>,
  index: Annotation<number>,
  given: Annotation<number>,
});

interface Compiled {
  invoke(input: object, config: RunnableConfig & { durability: 'sync' }): Promise<Whole>;
}

/**
 * Results are pending writes of the node that gave them; `__input__` and branches leave writes as well, so only the
 * channels of results count. A chain overwrites one channel: each of its checkpoints after a node is a step.
 */
const COUNT = `select
  (select count(distinct thread_id) from checkpoints where (metadata->>'step')::int =
    case split_part(thread_id, '-', 1) when 'chain' then ${CHAIN_STEPS} when 'graph' then 2 else 3 end)::int as workflows,
  (select count(*) from checkpoints where thread_id like 'chain-%' and (metadata->>'step')::int >= 1)::int
  + (select count(distinct (thread_id, task_id)) from checkpoint_writes
     where thread_id not like 'chain-%' and channel in ('values', 'seconds', 'joined', 'value'))::int as steps`;

export const open: OpenWorkflows = ({ postgresUrl, labour }) => {
  const pool = new pg.Pool({ connectionString: postgresUrl, max: 20 });
  pool.on('error', () => {}); // The database is dropped right after the end.
  let chain: Compiled;
  let graph: Compiled;
  let fanOut: Compiled;

  function compile(checkpointer: PostgresSaver): void {
    // Node names are only known here, so the builder's literal types are given up at this border.
    const build = () =>
      new StateGraph(State) as unknown as {
        addNode(name: string, run: (state: Whole) => object): void;
        addEdge(from: string, to: string): void;
        compile(options: { checkpointer: PostgresSaver }): Compiled;
      };
    const links = build();
    for (let step = 0; step < CHAIN_STEPS; step += 1) {
      links.addNode(`step${step}`, ({ task, seed, value }) => ({
        value: labour.link(task, step, step === 0 ? seed : value),
      }));
      links.addEdge(step === 0 ? START : `step${step - 1}`, `step${step}`);
    }
    links.addEdge(`step${CHAIN_STEPS - 1}`, END);
    chain = links.compile({ checkpointer });

    const parts = build();
    for (let index = 0; index < GRAPH_WIDTH; index += 1) {
      parts.addNode(`first${index}`, ({ task, seed }) => ({
        values: [{ index, value: labour.part(task, index, 0, seed) }],
      }));
      parts.addNode(`second${index}`, ({ task, values }) => ({
        seconds: [{ index, value: labour.part(task, index, 1, at(values, index)) }],
      }));
      parts.addEdge(START, `first${index}`);
      parts.addEdge(`first${index}`, `second${index}`);
      parts.addEdge(`second${index}`, END);
    }
    graph = parts.compile({ checkpointer });

    fanOut = new StateGraph(State)
      .addNode(
        'split',
        ({ task, seed }) => {
          const list = labour.split(task, seed);
          return new Command({
            update: { value: list.length },
            goto: list.map((given, index) => new Send('item', { task, index, given })),
          });
        },
        { ends: ['item'] },
      )
      .addNode(
        'item',
        ({ task, index, given }: typeof Item.State) => ({
          values: [{ index, value: labour.item(task, index, given) }],
        }),
        { input: Item },
      )
      .addNode('join', ({ task, values }) => ({
        joined: labour.join(
          task,
          Array.from({ length: Math.max(FAN_WIDTH, values.length) }, (_, index) => at(values, index)),
        ),
      }))
      .addEdge(START, 'split')
      .addEdge('item', 'join')
      .addEdge('join', END)
      .compile({ checkpointer }) as unknown as Compiled; // the same border
  }
  const run = (compiled: Compiled, task: string, seed: number): Promise<Whole> =>
    compiled.invoke(
      { task, seed },
      { configurable: { thread_id: task }, durability: 'sync', recursionLimit: 1_000 },
    );

  return {
    name: 'LangGraph.js 1.7',
    durability:
      'checkpoint of every superstep and a write of every node in it, committed with fsync (PostgreSQL) before the next one ("sync")',
    async start() {
      const saver = new PostgresSaver(pool);
      await saver.setup();
      compile(saver);
    },
    chain: async (task, seed) => (await run(chain, task, seed)).value,
    graph: async (task, seed) =>
      (await run(graph, task, seed)).seconds.toSorted((a, b) => a.index - b.index).map(({ value }) => value),
    fanOut: async (task, seed) => (await run(fanOut, task, seed)).joined,
    count: async () => (await pool.query(COUNT)).rows[0],
    stop: () => pool.end(),
  };
};

function at(values: readonly Placed[], index: number): number {
  return values.find((one) => one.index === index)?.value ?? Number.NaN;
}
