/** The English language model (wink-nlp with its light model), loaded once per process on first use. */
import { createRequire } from 'node:module';
import type { Model, WinkMethods } from 'wink-nlp';

const require = createRequire(import.meta.url);
let loaded: WinkMethods | undefined;

/** wink-nlp with sentence boundaries and parts of speech. The first call takes about 0.1 s. */
export function languageModel(): WinkMethods {
  if (loaded === undefined) {
    // Both packages are CommonJS; loading them here keeps the start of the process free of their 100 ms.
    const wink = require('wink-nlp') as (model: Model, pipe: string[]) => WinkMethods;
    const model = require('wink-eng-lite-web-model') as Model;
    loaded = wink(model, ['sbd', 'pos']);
  }
  return loaded;
}

const LONG_RUN = /\S{80,}/g;

/**
 * The text with runs of 80 characters without a blank replaced by letters of the same length. The model needs cubic
 * time for such runs (one of 3,500 characters took four seconds), and they are addresses or data, never words.
 */
export function readable(text: string): string {
  return text.replace(LONG_RUN, (run) => 'x'.repeat(run.length));
}
