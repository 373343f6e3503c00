import { type Clock, pause, toRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { messageOf } from '../platform/kernel/json.ts';
import type { Log } from '../platform/kernel/log.ts';
import type { Outbound, OutboundLimits } from '../platform/kernel/outbound.ts';
import type { Random } from '../platform/kernel/random.ts';
import { type Attempt, attempt } from './attempt.ts';
import { createBreaker } from './breaker.ts';
import type { ModelAnswer, ModelOrder, Models } from './call.ts';
import type { Failure } from './failure.ts';
import { CALL_LIMITS } from './fetch.ts';
import type { Ledger } from './ledger.ts';
import type { ConnectedModel, Registry } from './registry.ts';
import { createRetryBudget, JITTER_MS, SHORT_WAIT_MS } from './retry.ts';
import { type Ranked, rankModels } from './route.ts';
import type { ModelRule } from './rule.ts';
import { countPrompt, loadTokenizer } from './tokens.ts';

export interface GateNeeds {
  registry: Registry;
  ledger: Ledger;
  /** Rules of a tenant for calls that name no model, in their order. */
  rules(tenantId: string): Promise<readonly ModelRule[]>;
  outbound: Outbound;
  clock: Clock;
  random: Random;
  log: Log;
  /** How long an answer may take; its size follows from what is ordered. */
  limits?: Partial<OutboundLimits>;
  /** Waits; tests let time pass by hand. */
  pause?: typeof pause;
}

/**
 * The one gate to language models. A call is routed, its worst case is reserved, and the models are tried in order:
 * what a provider never took on is given back, what it began is charged, and the first answer goes back with its
 * reservation open. Everything a provider may do wrong ends in one of the errors `model/…` within the limits.
 */
export function createModels(needs: GateNeeds): Models {
  const parts: Attempt = {
    ...needs,
    limits: { ...CALL_LIMITS, ...needs.limits },
    breaker: createBreaker(needs.clock),
    health: createHealth(needs),
  };
  const retries = createRetryBudget();
  const wait = needs.pause ?? pause;

  /** One model; asked again when it says that it is ready in a moment and few calls were. */
  async function tryModel(
    model: ConnectedModel,
    order: ModelOrder,
    call: { inputTokens: number; day: string },
    signal: AbortSignal,
  ) {
    const provider = model.connection.id;
    retries.offered(provider);
    const outcome = await attempt(parts, model, order, call, signal);
    if (outcome.isDone) return outcome;
    const { retryAfterMs } = outcome.failure;
    if (retryAfterMs === undefined || retryAfterMs > SHORT_WAIT_MS || !retries.take(provider)) return outcome;
    await wait(retryAfterMs + needs.random() * JITTER_MS, signal);
    return attempt(parts, model, order, call, signal);
  }

  return {
    async call(order, signal) {
      signal.throwIfAborted();
      const { bill } = order;
      const day = toRfc3339(needs.clock.nowMs()).slice(0, 10);
      const models = await needs.registry.models(bill.tenantId);
      const inputTokens = countPrompt(await loadTokenizer(), order);
      const ranked = await rank(needs, models, order, { inputTokens, day });
      const failed: Array<{ model: string; error: CadreError }> = [];
      for (const model of ranked.models) {
        signal.throwIfAborted();
        try {
          const outcome = await tryModel(model, order, { inputTokens, day }, signal);
          if (outcome.isDone) return answerOf(outcome.answer, ranked, model, failed);
          note(needs.log, model, outcome.failure);
          failed.push({ model: model.id, error: outcome.failure.error });
        } catch (error) {
          // A budget that does not hold one model may hold a cheaper one, where nobody named this one.
          if (order.model !== null || !isBudget(error)) throw error;
          failed.push({ model: model.id, error });
        }
      }
      throw mostHopeful(failed.map(({ error }) => error));
    },
  };
}

async function rank(
  needs: GateNeeds,
  models: readonly ConnectedModel[],
  order: ModelOrder,
  { inputTokens, day }: { inputTokens: number; day: string },
): Promise<Ranked<ConnectedModel>> {
  const isOpen = order.model === null && models.length > 0;
  return rankModels(models, {
    model: order.model,
    ...(order.otherThan !== undefined && { otherThan: order.otherThan }),
    taskType: order.taskType,
    purpose: order.bill.purpose,
    pressure: isOpen ? await needs.ledger.pressure(order.bill) : 0,
    rules: isOpen ? await needs.rules(order.bill.tenantId) : [],
    needsTools: (order.tools ?? []).length > 0,
    needsJson: order.schema !== undefined,
    inputTokens,
    outputTokens: order.maxOutputTokens,
    day,
  });
}

function answerOf(
  answer: Omit<ModelAnswer, 'because' | 'failed'>,
  ranked: Ranked<ConnectedModel>,
  model: ConnectedModel,
  failed: ReadonlyArray<{ model: string; error: CadreError }>,
): ModelAnswer {
  const before = failed.map((each) => `${each.model} (${each.error.code})`).join(', ');
  const because = before ? `${ranked.because}; ${model.id} took over from ${before}` : ranked.because;
  return {
    ...answer,
    because,
    failed: failed.map((each) => ({ model: each.model, code: each.error.code })),
  };
}

const isBudget = (error: unknown): error is CadreError =>
  error instanceof CadreError && error.code.startsWith('budget/');

/** Of all that went wrong, what may go well later: then the whole is tried again. Else what was first. */
function mostHopeful(errors: CadreError[]): CadreError {
  return errors.find(({ retryable }) => retryable) ?? (errors[0] as CadreError); // there was a model to try
}

function note(log: Log, model: ConnectedModel, { error, owes }: Failure): void {
  log.warn({ model: model.id, code: error.code, owes }, 'a model did not answer');
}

/** Tells the registry what calls show, when it is another thing than the last time. */
function createHealth({ registry, log }: GateNeeds): Attempt['health'] {
  const told = new Map<string, string>();
  return async (tenantId, { connection: { id } }, health) => {
    const news = `${health.isUp} ${health.because}`;
    if (told.get(id) === news) return;
    told.set(id, news);
    await registry.noteHealth(tenantId, id, health).catch((error: unknown) => {
      told.delete(id);
      log.warn({ provider: id, error: messageOf(error) }, 'the health of a provider was not kept');
    });
  };
}
