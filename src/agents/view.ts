import { toRfc3339 } from '../platform/kernel/clock.ts';
import type { AgentView } from '../platform/store/agents.ts';
import { type Agent, agentSchema, agentSpecSchema, validationSchema } from './agent.ts';

/** A row as people see it. Header values of an endpoint are secrets and leave as stars. */
export function toAgent(row: AgentView): Agent {
  const spec = agentSpecSchema.parse(JSON.parse(row.spec));
  const finished = row.succeeded + row.failed;
  if (spec.executor.kind === 'http' && spec.executor.headers) {
    spec.executor.headers = Object.fromEntries(Object.keys(spec.executor.headers).map((key) => [key, '***']));
  }
  return {
    id: row.id,
    name: row.name,
    role: agentSchema.shape.role.parse(row.role),
    // Busy is not stored: it is seen from the runs, so it can never be left behind by a crash.
    status: agentSchema.shape.status.parse(
      row.status === 'idle' && Number(row.busy) > 0 ? 'busy' : row.status,
    ),
    statusReason: row.status_reason,
    enabled: row.enabled === 1,
    spec,
    specVersion: row.spec_version,
    inFlight: Number(row.in_flight),
    busy: Number(row.busy),
    succeeded: row.succeeded,
    failed: row.failed,
    successRate: finished === 0 ? null : row.succeeded / finished,
    averageMs: Math.round(row.average_ms),
    lastHeartbeatAt: row.seen_at === null ? null : toRfc3339(row.seen_at),
    validation: row.validation === null ? null : validationSchema.parse(JSON.parse(row.validation)),
    createdAt: toRfc3339(row.created_at),
    updatedAt: toRfc3339(row.updated_at),
  };
}
