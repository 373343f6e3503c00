import { beforeAll, describe, expect, test } from 'vitest';
import { findingsOf } from '../support/axe.ts';
import { chromiumPath, openPage, signedIn } from '../support/console.ts';
import { widthsIn } from '../support/long.ts';
import { apiOf, outside } from '../support/talk.ts';
import { useConsole } from '../support/use-console.ts';

interface Named {
  id: string;
}

const SCRIPT = '<img src=x onerror=alert(1)>';
const RTL = 'مساعد البحث';
const LONG = 'A very long name that an agent may have because eighty characters are allowed ok';

/** Everybody can use the pages for talking and deciding: both themes, small screens, keyboards, hostile words. */
describe.skipIf(!chromiumPath())('access to the pages for talking', () => {
  const here = useConsole();
  const api = apiOf(() => here.cadre);
  let paths: string[] = [];
  let message: Named;
  beforeAll(async () => {
    const [first, second, third] = [
      await api<Named>('POST', '/agents', outside(LONG)),
      await api<Named>('POST', '/agents', outside(RTL)),
      await api<Named>('POST', '/agents', outside('Ann')),
    ];
    message = await api('POST', '/messages', {
      to: third.id,
      type: 'status_update',
      subject: SCRIPT,
      payload: { message: `${SCRIPT} \u202Ereversed`, data: { long: 'x'.repeat(3_000) } },
      requiresResponse: true,
    });
    await api('POST', '/messages', {
      to: 'Writer',
      type: 'coordination_request',
      payload: { requestType: 'dance' },
      subject: `${SCRIPT}${'long'.repeat(80)}`,
    });
    await api('POST', `/topics/${'t'.repeat(99)}/subscriptions`, { agentId: first.id });
    const team = await api<Named>('POST', '/teams', {
      name: 'Ring',
      topology: 'ring',
      description: SCRIPT,
      members: [first.id, second.id, third.id, 'Writer'],
    });
    await api('POST', `/teams/${team.id}/messages`, {
      type: 'status_update',
      payload: { message: SCRIPT },
      subject: RTL,
    });
    const vote = await api<Named>('POST', '/votes', {
      question: `${SCRIPT} ${'why '.repeat(200)}?`,
      options: [RTL, SCRIPT, 'x'.repeat(200)],
      rule: 'ranked',
      voters: [first.id, second.id],
      timeoutMs: 600_000,
    });
    await api('POST', `/votes/${vote.id}/ballots`, {
      agentId: first.id,
      choice: [RTL, SCRIPT],
      note: SCRIPT,
    });
    const { items } = await api<{ items: Array<Named & { name: string }> }>('GET', '/agents?limit=200');
    const writer = items.find(({ name }) => name === 'Writer');
    paths = [
      `/agents/${third.id}/mailbox`,
      `/agents/${writer?.id}/mailbox`,
      '/messages',
      `/messages/conversation/team:${team.id}`,
      '/messages/topics',
      '/teams',
      `/teams/${team.id}`,
      '/teams/votes',
      `/teams/votes/${vote.id}`,
    ];
  }, 120_000);

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of widthsIn(colorScheme)) {
      test(`axe-core finds nothing serious, and nothing scrolls sideways (${colorScheme}, ${width} wide)`, async () => {
        const context = await signedIn(here.browser, here.cadre, {
          colorScheme,
          viewport: { width, height: 844 },
          reducedMotion: 'reduce',
        });
        const { page, misdeeds } = await openPage(context, here.cadre.url);
        for (const path of paths) {
          await page.goto(path);
          await page.getByRole('heading', { level: 1 }).first().waitFor();
          await expect
            .poll(() => page.getByRole('status').filter({ hasText: /…$/ }).count(), { timeout: 20_000 })
            .toBe(0);
          expect(await findingsOf(page), path).toEqual([]);
          const overflow = await page.evaluate(
            'document.documentElement.scrollWidth - document.documentElement.clientWidth',
          );
          expect(overflow, `${path} scrolls sideways at ${width}`).toBeLessThanOrEqual(0);
        }
        const dialog = page.locator('[role=dialog][data-open]');
        await page.goto(`${paths[0]}?message=${message.id}`);
        await dialog.getByText('It waits for its turn.').waitFor();
        expect(await findingsOf(page), 'a message').toEqual([]);
        await page.goto(`${paths[0]}`);
        await page.getByRole('button', { name: 'Write a message' }).click();
        await dialog.getByRole('button', { name: 'Send it' }).waitFor();
        expect(await findingsOf(page), 'the form for a message').toEqual([]);
        await page.goto('/teams/votes?ask=true');
        await dialog.getByRole('button', { name: 'Ask them' }).waitFor();
        expect(await findingsOf(page), 'the form for a vote').toEqual([]);
        expect(await page.locator('img[src=x]').count()).toBe(0);
        expect(misdeeds.all).toEqual([]);
        await context.close();
      }, 180_000);
    }
  }

  test('by keyboard: the pages, a message, its answers, back to where one was', async () => {
    const { page, misdeeds } = await openPage(await signedIn(here.browser, here.cadre), here.cadre.url);
    const { keyboard } = page;
    await page.goto('/');
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    const heading = (name: string) => page.getByRole('heading', { level: 1, name });
    await keyboard.type('ge');
    await heading('Teams').waitFor();
    await keyboard.type('gm');
    await heading('Messages').waitFor();
    await keyboard.type('gv');
    await page.getByRole('link', { name: 'Votes' }).and(page.locator('[aria-current=page]')).waitFor();
    await keyboard.press('Control+k');
    await page.locator('[role=dialog][data-open]').getByRole('combobox').waitFor();
    await keyboard.type('Topics');
    await keyboard.press('Enter');
    await page.getByRole('form', { name: 'Subscribe an agent' }).waitFor();
    await page.goto(paths[0] ?? '');
    const line = page.getByRole('main').getByRole('button', { name: SCRIPT });
    await line.focus();
    await keyboard.press('Enter');
    await page.locator('[role=dialog][data-open]').getByText('It waits for its turn.').waitFor();
    await keyboard.press('Escape');
    await page.locator('[role=dialog]').waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toContain('onerror');
    expect(misdeeds.all).toEqual([]);
  }, 120_000);
});
