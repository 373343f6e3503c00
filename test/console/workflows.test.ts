import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findingsOf } from '../support/axe.ts';
import { chromiumPath, type Misdeeds, openPage, signedIn } from '../support/console.ts';
import { type ScriptedOperator, startScriptedOperator } from '../support/operator.ts';
import { apiOf } from '../support/talk.ts';
import { useConsole } from '../support/use-console.ts';

interface Named {
  id: string;
}

const SCRIPT = '<img src=x onerror=alert(1)>';

/** Every kind of step that holds others, one that is skipped, one that fails, and a question to people. */
const TEXT = `name: rounds
description: '${SCRIPT}'
input:
  type: object
  properties:
    items: {type: array, items: {type: string}, description: What to go through.}
  required: [items]
steps:
  - name: both
    parallel:
      left: [{name: l, goal: left, capability: do}]
      right: [{name: r, goal: right, capability: do}]
  - name: each
    forEach: input.items
    steps: [{name: one, goal: 'look at {{item}}', capability: do}]
  - name: guard
    try: [{name: risky, goal: risky, capability: do, input: {fail: true}}]
    catch: [{name: instead, goal: instead, capability: do}]
  - name: never
    if: 'false'
    goal: never
    capability: do
  - name: agree
    approval: {ask: 'Shall we pay? ${SCRIPT}', input: {amount: 12, items: '{{input.items}}'}, deadlineMs: 600000}
  - name: pay
    goal: pay
    capability: do
`;

/** Workflows as people write, see, start and approve them, in real Chromium. */
describe.skipIf(!chromiumPath())('workflows in the console', () => {
  let operator: ScriptedOperator;
  let breaks = () => false;
  const env: NodeJS.ProcessEnv = {};
  beforeAll(async () => {
    operator = await startScriptedOperator(({ goal, input }) =>
      input.fail === true || (input.frail === true && breaks()) ? { status: 422 } : { output: { goal } },
    );
    env.CADRE_ALLOW_HOSTS = operator.host;
  });
  const here = useConsole({ env });
  const api = apiOf(() => here.cadre);
  let taskId = '';
  beforeAll(async () => {
    await api('POST', '/agents', {
      name: 'Worker',
      capabilities: [{ name: 'do', confidence: 0.9 }],
      executor: { kind: 'http', url: operator.url },
      maxConcurrent: 8,
    });
  });
  afterAll(() => operator.close());

  const open = async (
    path: string,
    options: BrowserContextOptions = {},
    key?: string,
  ): Promise<{ page: Page; misdeeds: Misdeeds }> => {
    const cadre = key === undefined ? here.cadre : { ...here.cadre, key };
    const context = await signedIn(here.browser, cadre, { reducedMotion: 'reduce', ...options });
    const opened = await openPage(context, here.cadre.url);
    await opened.page.goto(path);
    return opened;
  };
  const panel = (page: Page) => page.locator('[role=dialog][data-open]');

  test('one is written: what is wrong is told with its place, then it is seen as a picture and kept', async () => {
    const { page, misdeeds } = await open('/');
    const { keyboard } = page;
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    await keyboard.type('gw');
    await page.getByText('There is no workflow yet').waitFor();
    await page.getByRole('link', { name: 'Start from an example' }).click();
    await page.getByText('No problems', { exact: true }).waitFor();
    await page.getByRole('img', { name: /The steps as a picture/ }).waitFor();

    const text = page.getByRole('textbox', { name: 'Text of the workflow' });
    await text.fill('name: rounds\nsteps:\n  - name: a\n    goal: [\n');
    const problem = page.getByRole('button', { name: /^Line \d+, column \d+/ }).first();
    await problem.waitFor();
    expect(await page.getByRole('img', { name: /The steps as a picture/ }).count()).toBe(0);
    // It is refused, and the cursor goes to the place; so does a click on the problem.
    await page.getByRole('button', { name: 'Save and publish' }).click();
    await page.getByRole('alert').getByText('It cannot be kept like this.').waitFor();
    const [, line = ''] = /^Line (\d+)/.exec((await problem.innerText()).trim()) ?? [];
    await problem.click();
    const at = await text.evaluate((area) => {
      const { value, selectionStart } = area as unknown as { value: string; selectionStart: number }; // the text area
      return value.slice(0, selectionStart).split('\n').length;
    });
    expect(String(at)).toBe(line);

    // Tab indents; Escape and then Tab leaves; Shift and Tab always does.
    await text.fill('');
    await text.focus();
    await keyboard.press('Tab');
    expect(await text.inputValue()).toBe('  ');
    await keyboard.press('Escape');
    await keyboard.press('Tab');
    await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('INPUT');
    expect(await text.inputValue()).toBe('  ');

    await text.fill(TEXT);
    await page.getByText('No problems', { exact: true }).waitFor();
    await page.getByRole('textbox', { name: /^Why this version/ }).fill('The first one');
    await page.getByRole('button', { name: 'Save and publish' }).click();
    await page.getByRole('heading', { name: 'rounds', level: 1 }).waitFor();
    await page.getByText('New tasks follow version 1').waitFor();
    const list = page.getByRole('region', { name: 'Steps' });
    await list.getByText('for each of input.items').waitFor();
    await list.getByText('when that failed').waitFor();
    expect(await page.locator('img[src=x]').count()).toBe(0);
    expect(misdeeds.all).toEqual([]);
    await page.context().close();
  }, 60_000);

  test('a task is started with what it needs, and its plan shows what became of each step', async () => {
    const { page, misdeeds } = await open('/workflows/rounds');
    await page.getByRole('button', { name: 'Start' }).click();
    await panel(page).getByRole('button', { name: 'Start it' }).click();
    await panel(page).getByText('It is needed.').waitFor();
    await panel(page).getByRole('textbox', { name: 'items' }).fill('a\nb\nc');
    const foreseen = panel(page).getByRole('region', { name: 'What it may take' });
    await foreseen.getByText(/Nobody can say yet .*works elsewhere, and too few/).waitFor();
    await panel(page).getByRole('button', { name: 'Start it' }).click();
    await page.waitForURL(/\/tasks\/[^/]+\?tab=plan/);
    taskId = new URL(page.url()).pathname.split('/')[2] ?? '';
    // Live, without a reload, until it waits for people.
    const steps = page.getByRole('region', { name: 'Steps' });
    await steps.getByText('completed, 3 of 3 items').waitFor();
    await steps.getByText('3 completed', { exact: true }).waitFor();
    await steps.getByText('skipped', { exact: true }).waitFor();
    await steps.getByText('failed', { exact: true }).waitFor();
    await steps.getByText('waiting', { exact: true }).waitFor();
    await steps.getByText('not begun', { exact: true }).waitFor();
    // By keyboard over the picture: from a step to the next, into one, and back.
    const first = page.locator('[data-place="both"]');
    await first.focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.evaluate('document.activeElement.dataset.place')).not.toBe('both');
    await page.locator('[data-place="each"]').focus();
    await page.keyboard.press('Enter');
    await panel(page).getByText('item 3', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('[role=dialog]').waitFor({ state: 'detached' });
    await steps.getByRole('button', { name: 'risky' }).click();
    await panel(page).getByText('Who does it, and why').waitFor();
    await page.keyboard.press('Escape');
    expect(misdeeds.all).toEqual([]);
    await page.context().close();
  }, 60_000);

  test('who asked may not approve and is told why; another person may, and the task goes on', async () => {
    const own = await open('/workflows');
    await own.page.getByRole('link', { name: /Approvals\s*1\s*open/ }).click();
    await own.page.getByText(/You began its task, and who asks may not decide/).waitFor();
    await own.page
      .getByRole('navigation', { name: 'Parts of the workflows' })
      .getByText('Approvals')
      .waitFor();
    expect(await own.page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    const { key } = await api<{ key: string }>('POST', '/keys', { name: 'Second', role: 'operator' });
    const other = await open('/approvals', {}, key);
    const card = other.page.getByRole('article', { name: /^Shall we pay/ });
    await card.getByText('"amount": 12').waitFor();
    await card.getByRole('textbox', { name: /^Comment/ }).fill('As discussed.');
    await card.getByRole('button', { name: 'Approve' }).click();
    await other.page.getByText('Nothing waits for a decision').waitFor();
    await own.page.getByText('Nothing waits for a decision').waitFor(); // live
    await own.page.goto(`/approvals?task=${taskId}`);
    await own.page.getByText('As discussed.').waitFor();
    await own.page.goto(`/tasks/${taskId}?tab=plan`);
    await expect
      .poll(() => own.page.locator('[data-place="pay"]').innerText(), { timeout: 20_000 })
      .toMatch(/^completed/);
    expect([...own.misdeeds.all, ...other.misdeeds.all]).toEqual([]);
    for (const { page } of [own, other]) await page.context().close();
  }, 60_000);

  test('from a step of a task a new one is forked; what failed is tried again from where it failed', async () => {
    let isBroken = true;
    breaks = () => isBroken;
    await api('POST', '/workflows', {
      text: `name: frail
steps:
  - {name: first, goal: first, capability: do}
  - {name: second, goal: second, capability: do, input: {frail: true}}
`,
    });
    const { id } = await api<Named>('POST', '/workflows/frail/tasks', {});
    const { page, misdeeds } = await open(`/tasks/${id}?tab=plan&step=second`);
    await panel(page).getByRole('button', { name: 'Retry from here' }).waitFor();
    isBroken = false;
    await panel(page).getByRole('button', { name: 'Retry from here' }).click();
    await page.keyboard.press('Escape');
    await page.getByText('2 steps completed', { exact: true }).waitFor();
    await page.getByRole('region', { name: 'Steps' }).getByRole('button', { name: 'second' }).click();
    // What is done cannot be retried, but another task can begin there.
    expect(await panel(page).getByRole('button', { name: 'Retry from here' }).count()).toBe(0);
    await panel(page).getByRole('button', { name: 'Fork from here' }).click();
    await page.waitForURL((url) => !url.pathname.includes(id));
    await page.getByText('2 steps completed', { exact: true }).waitFor();
    await page.getByRole('region', { name: 'Steps' }).getByRole('button', { name: 'first' }).click();
    await panel(page)
      .getByRole('link', { name: /taken over/ })
      .waitFor();
    expect(misdeeds.all).toEqual([]);
    await page.context().close();
  }, 60_000);

  test('where one agent carries out all steps, it is said who; a step opens with what is known of it', async () => {
    let isBroken = true;
    breaks = () => isBroken;
    await api('POST', '/workflows', {
      text: `name: whole
operator: {capability: do}
steps:
  - {name: first, goal: first, compensate: {goal: take it back}}
  - {name: second, goal: second, input: {frail: true}}
`,
    });
    const { page, misdeeds } = await open('/workflows/whole');
    await page
      .getByText('One agent carries out all its steps as one task: the best of those who can do.')
      .waitFor();
    const { id } = await api<Named>('POST', '/workflows/whole/tasks', {});
    await page.goto(`/tasks/${id}?tab=plan`);
    await page.getByText(/Worker carries out all its steps; they are no tasks/).waitFor();
    await page.getByText('2 steps completed, 1 failed').waitFor();
    // What took a step back has no task of its own, and opens nevertheless.
    const undone = page.getByRole('region', { name: 'What was undone' });
    await undone.getByRole('button', { name: 'first' }).click();
    await panel(page).getByText('take it back').waitFor();
    await panel(page).getByText('completed', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.locator('[role=dialog]').waitFor({ state: 'detached' });
    // In the timeline each step is a bar, and opens by itself.
    await page.getByRole('tab', { name: 'Timeline' }).click();
    await page.getByRole('button', { name: /^first: completed, worked/ }).waitFor();
    await page.getByRole('button', { name: /^undo\(first\): completed/ }).waitFor();
    await page.getByRole('button', { name: /^first: completed, worked/ }).click();
    await panel(page).getByText('What it gave').click();
    await panel(page).getByText('"goal": "first"').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('[role=dialog]').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: /^second: failed, worked/ }).click();
    await panel(page).getByText('agent/refused').waitFor();
    isBroken = false;
    await panel(page).getByRole('button', { name: 'Retry from here' }).click();
    await page.keyboard.press('Escape');
    await page.getByText('2 steps completed', { exact: true }).waitFor();
    // The twin: where each step is a task of its own, nobody is said to have them all.
    await page.goto('/workflows/frail');
    await page.getByRole('img', { name: /The steps as a picture/ }).waitFor();
    expect(await page.getByText(/^One agent carries out/).count()).toBe(0);
    expect(misdeeds.all).toEqual([]);
    await page.context().close();
  }, 60_000);

  test('the next version is proposed, published with what becomes of tasks in flight, and the workflow paused', async () => {
    const { id } = await api<Named>('POST', '/workflows/rounds/tasks', { input: { items: [] } });
    const { page, misdeeds } = await open('/workflows/rounds/edit');
    const text = page.getByRole('textbox', { name: 'Text of the workflow' });
    await text.fill(TEXT.replace('goal: pay', 'goal: pay it'));
    await page.getByRole('checkbox', { name: /^Publish it/ }).uncheck();
    await page.getByRole('button', { name: 'Save as proposed' }).click();
    await page.getByText('This is version 2; new tasks follow version 1.').waitFor();
    await page.getByRole('tab', { name: 'Versions (2)' }).click();
    await page.getByRole('button', { name: 'Publish version 2' }).click();
    await panel(page).getByText('1 task is in flight on other versions.').waitFor();
    await panel(page)
      .getByRole('radio', { name: /^They finish/ })
      .check();
    await panel(page).getByRole('button', { name: 'Publish it' }).click();
    await page.getByText('New tasks follow version 2', { exact: true }).first().waitFor();
    await page.getByRole('tab', { name: 'In flight (1)' }).click();
    await page
      .getByRole('region', { name: /Version 1/ })
      .getByText('kept to their end')
      .waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('paused', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: 'Start' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Activate' }).click();
    await page.getByRole('button', { name: 'Start' }).waitFor();
    await api('POST', '/workflows', { text: TEXT.replace('goal: pay', 'goal: pay twice'), publish: false });
    await page.getByRole('tab', { name: 'Versions (3)' }).click();
    await page.getByRole('button', { name: 'Reject version 3' }).click();
    await panel(page).getByRole('button', { name: 'Reject it' }).click();
    await panel(page).getByText('Say why').waitFor();
    await panel(page).getByRole('textbox', { name: 'Why' }).fill('Once is enough.');
    await panel(page).getByRole('button', { name: 'Reject it' }).click();
    await page.getByText(/^Rejected by .*Once is enough/).waitFor();
    expect(await page.getByRole('button', { name: 'Publish version 3' }).count()).toBe(0);
    expect(misdeeds.all).toEqual([]);
    await api('POST', `/tasks/${id}/terminate`, {});
    await page.context().close();
  }, 60_000);

  test('two versions are compared: steps in words, lines with signs; by keyboard, and by their address', async () => {
    // Version 4 adds a step, takes one away, changes another, and is far longer in the middle.
    const same = Array.from({ length: 12 }, (_, n) => `# remark ${n}\n`).join('');
    const text = TEXT.replace('amount: 12', 'amount: 20')
      .replace(
        / {2}- name: never\n.*\n.*\n.*\n/,
        `${same}  - name: tidy\n    goal: Tidy up\n    capability: do\n`,
      )
      .replace('goal: pay\n', 'goal: pay at once\n    timeoutMs: 90000\n');
    await api('POST', '/workflow-proposals', { text, reason: 'Faster', evidence: { asked: 12 } });
    const { page, misdeeds } = await open('/workflows/rounds?tab=versions');
    await page.getByRole('link', { name: 'Compare version 4 with version 2' }).click();
    await page.waitForURL(/tab=compare.*from=2.*to=4/);
    await page.getByText('1 step added, 1 step removed, 2 steps changed.').waitFor();
    const changes = page.getByRole('region', { name: 'What changed' }).getByRole('listitem');
    expect((await changes.allInnerTexts()).map((words) => words.replace(/\s+/g, ' '))).toEqual([
      'added tidy work: Tidy up',
      expect.stringMatching(/^changed agree an approval: .*When it begins was after never now after tidy/),
      'changed pay work: pay at once Goal was pay it now pay at once How long it may take was nothing now 1 min 30 s',
      'removed never work: never',
    ]);
    // What does not look at colours hears what became of a line, and reads its number on each side.
    const row = (name: string) => page.getByRole('row', { name, exact: true });
    const [was, now] = [TEXT, text].map(
      (side, at) =>
        side.split('\n').findIndex((line) => line.includes(at === 0 ? 'goal: pay' : 'goal: pay at')) + 1,
    );
    await row(`${was} removed goal: pay it`).waitFor();
    await row(`${now} added goal: pay at once`).waitFor();
    await page.getByText('"asked": 12').waitFor({ state: 'detached' });
    await page.getByText('What speaks for it').click();
    await page.getByText('"asked": 12').waitFor();
    expect(await page.getByRole('button', { name: 'Publish version 4' }).count()).toBe(1);
    expect(await page.locator('img[src=x]').count()).toBe(0);

    // By keyboard: the second version is chosen, then both change places; the address says so each time.
    const became = page.getByRole('combobox', { name: 'What it became' });
    await became.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.waitForURL(/from=2.*to=2/);
    await page.getByText('It is the same version on both sides.').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.waitForURL(/from=2.*to=1/);
    await row(`${was} removed goal: pay it`).waitFor();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL(/from=1.*to=2/);
    await row(`${was} added goal: pay it`).waitFor();
    // Another tab and back by its key: what was chosen stays.
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('3');
    await page.getByRole('list', { name: /^Versions/ }).waitFor();
    await page.keyboard.press('4');
    await row(`${was} added goal: pay it`).waitFor();
    expect(misdeeds.all).toEqual([]);
    await page.context().close();
  }, 60_000);

  test('what is the same between two changes is folded, and unfolds by keyboard', async () => {
    const long = (word: string) =>
      `name: long\nsteps:\n${Array.from({ length: 30 }, (_, n) => `  - {name: s${n}, goal: ${n % 29 === 0 ? word : 'same'}}\n`).join('')}`;
    await api('POST', '/workflows', { text: long('one') });
    await api('POST', '/workflows', { text: long('two') });
    const { page, misdeeds } = await open('/workflows/long?tab=compare');
    await page.getByText('2 steps changed.').waitFor();
    expect(await page.getByRole('row', { name: /s15/ }).count()).toBe(0);
    await page.getByRole('button', { name: 'Show 22 lines that are the same' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('row', { name: /s15/ }).waitFor();
    // Who came by keyboard stands at what was unfolded, not at the top of the page.
    await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('TBODY');
    expect(misdeeds.all).toEqual([]);
    await page.context().close();
  }, 60_000);

  test('an address with a version that is not there says so, and one version alone has nothing to be held against', async () => {
    const { page, misdeeds } = await open('/workflows/rounds?tab=compare&from=1&to=99');
    await page.getByRole('alert').getByText('has no version 99').waitFor();
    expect(await page.getByRole('combobox', { name: 'What it became' }).inputValue()).toBe('99');
    expect(await page.getByRole('table').count()).toBe(0);
    // The browser tells the refusal that was asked for, and nothing else.
    expect(misdeeds.all.filter((each) => !/404/.test(each))).toEqual([]);
    await page.goto('/workflows/frail?tab=compare');
    await page.getByText('There is only one version').waitFor();
    await page.goto('/workflows/frail?tab=versions');
    await page.getByRole('link', { name: 'Show version 1' }).waitFor();
    expect(await page.getByRole('link', { name: /^Compare/ }).count()).toBe(0);
    await page.context().close();
  }, 60_000);

  for (const [colorScheme, width] of [
    ['light', 1280],
    ['dark', 390],
  ] as const)
    test(`axe-core finds nothing serious, and nothing scrolls sideways (${colorScheme}, ${width} wide)`, async () => {
      const { page, misdeeds } = await open('/', { colorScheme, viewport: { width, height: 844 } });
      // The wide picture is dear to look at, so each page is looked at once.
      const paths =
        width < 700
          ? [
              '/workflows',
              '/workflows/rounds?tab=versions',
              '/workflows/rounds?tab=compare&from=1&to=4',
              '/workflows/rounds/edit',
              `/tasks/${taskId}?tab=plan`,
            ]
          : [
              '/workflows/rounds',
              '/workflows/rounds?tab=text',
              '/workflows/rounds?tab=compare&from=1&to=4',
              `/approvals?task=${taskId}`,
            ];
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
      await page.goto('/workflows/rounds');
      await page.getByRole('button', { name: 'Start' }).click();
      await panel(page).getByRole('button', { name: 'Start it' }).waitFor();
      expect(await findingsOf(page), 'the form of a start').toEqual([]);
      expect(misdeeds.all).toEqual([]);
      await page.context().close();
    }, 60_000);
});
