import { describe, expect, it } from 'vitest';
import type { Json } from '../platform/kernel/json.ts';
import { checkWorkflow } from './check.ts';
import { pathOf } from './document.ts';
import { MAX_NESTING, workflowSchema } from './language.ts';

type Mapping = Record<string, Json>;

const work = (name: string, more: Mapping = {}): Mapping => ({ name, goal: `do ${name}`, ...more });
/** A step that reads something. */
const reads = (name: string, expression: string, more: Mapping = {}) =>
  work(name, { input: { x: `{{ ${expression} }}` }, ...more });

/** What is wrong, as `path code message`. */
function wrong(steps: Mapping[], more: Mapping = {}): string[] {
  const workflow = workflowSchema.parse({ name: 'w', steps, ...more });
  return checkWorkflow(workflow).map(({ place, code, message }) => `${pathOf(place)} ${code} ${message}`);
}

const approval = (name: string, more: Mapping = {}): Mapping => ({
  name,
  approval: { ask: 'may I?', deadlineMs: 1_000 },
  ...more,
});

describe('what is sure to be there', () => {
  it.each<[string, Mapping[], Mapping?]>([
    ['the step before', [work('a'), reads('b', 'a.output')]],
    ['through others', [work('a'), work('b'), reads('c', 'a.output + steps.b.output')]],
    ['a later step of the list', [reads('a', 'b.output', { needs: ['b'] }), work('b', { needs: [] })]],
    [
      'what is around needs',
      [work('a'), { name: 'p', parallel: { x: [reads('b', 'a.output')], y: [reads('c', 'a.status')] } }],
    ],
    [
      'item, index and steps in a forEach',
      [
        {
          name: 'f',
          forEach: '[1]',
          as: 'thing',
          steps: [reads('b', 'thing + index')],
          output: '{{ b.output + thing }}',
        },
      ],
    ],
    [
      'round and steps in until',
      [{ name: 'r', repeat: { until: 'b.output > round', max: 2, steps: [work('b')] } }],
    ],
    ['error in catch', [{ name: 't', try: [work('b')], catch: [reads('c', 'error.message')] }]],
    ['error in an alternative', [work('a', { recover: [{ alternative: { goal: '{{ error.code }}' } }] })]],
    ['itself in compensate', [work('a', { compensate: { goal: 'undo {{ a.output.id }}' } })]],
    ['event in where', [{ name: 'v', wait: { event: 'task.settled', where: 'event.x == 1' } }]],
    [
      'all steps in the output',
      [work('a'), work('b', { needs: [] })],
      { output: '{{ [a.output, b.output] }}' },
    ],
    ['names of macros', [reads('b', 'input.list.map(a, a + 1)')]],
    ['an approval that is needed', [approval('ok'), work('a'), work('b', { approvedBy: 'ok' })]],
  ])('%s', (_, steps, more) => {
    expect(wrong(steps, more)).toEqual([]);
  });

  it.each<[string, string, Mapping[], Mapping?]>([
    [
      'a step beside it',
      'steps[1].input.x not-ended the step a may not',
      [work('a'), reads('b', 'a.output', { needs: [] })],
    ],
    ['a step after it', 'steps[0].input.x not-ended', [reads('a', 'b.output'), work('b')]],
    ['behind steps, too', 'steps[0].input.x not-ended', [reads('a', 'steps.b.output'), work('b')]],
    ['and in has()', 'steps[0].if not-ended', [work('a', { if: 'has(b.output)' }), work('b')]],
    [
      'a branch beside it',
      'steps[0].parallel.y[0].input.x not-ended',
      [{ name: 'p', parallel: { x: [work('b')], y: [reads('c', 'b.output')] } }],
    ],
    [
      'what is inside another',
      'steps[1].input.x not-ended',
      [{ name: 'f', forEach: '[1]', steps: [work('b')] }, reads('c', 'b.output')],
    ],
    [
      'what failed in try',
      'steps[0].catch[0].input.x not-ended',
      [{ name: 't', try: [work('b')], catch: [reads('c', 'b.output')] }],
    ],
    ['all of steps', 'all-steps say which step', [work('a'), reads('b', 'steps.map(s, s)')]],
    ['item outside', 'unknown-name item is only there inside a forEach', [reads('b', 'item')]],
    [
      'item in forEach itself',
      'steps[0].forEach unknown-name item',
      [{ name: 'f', forEach: 'item', steps: [work('b')] }],
    ],
    ['round outside', 'unknown-name round is only there inside a repeat', [reads('b', 'round')]],
    [
      'error in finally',
      'unknown-name error is only',
      [{ name: 't', try: [work('b')], finally: [reads('c', 'error')] }],
    ],
    [
      'the scope in where',
      'wait.where not-ended',
      [{ name: 'v', wait: { topic: 't', where: 'message.id == a.output' } }, work('a')],
    ],
    [
      'a word mistyped',
      'unknown-name there is no fetched; did you mean fetch?',
      [work('fetch'), reads('b', 'fetched.output')],
    ],
    [
      'an inner step in the output',
      'output not-ended',
      [{ name: 'f', forEach: '[1]', steps: [work('b')] }],
      { output: '{{ b.output }}' },
    ],
    [
      'an inner step beside until',
      'steps[0].if not-ended',
      [{ name: 'r', if: 'b.output', repeat: { until: 'true', max: 2, steps: [work('b')] } }],
    ],
  ])('is not %s', (_, problem, steps, more) => {
    expect(wrong(steps, more).join('\n')).toContain(problem);
  });
});

describe('names, needs and limits', () => {
  const nested = (depth: number): Mapping =>
    depth === 1
      ? work('s1')
      : { name: `s${depth}`, repeat: { until: 'true', max: 1, steps: [nested(depth - 1)] } };

  it.each<[string, Mapping[], Mapping?]>([
    [
      'steps[1].parallel.x[0].name duplicate-name the name a is that of steps[0]',
      [work('a'), { name: 'p', parallel: { x: [work('a')] } }],
    ],
    ['steps[0].name reserved-name loop is a word', [work('loop')]],
    ['steps[0].name reserved-name input is what', [work('input')]],
    ['steps[0].name reserved-name item is what', [work('item')]],
    [
      'steps[1].as reserved-name a is the name of steps[0]',
      [work('a'), { name: 'f', forEach: '[1]', as: 'a', steps: [work('b')] }],
    ],
    ['steps[0].as reserved-name index', [{ name: 'f', forEach: '[1]', as: 'index', steps: [work('b')] }]],
    [
      'steps[0].parallel.in reserved-name a branch cannot be called in',
      [{ name: 'p', parallel: { in: [work('a')] } }],
    ],
    [
      'steps[0].needs[0] unknown-need there is no step fetc; did you mean fetch?',
      [work('a', { needs: ['fetc'] }), work('fetch')],
    ],
    [
      'steps[1].needs[0] need-elsewhere b stands in steps[0].parallel.x, and a step',
      [{ name: 'p', parallel: { x: [work('b')] } }, work('c', { needs: ['b'] })],
    ],
    ['cycle steps need one another: a → b → a', [work('a', { needs: ['b'] }), work('b')]],
    ['steps[0].needs cycle steps need one another: a → a', [work('a', { needs: ['a'] })]],
    ['too-deep steps stand in steps more than 8 deep', [nested(MAX_NESTING + 1)]],
    [
      'too-many more than 1000 steps',
      Array.from({ length: 2 }, (_, i) => ({
        name: `f${i}`,
        forEach: '[1]',
        steps: Array.from({ length: 500 }, (__, j) => work(`s${i}x${j}`)),
      })),
    ],
    ['steps[0].workflow self-call', [{ name: 'a', workflow: 'w@3' }]],
    ['steps[0].approvedBy approval b is not an approval', [work('a', { approvedBy: 'b' }), work('b')]],
    [
      'steps[1].approvedBy approval a does not need ok',
      [approval('ok'), work('a', { approvedBy: 'ok', needs: [] })],
    ],
    [
      'steps[2].approvedBy approval ok serves a already',
      [approval('ok'), work('a', { approvedBy: 'ok' }), work('b', { approvedBy: 'ok' })],
    ],
    [
      'input.properties.a.pattern schema the keyword pattern',
      [work('a')],
      { input: { properties: { a: { pattern: 'x' } } } },
    ],
    ['input.type schema the input of a task is always an object', [work('a')], { input: { type: 'string' } }],
    ['steps[0].output.format schema the keyword format', [work('a', { output: { format: 'email' } })]],
  ])('%s', (problem, steps, more) => {
    expect(wrong(steps, more).join('\n')).toContain(problem);
  });

  it('allows as much as the limits say', () => {
    expect(wrong([nested(MAX_NESTING)])).toEqual([]);
    expect(wrong(Array.from({ length: 1_000 }, (_, index) => work(`s${index}`)))).toEqual([]);
  });
});

describe('types where they are known', () => {
  const input = {
    type: 'object',
    properties: {
      n: { type: 'number' },
      who: { type: 'string' },
      list: { type: 'array', items: { type: 'object', properties: { id: { type: 'string' } } } },
    },
  };

  it.each<[string, Mapping[]]>([
    ['steps[0].if expression it gives a number, and a true or false', [work('a', { if: 'input.n' })]],
    [
      'steps[0].forEach expression it gives a text, and a list',
      [{ name: 'f', forEach: 'input.who', steps: [work('b')] }],
    ],
    [
      'steps[0].repeat.until expression it gives a number',
      [{ name: 'r', repeat: { until: 'round', max: 2, steps: [work('b')] } }],
    ],
    [
      'steps[0].switch.cases[0].when expression it gives a text',
      [{ name: 's', switch: { cases: [{ when: 'input.who', steps: [work('b')] }] } }],
    ],
    [
      'steps[0].wait.where expression it gives a number',
      [{ name: 'v', wait: { event: 'task.settled', where: '1' } }],
    ],
    [
      'steps[0].goal expression there is no m here, only n, who, list',
      [work('a', { goal: 'x {{ input.m }}' })],
    ],
    ['steps[0].goal expression its {{ has no }}', [work('a', { goal: 'x {{ input.n }' })]],
    ['steps[0].goal expression expected a name, got its end', [work('a', { goal: 'x {{ input. }}' })]],
    [
      'steps[0].steps[0].input.x expression there is no number + text',
      [{ name: 'f', forEach: 'input.list', steps: [reads('b', 'index + item.id')] }],
    ],
    [
      'steps[0].steps[0].input.x expression there is no name here, only id',
      [{ name: 'f', forEach: 'input.list', steps: [reads('b', 'item.name')] }],
    ],
    [
      'steps[1].input.x expression there is no text * number',
      [work('a', { output: { type: 'string' } }), reads('b', 'a.output * 2')],
    ],
    [
      'steps[1].input.x expression there is no z here, only x',
      [{ name: 'p', parallel: { x: [work('b')] } }, reads('c', 'p.output.z')],
    ],
  ])('%s', (problem, steps) => {
    expect(wrong(steps, { input }).join('\n')).toContain(problem);
  });

  it('are dyn elsewhere', () => {
    expect(
      wrong([work('a'), reads('b', 'a.output.x.y[0] + 1 > 2 && a.output.z', { if: 'a.output' })]),
    ).toEqual([]);
  });
});
