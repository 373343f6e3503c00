/**
 * The scripted provider as a program: `node test/support/provider/main.ts --port 7311 --script answers.json`.
 * See README.md beside this file.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { byRules, type Rule } from './rules.ts';
import { startScriptedProvider } from './server.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '7311' },
    script: { type: 'string' },
    key: { type: 'string' },
    models: { type: 'string', default: 'scripted,scripted-small,scripted-large' },
    quiet: { type: 'boolean', default: false },
  },
});
// A file that a person wrote for themselves: what is wrong with it shows in the answers.
const rules: Rule[] = values.script ? JSON.parse(readFileSync(values.script, 'utf8')) : [];
const answer = byRules(rules);
const provider = await startScriptedProvider({
  port: Number(values.port),
  models: values.models.split(','),
  ...(values.key && { key: values.key }),
  script(asked) {
    if (!values.quiet)
      process.stderr.write(
        `${asked.number} ${asked.protocol} ${asked.model} tools=${asked.tools.length} ${JSON.stringify(asked.text.slice(-120))}\n`,
      );
    return answer(asked);
  },
});
process.stdout.write(`${provider.url}\n`);
