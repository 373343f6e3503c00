import { ASSIGNABLE } from '../agents/agent.ts';
import { assignAll, type Placed } from '../assignment/assign.ts';
import { type Delegation, sendDelegations } from '../messages/delegation.ts';
import type { Fact } from '../platform/events/events.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { selectAgent, selectAgents } from '../platform/store/agents.ts';
import type { AgentRow, TaskRow } from '../platform/store/schema.ts';
import { updateOpenTask } from '../platform/store/tasks.ts';
import { onceAtATime } from '../platform/store/together.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { type SettleNeeds, workRun } from '../tasks/settle.ts';

/** What a step is handed out with: a place, a chief, a delegation and the fact that it was assigned. */

/** The caller chose the agent: no score, but the same guards. */
export async function placeAt(
  tx: TenantTx,
  agentId: string,
  capability: string | null,
  because?: string,
): Promise<Placed> {
  const agent = await selectAgent(tx, agentId);
  if (!agent) throw new CadreError('agent/not-found', { id: agentId });
  if (agent.enabled !== 1 || !ASSIGNABLE.includes(agent.status)) {
    throw new CadreError('agent/unavailable', {
      name: agent.name,
      status: agent.enabled === 1 ? agent.status : 'deactivated',
    });
  }
  const spec: { timeoutMs: number; maxAttempts: number } = JSON.parse(agent.spec);
  return {
    agentId: agent.id,
    agentName: agent.name,
    capability: capability ?? 'any',
    score: 1,
    because: because ?? `the task names ${agent.name}`,
    considered: [],
    excluded: [],
    agentLimit: agent.max_concurrent,
    timeoutMs: spec.timeoutMs,
    maxAttempts: spec.maxAttempts,
  };
}

/** What one operator is chosen by. */
export interface Wanted {
  agentId: string | null;
  capability: string | null;
  /** Why this agent, where it is named. */
  because?: string;
}

/** The agent that is named, or the best for the capability; undefined where nobody is ready for it. */
export async function placeFor(
  tx: TenantTx,
  { agentId, capability, because }: Wanted,
): Promise<Placed | undefined> {
  return agentId ? placeAt(tx, agentId, capability, because) : (await assignAll(tx, [capability ?? '']))[0];
}

/** Chiefs of a tenant. */
export const selectChiefs = onceAtATime(
  (tx: TenantTx): Promise<AgentRow[]> => selectAgents(tx, { role: 'chief', limit: 20 }),
);

/**
 * The chief in whose name a task is planned. Plans are made here; a chief outside leads by messages, and lends its name
 * only where there is no other. One with a language model goes first: somebody made it so.
 */
export function chiefAmong(chiefs: readonly AgentRow[]): AgentRow | undefined {
  const able = chiefs.filter((agent) => agent.enabled === 1 && ASSIGNABLE.includes(agent.status));
  return (
    able.find((agent) => agent.executor_kind === 'model') ??
    able.find((agent) => agent.executor_kind === 'local') ??
    able[0]
  );
}

/** A task, who is to do it, and in whose name. */
export interface HandOver {
  /** As it is held by this transaction, and pending. */
  task: TaskRow;
  place: Placed;
  chiefId: string;
}

/**
 * One operator is enough: the task names it, or one capability, or its workflow does.
 * @param plan the workflow that it carries out as a whole: what the task says of it, and the fact that says so
 */
export async function handOver(
  tx: TenantTx,
  needs: SettleNeeds,
  { task, place, chiefId }: HandOver,
  plan?: { changes: Pick<TaskRow, 'plan' | 'capability' | 'deadline'>; made: Fact },
): Promise<void> {
  // The step of a workflow may say how many attempts it gets.
  const { maxAttempts = place.maxAttempts }: { maxAttempts?: number } = JSON.parse(task.assignment ?? '{}');
  const assignment = JSON.stringify({ ...place, maxAttempts });
  const changes = { agent_id: place.agentId, assignment, ...plan?.changes };
  tx.alongside(updateOpenTask(tx, task.id, changes, ['pending']));
  const assigned = { ...task, ...changes };
  await Promise.all([
    sendDelegations(tx, needs, [delegationOf(assigned, chiefId, place, task.goal)]),
    needs.runs.enqueue(tx, [workRun(assigned)]),
  ]);
  await needs.events.append(tx, [...(plan ? [plan.made] : []), assignedFact(tx, assigned, place)]);
}

/** The message that hands a task to its agent. */
export function delegationOf(task: TaskRow, chiefId: string, place: Placed, doneWhen: string): Delegation {
  return {
    taskId: task.id,
    rootId: task.root_id,
    conversationId: task.root_id,
    sender: { type: 'agent', id: chiefId },
    recipientId: place.agentId,
    subject: task.goal.slice(0, 200),
    priority: task.priority,
    payload: {
      taskId: task.id,
      title: task.step_name ?? task.type,
      description: task.goal,
      priority: task.priority,
      requiredCapabilities: task.capability ? [task.capability] : [],
      doneWhen,
    },
    expiresAt: task.deadline,
  };
}

/** The event that says who does a task, and why. */
export function assignedFact(tx: TenantTx, task: TaskRow, place: Placed) {
  return {
    tenantId: tx.tenantId,
    type: 'task.assigned' as const,
    taskId: task.id,
    rootId: task.root_id,
    agentId: place.agentId,
    data: { name: place.agentName, step: task.step_name, score: place.score, because: place.because },
  };
}
