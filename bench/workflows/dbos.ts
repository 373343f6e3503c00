/**
 * DBOS Transact 5.3: every step is a row of `dbos.operation_outputs`, every workflow a row of `workflow_status`.
 * Workflows start in the process (`startWorkflow`), which is the shortest way that DBOS has; no queue is in between.
 * What runs side by side are child workflows of one step each, as its documentation has it for work of its own; the
 * adapter `dbos-steps.ts` starts plain steps side by side instead, which is less: no child has an identity or a state.
 */
import { DBOS } from '@dbos-inc/dbos-sdk';
import pg from 'pg';
import { CHAIN_STEPS, FAN_WIDTH, GRAPH_WIDTH } from './labour.ts';
import type { OpenWorkflows, WorkflowContext, WorkflowPeer } from './peer.ts';

/** What DBOS' own tables hold; outputs are texts of JSON. */
const COUNT = `select
  (select count(*) from dbos.workflow_status where name in ('chain', 'graph', 'fan-out') and status = 'SUCCESS')::int as workflows,
  (select count(*) from dbos.operation_outputs where function_name = 'step' and output is not null and error is null)::int as steps`;

export const open: OpenWorkflows = (context) => createDbos(context, 'children');

export function createDbos(context: WorkflowContext, side: 'children' | 'steps'): WorkflowPeer {
  const { labour } = context;
  const pool = new pg.Pool({ connectionString: context.postgresUrl, max: 1 });
  pool.on('error', () => {}); // The database is dropped right after the end.
  const step = <T>(work: () => T): Promise<T> => DBOS.runStep(async () => work(), { name: 'step' });

  const partOf = DBOS.registerWorkflow(
    (task: string, index: number, level: number, given: number) =>
      step(() => labour.part(task, index, level, given)),
    { name: 'part' },
  );
  const itemOf = DBOS.registerWorkflow(
    (task: string, index: number, given: number) => step(() => labour.item(task, index, given)),
    { name: 'item' },
  );
  const chain = DBOS.registerWorkflow(
    async (task: string, seed: number) => {
      let value = seed;
      for (let place = 0; place < CHAIN_STEPS; place += 1) {
        const given = value;
        value = await step(() => labour.link(task, place, given));
      }
      return value;
    },
    { name: 'chain' },
  );
  /** Starts all in a fixed order, as a deterministic workflow has to, and waits for all. */
  const sideBySide = async <T>(
    count: number,
    child: (index: number) => Promise<{ getResult(): Promise<T> }>,
    plain: (index: number) => T,
  ): Promise<T[]> => {
    if (side === 'steps')
      return Promise.all(Array.from({ length: count }, (_, index) => step(() => plain(index))));
    const handles = [];
    for (let index = 0; index < count; index += 1) handles.push(await child(index));
    const results: T[] = [];
    for (const handle of handles) results.push(await handle.getResult());
    return results;
  };
  const graph = DBOS.registerWorkflow(
    async (task: string, seed: number) => {
      let values = Array.from({ length: GRAPH_WIDTH }, () => seed);
      for (let level = 0; level < 2; level += 1) {
        const given = values;
        values = await sideBySide(
          GRAPH_WIDTH,
          (index) => DBOS.startWorkflow(partOf)(task, index, level, given[index] ?? 0),
          (index) => labour.part(task, index, level, given[index] ?? 0),
        );
      }
      return values;
    },
    { name: 'graph' },
  );
  const fanOut = DBOS.registerWorkflow(
    async (task: string, seed: number) => {
      const list = await step(() => labour.split(task, seed));
      const values = await sideBySide(
        FAN_WIDTH,
        (index) => DBOS.startWorkflow(itemOf)(task, index, list[index] ?? 0),
        (index) => labour.item(task, index, list[index] ?? 0),
      );
      return step(() => labour.join(task, values));
    },
    { name: 'fan-out' },
  );

  return {
    name: side === 'children' ? 'DBOS 5.3, child workflows' : 'DBOS 5.3, plain steps',
    durability:
      'start, every step and the end each commit with fsync (PostgreSQL); a child is a workflow of its own',
    async start() {
      DBOS.setConfig({
        name: 'bench',
        logLevel: 'error',
        systemDatabaseUrl: context.postgresUrl,
        systemDatabasePoolSize: 20,
        useListenNotify: true,
      });
      await DBOS.launch();
    },
    chain: async (task, seed) => (await DBOS.startWorkflow(chain)(task, seed)).getResult(),
    graph: async (task, seed) => (await DBOS.startWorkflow(graph)(task, seed)).getResult(),
    fanOut: async (task, seed) => (await DBOS.startWorkflow(fanOut)(task, seed)).getResult(),
    count: async () => (await pool.query(COUNT)).rows[0],
    async stop() {
      await DBOS.shutdown();
      await pool.end();
    },
  };
}
