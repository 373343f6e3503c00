import fc from 'fast-check';
import type { Json } from '../../src/platform/kernel/json.ts';
import { type Workflow, workflowSchema } from '../../src/workflows/language.ts';
import { canonical } from '../../src/workflows/places.ts';

/**
 * Random workflows of bounded size, with every kind of step. They are built from a tape of numbers, and 0 is always the
 * plainest choice, so that a counterexample shrinks to a plain workflow. Expressions read only what is sure to be there.
 */

/** Steps of one workflow, and steps in steps. */
const MAX_PLAN_STEPS = 10;
const MAX_PLAN_NESTING = 3;

type Draft = Record<string, unknown>;

/** What can be read where a step stands. */
interface Sight {
  steps: readonly string[];
  item?: string | undefined;
  round?: boolean;
  error?: boolean;
}

/** Draws numbers from a tape; behind its end there are only zeros. */
export function drawFrom(tape: readonly number[]): (below: number) => number {
  let at = 0;
  return (below) => {
    const drawn = tape[at] ?? 0;
    at += 1;
    return drawn % below;
  };
}

/** As likely long as short, and each choice as likely as another: small numbers alone would make plain plans. */
export const tapes: fc.Arbitrary<number[]> = fc.noBias(
  fc.array(fc.nat(999), { minLength: 10, maxLength: 90, size: 'max' }),
);

/** Workflows in the form that is stored. */
export const plans: fc.Arbitrary<Workflow> = tapes.map(planFrom);

/** The workflow on a tape. */
export function planFrom(tape: readonly number[]): Workflow {
  const draw = drawFrom(tape);
  const some = <T>(values: readonly T[]): T => values[draw(values.length)] as T; // never called with none
  const chance = (of: number) => draw(of) === of - 1;
  let made = 0;
  const top = list({ steps: [] }, 1);
  const document: Draft = { name: 'random', steps: top.steps };
  if (chance(3))
    document.output = { all: top.names.map((name) => `{{ ${name}.output }}`), text: 'x {{ input.n }}' };
  if (chance(4)) {
    document.description = some([
      'Plain',
      'with: colon # and "quotes"',
      ' two\nlines \n',
      '- dash',
      'yes',
      '1.5',
      '{{',
      '',
    ]);
    document.tags = ['a', 'null', '~'];
  }
  if (chance(4)) document.budget = { tokens: 5, costUsd: 0.5 };
  return canonical(workflowSchema.parse(document));

  function list(sight: Sight, depth: number): { steps: Draft[]; names: string[] } {
    const count = 1 + draw(depth === 1 ? 5 : 3);
    const steps: Draft[] = [];
    const names: string[] = [];
    const reach = new Map<string, string[]>();
    for (let index = 0; index < count && (index === 0 || made < MAX_PLAN_STEPS); index += 1) {
      made += 1;
      const name = `s${made}`;
      const usual = names.slice(-1);
      const needs = some([undefined, [], names.filter(() => chance(2)), usual]);
      const direct = needs ?? usual;
      const seen = [...new Set(direct.flatMap((need) => [need, ...(reach.get(need) ?? [])]))];
      reach.set(name, seen);
      steps.push(step(name, needs, { ...sight, steps: [...sight.steps, ...seen] }, depth));
      names.push(name);
    }
    return { steps, names };
  }

  function step(name: string, needs: readonly string[] | undefined, sight: Sight, depth: number): Draft {
    const common: Draft = {
      name,
      ...(needs && { needs }),
      ...(chance(5) && { if: condition(sight) }),
      ...(chance(5) && { optional: true }),
      ...(chance(9) && { description: 'for people: why' }),
    };
    const isFull = depth >= MAX_PLAN_NESTING || made >= MAX_PLAN_STEPS;
    return {
      ...common,
      ...(isFull ? leaf(name, sight, depth) : some([leaf, leaf, leaf, group, group])(name, sight, depth)),
    };
  }

  function leaf(name: string, sight: Sight, depth: number): Draft {
    switch (draw(8)) {
      case 5:
        return {
          wait: some([
            { forMs: 5 },
            { until: '{{ input.at }}' },
            { event: 'task.settled', where: 'event.n == 1' },
          ]),
        };
      case 6:
        return { approval: { ask: `may ${name} {{ input.n }}?`, deadlineMs: 9, input: parameters(sight) } };
      case 7:
        return { workflow: 'other@2', input: parameters(sight) };
      default:
        return {
          goal: some([`do ${name}`, `do {{ input.n }} for ${name}`]),
          capability: 'any',
          ...(chance(2) && { input: parameters(sight) }),
          ...(chance(depth > 1 ? 2 : 4) && {
            compensate: { goal: `undo {{ ${name}.output }}`, input: parameters(sight) },
          }),
          ...(chance(4) && { recover: recovery(sight) }),
          ...(chance(5) && {
            output: some([{ type: 'integer' }, { type: ['integer', 'string'] }, { minimum: 3 }]),
          }),
          ...(chance(6) && {
            retry: { maxAttempts: 2 },
            priority: 'high',
            timeoutMs: 1_000,
            doneWhen: 'it is there',
          }),
        };
    }
  }

  function recovery(sight: Sight): Draft[] {
    const ways: Draft[] = [
      { fallback: { agent: 'other' } },
      { alternative: { goal: 'other', input: { why: '{{ error.code }}', ...parameters(sight) } } },
      { replan: { max: 2 } },
      { degrade: { output: { n: 0 } } },
    ];
    return ways.filter(() => chance(2));
  }

  function group(_name: string, sight: Sight, depth: number): Draft {
    const inner = (more: Partial<Sight> = {}) => list({ ...sight, ...more }, depth + 1);
    switch (draw(5)) {
      case 0: {
        const as = chance(2) ? `item${depth}` : undefined;
        const body = inner({ item: as ?? 'item' });
        const items = some([
          '[1, 2, 3]',
          '[]',
          'input.list',
          ...sight.steps.map((name) => `dyn(${name}.output)`),
        ]);
        return {
          forEach: items,
          ...(as && { as }),
          ...(chance(2) && { width: 1 + draw(3) }),
          steps: body.steps,
          ...(chance(2) && { output: { of: `{{ ${body.names[0]}.output }}`, at: '{{ index }}' } }),
        };
      }
      case 1: {
        const labels = ['left', 'right', 'third'].slice(0, 1 + draw(3));
        return { parallel: Object.fromEntries(labels.map((label) => [label, inner().steps])) };
      }
      case 2: {
        const body = inner({ round: true });
        const until = some([
          `round >= ${1 + draw(3)}`,
          `dyn(${body.names.at(-1)}.output) == 1`,
          'true',
          'false',
        ]);
        return { repeat: { until, max: 1 + draw(3), steps: body.steps } };
      }
      case 3: {
        const cases = Array.from({ length: 1 + draw(2) }, () => ({
          when: condition(sight),
          steps: inner().steps,
        }));
        return { switch: { cases, ...(chance(2) && { default: inner().steps }) } };
      }
      default:
        return {
          try: inner().steps,
          ...(chance(2) && { catch: inner({ error: true }).steps }),
          ...(chance(2) && { finally: inner().steps }),
        };
    }
  }

  function condition(sight: Sight): string {
    return some([
      'true',
      'false',
      'input.n > 4',
      ...sight.steps.flatMap((name) => [
        `dyn(${name}.output) == 1`,
        `${name}.status == "completed"`,
        `dyn(${name}.output) > 2`,
        `steps.${name}.error == null`,
      ]),
    ]);
  }

  function parameters(sight: Sight): Draft {
    const readable = [
      'input.n',
      'task.id',
      ...sight.steps.map((name) => `${name}.output`),
      ...(sight.item ? [sight.item, 'index'] : []),
      ...(sight.round ? ['round'] : []),
      ...(sight.error ? ['error.step'] : []),
    ];
    return { a: `{{ ${some(readable)} }}`, b: [`text {{ ${some(readable)} }}!`, 1.5, null, true] };
  }
}

/** What comes back for a path when it is asked for the n-th time: the same for the same seed, whatever the order. */
export function resultFor(seed: number, path: string, time: number): { fails: boolean; output: Json } {
  let hash = 2_166_136_261 ^ seed ^ (time * 40_503);
  for (const character of path) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 16_777_619);
  const drawn = (hash ^ (hash >>> 13)) >>> 0;
  const outputs: Json[] = [1, 2, 3, 4, 'text', [1, 2], [], { n: 7 }, null, 1.5];
  return { fails: drawn % 4 === 0, output: outputs[(drawn >>> 8) % outputs.length] ?? null };
}
