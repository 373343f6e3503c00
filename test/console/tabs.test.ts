import { describe, expect, test } from 'vitest';
import { chromiumPath, openPage, signedIn } from '../support/console.ts';
import { useConsole } from '../support/use-console.ts';

/** A browser gives a server six connections: its tabs share one stream, and none goes blind when another closes. */
describe.skipIf(!chromiumPath())('several tabs of one browser', () => {
  const here = useConsole();

  test('eight tabs follow by one stream; when the one that leads is closed, another goes on', async () => {
    const context = await signedIn(here.browser, here.cadre);
    const streams: string[] = [];
    const tabs = [];
    for (let index = 0; index < 8; index += 1) {
      const { page, misdeeds } = await openPage(context, here.cadre.url);
      page.on('request', (request) => {
        if (request.url().includes('/api/v1/events')) streams.push(`${index}`);
      });
      await page.goto('/tasks');
      await page.getByRole('heading', { name: 'Tasks', level: 1 }).waitFor();
      tabs.push({ page, misdeeds });
    }
    await expect.poll(() => streams.length).toBe(1);
    const submit = async (goal: string) => {
      const headers = { authorization: `Bearer ${here.cadre.key}`, 'content-type': 'application/json' };
      const answer = await fetch(`${here.cadre.url}/api/v1/tasks`, {
        method: 'POST',
        headers,
        body: JSON.stringify({ goal }),
      });
      expect(answer.status).toBe(202);
    };
    await submit('Brief me on nothing');
    for (const { page } of tabs) await page.getByRole('link', { name: /Brief me on nothing/ }).waitFor();
    expect(streams).toEqual(['0']);
    await tabs[0]?.page.close();
    await expect.poll(() => streams.length).toBe(2);
    await submit('Brief me on less');
    for (const { page } of tabs.slice(1))
      await page.getByRole('link', { name: /Brief me on less/ }).waitFor();
    expect(tabs.flatMap(({ misdeeds }) => misdeeds.all)).toEqual([]);
  }, 90_000);
});
