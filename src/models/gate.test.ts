import { afterEach, describe, expect, test } from 'vitest';
import type { Answer, Fault } from '../../test/support/provider/answer.ts';
import { tenThousandCalls } from '../../test/support/provider/answer.ts';
import { testGate } from '../../test/support/provider/gate.ts';
import { connectedModel } from '../../test/support/provider/model.ts';
import {
  type ProviderOptions,
  type ScriptedProvider,
  startScriptedProvider,
} from '../../test/support/provider/server.ts';
import type { CadreError } from '../platform/kernel/errors.ts';
import type { OutboundLimits } from '../platform/kernel/outbound.ts';
import { OPEN_AFTER } from './breaker.ts';
import { PROVIDER_KINDS } from './registry.ts';

const open: ScriptedProvider[] = [];
afterEach(async () => {
  for (const provider of open.splice(0)) await provider.close();
});

async function start(script: ProviderOptions['script'], more: Partial<ProviderOptions> = {}) {
  const provider = await startScriptedProvider({ script, ...more });
  open.push(provider);
  return provider;
}

/** A provider that answers as told, and one that takes over. */
async function pair(
  script: ProviderOptions['script'],
  more: Partial<ProviderOptions> = {},
  limits: Partial<OutboundLimits> = {},
) {
  const bad = await start(script, more);
  const good = await start(() => ({ text: 'A door.' }));
  const models = [
    connectedModel(bad, { connection: { name: 'first' } }),
    connectedModel(good, { connection: { name: 'second' } }),
  ];
  return { bad, good, ...testGate(models, { limits }) };
}

const failed = (promise: Promise<unknown>): Promise<CadreError> =>
  promise.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: CadreError) => error,
  );

describe('a call', () => {
  test('goes through the real provider code and leaves its reservation open, with usage, cost and joules', async () => {
    const provider = await start([
      {
        reasoning: 'Looking.',
        text: 'A door, grüß Gott.',
        usage: { inputTokens: 1_000, cachedTokens: 400, outputTokens: 500, reasoningTokens: 100 },
      },
    ]);
    const { call, entries, health } = testGate([connectedModel(provider)]);
    const deltas: string[] = [];
    const answer = await call({ onText: (delta) => deltas.push(delta) });
    expect(answer).toMatchObject({
      model: 'scripted/small',
      parts: [
        { type: 'reasoning', text: 'Looking.' },
        { type: 'text', text: 'A door, grüß Gott.' },
      ],
      finish: 'stop',
      failed: [],
      because: 'medium fits "analysis"',
      usage: {
        source: 'provider',
        inputTokens: 1_000,
        cachedInputTokens: 400,
        outputTokens: 500,
        reasoningTokens: 100,
      },
    });
    expect(answer.usage.costUsd).toBeCloseTo((1_000 * 1 + 500 * 4) / 1e6);
    expect(answer.usage.energyJ).toBeCloseTo(500 * 0.3 + (600 + 40) * 0.03);
    expect(answer.usage.firstPartMs).toBeLessThanOrEqual(answer.usage.durationMs);
    expect(deltas.join('')).toBe('A door, grüß Gott.');
    expect(deltas.length).toBeGreaterThan(1);
    expect(entries).toMatchObject([{ id: answer.reservationId, state: 'open' }]);
    expect(entries[0]?.worst.inputTokens).toBeGreaterThan(7);
    expect(entries[0]?.worst).toMatchObject({ outputTokens: 200, model: 'scripted/small' });
    expect(health).toEqual([{ providerId: 'connection-scripted', isUp: true, because: 'it answers' }]);
  });

  test('carries tools and their calls, as the model wrote them', async () => {
    const provider = await start([
      {
        calls: [
          { name: 'look', input: { at: 'a' } },
          { name: 'never-offered', input: {} },
          { name: 'look', input: '{"at": not json' },
        ],
      },
    ]);
    const { call } = testGate([connectedModel(provider)]);
    const answer = await call({
      tools: [{ type: 'function', name: 'look', inputSchema: { type: 'object', properties: {} } }],
    });
    expect(answer.finish).toBe('tool-calls');
    expect(answer.parts).toMatchObject([
      { type: 'tool-call', name: 'look', input: '{"at":"a"}' },
      { type: 'tool-call', name: 'never-offered' },
      { type: 'tool-call', name: 'look', input: '{"at": not json' },
    ]);
  });

  test('that is stopped ends at once with the reason, and is charged', async () => {
    const provider = await start([{ text: 'A long story', fault: 'hang-mid-stream' }]);
    const { call, entries } = testGate([connectedModel(provider)]);
    const stop = new AbortController();
    const end = failed(call({ onText: () => stop.abort(new Error('terminated')) }, stop.signal));
    expect((await end).message).toBe('terminated');
    expect(entries).toMatchObject([{ state: 'charged', usage: undefined }]);
    await expect.poll(() => provider.requests[0]?.wasLeft).toBe(true);
    const before = await failed(call({}, stop.signal));
    expect(before.message).toBe('terminated');
    expect(entries).toHaveLength(1);
  });
});

/** One row of GUARANTEES P26. `code`: of the failure; `owes`: what the ledger is told. */
interface Row {
  name: string;
  answer: Answer;
  code: string;
  state: 'released' | 'charged';
  /** Where silence is what is wrong, how long it may last. */
  limits?: Partial<OutboundLimits>;
}
const said = { text: 'What there is to see is quite a lot, and it goes on and on.' };
const fault = (
  name: Fault,
  code: string,
  state: Row['state'] = 'charged',
  limits: Partial<OutboundLimits> = {},
): Row => ({ name, answer: { ...said, fault: name }, code, state, limits });
const FIRST = { firstByteMs: 500 };
const IDLE = { idleMs: 500 };
const TOTAL = { totalMs: 1_200 };
const TABLE: Row[] = [
  fault('hang', 'model/timeout', 'charged', FIRST),
  fault('hang-mid-stream', 'model/timeout', 'charged', IDLE),
  fault('drip', 'model/timeout', 'charged', TOTAL),
  fault('endless', 'model/bad-answer'),
  fault('endless-line', 'model/bad-answer'),
  fault('invalid-json', 'model/bad-answer'),
  fault('invalid-utf8', 'model/bad-answer'),
  fault('wrong-length', 'model/unreachable'),
  fault('gzip-bomb', 'model/bad-answer'),
  fault('reset', 'model/unreachable'),
  fault('reset-mid-stream', 'model/unreachable'),
  fault('cut', 'model/bad-answer'),
  fault('not-http', 'model/unreachable'),
  fault('redirect', 'model/refused', 'released'),
  { name: '10,000 tool calls', answer: tenThousandCalls(), code: 'model/too-many-calls', state: 'charged' },
  { name: '500', answer: { status: 500 }, code: 'model/overloaded', state: 'released' },
  { name: '503', answer: { status: 503, retryAfter: '60' }, code: 'model/overloaded', state: 'released' },
  { name: '529', answer: { status: 529 }, code: 'model/overloaded', state: 'released' },
  {
    name: '429 with seconds',
    answer: { status: 429, retryAfter: '20' },
    code: 'model/rate-limited',
    state: 'released',
  },
  {
    name: '429 with a date',
    answer: { status: 429, retryAfter: new Date(Date.now() + 20_000).toUTCString() },
    code: 'model/rate-limited',
    state: 'released',
  },
  { name: '401', answer: { status: 401 }, code: 'model/key-refused', state: 'released' },
  {
    name: '429 without money',
    answer: { status: 429, message: 'You exceeded your current quota: insufficient_quota' },
    code: 'model/refused',
    state: 'released',
  },
  {
    name: '400 too long',
    answer: { status: 400, message: "This model's maximum context length is 8192 tokens." },
    code: 'model/too-long',
    state: 'released',
  },
  {
    name: '400 filtered',
    answer: { status: 400, message: 'The response was filtered by our content policy' },
    code: 'model/content-filter',
    state: 'released',
  },
  {
    name: '404',
    answer: { status: 404, message: 'no such model' },
    code: 'model/refused',
    state: 'released',
  },
];

describe('a bad provider is contained (GUARANTEES P26)', () => {
  test.each(TABLE)('$name: the right error, the right charge, and the next one takes over', async (row) => {
    const { call, entries, bad, good } = await pair(() => row.answer, { dripMs: 20 }, row.limits);
    const answer = await call();
    expect(answer).toMatchObject({
      model: 'second/small',
      parts: [{ type: 'text', text: 'A door.' }],
      failed: [{ model: 'first/small', code: row.code }],
    });
    expect(answer.because).toContain(`second/small took over from first/small (${row.code})`);
    expect(entries).toMatchObject([{ state: row.state }, { state: 'open', id: answer.reservationId }]);
    expect([bad.requests.length, good.requests.length]).toEqual([1, 1]);
    await expect.poll(() => bad.requests[0]?.closedMs).toBeLessThan(Number.POSITIVE_INFINITY);
  });

  test('calls without end, which any text may ask for, never take a model from others', async () => {
    const flood = await pair(() => tenThousandCalls());
    const garbage = await pair(() => ({ text: 'x', fault: 'invalid-json' }));
    for (let round = 0; round < OPEN_AFTER + 1; round += 1) {
      await flood.call();
      await garbage.call();
    }
    expect(flood.bad.requests).toHaveLength(OPEN_AFTER + 1);
    expect(garbage.bad.requests).toHaveLength(OPEN_AFTER);
  });

  test('its twin: the same silence is waited for where the limits are longer', async () => {
    let answerNow = () => {};
    const script = () =>
      new Promise<Answer>((resolve) => {
        answerNow = () => resolve({ text: 'Late.' });
      });
    const model = connectedModel(await start(script));
    const short = testGate([model], { limits: FIRST });
    expect(await failed(short.call())).toMatchObject({ code: 'model/timeout', retryable: true });
    const long = testGate([model], { limits: { firstByteMs: 20_000 } }).call();
    setTimeout(() => answerNow(), 2 * FIRST.firstByteMs);
    expect(await long).toMatchObject({ parts: [{ text: 'Late.' }] });
  });

  test('alone it fails with an error that says whether to try again', async () => {
    const errorOf = async (answer: Answer) => {
      const { call } = testGate([connectedModel(await start([answer]))]);
      return failed(call());
    };
    expect(await errorOf({ status: 500 })).toMatchObject({ code: 'model/overloaded', retryable: true });
    expect(await errorOf({ status: 429, retryAfter: '20' })).toMatchObject({
      code: 'model/rate-limited',
      retryable: true,
      values: { seconds: 20 },
    });
    expect(await errorOf({ status: 401 })).toMatchObject({ code: 'model/key-refused', retryable: false });
    expect(await errorOf({ status: 400, message: 'no' })).toMatchObject({
      code: 'model/refused',
      retryable: false,
    });
  });

  test('a provider that repeats our key does not get it into an error', async () => {
    const provider = await start([{ status: 400, message: 'bad request with sk-scripted in it' }]);
    const error = await failed(testGate([connectedModel(provider)]).call());
    expect(error.message).toContain('bad request with [key] in it');
    expect(JSON.stringify(error.values)).not.toContain('sk-scripted');
  });

  test('nobody listens: nothing was sent, so nothing is owed', async () => {
    const provider = await start([]);
    await provider.close();
    const { call, entries, health } = testGate([connectedModel(provider)]);
    expect(await failed(call())).toMatchObject({ code: 'model/unreachable', retryable: true });
    expect(entries).toMatchObject([{ state: 'released' }]);
    expect(health).toMatchObject([{ isUp: false }]);
  });

  test('a private address that nobody allowed is not called', async () => {
    const { createOutbound } = await import('../platform/kernel/outbound.ts');
    const provider = await start([said]);
    const { call, entries } = testGate([connectedModel(provider)], { outbound: createOutbound([]) });
    expect(await failed(call())).toMatchObject({ code: 'model/unreachable' });
    expect(entries).toMatchObject([{ state: 'released' }]);
    expect(provider.requests).toHaveLength(0);
  });

  test('a stream without its last frame is an answer when it said how it ended', async () => {
    const { call, entries } = await pair([{ ...said, fault: 'no-done' }]);
    expect(await call()).toMatchObject({ model: 'first/small', parts: [said], failed: [] });
    expect(entries).toMatchObject([{ state: 'open' }]);
  });
});

describe.each(PROVIDER_KINDS)('an answer of %s that breaks off', (kind) => {
  test.each(['cut', 'reset-mid-stream', 'hang-mid-stream'] as const)('by %s is none', async (name) => {
    const provider = await start([{ ...said, fault: name }]);
    const limits = name === 'hang-mid-stream' ? IDLE : {};
    const { call, entries } = testGate([connectedModel(provider, { connection: { kind } })], { limits });
    expect(await failed(call())).toMatchObject({
      code: {
        cut: 'model/bad-answer',
        'reset-mid-stream': 'model/unreachable',
        'hang-mid-stream': 'model/timeout',
      }[name],
    });
    expect(entries).toMatchObject([{ state: 'charged' }]);
  });
});

describe('usage', () => {
  const long = 'What there is to see is quite a lot. '.repeat(40);
  const usageOf = async (usage: Record<string, number> | null) => {
    const provider = await start([{ text: long, usage }]);
    return (await testGate([connectedModel(provider)]).call({ maxOutputTokens: 1_000 })).usage;
  };

  test('that is missing is counted by the tokenizer', async () => {
    const usage = await usageOf(null);
    expect(usage).toMatchObject({ source: 'tokenizer' });
    expect(usage.outputTokens).toBeGreaterThan(300);
    expect(usage.inputTokens).toBeGreaterThan(7);
  });

  test('that is far too little, or nothing, is counted by the tokenizer', async () => {
    expect(await usageOf({ inputTokens: 10, outputTokens: 3 })).toMatchObject({ source: 'tokenizer' });
    expect(await usageOf({ inputTokens: 0, outputTokens: 0 })).toMatchObject({ source: 'tokenizer' });
  });

  test('that cannot be is not believed', async () => {
    expect(await usageOf({ inputTokens: 10, outputTokens: -400 })).toMatchObject({ source: 'tokenizer' });
    expect(await usageOf({ inputTokens: 10, cachedTokens: 400, outputTokens: 400 })).toMatchObject({
      source: 'tokenizer',
    });
  });

  test('that is far too much is the worst case that was reserved', async () => {
    expect(await usageOf({ inputTokens: 10, outputTokens: 90_000_000 })).toMatchObject({
      source: 'worst-case',
      outputTokens: 1_000,
    });
  });

  test('of a model without a price has no cost, which is not zero', async () => {
    const provider = await start([said]);
    const { call, entries } = testGate([connectedModel(provider, { prices: [] })]);
    expect((await call()).usage.costUsd).toBeNull();
    expect(entries[0]?.worst.costUsd).toBeNull();
  });
});

describe('money', () => {
  const dear = [{ from: '2026-01-01', inputUsdPerMillion: 100, outputUsdPerMillion: 100 }];

  test('what a budget does not hold is tried with a model that it does, where none was named', async () => {
    const provider = await start(() => said);
    const models = [
      connectedModel(provider, { name: 'dear', prices: dear }),
      connectedModel(provider, { name: 'cheap' }),
    ];
    const { call } = testGate(models, { capUsd: 0.01 });
    expect(await call()).toMatchObject({
      model: 'scripted/cheap',
      failed: [{ model: 'scripted/dear', code: 'budget/exceeded' }],
    });
    expect(await failed(call({ model: 'scripted/dear' }))).toMatchObject({ code: 'budget/exceeded' });
    expect(provider.requests).toHaveLength(1);
  });
});
