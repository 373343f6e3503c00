import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findingsOf } from '../support/axe.ts';
import { chromiumPath, openPage, signedIn } from '../support/console.ts';
import { type ScriptedProvider, startScriptedProvider } from '../support/provider/server.ts';
import { apiOf } from '../support/talk.ts';
import { useConsole } from '../support/use-console.ts';

const SCRIPT = '<img src=x onerror=alert(1)>';
const KEY = 'sk-test-0123456789abcdef';

interface Named {
  id: string;
}

/** A provider is connected, priced, capped and paid for, as a person does it in real Chromium. */
describe.skipIf(!chromiumPath())('models and money in the console', () => {
  let provider: ScriptedProvider;
  const env: NodeJS.ProcessEnv = {};
  beforeAll(async () => {
    provider = await startScriptedProvider({
      models: ['scripted', SCRIPT],
      key: KEY,
      script: () => ({ text: `The harbour opened in 1873. ${SCRIPT}` }),
    });
    env.CADRE_ALLOW_HOSTS = provider.host;
  });
  afterAll(() => provider?.close());
  const here = useConsole({ env });
  const api = apiOf(() => here.cadre);

  const connect = async (page: Page, key: string) => {
    const dialog = page.getByRole('dialog', { name: 'Connect a provider' });
    await dialog.getByLabel('Provider').selectOption('openai-compatible');
    await dialog.getByLabel('Address').fill(provider.url);
    await dialog.getByLabel('Key (may be left out)').fill(key);
    await dialog.getByLabel('Name (may be left out)').fill('harbour');
    await dialog.getByRole('button', { name: 'Connect', exact: true }).click();
    return dialog;
  };

  test('a provider is connected with its key, which nobody sees again; a wrong one is refused in words', async () => {
    const { page, misdeeds } = await openPage(await signedIn(here.browser, here.cadre), here.cadre.url);
    await page.goto('/models');
    await page.getByText('No language model is connected').waitFor();
    await page.getByRole('button', { name: 'Connect a provider' }).click();
    const refused = await connect(page, 'sk-wrong');
    await refused.getByRole('alert').getByText('provider/key-refused').waitFor();
    const dialog = await connect(page, KEY);
    await dialog.getByText('It answered and named 2 models: 2 models are new here.').waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    const card = page.getByRole('article', { name: 'Provider harbour' });
    await card.getByText('Answers').waitFor();
    await card.getByText('with a sealed key').waitFor();
    await page.getByRole('button', { name: SCRIPT }).waitFor();
    expect(await page.content()).not.toContain(KEY);
    // Its refusal is the server's answer, which Chromium notes as an error of the network.
    expect(misdeeds.all.filter((each) => !/status of 4\d\d/.test(each))).toEqual([]);
    await page.context().close();
  }, 60_000);

  test('a price, a budget, a task of a model; then what it cost, and what is left', async () => {
    const { page, misdeeds } = await openPage(await signedIn(here.browser, here.cadre), here.cadre.url);
    await page.goto('/models?model=harbour%2Fscripted');
    const panel = page.getByRole('dialog', { name: 'harbour/scripted' });
    await panel.getByRole('button', { name: 'Add a price' }).click();
    await panel.getByLabel('USD for a million tokens read').fill('1000');
    await panel.getByLabel('USD for a million tokens written').fill('10000');
    await panel.getByRole('button', { name: 'Add the price' }).click();
    await panel.getByText('entered here').waitFor();

    await page.goto('/costs');
    await page.getByRole('button', { name: 'Set a budget' }).click();
    const form = page.getByRole('dialog', { name: 'Set a budget' });
    await form.getByRole('button', { name: 'Set it' }).click();
    await form.getByText('At least one of the three limits.').waitFor();
    await form.getByLabel('Name').fill(SCRIPT);
    await form.getByLabel('US dollars').fill('100');
    await form.getByRole('button', { name: 'Set it' }).click();
    const budget = page.getByRole('article', { name: `Budget ${SCRIPT}` });
    await budget.getByText('$0.00 of $100.00 spent (0 %)').waitFor();

    // The default budget of five dollars a day would not hold the worst case of this price.
    const { items } = await api<{ items: Array<Named & { isDefault: boolean }> }>('GET', '/budgets');
    const usual = items.find(({ isDefault }) => isDefault);
    await api('PATCH', `/budgets/${usual?.id}`, { costUsd: 1_000 });
    const agent = await api<Named>('POST', '/agents', {
      name: 'Thinker',
      executor: { kind: 'model', model: 'harbour/scripted' },
      capabilities: [{ name: 'think' }],
    });
    const task = await api<Named>('POST', '/tasks', {
      goal: 'When did the harbour open?',
      agentId: agent.id,
    });
    await page.goto(`/tasks/${task.id}?tab=details`);
    await page.getByText('completed').first().waitFor({ timeout: 30_000 });
    const calls = page.getByRole('region', { name: 'Calls of models' });
    await calls.getByRole('link', { name: 'harbour/scripted' }).first().waitFor();
    await calls.getByText('tokens as the provider counted').first().waitFor();

    await page.goto('/costs');
    const row = page.getByRole('row', { name: /Thinker/ });
    await row.waitFor();
    expect(await row.innerText()).toMatch(/\$\d+\.\d\d/);
    await expect.poll(() => budget.innerText()).not.toContain('$0.00 of');
    expect(await findingsOf(page)).toEqual([]);
    expect(misdeeds.all).toEqual([]);
    await page.context().close();
  }, 90_000);

  test('a viewer sees health and costs, and no button that would be refused', async () => {
    const { key } = await api<{ key: string }>('POST', '/keys', { name: 'looker', role: 'viewer' });
    const context = await here.browser.newContext({ baseURL: here.cadre.url });
    await context.request.post('/sign-in', { data: { key } });
    const { page } = await openPage(context, here.cadre.url);
    await page.goto('/models');
    await page.getByText('Answers').first().waitFor();
    expect(await page.getByRole('button', { name: /Connect|Check it|Look for models/ }).count()).toBe(0);
    await page.goto('/costs');
    await page.getByText('default').first().waitFor();
    expect(await page.getByRole('button', { name: /Set a budget|Change|Remove/ }).count()).toBe(0);
    await context.close();
  }, 60_000);
});
