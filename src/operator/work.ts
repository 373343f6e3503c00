import { type AgentSpec, parseSpec } from '../agents/agent.ts';
import type { ExecutorPorts, WorkAnswer, WorkOrder } from '../agents/executor.ts';
import { deliverDelegation } from '../messages/delegation.ts';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError, type ErrorRecord, toErrorRecord } from '../platform/kernel/errors.ts';
import type { Json } from '../platform/kernel/json.ts';
import type { Attempt, GivenUp, Handler, Settlement } from '../platform/runs/run.ts';
import { selectAgent } from '../platform/store/agents.ts';
import { selectNotes } from '../platform/store/commands.ts';
import type { TaskRow } from '../platform/store/schema.ts';
import { selectNeeds, selectTask, startTask } from '../platform/store/tasks.ts';
import { readTogether } from '../platform/store/together.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { resolveReferences } from '../tasks/references.ts';
import { type SettleNeeds, settleTask } from '../tasks/settle.ts';
import type { StopReason } from '../tasks/task.ts';
import { awaitHandOver, findHandOver, handOver } from './hand-over.ts';
import { isSilent } from './silence.ts';
import { createTurns } from './turns.ts';

export interface WorkNeeds extends SettleNeeds {
  store: Store;
  executors: ExecutorPorts;
}

/**
 * The Master Operator: takes a task in hand (the delegation is delivered), does it through its executor as one
 * stored step, and settles it. A crash anywhere is a lease that ends; the next attempt goes on after the last step.
 */
export function operatorWork(needs: WorkNeeds): Handler {
  return {
    async work(attempt) {
      const taskId = attempt.taskId ?? '';
      const redelivered = attempt.fence > 1;
      const ready = await prepare(needs, attempt, taskId);
      const { order, spec, isAway } = ready;
      // What lies in a mailbox is waited for there, also when its agent has got another executor meanwhile.
      const isHanded = attempt.fence > 1 && (await findHandOver(needs, attempt)) !== undefined;
      if (isHanded || spec.executor.kind === 'mailbox') return throughMailbox(needs, attempt, ready);
      // No attempt is spent on one who is known to be away: the watch gives its tasks to others or calls them back.
      if (isAway) return attempt.postpone(AWAY_MS);
      const first = await attempt.transactTogether('start', async (tx) => {
        await begin(tx, needs, attempt, taskId);
        return attempt.fence;
      });
      // It begins anew when it is delivered again, and when it is tried again after it had ended.
      if (redelivered && first !== attempt.fence)
        await needs.store.write(attempt.tenantId, (tx) => begin(tx, needs, attempt, taskId));
      const executor = needs.executors[spec.executor.kind];
      const turns = createTurns(needs, attempt, { id: taskId, rootId: order.context.rootId });
      const answer = await attempt.step('execute', async (idempotencyKey) => {
        try {
          return await executor.execute(spec.executor, { ...order, idempotencyKey }, attempt.signal, turns);
        } catch (error) {
          if (await isSilent(error, () => executor.check(spec.executor, [], attempt.signal)))
            return attempt.postpone(SILENT_MS);
          throw error;
        }
      });
      return {
        commit: (tx) => complete(tx, needs, taskId, attempt.fence, answer),
        turn: taskId,
      };
    },
    giveUp: (tx, failure) => giveUpTask(tx, needs, failure),
  };
}

/** So much of a goal stands in the event, for pages that show who does what. */
const MAX_TOLD_CHARACTERS = 200;
/** An agent that is offline is asked again this often, should the call back be missed. */
const AWAY_MS = 15_000;
/** One that just went silent: by then the watch has judged it, or it answers again. */
const SILENT_MS = 1_000;

/** The agent takes its tasks from its mailbox: handed over once, then the run waits as a row. */
async function throughMailbox(needs: WorkNeeds, attempt: Attempt, ready: Ready): Promise<Settlement> {
  const { task, order, isAway } = ready;
  if (!(await findHandOver(needs, attempt))) {
    if (isAway) return attempt.postpone(AWAY_MS);
    const idempotencyKey = `${attempt.runId}:execute`;
    // The fence names the step: when the task is withdrawn and given back, it is handed over once more.
    await attempt.transact(`hand:${attempt.fence}`, async (tx) => {
      await begin(tx, needs, attempt, task.id);
      await handOver(tx, needs, attempt, { order: { ...order, idempotencyKey }, task });
    });
  }
  const back = await awaitHandOver(needs, attempt, order.timeoutMs);
  if ('output' in back) return { commit: (tx) => complete(tx, needs, task.id, attempt.fence, back) };
  const { error, isDead } = back;
  return {
    commit: (tx) =>
      giveUpTask(tx, needs, {
        taskId: task.id,
        state: isDead ? 'dead' : 'failed',
        error: toErrorRecord(error),
      }),
  };
}

async function begin(tx: TenantTx, needs: WorkNeeds, attempt: Attempt, taskId: string): Promise<void> {
  await deliverDelegation(tx, needs, taskId, rootOf(attempt));
  const started = await startTask(tx, taskId);
  if (!started) return;
  await needs.events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: 'task.started',
      taskId,
      rootId: rootOf(attempt),
      agentId: attempt.agentId,
      runId: attempt.runId,
      data: {
        attempt: attempt.attempt,
        step: started.step_name,
        goal: started.goal.slice(0, MAX_TOLD_CHARACTERS),
      },
    },
  ]);
}

/** What an attempt works with. */
interface Ready {
  task: TaskRow;
  order: WorkOrder;
  spec: AgentSpec;
  isAway: boolean;
}

/** Gathers what the executor needs: the task, the results it builds on, and the agent's spec. */
async function prepare(needs: WorkNeeds, attempt: Attempt, taskId: string): Promise<Ready> {
  const { task, results, agent, notes, isFilled } = await readTogether(
    needs.store,
    attempt.tenantId,
    async (tx) => {
      const found = await selectTask(tx, taskId);
      return {
        task: found,
        results: await selectNeeds(tx, taskId),
        agent: attempt.agentId ? await selectAgent(tx, attempt.agentId) : undefined,
        notes: await selectNotes(tx, rootOf(attempt)),
        isFilled: found !== undefined && (await hasFilledInput(tx, found)),
      };
    },
  );
  if (!task) throw new CadreError('task/not-found', { id: taskId });
  if (!agent) throw new CadreError('agent/not-found', { id: attempt.agentId ?? 'none' });
  const outputs: Record<string, unknown> = {};
  for (const need of results) {
    if (need.step_name && need.result) outputs[need.step_name] = JSON.parse(need.result).output;
  }
  const spec = parseSpec(agent.spec);
  const written: Record<string, Json> = JSON.parse(task.input);
  const input = isFilled ? written : resolveReferences(written, outputs);
  const order = orderOf({ task, attempt, spec }, input, { results: outputs, notes });
  return { task, spec, order, isAway: agent.status === 'offline' };
}

/** Steps of workflows get their input filled: braces in it came with a result and stand for nothing more. */
async function hasFilledInput(tx: TenantTx, task: TaskRow): Promise<boolean> {
  if (task.parent_id === null || !task.input.includes('{{')) return false;
  return ((await selectTask(tx, task.parent_id))?.workflow_id ?? null) !== null;
}

function orderOf(
  { task, attempt, spec }: { task: TaskRow; attempt: Attempt; spec: AgentSpec },
  input: Record<string, Json>,
  { results, notes }: Pick<WorkOrder['context'], 'results' | 'notes'>,
): WorkOrder {
  return {
    tenantId: task.tenant_id,
    taskId: task.id,
    attempt: attempt.fence,
    type: task.type,
    goal: task.goal,
    capability: task.capability,
    input,
    files: JSON.parse(task.files),
    context: {
      rootId: task.root_id,
      results,
      deadline: task.deadline === null ? null : toRfc3339(task.deadline),
      notes,
    },
    idempotencyKey: '',
    timeoutMs: task.timeout_ms ?? spec.timeoutMs,
  };
}

async function complete(
  tx: TenantTx,
  needs: WorkNeeds,
  taskId: string,
  fence: number,
  answer: WorkAnswer,
): Promise<void> {
  const { output, usage, score } = answer;
  await settleTask(tx, needs, taskId, {
    status: 'completed',
    stopReason: 'done',
    stopSentence: 'It was done.',
    fence,
    result: { completeness: 'complete', output, ...(usage && { usage }) },
    ...(score !== undefined && { score }),
  });
}

/** A run that will not be tried again takes its task with it, with a reason for people. */
export async function giveUpTask(
  tx: TenantTx,
  needs: SettleNeeds,
  failure: Pick<GivenUp, 'taskId' | 'state' | 'error'>,
): Promise<void> {
  if (!failure.taskId) return;
  await settleTask(tx, needs, failure.taskId, {
    status: 'failed',
    stopReason: stopReasonOf(failure),
    stopSentence: failure.error.message,
    error: failure.error,
  });
}

function stopReasonOf({ state, error }: { state: string; error: ErrorRecord }): StopReason {
  if (error.code === 'message/expired') return 'deadline';
  if (error.code === 'run/step-limit') return 'step-limit';
  if (error.code === 'message/mailbox-full') return 'rejected';
  if (state === 'dead') return error.code === 'run/timeout' ? 'timeout' : 'dead-letter';
  return ['child/timeout', 'run/timeout'].includes(error.code) ? 'timeout' : 'failed';
}

function rootOf(attempt: Attempt): string {
  return typeof attempt.payload.rootId === 'string' ? attempt.payload.rootId : (attempt.taskId ?? '');
}
