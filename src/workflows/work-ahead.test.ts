import { expect, test } from 'vitest';
import type { Json } from '../platform/kernel/json.ts';
import { type Workflow, workflowSchema } from './language.ts';
import { workIn } from './work-ahead.ts';

const work = (name: string, more: object = {}) => ({ name, goal: `Do ${name}`, capability: 'c', ...more });
const workflow = (...steps: object[]): Workflow => workflowSchema.parse({ name: 'w', steps });
const none = async () => undefined;

/** `step: usual to most`, in the order of the document. */
async function often(steps: object[], input: Record<string, Json> = {}) {
  const found = await workIn(workflow(...steps), { input, files: [] }, none);
  return found.map(({ step, usual, most }) => `${step}: ${usual} to ${most}`);
}

test('steps in a row and side by side come once', async () => {
  const steps = [work('a'), { name: 'both', parallel: { left: [work('b')], right: [work('d')] } }];
  expect(await often(steps)).toEqual(['a: 1 to 1', 'b: 1 to 1', 'd: 1 to 1']);
});

test('a list counts its items when the input says how many; twin: one that a step will make is not known', async () => {
  const each = (list: string) => [work('a'), { name: 'each', forEach: list, steps: [work('b'), work('d')] }];
  expect(await often(each('input.files'), { files: ['x', 'y', 'z'] })).toEqual([
    'a: 1 to 1',
    'b: 3 to 3',
    'd: 3 to 3',
  ]);
  expect(await often(each('a.output'))).toEqual(['a: 1 to 1', 'b: null to null', 'd: null to null']);
  expect(await often(each('input.files'), { files: [] })).toEqual(['a: 1 to 1']);
});

test('rounds: one as a rule, all of them at most; inside a list they multiply', async () => {
  const rounds = { name: 'again', repeat: { until: 'b.output == 1', max: 5, steps: [work('b')] } };
  expect(await often([rounds])).toEqual(['b: 1 to 5']);
  expect(await often([{ name: 'each', forEach: '[1, 2]', steps: [rounds] }])).toEqual(['b: 2 to 10']);
});

test('what the input decides is decided: `if` and `switch`; twin: what a step decides may go either way', async () => {
  const steps = (subject: string) => [
    work('a'),
    work('b', { if: `${subject} == "big"` }),
    {
      name: 'way',
      switch: { cases: [{ when: `${subject} == "big"`, steps: [work('d')] }], default: [work('e')] },
    },
  ];
  expect(await often(steps('input.size'), { size: 'big' })).toEqual(['a: 1 to 1', 'b: 1 to 1', 'd: 1 to 1']);
  expect(await often(steps('input.size'), { size: 'small' })).toEqual(['a: 1 to 1', 'e: 1 to 1']);
  expect(await often(steps('a.output'))).toEqual(['a: 1 to 1', 'b: 1 to 1', 'd: 0.5 to 1', 'e: 0.5 to 1']);
});

test('what is only done when something fails counts at most', async () => {
  const steps = [
    { name: 'guarded', try: [work('a')], catch: [work('b')], finally: [work('d')] },
    work('e', { recover: [{ fallback: { agent: 'other' } }] }),
    { name: 'pause', wait: { forMs: 1_000 } },
  ];
  expect(await often(steps)).toEqual(['a: 1 to 1', 'b: 0 to 1', 'd: 1 to 1', 'e: 1 to 1', 'e: 0 to 1']);
});

test('a workflow in a workflow counts with the input it is given; twin: one that cannot be run is not known', async () => {
  const inner = workflow({ name: 'each', forEach: 'input.list', steps: [work('b')] });
  const outer = workflow(work('a'), { name: 'sub', workflow: 'inner', input: { list: '{{ input.names }}' } });
  const given = { input: { names: ['x', 'y'] }, files: [] };
  const found = await workIn(outer, given, async (name) => (name === 'inner' ? inner : undefined));
  expect(found.map(({ step, usual }) => [step, usual])).toEqual([
    ['a', 1],
    ['b', 2],
  ]);
  expect((await workIn(outer, given, none)).at(-1)).toMatchObject({ step: 'sub', usual: null, most: null });
  // A workflow that calls itself is refused when it is saved; here it ends nevertheless.
  const circle = workflow({ name: 'sub', workflow: 'circle' });
  const round = await workIn(circle, given, async () => circle);
  expect(round).toMatchObject([{ step: 'sub', usual: null }]);
});

test('one operator is asked for all steps, those in steps too; twin: without one, each step says of whom', async () => {
  const steps = [
    { name: 'a', goal: 'Do a', recover: [{ alternative: { goal: 'Do it otherwise' } }] },
    { name: 'each', forEach: '[1, 2]', steps: [{ name: 'b', goal: 'Do b' }] },
  ];
  const asked = async (more: object) => {
    const whole = workflowSchema.parse({ name: 'w', steps, ...more });
    const found = await workIn(whole, { input: {}, files: [] }, none);
    return new Set(found.map(({ agent, capability }) => `${agent} ${capability}`));
  };
  expect(await asked({ operator: { capability: 'trade' } })).toEqual(new Set(['null trade']));
  expect(await asked({ operator: { agent: 'Shop' } })).toEqual(new Set(['Shop null']));
  expect(await asked({})).toEqual(new Set(['null null']));
});

test('a workflow in a workflow is asked of its own operator', async () => {
  const inner = workflowSchema.parse({
    name: 'inner',
    operator: { capability: 'trade' },
    steps: [{ name: 'b', goal: 'Do b' }],
  });
  const outer = workflow(work('a'), { name: 'sub', workflow: 'inner' });
  const found = await workIn(outer, { input: {}, files: [] }, async () => inner);
  expect(found.map(({ step, capability }) => [step, capability])).toEqual([
    ['a', 'c'],
    ['b', 'trade'],
  ]);
});
