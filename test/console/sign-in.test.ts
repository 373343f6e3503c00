import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { chromiumPath, openPage, signedIn } from '../support/console.ts';
import { useConsole } from '../support/use-console.ts';

/** Who may come in, as a person does it (GUARANTEES section 4). */
describe.skipIf(!chromiumPath())('signing in to the console', () => {
  const here = useConsole();
  const fresh = async () =>
    openPage(await here.browser.newContext({ baseURL: here.cadre.url }), here.cadre.url);

  test('by the link of the start: a button, then home; the link works once', async () => {
    const { page, misdeeds } = await fresh();
    await page.goto(here.cadre.signInLink);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect.poll(() => page.url()).toBe(`${here.cadre.url}/`);
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    const cookies = await page.context().cookies();
    expect(cookies.map(({ httpOnly, sameSite }) => ({ httpOnly, sameSite }))).toEqual([
      { httpOnly: true, sameSite: 'Strict' },
    ]);
    expect(misdeeds.all).toEqual([]);

    const second = await fresh();
    await second.page.goto(here.cadre.signInLink);
    expect(await second.page.getByRole('button', { name: 'Sign in' }).count()).toBe(0);
    await second.page.goto('/');
    await second.page.getByRole('heading', { name: 'Sign in to Cadre' }).waitFor();
  });

  test('by a key; a wrong key is told apart from nothing, and the way to a new link is named', async () => {
    const { page } = await fresh();
    await page.goto('/tasks');
    await page.getByRole('heading', { name: 'Sign in to Cadre' }).waitFor();
    await page.getByLabel('With a key').fill('cadre_not_a_key');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').innerText()).toContain('auth/invalid');
    await page.getByText('npm run cadre -- key sign-in').first().waitFor();
    await page.getByLabel('With a key').fill(here.cadre.key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    expect(page.url()).toBe(`${here.cadre.url}/tasks`);
  });

  test('a page that is signed out, or whose key was revoked, shows the way back in and nothing else', async () => {
    const cli = (...args: string[]) =>
      execFileSync(
        process.execPath,
        [join(import.meta.dirname, '../../bin/cadre.mjs'), ...args, '--home', here.cadre.home, '--json'],
        { encoding: 'utf8' },
      );
    const made: { id: string; key: string } = JSON.parse(
      cli('key', 'create', '--name', 'visitor', '--role', 'viewer'),
    );
    const context = await signedIn(here.browser, { ...here.cadre, key: made.key });
    const { page } = await openPage(context, here.cadre.url);
    await page.goto('/agents');
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    cli('key', 'revoke', made.id);
    await page.getByRole('link', { name: 'Tasks' }).click();
    await page.getByRole('heading', { name: 'Sign in to Cadre' }).waitFor();
    expect(await page.getByRole('navigation', { name: 'Pages' }).count()).toBe(0);
  });

  test('signing out ends the session for its cookie too', async () => {
    const context = await signedIn(here.browser, here.cadre);
    const { page } = await openPage(context, here.cadre.url);
    await page.goto('/');
    await page.getByRole('button', { name: /^You/ }).click();
    const before = await context.cookies();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in to Cadre' }).waitFor();
    await context.clearCookies();
    await context.addCookies(before);
    const answer = await context.request.get('/api/v1/tasks');
    expect(answer.status()).toBe(401);
  });
});
