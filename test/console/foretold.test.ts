import { describe, expect, test } from 'vitest';
import { findingsOf } from '../support/axe.ts';
import { chromiumPath, openPage, signedIn } from '../support/console.ts';
import { apiOf } from '../support/talk.ts';
import { useConsole } from '../support/use-console.ts';

interface Seen {
  status: string;
  budget: { costUsd: number | null; tokens: number | null } | null;
}

/** A goal gets its budget where it is asked, and what was foretold stands beside what it took: in real Chromium. */
describe.skipIf(!chromiumPath())('what a goal may take', () => {
  // The watch looks every three seconds: the page is open before what the task took is known.
  const here = useConsole({ env: { CADRE_LEASE_TTL_MS: '9000' } });
  const api = apiOf(() => here.cadre);
  const taskIdOf = (url: string) => /\/tasks\/([\w-]+)/.exec(url)?.[1] ?? 'no task';

  test('a budget is typed with the goal, checked at its field, and holds for the task', async () => {
    const { page, misdeeds } = await openPage(await signedIn(here.browser, here.cadre), here.cadre.url);
    await page.goto('/');
    const send = page.getByRole('button', { name: 'Give it to the team' });
    await page.getByRole('textbox', { name: 'What should the team do?' }).fill('Say what seven times six is');
    const foreseen = page.getByRole('region', { name: 'What it may take' });
    await foreseen.getByText('cost 0 USD: built-in skills').waitFor();
    await foreseen.getByText('No estimate of such a task').waitFor();
    await page.getByRole('button', { name: 'Set a budget' }).click();
    const dollars = page.getByRole('textbox', { name: 'US dollars' });
    await dollars.fill('much');
    await send.click();
    await page.getByText('Dollars from 0 to 1,000,000, such as 0.50, or nothing.').waitFor();
    expect(await dollars.getAttribute('aria-invalid')).toBe('true');
    expect(await page.locator(':focus').getAttribute('name')).toBe('costUsd');
    expect(new URL(page.url()).pathname).toBe('/');
    expect(await findingsOf(page)).toEqual([]);

    await dollars.fill('0.50');
    await page.getByRole('textbox', { name: 'Tokens' }).fill('20000');
    await send.click();
    await page.waitForURL(/\/tasks\//);
    const task = await api<Seen>('GET', `/tasks/${taskIdOf(page.url())}`);
    expect(task.budget).toMatchObject({ costUsd: 0.5, tokens: 20_000 });

    // What was foretold stands beside what it took, once it has ended.
    await page.goto(`/tasks/${taskIdOf(page.url())}?tab=details`);
    const table = page.getByRole('region', { name: 'Foretold and taken' });
    await table.getByRole('columnheader', { name: 'Off by' }).waitFor();
    await expect.poll(() => table.innerText(), { timeout: 30_000 }).not.toContain('known at its end');
    expect(await table.getByRole('row', { name: /^Cost/ }).innerText()).toContain('$0.00');
    expect(await findingsOf(page)).toEqual([]);
    expect(misdeeds.all).toEqual([]);
    await page.context().close();
  }, 90_000);

  test('a goal without a budget has none, also when the fields were opened and closed', async () => {
    const { page } = await openPage(await signedIn(here.browser, here.cadre), here.cadre.url);
    await page.goto('/');
    await page.getByRole('textbox', { name: 'What should the team do?' }).fill('Say what six times six is');
    await page.getByRole('button', { name: 'Set a budget' }).click();
    await page.getByRole('textbox', { name: 'US dollars' }).fill('3');
    await page.getByRole('button', { name: 'Without a budget' }).click();
    await page.getByRole('button', { name: 'Give it to the team' }).click();
    await page.waitForURL(/\/tasks\//);
    expect((await api<Seen>('GET', `/tasks/${taskIdOf(page.url())}`)).budget).toBeNull();
    await page.context().close();
  }, 60_000);
});
