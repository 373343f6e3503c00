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
