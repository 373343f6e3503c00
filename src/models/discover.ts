import { z } from 'zod';
import { CadreError } from '../platform/kernel/errors.ts';
import { messageOf, parseJson } from '../platform/kernel/json.ts';
import type { Outbound, OutboundAnswer } from '../platform/kernel/outbound.ts';
import { inCatalogue, type KnownModel, supposed } from './catalogue.ts';
import type { Price } from './model.ts';
import { isNear, keyHeaders, placeOf } from './places.ts';
import type { ConnectedProvider, ProviderKind } from './registry.ts';

/** Asks a provider which models it has: the way to see that the address and the key are right, and it costs nothing. */
const TIMEOUT_MS = 10_000;
const LIMIT_BYTES = 8_000_000;
/** Models of one provider that are looked at. */
const MODEL_LIMIT = 1_000;

export interface Found {
  model: KnownModel;
  /** `catalogue`: we know it; `discovered`: only the provider does. */
  source: 'catalogue' | 'discovered';
  /** Where its price comes from, if it has one. */
  priceSource: 'catalogue' | 'discovered' | 'local';
}

/** What a provider said: its models that can talk, and the address that answered. */
export interface Discovery {
  baseUrl: string | null;
  found: Found[];
}

type Asked = Pick<ConnectedProvider, 'name' | 'kind' | 'baseUrl' | 'key'>;
type Needs = { outbound: Outbound; today: string };

/** @throws CadreError `provider/unreachable`, `provider/key-refused`, `outbound/denied` */
export async function discover(needs: Needs, provider: Asked, signal: AbortSignal): Promise<Discovery> {
  const place = placeOf(provider.kind, provider.baseUrl);
  let answer = await ask(needs, provider, listAddress(provider.kind, place), signal);
  let baseUrl = provider.baseUrl;
  // People give the address of the server; its OpenAI side is below /v1.
  if (answer.status === 404 && provider.kind === 'openai-compatible' && !place.endsWith('/v1')) {
    baseUrl = `${place}/v1`;
    answer = await ask(needs, provider, listAddress(provider.kind, baseUrl), signal);
  }
  const listed = readList(provider, answer);
  // OpenRouter shows its models to everybody: only this says whether the key is good.
  if (provider.kind === 'openrouter')
    checkStatus(provider, await ask(needs, provider, `${place}/key`, signal));
  const isLocal = provider.kind === 'openai-compatible' && isNear(new URL(place).hostname);
  const found = listed
    .filter((each) => canTalk(provider.kind, each))
    .slice(0, MODEL_LIMIT)
    .map((each) => toFound(provider.kind, each, needs.today, isLocal));
  return { baseUrl, found };
}

function listAddress(kind: ProviderKind, place: string): string {
  if (kind === 'anthropic') return `${place}/models?limit=1000`;
  return kind === 'google' ? `${place}/models?pageSize=1000` : `${place}/models`;
}

async function ask(
  { outbound }: Needs,
  { name, kind, key }: Asked,
  url: string,
  signal: AbortSignal,
): Promise<OutboundAnswer> {
  const headers = keyHeaders(kind, key);
  try {
    return await outbound.call({
      url,
      method: 'GET',
      headers,
      timeoutMs: TIMEOUT_MS,
      limitBytes: LIMIT_BYTES,
      signal,
    });
  } catch (cause) {
    if (cause instanceof CadreError && cause.code === 'outbound/denied') throw cause; // it says what to allow
    if (signal.aborted) throw cause;
    throw new CadreError('provider/unreachable', { name, detail: messageOf(cause) }, { cause });
  }
}

function checkStatus({ name }: Asked, { status }: OutboundAnswer): void {
  if (status === 401 || status === 403) throw new CadreError('provider/key-refused', { name, status });
  // What the server wrote is not repeated: some write the key back.
  if (status < 200 || status > 299)
    throw new CadreError('provider/unreachable', { name, detail: `it answered with the status ${status}` });
}

const count = z.coerce.number().int().positive().optional().catch(undefined);
/** Dollars as a number or a text; what is neither is no price, and certainly not none to pay. */
const usd = z
  .string()
  .regex(/^\d+(\.\d+)?(e-?\d+)?$/i)
  .transform(Number)
  .or(z.number())
  .pipe(z.number().nonnegative())
  .optional()
  .catch(undefined);

/** What the lists of OpenAI, Anthropic, Google, OpenRouter, vLLM and llama.cpp say of a model, each in its own words. */
const listedSchema = z.looseObject({
  id: z.string().min(1).max(150).optional(),
  name: z.string().max(200).optional(),
  context_length: count,
  max_model_len: count,
  inputTokenLimit: count,
  outputTokenLimit: count,
  max_input_tokens: count,
  max_tokens: count,
  meta: z.looseObject({ n_ctx: count, n_ctx_train: count }).nullish().catch(undefined),
  top_provider: z.looseObject({ max_completion_tokens: count }).nullish().catch(undefined),
  pricing: z
    .looseObject({ prompt: usd, completion: usd, input_cache_read: usd, input_cache_write: usd })
    .nullish()
    .catch(undefined),
  supportedGenerationMethods: z.array(z.string()).optional().catch(undefined),
});
type Listed = z.output<typeof listedSchema>;

function readList(provider: Asked, answer: OutboundAnswer): Listed[] {
  checkStatus(provider, answer);
  const bad = (detail: string) => new CadreError('provider/unreachable', { name: provider.name, detail });
  let body: unknown;
  try {
    body = parseJson(answer.body);
  } catch {
    throw bad('what it answered is no JSON; is the address that of its API?');
  }
  const list = z
    .looseObject({ data: z.array(z.unknown()).optional(), models: z.array(z.unknown()).optional() })
    .safeParse(body);
  const items = list.data?.data ?? list.data?.models;
  if (!items) throw bad('it answered without a list of models; is the address that of its API?');
  return items.flatMap((item) => {
    const each = listedSchema.safeParse(item);
    return each.success && nameOf(provider.kind, each.data) !== '' ? [each.data] : [];
  });
}

/** Google says `models/gemini-…`. */
function nameOf(kind: ProviderKind, { id, name }: Listed): string {
  return kind === 'google' ? (name ?? '').replace(/^models\//, '') : (id ?? '');
}

const SILENT =
  /embed|whisper|tts|dall-e|image|audio|realtime|transcri|moderation|rerank|sora|veo|imagen|aqa|babbage|davinci|clip/i;

/** Lists also name models for pictures, sound and search. */
function canTalk(kind: ProviderKind, listed: Listed): boolean {
  if (listed.supportedGenerationMethods) return listed.supportedGenerationMethods.includes('generateContent');
  return !SILENT.test(nameOf(kind, listed));
}

function toFound(kind: ProviderKind, listed: Listed, today: string, isLocal: boolean): Found {
  const name = nameOf(kind, listed);
  const entry = inCatalogue(kind, name);
  const base = entry ?? supposed(name);
  const context =
    contextOf(listed) ?? (kind === 'openai-compatible' ? supposed(name).contextTokens : base.contextTokens);
  const output = listed.outputTokenLimit ?? listed.top_provider?.max_completion_tokens ?? listed.max_tokens;
  const price = priceOf(listed, today) ?? (isLocal ? free(today) : undefined);
  return {
    model: {
      ...base,
      contextTokens: context,
      maxOutputTokens: Math.min(output ?? base.maxOutputTokens, Math.max(1, Math.floor(context / 2))),
      prices: price ? [price] : base.prices,
    },
    source: entry ? 'catalogue' : 'discovered',
    priceSource: isLocal ? 'local' : price ? 'discovered' : 'catalogue',
  };
}

function contextOf(listed: Listed): number | undefined {
  const { context_length, max_model_len, inputTokenLimit, max_input_tokens, meta } = listed;
  return (
    context_length ?? max_model_len ?? inputTokenLimit ?? max_input_tokens ?? meta?.n_ctx ?? meta?.n_ctx_train
  );
}

const MILLION = 1_000_000;
const perMillion = (usdPerToken: number) => Math.round(usdPerToken * MILLION * 1e6) / 1e6;

/** OpenRouter says dollars of one token. */
function priceOf({ pricing }: Listed, today: string): Price | undefined {
  if (pricing?.prompt === undefined || pricing.completion === undefined) return undefined;
  const { prompt, completion, input_cache_read: read, input_cache_write: write } = pricing;
  return {
    from: today,
    inputUsdPerMillion: perMillion(prompt),
    outputUsdPerMillion: perMillion(completion),
    ...(read !== undefined && { cachedInputUsdPerMillion: perMillion(read) }),
    ...(write !== undefined && { cacheWriteUsdPerMillion: perMillion(write) }),
  };
}

/** A model on the own machine costs its electricity, which the energy says; nobody sends a bill for tokens. */
function free(today: string): Price {
  return { from: today, inputUsdPerMillion: 0, outputUsdPerMillion: 0 };
}
