/**
 * The floor: what a bare loop over a store costs when every step's result is durable before the next one begins, and
 * nothing else is done: no claim, no lease, no retry. It shows what the machine and the store allow.
 */
import { type Counted, type Peer, type PeerContext, timeEach, withLimit } from '../lib/peer.ts';

/** Rows that become durable together. */
export interface Batch {
  tasks: Array<{ id: string; kind: string }>;
  steps: Array<{ task: string; step: number; result: string }>;
  finished: string[];
}

export interface FloorStore {
  open(): Promise<void>;
  /** Resolves when the batch is on disk. */
  write(batch: Batch): Promise<void>;
  count(): Promise<Counted>;
  close(): Promise<void>;
}

const batch = (part: Partial<Batch>): Batch => ({ tasks: [], steps: [], finished: [], ...part });

export function createFloor(context: PeerContext, name: string, durability: string, store: FloorStore): Peer {
  let submitted = 0;
  const result = (task: string, step: number) => JSON.stringify(context.work(task, step));

  const runTask = async (steps: number) => {
    submitted += 1;
    const id = `task-${submitted}`;
    await store.write(batch({ tasks: [{ id, kind: 'task' }] }));
    for (let step = 0; step < steps; step += 1) {
      await store.write(batch({ steps: [{ task: id, step, result: result(id, step) }] }));
    }
    await store.write(batch({ finished: [id] }));
  };
  const runChief = async (width: number, depth: number) => {
    submitted += 1;
    const id = `chief-${submitted}`;
    const part = (index: number, level: number) => ({ id: `${id}-${index}-${level}`, kind: 'subtask' });
    const first = Array.from({ length: width }, (_, index) => part(index, 0));
    await store.write(batch({ tasks: [{ id, kind: 'chief' }, ...first] }));
    const chain = async (index: number) => {
      for (let level = 0; level < depth; level += 1) {
        const own = part(index, level).id;
        await store.write(batch({ steps: [{ task: own, step: 0, result: result(own, 0) }] }));
        await store.write(
          batch({ finished: [own], tasks: level + 1 < depth ? [part(index, level + 1)] : [] }),
        );
      }
    };
    await Promise.all(first.map((_, index) => chain(index)));
    await store.write(batch({ finished: [id] }));
  };

  return {
    name,
    durability,
    start: () => store.open(),
    runSteps: ({ tasks, steps, inFlight }) => withLimit(tasks, inFlight, () => runTask(steps)),
    graph: ({ width, depth, repeats }) => timeEach(repeats, () => runChief(width, depth)),
    fanOut: ({ width, repeats }) => timeEach(repeats, () => runChief(width, 1)),
    count: () => store.count(),
    stop: () => store.close(),
  };
}

/** Puts a queue before a store: what arrives while one batch is being written goes to disk together in the next. */
export function grouped(store: FloorStore): FloorStore {
  let waiting: Array<{ batch: Batch; resolve: () => void; reject: (error: unknown) => void }> = [];
  let writing = false;
  const flush = async () => {
    writing = true;
    await Promise.resolve();
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      const together = batch({
        tasks: group.flatMap((one) => one.batch.tasks),
        steps: group.flatMap((one) => one.batch.steps),
        finished: group.flatMap((one) => one.batch.finished),
      });
      try {
        await store.write(together);
        for (const one of group) one.resolve();
      } catch (error) {
        for (const one of group) one.reject(error);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    writing = false;
  };
  return {
    open: () => store.open(),
    write: (one) =>
      new Promise((resolve, reject) => {
        waiting.push({ batch: one, resolve, reject });
        if (!writing) void flush();
      }),
    count: () => store.count(),
    close: () => store.close(),
  };
}
