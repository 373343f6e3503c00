// Takes the pictures of the documentation from a real Cadre with the example brief: `node scripts/pictures.mjs`.
// Needs Chromium (see test/support/console.ts).
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBrowser, signedIn, startCadre } from '../test/support/console.ts';

const folder = fileURLToPath(new URL('../docs/console', import.meta.url));
const cadre = await startCadre({ args: [] });
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
}
