import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import type { Clock } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { messageOf } from '../platform/kernel/json.ts';
import type { Log } from '../platform/kernel/log.ts';
import type { Outbound, OutboundLimits } from '../platform/kernel/outbound.ts';
import type { Breaker } from './breaker.ts';
import type { ModelAnswer, ModelOrder } from './call.ts';
import { collect, finishOf, nothingYet } from './collect.ts';
import { worstCostOf } from './cost.ts';
import { explain, type Failure } from './failure.ts';
import { fetchThrough, type Progress } from './fetch.ts';
import { joulesOf } from './joules.ts';
import type { Ledger } from './ledger.ts';
import { priceOn } from './price.ts';
import { adapters } from './providers/adapters.ts';
import type { ConnectedModel } from './registry.ts';
import { loadTokenizer } from './tokens.ts';
import { type CallUsage, UNCACHED, type WorstCase } from './usage.ts';
import { tokensOf, usageOf } from './usage-of.ts';

/** What one attempt at one model needs. */
export interface Attempt {
  ledger: Ledger;
  outbound: Outbound;
  clock: Clock;
  log: Log;
  limits: OutboundLimits;
  breaker: Breaker;
  health(tenantId: string, model: ConnectedModel, health: { isUp: boolean; because: string }): Promise<void>;
}

export type Outcome =
  | { isDone: true; answer: Omit<ModelAnswer, 'because' | 'failed'> }
  | { isDone: false; failure: Failure };

/** Other tokenizers count more than ours, and providers put frames around messages. */
const INPUT_MARGIN = 1.4;
const INPUT_FRAME = 32;
/** Frames of a stream take more than the text in them. */
const BYTES_PER_TOKEN = 512;

/**
 * Calls one model once: reserves, calls, and charges or gives back what a failure owes.
 * @throws CadreError `budget/…`; what `signal` says when it aborts
 */
export async function attempt(
  needs: Attempt,
  model: ConnectedModel,
  order: ModelOrder,
  { inputTokens, day }: { inputTokens: number; day: string },
  signal: AbortSignal,
): Promise<Outcome> {
  const { ledger, breaker, clock } = needs;
  const { tenantId } = order.bill;
  const breakerKey = `${model.connection.id} ${model.name}`;
  const closed = breaker.enter(breakerKey);
  if (closed) {
    const seconds = Math.ceil(closed.waitMs / 1_000);
    const error = new CadreError('model/resting', { model: model.id, seconds });
    return { isDone: false, failure: { error, owes: 'nothing', isItsFault: false } };
  }
  const worst = worstCaseOf(model, order, inputTokens, day);
  const reservationId = await ledger.reserve(order.bill, worst).catch((error: unknown) => {
    breaker.left(breakerKey);
    throw error;
  });
  const progress: Progress = { isSent: false, status: undefined };
  const startMs = clock.monotonicMs();
  const passedMs = () => clock.monotonicMs() - startMs;
  const collected = nothingYet();
  const takenSoFar = async (): Promise<CallUsage> => {
    const counted = { inputTokens, parts: collected.parts, tokenizer: await loadTokenizer() };
    const tokens = tokensOf(collected.usage, counted, worst);
    const times = { durationMs: passedMs(), firstPartMs: collected.firstPartMs };
    return usageOf(tokens, model, priceOn(model.prices, day), times);
  };
  try {
    await stream(needs, model, order, { signal, progress, collected, passedMs });
    const finish = finishOf(collected, model.id);
    const usage = await takenSoFar();
    breaker.succeeded(breakerKey);
    await needs.health(tenantId, model, { isUp: true, because: 'it answers' });
    return {
      isDone: true,
      answer: { model: model.id, parts: collected.parts, finish, usage, reservationId },
    };
  } catch (thrown) {
    const failure = explain(thrown, model, progress, { nowMs: clock.nowMs(), inputTokens });
    // What it said to have used before it broke off is known; without that the most it could have been is taken.
    const known = collected.usage ? await takenSoFar() : undefined;
    await giveBack(needs, { tenantId, reservationId, model }, failure, known);
    if (signal.aborted) {
      breaker.left(breakerKey);
      throw signal.reason;
    }
    await tellBreaker(needs, { breakerKey, tenantId, model }, failure);
    return { isDone: false, failure };
  }
}

/** The most that the call can take. */
function worstCaseOf(model: ConnectedModel, order: ModelOrder, counted: number, day: string): WorstCase {
  const inputTokens = Math.min(Math.ceil(counted * INPUT_MARGIN) + INPUT_FRAME, model.contextTokens);
  const outputTokens = Math.min(order.maxOutputTokens, model.maxOutputTokens);
  const count = { inputTokens, outputTokens };
  return {
    model: model.id,
    ...count,
    costUsd: worstCostOf(priceOn(model.prices, day), count),
    energyJ: joulesOf(model.energy, { ...count, ...UNCACHED }).energyJ,
  };
}

/** Asks over HTTP and reads the answer to its end. */
async function stream(
  { outbound, limits }: Attempt,
  model: ConnectedModel,
  order: ModelOrder,
  call: {
    signal: AbortSignal;
    progress: Progress;
    collected: ReturnType<typeof nothingYet>;
    passedMs(): number;
  },
): Promise<void> {
  const outputTokens = Math.min(order.maxOutputTokens, model.maxOutputTokens);
  const limitBytes = Math.max(limits.limitBytes, outputTokens * BYTES_PER_TOKEN);
  const adapter = adapters[model.connection.kind];
  const language = await adapter.open(
    model,
    fetchThrough(outbound, { ...limits, limitBytes }, call.progress),
  );
  const options: LanguageModelV4CallOptions = {
    prompt: order.prompt,
    maxOutputTokens: outputTokens,
    abortSignal: call.signal,
    ...(order.temperature !== undefined && { temperature: order.temperature }),
    ...(order.tools && order.tools.length > 0 && { tools: order.tools }),
    ...(order.toolChoice && { toolChoice: order.toolChoice }),
    ...(order.schema && { responseFormat: { type: 'json', ...order.schema } }),
    ...(adapter.options && { providerOptions: adapter.options }),
  };
  const { stream } = await language.doStream(options);
  const onText = order.onText ? { onText: (delta: string) => order.onText?.(delta) } : {};
  await collect(stream, call.collected, { model: model.id, passedMs: call.passedMs, ...onText });
}

/** A ledger that does not answer charges the call by itself later: its reservation stays open. */
async function giveBack(
  { ledger, log }: Attempt,
  { tenantId, reservationId, model }: { tenantId: string; reservationId: string; model: ConnectedModel },
  { owes }: Failure,
  known: CallUsage | undefined,
): Promise<void> {
  try {
    if (owes === 'nothing') await ledger.release(tenantId, reservationId);
    else await ledger.charge(tenantId, reservationId, model.id, known);
  } catch (error) {
    log.warn({ reservationId, error: messageOf(error) }, 'a failed call is charged later, as the worst case');
  }
}

async function tellBreaker(
  { breaker, health }: Attempt,
  { breakerKey, tenantId, model }: { breakerKey: string; tenantId: string; model: ConnectedModel },
  { error, isItsFault, retryAfterMs }: Failure,
): Promise<void> {
  if (retryAfterMs !== undefined) breaker.rest(breakerKey, retryAfterMs);
  if (!isItsFault) return breaker.left(breakerKey);
  breaker.failed(breakerKey);
  await health(tenantId, model, { isUp: false, because: error.message });
}
