import type { EventLog } from '../platform/events/events.ts';
import { type Clock, toRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { messageOf } from '../platform/kernel/json.ts';
import { type AgentView, selectAgent, selectAgentByName, updateAgent } from '../platform/store/agents.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { type AgentSpec, type AgentStatus, ASSIGNABLE, agentSpecSchema, type Validation } from './agent.ts';
import type { ExecutorPorts } from './executor.ts';

interface Needs {
  store: Store;
  events: EventLog;
  clock: Clock;
  executors: ExecutorPorts;
}

/**
 * The bootstrap check (FEATURES AG-3): configuration, dependencies, and an executor that can really work. All pass:
 * `idle`; any fails: `error` with the list, and nothing may be assigned to it until it passes again.
 */
export async function validateAgent(
  needs: Needs,
  tenantId: string,
  agentId: string,
  signal: AbortSignal,
): Promise<Validation> {
  const { store } = needs;
  const row = await store.read(tenantId, (tx) => selectAgent(tx, agentId));
  if (!row) throw new CadreError('agent/not-found', { id: agentId });
  await store.write(tenantId, (tx) =>
    changeStatus(tx, needs, row, 'validating', 'the bootstrap check is running'),
  );
  const spec = agentSpecSchema.parse(JSON.parse(row.spec));
  const checks: Array<[string, () => Promise<void>]> = [
    ['configuration', async () => checkConfiguration(spec)],
    ['dependencies', () => checkDependencies(needs, tenantId, spec)],
    [
      'executor',
      () =>
        needs.executors[spec.executor.kind].check(
          spec.executor,
          spec.capabilities.map(({ name }) => name),
          signal,
          tenantId,
        ),
    ],
  ];
  const validation: Validation = {
    success: true,
    validations: {},
    errors: [],
    warnings: [],
    checkedAt: toRfc3339(needs.clock.nowMs()),
  };
  for (const [name, check] of checks) {
    try {
      await check();
      validation.validations[name] = true;
    } catch (thrown) {
      validation.validations[name] = false;
      validation.success = false;
      validation.errors.push(messageOf(thrown));
    }
  }
  if (spec.capabilities.length === 0 && spec.role === 'operator')
    validation.warnings.push('It offers no capability, so only tasks that name it reach it.');
  await store.write(tenantId, async (tx) => {
    await updateAgent(tx, agentId, { validation: JSON.stringify(validation) });
    const status = validation.success ? 'idle' : 'error';
    await changeStatus(
      tx,
      needs,
      { ...row, status: 'validating' },
      status,
      validation.errors.join('; ') || null,
    );
  });
  return validation;
}

async function checkConfiguration(spec: AgentSpec): Promise<void> {
  const parsed = agentSpecSchema.safeParse(spec);
  if (!parsed.success)
    throw new CadreError('request/invalid', { detail: parsed.error.issues[0]?.message ?? '' });
}

async function checkDependencies({ store }: Needs, tenantId: string, spec: AgentSpec): Promise<void> {
  for (const name of spec.dependencies) {
    const found = await store.read(tenantId, (tx) => selectAgentByName(tx, name));
    if (!found) throw new CadreError('agent/not-found', { id: name });
    if (!ASSIGNABLE.includes(found.status))
      throw new CadreError('agent/unavailable', { name, status: found.status });
  }
}

/** Changes the status with its reason, and says so in the log. */
export async function changeStatus(
  tx: TenantTx,
  { events }: { events: EventLog },
  agent: Pick<AgentView, 'id' | 'name' | 'status'>,
  status: AgentStatus,
  reason: string | null,
): Promise<void> {
  await updateAgent(tx, agent.id, { status, status_reason: reason });
  if (agent.status === status) return;
  await events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: 'agent.status-changed',
      agentId: agent.id,
      data: { name: agent.name, from: agent.status, to: status, reason },
    },
  ]);
}
