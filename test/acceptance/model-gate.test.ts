import { afterEach, expect, test } from 'vitest';
import type { ModelOrder } from '../../src/models/call.ts';
import { newId } from '../../src/platform/kernel/ids.ts';
import { openTestHouse, type TestHouse } from '../support/house.ts';
import { orderOf } from '../support/provider/gate.ts';
import {
  type ProviderOptions,
  type ScriptedProvider,
  startScriptedProvider,
} from '../support/provider/server.ts';
import { onEveryStore } from '../support/stores.ts';

interface Listed<T> {
  items: T[];
}

onEveryStore('the gate of a house', (dialect) => {
  let home: TestHouse;
  const providers: ScriptedProvider[] = [];
  afterEach(async () => {
    await home.close();
    for (const provider of providers.splice(0)) await provider.close();
  });

  /** A house with a provider for each script, in order of fallback. */
  async function open(...scripts: Array<ProviderOptions['script']>) {
    for (const script of scripts)
      providers.push(await startScriptedProvider({ script, key: 'sk-secret', models: ['small'] }));
    home = await openTestHouse({
      dialect,
      works: false,
      env: { CADRE_ALLOW_HOSTS: providers.map(({ host }) => host).join(',') },
    });
    for (const [at, { url }] of providers.entries())
      await home.call('providers.create', {
        kind: 'openai-compatible',
        name: `p${at + 1}`,
        baseUrl: url,
        apiKey: 'sk-secret',
        position: at + 1,
      });
    const { id } = await home.call<{ id: string }>('tasks.submit', { goal: 'Look around.' });
    let turns = 0;
    return async (more: Partial<ModelOrder> = {}) => {
      turns += 1;
      const order = orderOf(`turn-${turns}`);
      const bill = {
        ...order.bill,
        tenantId: home.house.homeTenantId,
        rootId: id,
        taskId: id,
        agentId: null,
        runId: newId(),
      };
      return home.house.models.call({ ...order, bill, ...more }, new AbortController().signal);
    };
  }

  const rows = (table: 'reservation' | 'usage') =>
    home.house.store.read(home.house.homeTenantId, (tx) => tx.db.selectFrom(table).selectAll().execute());

  test('reserves, answers over HTTP with the opened key, and settles in the transaction of who asked', async () => {
    const call = await open([{ text: 'A door.' }]);
    const answer = await call();
    expect(answer).toMatchObject({ model: 'p1/small', parts: [{ type: 'text', text: 'A door.' }] });
    expect(providers[0]?.requests[0]?.headers.authorization).toBe('Bearer sk-secret');
    expect(await rows('reservation')).toMatchObject([{ id: answer.reservationId, model: 'p1/small' }]);
    const { ledger, store, homeTenantId } = home.house;
    await store.write(homeTenantId, (tx) =>
      ledger.settle(tx, answer.reservationId, answer.model, answer.usage),
    );
    const [shown] = (await home.call<Listed<{ health: { isUp: boolean } }>>('models.list')).items;
    expect(shown?.health.isUp).toBe(true);
    expect(await rows('reservation')).toEqual([]);
    expect(await rows('usage')).toMatchObject([{ source: 'provider', model: 'p1/small', output_tokens: 2 }]);
  });

  test('shows people which provider does not answer, and goes on with the next', async () => {
    const call = await open(
      () => ({ status: 500, message: 'out of order' }),
      () => ({ text: 'A door.' }),
    );
    expect(await call()).toMatchObject({ model: 'p2/small', failed: [{ code: 'model/overloaded' }] });
    const { items } =
      await home.call<Listed<{ name: string; health: { isUp: boolean; because: string } }>>('providers.list');
    const health = Object.fromEntries(items.map((each) => [each.name, each.health]));
    expect(health.p1).toMatchObject({ isUp: false, because: expect.stringContaining('out of order') });
    expect(health.p2).toMatchObject({ isUp: true });
    // What nobody took on is given back; the answer's own stays open for who asked.
    expect(await rows('usage')).toEqual([]);
    expect(await rows('reservation')).toHaveLength(1);
    expect(JSON.stringify(await home.events())).not.toContain('sk-secret');
  });

  test('what a person changes holds from the next call on: a rule, a price, a switch', async () => {
    const call = await open(
      () => ({ text: 'one' }),
      () => ({ text: 'two' }),
    );
    const models = (await home.call<Listed<{ id: string; name: string; provider: string }>>('models.list'))
      .items;
    const idOf = (provider: string) => models.find((each) => each.provider === provider)?.id;
    const price = (provider: string, usd: number) =>
      home.call('models.price', { id: idOf(provider), inputUsdPerMillion: usd, outputUsdPerMillion: usd });
    await price('p1', 2);
    await price('p2', 1);
    expect((await call()).model).toBe('p1/small');
    const rule = { name: 'thrift', prefer: 'cheapest', purposes: ['work'] };
    await home.call('modelRules.create', rule);
    const cheapest = await call();
    expect(cheapest).toMatchObject({
      model: 'p2/small',
      because: 'the rule "thrift" wants the cheapest model',
    });
    expect(cheapest.usage.costUsd).toBeGreaterThan(0);
    expect(await home.call('modelRules.list')).toMatchObject({ items: [rule] });
    await expect(home.call('modelRules.create', rule)).rejects.toMatchObject({ code: 'model/rule-exists' });
    await home.call('modelRules.remove', { id: 'thrift' });
    await expect(home.call('modelRules.remove', { id: 'thrift' })).rejects.toMatchObject({
      code: 'model/rule-not-found',
    });
    expect((await call()).model).toBe('p1/small');
    await home.call('models.change', { id: idOf('p1'), enabled: false });
    expect((await call()).model).toBe('p2/small');
  });

  test('a house without a model says what to do', async () => {
    const call = await open();
    await expect(call()).rejects.toMatchObject({ code: 'model/none' });
  });
});
