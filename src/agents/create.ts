import type { EventLog } from '../platform/events/events.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import { insertAgent } from '../platform/store/agents.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { type AgentSpec, type AgentStatus, heartbeatHost } from './agent.ts';

/** Adds an agent as `initializing`; `validateAgent` makes it fit for work. @throws CadreError `agent/exists` */
export async function createAgent(
  tx: TenantTx,
  { events }: { events: EventLog },
  spec: AgentSpec,
  status: AgentStatus = 'initializing',
): Promise<string> {
  const id = newId();
  const added = await insertAgent(
    tx,
    {
      id,
      name: spec.name,
      role: spec.role,
      status,
      status_reason: null,
      enabled: 1,
      spec: JSON.stringify(spec),
      spec_version: 1,
      executor_kind: spec.executor.kind,
      heartbeat_host: heartbeatHost(id, spec.executor),
      max_concurrent: spec.maxConcurrent,
      validation: null,
    },
    spec.capabilities,
  );
  if (!added) throw new CadreError('agent/exists', { name: spec.name });
  await events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: 'agent.created',
      agentId: id,
      data: { name: spec.name, role: spec.role, executor: spec.executor.kind },
    },
  ]);
  return id;
}
