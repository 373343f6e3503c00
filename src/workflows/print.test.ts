import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planFrom, plans } from '../../test/support/plans.ts';
import { checkWorkflow } from './check.ts';
import { kindOf, STEP_KEYS, type StepKind } from './language.ts';
import { everyStep } from './places.ts';
import { printWorkflow } from './print.ts';
import { readWorkflow } from './read.ts';

describe('printing a workflow', () => {
  it('gives what a person would write', () => {
    const text = [
      'name: brief',
      'input:',
      '  type: object',
      'steps:',
      '  - name: load',
      '    goal: Load {{ input.url }}',
      '  - name: each',
      '    if: load.output != null',
      '    forEach: load.output',
      '    steps:',
      '      - name: one',
      '        needs: []',
      '        goal: "yes"',
      '      - name: two',
      '        needs: []',
      '        wait:',
      '          forMs: 5',
      'output: "{{ each.output }}"',
      '',
    ].join('\n');
    const { workflow, problems } = readWorkflow(text);
    expect(problems).toEqual([]);
    expect(workflow && printWorkflow(workflow)).toBe(
      text.replace('        needs: []\n        goal', '        goal'),
    );
  });

  it('and reading are inverse: the same workflow comes back', () => {
    const kinds = new Set<StepKind>();
    fc.assert(
      fc.property(plans, (plan) => {
        for (const { step } of everyStep(plan.steps)) kinds.add(kindOf(step));
        const { workflow, problems } = readWorkflow(printWorkflow(plan));
        expect(problems).toEqual([]);
        expect(workflow).toEqual(plan);
        expect(readWorkflow(JSON.stringify(plan)).workflow).toEqual(plan);
      }),
      { numRuns: 80, endOnFailure: true },
    );
    expect([...kinds].sort()).toEqual([...STEP_KEYS].sort()); // the property is about every kind
  });

  it('keeps texts that YAML would take for something else, or fold', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.jsonValue(), (text, value) => {
        const plan = planFrom([]);
        const parameters = JSON.parse(JSON.stringify({ text, value })) as never; // JSON, as it is stored
        const odd = { ...plan, steps: [{ name: 'a', goal: 'x', needs: [], input: parameters }] };
        const { workflow, problems } = readWorkflow(printWorkflow(odd));
        const isRefused = problems.length > 0; // `{{` without an end, or a forbidden key
        if (!isRefused) expect(workflow).toEqual(odd);
        else
          expect(
            /\{\{|__proto__|constructor|prototype|\0|\\u0000|\\ud/i.test(JSON.stringify(parameters)),
          ).toBe(true);
      }),
      { numRuns: 120, endOnFailure: true },
    );
  });

  it('is not passed by a printer that forgets a need', () => {
    const forgetful = (plan: Parameters<typeof printWorkflow>[0]) =>
      printWorkflow(plan).replaceAll(/ +needs: \[\]\n/g, '');
    const found = fc.check(
      fc.property(plans, (plan) => {
        expect(readWorkflow(forgetful(plan)).workflow).toEqual(plan);
      }),
      { numRuns: 80, endOnFailure: true },
    );
    expect(found.failed).toBe(true);
  });
});

it('random plans pass the check', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      expect(checkWorkflow(plan)).toEqual([]);
    }),
    { numRuns: 80, endOnFailure: true },
  );
});
