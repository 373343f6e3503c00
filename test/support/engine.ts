import { createLocalBus } from '../../src/platform/bus/local.ts';
import { createEventLog, type EventRecord } from '../../src/platform/events/events.ts';
import { newId } from '../../src/platform/kernel/ids.ts';
import { silentLog } from '../../src/platform/kernel/log.ts';
import { seededRandom } from '../../src/platform/kernel/random.ts';
import type { Handler } from '../../src/platform/runs/run.ts';
import { createRuns } from '../../src/platform/runs/runs.ts';
import { createWorker, type RunWorker, type WorkerOptions } from '../../src/platform/runs/worker.ts';
import { selectRun } from '../../src/platform/store/runs.ts';
import type { RunRow } from '../../src/platform/store/schema.ts';
import type { Store } from '../../src/platform/store/transaction.ts';

/** An engine over a store, for tests that need no house around it. */
export function createTestEngine(store: Store) {
  const bus = createLocalBus();
  const events = createEventLog(store, bus);
  const runs = createRuns({ bus, events });
  return {
    bus,
    events,
    runs,
    worker(handlers: Record<string, Handler>, options: Partial<WorkerOptions> = {}): RunWorker {
      return createWorker(
        { store, bus, events, runs, log: silentLog, random: seededRandom(1), handlers },
        {
          name: newId(),
          concurrency: 8,
          leaseTtlMs: 3_000,
          alone: false,
          retry: { baseMs: 5, capMs: 20 },
          pollMs: 100,
          ...options,
        },
      );
    },
    run: (id: string): Promise<RunRow | undefined> => store.readAll((tx) => selectRun(tx, id)),
    allEvents: (tenantId: string): Promise<EventRecord[]> => events.read({ tenantId }, undefined, 1_000),
  };
}

/** Waits until the check holds; fails after `limitMs` with the last thing seen. */
export async function until<T>(
  check: () => Promise<T | undefined | false>,
  what: string,
  limitMs = 20_000,
): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    const found = await check();
    if (found) return found;
    if (performance.now() > end) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}
