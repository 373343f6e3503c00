import { CadreError } from '../kernel/errors.ts';
import { completeRuns, type EndOfRun, insertSteps, type NewStep } from '../store/runs.ts';
import type { Store } from '../store/transaction.ts';

/**
 * Group commit of the engine: step results and plain completions of all attempts in this process that arrive while
 * one write is under way go to disk together in the next, as one statement each. Nobody is told "stored" before
 * the fsync. True = stored; false = the attempt no longer owns its run (or has a control to obey).
 */
export interface Committer {
  step(step: NewStep): Promise<boolean>;
  complete(end: EndOfRun): Promise<boolean>;
}

interface Waiting<T> {
  item: T;
  resolve(stored: boolean): void;
  reject(error: unknown): void;
}

export function createCommitter(store: Store): Committer {
  return {
    step: batching<NewStep>(async (steps) => {
      const stored = await store.single((tx) => insertSteps(tx, steps));
      return new Set(stored.map((row) => stepKey(row)));
    }, stepKey),
    complete: batching<EndOfRun>(
      async (ends) => new Set(await store.single((tx) => completeRuns(tx, ends))),
      (end) => end.run_id,
    ),
  };
}

function stepKey(step: { run_id: string; name: string }): string {
  return `${step.run_id} ${step.name}`;
}

/** Collects items while a write is under way; `write` answers the keys it stored. */
function batching<T>(write: (items: T[]) => Promise<Set<string>>, keyOf: (item: T) => string) {
  let waiting: Waiting<T>[] = [];
  let writing = false;

  async function flush(): Promise<void> {
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        const stored = await write(batch.map(({ item }) => item));
        for (const { item, resolve } of batch) resolve(stored.has(keyOf(item)));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    writing = false;
  }

  return (item: T) =>
    new Promise<boolean>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      // A microtask later, so that attempts which go on in the same tick share the write.
      if (!writing) {
        writing = true;
        queueMicrotask(() => void flush());
      }
    });
}

/** The error of an attempt that lost its run. */
export function fenced(runId: string, fence: number): CadreError {
  return new CadreError('run/fenced', { runId, fence });
}
