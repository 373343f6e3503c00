import { z } from 'zod';
import { ASSIGNABLE, agentSpecSchema } from '../../agents/agent.ts';
import { findAgent } from '../../agents/find.ts';
import type { Placed } from '../../assignment/assign.ts';
import type { Party } from '../../messages/accept.ts';
import { sendDelegations } from '../../messages/delegation.ts';
import { MAILBOX_LIMIT, MAX_HOPS } from '../../messages/message.ts';
import { askedBy, isHandedOn, refusePingPong } from '../../messages/ping-pong.ts';
import { priorityNumber } from '../../messages/priority.ts';
import { toRfc3339 } from '../../platform/kernel/clock.ts';
import { CadreError, toErrorRecord } from '../../platform/kernel/errors.ts';
import { newId } from '../../platform/kernel/ids.ts';
import { type Caller, personOf } from '../../platform/kernel/operation.ts';
import type { Handler } from '../../platform/runs/run.ts';
import { type AgentView, selectAgent } from '../../platform/store/agents.ts';
import { selectInHand } from '../../platform/store/delegations.ts';
import { type Recipient, selectRecipients } from '../../platform/store/mailboxes.ts';
import type { TaskRow } from '../../platform/store/schema.ts';
import {
  insertTasks,
  NEW_TASK,
  type NewTaskRow,
  selectTask,
  selectTaskByKey,
  taskAdded,
} from '../../platform/store/tasks.ts';
import type { Store, TenantTx } from '../../platform/store/transaction.ts';
import { endTree } from '../../tasks/control.ts';
import { type SettleNeeds, settleTask, type TaskEnd, workRun } from '../../tasks/settle.ts';
import { checkFiles } from '../../tasks/submit.ts';
import { MAX_GOAL_CHARACTERS } from '../../tasks/task.ts';
import { DELEGATION_TIMEOUT_MS } from './delegation.ts';

/**
 * Work handed directly to one agent (FEATURES CO-5, methods 2 and 7): a task without a plan. The task, its message, its
 * run and the run that ends it in time are written in one transaction; what cannot be handed over is written too, as
 * ended, with its reason.
 */
export interface DelegateNeeds extends SettleNeeds {
  store: Store;
}

/** What one delegates. */
export const delegateSchema = z.object({
  /** Id or name of the agent that does it. */
  id: z.string().min(1).max(80),
  /** Id or name of the agent that delegates; without it, you do. */
  from: z.string().min(1).max(80).optional(),
  /** One of the capabilities that the agent offers, where it names any. */
  type: z.string().trim().min(1).max(80),
  params: z.record(z.string(), z.json()).default({}),
  /** What is wanted, in words. */
  goal: z.string().trim().min(1).max(MAX_GOAL_CHARACTERS).optional(),
  /** Ids of uploaded files. */
  files: z.array(z.string().max(64)).max(1_000).default([]),
  /** 1 to 10; 5 unless a chief delegates, whose work goes before (high). */
  priority: z.coerce.number().int().min(1).max(10).optional(),
  timeoutMs: z.coerce.number().int().min(1).max(86_400_000).default(DELEGATION_TIMEOUT_MS),
});
export type Delegating = z.output<typeof delegateSchema>;

/** One step of the scale from 1 to 10 on the scale of tasks (0 to 100). */
const PRIORITY_STEP = 10;

/**
 * Hands a piece of work to an agent; answers the id of its task.
 * @throws CadreError `agent/not-found`, `message/to-self`, `file/not-found`
 */
export async function delegate(needs: DelegateNeeds, caller: Caller, input: Delegating): Promise<string> {
  return needs.store.write(caller.tenantId, async (tx) => {
    if (caller.idempotencyKey) {
      const first = await selectTaskByKey(tx, caller.idempotencyKey);
      if (first) return first.id;
    }
    const to = await findAgent(tx, input.id);
    const from = input.from === undefined ? undefined : await findAgent(tx, input.from);
    if (from?.id === to.id) throw new CadreError('message/to-self', { agent: to.name });
    await checkFiles(tx, input.files);
    const [recipient] = await selectRecipients(tx, [to.id]);
    if (!recipient) throw new CadreError('agent/not-found', { id: input.id });
    const task = taskOf(caller, input, { to, from, now: recipient.now });
    const chain = await chainOf(tx, { to, from }, task, input);
    await insertTasks(tx, [task]);
    const row = taskAdded(tx, task);
    await tell(tx, needs, row, to);
    const sender: Party = from
      ? { type: 'agent', id: from.id }
      : { type: 'person', id: `${caller.actor.kind}:${caller.actor.id}` };
    await sendDelegations(tx, needs, [
      {
        taskId: task.id,
        rootId: task.id,
        conversationId: task.id,
        sender,
        recipientId: to.id,
        subject: task.goal.slice(0, 200),
        priority: task.priority,
        payload: payloadOf(task, input),
        expiresAt: task.deadline,
        requiresResponse: true,
        hops: chain.hops,
        asked: chain.asked,
      },
    ]);
    const refusal = chain.refusal ?? refusalOf(row, to, recipient);
    if (refusal) {
      await settleTask(tx, needs, task.id, refusal);
      return task.id;
    }
    await needs.runs.enqueue(tx, [
      workRun(row),
      {
        kind: 'delegation.close',
        tenantId: tx.tenantId,
        delayMs: input.timeoutMs,
        payload: { taskId: task.id, rootId: task.id },
      },
    ]);
    return task.id;
  });
}

function taskOf(
  caller: Caller,
  input: Delegating,
  { to, from, now }: { to: AgentView; from: AgentView | undefined; now: number },
): NewTaskRow {
  const id = newId();
  const spec = agentSpecSchema.parse(JSON.parse(to.spec));
  const placed: Placed = {
    agentId: to.id,
    agentName: to.name,
    capability: input.type,
    score: 1,
    because: `${from?.name ?? caller.actor.name} delegated it to ${to.name}`,
    considered: [],
    excluded: [],
    agentLimit: spec.maxConcurrent,
    timeoutMs: spec.timeoutMs,
    maxAttempts: spec.maxAttempts,
  };
  const byDefault = from?.role === 'chief' ? priorityNumber('high') : priorityNumber(undefined);
  return {
    ...NEW_TASK,
    id,
    root_id: id,
    goal: input.goal ?? input.type,
    type: input.type,
    capability: input.type,
    priority: input.priority === undefined ? byDefault : input.priority * PRIORITY_STEP,
    input: JSON.stringify(input.params),
    files: JSON.stringify(input.files),
    agent_id: to.id,
    assignment: JSON.stringify(placed),
    deadline: Number(now) + input.timeoutMs,
    created_by: from ? `agent:${from.id}` : personOf(caller.actor),
    idempotency_key: caller.idempotencyKey ?? null,
  };
}

/** FEATURES CO-3. */
function payloadOf(task: NewTaskRow, input: Delegating): Record<string, unknown> {
  return {
    taskId: task.id,
    title: input.type,
    description: task.goal,
    priority: task.priority,
    requiredCapabilities: [input.type],
    ...(task.deadline !== null && { deadline: toRfc3339(task.deadline) }),
  };
}

async function tell(tx: TenantTx, { events }: DelegateNeeds, task: TaskRow, to: AgentView): Promise<void> {
  const of = { tenantId: tx.tenantId, taskId: task.id, rootId: task.id };
  const placed: Placed = JSON.parse(task.assignment ?? '{}');
  await events.append(tx, [
    {
      ...of,
      type: 'task.submitted',
      data: { goal: task.goal, type: task.type, priority: task.priority, by: task.created_by },
    },
    {
      ...of,
      type: 'task.assigned',
      agentId: to.id,
      data: { name: to.name, step: null, score: placed.score, because: placed.because },
    },
  ]);
}

/**
 * The chain of a delegation: what its sender has in hand of the same matter. It ends where the matter would go back to
 * one who handed it on, or where too many have.
 */
async function chainOf(
  tx: TenantTx,
  { to, from }: { to: AgentView; from: AgentView | undefined },
  task: NewTaskRow,
  input: Delegating,
): Promise<{ hops: number; asked: string | null; refusal?: TaskEnd }> {
  if (!from) return { hops: 0, asked: null };
  const data = { ...input.params, ...(input.files.length > 0 && { files: input.files }) };
  const asking = {
    from: { id: from.id, name: from.name },
    to: { id: to.id, name: to.name },
    type: 'task_delegation' as const,
    payload: { title: input.type, description: task.goal, data },
  };
  const before = (await selectInHand(tx, from.id)).filter((one) => isHandedOn(one, asking));
  const [parent] = before.sort((a, b) => b.hops - a.hops);
  const hops = parent ? parent.hops + 1 : 0;
  const chain = { hops, asked: askedBy(parent, asking) };
  try {
    for (const one of before) refusePingPong(one, asking);
    if (hops >= MAX_HOPS)
      throw new CadreError('message/hop-limit', {
        hops: hops + 1,
        limit: MAX_HOPS,
        since: 'that hand on one matter',
      });
    return chain;
  } catch (error) {
    if (!(error instanceof CadreError)) throw error;
    const stopReason = error.code === 'message/hop-limit' ? 'hop-limit' : 'rejected';
    return { ...chain, refusal: failedBy(error, stopReason) };
  }
}

const failedBy = (error: CadreError, stopReason: TaskEnd['stopReason']): TaskEnd => ({
  status: 'failed',
  stopReason,
  stopSentence: error.message,
  error: toErrorRecord(error),
});

/** How ends at once what cannot be handed over, or what the agent does not offer. */
function refusalOf(task: TaskRow, to: AgentView, recipient: Recipient): TaskEnd | undefined {
  const spec = agentSpecSchema.parse(JSON.parse(to.spec));
  const away = whyAway(to, recipient, spec.mailboxLimit ?? MAILBOX_LIMIT);
  const offers = spec.capabilities.map(({ name }) => name);
  const isOffered = offers.length === 0 || offers.includes(task.type);
  if (away) return failedBy(away, 'rejected');
  if (isOffered) return undefined;
  const offered = { agent: to.name, type: task.type, offers: offers.join(', ') };
  return failedBy(new CadreError('delegation/unsupported', offered), 'failed');
}

/** Why nothing can be handed to an agent now. Only for one with a mailbox does a task take a place there. */
function whyAway(to: AgentView, recipient: Recipient, limit: number): CadreError | undefined {
  if (to.enabled !== 1 || !ASSIGNABLE.includes(to.status))
    return new CadreError('agent/unavailable', {
      name: to.name,
      status: ASSIGNABLE.includes(to.status) ? 'deactivated' : to.status,
    });
  if (recipient.executor_kind === 'mailbox' && recipient.open >= limit)
    return new CadreError('message/mailbox-full', { agent: to.name, open: recipient.open, limit });
  return undefined;
}

/** Ends a delegation whose time is up, with what is in hand of it; one that has ended stays as it is. */
export function delegationClose(needs: DelegateNeeds): Handler {
  return {
    async work(attempt) {
      const taskId = String(attempt.payload.taskId);
      return {
        async commit(tx) {
          const task = await selectTask(tx, taskId);
          if (!task || task.completed_at !== null) return;
          const agent = task.agent_id ? await selectAgent(tx, task.agent_id) : undefined;
          const timeoutMs = Number(task.deadline) - Number(task.created_at);
          const error = new CadreError('delegation/timeout', {
            agent: agent?.name ?? 'nobody',
            type: task.type,
            timeoutMs,
          });
          await endTree(tx, needs, task, failedBy(error, 'deadline'));
        },
      };
    },
  };
}
