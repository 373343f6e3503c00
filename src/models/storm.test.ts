import { afterEach, describe, expect, test } from 'vitest';
import { testGate } from '../../test/support/provider/gate.ts';
import { connectedModel } from '../../test/support/provider/model.ts';
import { type ScriptedProvider, startScriptedProvider } from '../../test/support/provider/server.ts';
import { fakeClock } from '../platform/kernel/clock.ts';
import { seededRandom } from '../platform/kernel/random.ts';

let provider: ScriptedProvider | undefined;
afterEach(async () => provider?.close());

/** Calls at a steady pace on a clock that is moved by hand, against a provider that fails for two minutes. */
async function outage(isDown: (nowMs: number) => { status: number; retryAfter?: string } | undefined) {
  const clock = fakeClock();
  const startMs = clock.nowMs();
  const now = () => clock.nowMs() - startMs;
  const arrivals: number[] = [];
  provider = await startScriptedProvider({
    script() {
      arrivals.push(now());
      return isDown(now()) ?? { text: 'Well again.' };
    },
  });
  const { call } = testGate([connectedModel(provider)], {
    clock,
    random: seededRandom(7),
    pause: async (ms) => clock.advance(ms),
  });
  const answered: number[] = [];
  const codes: string[] = [];
  let offered = 0;
  while (now() < 240_000) {
    offered += 1;
    await call().then(
      () => answered.push(now()),
      (error: { code: string }) => codes.push(error.code),
    );
    clock.advance(2_000);
  }
  return { arrivals, answered, codes, offered };
}

describe('a provider that fails for two minutes (GUARANTEES P12)', () => {
  test('is asked no more than it was offered, and answers again within 30 s of its recovery', async () => {
    const { arrivals, answered, codes, offered } = await outage((ms) =>
      ms < 120_000 ? { status: 500 } : undefined,
    );
    const down = arrivals.filter((ms) => ms < 120_000);
    expect(arrivals.length).toBeLessThanOrEqual(offered * 1.1);
    // Five open the breaker; one each after 60 s and 90 s finds it still down.
    expect(down.length).toBeLessThanOrEqual(8);
    expect(answered[0]).toBeLessThanOrEqual(150_000);
    // Closed: from then on every call is answered.
    expect(answered.length).toBeGreaterThanOrEqual(44);
    expect(new Set(codes)).toEqual(new Set(['model/overloaded', 'model/resting']));
  });

  test('that says when to come again is asked again then, and one call in ten at most twice', async () => {
    const { arrivals, answered, offered } = await outage((ms) =>
      ms < 120_000 ? { status: 429, retryAfter: '2' } : undefined,
    );
    const down = arrivals.filter((ms) => ms < 120_000);
    const gaps = down.slice(1).map((ms, at) => ms - (down[at] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(2_000);
    expect(arrivals.length).toBeLessThanOrEqual(offered * 1.1);
    expect(answered[0]).toBeLessThanOrEqual(125_000);
  });

  test('its twin: one that never fails is asked once a call', async () => {
    const { arrivals, answered, offered } = await outage(() => undefined);
    expect([arrivals.length, answered.length]).toEqual([offered, offered]);
  });
});

test('a call that may be asked again waits as long as it was told, and then gets its answer', async () => {
  let busy = false;
  provider = await startScriptedProvider({
    script: () => (busy ? { status: 429, retryAfter: '1' } : { text: 'Yes.' }),
  });
  const waits: number[] = [];
  const { call, entries } = testGate([connectedModel(provider)], {
    clock: fakeClock(),
    random: () => 0.25,
  });
  const patient = testGate([connectedModel(provider)], {
    random: () => 0.25,
    async pause(ms) {
      waits.push(ms);
      busy = false;
    },
    clock: { nowMs: () => Date.now(), monotonicMs: () => waits.length * 10_000 },
  });
  for (let at = 0; at < 10; at += 1) await patient.call();
  busy = true;
  expect(await patient.call()).toMatchObject({ parts: [{ text: 'Yes.' }], failed: [] });
  expect(waits).toEqual([1_250]);
  expect(patient.entries.slice(-2)).toMatchObject([{ state: 'released' }, { state: 'open' }]);
  // Its twin: a gate that has not seen ten calls yet asks nobody twice.
  busy = true;
  await expect(call()).rejects.toMatchObject({ code: 'model/rate-limited' });
  expect(entries).toHaveLength(1);
});

test('a model that fails often is left alone, and its neighbour at the same provider is not', async () => {
  provider = await startScriptedProvider({
    script: ({ model }) => (model === 'ill' ? { status: 500 } : { text: 'Well.' }),
  });
  const clock = fakeClock();
  const models = [
    connectedModel(provider, { name: 'ill' }),
    connectedModel(provider, { name: 'well', tier: 'large' }),
  ];
  const { call } = testGate(models, { clock });
  for (let at = 0; at < 8; at += 1) expect(await call()).toMatchObject({ model: 'scripted/well' });
  const asked = provider.requests.filter(({ model }) => model === 'ill');
  expect(asked).toHaveLength(5);
  const last = await call();
  expect(last.failed).toEqual([{ model: 'scripted/ill', code: 'model/resting' }]);
});
