/**
 * LangGraph.js: a step is a node of a compiled graph, a task a thread. `durability: "sync"` stores the checkpoint of a
 * step before the next one begins, which is what the others do as well (the default, "async", does not wait).
 */
import type { RunnableConfig } from '@langchain/core/runnables';
import {
  Annotation,
  type BaseCheckpointSaver,
  Command,
  END,
  Send,
  START,
  StateGraph,
} from '@langchain/langgraph';
import { type Counted, type Peer, type PeerContext, timeEach, withLimit } from '../lib/peer.ts';

const State = Annotation.Root({
  task: Annotation<string>,
  result: Annotation<{ step: number; said: string }>,
  width: Annotation<number>,
  depth: Annotation<number>,
  results: Annotation<string[]>({ reducer: (all, more) => all.concat(more), default: () => [] }),
  joined: Annotation<number>,
});
const Part = Annotation.Root({
  part: Annotation<string>,
  level: Annotation<number>,
  depth: Annotation<number>,
});

function chainOf(steps: number, work: PeerContext['work'], checkpointer: BaseCheckpointSaver) {
  // Node names are only known here, so the builder's literal types are given up at this border.
  const graph = new StateGraph(State) as unknown as {
    addNode(name: string, run: (state: typeof State.State) => object): void;
    addEdge(from: string, to: string): void;
    compile(options: { checkpointer: BaseCheckpointSaver }): Compiled;
  };
  for (let step = 0; step < steps; step += 1) {
    graph.addNode(`step${step}`, (state) => ({ result: work(state.task, step) }));
    graph.addEdge(step === 0 ? START : `step${step - 1}`, `step${step}`);
  }
  graph.addEdge(`step${steps - 1}`, END);
  return graph.compile({ checkpointer });
}

interface Compiled {
  invoke(input: object, config: RunnableConfig & { durability: 'sync' }): Promise<unknown>;
}

function chiefGraph(work: PeerContext['work'], checkpointer: BaseCheckpointSaver): Compiled {
  return new StateGraph(State)
    .addNode(
      'chief',
      (state) => {
        const parts = Array.from({ length: state.width }, (_, index) => `${state.task}-${index}`);
        return new Command({
          goto: parts.map((part) => new Send('part', { part, level: 0, depth: state.depth })),
        });
      },
      { ends: ['part'] },
    )
    .addNode(
      'part',
      ({ part, level, depth }: typeof Part.State) => {
        const name = `${part}-${level}`;
        const update = { results: [work(name, 0).said] };
        const more = level + 1 < depth;
        return new Command({
          update,
          goto: more ? new Send('part', { part, level: level + 1, depth }) : 'join',
        });
      },
      { input: Part, ends: ['part', 'join'] },
    )
    .addNode('join', (state) => ({ joined: state.results.length }))
    .addEdge(START, 'chief')
    .addEdge('join', END)
    .compile({ checkpointer });
}

export interface LangGraphOptions {
  name: string;
  durability: string;
  open(): Promise<BaseCheckpointSaver>;
  count(): Promise<Counted>;
  close(): Promise<void>;
}

export function createLangGraph(context: PeerContext, options: LangGraphOptions): Peer {
  const { work } = context;
  const chains = new Map<number, Compiled>();
  let checkpointer: BaseCheckpointSaver;
  let chief: Compiled;
  let submitted = 0;
  const config = (thread: string) => ({
    configurable: { thread_id: thread },
    durability: 'sync' as const,
    recursionLimit: 1_000,
  });
  const runChief = async (width: number, depth: number) => {
    submitted += 1;
    const task = `chief-${submitted}`;
    await chief.invoke({ task, width, depth }, config(task));
  };
  return {
    name: options.name,
    durability: options.durability,
    async start() {
      checkpointer = await options.open();
      chief = chiefGraph(work, checkpointer);
    },
    async runSteps(request) {
      const chain = chains.get(request.steps) ?? chainOf(request.steps, work, checkpointer);
      chains.set(request.steps, chain);
      await withLimit(request.tasks, request.inFlight, async () => {
        submitted += 1;
        const task = `task-${submitted}`;
        await chain.invoke({ task }, config(task));
      });
    },
    graph: ({ width, depth, repeats }) => timeEach(repeats, () => runChief(width, depth)),
    fanOut: ({ width, repeats }) => timeEach(repeats, () => runChief(width, 1)),
    count: options.count,
    stop: options.close,
  };
}
