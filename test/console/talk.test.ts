import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type CadreProcess, chromiumPath, openBrowser, startCadre, watchPages } from '../support/console.ts';
import { apiOf, outside } from '../support/talk.ts';

interface Named {
  id: string;
}

/** People write to agents, follow what is said, publish, speak in teams and ask for votes: in real Chromium. */
describe.skipIf(!chromiumPath())('talking in the console', () => {
  let cadre: CadreProcess;
  let browser: Browser;
  const { open, close } = watchPages(() => ({ browser, cadre }));
  const api = apiOf(() => cadre);
  let ann: Named;
  let bob: Named;
  let writer: Named;
  beforeAll(async () => {
    [cadre, browser] = await Promise.all([startCadre(), openBrowser()]);
    ann = await api('POST', '/agents', outside('Ann'));
    bob = await api('POST', '/agents', outside('Bob'));
    const { items } = await api<{ items: Array<Named & { name: string }> }>('GET', '/agents?limit=200');
    writer = items.find(({ name }) => name === 'Writer') ?? { id: 'there is no Writer' };
  });
  afterAll(async () => {
    await browser?.close();
    await cadre?.end();
  });
  afterEach(async () => {
    expect(await close(/status of 4(09|22)/)).toEqual([]);
  });
  const panel = (page: Page) => page.locator('[role=dialog][data-open]');

  test('a message is written, its receipts and its answer arrive live; what was refused says what to do', async () => {
    const page = await open(`/agents/${ann.id}/mailbox`);
    await page.getByText('Nothing is open').waitFor();
    await page.getByRole('button', { name: 'Write a message' }).click();
    const asked = panel(page).getByRole('combobox', { name: 'What is asked for' });
    // Nothing typed: said at the field. What only the server knows is wrong: its error, with the next step.
    await panel(page).getByRole('button', { name: 'Send it' }).click();
    await panel(page).getByText('It is needed.').waitFor();
    await asked.fill('Not A Type');
    await panel(page).getByRole('button', { name: 'Send it' }).click();
    await panel(page)
      .getByRole('alert')
      .getByText(/shows the payload of each type/)
      .waitFor();
    expect(await asked.inputValue()).toBe('Not A Type');
    await asked.fill('review');
    await panel(page).getByRole('button', { name: 'Send it' }).click();
    await panel(page).getByText('It waits for its turn.').waitFor();
    await panel(page)
      .getByText(/^Awaited/)
      .waitFor();

    const { messages } = await api<{ messages: Named[] }>('POST', `/agents/${ann.id}/mailbox/take`, {});
    await panel(page).getByText('Its agent has it in hand.').waitFor();
    await api('POST', `/messages/${messages[0]?.id}/ack`, {
      reply: { payload: { requestType: 'review', data: { answer: 'Twelve pages <b>read</b>' } } },
    });
    await panel(page).getByText('It was handled.').waitFor();
    await panel(page).getByText('Twelve pages <b>read</b>').waitFor();

    // The conversation has the answer below the question.
    await panel(page)
      .getByRole('link', { name: /^direct:/ })
      .click();
    await page.getByRole('heading', { level: 1, name: /From/ }).waitFor();
    const entries = page.getByRole('main').getByRole('listitem');
    await entries.nth(1).getByText('Twelve pages').waitFor();
    const left = async (at: number) => (await entries.nth(at).boundingBox())?.x ?? 0;
    expect(await left(1)).toBeGreaterThan(await left(0));
  }, 120_000);

  test('what an agent could not handle stands with its error, and is sent again', async () => {
    await api('POST', '/messages', {
      to: writer.id,
      type: 'coordination_request',
      payload: { requestType: 'dance' },
      subject: 'Please dance',
      requiresResponse: true,
    });
    const page = await open(`/agents/${writer.id}/mailbox`);
    const dead = page.getByRole('region', { name: 'Given up' });
    await dead.getByText(/has no handler for/).waitFor();
    await dead.getByRole('button', { name: 'Redrive Please dance' }).click();
    await panel(page).getByText('Is a copy of').waitFor();
    await panel(page)
      .getByText(/There will be none:/)
      .waitFor();
    await panel(page).getByRole('button', { name: 'Open the first one' }).click();
    await panel(page).getByText('A copy was sent at the end of its conversation.').waitFor();
    expect(await panel(page).getByRole('button', { name: 'Redrive' }).count()).toBe(0);
  }, 120_000);

  test('an agent subscribes; what is published tells what became of it at each', async () => {
    const page = await open('/messages/topics');
    await page.getByText('No agent has subscribed to a topic').waitFor();
    const form = page.getByRole('form', { name: 'Subscribe an agent' });
    await form.getByRole('textbox', { name: 'Topic' }).fill('no/slash');
    await form.getByRole('button', { name: 'Subscribe' }).click();
    await form.getByText(/Letters, digits/).waitFor();
    await form.getByRole('textbox', { name: 'Topic' }).fill('news.reports');
    await form.getByRole('combobox', { name: 'Agent' }).selectOption({ label: 'Writer' });
    await form.getByRole('button', { name: 'Subscribe' }).click();
    await page.getByText('1 subscriber', { exact: true }).waitFor();
    await api('POST', '/topics/news.reports/subscriptions', { agentId: bob.id });
    await page.getByText('2 subscribers').waitFor(); // by an event, not by this page

    await page.getByRole('button', { name: 'Publish on news.reports' }).click();
    await panel(page)
      .getByRole('checkbox', { name: /Wait for all handlers/ })
      .uncheck();
    await panel(page)
      .getByRole('textbox', { name: /^Message/ })
      .fill('The report is ready.');
    await panel(page).getByRole('button', { name: 'Publish it' }).click();
    await panel(page).getByText('It went to 2 subscribers.').waitFor();
    await panel(page).getByText('Writer handled it').waitFor();
    await panel(page).getByText('Bob has not handled it yet').waitFor();
    const { messages } = await api<{ messages: Named[] }>('POST', `/agents/${bob.id}/mailbox/take`, {});
    await api('POST', `/messages/${messages[0]?.id}/ack`, { error: 'I am on leave.', retry: false });
    await panel(page).getByText('I am on leave.').waitFor();
    await panel(page).getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Unsubscribe Bob from news.reports' }).click();
    await page.getByText('1 subscriber', { exact: true }).waitFor();
  }, 120_000);

  test('a viewer sees it all and can send nothing', async () => {
    const team = await api<Named>('POST', '/teams', { name: 'Seen', members: ['Ann', 'Bob'] });
    const vote = await api<Named>('POST', '/votes', {
      question: 'Seen?',
      options: ['yes', 'no'],
      voters: ['Ann'],
      timeoutMs: 600_000,
    });
    const { key } = await api<{ key: string }>('POST', '/keys', { name: 'looks', role: 'viewer' });
    const paths: Array<[string, string]> = [
      [`/agents/${ann.id}/mailbox`, 'Write a message'],
      ['/messages/topics', 'Subscribe'],
      ['/teams', 'Make a team'],
      [`/teams/${team.id}`, 'Say something'],
      ['/teams/votes', 'Ask for a vote'],
      [`/teams/votes/${vote.id}`, 'Cast the ballot of Ann'],
    ];
    const looking = await open('/', key);
    const doing = await open('/');
    for (const [path, verb] of paths) {
      await doing.goto(path);
      await doing.getByRole('button', { name: verb }).first().waitFor();
      await looking.goto(path);
      await looking.getByRole('heading', { level: 1 }).first().waitFor();
      await looking.getByRole('status').filter({ hasText: /…$/ }).first().waitFor({ state: 'detached' });
      expect(await looking.getByRole('button', { name: verb }).count(), path).toBe(0);
      const buttons = looking.getByRole('main').getByRole('button', {
        name: /^(Send|Redrive|Publish|Unsubscribe|Add|Name|Take|End|Review|Remove|Cast|Change)/,
      });
      expect(await buttons.count(), path).toBe(0);
    }
    await looking.goto(`/teams/${team.id}`);
    await looking.getByRole('heading', { name: 'Seen', level: 1 }).waitFor();
    expect(await looking.getByRole('combobox').count()).toBe(0); // neither topology nor lead can be chosen
  }, 180_000);

  test('a server that is killed while somebody writes loses nothing, and nothing is sent twice', async () => {
    const page = await open(`/agents/${bob.id}/mailbox`);
    await page.getByRole('button', { name: 'Write a message' }).click();
    await panel(page).getByRole('combobox', { name: 'Type' }).selectOption('status_update');
    const text = panel(page).getByRole('textbox', { name: /^Message/ });
    await text.fill('Written while the server went away');
    await cadre.kill();
    await panel(page).getByRole('button', { name: 'Send it' }).click();
    await panel(page).getByRole('alert').getByText('Cadre does not answer').waitFor();
    expect(await text.inputValue()).toBe('Written while the server went away');
    cadre = await cadre.restart();
    await page.getByText('Cadre does not answer').first().waitFor();
    await panel(page).getByRole('button', { name: 'Send it' }).click();
    await panel(page).getByText('It waits for its turn.').waitFor({ timeout: 30_000 });
    const { messages } = await api<{ messages: Array<{ payload: { message?: string } }> }>(
      'GET',
      `/agents/${bob.id}/mailbox`,
    );
    const same = messages.filter(({ payload }) => payload.message === 'Written while the server went away');
    expect(same).toHaveLength(1);
  }, 120_000);
});
