import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FUNCTIONS, MACROS } from './functions.ts';
import * as language from './language.ts';
import { everyStep } from './places.ts';
import { printWorkflow } from './print.ts';
import { readWorkflow } from './read.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/workflow-language.md'), 'utf8');

/** Every example of the page, with the code of the problem that it says it has. */
const examples = [...page.matchAll(/^```yaml(?: problem: (\S+))?\n(.*?)^```$/gms)].map(
  ([, code, text = '']) => ({
    code,
    text,
    name: /^name: (\S+)/m.exec(text)?.[1] ?? '',
  }),
);

describe('docs/workflow-language.md', () => {
  it.each(examples.filter(({ code }) => code === undefined))('$name reads without problems', ({ text }) => {
    const { workflow, problems } = readWorkflow(text);
    expect(problems).toEqual([]);
    expect(workflow && readWorkflow(printWorkflow(workflow)).workflow).toEqual(workflow);
  });

  it.each(examples.filter(({ code }) => code !== undefined))(
    '$name has the problem $code',
    ({ text, code }) => {
      expect(readWorkflow(text).problems.map((problem) => problem.code)).toEqual([code]);
    },
  );

  it('shows every kind of step', () => {
    const shown = new Set(
      examples.flatMap(({ text }) =>
        [...everyStep(readWorkflow(text).workflow?.steps ?? [])].map(({ step }) => language.kindOf(step)),
      ),
    );
    expect([...shown].sort()).toEqual([...language.STEP_KEYS].sort());
  });

  it('says the limits that there are', () => {
    const { MAX_TEXT_CHARACTERS, MAX_STEPS, MAX_NESTING, MAX_ITEMS, MAX_BEGUN, DEFAULT_WIDTH } = language;
    const numbers = [MAX_TEXT_CHARACTERS, MAX_STEPS, MAX_NESTING, MAX_ITEMS, MAX_BEGUN, DEFAULT_WIDTH];
    for (const number of numbers) expect(page).toContain(number.toLocaleString('en-US'));
  });

  it('names every function, and none that is not there', () => {
    const known = [...Object.keys(FUNCTIONS), ...Object.keys(MACROS), 'has'];
    const section = page.slice(page.indexOf('**Values.**'), page.indexOf('**Types**'));
    const named = new Set([...section.matchAll(/\b([a-zA-Z_]+)\(/g)].map((match) => match[1]));
    expect([...named].filter((name) => !known.includes(name ?? ''))).toEqual([]);
    const unsaid = known.filter((name) => !named.has(name));
    expect(unsaid).toEqual(['getDayOfMonth', 'getMilliseconds']); // of CEL, and seldom wanted
  });
});
