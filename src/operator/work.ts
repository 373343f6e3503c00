import { type AgentSpec, parseSpec } from '../agents/agent.ts';
import type { WorkAnswer, WorkOrder } from '../agents/executor.ts';
import { deliverDelegation, deliverFirst } from '../messages/delegation.ts';
import type { LedgerBook } from '../models/ledger-book.ts';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError, type ErrorRecord, toErrorRecord } from '../platform/kernel/errors.ts';
import type { Json } from '../platform/kernel/json.ts';
import type { Attempt, Begun, ClaimedRun, GivenUp, Handler, Settlement } from '../platform/runs/run.ts';
import { selectAgentRow } from '../platform/store/agents.ts';
import { selectNotes } from '../platform/store/commands.ts';
import { selectDelegation } from '../platform/store/messages.ts';
import { selectNodes } from '../platform/store/plans.ts';
import type { AgentRow, TaskRow } from '../platform/store/schema.ts';
import { holdTask, selectNeeds, selectTask, startHeld, startTask } from '../platform/store/tasks.ts';
import { readTogether } from '../platform/store/together.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { resolveReferences } from '../tasks/references.ts';
import { type SettleNeeds, settleTask } from '../tasks/settle.ts';
import type { StopReason } from '../tasks/task.ts';
import { admit, type Claimed, refusalOf, report } from './billing.ts';
import { type CarryNeeds, openPlan, writePlan } from './carry-out.ts';
import { CHAT } from './chat/converse.ts';
import { selectSaidBefore } from './chat/said.ts';
import { type ExecuteNeeds, execute, keepReading, type Ready } from './execute.ts';
import { awaitHandOver, findHandOver, handOver } from './hand-over.ts';
import { readingOf } from './metered.ts';
import { wholePlan } from './whole-plan.ts';

export interface WorkNeeds extends SettleNeeds, ExecuteNeeds, CarryNeeds {
  store: Store;
  ledger: LedgerBook;
}

/**
 * The Master Operator: takes a task in hand (the delegation is delivered), does it through its executor as one
 * stored step, and settles it. A crash anywhere is a lease that ends; the next attempt goes on after the last step.
 */
export function operatorWork(needs: WorkNeeds): Handler {
  return {
    begin: (tx, run) => beginAtOnce(tx, needs, run),
    async work(attempt) {
      const taskId = attempt.taskId ?? '';
      const begun = attempt.begun as Ready | undefined; // of `begin`
      const ready = begun ?? (await prepare(needs, attempt, taskId));
      const { order, spec, isAway } = ready;
      // What lies in a mailbox is waited for there, also when its agent has got another executor meanwhile.
      const isHanded = attempt.fence > 1 && (await findHandOver(needs, attempt)) !== undefined;
      if (ready.plan && spec.executor.kind === 'mailbox')
        throw new CadreError('workflow/mailbox-operator', { agent: spec.name });
      if (isHanded || spec.executor.kind === 'mailbox') return throughMailbox(needs, attempt, ready);
      // No attempt is spent on one who is known to be away: the watch gives its tasks to others or calls them back.
      if (isAway) return attempt.postpone(AWAY_MS);
      if (!begun) await beginByItself(needs, attempt, ready);
      if (ready.plan) return wholePlan(needs, attempt, ready, ready.plan);
      const answer = await attempt.last('execute', (idempotencyKey) =>
        execute(needs, attempt, ready, (executor, turns) =>
          executor.execute(spec.executor, { ...order, idempotencyKey }, attempt.signal, turns),
        ),
      );
      const { kind } = spec.executor;
      const reading = await readingOf(needs.meter, attempt, order, {
        kind,
        answer,
        ended: true,
        succeeded: true,
      });
      return {
        async commit(tx) {
          await report(tx, needs, attempt, { kind, rootId: order.context.rootId, answer });
          await keepReading(tx, needs, reading);
          await complete(tx, needs, taskId, attempt.fence, answer);
        },
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
/** The agent takes its tasks from its mailbox: handed over once, then the run waits as a row. */
async function throughMailbox(needs: WorkNeeds, attempt: Attempt, ready: Ready): Promise<Settlement> {
  const { task, order, isAway } = ready;
  if (!(await findHandOver(needs, attempt))) {
    if (isAway) return attempt.postpone(AWAY_MS);
    if (attempt.fence > 1) await admit(needs, attempt, 'mailbox');
    const idempotencyKey = `${attempt.runId}:execute`;
    // The fence names the step: when the task is withdrawn and given back, it is handed over once more.
    await attempt.transact(`hand:${attempt.fence}`, async (tx) => {
      await begin(tx, needs, attempt, task.id);
      await handOver(tx, needs, attempt, { order: { ...order, idempotencyKey }, task });
    });
  }
  const back = await awaitHandOver(needs, attempt, order.timeoutMs);
  const succeeded = 'output' in back;
  const reading = await readingOf(needs.meter, attempt, order, {
    kind: 'mailbox',
    answer: {},
    ended: true,
    succeeded,
  });
  return {
    async commit(tx) {
      await keepReading(tx, needs, reading);
      if ('output' in back) return complete(tx, needs, task.id, attempt.fence, back);
      const { error, isDead } = back;
      const state = isDead ? 'dead' : 'failed';
      return giveUpTask(tx, needs, { taskId: task.id, state, error: toErrorRecord(error) });
    },
  };
}

async function beginByItself(needs: WorkNeeds, attempt: Attempt, { task, plan }: Ready): Promise<void> {
  const { id: taskId } = task;
  attempt.heed();
  const first = await attempt.transactTogether(START, async (tx) => {
    await begin(tx, needs, attempt, taskId);
    return attempt.fence;
  });
  // It begins anew when it is delivered again, and when it is tried again after it had ended.
  if (attempt.fence > 1 && first !== attempt.fence)
    await needs.store.write(attempt.tenantId, (tx) => begin(tx, needs, attempt, taskId));
  const nodes = plan?.opened ?? [];
  if (nodes.length > 0)
    await attempt.transactTogether(`plan:${attempt.fence}.0`, (tx) => writePlan(tx, needs, task, nodes));
}

/** The step that says that the task was taken in hand, with the number of the attempt that did. */
const START = 'start';

async function begin(tx: TenantTx, needs: WorkNeeds, attempt: Attempt, taskId: string): Promise<void> {
  const [started] = await Promise.all([
    startTask(tx, taskId),
    deliverDelegation(tx, needs, taskId, rootOf(attempt)),
  ]);
  if (started) await tellStart(tx, needs, attempt, started);
}

async function tellStart(
  tx: TenantTx,
  { events }: WorkNeeds,
  run: ClaimedRun,
  { step_name: step, goal }: Pick<TaskRow, 'goal' | 'step_name'>,
): Promise<void> {
  await events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: 'task.started',
      taskId: run.taskId,
      rootId: rootOf(run),
      agentId: run.agentId,
      runId: run.runId,
      data: { attempt: run.attempt, step, goal: goal.slice(0, MAX_TOLD_CHARACTERS) },
    },
  ]);
}

/** Reads what an attempt works with. */
async function prepare(needs: WorkNeeds, attempt: Attempt, taskId: string): Promise<Ready> {
  const found = await readTogether(needs.store, attempt.tenantId, (tx) =>
    gather(tx, needs, attempt, selectTask(tx, taskId)),
  );
  if (!found.task) throw new CadreError('task/not-found', { id: taskId });
  if (!found.agent) throw new CadreError('agent/not-found', { id: attempt.agentId ?? 'none' });
  if (found.refusal) throw found.refusal;
  return readyOf(attempt, { ...found, task: found.task, agent: found.agent });
}

interface Gathered {
  task: TaskRow;
  agent: AgentRow;
  results: Awaited<ReturnType<typeof selectNeeds>>;
  notes: string[];
  chat: Awaited<ReturnType<typeof selectSaidBefore>> | undefined;
  isFilled: boolean;
  plan: Ready['plan'];
  /** Why it may not begin. */
  refusal: CadreError | undefined;
}

/** The task, the results it builds on, its agent, and what people say to it: asked for at once. */
async function gather(
  tx: TenantTx,
  needs: WorkNeeds,
  run: Claimed,
  reading: Promise<TaskRow | undefined>,
): Promise<Omit<Gathered, 'task' | 'agent'> & { task: TaskRow | undefined; agent: AgentRow | undefined }> {
  const taskId = run.taskId ?? '';
  const readingAgent = run.agentId ? selectAgentRow(tx, run.agentId) : Promise.resolve(undefined);
  const readingNodes = run.payload.hasPlan === true ? selectNodes(tx, taskId) : undefined;
  const [task, agent, results, notes, refusal] = await Promise.all([
    reading,
    readingAgent,
    selectNeeds(tx, taskId),
    selectNotes(tx, rootOf(run)),
    run.fence === 1
      ? refusalOf(
          tx,
          needs,
          run,
          readingAgent.then((row) => row?.executor_kind),
        )
      : undefined,
  ]);
  const chat = task?.type === CHAT ? await selectSaidBefore(tx, taskId) : undefined;
  const isFilled = task !== undefined && (await hasFilledInput(tx, task));
  const plan = task && task.workflow_id !== null ? await openPlan(tx, task, readingNodes) : undefined;
  return { task, agent, results, notes, chat, isFilled, plan, refusal };
}

/** @throws what is wrong with the input of the task */
function readyOf(run: Claimed, { task, agent, results, notes, chat, isFilled, plan }: Gathered): Ready {
  const outputs: Record<string, unknown> = {};
  for (const need of results) {
    if (need.step_name && need.result) outputs[need.step_name] = JSON.parse(need.result).output;
  }
  const spec = parseSpec(agent.spec);
  const written: Record<string, Json> = JSON.parse(task.input);
  const input = isFilled ? written : resolveReferences(written, outputs);
  const order = orderOf({ task, run, spec }, input, { results: outputs, notes, ...(chat && { chat }) });
  return { task, spec, order, isAway: agent.status === 'offline', plan };
}

/** Begins with the claim where nothing stands in the way: the usual case. */
async function beginAtOnce(tx: TenantTx, needs: WorkNeeds, run: ClaimedRun): Promise<Begun | undefined> {
  const taskId = run.taskId ?? '';
  const [found, delegation] = await Promise.all([
    gather(tx, needs, run, holdTask(tx, taskId)),
    selectDelegation(tx, taskId),
  ]);
  const { task, agent, refusal } = found;
  if (!task || !agent || refusal || task.status !== 'pending') return undefined;
  if (agent.executor_kind === 'mailbox' || agent.status === 'offline') return undefined;
  // Whether its time has passed is for the clock of the database to say.
  if (delegation && (delegation.status !== 'sent' || delegation.expires_at !== null)) return undefined;
  let ready: Ready;
  try {
    ready = readyOf(run, { ...found, task, agent });
  } catch {
    return undefined; // `work` says why
  }
  await Promise.all([
    startHeld(tx, taskId),
    delegation && deliverFirst(tx, needs, delegation, rootOf(run)),
    tellStart(tx, needs, run, task),
    ready.plan && writePlan(tx, needs, task, ready.plan.opened),
  ]);
  return { ready, step: START };
}

/** Workflows and their steps get their input filled: braces in it came with a result and stand for nothing more. */
async function hasFilledInput(tx: TenantTx, task: TaskRow): Promise<boolean> {
  if (task.workflow_id !== null) return true;
  if (task.parent_id === null || !task.input.includes('{{')) return false;
  return ((await selectTask(tx, task.parent_id))?.workflow_id ?? null) !== null;
}

function orderOf(
  { task, run, spec }: { task: TaskRow; run: Claimed; spec: AgentSpec },
  input: Record<string, Json>,
  { results, notes, chat }: Pick<WorkOrder['context'], 'results' | 'notes' | 'chat'>,
): WorkOrder {
  return {
    tenantId: task.tenant_id,
    taskId: task.id,
    runId: run.runId,
    agentId: run.agentId ?? '',
    agentName: spec.name,
    attempt: run.fence,
    type: task.type,
    goal: task.goal,
    // A whole plan is no example of what one piece of such work takes.
    capability: task.workflow_id === null ? task.capability : null,
    input,
    files: JSON.parse(task.files),
    context: {
      rootId: task.root_id,
      results,
      deadline: task.deadline === null ? null : toRfc3339(task.deadline),
      notes,
      ...(chat && { chat }),
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
  if (error.code.startsWith('budget/')) return 'budget';
  if (error.code === 'message/expired') return 'deadline';
  if (error.code === 'run/step-limit') return 'step-limit';
  if (error.code === 'message/mailbox-full') return 'rejected';
  if (state === 'dead') return error.code === 'run/timeout' ? 'timeout' : 'dead-letter';
  return ['child/timeout', 'run/timeout'].includes(error.code) ? 'timeout' : 'failed';
}

function rootOf({ payload, taskId }: Pick<Attempt, 'payload' | 'taskId'>): string {
  return typeof payload.rootId === 'string' ? payload.rootId : (taskId ?? '');
}
