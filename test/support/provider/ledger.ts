import type { Ledger } from '../../../src/models/ledger.ts';
import type { Bill, CallUsage, WorstCase } from '../../../src/models/usage.ts';
import { CadreError } from '../../../src/platform/kernel/errors.ts';

/** What became of a reservation. */
export interface Entry {
  id: string;
  bill: Bill;
  worst: WorstCase;
  state: 'open' | 'settled' | 'released' | 'charged';
  usage?: CallUsage | undefined;
}

/** A ledger that only notes what it was told: which movement a call made, and when it refuses. */
export function notingLedger(options: { capUsd?: number; pressure?: number } = {}) {
  const entries: Entry[] = [];
  const spent = () =>
    entries
      .filter(({ state }) => state !== 'released')
      .reduce((sum, { usage, worst }) => sum + (usage?.costUsd ?? worst.costUsd ?? 0), 0);
  const end = (id: string, state: Entry['state'], usage?: CallUsage) => {
    const entry = entries.find((one) => one.id === id);
    if (entry?.state !== 'open') throw new Error(`${id} is ${entry?.state ?? 'unknown'}`);
    Object.assign(entry, { state, usage });
  };
  const ledger: Ledger = {
    async reserve(bill, worst) {
      if (options.capUsd !== undefined && spent() + (worst.costUsd ?? 0) > options.capUsd)
        throw new CadreError('budget/exceeded', { budget: 'test', detail: 'nothing is left' });
      if (entries.some((one) => one.state === 'open' && one.bill.turn === bill.turn))
        throw new Error(`the turn ${bill.turn} holds a reservation`);
      const id = `reservation-${entries.length + 1}`;
      entries.push({ id, bill, worst, state: 'open' });
      return id;
    },
    settle: async (_tx, id, _model, usage) => end(id, 'settled', usage),
    release: async (_tenantId, id) => end(id, 'released'),
    charge: async (_tenantId, id, _model, usage) => end(id, 'charged', usage),
    book: async () => {},
    pressure: async () => options.pressure ?? 0,
  };
  return { ledger, entries };
}
