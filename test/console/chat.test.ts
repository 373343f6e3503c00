import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { findingsOf } from '../support/axe.ts';
import { type CadreProcess, chromiumPath, openBrowser, startCadre, watchPages } from '../support/console.ts';
import { type ScriptedProvider, startScriptedProvider } from '../support/provider/server.ts';
import { apiOf } from '../support/talk.ts';

interface Named {
  id: string;
}

const MARKUP = '<img src=x onerror=alert(1)>';

/** People talk with an agent, stop it, and come back to it: in real Chromium. */
describe.skipIf(!chromiumPath())('talking with an agent in the console', () => {
  let provider: ScriptedProvider;
  let cadre: CadreProcess;
  let browser: Browser;
  let talker: Named;
  const { open, close } = watchPages(() => ({ browser, cadre }));
  const api = apiOf(() => cadre);
  beforeAll(async () => {
    provider = await startScriptedProvider({ script: [] });
    const env = { CADRE_ALLOW_HOSTS: provider.host };
    [cadre, browser] = await Promise.all([startCadre({ env }), openBrowser()]);
    await api('POST', '/providers', { kind: 'openai-compatible', name: 'test', baseUrl: provider.url });
    talker = await api('POST', '/agents', { name: 'Talker', executor: { kind: 'model' }, maxConcurrent: 10 });
  });
  afterAll(async () => {
    await browser?.close();
    await cadre?.end();
    await provider?.close();
  });
  afterEach(async () => {
    expect(await close(/status of 4(04|09)/)).toEqual([]);
  });
  const log = (page: Page) => page.getByRole('log', { name: 'Chat with Talker' });
  const box = (page: Page) => page.getByRole('textbox', { name: 'Message to Talker' });
  /** The answer is whole: another message may be sent. */
  const whole = (page: Page) => page.getByRole('button', { name: 'Send' }).waitFor();
  /** An answer that waits until the test lets it go. */
  const held = () => {
    const answer = Promise.withResolvers<string>();
    provider.rescript(async () => ({ text: await answer.promise }));
    return answer.resolve;
  };

  test('from the panel to the chat: Enter sends, the answer comes, both are there after a reload', async () => {
    provider.rescript([{ text: `Good morning, Ola. ${MARKUP}` }, { text: 'You are Ola.' }]);
    const page = await open(`/agents?agent=${talker.id}`);
    await page.getByRole('link', { name: 'Talk' }).click();
    await page.getByText('Nothing was said yet').waitFor();
    const asked = provider.requests.length;
    await box(page).fill('I am Ola.');
    await box(page).press('Shift+Enter');
    await box(page).pressSequentially('Greet me.');
    expect(provider.requests).toHaveLength(asked); // a new line sends nothing
    await box(page).press('Enter');
    await log(page).getByText(`Good morning, Ola. ${MARKUP}`).waitFor();
    await log(page).getByText('I am Ola.\nGreet me.').waitFor();
    await log(page)
      .getByText(/\d+ tokens/)
      .waitFor();
    expect(await box(page).inputValue()).toBe('');
    expect(await findingsOf(page)).toEqual([]);

    await page.reload();
    await log(page).getByText(`Good morning, Ola. ${MARKUP}`).waitFor();
    await box(page).fill('Who am I?');
    await page.getByRole('button', { name: 'Send' }).click();
    await log(page).getByText('You are Ola.').waitFor();
    expect(await log(page).getByRole('article').count()).toBe(4);
    // Another chat remembers nothing of it.
    await page.getByRole('button', { name: 'New chat' }).click();
    await page.getByText('Nothing was said yet').waitFor();
    expect(await log(page).getByRole('article').count()).toBe(0);
  }, 90_000);

  test('an answer under way is heard on after a reload, and a second message waits for its end', async () => {
    const answer = held();
    const page = await open(`/agents/${talker.id}/chat`);
    await box(page).fill('Are you there?');
    await box(page).press('Enter');
    await log(page).getByText('Are you there?').waitFor();
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    expect(await page.getByRole('button', { name: 'Send' }).count()).toBe(0);
    expect(await page.getByText('Talker is thinking').first().isVisible()).toBe(true);
    await box(page).fill('Hello?');
    await box(page).press('Enter');
    expect(await box(page).inputValue()).toBe('Hello?');
    await page.reload();
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    expect(await log(page).getByText('Here I am.').count()).toBe(0);
    answer('Here I am.');
    await log(page).getByText('Here I am.').waitFor();
    expect(await log(page).getByText('Are you there?').count()).toBe(1);
    expect(await log(page).getByText('Here I am.').count()).toBe(1);
    expect(await log(page).getByText('Hello?').count()).toBe(0);
    await page.getByRole('button', { name: 'Send' }).waitFor();
  }, 90_000);

  test('an answer that is stopped says so, and the chat goes on', async () => {
    const text = 'One two three, and so on up to a million, which nobody will ever wait for to the very end.';
    provider.rescript([{ text, fault: 'hang-mid-stream' }]);
    const page = await open(`/agents/${talker.id}/chat`);
    await box(page).fill('Count to a million');
    await box(page).press('Enter');
    // The first half is there, though the rest never comes.
    await log(page).getByText('One two three').waitFor();
    expect(await log(page).getByRole('article', { name: 'Talker' }).getAttribute('aria-busy')).toBe('true');
    await page.getByRole('button', { name: 'Stop' }).click();
    await log(page)
      .getByText(/Say it again, or look into the task/)
      .waitFor();
    expect(await log(page).getByText('the very end').count()).toBe(0);
    provider.rescript([{ text: 'Gladly.' }]);
    await box(page).fill('Rather not');
    await box(page).press('Enter');
    await log(page).getByText('Gladly.').waitFor();
  }, 90_000);

  test('what was refused stays in the box with the next step', async () => {
    const page = await open(`/agents/${talker.id}/chat`);
    await box(page).fill('First');
    provider.rescript([{ text: 'One.' }]);
    await box(page).press('Enter');
    await log(page).getByText('One.').waitFor();
    await whole(page);
    const chat = new URL(page.url()).searchParams.get('chat') ?? '';
    // Somebody else speaks in the same chat meanwhile.
    const other = held();
    const theirs = await fetch(`${cadre.url}/api/v1/agents/${talker.id}/chat`, {
      method: 'POST',
      headers: { authorization: `Bearer ${cadre.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ id: chat, text: 'Theirs' }),
    });
    await box(page).fill('Mine');
    await box(page).press('Enter');
    await page.getByRole('alert').getByText('chat/busy').waitFor();
    expect(await box(page).inputValue()).toBe('Mine');
    // The other's message and its answer are heard meanwhile.
    await log(page).getByText('Theirs').waitFor();
    other('Two.');
    await log(page).getByText('Two.').waitFor();
    await whole(page);
    provider.rescript([{ text: 'Three.' }]);
    await box(page).press('Enter');
    await log(page).getByText('Three.').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await theirs.body?.cancel();
  }, 90_000);

  test('a server that goes away in the middle loses nothing: the page says so and hears on by itself', async () => {
    const answer = held();
    const page = await open(`/agents/${talker.id}/chat`);
    await box(page).fill('Hold the line');
    await box(page).press('Enter');
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    await cadre.kill();
    await page.getByRole('alert').getByText('The connection broke').waitFor();
    cadre = await cadre.restart();
    answer('Still here.');
    await log(page).getByText('Still here.').waitFor({ timeout: 40_000 });
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await log(page).getByText('Hold the line').count()).toBe(1);
  }, 120_000);

  test('earlier chats are listed, newest first, and opening one shows its turns', async () => {
    const lister: Named = await api('POST', '/agents', { name: 'Lister', executor: { kind: 'model' } });
    const words = (inPage: Page) => inPage.getByRole('log', { name: 'Chat with Lister' });
    provider.rescript(() => ({ text: 'Noted.' }));
    const page = await open(`/agents/${lister.id}/chat`);
    await page.getByText('Earlier chats').click();
    await page.getByText('There is none with this agent yet.').waitFor();
    const say = async (text: string) => {
      await page.getByRole('textbox', { name: 'Message to Lister' }).fill(text);
      await page.getByRole('button', { name: 'Send' }).click();
      await words(page).getByText(text, { exact: true }).waitFor();
      await whole(page);
    };
    await say(`The first of all ${MARKUP}`);
    const list = page.getByRole('navigation', { name: 'Earlier chats' });
    await list.getByText(`The first of all ${MARKUP}`).waitFor(); // it comes by itself
    await page.getByRole('button', { name: 'New chat' }).click();
    await page.getByText('Nothing was said yet').waitFor();
    await say('The second of all');
    await list.getByRole('link').nth(1).waitFor();
    expect(await list.getByRole('link').allInnerTexts()).toEqual([
      expect.stringMatching(/^The second of all\s+1 message, .*shown below$/s),
      expect.stringContaining('The first of all'),
    ]);
    expect(await findingsOf(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.waitForTimeout(600);
    await list.getByRole('link', { name: /The first of all/ }).press('Enter');
    await words(page).getByText(`The first of all ${MARKUP}`).waitFor();
    expect(await words(page).getByText('The second of all').count()).toBe(0);
    expect(await words(page).getByText('Noted.').count()).toBe(1);
    expect(await list.locator('[aria-current="page"]').innerText()).toContain('The first of all');
  }, 90_000);

  test('a viewer reads and has no box', async () => {
    const { key } = await api<{ key: string }>('POST', '/keys', { name: 'looker', role: 'viewer' });
    const page = await open(`/agents/${talker.id}/chat`, key);
    await page.getByText('You may look on.').waitFor();
    expect(await box(page).count()).toBe(0);
    await page.goto(`/agents?agent=${talker.id}`);
    await page.getByRole('heading', { name: 'Spec' }).waitFor();
    expect(await page.getByRole('link', { name: 'Talk' }).count()).toBe(0);
  }, 60_000);
});
