/**
 * Mastra 1.71: workflows of its default engine over its PostgreSQL store. It writes the whole snapshot of a run as each
 * step begins and as each entry of the workflow ends, and waits for both. Inside `.parallel` and `.foreach` results
 * are on disk only when the whole entry has ended: a crash there repeats steps that were done, which is less than what
 * the others promise. That is its way, and in its favour here.
 */
import { Mastra } from '@mastra/core';
import { createStep, createWorkflow } from '@mastra/core/workflows';
import { PostgresStore } from '@mastra/pg';
import pg from 'pg';
import { z } from 'zod';
import { CHAIN_STEPS, GRAPH_WIDTH } from './labour.ts';
import type { OpenWorkflows } from './peer.ts';

const inputSchema = z.object({ task: z.string(), seed: z.number() });
const placed = z.object({ task: z.string(), index: z.number(), value: z.number() });

/** Steps that stand as successful in the snapshot of each run; the results of a `foreach` are the list it gave. */
const COUNT = `select
  count(*) filter (where snapshot->>'status' = 'success')::int as workflows,
  coalesce(sum(
    (select sum(case when key = 'item' then jsonb_array_length(value->'output') else 1 end)
     from jsonb_each(snapshot::jsonb->'context') where key <> 'input' and value->>'status' = 'success')
  ), 0)::int as steps
  from mastra_workflow_snapshot`;

/** Runs one workflow of Mastra and answers its result. */
interface Runnable {
  createRun(options: { runId: string }): Promise<{
    start(options: {
      inputData: { task: string; seed: number };
    }): Promise<{ status: string; result?: unknown }>;
  }>;
}

export const open: OpenWorkflows = ({ postgresUrl, labour }) => {
  const pool = new pg.Pool({ connectionString: postgresUrl, max: 20 });
  pool.on('error', () => {}); // The database is dropped right after the end.
  const storage = new PostgresStore({ id: 'bench', pool });

  // Steps are made in loops, so the builder's literal types are given up at this border.
  // biome-ignore lint/suspicious/noExplicitAny: the types of steps made in a loop cannot be written down
  const begin = (id: string): any => createWorkflow({ id, inputSchema, outputSchema: z.any() });

  const chain = begin('chain');
  let links = chain;
  for (let step = 0; step < CHAIN_STEPS; step += 1) {
    const first = z.object({ task: z.string(), seed: z.number().optional(), value: z.number().optional() });
    links = links.then(
      createStep({
        id: `step${step}`,
        inputSchema: first,
        outputSchema: z.object({ task: z.string(), value: z.number() }),
        execute: async ({ inputData: { task, seed, value } }) => ({
          task,
          value: labour.link(task, step, value ?? seed ?? 0),
        }),
      }),
    );
  }
  links.commit();

  const firsts = Array.from({ length: GRAPH_WIDTH }, (_, index) =>
    createStep({
      id: `first${index}`,
      inputSchema,
      outputSchema: placed,
      execute: async ({ inputData: { task, seed } }) => ({
        task,
        index,
        value: labour.part(task, index, 0, seed),
      }),
    }),
  );
  const seconds = Array.from({ length: GRAPH_WIDTH }, (_, index) =>
    createStep({
      id: `second${index}`,
      inputSchema: z.record(z.string(), placed),
      outputSchema: placed,
      execute: async ({ inputData }) => {
        const { task, value } = inputData[`first${index}`] ?? { task: 'unknown', value: 0 };
        return { task, index, value: labour.part(task, index, 1, value) };
      },
    }),
  );
  const graph = begin('graph');
  graph.parallel(firsts).parallel(seconds).commit();

  const split = createStep({
    id: 'split',
    inputSchema,
    outputSchema: z.array(placed),
    execute: async ({ inputData: { task, seed } }) =>
      labour.split(task, seed).map((value, index) => ({ task, index, value })),
  });
  const item = createStep({
    id: 'item',
    inputSchema: placed,
    outputSchema: placed,
    execute: async ({ inputData: { task, index, value } }) => ({
      task,
      index,
      value: labour.item(task, index, value),
    }),
  });
  const join = createStep({
    id: 'join',
    inputSchema: z.array(placed),
    outputSchema: z.number(),
    execute: async ({ inputData }) =>
      labour.join(
        inputData[0]?.task ?? 'unknown',
        inputData.map(({ value }) => value),
      ),
  });
  const fanOut = begin('fan-out');
  fanOut.then(split).foreach(item, { concurrency: 100 }).then(join).commit();

  let mastra: { getWorkflow(id: 'chain' | 'graph' | 'fan-out'): Runnable };
  const run = async (id: 'chain' | 'graph' | 'fan-out', task: string, seed: number): Promise<unknown> => {
    const one = await mastra.getWorkflow(id).createRun({ runId: task });
    const { status, result } = await one.start({ inputData: { task, seed } });
    if (status !== 'success') throw new Error(`Mastra ended ${task} as ${status}`);
    return result;
  };

  return {
    name: 'Mastra 1.71',
    durability:
      'the whole snapshot, as each step begins and as each entry ends, committed with fsync (PostgreSQL); results of steps side by side only when all have ended',
    async start() {
      await storage.init();
      mastra = new Mastra({
        storage,
        logger: false,
        workflows: { chain, graph, 'fan-out': fanOut },
      }) as unknown as typeof mastra; // the same border
    },
    chain: async (task, seed) => ((await run('chain', task, seed)) as { value: number }).value, // of the last step
    async graph(task, seed) {
      const result = (await run('graph', task, seed)) as Record<string, { value: number }>; // by step
      return Array.from({ length: GRAPH_WIDTH }, (_, index) => result[`second${index}`]?.value ?? Number.NaN);
    },
    fanOut: async (task, seed) => (await run('fan-out', task, seed)) as number, // of the step that joins
    count: async () => (await pool.query(COUNT)).rows[0],
    async stop() {
      await storage.close();
      await pool.end();
    },
  };
};
