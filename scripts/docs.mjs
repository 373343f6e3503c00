// Writes the generated parts of the documentation from the code: docs/errors.md from the error catalogue,
// docs/api/openapi.json and the console's types from the operations, docs/workflow.schema.json from the plan language,
// and the table of commands in docs/cli.md.
// `--check` changes nothing and ends with 1 when a file would change.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandsMarkdown, withCommands } from '../src/edge/cli/reference.ts';
import { errorsMarkdown } from '../src/edge/http/docs.ts';
import { openApi } from '../src/edge/http/openapi.ts';
import { operations } from '../src/operations.ts';
import { version } from '../src/version.ts';
import { workflowJsonSchema } from '../src/workflows/json-schema.ts';
import { clientTypes } from './client-types.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Path and text of every generated file. */
export function generated() {
  const cli = join(root, 'docs/cli.md');
  const api = openApi(operations, version);
  return {
    [join(root, 'docs/errors.md')]: errorsMarkdown(),
    [join(root, 'docs/api/openapi.json')]: `${JSON.stringify(api, null, 2)}\n`,
    [join(root, 'docs/workflow.schema.json')]: `${JSON.stringify(workflowJsonSchema(), null, 2)}\n`,
    [join(root, 'web/src/api/types.ts')]: clientTypes(api),
    [cli]: withCommands(read(cli), commandsMarkdown(operations)),
  };
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // not written yet
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const changed = Object.entries(generated()).filter(([path, text]) => read(path) !== text);
  for (const [path, text] of changed) {
    if (process.argv.includes('--check')) {
      process.stderr.write(`${path} is behind the code; run \`node scripts/docs.mjs\`.\n`);
    } else {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
      process.stdout.write(`${path}\n`);
    }
  }
  if (process.argv.includes('--check') && changed.length > 0) process.exitCode = 1;
}
