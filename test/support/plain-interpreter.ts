import { CadreError, toErrorRecord } from '../../src/platform/kernel/errors.ts';
import type { Json } from '../../src/platform/kernel/json.ts';
import { evaluate, fill } from '../../src/workflows/expression.ts';
import type { Step, Workflow, WorkStep } from '../../src/workflows/language.ts';
import { conforms } from '../../src/workflows/schema.ts';

/**
 * What a workflow means, as plain recursion: no book, no moves, no order of events. It shares expressions and schemas
 * with the product and nothing else; what it says of a plan, the interpreter of plans must say, too.
 */

interface Failure {
  code: string;
  message: string;
  step: string;
}
export type Result = { status: 'completed'; output: Json } | { status: 'failed'; error: Failure };
type Ended = Result | { status: 'skipped' };

/** What comes back from outside for a path, asked for the n-th time. */
export type Answer = (path: string, time: number) => { fails: boolean; output: Json };

export interface PlainRun {
  outcome: Result;
  isPartial: boolean;
  /** Every path that was asked for, as often as it was. */
  asked: string[];
}

/** Rules that a test breaks on purpose, to see that the comparison finds it. */
export interface Broken {
  failedNeedsPass?: boolean;
  skipFails?: boolean;
  finallyIsForgotten?: boolean;
  undoIsForgotten?: boolean;
  badOutputPasses?: boolean;
}

/** Names and what they stand for, where a step stands. */
type Env = Record<string, Json>;

interface Sight {
  steps: Env;
  around: Env;
}

export function interpret(workflow: Workflow, input: Json, answer: Answer, broken: Broken = {}): PlainRun {
  const asked: string[] = [];
  let isPartial = false;
  /** Completed steps that can be undone, in any order. */
  let undoable: Array<{ path: string; undo(): void }> = [];

  const scope = ({ steps, around }: Sight): Env => ({ ...steps, ...around, steps, input, task: { id: 't' } });
  const failure = (error: unknown, step: string): Failure => {
    const { code, message } = toErrorRecord(error);
    return { code, message, step };
  };

  const given = block(workflow.steps, '', { steps: {}, around: {} });
  const outcome = mapped(given.result, workflow.output, given.sight, 'output');
  if (outcome.status === 'failed') undoBelow('');
  return { outcome, isPartial, asked };

  function ask(path: string): Result {
    const time = asked.filter((one) => one === path).length;
    asked.push(path);
    const { fails, output } = answer(path, time);
    return fails
      ? { status: 'failed', error: { code: 'x', message: `no ${time}`, step: path } }
      : { status: 'completed', output };
  }

  function undoBelow(path: string): void {
    const within = undoable.filter((one) => one.path.startsWith(path));
    undoable = undoable.filter((one) => !within.includes(one));
    if (!broken.undoIsForgotten) for (const one of within) one.undo();
  }

  /** All steps of a list; its sight has all of them. */
  function block(steps: readonly Step[], path: string, sight: Sight): { result: Result; sight: Sight } {
    const ended = new Map<string, Ended>();
    const seen = new Map<string, Sight>();
    const needsOf = (step: Step, index: number) =>
      step.needs ?? steps.slice(index - 1, index).map((one) => one.name);
    const byName = new Map(steps.map((step) => [step.name, step]));
    while (ended.size < steps.length) {
      steps.forEach((step, index) => {
        const needs = index === 0 && !step.needs ? [] : needsOf(step, index);
        if (ended.has(step.name) || !needs.every((need) => ended.has(need))) return;
        const steps: Env = { ...sight.steps };
        for (const need of needs)
          Object.assign(steps, seen.get(need)?.steps, { [need]: shown(ended.get(need)) });
        const mine = { steps, around: sight.around };
        const here = path === '' ? step.name : `${path}.${step.name}`;
        seen.set(step.name, mine);
        const blocker = needs.find(
          (need) => ended.get(need)?.status === 'failed' && !byName.get(need)?.optional,
        );
        const cause = blocker === undefined ? undefined : ended.get(blocker);
        if (blocker === undefined || cause?.status !== 'failed' || broken.failedNeedsPass)
          ended.set(step.name, begin(step, here, mine));
        else
          ended.set(step.name, {
            status: 'failed',
            error: failure(new CadreError('workflow/need-failed', { need: blocker }), cause.error.step),
          });
      });
    }
    const all = steps.map((step) => [step, ended.get(step.name)] as const);
    const after: Env = { ...sight.steps };
    for (const [step, one] of all) after[step.name] = shown(one);
    const failures = all.flatMap(([step, one]) =>
      one?.status === 'failed' && !step.optional ? [one.error] : [],
    );
    const first = failures.find((error) => error.code !== 'workflow/need-failed') ?? failures[0];
    if (!first && all.some(([, one]) => one?.status === 'failed')) isPartial = true;
    const last = all.at(-1)?.[1];
    const result: Result = first
      ? { status: 'failed', error: first }
      : { status: 'completed', output: last?.status === 'completed' ? last.output : null };
    return { result, sight: { steps: after, around: sight.around } };
  }

  function begin(step: Step, path: string, sight: Sight): Ended {
    try {
      if (step.if !== undefined && !isTrue(step.if, sight))
        return broken.skipFails
          ? failed(new CadreError('workflow/need-failed', { need: 'if' }), path)
          : { status: 'skipped' };
      return carryOut(step, path, sight);
    } catch (error) {
      return failed(error, path);
    }
  }

  function failed(error: unknown, path: string): Result {
    return { status: 'failed', error: failure(error, path) };
  }

  function isTrue(expression: string, sight: Sight): boolean {
    const value = evaluate(expression, scope(sight));
    if (typeof value === 'boolean') return value;
    throw new CadreError('workflow/expression', { expression, detail: 'it is neither true nor false' });
  }

  /** What a step says is filled before anything is asked for, and may have no value. */
  function filled(parts: Pick<WorkStep, 'goal' | 'input' | 'doneWhen'>, sight: Sight): void {
    fill([parts.goal, parts.doneWhen ?? '', parts.input ?? {}], scope(sight));
  }

  function carryOut(step: Step, path: string, sight: Sight): Result {
    if ('goal' in step) return work(step, path, sight);
    if ('workflow' in step) {
      fill(step.input ?? {}, scope(sight));
      return ask(path);
    }
    if ('wait' in step) {
      if ('until' in step.wait) fill(step.wait.until, scope(sight));
      return ask(path);
    }
    if ('approval' in step) {
      fill([step.approval.ask, step.approval.input ?? {}], scope(sight));
      return ask(path);
    }
    if ('forEach' in step) {
      const items = evaluate(step.forEach, scope(sight));
      if (!Array.isArray(items))
        throw new CadreError('workflow/expression', { expression: step.forEach, detail: 'it is not a list' });
      const results = items.map((item, index) => {
        const around = { ...sight.around, [step.as ?? 'item']: item, index };
        const inner = block(step.steps, `${path}[${index}]`, { ...sight, around });
        return mapped(inner.result, step.output, inner.sight, `${path}[${index}]`);
      });
      return joined(results, (outputs) => outputs);
    }
    if ('parallel' in step) {
      const labels = Object.keys(step.parallel);
      const results = labels.map(
        (label) => block(step.parallel[label] ?? [], `${path}.${label}`, sight).result,
      );
      return joined(results, (outputs) =>
        Object.fromEntries(labels.map((label, at) => [label, outputs[at] ?? null])),
      );
    }
    if ('repeat' in step) {
      const { until, max, steps } = step.repeat;
      for (let round = 1; round <= max; round += 1) {
        const inner = block(steps, `${path}[${round}]`, { ...sight, around: { ...sight.around, round } });
        if (inner.result.status === 'failed' || isTrue(until, inner.sight)) return inner.result;
      }
      throw new CadreError('workflow/round-limit', { limit: max, until });
    }
    if ('switch' in step) {
      const chosen = step.switch.cases.findIndex((one) => isTrue(one.when, sight));
      const steps = chosen >= 0 ? step.switch.cases[chosen]?.steps : step.switch.default;
      if (!steps) return { status: 'completed', output: null };
      return block(steps, `${path}.${chosen >= 0 ? `case${chosen + 1}` : 'default'}`, sight).result;
    }
    let { result } = block(step.try, `${path}.try`, sight);
    if (result.status === 'failed') {
      undoBelow(`${path}.try.`);
      const around = { ...sight.around, error: { ...result.error } };
      if (step.catch) result = block(step.catch, `${path}.catch`, { ...sight, around }).result;
    }
    if (!step.finally || broken.finallyIsForgotten) return result;
    const last = block(step.finally, `${path}.finally`, sight).result;
    return last.status === 'failed' ? last : result;
  }

  function work(step: WorkStep, path: string, sight: Sight): Result {
    filled(step, sight);
    let result = demanded(step, ask(path), path);
    const ways = (step.recover ?? []).flatMap((way) =>
      Array(('replan' in way && way.replan.max) || 1).fill(way),
    );
    for (const way of ways as NonNullable<WorkStep['recover']>) {
      if (result.status === 'completed') break;
      if ('degrade' in way) {
        isPartial = true;
        result = { status: 'completed', output: way.degrade.output };
        break;
      }
      const around = { ...sight.around };
      const withError = { steps: sight.steps, around: { ...around, error: { ...result.error } } };
      filled('alternative' in way ? way.alternative : step, withError);
      result = demanded(step, ask(path), path);
    }
    const { compensate } = step;
    if (result.status === 'completed' && compensate) {
      const after = { ...sight, steps: { ...sight.steps, [step.name]: shown(result) } };
      undoable.push({
        path,
        undo() {
          try {
            filled(compensate, after);
          } catch {
            return; // it could not be said what to do
          }
          ask(`undo(${path})`);
        },
      });
    }
    return result;
  }

  function demanded(step: WorkStep, result: Result, path: string): Result {
    if (result.status === 'failed' || step.output === undefined || broken.badOutputPasses) return result;
    const detail = conforms(step.output, result.output);
    return detail === undefined
      ? result
      : failed(new CadreError('workflow/bad-output', { step: step.name, detail }), path);
  }

  function joined(results: readonly Result[], outputOf: (outputs: Json[]) => Json): Result {
    const bad = results.find((result) => result.status === 'failed');
    return (
      bad ?? {
        status: 'completed',
        output: outputOf(results.map((one) => (one.status === 'completed' ? one.output : null))),
      }
    );
  }

  function mapped(result: Result, output: Json | undefined, sight: Sight, path: string): Result {
    if (output === undefined || result.status === 'failed') return result;
    try {
      return { status: 'completed', output: fill(output, scope(sight)) };
    } catch (error) {
      return failed(error, path);
    }
  }
}

function shown(ended: Ended | undefined): Json {
  return {
    status: ended?.status ?? 'none',
    output: ended?.status === 'completed' ? ended.output : null,
    error: ended?.status === 'failed' ? { ...ended.error } : null,
  };
}
