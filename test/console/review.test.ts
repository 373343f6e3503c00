import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findingsOf } from '../support/axe.ts';
import { type CadreProcess, chromiumPath, openBrowser, startCadre, watchPages } from '../support/console.ts';
import { until } from '../support/engine.ts';
import { finish } from '../support/models.ts';
import type { Answer } from '../support/provider/answer.ts';
import { type ScriptedProvider, startScriptedProvider } from '../support/provider/server.ts';
import { apiOf } from '../support/talk.ts';

interface Chief {
  id: string;
  spec: Record<string, unknown>;
}

const step = (name: string, dependsOn: string[] = []) => ({
  name,
  goal: `Do ${name} now`,
  doneWhen: `${name} is done`,
  capability: 'harbour.work',
  files: [],
  dependsOn,
  inputs: [],
  optional: false,
});
const PLAN = {
  oneOperatorEnough: { enough: false, because: 'one counts, one tells' },
  because: 'count, then tell',
  steps: [step('count'), step('tell', ['count'])],
  resultStep: 'tell',
  verifyStep: null,
};
const MARKUP = '<img src=x onerror=alert(1)>';
const accept = { json: { verdict: 'accept', because: 'the goal is reached', steps: [] } };
const rework = {
  json: {
    verdict: 'rework',
    because: `the number of berths is missing ${MARKUP}`,
    steps: [{ name: 'tell', wrong: 'it lacks the number' }],
  },
};

/** The chief reviews a result and has steps done again, as the page of the task tells it: in real Chromium. */
describe.skipIf(!chromiumPath())('the review on the page of a task', () => {
  let provider: ScriptedProvider;
  let cadre: CadreProcess;
  let browser: Browser;
  let chief: Chief;
  const { open, close } = watchPages(() => ({ browser, cadre }));
  const api = apiOf(() => cadre);
  beforeAll(async () => {
    provider = await startScriptedProvider({ script: [] });
    const env = { CADRE_ALLOW_HOSTS: provider.host };
    [cadre, browser] = await Promise.all([startCadre({ env }), openBrowser()]);
    await api('POST', '/providers', { kind: 'openai-compatible', name: 'test', baseUrl: provider.url });
    await api('POST', '/agents', {
      name: 'Harbour hand',
      capabilities: [{ name: 'harbour.work', confidence: 1 }],
      executor: { kind: 'model' },
    });
    chief = await until(
      async () => (await api<{ items: Chief[] }>('GET', '/agents?role=chief')).items[0],
      'there is a chief',
    );
    await lead('model');
  });
  afterAll(async () => {
    await browser?.close();
    await cadre?.end();
    await provider?.close();
  });
  afterEach(async () => {
    expect(await close(/^$/)).toEqual([]);
  });

  const lead = (kind: 'model' | 'local') =>
    api('PUT', `/agents/${chief.id}`, { spec: { ...chief.spec, executor: { kind } } });
  /** Plays chief and hand; `again`: what the second telling waits for. */
  const play = (reviews: Answer[], again: Promise<unknown> = Promise.resolve()) => {
    let asked = 0;
    const times = new Map<string, number>();
    provider.rescript(async ({ text }) => {
      if (text.includes('You plan the work')) return { json: PLAN };
      if (text.includes('you review the result')) {
        asked += 1;
        return reviews[Math.min(asked, reviews.length) - 1] ?? { status: 500 };
      }
      const name = /Your task: Do (\w+) now/.exec(text)?.[1] ?? 'unknown';
      times.set(name, (times.get(name) ?? 0) + 1);
      if (name === 'tell' && times.get(name) === 2) await again;
      const words = name === 'count' ? 'I counted.' : `There are berths, told ${times.get(name)}.`;
      return finish(words, { doneCriteria: [{ criterion: `${name} is done`, met: true }] });
    });
  };
  const submit = async (more: object = {}) =>
    (await api<{ id: string }>('POST', '/tasks', { goal: 'How many berths are there?', ...more })).id;
  const ended = (id: string) =>
    until(
      async () => {
        const { status } = await api<{ status: string }>('GET', `/tasks/${id}`);
        return ['completed', 'failed', 'terminated'].includes(status) && status;
      },
      'the end',
      60_000,
    );
  const tab = (page: Page, name: string) => page.getByRole('tab', { name }).click();
  /** The sentences of the log about the review, oldest first. */
  const reviews = async (page: Page) => {
    await tab(page, 'Events');
    const events = page.getByRole('region', { name: 'Events' });
    await events.getByRole('searchbox').fill('plan.reviewed');
    await events.getByRole('listitem').first().waitFor();
    const pressed = await events.getByRole('button', { name: 'Newest first' }).getAttribute('aria-pressed');
    const texts = await events.getByRole('listitem').locator('summary').allInnerTexts();
    const said = texts.map((text) => text.replace(/^\S+( s| min.*? s)?\s+/, ''));
    return pressed === 'true' ? said.reverse() : said;
  };

  test('steps that are done again are seen with what was wrong, then what the review held of the result', async () => {
    const held = Promise.withResolvers<void>();
    play([rework, accept], held.promise);
    const id = await submit();
    const page = await open(`/tasks/${id}`);
    // The page of an open task begins with its plan: there it is told why steps are open again.
    await page.getByRole('link', { name: 'See the result so far' }).click({ timeout: 30_000 });
    const wrong = page.getByText('The chief reviewed this result and has steps done again.');
    await wrong.waitFor({ timeout: 30_000 });
    await page.getByText(`The number of berths is missing ${MARKUP}.`).waitFor();
    await page.getByText('The task is not finished. This is what it has so far.').waitFor();
    await page.getByText('There are berths, told 1.').waitFor();
    expect(await findingsOf(page)).toEqual([]);
    expect(await reviews(page)).toEqual([
      `The review of the chief found something wrong: the number of berths is missing ${MARKUP}.`,
    ]);
    expect(await findingsOf(page)).toEqual([]);
    await tab(page, 'Plan');
    await wrong.waitFor();
    expect(await findingsOf(page)).toEqual([]);

    held.resolve();
    await tab(page, 'Result');
    await page.getByText('The chief reviewed this result and accepted it.').waitFor({ timeout: 30_000 });
    await page.getByText('There are berths, told 2.').waitFor();
    await page.getByText('For it, 1 step and what needs it were done once more.').waitFor();
    expect(await wrong.count()).toBe(0);
    expect(await findingsOf(page)).toEqual([]);
    expect(await reviews(page)).toEqual([
      `The review of the chief found something wrong: the number of berths is missing ${MARKUP}.`,
      'The review of the chief is done: the goal is reached.',
    ]);
    await tab(page, 'Plan');
    await page.getByText('A language model planned it').waitFor();
    expect(await page.getByRole('link', { name: 'See the result so far' }).count()).toBe(0);
  }, 90_000);

  test('a task that a person ends meanwhile shows what it had', async () => {
    const held = Promise.withResolvers<void>();
    play([rework, accept], held.promise);
    const id = await submit();
    const page = await open(`/tasks/${id}?tab=result`);
    await page.getByText('has steps done again.').waitFor({ timeout: 30_000 });
    await api('POST', `/tasks/${id}/terminate`, { reason: 'enough' });
    await page.getByText('The task was terminated. This is what it had.').waitFor({ timeout: 30_000 });
    held.resolve();
    await page.getByText('There are berths, told 1.').waitFor();
    await page
      .getByText('The chief reviewed this result and had steps done again when the task ended.')
      .waitFor();
    expect(await findingsOf(page)).toEqual([]);
  }, 90_000);

  test('a review that nobody could read says so, and the result is there', async () => {
    play([{ text: 'Looks fine.' }]);
    const id = await submit();
    expect(await ended(id)).toBe('completed');
    const page = await open(`/tasks/${id}`);
    await page.getByText('Nobody reviewed this result.').waitFor();
    await page.getByText('There are berths, told 1.').waitFor();
    expect(await reviews(page)).toEqual([
      expect.stringMatching(
        /^Nobody reviewed the result\. The rules accepted it: the model test\/scripted was asked, .*could not be used/,
      ),
    ]);
  }, 90_000);

  test('twin: without a model of the chief there is no line about a review', async () => {
    await lead('local');
    play([rework]);
    const steps = PLAN.steps.map(({ name, goal, capability, dependsOn }) => ({
      name,
      goal,
      capability,
      dependsOn,
    }));
    const id = await submit({ type: 'multi_step', input: { steps } });
    expect(await ended(id)).toBe('completed');
    const page = await open(`/tasks/${id}`);
    await page.getByText('There are berths, told 1.').waitFor();
    expect(await page.getByText(/reviewed this result/).count()).toBe(0);
    await tab(page, 'Events');
    const events = page.getByRole('region', { name: 'Events' });
    await events.getByRole('searchbox').fill('plan.reviewed');
    await events.getByText('No event fits').waitFor();
    await lead('model');
  }, 90_000);
});
