import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type CadreProcess, chromiumPath, openBrowser, startCadre, watchPages } from '../support/console.ts';
import { apiOf, outside } from '../support/talk.ts';

interface Named {
  id: string;
}
interface Taken {
  messages: Named[];
}

/** Teams and votes as a person sees and changes them, in real Chromium. */
describe.skipIf(!chromiumPath())('teams and votes in the console', () => {
  let cadre: CadreProcess;
  let browser: Browser;
  const { open, openLive, close } = watchPages(() => ({ browser, cadre }));
  const api = apiOf(() => cadre);
  const agents: Record<string, Named> = {};
  beforeAll(async () => {
    [cadre, browser] = await Promise.all([startCadre(), openBrowser()]);
    for (const name of ['Ann', 'Bob', 'Cid', 'Dan', 'Eve'])
      agents[name] = await api('POST', '/agents', outside(name));
  });
  afterAll(async () => {
    await browser?.close();
    await cadre?.end();
  });
  afterEach(async () => {
    expect(await close(/status of 4(09|22)/)).toEqual([]);
  });
  const panel = (page: Page) => page.locator('[role=dialog][data-open]');
  const take = (name: string) => api<Taken>('POST', `/agents/${agents[name]?.id}/mailbox/take`, {});

  test('a team is made, its topology changed, its lead taken: with the reasons and the history', async () => {
    const page = await open('/teams');
    await page.getByRole('button', { name: 'Make a team' }).click();
    await panel(page).getByRole('button', { name: 'Make it' }).click();
    await panel(page).getByText('Give it a name.').waitFor();
    await panel(page).getByRole('textbox', { name: 'Name' }).fill('Editors');
    for (const name of ['Ann', 'Bob', 'Cid']) await panel(page).getByRole('checkbox', { name }).check();
    await panel(page).getByRole('button', { name: 'Make it' }).click();
    await page.getByRole('heading', { name: 'Editors', level: 1 }).waitFor();
    await page.getByRole('img', { name: 'The graph of the team: a mesh, led by Ann' }).waitFor();
    await page
      .getByText(/3 members: mesh below 8/)
      .first()
      .waitFor();

    const topology = page.getByRole('combobox', { name: 'Topology' });
    await topology.selectOption('ring');
    await page.getByRole('img', { name: /a ring/ }).waitFor();
    const history = page.getByRole('region', { name: 'History' });
    await history.getByText(/works as ring now: set by a person/).waitFor();
    expect(await page.getByRole('row', { name: /^Ann/ }).innerText()).toMatch(/Bob/);
    expect(await page.getByRole('button', { name: 'Review it now' }).count()).toBe(0); // only adaptive ones are judged
    await topology.selectOption('adaptive');
    await page.getByRole('button', { name: 'Review it now' }).click();
    await page.getByText('at least 10 are needed to judge').waitFor();

    await page.getByRole('combobox', { name: 'Take the lead by lease for' }).selectOption({ label: 'Bob' });
    await page.getByRole('button', { name: 'For a minute' }).click();
    await page.getByText(/Term 1, the lease ends in/).waitFor();
    await history.getByText(/Bob leads the team Editors in term 1/).waitFor();
    await page.getByRole('button', { name: 'End the lease' }).click();
    await page.getByText('is the first who can').waitFor();

    await page.getByRole('button', { name: 'Take Cid out of the team' }).click();
    await history.getByText(/Cid left the team Editors/).waitFor();
    // A name that is taken is refused with the next step, and what was chosen stays.
    await page.goto('/teams');
    await page.getByRole('button', { name: 'Make a team' }).click();
    await panel(page).getByRole('textbox', { name: 'Name' }).fill('Editors');
    await panel(page).getByRole('checkbox', { name: 'Ann' }).check();
    await panel(page).getByRole('button', { name: 'Make it' }).click();
    await panel(page).getByRole('alert').getByText('Choose another name.').waitFor();
    expect(await panel(page).getByRole('checkbox', { name: 'Ann' }).isChecked()).toBe(true);
  }, 180_000);

  test('what is said goes from hop to hop, and is seen to go', async () => {
    const { id } = await api<Named>('POST', '/teams', {
      name: 'Line',
      topology: 'star',
      members: ['Ann', 'Bob', 'Cid'],
    });
    const page = await openLive(`/teams/${id}`);
    await page.getByRole('button', { name: 'Say something' }).click();
    await panel(page).getByRole('checkbox', { name: 'Cid' }).check();
    await panel(page).getByRole('combobox', { name: 'From' }).selectOption({ label: 'Bob' });
    await panel(page)
      .getByRole('textbox', { name: /^Message/ })
      .fill('Page four says Option B.');
    // It glows for a moment only: who looks after something else was awaited may look too late.
    const glows = page.locator('.react-flow__edge .flows').first().waitFor({ state: 'attached' });
    await panel(page).getByRole('button', { name: 'Say it' }).click();
    const said = page.getByRole('region', { name: 'What was said' });
    await said.getByRole('button', { name: /Bob\s*to\s*Ann.*sent/ }).waitFor();
    await glows;
    expect(await said.getByRole('button', { name: /Ann\s*to\s*Cid/ }).count()).toBe(0); // not before Ann has it
    const first = (await take('Ann')).messages;
    await api('POST', `/messages/${first.at(-1)?.id}/ack`, {});
    await said.getByRole('button', { name: /Ann\s*to\s*Cid.*sent/ }).click();
    await panel(page).getByText('Page four says Option B.').first().waitFor();
    await page.keyboard.press('Escape');
    // The glow goes by itself.
    await expect.poll(() => page.locator('.react-flow__edge .flows').count(), { timeout: 20_000 }).toBe(0);
    // Nobody else can be told when a member fails it: the history says who was not reached.
    await api('POST', `/teams/${id}/messages`, {
      from: 'Bob',
      to: ['Cid'],
      type: 'status_update',
      payload: { message: 'Again' },
    });
    const second = (await take('Ann')).messages;
    await api('POST', `/messages/${second.at(-1)?.id}/ack`, { error: 'My line is down.', retry: false });
    await page
      .getByRole('region', { name: 'History' })
      .getByText(/My line is down/)
      .waitFor();
  }, 180_000);

  test('a vote is asked for, ballots arrive live, one is cast here, and the count is shown', async () => {
    const page = await open('/teams/votes');
    await page.getByRole('button', { name: 'Ask for a vote' }).click();
    await panel(page).getByRole('button', { name: 'Ask them' }).click();
    await panel(page).getByText('What is to be decided?').waitFor();
    await panel(page).getByRole('textbox', { name: 'Question' }).fill('Which option?');
    await panel(page).getByRole('textbox', { name: 'Options' }).fill('Option A\nOption B\nOption C');
    await panel(page).getByRole('combobox', { name: 'Rule' }).selectOption('ranked');
    for (const name of Object.keys(agents)) await panel(page).getByRole('checkbox', { name }).check();
    await panel(page).getByRole('button', { name: 'Ask them' }).click();
    await page.getByRole('heading', { name: 'Which option?', level: 1 }).waitFor();
    await page.getByText('0 of 5 have answered').waitFor();
    const voteId = new URL(page.url()).pathname.split('/').at(-1);
    await api('POST', `/votes/${voteId}/ballots`, { agentId: 'Ann', choice: ['Option A', 'Option B'] });
    await page.getByText('1 of 5 have answered').waitFor();
    await api('POST', `/votes/${voteId}/ballots`, { agentId: 'Bob', choice: ['Option B'] });
    await page.getByText('2 of 5 have answered').waitFor();
    await api('POST', `/votes/${voteId}/ballots`, { agentId: 'Dan', choice: ['Option B'] });
    await api('POST', `/votes/${voteId}/ballots`, { agentId: 'Eve', choice: ['Option A'] });
    await page.getByText('4 of 5 have answered').waitFor();

    await page.getByRole('button', { name: 'Cast the ballot of Cid' }).click();
    await panel(page).getByRole('checkbox', { name: 'Option B' }).check();
    await panel(page).getByRole('checkbox', { name: 'Option C' }).check();
    await panel(page).getByRole('button', { name: 'Prefer Option C more' }).click();
    await panel(page).getByRole('button', { name: 'Cast it' }).click();
    await page.getByText('was chosen.').waitFor();
    await page.getByRole('heading', { name: 'Round 1' }).waitFor();
    await page.getByRole('heading', { name: 'Round 2' }).waitFor();
    await page
      .getByText(/was the weakest and goes/)
      .first()
      .waitFor();
    expect(await page.getByRole('main').innerText()).toContain('Option C › Option B');
    expect(await page.getByRole('button', { name: /^(Cast|Change) the ballot/ }).count()).toBe(0);
  }, 180_000);

  test('a vote that fails says why and what to do: a tie, too few, the time', async () => {
    const asked = { options: ['two', 'three'], voters: ['Ann', 'Bob'], timeoutMs: 600_000 };
    const tie = await api<Named>('POST', '/votes', { ...asked, question: 'Two or three?' });
    const page = await open(`/teams/votes/${tie.id}`);
    await api('POST', `/votes/${tie.id}/ballots`, { agentId: 'Ann', choice: 'two' });
    await api('POST', `/votes/${tie.id}/ballots`, { agentId: 'Bob', choice: 'three' });
    await page.getByText('The leading options are equal.').waitFor();
    await page.getByText(/Ask again between these only/).waitFor();
    const few = await api<Named>('POST', '/votes', { ...asked, question: 'Anybody?' });
    await page.goto(`/teams/votes/${few.id}`);
    for (const agentId of ['Ann', 'Bob'])
      await api('POST', `/votes/${few.id}/ballots`, { agentId, choice: null });
    await page.getByText('All voters answered, and too few of them chose an option.').waitFor();
    const late = await api<Named>('POST', '/votes', { ...asked, question: 'In time?', timeoutMs: 500 });
    await page.goto(`/teams/votes/${late.id}`);
    await page.getByText('The time was up before enough voters had chosen.').waitFor();
    await page.goto('/teams/votes?status=failed');
    const listed = page.getByRole('main').getByRole('article');
    for (const question of ['Two or three?', 'Anybody?', 'In time?'])
      await listed.filter({ hasText: question }).waitFor();
    expect(await listed.filter({ hasText: 'Which option?' }).count()).toBe(0); // that one was decided
  }, 180_000);
});
