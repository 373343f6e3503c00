import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findingsOf } from '../support/axe.ts';
import { chromiumPath, openPage, signedIn } from '../support/console.ts';
import { type ScriptedProvider, startScriptedProvider } from '../support/provider/server.ts';
import { apiOf } from '../support/talk.ts';
import { useConsole } from '../support/use-console.ts';

interface Found {
  items: Array<{ name: string; status: string; spec: { executor: object } }>;
}

/** An agent with a language model is added by a form, with the keyboard alone: in real Chromium. */
describe.skipIf(!chromiumPath())('adding an agent with a language model', () => {
  let provider: ScriptedProvider;
  const env: NodeJS.ProcessEnv = {};
  beforeAll(async () => {
    provider = await startScriptedProvider({ script: [] });
    env.CADRE_ALLOW_HOSTS = provider.host;
  });
  afterAll(() => provider?.close());
  const here = useConsole({ env });
  const api = apiOf(() => here.cadre);
  const named = async (name: string) =>
    (await api<Found>('GET', '/agents?limit=200')).items.find((agent) => agent.name === name);

  test('without a model it says so and leads to one; an unknown tool fails the check by name', async () => {
    const { page } = await openPage(await signedIn(here.browser, here.cadre), here.cadre.url);
    await page.goto('/agents');
    await page.getByRole('button', { name: 'Add an agent' }).click();
    const form = page.getByRole('dialog', { name: 'Add an agent' });
    await form.getByRole('radio', { name: 'A language model' }).check();
    await form.getByText('No language model is connected').waitFor();
    await form.getByRole('link', { name: 'Connect a provider' }).waitFor();

    await api('POST', '/providers', { kind: 'openai-compatible', name: 'test', baseUrl: provider.url });
    await form.getByText('No language model is connected').waitFor({ state: 'detached' });
    await form.getByRole('textbox', { name: 'Name', exact: true }).fill('Guesser');
    await form.getByRole('textbox', { name: 'Tools of plug-ins' }).fill('no.such.tool');
    await form.getByRole('button', { name: 'Add it' }).click();
    await page.getByText('Guesser was added but did not pass the check').waitFor();
    expect(await named('Guesser')).toMatchObject({ status: 'error' });
    await page.context().close();
  }, 60_000);

  test('it is made as it was described, by keyboard; what is wrong stands at its field', async () => {
    const { page, misdeeds } = await openPage(await signedIn(here.browser, here.cadre), here.cadre.url);
    await page.goto('/agents');
    await page.getByRole('button', { name: 'Add an agent' }).press('Enter');
    const form = page.getByRole('dialog', { name: 'Add an agent' });
    await form.getByRole('radio', { name: 'An endpoint of your own' }).press('ArrowDown');
    const name = form.getByRole('textbox', { name: 'Name', exact: true });
    await form.getByRole('combobox', { name: 'Language model' }).selectOption('test/scripted');
    await form.getByRole('textbox', { name: 'Instructions' }).fill('Be short.');
    await form.getByRole('checkbox', { name: 'Get texts from the web' }).press('Space');
    await form.getByRole('textbox', { name: 'Minutes for one attempt' }).fill('soon');
    await form.getByRole('button', { name: 'Add it' }).press('Enter');
    await form.getByText('Give it a name.').waitFor();
    await form.getByText('A whole number from 1 to 60.').waitFor();
    expect(await page.locator(':focus').getAttribute('name')).toBe('name');
    expect(await findingsOf(page)).toEqual([]);
    expect(await named('Thinker')).toBeUndefined();

    await name.fill('Thinker');
    await form.getByRole('textbox', { name: 'Minutes for one attempt' }).fill('2');
    await form.getByRole('textbox', { name: 'Minutes for one attempt' }).press('Enter');
    await page.getByText('Thinker joined the team').waitFor();
    expect(await named('Thinker')).toMatchObject({
      status: 'idle',
      spec: {
        timeoutMs: 120_000,
        executor: {
          kind: 'model',
          model: 'test/scripted',
          instructions: 'Be short.',
          tools: ['files.list', 'files.read', 'files.search', 'tables.query', 'history.read', 'http.get'],
        },
      },
    });
    expect(misdeeds.all).toEqual([]);
    await page.context().close();
  }, 60_000);
});
