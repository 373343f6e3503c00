import { CadreError } from '../platform/kernel/errors.ts';
import type { TaskRow } from '../platform/store/schema.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { definitionOf, pinPlan } from '../workflows/versions.ts';
import { handPlanOver, wantedOf } from './drive.ts';
import { chiefAmong, handOver, placeFor, selectChiefs } from './hand-out.ts';
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
    if (operator) await handPlanOver(tx, needs, to, await pinPlan(tx, task));
    else await handOver(tx, needs, to);
    return true;
  } catch (error) {
    if (error instanceof CadreError) return false; // nothing but reading can have failed so
    throw error;
  }
}
