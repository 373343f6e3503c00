import { CadreError } from '../platform/kernel/errors.ts';
import { type AgentView, selectAgent, selectAgentByName } from '../platform/store/agents.ts';
import type { TenantTx } from '../platform/store/transaction.ts';

/** An agent by its id, or by its name where none has that id. @throws CadreError `agent/not-found` */
export async function findAgent(tx: TenantTx, idOrName: string): Promise<AgentView> {
  const found = (await selectAgent(tx, idOrName)) ?? (await selectAgentByName(tx, idOrName));
  if (!found) throw new CadreError('agent/not-found', { id: idOrName });
  return found;
}
