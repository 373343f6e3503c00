import { ASSIGNABLE } from '../agents/agent.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { selectAgents } from '../platform/store/agents.ts';
import type { AgentRow, TaskRow } from '../platform/store/schema.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { definitionOf } from '../workflows/versions.ts';
import { handPlanOver, wantedOf } from './drive.ts';
import { handOver, placeFor } from './hand-out.ts';
import type { ChiefNeeds } from './plan.ts';

/**
 * Hands a new task over in the very transaction that takes it, where there is nothing to plan: it names its agent or one
 * capability, or its workflow is for one operator. That saves a run of the chief and its commits.
 * @returns false where something stands in the way, for the chief to look at and to say; nothing was written then
 */
export async function handOverAtOnce(tx: TenantTx, needs: ChiefNeeds, task: TaskRow): Promise<boolean> {
  const { agent_id: agentId, capability } = task;
  const operator = task.workflow_id === null ? undefined : (await definitionOf(tx, task)).workflow.operator;
  if (task.workflow_id !== null ? !operator : !agentId && !capability) return false;
  try {
    const wanted = operator ? await wantedOf(tx, operator) : { agentId, capability };
    const [place, chiefs] = await Promise.all([placeFor(tx, wanted), selectChiefs(tx)]);
    const chief = chiefAmong(chiefs);
    if (!place || !chief) return false;
    const to = { task, place, chiefId: chief.id };
    await (operator ? handPlanOver(tx, needs, to) : handOver(tx, needs, to));
    return true;
  } catch (error) {
    if (error instanceof CadreError) return false; // nothing but reading can have failed so
    throw error;
  }
}

/** Chiefs of a tenant. */
export const selectChiefs = (tx: TenantTx): Promise<AgentRow[]> =>
  selectAgents(tx, { role: 'chief', limit: 20 });

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
