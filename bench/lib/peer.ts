/** What a benchmarked system offers. One adapter per system in `bench/peers/`, all behind this interface. */

/** Where a system may keep its data. Everything in it is thrown away afterwards. */
export interface PeerContext {
  /** An empty PostgreSQL database of its own. */
  postgresUrl: string;
  /** A Redis of the bench alone, appendonly with `appendfsync always`. */
  redisPort: number;
  /** An empty folder of its own. */
  directory: string;
  /** Runs in flight that the workload will ask for. A system may size its workers and pools by it. */
  inFlight: number;
  /** The work of one step: trivial, and timed. Every system calls it exactly once per step. */
  work: (task: string, step: number) => { step: number; said: string };
}

export interface StepsRequest {
  tasks: number;
  steps: number;
  inFlight: number;
}

/** What a system's own store says after the work, read with its own tables or keys. */
export interface Counted {
  /** Tasks of `runSteps` that stand as completed. */
  tasks: number;
  /** Steps of those tasks whose result is stored. */
  steps: number;
  /** Subtasks (or nodes) of `graph` and `fanOut` that stand as completed. */
  subtasks: number;
  /** Chiefs of `graph` and `fanOut` that stand as completed. */
  chiefs: number;
}

export interface Peer {
  name: string;
  /** What is on disk when the system says that a step is done. */
  durability: string;
  start(): Promise<void>;
  /** Runs that many tasks of that many steps, never more than `inFlight` open at once. Resolves when all are done. */
  runSteps(request: StepsRequest): Promise<void>;
  /** A chief starts `width` chains of `depth` dependent subtasks and concludes when all are done; one after another. */
  graph(request: { width: number; depth: number; repeats: number }): Promise<number[]>;
  /** A task fans out to `width` subtasks and joins them; one after another. Answers the milliseconds of each. */
  fanOut(request: { width: number; repeats: number }): Promise<number[]>;
  count(): Promise<Counted>;
  stop(): Promise<void>;
}

export type OpenPeer = (context: PeerContext) => Peer;

/** Runs `one(0 … count-1)` with at most `limit` of them open. */
export async function withLimit(
  count: number,
  limit: number,
  one: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < count) {
      const index = next;
      next += 1;
      await one(index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, count) }, lane));
}

/** Milliseconds of each of `repeats` calls, one after another. */
export async function timeEach(repeats: number, one: (index: number) => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < repeats; index += 1) {
    const startedAt = performance.now();
    await one(index);
    times.push(performance.now() - startedAt);
  }
  return times;
}
