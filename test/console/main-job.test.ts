import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type CadreProcess,
  chromiumPath,
  type Misdeeds,
  openBrowser,
  openPage,
  signedIn,
  startCadre,
} from '../support/console.ts';

const HARBOUR = join(import.meta.dirname, '../../examples/harbour');
const papers = readdirSync(HARBOUR)
  .filter((name) => name.includes('.') && !name.startsWith('README'))
  .map((name) => join(HARBOUR, name));

/** The main job as a person sees it: real server, real documents, real Chromium. */
describe.skipIf(!chromiumPath())('the main job in the console', () => {
  let cadre: CadreProcess;
  let browser: Browser;
  const watched: Misdeeds[] = [];
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    watched.length = 0;
    cadre = await startCadre();
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    await cadre.end();
    expect(watched.flatMap(({ all }) => all)).toEqual([]);
  });
  const open = async (path: string) => {
    const { page, misdeeds } = await openPage(await signedIn(browser, cadre), cadre.url);
    watched.push(misdeeds);
    await page.goto(path);
    return page;
  };
  const ask = async (page: Awaited<ReturnType<typeof open>>, goal: string, files: string[]) => {
    await page.locator('input[type=file]').setInputFiles(files);
    await page.getByRole('textbox', { name: 'What should the team do?' }).fill(goal);
    await page.getByRole('button', { name: 'Give it to the team' }).click();
    await page.waitForURL(/\/tasks\/[\w-]+/);
  };

  test('a goal with files becomes a brief, and each source opens at its place', async () => {
    const page = await open('/');
    await ask(page, 'Brief me: who and what matters here, with sources', papers);
    await page.getByText('of 23 steps').first().waitFor();
    await page.getByText('All 23 steps were done.').waitFor({ timeout: 60_000 });
    await page.getByRole('tab', { name: 'Result' }).click();
    await page.getByRole('heading', { name: /^Key points/ }).waitFor();

    const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
    const answer = await page.request.get(`/api/v1/tasks/${id}`);
    const task: {
      result: { output: { keyPoints: Array<{ sentence: string; citations: Array<{ quote: string }> }> } };
    } = await answer.json();
    const point = task.result.output.keyPoints[1];
    expect(point?.sentence).toContain('Option B');
    const sentence = page
      .getByRole('listitem')
      .filter({ hasText: point?.sentence ?? '' })
      .first();
    await sentence.getByRole('button', { name: /design-report\.pdf/ }).click();
    const viewer = page.locator('[role=dialog][data-open]');
    await viewer.waitFor();
    const squeezed = (text: string) => text.replace(/\s+/g, '');
    await expect
      .poll(async () => squeezed((await viewer.locator('mark[data-mark=here]').allInnerTexts()).join('')))
      .toBe(squeezed(point?.citations[0]?.quote ?? ''));
    expect(await viewer.locator('mark[data-mark=here]').first().isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await viewer.waitFor({ state: 'detached' });
  }, 120_000);

  test('paused, the server killed and started again, resumed: the work goes on and ends', async () => {
    const page = await open('/');
    await ask(page, 'Brief me: who and what matters here, with sources', papers);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    await page.getByText('paused', { exact: true }).first().waitFor();
    await cadre.kill();
    await page.getByText('Cadre does not answer').waitFor();
    // What runs at the moment of the kill is said behind it, and may have ended since.
    const stepsDone = async () => {
      const words = await page
        .getByText(/\d+ of 23 steps/)
        .first()
        .innerText();
      return /\d+ of 23 steps/.exec(words)?.[0];
    };
    const stepsBefore = await stepsDone();
    cadre = await cadre.restart();
    await page.getByText('Cadre does not answer').waitFor({ state: 'detached', timeout: 30_000 });
    expect(await stepsDone()).toBe(stepsBefore);
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('All 23 steps were done.').waitFor({ timeout: 60_000 });
  }, 120_000);

  test('killed in the middle of the work, without a word: the page and the work come back by themselves', async () => {
    const page = await open('/');
    await ask(page, 'Brief me: who and what matters here, with sources', papers);
    await page
      .getByText(/[1-9]\d* of 23 steps/)
      .first()
      .waitFor();
    cadre = await cadre.restart();
    await page.getByText('All 23 steps were done.').waitFor({ timeout: 90_000 });
  }, 120_000);

  test('two browsers see one change, and what one ends is ended for the other', async () => {
    const one = await open('/');
    const other = await open('/tasks');
    await other.getByRole('heading', { name: 'Tasks' }).waitFor();
    const requests: string[] = [];
    other.on('request', (request) => requests.push(request.url()));
    await ask(one, 'Brief me: who and what matters here, with sources', papers);
    const row = other.getByRole('link', { name: /Brief me: who and what matters/ });
    await row.waitFor();
    await one.getByRole('button', { name: 'Terminate' }).click();
    await one.getByRole('alertdialog').getByRole('button', { name: 'Terminate' }).click();
    await one.getByText('terminated', { exact: true }).first().waitFor();
    await other.getByText('terminated', { exact: true }).first().waitFor();
    // One stream tells it all: nobody reloaded, and no stream was opened anew.
    expect(requests.filter((url) => url.includes('/events')).length).toBeLessThanOrEqual(1);
    expect(requests.filter((url) => url === `${cadre.url}/tasks`)).toEqual([]);
    await one.getByRole('button', { name: 'Retry' }).click();
    await other.getByText('completed', { exact: true }).first().waitFor({ timeout: 60_000 });
  }, 120_000);

  test('what no agent can do fails with the missing capability and what to do about it', async () => {
    const page = await open('/');
    await ask(page, 'Translate this into Japanese', papers.slice(0, 1));
    await page.getByText('failed', { exact: true }).first().waitFor({ timeout: 30_000 });
    const text = await page.getByRole('main').innerText();
    expect(text).toMatch(/translate/i);
    expect(await page.getByRole('button', { name: 'Retry' }).count()).toBe(1);
  }, 60_000);
});
