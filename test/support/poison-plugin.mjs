// Functions that do harm, for the poison test (P11), beside good ones.
import { existsSync } from 'node:fs';

export const functions = {
  'poison.throw': async () => {
    throw new Error('it always throws');
  },
  'poison.abort': () => process.abort(),
  'poison.swell': () => {
    const hoard = [];
    for (;;) hoard.push(new Array(1_000_000).fill(hoard.length));
  },
  'poison.spin': () => {
    for (;;);
  },
  /** Fails until somebody has put the file there. */
  'poison.mend': async ({ input }) => {
    if (!existsSync(input.path)) throw new Error('not mended yet');
    return { output: 'mended' };
  },
  'good.double': async ({ input }) => ({ output: input.n * 2 }),
};
