import type { EventLog } from '../platform/events/events.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';

/** What this room needs from rooms above it. */
export interface TenantNeeds {
  readonly store: Store;
  readonly events: EventLog;
  /** The first tenant: its owners may add tenants and see all of them. */
  readonly homeTenantId: string;
  /** What rooms further down give every tenant as it begins, in the transaction that adds it. */
  settleTenant?(tx: TenantTx): Promise<void>;
}
