import type { TenantTx } from '../platform/store/transaction.ts';
import type { Bill, CallUsage, WorstCase } from './usage.ts';

/**
 * Money, tokens and joules of model calls. Before a call its worst case is reserved in every budget that holds for it;
 * what it really took takes the place of the reservation, in the transaction that stores what the call gave. A call
 * whose answer was lost keeps its reservation until it is charged as the worst case: what nobody knows fails closed.
 */
export interface Ledger {
  /**
   * Reserves in its own transaction, before the call. A reservation of the same run and turn that is still open belongs
   * to a call whose answer was lost: it is charged first, as the worst case.
   * @returns the id of the reservation
   * @throws CadreError `budget/exceeded`, `budget/no-price`
   */
  reserve(bill: Bill, worst: WorstCase): Promise<string>;
  /** What the call took, in the transaction that stores its answer. */
  settle(tx: TenantTx, reservationId: string, model: string, usage: CallUsage): Promise<void>;
  /** The call failed before the provider took it on: nothing is owed. */
  release(tenantId: string, reservationId: string): Promise<void>;
  /** The call failed after the provider had begun: what is known of it, the worst case where nothing is. */
  charge(tenantId: string, reservationId: string, model: string, usage?: CallUsage): Promise<void>;
  /** Usage that was reported and never reserved, such as that of an operator behind an HTTP endpoint. */
  book(tx: TenantTx, bill: Bill, model: string | null, usage: CallUsage): Promise<void>;
  /**
   * The largest share in use, from 0 on, of the budgets for the bill that say `switch-down`; 0 when there is none. For
   * routing: who said `stop` keeps the model to the end.
   */
  pressure(bill: Bill): Promise<number>;
}
