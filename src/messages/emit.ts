import { z } from 'zod';
import type { EventLog } from '../platform/events/events.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import type { Caller } from '../platform/kernel/operation.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { eventNameSchema, LIFECYCLE_TYPES } from './envelopes.ts';
import { findRecipient } from './mailbox.ts';

/** Largest data of an event, as JSON. */
export const MAX_EVENT_BYTES = 32_768;

/** What one emits. */
export const emitSchema = z.object({
  /** The agent it is about, or that says so. */
  agentId: z.string().max(64).optional(),
  /** A name of your own, such as cache.warmed. */
  type: eventNameSchema,
  data: z.record(z.string(), z.json()).default({}),
});

/**
 * Writes an event of somebody's own into the log (FEATURES CO-5, 8): listeners, `agents.event` and live streams see it
 * as `agent.emitted` with its name.
 * @throws CadreError `event/lifecycle-name`, `event/too-large`, `agent/not-found`, `agent/unavailable`
 */
export async function emitEvent(
  tx: TenantTx,
  { events }: { events: EventLog },
  caller: Caller,
  { agentId, type: name, data }: z.output<typeof emitSchema>,
): Promise<string | null> {
  if (LIFECYCLE_TYPES.some((own) => own === name)) throw new CadreError('event/lifecycle-name', { name });
  const bytes = Buffer.byteLength(JSON.stringify(data));
  if (bytes > MAX_EVENT_BYTES)
    throw new CadreError('event/too-large', { bytes, limitBytes: MAX_EVENT_BYTES });
  const agent = agentId === undefined ? undefined : await findRecipient(tx, agentId);
  if (agent?.status === 'archived')
    throw new CadreError('agent/unavailable', { name: agent.name, status: agent.status });
  await events.append(tx, [
    {
      tenantId: tx.tenantId,
      type: 'agent.emitted',
      agentId: agent?.id ?? null,
      data: { name, data, agent: agent?.name ?? null, by: caller.actor.name },
    },
  ]);
  return agent?.id ?? null;
}
