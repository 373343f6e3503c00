import { z } from 'zod';
import type { Executor } from '../../agents/agent.ts';
import type { Delivery, ExecutorPort, WorkAnswer, WorkOrder } from '../../agents/executor.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import { messageOf, parseJson } from '../../platform/kernel/json.ts';
import type { Outbound, OutboundAnswer } from '../../platform/kernel/outbound.ts';
import { readReceipt } from './receipt.ts';

/** What a remote operator may answer (DESIGN section 5). */
const answerSchema = z.object({
  output: z.json(),
  usage: z
    .object({
      inputTokens: z.number().min(0).optional(),
      outputTokens: z.number().min(0).optional(),
      costUsd: z.number().min(0).optional(),
      energyJ: z.number().min(0).optional(),
      durationMs: z.number().min(0).optional(),
    })
    .optional(),
  score: z.number().min(0).max(1).optional(),
});

/** Largest answer of a remote operator (GUARANTEES P26). */
const ANSWER_LIMIT_BYTES = 4_000_000;
const CHECK_TIMEOUT_MS = 2_000;

/** Opens the header values of a spec, for the call and for nothing else. */
type OpenHeaders = (
  headers: Readonly<Record<string, string>> | undefined,
) => Promise<Record<string, string> | undefined>;

/** An operator behind an HTTP endpoint. */
export function createHttpExecutor(outbound: Outbound, open: OpenHeaders): ExecutorPort {
  return {
    kind: 'http',
    hosts: () => [],
    /** Any HTTP answer below 500 shows that somebody is there; what it can do only a task shows. */
    async check(executor, _capabilities, signal) {
      const { url, headers: sealed } = remote(executor);
      const headers = await open(sealed);
      const answer = await outbound.call({
        url,
        method: 'GET',
        ...(headers && { headers }),
        timeoutMs: CHECK_TIMEOUT_MS,
        signal,
      });
      if (answer.status >= 500)
        throw new CadreError('agent/unreachable', { detail: `${url} answered ${answer.status}` });
    },
    async execute(executor, order, signal) {
      const { url, headers: sealed } = remote(executor);
      const headers = await open(sealed);
      const answer = await outbound.call({
        url,
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': order.idempotencyKey },
        body: JSON.stringify(bodyOf(order)),
        timeoutMs: order.timeoutMs,
        limitBytes: ANSWER_LIMIT_BYTES,
        signal,
      });
      return read(answer);
    },
    async receive(executor, delivery, signal) {
      const { url, headers: sealed } = remote(executor);
      const headers = await open(sealed);
      const answer = await outbound.call({
        url,
        method: 'POST',
        headers: {
          ...headers,
          'content-type': 'application/json',
          'idempotency-key': delivery.idempotencyKey,
        },
        body: JSON.stringify(letterOf(delivery)),
        timeoutMs: delivery.timeoutMs,
        limitBytes: ANSWER_LIMIT_BYTES,
        signal,
      });
      checkStatus(answer);
      return answer.body.trim() === '' ? {} : readReceipt(readBody(answer.body));
    },
  };
}

function letterOf({ message, agentId, agentName, idempotencyKey }: Delivery): Record<string, unknown> {
  return { message, agent: { id: agentId, name: agentName }, idempotencyKey };
}

function bodyOf(order: WorkOrder): Record<string, unknown> {
  const { taskId, attempt, type, goal, capability, input, files, context, idempotencyKey } = order;
  return { taskId, attempt, type, goal, capability, input, files, context, idempotencyKey };
}

function remote(executor: Executor): Extract<Executor, { kind: 'http' }> {
  if (executor.kind !== 'http')
    throw new CadreError('agent/bad-answer', { detail: `not an http executor: ${executor.kind}` });
  return executor;
}

function read(answer: OutboundAnswer): WorkAnswer {
  checkStatus(answer);
  const parsed = answerSchema.safeParse(readBody(answer.body));
  if (!parsed.success)
    throw new CadreError('agent/bad-answer', { detail: parsed.error.issues[0]?.message ?? 'unknown' });
  const { output, usage, score } = parsed.data;
  return {
    output,
    ...(usage && {
      usage: Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== undefined)),
    }),
    ...(score !== undefined && { score }),
  };
}

function checkStatus(answer: OutboundAnswer): void {
  if (answer.status >= 200 && answer.status < 300) return;
  const spent = spentOf(answer.body);
  if (answer.status === 429 || answer.status >= 500) {
    throw new CadreError('agent/failed', {
      detail: `status ${answer.status}`,
      ...spent,
      retryAfterMs: retryAfter(answer),
    });
  }
  throw new CadreError('agent/refused', {
    detail: `status ${answer.status}: ${answer.body.slice(0, 200)}`,
    ...spent,
  });
}

const failureSchema = z.object({ usage: z.object({ energyJ: z.number().min(0) }) });

/** What failed may have taken energy as well; an operator may say how much, in the same words as with a result. */
function spentOf(body: string): { energyJ?: number } {
  try {
    const { data } = failureSchema.safeParse(parseJson(body));
    return data ? { energyJ: data.usage.energyJ } : {};
  } catch {
    return {}; // a failure may be told in any form
  }
}

/** The operator is at fault for its JSON, not the person who gave the task. */
function readBody(body: string): unknown {
  try {
    return parseJson(body);
  } catch (cause) {
    throw new CadreError('agent/bad-answer', { detail: messageOf(cause) }, { cause });
  }
}

/** Retry-After in seconds; the date form is left to the backoff. */
function retryAfter(answer: OutboundAnswer): number {
  const seconds = Number(answer.headers['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 3_600) * 1_000 : 0;
}
