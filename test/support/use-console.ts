import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { type CadreProcess, openBrowser, startCadre } from './console.ts';

/** One server and one browser for the tests of a file: call it inside their `describe`. */
export function useConsole(options: Parameters<typeof startCadre>[0] = {}): {
  readonly cadre: CadreProcess;
  readonly browser: Browser;
} {
  const here = {} as { cadre: CadreProcess; browser: Browser }; // filled before the first test
  beforeAll(async () => {
    [here.cadre, here.browser] = await Promise.all([startCadre(options), openBrowser()]);
  });
  afterAll(async () => {
    await here.browser?.close();
    await here.cadre?.end();
  });
  return here;
}
