import { describe, expect, test } from 'vitest';
import { chromiumPath, openPage, signedIn } from '../support/console.ts';
import { useConsole } from '../support/use-console.ts';

const SCRIPT = '<img src=x onerror=alert(1)>';
const NAME = `${SCRIPT}.md`;
const TEXT = `# ${SCRIPT} <script>alert(2)</script>

Ada Brook <svg onload=alert(3)> met Colin Byrne in Dublin on 3 March 2026. [click](javascript:alert(4)) the fee is €1,200.
The fee is €2,100. \u202Ereversed \u0000 {{constructor.constructor('alert(5)')()}} ![x](https://example.org/steal.png)
`;

/** Text of documents, people and agents is shown and does nothing (P24's cousin in the here.browser). */
describe.skipIf(!chromiumPath())('hostile text in the console', () => {
  const here = useConsole();

  test('in a goal, a file’s name and text, and an agent’s description: it is read, and nothing happens', async () => {
    const { page, misdeeds } = await openPage(await signedIn(here.browser, here.cadre), here.cadre.url);
    const headers = { authorization: `Bearer ${here.cadre.key}`, 'content-type': 'application/json' };
    const agent = {
      name: 'Eve',
      description: SCRIPT,
      capabilities: [{ name: 'echo' }],
      executor: { kind: 'local' },
    };
    const made = await fetch(`${here.cadre.url}/api/v1/agents`, {
      method: 'POST',
      headers,
      body: JSON.stringify(agent),
    });
    expect(made.status).toBe(201);
    const named = { ...agent, name: SCRIPT };
    const refused = await fetch(`${here.cadre.url}/api/v1/agents`, {
      method: 'POST',
      headers,
      body: JSON.stringify(named),
    });
    expect(refused.status).toBe(422); // names of agents are names

    await page.goto('/');
    await page
      .locator('input[type=file]')
      .setInputFiles([{ name: NAME, mimeType: 'text/markdown', buffer: Buffer.from(TEXT) }]);
    await page.getByText(NAME).first().waitFor();
    await page
      .getByRole('textbox', { name: 'What should the team do?' })
      .fill(`Brief me ${SCRIPT} <script>alert(6)</script>`);
    await page.getByRole('button', { name: 'Give it to the team' }).click();
    await page.waitForURL(/\/tasks\//);
    await page.getByText('completed', { exact: true }).first().waitFor({ timeout: 60_000 });
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toContain(SCRIPT);
    for (const tab of ['Plan', 'Timeline', 'Events', 'Details', 'Result']) {
      await page.getByRole('tab', { name: tab }).click();
      await page.getByRole('tabpanel').waitFor();
    }
    await page
      .getByRole('button', { name: /onerror/ })
      .first()
      .click();
    await page.locator('[role=dialog][data-open]').waitFor();
    await page.locator('[role=dialog][data-open]').getByText('Ada Brook').first().waitFor();
    await page.keyboard.press('Escape');
    for (const path of ['/', '/tasks', '/agents']) {
      await page.goto(path);
      await page.getByText(SCRIPT, { exact: false }).first().waitFor();
    }
    // Nothing was made of it: no element of theirs, no dialog, no request elsewhere, no refused policy.
    expect(await page.locator('img[src=x], svg[onload]').count()).toBe(0);
    expect(misdeeds.all).toEqual([]);
  }, 120_000);

  test('the policy is what stops a script that got in: one put in by hand is refused and noticed', async () => {
    const { page, misdeeds } = await openPage(await signedIn(here.browser, here.cadre), here.cadre.url);
    await page.goto('/');
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    await page
      .evaluate(`
      const script = document.createElement('script');
      script.appendChild(document.createTextNode('window.owned = true'));
      document.body.append(script);
    `)
      .catch(() => undefined);
    await page.evaluate(`try { document.body.insertAdjacentHTML('beforeend', '<b>x</b>'); } catch {}`);
    expect(await page.evaluate('window.owned')).toBeUndefined();
    await expect.poll(() => misdeeds.all.some((each) => each.includes('policy'))).toBe(true);
  });
});
