import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { findingsOf } from '../support/axe.ts';
import { chromiumPath, openPage, signedIn } from '../support/console.ts';
import { widthsIn } from '../support/long.ts';
import { useConsole } from '../support/use-console.ts';

/** The window is gone, also the last of its fading away: until then keys are its own. */
const closed = (page: Page) =>
  page.locator('[role=dialog]:not([aria-modal=false])').waitFor({ state: 'detached' });

/** Everybody can use the console: screen readers, keyboards, small screens, both themes. */
describe.skipIf(!chromiumPath())('access to the console', () => {
  const here = useConsole({ args: [] });
  let taskId: string;
  beforeAll(async () => {
    const headers = { authorization: `Bearer ${here.cadre.key}` };
    await vi.waitUntil(
      async () => {
        const answer = await fetch(`${here.cadre.url}/api/v1/tasks`, { headers });
        const list = (await answer.json()) as { items: Array<{ id: string; status: string }> }; // of tasks.list
        taskId = list.items[0]?.id ?? '';
        return list.items[0]?.status === 'completed';
      },
      { timeout: 60_000, interval: 200 },
    );
  }, 90_000);
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of widthsIn(colorScheme)) {
      test(`axe-core finds nothing serious on any page (${colorScheme}, ${width} wide)`, async () => {
        const context = await signedIn(here.browser, here.cadre, {
          colorScheme,
          viewport: { width, height: 844 },
        });
        const { page, misdeeds } = await openPage(context, here.cadre.url);
        const paths = [
          '/',
          '/tasks',
          '/agents',
          '/models',
          '/costs',
          '/energy',
          ...['result', 'plan', 'timeline', 'events', 'details'].map((tab) => `/tasks/${taskId}?tab=${tab}`),
        ];
        for (const path of paths) {
          await page.goto(path);
          await page.getByRole('heading', { level: 1 }).first().waitFor();
          await page.getByRole('status').filter({ hasText: /…$/ }).first().waitFor({ state: 'detached' });
          expect(await findingsOf(page), path).toEqual([]);
          const overflow = await page.evaluate(
            'document.documentElement.scrollWidth - document.documentElement.clientWidth',
          );
          expect(overflow, `${path} scrolls sideways at ${width}`).toBeLessThanOrEqual(0);
        }
        await page.goto(`/tasks/${taskId}`);
        await page
          .getByRole('button', { name: /minutes-2026/ })
          .first()
          .click();
        await page.locator('[role=dialog][data-open]').waitFor();
        await page.locator('[role=dialog][data-open]').locator('mark').first().waitFor();
        expect(await findingsOf(page), 'the document viewer').toEqual([]);
        expect(misdeeds.all).toEqual([]);
        await context.close();
      }, 120_000);
    }
  }

  test('axe-core would notice: a button without a name is found', async () => {
    const { page } = await openPage(await signedIn(here.browser, here.cadre), here.cadre.url);
    await page.goto('/');
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    await page.evaluate("document.body.append(document.createElement('button'))");
    expect((await findingsOf(page)).join()).toContain('button-name');
  });

  test('everything goes by keyboard: a goal, its task, a step, a source, the palette, the list', async () => {
    const { page, misdeeds } = await openPage(await signedIn(here.browser, here.cadre), here.cadre.url);
    const { keyboard } = page;
    await page.goto('/agents');
    await page.getByRole('heading', { name: 'Agents', level: 1 }).waitFor();
    await keyboard.press('n');
    await page.getByRole('textbox', { name: 'What should the team do?' }).waitFor();
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('goal');
    const examples = page.getByRole('button', { name: 'Use the 10 example documents' });
    await examples.focus();
    await keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'What should the team do?' }).focus();
    await keyboard.press('Control+A');
    await keyboard.type('Brief me: who and what matters here, with sources');
    await keyboard.press('Control+Enter');
    await page.waitForURL(/\/tasks\/[\w-]+/);
    await page.getByText('All 23 steps were done.').waitFor({ timeout: 60_000 });

    await keyboard.press('2');
    await expect
      .poll(() => page.getByRole('tab', { name: 'Plan' }).getAttribute('aria-selected'))
      .toBe('true');
    const step = page
      .getByRole('row', { name: /verif/i })
      .getByRole('button')
      .or(page.getByRole('row', { name: /verif/i }).getByRole('link'))
      .first();
    await step.focus();
    await keyboard.press('Enter');
    await page.locator('[role=dialog][data-open]').waitFor();
    await page
      .locator('[role=dialog][data-open]')
      .getByText(/only agent/)
      .first()
      .waitFor();
    await keyboard.press('Escape');
    await closed(page);

    // The focus goes back to the step a moment after its panel is gone; then keys are the page's again.
    await expect.poll(() => step.evaluate((one) => one.matches(':focus'))).toBe(true);
    await keyboard.press('1');
    await page.getByRole('tab', { name: 'Result', selected: true }).waitFor();
    // The tab answers at once, what it shows a moment later: steps of the plan name the same documents.
    await page.locator('[data-part=result]').waitFor();
    const source = page.getByRole('button', { name: /minutes-2026/ }).first();
    await source.focus();
    await keyboard.press('Enter');
    // The place that is open, not any: others may lie where nothing is drawn yet.
    const marked = page.locator('[role=dialog][data-open] mark[data-mark=here]').first();
    await marked.waitFor().catch(async (missing: unknown) => {
      const shown = await page.locator('[role=dialog][data-open]').allInnerTexts();
      throw new Error(`no marked place in: ${shown.join(' | ').slice(0, 500)}`, { cause: missing });
    });
    await keyboard.press('Escape');
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toContain('minutes-2026');

    await keyboard.press('Control+k');
    await page.locator('[role=dialog][data-open]').getByRole('combobox').waitFor();
    await keyboard.type('Tasks');
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Tasks', level: 1 }).waitFor();
    await closed(page);
    await page
      .getByRole('link', { name: /^Brief me/ })
      .first()
      .waitFor();
    await keyboard.press('j');
    await keyboard.press('Enter');
    await page.waitForURL(/\/tasks\/[\w-]+/);
    await keyboard.press('?');
    await page
      .getByRole('dialog')
      .getByText('g h')
      .or(page.locator('[role=dialog][data-open]').getByText('Home'))
      .first()
      .waitFor();
    expect(misdeeds.all).toEqual([]);
  }, 120_000);
});
