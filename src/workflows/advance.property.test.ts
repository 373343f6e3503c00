import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBook } from '../../test/support/book.ts';
import { type Broken, interpret, type PlainRun } from '../../test/support/plain-interpreter.ts';
import { drawFrom, planFrom, resultFor, tapes } from '../../test/support/plans.ts';
import type { Json } from '../platform/kernel/json.ts';
import { advance, type Course, type Fact, type Move } from './advance.ts';
import { STEP_KEYS, type StepKind, type Workflow } from './language.ts';

const INPUT: Json = { n: 4, list: [1, 2, 'x'], at: '2026-05-01T00:00:00Z' };
/** More than the largest random plan can ask for: the interpreter must end by itself. */
const MAX_FACTS = 5_000;

/** Carries a plan out with results by path, delivered in the order that a tape says. */
async function carryOut(
  workflow: Workflow,
  seed: number,
  order: readonly number[],
): Promise<PlainRun & { kinds: Set<string> }> {
  const book = createBook();
  const course: Course = { workflow, taskId: 't', input: INPUT, book };
  const draw = drawFrom(order);
  const asked: string[] = [];
  const kinds = new Set<string>();
  const waiting: Fact[] = [];
  let end: Extract<Move, { do: 'end' }> | undefined;
  const take = (moves: Move[]) => {
    for (const move of moves) {
      if (move.do === 'end') {
        expect(end).toBeUndefined(); // a plan ends once
        end = move;
        continue;
      }
      const time = asked.filter((path) => path === move.path).length;
      asked.push(move.path);
      kinds.add(move.do);
      const { fails, output } = resultFor(seed, move.path, time);
      const error = { code: 'x', message: `no ${time}`, step: move.path };
      const outcome = fails
        ? ({ status: 'failed', error } as const)
        : ({ status: 'completed', output } as const);
      waiting.push({ path: move.path, block: move.block, outcome });
    }
  };
  take(await advance(course));
  for (let told = 0; waiting.length > 0 && told < MAX_FACTS; told += 1) {
    const [fact] = waiting.splice(draw(waiting.length), 1);
    take(await advance(course, fact));
    // Told twice, it changes nothing, unless the step has been asked for again since.
    const isOpen = waiting.some((one) => one.path === fact?.path);
    if (draw(4) === 3 && !isOpen) expect(await advance(course, fact)).toEqual([]);
  }
  for (const node of book.nodes.values()) kinds.add(node.kind);
  if (!end) throw new Error('the plan did not end');
  return { outcome: end.outcome, isPartial: end.isPartial, asked: asked.sort(), kinds };
}

const plainly = (workflow: Workflow, seed: number, broken?: Broken): PlainRun => {
  const { asked, ...rest } = interpret(workflow, INPUT, (path, time) => resultFor(seed, path, time), broken);
  return { ...rest, asked: asked.sort() };
};

/** A plan, results and an order. */
const cases = fc.record({ plan: tapes, seed: fc.nat(9_999), order: fc.array(fc.nat(99), { maxLength: 80 }) });

describe('plans carried out by facts in any order', () => {
  it('end as plain recursion says, with the same output, the same things asked for and undone', async () => {
    const seen = { completed: 0, failed: 0, partial: 0, undone: 0 };
    const kinds = new Set<string>();
    await fc.assert(
      fc.asyncProperty(cases, async ({ plan, seed, order }) => {
        const workflow = planFrom(plan);
        const { kinds: found, ...run } = await carryOut(workflow, seed, order);
        expect(run).toEqual(plainly(workflow, seed));
        seen[run.outcome.status] += 1;
        if (run.isPartial) seen.partial += 1;
        if (run.asked.some((path) => path.startsWith('undo('))) seen.undone += 1;
        for (const kind of found) kinds.add(kind);
      }),
      { numRuns: 1_500, endOnFailure: true },
    );
    // The property is about all that there is.
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(5);
    for (const kind of STEP_KEYS satisfies readonly StepKind[]) expect(kinds).toContain(kind);
  });

  it('end the same whatever comes first', async () => {
    await fc.assert(
      fc.asyncProperty(
        cases,
        fc.array(fc.nat(99), { maxLength: 80 }),
        async ({ plan, seed, order }, other) => {
          const workflow = planFrom(plan);
          expect(await carryOut(workflow, seed, order)).toEqual(await carryOut(workflow, seed, other));
        },
      ),
      { numRuns: 60, endOnFailure: true },
    );
  });

  // Each rule broken on purpose in the plain one: were it the interpreter that breaks it, the comparison would say so.
  it.each<[string, Broken]>([
    ['lets a failed need pass', { failedNeedsPass: true }],
    ['fails what is skipped', { skipFails: true }],
    ['forgets finally', { finallyIsForgotten: true }],
    ['forgets to undo', { undoIsForgotten: true }],
    ['takes any output', { badOutputPasses: true }],
  ])('differ from an interpreter that %s', async (_, broken) => {
    const found = await fc.check(
      fc.asyncProperty(cases, async ({ plan, seed, order }) => {
        const workflow = planFrom(plan);
        const { kinds: __, ...run } = await carryOut(workflow, seed, order);
        expect(run).toEqual(plainly(workflow, seed, broken));
      }),
      { numRuns: 400, endOnFailure: true },
    );
    expect(found.failed).toBe(true);
  });
});
