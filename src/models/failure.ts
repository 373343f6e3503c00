import { CadreError } from '../platform/kernel/errors.ts';
import { messageOf } from '../platform/kernel/json.ts';
import type { Progress } from './fetch.ts';
import type { ConnectedModel } from './registry.ts';
import { readRetryAfter } from './retry.ts';

/** What became of a call that failed: for people, for the ledger, for the breaker and for who tries again. */
export interface Failure {
  error: CadreError;
  /** `nothing`: the provider never took it on. `unknown`: it may have begun, and nobody knows how far it came. */
  owes: 'nothing' | 'unknown';
  /** It says something about the provider, and not only about this call. */
  isItsFault: boolean;
  /** How long it wants to be left alone. */
  retryAfterMs?: number;
}

/** What the SDKs throw for an answer other than 200, by its fields: they come from several packages. */
interface ApiError {
  statusCode: number;
  responseHeaders?: Record<string, string>;
  responseBody?: string;
}

const DETAIL_CHARACTERS = 200;
/**
 * What says something about the call alone. A text that has a model call tools without end may come from anybody: it
 * must not take the model from others.
 */
const OF_THIS_CALL: readonly string[] = ['model/too-long', 'model/too-many-calls'];
const TOO_LONG =
  /context.?(length|window)|(prompt|input|request).{0,40}too (long|large)|maximum.{0,40}tokens|too many tokens|exceed.{0,40}token/i;
const FILTERED = /content.?(filter|policy|management)|safety|moderation|responsible ai/i;
const NO_MONEY = /insufficient_quota|billing|credit balance|payment/i;

/** Explains what a call threw. Nothing in it is a secret: a provider may repeat the key that it was sent. */
export function explain(
  thrown: unknown,
  model: ConnectedModel,
  { isSent }: Progress,
  call: { nowMs: number; inputTokens: number },
): Failure {
  const chain = causesOf(thrown);
  const own = chain.find((each) => each instanceof CadreError);
  const owes = isSent ? 'unknown' : 'nothing';
  if (own) return { error: toModelError(own, model), owes, isItsFault: !OF_THIS_CALL.includes(own.code) };
  const api = chain.find(isApiError);
  if (api && (api.statusCode < 200 || api.statusCode > 299)) return refusal(api, model, call);
  const detail = tell(messageOf(thrown), model);
  return {
    error: new CadreError('model/bad-answer', { model: model.id, detail }, { cause: thrown }),
    owes,
    isItsFault: true,
  };
}

/** What the outbound client says, in words of models. */
function toModelError(own: CadreError, { id: model }: ConnectedModel): CadreError {
  const { code, values } = own;
  if (code === 'outbound/timeout')
    return new CadreError('model/timeout', { model, timeoutMs: values.timeoutMs }, { cause: own });
  if (code === 'outbound/too-large') {
    const detail = `it is larger than ${values.limitBytes} bytes`;
    return new CadreError('model/bad-answer', { model, detail }, { cause: own });
  }
  if (code === 'outbound/denied' || code === 'outbound/failed')
    return new CadreError('model/unreachable', { model, detail: own.message }, { cause: own });
  return own;
}

/** An answer other than 200: no provider asks money for it. */
function refusal(
  api: ApiError,
  model: ConnectedModel,
  call: { nowMs: number; inputTokens: number },
): Failure {
  const { statusCode: status, responseBody: body = '' } = api;
  const retryAfterMs = readRetryAfter(api.responseHeaders?.['retry-after'], call.nowMs);
  const wants = retryAfterMs === undefined ? {} : { retryAfterMs };
  const said = { model: model.id, status, detail: tell(messageIn(body) ?? `status ${status}`, model) };
  const failure = (error: CadreError, isItsFault: boolean): Failure => ({
    error,
    owes: 'nothing',
    isItsFault,
    ...wants,
  });
  // What a provider says about a refused key may hold the key.
  if (status === 401 || status === 403)
    return failure(new CadreError('model/key-refused', { model: model.id, status }), true);
  if (status === 429 && !NO_MONEY.test(body)) {
    const seconds = Math.ceil((retryAfterMs ?? 1_000) / 1_000);
    // Who says when it will be ready is left alone so long, and is not broken.
    return failure(
      new CadreError('model/rate-limited', { model: model.id, seconds }),
      retryAfterMs === undefined,
    );
  }
  if (status >= 500 || status === 408) return failure(new CadreError('model/overloaded', said), true);
  if (status === 413 || ((status === 400 || status === 422) && TOO_LONG.test(body)))
    return failure(new CadreError('model/too-long', { model: model.id, tokens: call.inputTokens }), false);
  if ((status === 400 || status === 422) && FILTERED.test(body))
    return failure(new CadreError('model/content-filter', { model: model.id }), false);
  return failure(new CadreError('model/refused', said), status === 402 || status === 429);
}

function isApiError(thrown: unknown): thrown is ApiError {
  return thrown instanceof Error && 'statusCode' in thrown && typeof thrown.statusCode === 'number';
}

/** What was thrown, and what that was thrown for. */
function causesOf(thrown: unknown): unknown[] {
  const chain: unknown[] = [];
  for (let at = thrown; at !== undefined && at !== null && chain.length < 8; ) {
    chain.push(at);
    at = at instanceof Error ? at.cause : undefined;
  }
  return chain;
}

/** The sentence in the body of an error, as all of these providers write it. */
function messageIn(body: string): string | undefined {
  try {
    const said: unknown = JSON.parse(body);
    const found = typeof said === 'object' && said !== null && 'error' in said ? said.error : undefined;
    if (typeof found === 'string') return found;
    if (typeof found === 'object' && found !== null && 'message' in found) return String(found.message);
  } catch {
    // Not JSON: the status says enough.
  }
  return undefined;
}

/** Text of a provider for people: short, on one line, and never with our key. */
function tell(text: string, { connection: { key } }: ConnectedModel): string {
  const clean = key ? text.replaceAll(key, '[key]') : text;
  const line = clean.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length > DETAIL_CHARACTERS ? `${line.slice(0, DETAIL_CHARACTERS)}…` : line;
}
