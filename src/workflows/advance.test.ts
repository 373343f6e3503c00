import { describe, expect, it } from 'vitest';
import { createBook } from '../../test/support/book.ts';
import type { Json } from '../platform/kernel/json.ts';
import { advance, type Course, type Fact, type Move } from './advance.ts';
import { type Workflow, workflowSchema } from './language.ts';
import type { Outcome, PlanNode } from './node.ts';

/** Carries a workflow out with answers by path; `done` answers what it was asked in which order. */
async function carryOut(
  workflow: Workflow,
  input: Json,
  answer: (move: Exclude<Move, { do: 'end' }>) => Outcome | undefined,
): Promise<{ asked: string[]; end: Extract<Move, { do: 'end' }> | undefined; nodes: Map<string, PlanNode> }> {
  const book = createBook();
  const course: Course = { workflow, taskId: 't', input, book };
  const asked: string[] = [];
  let end: Extract<Move, { do: 'end' }> | undefined;
  const facts: Array<Fact | undefined> = [undefined];
  while (facts.length > 0) {
    for (const move of await advance(course, facts.shift())) {
      if (move.do === 'end') {
        end = move;
        continue;
      }
      asked.push(move.path);
      const outcome = answer(move);
      if (outcome) facts.push({ path: move.path, block: move.block, outcome });
    }
  }
  return { asked, end, nodes: book.nodes };
}

const of = (document: unknown): Workflow => workflowSchema.parse(document);
const done = (output: Json): Outcome => ({ status: 'completed', output });
const failed = (step: string): Outcome => ({ status: 'failed', error: { code: 'x', message: 'no', step } });
const work = (name: string, more: object = {}) => ({ name, goal: `do ${name}`, capability: 'any', ...more });

describe('the interpreter of plans', () => {
  it('carries out steps in the order of the document, with results in the inputs of later ones', async () => {
    const inputs: Json[] = [];
    const run = await carryOut(
      of({
        name: 'w',
        steps: [
          work('a'),
          work('b', { input: { n: '{{a.output.n + 1}}', text: 'n is {{a.output.n}}, {{input.who}}' } }),
        ],
      }),
      { who: 'Ada' },
      (move) => {
        if (move.do === 'work') inputs.push(move.work.input);
        return done({ n: 4 });
      },
    );
    expect(run.asked).toEqual(['a', 'b']);
    expect(inputs[1]).toEqual({ n: 5, text: 'n is 4, Ada' });
    expect(run.end?.outcome).toEqual(done({ n: 4 }));
  });

  it('joins parallel branches, chooses by data, repeats until true, and goes over items with a width', async () => {
    let rounds = 0;
    const run = await carryOut(
      of({
        name: 'w',
        steps: [
          { name: 'both', parallel: { left: [work('l')], right: [work('r1'), work('r2')] } },
          {
            name: 'choice',
            switch: {
              cases: [{ when: 'both.output.left > 5', steps: [work('big')] }],
              default: [work('small')],
            },
          },
          { name: 'again', repeat: { until: 'poll.output >= 3', max: 5, steps: [work('poll')] } },
          {
            name: 'each',
            forEach: '[1, 2, 3]',
            width: 2,
            steps: [work('one', { input: { n: '{{item * 10}}' } })],
          },
        ],
        output: { all: '{{each.output}}', last: '{{again.output}}' },
      }),
      {},
      (move) => {
        if (move.do !== 'work') return undefined;
        if (move.path.endsWith('poll')) return done(++rounds);
        return done(move.work.input.n ?? 9);
      },
    );
    expect(run.asked).toEqual([
      'both.left.l',
      'both.right.r1',
      'both.right.r2',
      'choice.case1.big',
      'again[1].poll',
      'again[2].poll',
      'again[3].poll',
      'each[0].one',
      'each[1].one',
      'each[2].one',
    ]);
    expect(run.end?.outcome).toEqual(done({ all: [10, 20, 30], last: 3 }));
  });

  it('catches, always ends with finally, and undoes what completed, last one first', async () => {
    const undo = (name: string) => ({ compensate: { goal: `undo ${name}`, capability: 'any' } });
    const run = await carryOut(
      of({
        name: 'w',
        steps: [
          work('before', undo('before')),
          {
            name: 'guard',
            try: [work('one', undo('one')), work('two', undo('two')), work('bad')],
            catch: [work('tell', { input: { why: '{{error.message}} at {{error.step}}' } })],
            finally: [work('tidy')],
          },
          work('late'),
        ],
      }),
      {},
      (move) => (move.path.endsWith('bad') || move.path === 'late' ? failed(move.path) : done(move.path)),
    );
    expect(run.asked).toEqual([
      'before',
      'guard.try.one',
      'guard.try.two',
      'guard.try.bad',
      'undo(guard.try.two)',
      'undo(guard.try.one)',
      'guard.catch.tell',
      'guard.finally.tidy',
      'late',
      'undo(before)',
    ]);
    expect(run.end?.outcome).toMatchObject({ status: 'failed', error: { step: 'late' } });
  });

  it('undoes a step once, when what is around it fails after it was undone', async () => {
    const run = await carryOut(
      of({
        name: 'w',
        steps: [
          {
            name: 'outer',
            try: [
              {
                name: 'inner',
                try: [work('one', { compensate: { goal: 'undo one', capability: 'any' } }), work('bad')],
                catch: [work('tell')],
              },
              work('worse'),
            ],
          },
        ],
      }),
      {},
      (move) => (/bad$|worse$/.test(move.path) ? failed(move.path) : done(move.path)),
    );
    expect(run.asked.filter((path) => path.startsWith('undo('))).toEqual(['undo(outer.try.inner.try.one)']);
    expect(run.end?.outcome).toMatchObject({ status: 'failed', error: { step: 'outer.try.worse' } });
  });

  it('fails a step whose output is not as it demands, and lets it recover', async () => {
    const steps = [
      work('a', { output: { type: 'object', required: ['n'] }, recover: [{ fallback: { agent: 'other' } }] }),
    ];
    let times = 0;
    const run = await carryOut(of({ name: 'w', steps }), {}, () => {
      times += 1;
      return done(times === 1 ? { m: 1 } : { n: 1 });
    });
    expect(run.asked).toEqual(['a', 'a']);
    expect(run.end?.outcome).toEqual(done({ n: 1 }));
    const never = await carryOut(of({ name: 'w', steps }), {}, () => done({ m: 1 }));
    expect(never.end?.outcome).toMatchObject({
      status: 'failed',
      error: { code: 'workflow/bad-output', step: 'a' },
    });
    expect(never.nodes.get('a')?.error?.message).toContain('n is missing');
  });

  it('fails what needs a failed step and lets the rest go on', async () => {
    const run = await carryOut(
      of({ name: 'w', steps: [work('a'), work('b'), work('c', { needs: [] })] }),
      {},
      (move) => (move.path === 'a' ? failed('a') : done(1)),
    );
    expect(run.asked).toEqual(['a', 'c']);
    expect(run.nodes.get('b')).toMatchObject({
      status: 'failed',
      error: { code: 'workflow/need-failed', step: 'a' },
    });
    expect(run.end?.outcome).toMatchObject({ status: 'failed', error: { step: 'a' } });
  });
});
