import { z } from 'zod';
import type { Delivery, Receipt } from '../../agents/executor.ts';
import { invited } from '../../coordination/invite.ts';
import { OPTIMIZE, searchSchema } from '../../coordination/search/optimization.ts';
import { checkSearch, startOptimization } from '../../coordination/search/optimize.ts';
import type { EventLog } from '../../platform/events/events.ts';
import { type Clock, fromRfc3339 } from '../../platform/kernel/clock.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import { newId } from '../../platform/kernel/ids.ts';
import type { Runs } from '../../platform/runs/runs.ts';
import type { Store } from '../../platform/store/transaction.ts';

/** A search that another agent asks for: what `optimizations.start` takes. */
const requestSchema = searchSchema.extend({
  agents: z.array(z.string().min(1).max(80)).min(1).max(100).optional(),
  capability: z.string().min(1).max(80).optional(),
});

/** Longest search that is asked for by message (FEATURES CO-5, 3). */
const WITHIN_MS = 60_000;
/** Before the answer is due: the time it takes to send it. */
const MARGIN_MS = 1_000;
const LEAST_MS = 500;

/**
 * Begins a search for good parameters and acknowledges; the search itself answers the message when it ends, at the
 * latest after a minute or when the answer is due, with the best it has by then. Nobody waits meanwhile.
 * @throws CadreError `message/payload-invalid`, and as `checkSearch` and `invited`
 */
export async function beginSearch(
  needs: { store: Store; events: EventLog; runs: Runs; clock: Clock },
  delivery: Delivery,
  data: unknown,
): Promise<Receipt> {
  const parsed = requestSchema.safeParse(data);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const detail = `data.${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`;
    throw new CadreError('message/payload-invalid', { type: 'coordination_request', detail });
  }
  const { agents, capability, ...search } = parsed.data;
  checkSearch(search);
  const { tenantId, agentId, message } = delivery;
  const evaluators = await needs.store.read(tenantId, (tx) =>
    invited(tx, { agents, capability }, { least: 1, most: 100, but: agentId }),
  );
  const dueMs = message.responseDeadline === null ? undefined : fromRfc3339(message.responseDeadline);
  const leftMs =
    dueMs === undefined ? WITHIN_MS : Math.max(LEAST_MS, dueMs - needs.clock.nowMs() - MARGIN_MS);
  const withinMs = Math.min(WITHIN_MS, leftMs, search.withinMs ?? WITHIN_MS);
  const id = newId();
  return {
    result: { requestType: OPTIMIZE, optimizationId: id, accepted: true },
    async effect(tx) {
      await startOptimization(
        tx,
        needs,
        { ...search, withinMs },
        {
          id,
          evaluators,
          fromId: agentId,
          by: `message:${message.id}`,
          answers: { agentId, messageId: message.id },
        },
      );
    },
  };
}
