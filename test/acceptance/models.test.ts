import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpServer, serveHttp } from '../../src/edge/http/server.ts';
import type { Model, Provider } from '../../src/models/view.ts';
import { operations } from '../../src/operations.ts';
import { CadreError } from '../../src/platform/kernel/errors.ts';
import type { Page } from '../../src/platform/kernel/operation.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { type ScriptedProvider, startScriptedProvider } from '../support/provider/server.ts';
import { onEveryStore } from '../support/stores.ts';

/** No answer, log line, event, kept answer or stored row may hold it. */
const CANARY = 'sk-canary-9183-kingfisher';
const SECOND = 'sk-canary-5521-kingfisher';

type Looked = Provider & { added: string[]; listed: number; leftOut: number };
type Shown = Model & { prices: Array<{ from: string; inputUsdPerMillion: number; source: string }> };

const refusal = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CadreError)) throw new Error(`not refused: ${String(error)}`);
  return error;
};
const codeOf = async (promise: Promise<unknown>) => (await refusal(promise)).code;

/** A server that answers a path with a status and a body, as strange providers do. */
async function odd(answers: Record<string, [status: number, body: string]>) {
  const server: Server = createServer((request, response) => {
    const [status, body] = answers[(request.url ?? '').split('?')[0] ?? ''] ?? [404, 'nothing here'];
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => new Promise((resolve) => server.close(resolve)) };
}

onEveryStore('providers and models', (dialect) => {
  let home: TestHouse;
  let server: HttpServer;
  let provider: ScriptedProvider;

  beforeAll(async () => {
    provider = await startScriptedProvider({
      script: [],
      key: CANARY,
      models: ['claude-sonnet-4-5-20250929', 'claude-haiku-4-5', 'claude-unheard-of', 'text-embedding-9'],
    });
    home = await openTestHouse({ dialect, works: false, env: { CADRE_ALLOW_HOSTS: '127.0.0.1' } });
    server = await serveHttp(home.house, operations);
  });
  afterAll(async () => {
    await server?.close();
    await home?.close();
    await provider?.close();
  });

  const connect = (more: Record<string, unknown>) => home.call<Looked>('providers.create', more);
  const list = (input = {}) => home.call<Page<Model>>('models.list', { limit: 200, ...input });
  const callable = () => home.house.registry.models(home.house.homeTenantId);

  describe('a provider', () => {
    it('is asked for its models before it is kept, and says what it has', async () => {
      const made = await connect({ kind: 'anthropic', baseUrl: provider.url, apiKey: CANARY });
      expect(made).toMatchObject({ name: 'anthropic', hasKey: true, enabled: true, listed: 3, leftOut: 1 });
      expect(made.added).toEqual(['anthropic/claude-sonnet-4-5-20250929', 'anthropic/claude-haiku-4-5']);
      expect(made.health).toMatchObject({ isUp: true, because: 'it listed its models' });
      const [sonnet] = await callable();
      expect(sonnet).toMatchObject({ id: 'anthropic/claude-sonnet-4-5-20250929', contextTokens: 200_000 });
      expect(sonnet?.connection).toMatchObject({ kind: 'anthropic', baseUrl: provider.url, key: CANARY });
      expect(sonnet?.prices).toEqual([
        expect.objectContaining({ inputUsdPerMillion: 3, cacheWriteUsdPerMillion: 3.75 }),
      ]);
    });

    it('is not kept when it does not answer, is no provider, or takes the key of somebody else', async () => {
      const strange = await odd({
        '/page/models': [200, '<html>'],
        '/list/models': [200, '{"hello": "world"}'],
        '/broken/models': [500, `{"error": "we got ${CANARY}"}`],
      });
      const tried = (baseUrl: string, apiKey = CANARY) =>
        refusal(connect({ kind: 'openai-compatible', name: 'odd', baseUrl, apiKey }));
      expect((await tried(`${strange.url}/page`)).message).toContain('no JSON');
      expect((await tried(`${strange.url}/list`)).message).toContain('without a list of models');
      const broken = await tried(`${strange.url}/broken`);
      expect(broken).toMatchObject({ code: 'provider/unreachable', status: 502 });
      expect(broken.message).toContain('500');
      expect(broken.message).not.toContain(CANARY); // some write the key back
      expect((await tried(`${strange.url}/nowhere`)).message).toContain('404');
      expect(
        await codeOf(connect({ kind: 'openai', name: 'odd', baseUrl: provider.url, apiKey: 'wrong' })),
      ).toBe('provider/key-refused');
      await strange.close();
      expect((await tried(`${strange.url}/list`)).code).toBe('provider/unreachable');
      expect(await codeOf(home.call('providers.get', { id: 'odd' }))).toBe('provider/not-found');
      // The twin: unasked, it is kept, and its health is not known.
      const unseen = await connect({
        kind: 'openai-compatible',
        name: 'odd',
        baseUrl: `${strange.url}/v1`,
        check: false,
      });
      expect(unseen).toMatchObject({ hasKey: false, added: [], health: { isUp: null } });
      expect(await codeOf(home.call('providers.check', { id: 'odd' }))).toBe('provider/unreachable');
      const { health } = await home.call<Provider>('providers.get', { id: 'odd' });
      expect(health.isUp).toBe(false);
      expect(health.since).not.toBeNull();
      await home.call('providers.remove', { id: 'odd' });
    });

    it('of one’s own server is found below /v1, free of charge, with the context that it says', async () => {
      const own = await odd({
        '/v1/models': [
          200,
          JSON.stringify({
            data: [
              { id: 'qwen3:8b' },
              { id: 'org/served-70b', max_model_len: 16_384 },
              { id: 'nomic-embed-text' },
              { id: '' },
              'nonsense',
            ],
          }),
        ],
      });
      const made = await connect({ kind: 'openai-compatible', name: 'own', baseUrl: own.url });
      expect(made).toMatchObject({ baseUrl: `${own.url}/v1`, listed: 2, leftOut: 0 });
      const models = (await callable()).filter((model) => model.provider === 'own');
      expect(models.map(({ id, contextTokens, tier }) => [id, contextTokens, tier])).toEqual([
        ['own/qwen3:8b', 4_096, 'small'],
        ['own/org/served-70b', 16_384, 'large'],
      ]);
      const shown = await home.call<Shown>('models.get', { id: 'own/org/served-70b' });
      expect(shown.price).toMatchObject({ inputUsdPerMillion: 0, outputUsdPerMillion: 0, source: 'local' });
      expect(shown.energy).toMatchObject({ energyClass: 'dense-70b' });
      await own.close();
      await home.call('providers.remove', { id: 'own' });
    });

    it('of OpenRouter says its prices, and its key is tried although its list is open to all', async () => {
      const models = JSON.stringify({
        data: [
          {
            id: 'anthropic/claude-sonnet-4.5',
            context_length: 1_000_000,
            top_provider: { max_completion_tokens: 64_000 },
            pricing: { prompt: '0.000003', completion: '0.000015', input_cache_read: '0.0000003' },
          },
          { id: 'openrouter/auto', pricing: { prompt: '-1', completion: '-1' } },
        ],
      });
      const open = await odd({ '/models': [200, models], '/key': [401, '{}'] });
      const input = { kind: 'openrouter', baseUrl: open.url, apiKey: CANARY };
      expect(await codeOf(connect(input))).toBe('provider/key-refused');
      await open.close();
      const good = await odd({ '/models': [200, models], '/key': [200, '{}'] });
      const made = await connect({ ...input, baseUrl: good.url });
      expect([made.added, made.leftOut]).toEqual([['openrouter/anthropic/claude-sonnet-4.5'], 1]);
      const { price, contextTokens } = await home.call<Shown>('models.get', { id: made.added[0] });
      expect(contextTokens).toBe(1_000_000);
      expect(price).toMatchObject({
        inputUsdPerMillion: 3,
        cachedInputUsdPerMillion: 0.3,
        outputUsdPerMillion: 15,
        source: 'discovered',
      });
      // All of them, where a person asks: those nobody knows are not enabled, and have no price.
      const all = await home.call<Looked>('providers.discover', { id: 'openrouter', all: true });
      expect(all.added).toEqual(['openrouter/openrouter/auto']);
      const auto = await home.call<Shown>('models.get', { id: 'openrouter/openrouter/auto' });
      expect([auto.enabled, auto.price]).toEqual([false, null]);
      await good.close();
      await home.call('providers.remove', { id: 'openrouter' });
    });

    it('is changed, ordered and switched off; its key goes nowhere else', async () => {
      expect(await codeOf(connect({ kind: 'anthropic', apiKey: 'x', check: false }))).toBe('provider/exists');
      const change = (more: object) => home.call<Provider>('providers.change', { id: 'anthropic', ...more });
      expect(await codeOf(change({ baseUrl: 'http://127.0.0.1:9/v1' }))).toBe('provider/needs-key');
      expect(await codeOf(change({ apiKey: 'wrong' }))).toBe('provider/key-refused');
      expect((await callable())[0]?.connection.key).toBe(CANARY);
      await change({ apiKey: SECOND, check: false });
      expect((await callable())[0]?.connection.key).toBe(SECOND);
      await change({ apiKey: CANARY });
      await connect({ kind: 'openai', apiKey: CANARY, baseUrl: provider.url, check: false });
      const providers = async () => [...new Set((await callable()).map((model) => model.provider))];
      expect(await providers()).toEqual(['anthropic', 'openai']);
      await home.call('providers.change', { id: 'openai', position: 0 });
      expect(await providers()).toEqual(['openai', 'anthropic']);
      await change({ enabled: false });
      expect(await providers()).toEqual(['openai']);
      await change({ enabled: true });
      await home.call('providers.remove', { id: 'openai' });
      expect(await providers()).toEqual(['anthropic']);
    });

    it('stays while an agent or an open task names its models, unless forced', async () => {
      const name = 'leaving';
      await connect({ kind: 'openai', name, apiKey: CANARY, check: false });
      const task = await home.call<{ id: string }>('tasks.submit', { goal: 'x', model: `${name}/gpt-5` });
      const refused = await refusal(home.call('providers.remove', { id: name }));
      expect(refused.code).toBe('provider/in-use');
      expect(refused.message).toContain(task.id);
      expect(await codeOf(home.call('providers.change', { id: name, name: 'gone' }))).toBe('provider/in-use');
      await home
        .call('agents.create', {
          name: 'Scripted',
          executor: { kind: 'scripted', models: [{ name: `${name}/gpt-5` }], turns: [{ text: 'x' }] },
        })
        .catch(() => undefined); // an agent of that form may not be known
      await home.call('providers.remove', { id: name, force: true });
      expect(await codeOf(home.call('providers.get', { id: name }))).toBe('provider/not-found');
      expect(await codeOf(home.call('models.get', { id: `${name}/gpt-5` }))).toBe('model/not-found');
      const left = await home.house.store.readAll((tx) =>
        tx.db
          .selectFrom('secret')
          .select(({ fn }) => fn.countAll<number>().as('count'))
          .executeTakeFirst(),
      );
      expect(Number(left?.count)).toBe(1); // that of anthropic
    });

    it('notes its health once per change, and tells the log', async () => {
      const [model] = await callable();
      const note = (isUp: boolean, because: string) =>
        home.house.registry.noteHealth(home.house.homeTenantId, model?.connection.id ?? '', {
          isUp,
          because,
        });
      const before = (await home.call<Provider>('providers.get', { id: 'anthropic' })).health;
      await note(true, 'it answered');
      expect((await home.call<Provider>('providers.get', { id: 'anthropic' })).health).toEqual(before);
      await note(false, 'status 500');
      await note(false, 'status 503');
      await note(false, 'status 503');
      const { health } = await home.call<Provider>('providers.get', { id: 'anthropic' });
      expect(health).toMatchObject({ isUp: false, because: 'status 503' });
      await note(true, 'it answered');
      const told = (await home.events()).filter(
        ({ type, data }) => type === 'provider.health-changed' && data.provider === 'anthropic',
      );
      expect(told.map(({ data }) => [data.isUp, data.because])).toEqual([
        [false, 'status 500'],
        [true, 'it answered'],
      ]);
      await home.house.registry.noteHealth(home.house.homeTenantId, 'nobody', { isUp: true, because: 'x' });
    });

    it.each([
      [{ kind: 'anthropic' }, 'provider/needs-key'],
      [{ kind: 'openai-compatible' }, 'provider/bad-address'],
      [{ kind: 'openai-compatible', baseUrl: 'http://10.255.255.1:1/v1', name: 'far' }, 'outbound/denied'],
      [{ kind: 'oracle', apiKey: 'x' }, 'request/invalid'],
      [{ kind: 'openai', apiKey: 'with\nnewline' }, 'request/invalid'],
      [{ kind: 'openai', apiKey: 'x', name: 'Über/uns' }, 'request/invalid'],
      [{ kind: 'openai', apiKey: 'x', name: 'toString', check: false }, 'request/invalid'],
      [{ kind: 'openai', fromEnvironment: true }, 'provider/not-offered'],
    ])('%j is refused with %s', async (input, code) => {
      expect(await codeOf(connect(input))).toBe(code);
    });
  });

  describe('a model', () => {
    const id = 'anthropic/claude-haiku-4-5';

    it('is listed with health, limits, price of today and energy, by provider, size and whether it may be called', async () => {
      const { items } = await list({ provider: 'anthropic' });
      expect(items.map((model) => model.model).sort()).toEqual([
        'anthropic/claude-haiku-4-5',
        'anthropic/claude-sonnet-4-5-20250929',
      ]);
      expect(items[0]).toMatchObject({
        isCallable: true,
        price: { source: 'catalogue' },
        health: { isUp: true },
      });
      expect((await list({ tier: 'small' })).items.map((model) => model.model)).toEqual([id]);
      expect((await list({ enabled: false })).items).toEqual([]);
      const first = await list({ limit: 1 });
      const second = await list({ limit: 1, cursor: first.nextCursor });
      expect([...first.items, ...second.items].map((model) => model.id)).toEqual(
        items.map((model) => model.id),
      );
    });

    it('is changed by people: limits, size, strengths, energy, and whether it may be called', async () => {
      const change = (more: object) => home.call<Shown>('models.change', { id, ...more });
      const changed = await change({
        contextTokens: 50_000,
        maxOutputTokens: 8_000,
        tier: 'medium',
        strengths: ['poems'],
        energyClass: 'dense-8b',
      });
      expect(changed).toMatchObject({
        contextTokens: 50_000,
        maxOutputTokens: 8_000,
        tier: 'medium',
        strengths: ['poems'],
        source: 'person',
      });
      expect(changed.energy).toMatchObject({ energyClass: 'dense-8b' });
      expect((await change({ joulesPerOutputToken: 1.5 })).energy).toMatchObject({
        energyClass: 'own',
        joulesPerThousandOutputTokens: 1_500,
      });
      expect(await codeOf(change({ maxOutputTokens: 50_000 }))).toBe('model/bad-limits');
      for (const bad of [{ contextTokens: 0 }, { tier: 'huge' }, { latencyMs: -1 }, { energyClass: 'sun' }])
        expect(await codeOf(change(bad)), JSON.stringify(bad)).toBe('request/invalid');
      await change({ enabled: false });
      expect((await callable()).map((model) => model.id)).not.toContain(id);
      // What a person said stays when the provider is asked again.
      await home.call('providers.discover', { id: 'anthropic' });
      expect((await home.call<Shown>('models.get', { id })).enabled).toBe(false);
      await change({ enabled: true });
      expect(await codeOf(home.call('models.change', { id: 'anthropic/none', tier: 'small' }))).toBe(
        'model/not-found',
      );
    });

    it('has prices by day; older ones stay as they are', async () => {
      const price = (more: object) =>
        home.call<Shown>('models.price', { id, outputUsdPerMillion: 9, inputUsdPerMillion: 2, ...more });
      const before = (await home.call<Shown>('models.get', { id })).prices;
      await price({ from: '2999-01-01', inputUsdPerMillion: 1 });
      expect((await home.call<Shown>('models.get', { id })).price).toMatchObject(before[0] ?? {});
      const now = await price({});
      expect(now.price).toMatchObject({ inputUsdPerMillion: 2, source: 'person' });
      expect(now.prices).toHaveLength(3);
      expect(now.prices[0]).toEqual(before[0]);
      for (const bad of ['2026-02-30', 'soon', '31.01.2026'])
        expect(await codeOf(price({ from: bad }))).toBe('model/bad-price');
      for (const bad of [
        { inputUsdPerMillion: -1 },
        { outputUsdPerMillion: 'much' },
        { inputUsdPerMillion: null },
      ])
        expect(await codeOf(price(bad)), JSON.stringify(bad)).toBe('request/invalid');
    });

    it('is added by hand where its provider does not list it', async () => {
      const added = await home.call<Shown>('models.add', {
        provider: 'anthropic',
        name: 'claude-next',
        contextTokens: 500_000,
        maxOutputTokens: 32_000,
      });
      expect(added).toMatchObject({
        model: 'anthropic/claude-next',
        price: null,
        source: 'person',
        enabled: true,
      });
      const again = home.call('models.add', { provider: 'anthropic', name: 'claude-next' });
      expect(await codeOf(again)).toBe('model/exists');
      expect(await codeOf(home.call('models.add', { provider: 'none', name: 'x' }))).toBe(
        'provider/not-found',
      );
    });

    it('is recommended for a task and compared for a use', async () => {
      await home.call('models.change', { id, tier: 'small' });
      const recommend = (task: string) =>
        home.call<{ model: string; confidence: number }>('models.recommend', { task });
      expect(await recommend('a quick summary')).toMatchObject({ model: id, confidence: 0.85 });
      expect(await recommend('summary')).toMatchObject({
        model: 'anthropic/claude-sonnet-4-5-20250929',
        confidence: 0.9,
      });
      expect((await recommend('complex analysis')).confidence).toBe(0.7); // no large one is here
      // A rule for such tasks comes first; twin: other tasks are recommended for as before.
      const rule = { name: 'analyses-cheap', prefer: 'cheapest', taskTypes: ['analysis'] };
      await home.call('modelRules.create', rule);
      const byRule = home.call('models.recommend', { task: 'analysis' });
      expect(await byRule).toEqual({
        model: id,
        confidence: 1,
        reason: 'the rule "analyses-cheap" wants the cheapest model',
      });
      expect((await recommend('complex analysis')).confidence).toBe(0.7);
      await home.call('modelRules.remove', { id: rule.name });
      expect((await recommend('analysis')).confidence).toBe(0.9);
      const { items } = await home.call<{
        items: Array<{ model: string; costUsd: number | null; energyJ: number }>;
      }>('models.compare', { useCase: 'fast answers' });
      expect(items.map((item) => item.model)[0]).toBe(id);
      expect(items[0]?.costUsd).toBeCloseTo((1_000 * 2 + 500 * 9) / 1e6);
      expect(items.find((item) => item.model.endsWith('claude-next'))?.costUsd).toBeNull();
    });

    it('may be named at submit and in the middle once it is connected', async () => {
      const submit = (model: string) => home.call<{ id: string }>('tasks.submit', { goal: 'x', model });
      expect(await codeOf(submit('anthropic/claude-imaginary'))).toBe('control/unknown-model');
      const task = await submit(id);
      await home.call('models.change', { id: 'anthropic/claude-next', enabled: false });
      const change = (model: string) => home.call('tasks.change', { id: task.id, model });
      expect(await codeOf(change('anthropic/claude-next'))).toBe('control/unknown-model');
      expect(await change('anthropic/claude-sonnet-4-5-20250929')).toBeDefined();
    });
  });

  it('keeps tenants apart, and lets viewers read without any secret', async () => {
    const other = await home.call<{ id: string; ownerKey: { key: string } }>('tenants.create', {
      name: 'other',
    });
    expect(await home.house.registry.models(other.id)).toEqual([]);
    const asOther = { tenantId: other.id };
    expect(await home.call('models.offers', {}, asOther)).toEqual({ items: [] });
    process.env.OPENAI_API_KEY = CANARY;
    try {
      const input = { kind: 'openai', fromEnvironment: true, check: false };
      expect(await codeOf(home.call('providers.create', input, asOther))).toBe('provider/not-offered');
      const offers = await home.call<{ items: Array<{ provider: string; where: string }> }>('models.offers');
      expect(offers.items[0]).toMatchObject({ provider: 'OpenAI', where: 'OPENAI_API_KEY' });
      expect(JSON.stringify(offers)).not.toContain(CANARY);
      // It was offered all the time and used by nobody; now a person says so.
      expect((await callable()).some((model) => model.provider === 'openai')).toBe(false);
      await home.call('providers.create', input);
      expect((await callable()).find((model) => model.provider === 'openai')?.connection.key).toBe(CANARY);
    } finally {
      delete process.env.OPENAI_API_KEY;
    }
    const viewer = { role: 'viewer' as const };
    expect(JSON.stringify(await home.call('providers.list', {}, viewer))).not.toContain(CANARY);
    for (const [name, input] of [
      ['providers.create', { kind: 'openai', apiKey: 'x' }],
      ['providers.change', { id: 'anthropic' }],
      ['providers.check', { id: 'anthropic' }],
      ['models.price', { id: 'x', inputUsdPerMillion: 0, outputUsdPerMillion: 0 }],
    ] as const)
      expect(await codeOf(home.call(name, input, { role: 'operator' }))).toBe('auth/forbidden');
  });

  it('shows a key nowhere: no answer, kept answer, event, log line or row', async () => {
    const key = (await home.call<{ key: string }>('keys.create', { name: 'owner', role: 'owner' })).key;
    const ask = async (method: string, path: string, body?: object) => {
      const answer = await fetch(`${server.url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          'idempotency-key': `canary-${method}-${path}-${JSON.stringify(body ?? '').length}`,
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      return { status: answer.status, text: await answer.text() };
    };
    const said: string[] = [];
    const create = { kind: 'anthropic', name: 'seen', baseUrl: provider.url, apiKey: CANARY };
    for (const [method, path, body] of [
      ['POST', '/providers', create],
      ['POST', '/providers', create], // repeated: the kept answer
      ['PATCH', '/providers/seen', { apiKey: SECOND, check: false }],
      ['POST', '/providers/seen/check', {}], // refused with the second key
      ['POST', '/providers', { ...create, name: 'seen too', apiKey: `${CANARY}\n` }], // a name of a wrong form
      ['POST', '/secrets/rotate', {}],
      ...operations
        .filter(({ route }) => route.method === 'GET' && !route.path.includes('{') && !route.answer)
        .map(({ route }) => ['GET', route.path, undefined] as const),
      ['GET', '/providers/seen', undefined],
      ['GET', '/models/anthropic%2Fclaude-haiku-4-5', undefined],
    ] as const) {
      const { status, text } = await ask(method, path, body);
      expect([200, 201, 422], `${method} ${path}: ${text}`).toContain(status);
      said.push(text);
    }
    expect((await callable()).find((model) => model.provider === 'seen')?.connection.key).toBe(SECOND);
    said.push(JSON.stringify(await home.events()));
    said.push(readFileSync(join(home.database.folder, 'logs', 'cadre.log'), 'utf8'));
    const rows = await home.house.store.readAll(async (tx) => ({
      secrets: await tx.db.selectFrom('secret').selectAll().execute(),
      providers: await tx.db.selectFrom('provider').selectAll().execute(),
      kept: await tx.db.selectFrom('idempotency').selectAll().execute(),
      events: await tx.db.selectFrom('event').selectAll().execute(),
      keys: await tx.db.selectFrom('data_key').selectAll().execute(),
    }));
    expect(rows.secrets.length).toBeGreaterThan(1);
    said.push(JSON.stringify(rows));
    for (const text of said) for (const secret of [CANARY, SECOND]) expect(text).not.toContain(secret);
    // The twin: the search finds what is there.
    expect(said.join()).toContain('seen');
  });
});
