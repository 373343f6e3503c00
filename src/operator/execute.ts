import type { AgentSpec } from '../agents/agent.ts';
import type { ExecutorPort, ExecutorPorts, Turns, WorkAnswer, WorkOrder } from '../agents/executor.ts';
import type { Meter } from '../energy/meter.ts';
import type { LedgerBook } from '../models/ledger-book.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { messageOf } from '../platform/kernel/json.ts';
import type { Log } from '../platform/kernel/log.ts';
import { LetGo } from '../platform/runs/attempt.ts';
import type { Attempt } from '../platform/runs/run.ts';
import { insertReading, type NewReadingRow } from '../platform/store/energy-readings.ts';
import type { TaskRow } from '../platform/store/schema.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { admit } from './billing.ts';
import type { HeldPlan } from './carry-out.ts';
import { countTokens, type Metered, networkMb, readingOf } from './metered.ts';
import { isSilent } from './silence.ts';
import { createTurns, type TurnNeeds } from './turns.ts';

export interface ExecuteNeeds extends TurnNeeds {
  store: Store;
  executors: ExecutorPorts;
  ledger: LedgerBook;
  meter: Meter;
  log: Log;
}

/** What an attempt works with. */
export interface Ready {
  task: TaskRow;
  order: WorkOrder;
  spec: AgentSpec;
  isAway: boolean;
  /** Where the task is a workflow that its operator carries out as a whole. */
  plan?: HeldPlan | undefined;
}

/**
 * The work itself, measured. What fails or lets go took something as well: that is kept at once, because nothing else
 * of such an attempt is.
 */
export async function execute<Answer extends Pick<WorkAnswer, 'usage'>>(
  needs: ExecuteNeeds,
  attempt: Attempt,
  { spec, order }: Ready,
  work: (executor: ExecutorPort, turns: Turns) => Promise<Answer>,
): Promise<Answer & Metered> {
  // What was stored is kept; only what would begin now is asked whether it may.
  if (attempt.fence > 1) await admit(needs, attempt, spec.executor.kind);
  const executor = needs.executors[spec.executor.kind];
  const { turns, used } = countTokens(
    createTurns(needs, attempt, { id: order.taskId, rootId: order.context.rootId }),
  );
  const done = await needs.meter.measure(() => work(executor, turns));
  const tokens = used.count > 0 && { tokens: used };
  if ('value' in done) {
    const mb = executor.kind === 'http' ? networkMb(order, done.value) : 0;
    return { ...done.value, took: { ...done.took, networkMb: mb }, ...tokens };
  }
  const { error, took } = done;
  const saidJ = error instanceof CadreError ? error.values.energyJ : undefined;
  const answer = { took, ...tokens, ...(typeof saidJ === 'number' && { usage: { energyJ: saidJ } }) };
  const { kind } = executor;
  const isAway = await isSilent(error, () =>
    executor.check(spec.executor, [], attempt.signal, attempt.tenantId),
  );
  const ended = !isAway && !(error instanceof LetGo);
  const reading = await readingOf(needs.meter, attempt, order, { kind, answer, ended, succeeded: false });
  // A reading that cannot be kept must not hide why the work failed.
  await needs.store
    .write(attempt.tenantId, (tx) => keepReading(tx, needs, reading))
    .catch((cause: unknown) => needs.log.warn({ error: messageOf(cause) }, 'a reading was not kept'));
  if (isAway) return attempt.postpone(SILENT_MS);
  throw error;
}

/** Keeps what an attempt took; budgets in joules count what this machine took for it. */
export async function keepReading(
  tx: TenantTx,
  { ledger }: Pick<ExecuteNeeds, 'ledger'>,
  reading: NewReadingRow,
): Promise<void> {
  const { run_id: runId, fence, task_id: taskId, agent_id: agentId, host_j: joules } = reading;
  ledger.bookHost(tx, { taskId, agentId }, { runId, fence, joules });
  await insertReading(tx, reading);
}

/** One that just went silent: by then the watch has judged it, or it answers again. */
export const SILENT_MS = 1_000;
