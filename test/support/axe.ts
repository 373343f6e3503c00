import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  id: string;
  impact: string;
  nodes: Array<{ html: string }>;
}

/** Findings of axe-core that would keep somebody out. It runs beside the page's policy, as an extension would. */
export async function findingsOf(page: Page): Promise<string[]> {
  const devtools = await page.context().newCDPSession(page);
  const run = `${AXE};axe.run(document, { resultTypes: ['violations'] }).then((r) => JSON.stringify(r.violations))`;
  const { result } = await devtools.send('Runtime.evaluate', {
    expression: run,
    awaitPromise: true,
    returnByValue: true,
  });
  await devtools.detach();
  const violations: Finding[] = JSON.parse(String(result.value));
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .map(({ html }) => html.slice(0, 200))
          .slice(0, 3)
          .join(' | ')}`,
    );
}
