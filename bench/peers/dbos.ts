/**
 * DBOS Transact 5.3: every step is a row of `dbos.operation_outputs`, every workflow a row of `workflow_status`.
 * Workflows start in the process (`startWorkflow`), which is the shortest way that DBOS has; no queue is in between.
 */
import { DBOS, type DBOSConfig } from '@dbos-inc/dbos-sdk';
import { type Counted, type Peer, type PeerContext, timeEach, withLimit } from '../lib/peer.ts';

export interface DbosOptions {
  name: string;
  durability: string;
  /** Opens the system database and answers how DBOS reaches it. */
  open(): Promise<Omit<DBOSConfig, 'name'>>;
  count(): Promise<Counted>;
  close(): Promise<void>;
}

/** What DBOS' own tables hold. */
export const COUNT = `select
  (select count(*) from dbos.workflow_status where name = 'steps' and status = 'SUCCESS')::int as tasks,
  (select count(*) from dbos.operation_outputs where function_name = 'step' and output is not null)::int as steps,
  (select count(*) from dbos.workflow_status where name = 'subtask' and status = 'SUCCESS')::int as subtasks,
  (select count(*) from dbos.workflow_status where name = 'chief' and status = 'SUCCESS')::int as chiefs`;

export function createDbos(context: PeerContext, options: DbosOptions): Peer {
  const { work } = context;
  // Ids differ per call, so that work of one step is never mistaken for another's.
  let submitted = 0;

  const steps = DBOS.registerWorkflow(
    async (task: string, count: number) => {
      for (let step = 0; step < count; step += 1) {
        await DBOS.runStep(async () => work(task, step), { name: 'step' });
      }
      return count;
    },
    { name: 'steps' },
  );
  const subtask = DBOS.registerWorkflow(
    async (task: string) => await DBOS.runStep(async () => work(task, 0), { name: 'subtask' }),
    { name: 'subtask' },
  );
  const chief = DBOS.registerWorkflow(
    async (task: string, width: number, depth: number) => {
      const last = Array.from({ length: width }, (_, index) => `${task}-${index}`);
      for (let level = 0; level < depth; level += 1) {
        // Started in a fixed order, as a deterministic workflow has to.
        const handles = [];
        for (const name of last) handles.push(await DBOS.startWorkflow(subtask)(`${name}-${level}`));
        for (const handle of handles) await handle.getResult();
      }
      return width * depth;
    },
    { name: 'chief' },
  );

  const runChief = async (width: number, depth: number) => {
    submitted += 1;
    const handle = await DBOS.startWorkflow(chief)(`chief-${submitted}`, width, depth);
    await handle.getResult();
  };

  return {
    name: options.name,
    durability: options.durability,
    async start() {
      DBOS.setConfig({ name: 'bench', logLevel: 'error', ...(await options.open()) });
      await DBOS.launch();
    },
    async runSteps(request) {
      await withLimit(request.tasks, request.inFlight, async () => {
        submitted += 1;
        const handle = await DBOS.startWorkflow(steps)(`task-${submitted}`, request.steps);
        await handle.getResult();
      });
    },
    graph: ({ width, depth, repeats }) => timeEach(repeats, () => runChief(width, depth)),
    fanOut: ({ width, repeats }) => timeEach(repeats, () => runChief(width, 1)),
    count: options.count,
    async stop() {
      await DBOS.shutdown();
      await options.close();
    },
  };
}
