import type { Bus } from '../platform/bus/bus.ts';
import type { Clock } from '../platform/kernel/clock.ts';
import type { Caller } from '../platform/kernel/operation.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';

/** Looked at by itself this often, should a hint be lost: the bus is never the truth. */
const FALLBACK_MS = 1_000;
/** Longest that a request may wait. */
export const MAX_WAIT_MS = 30_000;

/**
 * Looks until there is something, each time an event was written; undefined when the time is up or the caller left.
 * Nobody polls meanwhile, but for the fallback.
 */
export async function waitFor<T>(
  needs: { bus: Bus; clock: Clock },
  look: () => Promise<T | undefined>,
  options: { waitMs: number; signal: AbortSignal },
): Promise<T | undefined> {
  const { bus, clock } = needs;
  const end = clock.monotonicMs() + options.waitMs;
  let hinted = false;
  let wake = () => {};
  const off = bus.on('events', () => {
    hinted = true;
    wake();
  });
  try {
    for (;;) {
      hinted = false;
      const found = await look();
      const left = end - clock.monotonicMs();
      if (found !== undefined || left <= 0 || options.signal.aborted) return found;
      if (hinted) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(left, FALLBACK_MS));
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
        options.signal.addEventListener('abort', wake, { once: true });
      });
      options.signal.removeEventListener('abort', wake);
    }
  } finally {
    off();
  }
}

/** What something has become at its end, or how it stands when the patience of the caller is over. */
export async function awaitEnd<T>(
  needs: { store: Store; bus: Bus; clock: Clock },
  caller: Caller,
  of: { isOpen(tx: TenantTx): Promise<boolean>; show(tx: TenantTx): Promise<T> },
  waitMs: number,
): Promise<T> {
  const read = <R>(work: (tx: TenantTx) => Promise<R>) => needs.store.read(caller.tenantId, work);
  // Looked at with every event: all of it is read when there is an end.
  const look = async () => ((await read(of.isOpen)) ? undefined : read(of.show));
  const ended = waitMs > 0 ? await waitFor(needs, look, { waitMs, signal: caller.signal }) : undefined;
  return ended ?? read(of.show);
}
