import type { WorkAnswer } from '../agents/executor.ts';
import { toUsd } from '../models/amount.ts';
import type { LedgerBook } from '../models/ledger-book.ts';
import type { Fact } from '../platform/events/events.ts';
import type { ErrorCode } from '../platform/kernel/errors.ts';
import type { TreeTop } from '../platform/store/below.ts';
import type { TaskRow } from '../platform/store/schema.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { sumBelow } from '../platform/store/usage.ts';
import type { TaskEnd } from '../tasks/settle.ts';
import type { StopReason } from '../tasks/task.ts';
import type { Move } from './advance.ts';
import type { Budget } from './language.ts';
import type { PlanNode } from './node.ts';

/** What a plan says of its task: how far it is, why it spends no more, and how it ends. */

/** Tells what steps did that are no tasks of their own; nothing where there are none. */
export function advancedFact(
  { tenant_id: tenantId, id, root_id: rootId }: TaskRow,
  nodes: readonly PlanNode[],
): Fact[] {
  const steps = nodes
    .filter((node) => node.path !== '' && node.kind !== 'block' && node.taskId === null)
    .slice(0, 100)
    .map(({ path, status }) => ({ path, status }));
  return steps.length === 0 ? [] : [{ tenantId, type: 'plan.advanced', taskId: id, rootId, data: { steps } }];
}

/**
 * Why no further step begins. What is below the task counts, also what is still at work there.
 * @param unbooked what was reported and is booked later
 */
export async function overBudget(
  tx: TenantTx,
  ledger: LedgerBook,
  task: TreeTop,
  budget: Budget | undefined,
  { inputTokens = 0, outputTokens = 0, costUsd: unbookedUsd = 0 }: WorkAnswer['usage'] = {},
): Promise<string | undefined> {
  if (!budget) return undefined;
  await ledger.written(tx);
  const below = await sumBelow(tx, task);
  const tokens = below.inputTokens + below.outputTokens + inputTokens + outputTokens;
  const costUsd = toUsd(below.costNano ?? 0) + unbookedUsd;
  if (budget.tokens !== undefined && tokens >= budget.tokens)
    return `${tokens} of ${budget.tokens} tokens were used`;
  if (budget.costUsd !== undefined && costUsd >= budget.costUsd)
    return `${costUsd.toFixed(4)} of ${budget.costUsd} USD were spent`;
  return undefined;
}

/** How the task of a plan ends. */
export function endOf({ outcome, isPartial }: Extract<Move, { do: 'end' }>): TaskEnd {
  if (outcome.status === 'completed')
    return {
      status: 'completed',
      stopReason: 'done',
      stopSentence: isPartial
        ? 'It was done; some of its steps did not complete.'
        : 'All its steps were done.',
      result: { completeness: isPartial ? 'partial' : 'complete', output: outcome.output },
    };
  const { code, message, step } = outcome.error;
  const where = step === '' || step === 'output' ? '' : `The step "${step}" did not complete: `;
  return {
    status: 'failed',
    stopReason: REASONS[code] ?? 'failed',
    stopSentence: `${where}${message}`,
    // Codes of nodes come from the catalogue.
    error: {
      code: code as ErrorCode,
      message,
      hint: 'See the steps of its plan.',
      retryable: false,
      values: { step },
    },
  };
}

/** Why a task ended, by the code of the step that ended it. */
const REASONS: Readonly<Record<string, StopReason>> = {
  'workflow/budget': 'budget',
  'workflow/too-many-steps': 'step-limit',
  'workflow/round-limit': 'step-limit',
  'workflow/too-wide': 'fan-out-limit',
  'plan/too-deep': 'hop-limit',
  'approval/rejected': 'rejected',
  'approval/expired': 'deadline',
  'task/deadline': 'deadline',
  'message/expired': 'deadline',
  'run/timeout': 'timeout',
  'budget/exceeded': 'budget',
  'budget/no-price': 'budget',
};
