import { describe, expect, it } from 'vitest';
import { MAX_TEXT_CHARACTERS } from './language.ts';
import { readWorkflow } from './read.ts';

/** What is wrong with a text, as `line:column code message`. */
const wrong = (text: string) =>
  readWorkflow(text).problems.map(
    ({ line, column, code, message }) => `${line}:${column} ${code} ${message}`,
  );

const steps = (...lines: string[]) => ['name: w', 'steps:', ...lines.map((line) => `  ${line}`)].join('\n');

describe('reading a workflow', () => {
  it('gives the form that is stored, from YAML and from JSON alike', () => {
    const yaml = steps(
      '- name: a',
      '  goal: do a',
      '- name: b',
      '  repeat:',
      '    until: c.output > 1',
      '    max: 3',
      '    steps: [{ name: c, goal: do c }, { name: d, wait: { forMs: 5 }, needs: [] }]',
    );
    const { workflow, problems } = readWorkflow(yaml);
    expect(problems).toEqual([]);
    expect(workflow).toEqual({
      name: 'w',
      steps: [
        { name: 'a', goal: 'do a', needs: [] },
        {
          name: 'b',
          needs: ['a'],
          repeat: {
            until: 'c.output > 1',
            max: 3,
            steps: [
              { name: 'c', goal: 'do c', needs: [] },
              { name: 'd', wait: { forMs: 5 }, needs: [] },
            ],
          },
        },
      ],
    });
    expect(readWorkflow(JSON.stringify(workflow, null, 2))).toEqual({ workflow, problems: [] });
  });

  it.each<[string, string]>([
    ['', '1:1 shape a workflow is a map with a name and steps'],
    ['- a', '1:1 shape a workflow is a map'],
    ['name: w', '1:1 missing steps is missing'],
    ['name: w\nsteps:', '2:1 type steps must be a list, not nothing'],
    ['name: w\nsteps: []', '2:8 size steps must have 1 items or more'],
    ['name: 1w\nsteps: [{name: a, goal: x}]', '1:7 value name: use letters'],
    [
      'name: w\nnmae: x\nsteps: [{name: a, goal: x}]',
      '2:1 unknown-key there is no nmae here: did you mean name?',
    ],
    ['name: w\nname: x\nsteps: []', '2:1 duplicate-key the key name is there twice'],
    ['name: w\nsteps: [{name: a, goal: x]', 'yaml'],
    ['name: "w', 'yaml'],
    ['name: w\n---\nname: x', 'yaml'],
    ['name: !!binary aGk=\nsteps: []', '1:16 tag the tag'],
    ['name: !foo w\nsteps: []', '1:12 tag the tag !foo is not part of the language'],
    [
      'name: w\nsteps: [{name: a, goal: x, input: {constructor: 1}}]',
      '2:36 key the key constructor is not allowed',
    ],
    ['name: w\nsteps: [{name: a, goal: x, input: {n: .inf}}]', '2:39 value'],
    [`name: w\nx: ${'['.repeat(100)}${']'.repeat(100)}`, 'too-deep it is nested deeper than 64'],
    [`name: w\nx: ${'['.repeat(100_000)}`, 'yaml it is nested too deep'],
    [`name: w\nx: &x [1]\ny: [${'*x,'.repeat(51)}]`, 'aliases more than 50 aliases'],
    ['name: *x', 'yaml'],
    [' '.repeat(MAX_TEXT_CHARACTERS + 1), '1:1 too-long'],
    [steps('- goal: x'), '3:5 missing name is missing'],
    [steps('- x'), '3:5 shape a step is a map'],
    [
      steps('- name: a', '  description: none'),
      '3:5 no-kind the step "a" does not say what it does: give it one of goal',
    ],
    [
      steps('- name: a', '  gaol: none'),
      '3:5 no-kind the step "a" does not say what it does: did you mean goal?',
    ],
    [
      steps('- name: a', '  goal: x', '  wait: { forMs: 1 }'),
      '5:5 two-kinds the step "a" can do one thing, and it says goal and wait',
    ],
    [steps('- name: a b', '  goal: x'), '3:11 value name: use letters, digits and _'],
    [
      steps('- name: a', '  goal: x', '  capabilty: y'),
      '5:5 unknown-key there is no capabilty here: did you mean capability?',
    ],
    [
      steps('- name: a', '  goal: x', '  zebra: y'),
      '5:5 unknown-key there is no zebra here: there are name, description, needs',
    ],
    [steps('- name: a', '  goal: 5'), '4:11 type goal must be a text, not a number'],
    [
      steps('- name: a', '  goal: x', '  timeoutMs: 1.5'),
      '5:16 type timeoutMs must be a whole number, not 1.5',
    ],
    [
      steps('- name: a', '  goal: x', '  optional: maybe'),
      '5:15 type optional must be true or false, not a text',
    ],
    [steps('- name: a', '  goal: x', '  priority: later'), '5:15 value priority must be one of low, normal'],
    [steps('- name: a', '  goal: x', '  files: [1]'), '5:13 type 0 must be a text, not a number'],
    [
      steps('- name: a', '  goal: x', '  recover: [{ fallback: { agnet: z } }]'),
      '5:29 unknown-key there is no agnet here: did you mean agent?',
    ],
    [
      steps('- name: a', '  goal: x', '  recover: [{ again: 1 }]'),
      '5:15 value 0: give one of fallback, alternative, replan and degrade',
    ],
    [steps('- name: a', '  wait: {}'), '4:11 value wait: give one of forMs, until, event and topic'],
    [steps('- name: a', '  wait: { forMs: soon }'), '4:20 type forMs must be a number, not a text'],
    [
      steps('- name: a', '  repeat: { until: "true", steps: [{ name: b, goal: x }] }'),
      '4:13 missing max is missing',
    ],
    [
      steps('- name: a', '  repeat: { until: "true", max: 0, steps: [{ name: b, goal: x }] }'),
      '4:35 size max must be 1 or more',
    ],
    [
      steps('- name: a', '  repeat: { untill: "true", max: 1, until: "true", steps: [{ name: b, gol: x }] }'),
      'did you mean until?',
    ],
    [steps('- name: a', '  parallel: {}'), '4:15 value parallel: give one branch or more'],
    [steps('- name: a', '  parallel: { "x y": [{ name: b, goal: x }] }'), '4:17 name x y: use letters'],
    [steps('- name: a', '  parallel: { x: [{ name: b, gola: x }] }'), '4:21 no-kind the step "b"'],
    [
      steps('- name: a', '  switch: { cases: [{ when: "true", steps: [{ name: b }] }] }'),
      '4:47 no-kind the step "b"',
    ],
    [
      steps('- name: a', '  try: [{ name: b }]', '  finally: [{ name: c, gool: x }]'),
      '5:15 no-kind the step "c"',
    ],
    [steps('- name: a', '  approval: { ask: may I }'), '4:15 missing deadlineMs is missing'],
    [steps('- name: a', '  workflow: a b'), '4:15 value workflow: write name or name@version'],
  ])('says what is wrong and where: case %#', (text, problem) => {
    const found = wrong(text).join('\n');
    expect(found).toContain(problem);
    expect(readWorkflow(text).workflow).toBeUndefined();
  });

  it('says all that is wrong, in the order of the text', () => {
    expect(wrong(steps('- name: a', '  goal: 5', '- nmae: b', '  goal: x'))).toEqual([
      '4:11 type goal must be a text, not a number',
      '5:5 missing name is missing',
      '5:5 unknown-key there is no nmae here: did you mean name?',
    ]);
  });

  it('answers a hostile text soon', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (let index = 1; index < 9; index += 1) {
      const [name, before] = ['abcdefghi'[index], 'abcdefghi'[index - 1]];
      bomb.push(`${name}: &${name} [${Array(5).fill(`*${before}`).join(', ')}]`);
    }
    expect(wrong(bomb.join('\n'))).toHaveLength(1);
    const keys = Array.from({ length: 60_000 }, (_, index) => `k${index}: 1`).join('\n');
    expect(wrong(keys).length).toBeGreaterThan(0);
  });

  it('points into an expression', () => {
    const text = steps(
      '- name: a',
      '  goal: x',
      '- name: b',
      '  if: a.output == 1 && nobody',
      '  goal: "say {{ a.outputt }}"',
    );
    expect(wrong(text)).toEqual([
      '6:26 unknown-name there is no nobody',
      '7:21 expression there is no outputt here, only status, output, error',
    ]);
  });
});
