import { z } from 'zod';
import type { Delivery, Receipt } from '../../agents/executor.ts';
import { COLLABORATE } from '../../coordination/collaboration/collaboration.ts';
import { bytesOf } from '../../coordination/collaboration/history.ts';
import { fromRfc3339 } from '../../platform/kernel/clock.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import type { Json } from '../../platform/kernel/json.ts';
import { type PerformNeeds, perform, SKILLS } from '../perform.ts';

/** Of a collaboration, what an agent with built-in skills looks at. */
const askedSchema = z.object({
  collaborationId: z.string().default(''),
  goal: z.string().nullish(),
  type: z.string().nullish(),
  /** `files` are ids of files that the skill works on. */
  params: z.looseObject({ files: z.array(z.string()).default([]) }).prefault({}),
  history: z.array(z.looseObject({ agent: z.string(), data: z.json() })).default([]),
});

/** What does not fit into a message is cut to this. */
const OUTPUT_LIMIT_BYTES = 48_000;
const LEAST_MS = 1_000;

/**
 * Works together with others: does its part with the skill that the collaboration is about, over the files named,
 * with what others contributed as earlier results, and contributes the output.
 * @throws CadreError `message/no-handler` naming what it can do, and what the skill throws
 */
export async function collaborate(
  needs: PerformNeeds,
  delivery: Delivery,
  data: unknown,
  signal: AbortSignal,
): Promise<Receipt> {
  const asked = askedSchema.safeParse(data);
  if (!asked.success)
    throw new CadreError('message/payload-invalid', {
      type: 'coordination_request',
      detail: `data.${asked.error.issues[0]?.path.map(String).join('.') ?? ''}: ${asked.error.issues[0]?.message ?? ''}`,
    });
  const { collaborationId, goal, type, params, history } = asked.data;
  const can = delivery.spec.capabilities.map(({ name }) => name).filter((name) => SKILLS.has(name));
  if (!type || !can.includes(type))
    throw new CadreError('message/no-handler', {
      agent: delivery.agentName,
      what: `collaborations ${type ? `of the type "${type}"` : 'without a type'}; it can do ${can.join(', ') || 'none'}`,
    });
  const { files, ...input } = params;
  const { tenantId } = delivery;
  // Of a file that was read before nothing is done again.
  if (!type.startsWith('documents.r') && type !== 'documents.analyze')
    for (const fileId of files) {
      await needs.documents.read(tenantId, fileId, signal);
      await needs.documents.analyze(tenantId, fileId, signal);
    }
  const output = await perform(
    needs,
    {
      tenantId,
      taskId: collaborationId,
      runId: delivery.message.id,
      agentId: delivery.agentId,
      agentName: delivery.agentName,
      attempt: 1,
      type,
      goal: goal ?? '',
      capability: type,
      input: input as Record<string, Json>, // it came as JSON
      files,
      context: { rootId: collaborationId, results: resultsOf(history), deadline: null, notes: [] },
      idempotencyKey: delivery.idempotencyKey,
      timeoutMs: timeLeftMs(needs, delivery),
    },
    signal,
  );
  const contribution = fitted(type, output);
  return { result: { type }, reply: { payload: { requestType: COLLABORATE, data: contribution } } };
}

/** What others contributed, by their names; of agents with built-in skills the output of their skill. */
function resultsOf(history: ReadonlyArray<{ agent: string; data: Json }>): Record<string, unknown> {
  return Object.fromEntries(
    history.map(({ agent, data }) => [
      agent,
      typeof data === 'object' && data !== null && !Array.isArray(data) && 'output' in data
        ? data.output
        : data,
    ]),
  );
}

function timeLeftMs({ clock }: PerformNeeds, { message, timeoutMs }: Delivery): number {
  if (message.responseDeadline === null) return timeoutMs;
  const left = (fromRfc3339(message.responseDeadline) ?? 0) - clock.nowMs();
  return Math.max(LEAST_MS, Math.min(timeoutMs, left));
}

function fitted(type: string, output: unknown): Record<string, unknown> {
  const bytes = bytesOf(output);
  if (bytes <= OUTPUT_LIMIT_BYTES) return { type, output };
  const text = Buffer.from(JSON.stringify(output))
    .subarray(0, OUTPUT_LIMIT_BYTES / 2)
    .toString('utf8');
  return { type, output: `${text.toWellFormed()}…`, cut: true, bytes };
}
