// Takes the pictures of the documentation from a real Cadre with the example brief: `node scripts/pictures.mjs`.
// Needs Chromium (see test/support/console.ts).
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBrowser, signedIn, startCadre } from '../test/support/console.ts';
import { startScriptedOperator } from '../test/support/operator.ts';

const folder = fileURLToPath(new URL('../docs/console', import.meta.url));
const operator = await startScriptedOperator(({ goal }) => ({ output: { goal } }));
const cadre = await startCadre({ args: [], env: { CADRE_ALLOW_HOSTS: operator.host } });
const browser = await openBrowser();

async function open(options) {
  const context = await signedIn(browser, cadre, options);
  return context.newPage();
}
async function take(page, name, colorScheme = 'light') {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.waitForTimeout(400); // the theme fades
  await page.screenshot({ path: join(folder, `${name}.png`) });
  process.stdout.write(`docs/console/${name}.png\n`);
}

async function api(method, path, body) {
  const answer = await fetch(`${cadre.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${cadre.key}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
  return answer.json();
}

/** Messages, a team and a vote, as people and programs outside make them. */
async function talk(page) {
  const outside = { kind: 'mailbox' };
  const ann = await api('POST', '/agents', { name: 'Ann', executor: outside });
  await api('POST', '/agents', { name: 'Bob', executor: outside });
  const team = await api('POST', '/teams', {
    name: 'Harbour readers',
    description: 'They read what comes in and say what matters.',
    topology: 'adaptive',
    members: ['Researcher', 'Reader 1', 'Reader 2', 'Analyst 1', 'Analyst 2', 'Writer', 'Verifier', 'Ann'],
  });
  await api('POST', `/teams/${team.id}/messages`, {
    type: 'status_update',
    subject: 'Harbour papers',
    payload: { message: 'The harbour papers have come in.' },
  });
  const asked = await api('POST', '/messages', {
    to: ann.id,
    from: 'Writer',
    type: 'coordination_request',
    subject: 'Can you review the brief?',
    payload: { requestType: 'review', data: { pages: 12 } },
    priority: 'high',
    requiresResponse: true,
  });
  await api('POST', `/agents/${ann.id}/mailbox/take`, {});
  await api('POST', `/messages/${asked.id}/ack`, {
    reply: { payload: { requestType: 'review', data: { answer: 'Yes, by Friday.' } } },
  });
  await api('POST', '/messages', {
    to: ann.id,
    type: 'status_update',
    subject: 'Chapter two',
    payload: { message: 'It can be read now.' },
  });
  const vote = await api('POST', '/votes', {
    question: 'Which option do we recommend?',
    options: ['Option A', 'Option B', 'Option C'],
    rule: 'ranked',
    voters: ['Ann', 'Bob', 'Verifier', 'Writer', 'Researcher'],
    timeoutMs: 600_000,
  });
  const choices = { Ann: ['Option A', 'Option B'], Bob: ['Option B'], Verifier: ['Option C', 'Option B'] };
  for (const name of ['Writer', 'Researcher'])
    choices[name] = name === 'Writer' ? ['Option A'] : ['Option B'];
  // Built-in agents answer by themselves first: they abstain.
  await page.goto(`/teams/votes/${vote.id}`);
  await page.getByText('3 of 5 have answered').waitFor();
  for (const [agentId, choice] of Object.entries(choices).toReversed())
    await api('POST', `/votes/${vote.id}/ballots`, { agentId, choice });
  await page.getByText('was chosen.').waitFor();
  await take(page, 'vote-dark', 'dark');
  await page.goto(`/agents/${ann.id}/mailbox?message=${asked.id}`);
  await page.getByText('Yes, by Friday.').first().waitFor();
  await take(page, 'message-light');
  await page.goto(`/messages/conversation/team:${team.id}`);
  await page.getByText('Harbour papers').first().waitFor();
  await take(page, 'conversation-light');
  await page.goto(`/teams/${team.id}`);
  await page
    .getByText(/8 members: mesh below 8/)
    .first()
    .waitFor();
  await page.waitForTimeout(3_000); // what was just said glows no more
  await take(page, 'team-light');
}

const INVOICES = `name: invoices
description: Pays what came in, once a person has agreed.
input:
  type: object
  properties:
    invoices: {type: array, items: {type: string}, description: What came in.}
  required: [invoices]
steps:
  - name: each
    forEach: input.invoices
    as: invoice
    width: 3
    steps:
      - {name: read, goal: 'Read {{invoice}}', capability: invoices.read}
      - {name: check, goal: 'Check {{invoice}} against the contract', capability: invoices.read}
  - name: both
    needs: [each]
    parallel:
      books: [{name: enter, goal: Enter them in the books, capability: invoices.read}]
      mail: [{name: thank, goal: Say that they came in, capability: invoices.read}]
  - name: dear
    if: input.invoices.size() > 10
    goal: Ask the treasurer for advice
    capability: invoices.read
  - name: agree
    approval:
      ask: Shall these invoices be paid?
      input: {invoices: '{{input.invoices}}'}
      deadlineMs: 86400000
  - {name: pay, goal: Pay them, capability: invoices.read}
`;

/** A workflow that is written, and a task that follows it as far as a person is asked. */
async function workflows(page) {
  await api('POST', '/agents', {
    name: 'Bookkeeper',
    capabilities: [{ name: 'invoices.read', confidence: 0.9 }],
    executor: { kind: 'http', url: operator.url },
    maxConcurrent: 4,
  });
  await api('POST', '/workflows', { text: INVOICES, reason: 'Nobody pays without being asked' });
  const invoices = ['Quay 4-11', 'Pilot boat', 'Lamp oil', 'Ropes and fenders'];
  const task = await api('POST', '/workflows/invoices/tasks', { input: { invoices } });
  await page.goto(`/tasks/${task.id}?tab=plan`);
  await page.getByRole('region', { name: 'Steps' }).getByText('waiting', { exact: true }).waitFor();
  await page.waitForTimeout(800); // the picture is drawn and fitted
  await take(page, 'workflow-plan-light');
  await page.goto('/workflows/invoices/edit');
  await page.getByText('No problems', { exact: true }).waitFor();
  await page.waitForTimeout(800);
  await take(page, 'workflow-editor-dark', 'dark');
}

try {
  const page = await open({ viewport: { width: 1280, height: 800 } });
  await page.goto('/');
  await page
    .getByText(/at work/)
    .first()
    .waitFor();
  await page
    .getByText(/[3-9] of 23 steps|1\d of 23 steps/)
    .first()
    .waitFor();
  await take(page, 'home-light');
  await page
    .getByRole('link', { name: /^Brief me/ })
    .first()
    .click();
  await page.getByRole('tab', { name: 'Plan' }).click();
  await page.getByText('of 23 steps').first().waitFor();
  await take(page, 'plan-light');
  await page.getByText('All 23 steps were done.').waitFor();
  const address = new URL(page.url()).pathname;
  for (const tab of ['timeline', 'events', 'details']) {
    await page.goto(`${address}?tab=${tab}`);
    await page.getByRole('tabpanel').waitFor();
    await page.waitForTimeout(600);
    await take(page, `${tab}-light`);
  }
  await page.goto(`${address}?tab=plan&step=verify`);
  await page.getByText('Who does it, and why').waitFor();
  await take(page, 'step-light');
  await page.goto(`${address}?tab=result`);
  await page.getByRole('heading', { name: /^Key points/ }).waitFor();
  await take(page, 'result-light');
  await take(page, 'result-dark', 'dark');
  await page
    .getByRole('button', { name: /design-report/ })
    .first()
    .click();
  await page.locator('mark[data-mark=here]').first().waitFor();
  await take(page, 'source-light');
  await take(page, 'source-dark', 'dark');
  await page.goto('/agents');
  await page.getByText('Verifier').first().waitFor();
  await take(page, 'agents-light');
  await page.goto('/tasks');
  await page
    .getByRole('link', { name: /^Brief me/ })
    .first()
    .waitFor();
  await take(page, 'tasks-dark', 'dark');
  await page.goto('/');
  await page.getByText('All agents').waitFor();
  await take(page, 'home-dark', 'dark');
  await talk(page);
  await workflows(page);

  const phone = await open({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true });
  await phone.goto('/');
  await phone.getByText('All agents').waitFor();
  await take(phone, 'home-phone');
  await phone.goto(`${address}?tab=result`);
  await phone.getByRole('heading', { name: /^Key points/ }).waitFor();
  await take(phone, 'result-phone');
  await take(phone, 'result-phone-dark', 'dark');
} finally {
  await browser.close();
  await cadre.end();
  await operator.close();
}
