import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

/** As in `bin/cadre.mjs`: what one process of the tests has compiled, the next ones and their children need not. */
enableCompileCache(join(import.meta.dirname, '../../node_modules/.cache/cadre'));
