/** The work of a step: next to nothing, so that what is measured is the system around it. */
export interface TimedWork {
  work: (task: string, step: number) => { step: number; said: string };
  /** From the end of one step's work to the beginning of the next one's, in milliseconds, for every task. */
  transitionsMs: number[];
  /** How often a step was carried out, repetitions included. */
  executed: () => number;
  reset: () => void;
}

export function createTimedWork(): TimedWork {
  const endedAt = new Map<string, number>();
  const transitionsMs: number[] = [];
  let executed = 0;
  return {
    work(task, step) {
      const now = performance.now();
      const before = endedAt.get(task);
      if (step > 0 && before !== undefined) transitionsMs.push(now - before);
      executed += 1;
      endedAt.set(task, performance.now());
      return { step, said: `step ${step} of ${task}` };
    },
    transitionsMs,
    executed: () => executed,
    reset() {
      endedAt.clear();
      transitionsMs.length = 0;
      executed = 0;
    },
  };
}
