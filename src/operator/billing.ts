import type { WorkAnswer } from '../agents/executor.ts';
import type { LedgerBook } from '../models/ledger-book.ts';
import { type Bill, reported } from '../models/usage.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import type { Attempt, ClaimedRun } from '../platform/runs/run.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';

/** What work is held to before it begins, and how what it reports is booked. */
export interface BillNeeds {
  store: Store;
  ledger: LedgerBook;
}

/** Whose attempt it is. */
export type Claimed = Omit<ClaimedRun, 'attempt'>;

/** Those whose turns are settled one by one, from reservations: they are refused turn by turn. */
export const BILLED_BY_TURN: readonly string[] = ['scripted', 'model'];

/** Work that says only afterwards what it took does not begin on a budget that is used up. */
export async function admit({ store, ledger }: BillNeeds, attempt: Attempt, kind: string): Promise<void> {
  await store.read(attempt.tenantId, (tx) => admitIn(tx, ledger, attempt, kind));
}

async function admitIn(
  tx: TenantTx,
  ledger: LedgerBook,
  { taskId, agentId }: Claimed,
  kind: string | undefined | Promise<string | undefined>,
): Promise<void> {
  await ledger.admit(tx, { taskId: taskId ?? '', agentId }, Promise.resolve(kind).then(measuresOf));
}

/** What work of a kind is held to before it begins. */
function measuresOf(kind: string | undefined): ReadonlyArray<'money' | 'tokens' | 'energy'> {
  if (kind === undefined || BILLED_BY_TURN.includes(kind)) return [];
  // Built-in skills cost no money and no tokens, whatever they do.
  return kind === 'local' ? ['energy'] : ['money', 'tokens', 'energy'];
}

/** The same for one of several who read together: it may not take the others with it. */
export async function refusalOf(
  tx: TenantTx,
  { ledger }: BillNeeds,
  run: Claimed,
  kind: Promise<string | undefined>,
): Promise<CadreError | undefined> {
  try {
    await admitIn(tx, ledger, run, kind);
    return undefined;
  } catch (error) {
    if (error instanceof CadreError && error.code.startsWith('budget/')) return error;
    throw error;
  }
}

/** Writes down what work took that was not paid for turn by turn, as it was reported. */
export async function report(
  tx: TenantTx,
  { ledger }: BillNeeds,
  attempt: Attempt,
  { kind, rootId, answer: { usage } }: { kind: string; rootId: string; answer: Pick<WorkAnswer, 'usage'> },
  turn = 'report',
): Promise<void> {
  if (!usage || BILLED_BY_TURN.includes(kind)) return;
  const { tenantId, taskId, agentId, runId } = attempt;
  const bill: Bill = {
    tenantId,
    rootId,
    taskId: taskId ?? '',
    agentId,
    runId,
    turn,
    purpose: 'work',
  };
  await ledger.book(tx, bill, null, reported(usage));
}
