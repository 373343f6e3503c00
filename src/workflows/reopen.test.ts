import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBook } from '../../test/support/book.ts';
import { planFrom, resultFor, tapes } from '../../test/support/plans.ts';
import type { Json } from '../platform/kernel/json.ts';
import { advance, type Course, type Fact, type Look, type Move } from './advance.ts';
import { type Workflow, workflowSchema } from './language.ts';
import type { Outcome } from './node.ts';
import { openBlocks } from './open-blocks.ts';
import { isAtOrBelow, stepAt } from './places.ts';
import { type ReopenOptions, reopen } from './reopen.ts';

type Ask = Exclude<Move, { do: 'end' }>;
type End = Extract<Move, { do: 'end' }>;

/** A plan that is carried out, ended, opened again and carried out anew. */
function createRun(workflow: Workflow, pick: (length: number) => number = () => 0) {
  const book = createBook();
  const course: Course = { workflow, taskId: 't', input: {}, book };
  async function carryOut(begin: Look | undefined, answer: (move: Ask) => Outcome | undefined) {
    const asked: string[] = [];
    const ends: End[] = [];
    let facts: Array<Fact | Look | undefined> = [begin];
    while (facts.length > 0) {
      const at = pick(facts.length);
      const fact = facts[at];
      facts = facts.filter((_, index) => index !== at);
      for (const move of await advance(course, fact)) {
        if (move.do === 'end') {
          ends.push(move);
          continue;
        }
        asked.push(move.path);
        const outcome = answer(move);
        if (outcome) facts.push({ path: move.path, block: move.block, outcome });
      }
    }
    return { asked, end: ends.at(-1) };
  }
  return {
    nodes: book.nodes,
    begin: (answer: (move: Ask) => Outcome | undefined) => carryOut(undefined, answer),
    retry(answer: (move: Ask) => Outcome | undefined, options?: ReopenOptions) {
      const { forgotten, opened, nodes } = reopen(workflow, [...book.nodes.values()], options);
      for (const path of forgotten) book.nodes.delete(path);
      for (const node of opened) book.put(node);
      expect([...book.nodes.keys()].sort()).toEqual(nodes.map((node) => node.path).sort());
      return carryOut({ look: openBlocks(workflow, nodes) }, answer);
    },
  };
}

const of = (steps: unknown[]): Workflow => workflowSchema.parse({ name: 'w', steps });
const done = (output: Json): Outcome => ({ status: 'completed', output });
const failed = (step: string): Outcome => ({ status: 'failed', error: { code: 'x', message: 'no', step } });
const work = (name: string, more: object = {}) => ({ name, goal: `do ${name}`, capability: 'any', ...more });
const undo = { compensate: { goal: 'undo', capability: 'any' } };
const ok = (move: Ask) => done(move.path);
const failAt = (path: string) => (move: Ask) => (move.path === path ? failed(path) : ok(move));

describe('a plan tried again', () => {
  it('does what failed and what needs it, and leaves what completed', async () => {
    const run = createRun(of([work('a'), work('b'), work('c'), work('side', { needs: [] })]));
    expect((await run.begin(failAt('b'))).end?.outcome.status).toBe('failed');
    const { asked, end } = await run.retry(ok);
    expect(asked).toEqual(['b', 'c']);
    expect(end?.outcome).toEqual(done('side'));
  });

  it('does anew what was undone, with what needs it', async () => {
    const run = createRun(of([work('a', undo), work('b'), work('c', { needs: [] }), work('d')]));
    expect((await run.begin(failAt('d'))).asked).toContain('undo(a)');
    expect((await run.retry(ok)).asked.sort()).toEqual(['a', 'b', 'd']);
  });

  it('can be undone again when it fails again', async () => {
    const run = createRun(of([work('a', undo), work('b')]));
    await run.begin(failAt('b'));
    expect((await run.retry(failAt('b'))).asked).toEqual(['a', 'b', 'undo(a)']);
  });

  it('tries again to undo what could not be undone', async () => {
    const run = createRun(of([work('a', undo), work('b')]));
    const fail = (move: Ask) => (move.path === 'a' ? ok(move) : failed(move.path));
    expect((await run.begin(fail)).asked).toEqual(['a', 'b', 'undo(a)']);
    expect((await run.retry(fail)).asked).toEqual(['b', 'undo(a)']);
  });

  it('keeps the items that completed, and no more than its width run at once', async () => {
    const steps = [work('one')];
    const run = createRun(of([{ name: 'each', forEach: '[1, 2, 3, 4, 5]', width: 2, steps }]));
    const odd = (move: Ask) => (/[024]\]/.test(move.path) ? failed(move.path) : ok(move));
    await run.begin(odd);
    const first = await run.retry(() => undefined);
    expect(first.asked).toEqual(['each[0].one', 'each[2].one']);
    const { asked, end } = await run.retry(ok);
    expect(asked).toEqual(['each[0].one', 'each[2].one', 'each[4].one']);
    expect(end?.outcome).toEqual(done([0, 1, 2, 3, 4].map((index) => `each[${index}].one`)));
  });

  it('tries the last round once more when rounds were used up, and the round of the step named', async () => {
    let polls = 0;
    const run = createRun(of([{ name: 'r', repeat: { until: 'p.output > 3', max: 3, steps: [work('p')] } }]));
    const poll = () => done(++polls);
    expect((await run.begin(poll)).end?.outcome).toMatchObject({ error: { code: 'workflow/round-limit' } });
    expect(await run.retry(poll)).toMatchObject({ asked: ['r[3].p'], end: { outcome: { output: 4 } } });
    polls = 0;
    expect((await run.retry(poll, { from: 'r[2].p' })).asked).toEqual(['r[2].p', 'r[3].p']);
  });

  it('begins `try` anew with its error handling, or only `finally` when that failed', async () => {
    const guard = { name: 'g', try: [work('a'), work('b')], catch: [work('c')], finally: [work('f')] };
    const run = createRun(of([guard]));
    await run.begin((move) => (/[bc]$/.test(move.path) ? failed(move.path) : ok(move)));
    expect((await run.retry(failAt('g.finally.f'))).asked).toEqual(['g.try.b', 'g.finally.f']);
    expect((await run.retry(ok)).asked).toEqual(['g.finally.f']);
  });

  it('leaves what was optional or caught as it is', async () => {
    const run = createRun(
      of([work('o', { optional: true }), { name: 'g', try: [work('t')], catch: [work('c')] }, work('z')]),
    );
    await run.begin((move) => (move.path === 'g.catch.c' ? ok(move) : failed(move.path)));
    const { asked, end } = await run.retry(ok);
    expect([asked, end?.isPartial]).toEqual([['z'], true]);
  });

  it('begins from a step of a plan that completed, the choice around it included', async () => {
    const run = createRun(
      of([
        work('a'),
        {
          name: 's',
          switch: {
            cases: [{ when: "a.output == 'a'", steps: [work('x'), work('y')] }],
            default: [work('n')],
          },
        },
        work('z'),
      ]),
    );
    await run.begin(ok);
    expect((await run.retry(ok, { from: 's.case1.y' })).asked).toEqual(['s.case1.y', 'z']);
    const other = await run.retry((move) => done(`${move.path} other`), { from: 'a' });
    expect(other.asked).toEqual(['a', 's.default.n', 'z']);
  });

  it('refuses to begin from a step that is not there or has not begun', async () => {
    const run = createRun(of([work('a'), { ...work('b'), if: 'false' }, work('c')]));
    await run.begin((move) => (move.path === 'a' ? undefined : ok(move)));
    const nodes = [...run.nodes.values()];
    const workflow = of([work('a'), work('b')]);
    expect(() => reopen(workflow, nodes, { from: 'nope' })).toThrow('no place "nope"');
    expect(() => reopen(workflow, nodes, { from: 'b' })).toThrow('has not begun');
  });

  it('lets a called workflow go on instead of beginning it anew', async () => {
    const workflow = of([work('a'), { name: 'sub', workflow: 'other' }]);
    const run = createRun(workflow);
    await run.begin(failAt('sub'));
    const { resumed, forgotten } = reopen(workflow, [...run.nodes.values()], {
      canResume: (node) => node.kind === 'workflow',
    });
    expect([resumed.map((node) => [node.path, node.status]), forgotten]).toEqual([[['sub', 'waiting']], []]);
  });

  it('ends as if nothing had failed, whatever the workflow, and does nothing twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.infiniteStream(fc.nat()),
        fc.boolean(),
        fc.nat(40),
        async (stream, undoes, failing) => {
          const next = (below: number) => (stream.next().value as number) % below; // the stream never ends
          const workflow = workflowSchema.parse({ name: 'w', steps: randomSteps(next, undoes) });
          const whole = await createRun(workflow).begin(ok);
          const works = whole.asked.length;
          const run = createRun(workflow, next);
          let count = 0;
          const first = await run.begin((move) =>
            !move.path.startsWith('undo') && count++ === failing % works ? failed(move.path) : ok(move),
          );
          if (first.end?.outcome.status !== 'failed') return; // caught, or optional
          const before = structuredClone([...run.nodes.values()]);
          const second = await run.retry(ok);
          expect(second.end).toEqual(whole.end);
          expect(second.asked.length).toBe(new Set(second.asked).size);
          const kept = before.filter(
            (node) => node.status === 'completed' && !node.path.includes('.finally.'),
          );
          if (!undoes) for (const { path } of kept) expect(second.asked).not.toContain(path);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('ends so for every kind of step, with expressions that read what others gave', async () => {
    let tried = 0;
    await fc.assert(
      fc.asyncProperty(tapes, fc.nat(9_999), fc.nat(40), async (tape, seed, failing) => {
        const workflow = planFrom(tape);
        const given = ({ path }: Ask) => done(resultFor(seed, path, 1).output);
        const whole = await createRun(workflow).begin(given);
        if (whole.end?.outcome.status !== 'completed') return; // it fails by itself
        const unlucky = whole.asked[failing % whole.asked.length];
        const run = createRun(workflow);
        const first = await run.begin((move) => (move.path === unlucky ? failed(move.path) : given(move)));
        if (first.end?.outcome.status !== 'failed') return; // caught, recovered or optional
        // Nor if it was so, and something failed for what it gave then: what was tolerated stays.
        const around = [...run.nodes.values()].filter(
          (node) => node.path !== '' && node.kind !== 'block' && isAtOrBelow(unlucky ?? '', node.path),
        );
        if (!around.every((node) => node.status === 'failed' && !stepAt(workflow, node).optional)) return;
        tried += 1;
        expect((await run.retry(given)).end).toEqual(whole.end);
      }),
      { numRuns: 500 },
    );
    expect(tried).toBeGreaterThan(50);
  });
});

/** Steps of all kinds, within one another. */
function randomSteps(next: (below: number) => number, undoes: boolean, depth = 0): unknown[] {
  const names = ['a', 'b', 'c', 'd'].slice(0, 1 + next(3));
  const inner = () => randomSteps(next, undoes, depth + 1);
  return names.map((name, index) => {
    const needs = next(2) === 0 ? {} : { needs: names.slice(0, index).filter(() => next(2) === 0) };
    const step = { name, ...needs };
    switch (depth < 2 ? next(8) : 7) {
      case 0:
        return { ...step, forEach: '[1, 2, 3]', width: 1 + next(3), steps: inner() };
      case 1:
        return { ...step, parallel: { left: inner(), right: inner() } };
      case 2:
        return { ...step, repeat: { until: 'round >= 2', max: 3, steps: inner() } };
      case 3:
        return {
          ...step,
          switch: { cases: [{ when: next(2) === 0 ? 'true' : 'false', steps: inner() }], default: inner() },
        };
      case 4:
        return {
          ...step,
          try: inner(),
          ...(next(3) === 0 && { catch: inner() }),
          ...(next(2) === 0 && { finally: inner() }),
        };
      default:
        return { ...work(name, needs), ...(undoes && next(2) === 0 && undo) };
    }
  });
}
