import { answerDelegation, withdrawHandOvers } from '../messages/delegation.ts';
import type { Mail } from '../messages/mail.ts';
import type { EventLog } from '../platform/events/events.ts';
import type { ErrorRecord } from '../platform/kernel/errors.ts';
import type { NewRun } from '../platform/runs/run.ts';
import type { Runs } from '../platform/runs/runs.ts';
import { bookOutcome } from '../platform/store/agents.ts';
import { selectDelegation } from '../platform/store/messages.ts';
import { closeNodes, selectNodeOf } from '../platform/store/plans.ts';
import type { MessageRow, PlanNodeRow, TaskRow } from '../platform/store/schema.ts';
import {
  countDownSubtasks,
  endTask,
  FINAL_STATUSES,
  holdAbove,
  releaseDependants,
  selectDependants,
} from '../platform/store/tasks.ts';
import { oneAfterAnother } from '../platform/store/together.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import type { StopReason, TaskResult } from './task.ts';

export interface SettleNeeds {
  events: EventLog;
  runs: Runs;
  mail: Mail;
  taskListeners: readonly TaskListener[];
}

/** What rooms further down do when a task ends, in the transaction that ends it. */
export interface TaskListener {
  /** A task ended whose delegation asked for an answer. */
  answered?(tx: TenantTx, task: TaskRow, delegation: MessageRow): Promise<void>;
  /** A task ended below one that follows a workflow, whose step it did, and the one above goes on by itself. */
  endedBelow?(tx: TenantTx, above: TaskRow, task: TaskRow, node: PlanNodeRow | undefined): Promise<void>;
  /** A task that follows a workflow is tried again: what failed, or also all from the step with this path. */
  retried?(tx: TenantTx, task: TaskRow, from?: string): Promise<void>;
}

/** How a task ends. */
export interface TaskEnd {
  status: 'completed' | 'failed' | 'terminated';
  stopReason: StopReason;
  /** For people: what happened, in a sentence. */
  stopSentence: string;
  result?: TaskResult;
  score?: number;
  error?: ErrorRecord;
  /** Which attempt ended it, for the log. */
  fence?: number;
  /** It ends because the task above it does, which therefore takes no notice. */
  isFromAbove?: boolean;
}

/**
 * Ends a task, in the transaction of whoever ends it: result, answer to who delegated it, the agent's record, what
 * waits for it, and its parent commit together. A task that is final already stays as it is. The same verb ends
 * steps and whole goals: a parent is a task like any other.
 */
export async function settleTask(
  tx: TenantTx,
  needs: SettleNeeds,
  taskId: string,
  end: TaskEnd,
): Promise<boolean> {
  // Siblings take turns at their parent, so that counters and dependants are never locked in two orders.
  const [parent, task, delegation, node] = await Promise.all([
    holdAbove(tx, taskId),
    endTask(tx, taskId, {
      status: end.status,
      result: end.result ? JSON.stringify(end.result) : null,
      score: end.score ?? null,
      stop_reason: end.stopReason,
      stop_sentence: end.stopSentence,
      error: end.error ? JSON.stringify(end.error) : null,
    }),
    selectDelegation(tx, taskId),
    selectNodeOf(tx, taskId),
  ]);
  if (!task) return false; // it was final already
  const asked = await answerDelegation(tx, needs, delegation, {
    rootId: task.root_id,
    status: end.status,
    sentence: end.stopSentence,
    how: answerOf(end),
    ...(end.error && { error: end.error.message }),
  });
  // One that completed through a mailbox was acknowledged there.
  if (end.status !== 'completed')
    await withdrawHandOvers(tx, needs, task.id, `The task has ended: ${end.stopSentence}`);
  if (task.agent_id && task.started_at !== null && end.status !== 'terminated') {
    const durationMs = Math.max(0, (task.completed_at ?? 0) - task.started_at);
    await bookOutcome(tx, task.agent_id, end.status === 'completed', durationMs);
  }
  await needs.events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: 'task.settled',
      taskId: task.id,
      rootId: task.root_id,
      agentId: task.agent_id,
      data: {
        status: end.status,
        stopReason: end.stopReason,
        sentence: end.stopSentence,
        step: task.step_name,
        ...(end.fence !== undefined && { attempt: end.fence }),
        ...(end.error && { error: end.error }),
      },
    },
  ]);
  if (asked) for (const listener of needs.taskListeners) await listener.answered?.(tx, task, asked);
  if (task.workflow_id !== null) await closeNodes(tx, task.id);
  // Steps of a workflow need one another in its plan alone, and nothing needs a goal.
  if (parent && !parent.workflow_id) await goOn(tx, needs, task, end);
  if (parent?.workflow_id && !end.isFromAbove) {
    await oneAfterAnother(tx, parent.id, async () => {
      for (const listener of needs.taskListeners) await listener.endedBelow?.(tx, parent, task, node);
    });
    return true;
  }
  if (parent && (await countDownSubtasks(tx, parent.id)) === 0 && !FINAL_STATUSES.includes(parent.status)) {
    await needs.runs.enqueue(tx, [
      {
        kind: 'chief.conclude',
        tenantId: tx.tenantId,
        taskId: parent.id,
        agentId: parent.agent_id,
        priority: parent.priority,
        payload: { rootId: parent.root_id },
      },
    ]);
  }
  return true;
}

function answerOf(end: TaskEnd): 'acknowledged' | 'expired' | 'dead' | 'failed' {
  // A run that timed out in its last attempt stands in the dead-letter list as well.
  if (end.stopReason === 'dead-letter' || end.error?.code === 'run/timeout') return 'dead';
  if (end.error?.code === 'message/expired' || end.stopReason === 'deadline') return 'expired';
  return end.status === 'completed' ? 'acknowledged' : 'failed';
}

/** Starts what waited for the task, or ends what cannot start any more. */
async function goOn(tx: TenantTx, needs: SettleNeeds, task: TaskRow, end: TaskEnd): Promise<void> {
  if (end.status === 'completed' || (task.optional === 1 && end.status === 'failed')) {
    const ready = await releaseDependants(tx, task.id);
    await needs.runs.enqueue(tx, ready.map(workRun));
    return;
  }
  for (const dependant of await selectDependants(tx, task.id)) {
    await settleTask(tx, needs, dependant.id, {
      status: end.status === 'terminated' ? 'terminated' : 'failed',
      stopReason: end.status === 'terminated' ? 'terminated' : 'dependency-failed',
      stopSentence: `It needs "${task.step_name ?? task.goal}", which did not complete.`,
      ...(end.error && { error: end.error }),
    });
  }
}

/** The run that carries out a step whose dependencies are done. */
export function workRun(task: TaskRow): NewRun {
  const placed: { agentLimit?: number; maxAttempts?: number; timeoutMs?: number } = task.assignment
    ? JSON.parse(task.assignment)
    : {};
  const isPlan = task.workflow_id !== null;
  return {
    kind: 'operator.work',
    tenantId: task.tenant_id,
    taskId: task.id,
    agentId: task.agent_id,
    agentLimit: placed.agentLimit ?? 1,
    priority: task.priority,
    maxAttempts: placed.maxAttempts ?? 3,
    // One operator for a whole workflow: each step has its own time, and all of them the deadline of the task.
    timeoutMs: isPlan ? 0 : (task.timeout_ms ?? placed.timeoutMs ?? 60_000),
    // Who begins it reads the nodes of its plan along with the rest.
    payload: { rootId: task.root_id, ...(isPlan && { hasPlan: true }) },
  };
}

/** Has a plan that was held up take in what has ended below it. */
export function goOnRun(task: TaskRow): NewRun {
  return {
    kind: 'plan.go-on',
    tenantId: task.tenant_id,
    taskId: task.id,
    priority: task.priority,
    payload: { rootId: task.root_id },
  };
}
