import type { TenantTx } from '../platform/store/transaction.ts';
import type { Fact, Look } from './advance.ts';

/** Carries plans out; rooms that know of facts (a decision, an event, a time) tell it in their transaction. */
export interface PlanDriver {
  /** Takes in what became of a step, or looks at blocks again, and begins what follows. A paused task takes it in when it is resumed. */
  take(tx: TenantTx, taskId: string, fact: Fact | Look): Promise<void>;
}
