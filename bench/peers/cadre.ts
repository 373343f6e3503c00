/**
 * Cadre's engine (`src/platform/runs`) over one of its stores, in the shape in which the product uses it: every task is
 * submitted by a statement of its own, carried out by a leased worker, and settled in a transaction that also
 * enqueues what is next. A chief is two runs, `plan` and `conclude`, with its subtasks in between.
 */
import { createLocalBus } from '../../src/platform/bus/local.ts';
import { createEventLog } from '../../src/platform/events/events.ts';
import { newId } from '../../src/platform/kernel/ids.ts';
import { silentLog } from '../../src/platform/kernel/log.ts';
import { systemRandom } from '../../src/platform/kernel/random.ts';
import type { Attempt, Handler } from '../../src/platform/runs/run.ts';
import { createRuns } from '../../src/platform/runs/runs.ts';
import { createWorker, type RunWorker } from '../../src/platform/runs/worker.ts';
import { insertTenant } from '../../src/platform/store/tenants.ts';
import type { Store, TenantTx } from '../../src/platform/store/transaction.ts';
import { type Counted, type Peer, type PeerContext, timeEach, withLimit } from '../lib/peer.ts';

export interface CadreOptions {
  name: string;
  durability: string;
  open(): Promise<Store>;
  /** Makes the table `open_parts (chief, parts)` and changes it: what a task's own row does in the product. */
  parts: {
    make(): Promise<void>;
    add(tx: TenantTx, chief: string, parts: number): Promise<void>;
    /** One part less; how many are left. Serialises the parts of one chief. */
    less(tx: TenantTx, chief: string): Promise<number>;
  };
  count(): Promise<Counted>;
  close(): Promise<void>;
}

export function createCadre(context: PeerContext, options: CadreOptions): Peer {
  const { work } = context;
  const tenantId = newId();
  const waiting = new Map<string, () => void>();
  let store: Store;
  let worker: RunWorker;
  let runs: ReturnType<typeof createRuns>;

  const tell = (tx: TenantTx, id: string) => tx.afterCommit(() => waiting.get(id)?.());
  const done = (id: string) =>
    new Promise<void>((resolve) => {
      waiting.set(id, () => {
        waiting.delete(id);
        resolve();
      });
    });
  const number = (attempt: Attempt, name: string): number => Number(attempt.payload[name]);

  const task: Handler = {
    async work(attempt) {
      const steps = number(attempt, 'steps');
      for (let step = 0; step < steps; step += 1) {
        await attempt.step(`step ${step}`, async () => work(attempt.runId, step));
      }
      return { result: steps, commit: async (tx) => tell(tx, attempt.runId) };
    },
  };
  const plan: Handler = {
    async work(attempt) {
      const { chief } = attempt.payload;
      const [width, depth] = [number(attempt, 'width'), number(attempt, 'depth')];
      const first = Array.from({ length: width }, () => ({
        kind: 'subtask',
        tenantId,
        payload: { chief, left: depth - 1 },
      }));
      return {
        result: width * depth,
        commit: async (tx) => {
          await options.parts.add(tx, String(chief), width);
          await runs.enqueue(tx, first);
        },
      };
    },
  };
  const subtask: Handler = {
    async work(attempt) {
      const { chief } = attempt.payload;
      const left = number(attempt, 'left');
      const result = await attempt.step('work', async () => work(attempt.runId, 0));
      return {
        result,
        commit: async (tx) => {
          if (left > 0) {
            await runs.enqueue(tx, [{ kind: 'subtask', tenantId, payload: { chief, left: left - 1 } }]);
          } else if ((await options.parts.less(tx, String(chief))) === 0) {
            await runs.enqueue(tx, [{ kind: 'conclude', tenantId, payload: { chief } }]);
          }
        },
      };
    },
  };
  const conclude: Handler = {
    work: async (attempt) => ({ commit: async (tx) => tell(tx, String(attempt.payload.chief)) }),
  };

  const submit = async (kind: string, id: string, payload: Record<string, unknown>) => {
    const finished = done(id);
    await store.single((tx) =>
      runs.enqueue(tx, [{ ...(kind === 'task' && { id }), kind, tenantId, payload }]),
    );
    await finished;
  };
  const runChief = (width: number, depth: number) => {
    const chief = newId();
    return submit('plan', chief, { chief, width, depth });
  };

  return {
    name: options.name,
    durability: options.durability,
    async start() {
      store = await options.open();
      await store.writeAll((tx) =>
        insertTenant(tx, { id: tenantId, name: 'bench', weight: 1, max_running: 1_000 }),
      );
      await options.parts.make();
      const bus = createLocalBus();
      const events = createEventLog(store, bus);
      runs = createRuns({ bus, events });
      const handlers = { task, plan, subtask, conclude };
      worker = createWorker(
        { store, bus, events, runs, log: silentLog, random: systemRandom, handlers },
        {
          name: newId(),
          concurrency: Math.max(64, context.inFlight),
          leaseTtlMs: 15_000,
          alone: store.dialect === 'sqlite',
        },
      );
      await worker.start();
    },
    runSteps: ({ tasks, steps, inFlight }) =>
      withLimit(tasks, inFlight, () => submit('task', newId(), { steps })),
    graph: ({ width, depth, repeats }) => timeEach(repeats, () => runChief(width, depth)),
    fanOut: ({ width, repeats }) => timeEach(repeats, () => runChief(width, 1)),
    count: options.count,
    async stop() {
      await worker.stop(2_000);
      await store.close();
      await options.close();
    },
  };
}

/** Completed runs and stored steps, in the tables of the engine. The same text for both stores. */
export const COUNT = `select
  (select count(*) from run where kind = 'task' and state = 'completed') as tasks,
  (select count(*) from step where run_id in (select id from run where kind = 'task')) as steps,
  (select count(*) from run join step on step.run_id = run.id where kind = 'subtask' and state = 'completed') as subtasks,
  (select count(*) from run where kind = 'conclude' and state = 'completed') as chiefs`;
