import { CadreError } from '../platform/kernel/errors.ts';
import type { Json } from '../platform/kernel/json.ts';
import { evaluate, fill } from './expression.ts';
import {
  type ApprovalStep,
  DEFAULT_WIDTH,
  type ForEachStep,
  kindOf,
  MAX_BEGUN,
  MAX_ITEMS,
  type RepeatStep,
  type Step,
  type TryStep,
  type WaitStep,
  type Workflow,
  type WorkStep,
} from './language.ts';
import {
  type Book,
  ENDED,
  NOWHERE,
  type NodeData,
  type NodeError,
  type Outcome,
  PLAN,
  type PlanNode,
  UNDO,
} from './node.ts';
import { openWithin } from './open-blocks.ts';
import { errorOf, isOptional, isTrue, outcomeOf, waysOf } from './outcome.ts';
import { type Block, blockIn, blocksIn, blocksTo, needsOf, pathIn, stepAt } from './places.ts';
import { scopeIn } from './scope.ts';
import { asText, badOutput, fillAll, type Work, workOf } from './work.ts';

/**
 * The interpreter of plans, as a function: given what is known of a task and one new fact, it writes what follows into
 * the book and answers what must be done. It does no work itself and knows no clock and no database, so the same facts
 * always lead to the same moves, whatever crashed in between. Rules: a step begins when all it needs has ended; a
 * skipped or optional failed need counts as done; what needs a failed step fails with it, and the rest goes on, so that
 * the outcome never depends on who was faster.
 */
export interface Course {
  workflow: Workflow;
  taskId: string;
  input: Json;
  /** Ids of the files of the task. */
  files?: string[] | undefined;
  book: Book;
  /** Says why nothing more may be spent; undefined while something is left. */
  overBudget?: string | undefined;
}

/** What became of a step whose work was asked for by a move. */
export interface Fact {
  path: string;
  block: string;
  outcome: Outcome;
}

/** What must be done now, outside the book. */
export type Move =
  | { do: 'work'; path: string; block: string; work: Work }
  | {
      do: 'workflow';
      path: string;
      block: string;
      workflow: string;
      input: Record<string, Json>;
      timeoutMs: number | null;
    }
  | { do: 'wait'; path: string; block: string; wait: WaitStep['wait']; timeoutMs: number | null }
  | {
      do: 'approve';
      path: string;
      block: string;
      ask: string;
      input: Record<string, Json>;
      approval: ApprovalStep['approval'];
    }
  | { do: 'end'; outcome: Outcome; isPartial: boolean };

/** Asks for blocks to be looked at again: something in them was forgotten, or is new. */
export interface Look {
  look: readonly string[];
}

/** Begins a plan, or takes in a fact; a fact that came before, or after the end, changes nothing. */
export async function advance(course: Course, fact?: Fact | Look): Promise<Move[]> {
  const { book, workflow } = course;
  const moves: Move[] = [];
  /** Blocks to look at, oldest first. */
  const queue = new Set<string>();
  const known = (await book.block(NOWHERE))[0];
  const plan = known ?? nodeOf(PLAN, NOWHERE, 'plan', { count: 0, seq: 0, part: 'try' });

  if (!fact) {
    if (known) return [];
    book.put(plan);
    queue.add(PLAN);
  } else if ('look' in fact) {
    for (const block of fact.look) queue.add(block);
  } else {
    const node = (await book.block(fact.block)).find((one) => one.path === fact.path);
    if (!node || ENDED.includes(node.status) || ENDED.includes(plan.status)) return [];
    await settle(node, fact.outcome);
  }
  for (const block of queue) {
    queue.delete(block);
    if (ENDED.includes(plan.status)) break;
    await look(block);
  }
  return moves;

  /** Looks at a block that begins. */
  function open(block: string): void {
    book.opens(block);
    queue.add(block);
  }

  /** What was asked for outside has ended. */
  async function settle(node: PlanNode, given: Outcome): Promise<void> {
    if (node.block.startsWith(UNDO)) return undone(node, given);
    const step = stepAt(workflow, node);
    const wrong = given.status === 'completed' ? badOutput(step, given.output) : undefined;
    const outcome: Outcome = wrong ? { status: 'failed', error: errorOf(wrong, node.path) } : given;
    if (outcome.status === 'failed' && 'goal' in step && (await recover(node, step, outcome.error))) return;
    end(node, outcome);
  }

  function end(node: PlanNode, outcome: Outcome | { status: 'skipped' }): void {
    plan.data.seq = (plan.data.seq ?? 0) + 1;
    node.seq = plan.data.seq;
    node.status = outcome.status;
    node.output = outcome.status === 'completed' ? outcome.output : null;
    node.error = outcome.status === 'failed' ? outcome.error : null;
    book.put(node);
    book.put(plan);
    queue.add(node.block);
  }

  function fail(node: PlanNode, error: unknown): void {
    end(node, { status: 'failed', error: errorOf(error, node.path) });
  }

  /** Begins what may begin in a block, and ends the block when all in it has ended. */
  async function look(path: string): Promise<void> {
    const blocks = blocksTo(workflow, path);
    const block = blocks.at(-1) as Block; // there is always the workflow itself
    const nodes = new Map((await book.block(path)).map((node) => [node.path, node]));
    const at = (name: string) => nodes.get(pathIn(path, name));
    for (const step of block.steps) {
      if (at(step.name)) continue;
      const needs = needsOf(step, block.steps);
      if (!needs.every((name) => ENDED.includes(at(name)?.status ?? 'running'))) continue;
      const node = nodeOf(pathIn(path, step.name), path, kindOf(step), {});
      plan.data.count = (plan.data.count ?? 0) + 1;
      if (plan.data.count > MAX_BEGUN)
        return stop(new CadreError('workflow/too-many-steps', { limit: MAX_BEGUN }), node.path);
      nodes.set(node.path, node);
      book.put(node);
      book.put(plan);
      const blocker = needs.find((name) => at(name)?.status === 'failed' && !isOptional(name, block.steps));
      if (blocker === undefined) await begin(node, step, blocks);
      else {
        const { step: cause } = at(blocker)?.error ?? { step: blocker };
        const error = new CadreError('workflow/need-failed', { need: blocker });
        end(node, { status: 'failed', error: { ...errorOf(error, node.path), step: cause } });
      }
      if (ENDED.includes(plan.status)) return;
    }
    const all = block.steps.map((step) => at(step.name));
    const ended = all.filter((node) => node !== undefined && ENDED.includes(node.status));
    if (ended.length === all.length) await finish(blocks, ended as PlanNode[]); // none is undefined, see above
  }

  async function begin(node: PlanNode, step: Step, blocks: readonly Block[]): Promise<void> {
    const scope = await scopeIn(course, blocks);
    try {
      if (step.if !== undefined && !isTrue(evaluate(step.if, scope), step.if))
        return end(node, { status: 'skipped' });
      if ('goal' in step) {
        if (course.overBudget !== undefined)
          return stop(new CadreError('workflow/budget', { detail: course.overBudget }), node.path);
        const approvedBy = step.approvedBy === undefined ? null : pathIn(node.block, step.approvedBy);
        moves.push({
          do: 'work',
          path: node.path,
          block: node.block,
          work: { ...workOf(step, scope), approvedBy },
        });
      } else if ('workflow' in step) {
        node.status = 'waiting';
        moves.push({
          do: 'workflow',
          path: node.path,
          block: node.block,
          workflow: step.workflow,
          input: fillAll(step.input ?? {}, scope),
          timeoutMs: step.timeoutMs ?? null,
        });
      } else if ('wait' in step) {
        node.status = 'waiting';
        const wait = 'until' in step.wait ? { until: String(fill(step.wait.until, scope)) } : step.wait;
        moves.push({
          do: 'wait',
          path: node.path,
          block: node.block,
          wait,
          timeoutMs: step.timeoutMs ?? null,
        });
      } else if ('approval' in step) {
        node.status = 'waiting';
        const { approval } = step;
        moves.push({
          do: 'approve',
          path: node.path,
          block: node.block,
          ask: asText(fill(approval.ask, scope)),
          input: fillAll(approval.input ?? {}, scope),
          approval,
        });
      } else if ('forEach' in step) beginItems(node, step, evaluate(step.forEach, scope));
      else if ('parallel' in step) {
        const labels = Object.keys(step.parallel);
        node.data = { open: labels.length };
        for (const label of labels) open(blockIn(node.path, label));
      } else if ('repeat' in step) {
        node.data = { round: 1 };
        open(blockIn(node.path, 1));
      } else if ('switch' in step) {
        const chosen = step.switch.cases.findIndex((one) => isTrue(evaluate(one.when, scope), one.when));
        if (chosen >= 0) open(blockIn(node.path, `case${chosen + 1}`));
        else if (step.switch.default) open(blockIn(node.path, 'default'));
        else return end(node, { status: 'completed', output: null });
      } else {
        node.data = { part: 'try' };
        open(blockIn(node.path, 'try'));
      }
      book.put(node);
    } catch (error) {
      fail(node, error);
    }
  }

  function beginItems(node: PlanNode, step: ForEachStep, items: Json): void {
    if (!Array.isArray(items))
      throw new CadreError('workflow/expression', { expression: step.forEach, detail: 'it is not a list' });
    if (items.length > MAX_ITEMS)
      throw new CadreError('workflow/too-wide', { items: items.length, limit: MAX_ITEMS });
    if (items.length === 0) return end(node, { status: 'completed', output: [] });
    const first = Math.min(items.length, step.width ?? DEFAULT_WIDTH);
    node.data = { items, begun: first, open: first };
    for (let index = 0; index < first; index += 1) open(blockIn(node.path, index));
  }

  /** All steps of a block have ended: what that means to the step that holds it. */
  async function finish(blocks: readonly Block[], nodes: PlanNode[]): Promise<void> {
    const block = blocks.at(-1) as Block; // as above
    const outcome = outcomeOf(block.steps, nodes);
    if (nodes.some((node) => node.status === 'failed') && outcome.status === 'completed') {
      plan.data.partial = true;
      book.put(plan);
    }
    const { step } = block;
    if (!step) return endPlan(outcome);
    const around = blocks.at(-2)?.path ?? PLAN;
    const holder = (await book.block(around)).find((node) => node.path === block.holder);
    if (!holder || ENDED.includes(holder.status)) return;
    if ('forEach' in step || 'parallel' in step) return oneOfMany(holder, step, blocks, outcome);
    if ('repeat' in step) return endRound(holder, step, blocks, outcome);
    if ('try' in step) return endPart(holder, step, block.label, outcome);
    end(holder, outcome); // of `switch`: what was chosen
  }

  /** An item or a branch has ended; the last one ends the step. */
  async function oneOfMany(
    holder: PlanNode,
    step: Step,
    blocks: readonly Block[],
    given: Outcome,
  ): Promise<void> {
    const block = blocks.at(-1) as Block; // as above
    const list = `${holder.path}[]`;
    if ((await book.block(list)).some((node) => node.path === block.path)) return;
    const outcome = 'forEach' in step ? await withOutput(given, step.output, blocks) : given;
    const result = nodeOf(block.path, list, 'block', {});
    book.put({
      ...result,
      status: outcome.status,
      ...(outcome.status === 'completed' ? { output: outcome.output } : { error: outcome.error }),
    });
    const { items = [], begun = 0, open = 1, again: [first, ...again] = [] } = holder.data;
    const next = first ?? (begun < items.length ? begun : undefined);
    holder.data = {
      ...holder.data,
      open: next === undefined ? open - 1 : open,
      ...(first !== undefined && { again }),
    };
    if (next === begun) holder.data.begun = begun + 1;
    book.put(holder);
    if (next !== undefined) {
      const item = blockIn(holder.path, next);
      // One that is done anew may hold steps that go on where they were.
      const inside = first === undefined ? [] : await book.below(item);
      for (const open of openWithin(workflow, inside, item)) queue.add(open);
    }
    if (holder.data.open !== 0) return;
    const parts = new Map((await book.block(list)).map((node) => [node.path, node]));
    const labels =
      'forEach' in step ? items.map((_, index) => index) : blocksIn(step).map(([label]) => label);
    const ended = labels.map((label) => parts.get(blockIn(holder.path, label)));
    const failed = ended.find((node) => node?.status === 'failed');
    if (failed?.error) return end(holder, { status: 'failed', error: failed.error });
    const outputs = ended.map((node) => node?.output ?? null);
    end(holder, {
      status: 'completed',
      output:
        'forEach' in step
          ? outputs
          : Object.fromEntries(labels.map((label, index) => [label, outputs[index] ?? null])),
    });
  }

  async function endRound(
    holder: PlanNode,
    step: RepeatStep,
    blocks: readonly Block[],
    outcome: Outcome,
  ): Promise<void> {
    const { round = 1 } = holder.data;
    if (blocks.at(-1)?.label !== round) return;
    if (outcome.status === 'failed') return end(holder, outcome);
    try {
      const { until, max } = step.repeat;
      if (isTrue(evaluate(until, await scopeIn(course, blocks)), until)) return end(holder, outcome);
      if (round >= max) throw new CadreError('workflow/round-limit', { limit: max, until });
    } catch (error) {
      return fail(holder, error);
    }
    holder.data = { round: round + 1 };
    book.put(holder);
    open(blockIn(holder.path, round + 1));
  }

  /** `try`, then undoing and `catch` when it failed, then `finally`. */
  async function endPart(
    holder: PlanNode,
    step: TryStep,
    part: Block['label'],
    outcome: Outcome,
  ): Promise<void> {
    if (holder.data.part !== part) return;
    if (part === 'finally') {
      return end(holder, outcome.status === 'failed' ? outcome : (holder.data.ended ?? outcome));
    }
    const caught = part === 'try' && outcome.status === 'failed' ? { caught: outcome.error } : {};
    holder.data = { ...holder.data, ...caught, ended: outcome };
    book.put(holder);
    if (part === 'try' && outcome.status === 'failed') {
      const undo = await toUndo(blockIn(holder.path, 'try'));
      if (undo.length > 0) {
        holder.data = { ...holder.data, part: 'undo', undo };
        return undoNext(holder);
      }
    }
    afterPart(holder, step, part === 'try');
  }

  function afterPart(holder: PlanNode, step: TryStep, mayCatch: boolean): void {
    const { ended } = holder.data;
    const next =
      mayCatch && ended?.status === 'failed' && step.catch ? 'catch' : step.finally ? 'finally' : undefined;
    if (next === undefined) return ended && end(holder, ended);
    holder.data = { ...holder.data, part: next };
    book.put(holder);
    open(blockIn(holder.path, next));
  }

  async function endPlan(given: Outcome): Promise<void> {
    if (plan.data.part !== 'try') return;
    const outcome = await withOutput(given, workflow.output, blocksTo(workflow, PLAN));
    const undo = outcome.status === 'failed' ? await toUndo(PLAN) : [];
    plan.data = { ...plan.data, ended: outcome, ...(undo.length > 0 && { part: 'undo' as const, undo }) };
    if (undo.length > 0) return undoNext(plan);
    closePlan(outcome);
  }

  function closePlan(outcome: Outcome): void {
    plan.status = outcome.status;
    book.put(plan);
    moves.push({ do: 'end', outcome, isPartial: plan.data.partial === true });
  }

  /** Ends the plan where it is. */
  function stop(error: CadreError, path: string): void {
    closePlan({ status: 'failed', error: errorOf(error, path) });
  }

  /** Paths of completed steps below that say how they are undone and have not been, last one first. */
  async function toUndo(below: string): Promise<string[]> {
    const nodes = await book.below(below);
    return nodes
      .filter((node) => node.kind === 'goal' && node.status === 'completed' && !node.block.startsWith(UNDO))
      .filter(({ data }) => data.undone !== true && data.isCopied !== true)
      .filter((node) => (stepAt(workflow, node) as WorkStep).compensate !== undefined) // its kind is work
      .sort((a, b) => b.seq - a.seq)
      .map((node) => node.path);
  }

  async function undoNext(holder: PlanNode): Promise<void> {
    const [path, ...undo] = holder.data.undo ?? [];
    holder.data = { ...holder.data, undo };
    book.put(holder);
    if (path === undefined) {
      const { ended } = holder.data;
      if (holder === plan) return ended && closePlan(ended);
      return afterPart(holder, stepAt(workflow, holder) as TryStep, true); // only `try` undoes
    }
    const original = (await book.below(path)).find((node) => node.path === path);
    const step = original && (stepAt(workflow, original) as WorkStep); // its kind is work
    if (!original || !step?.compensate) return undoNext(holder);
    original.data = { ...original.data, undone: true };
    book.put(original);
    const node = nodeOf(undoPath(path), `${UNDO}${holder.path}`, 'goal', {});
    book.put(node);
    try {
      const scope = await scopeIn(course, blocksTo(workflow, original.block));
      moves.push({
        do: 'work',
        path: node.path,
        block: node.block,
        work: workOf({ ...step.compensate, name: step.name }, scope),
      });
    } catch (error) {
      await undone(node, { status: 'failed', error: errorOf(error, node.path) });
    }
  }

  /** What could not be undone is told by its node and leaves the rest to be undone. */
  async function undone(node: PlanNode, outcome: Outcome): Promise<void> {
    end(node, outcome);
    queue.delete(node.block);
    const path = node.block.slice(UNDO.length);
    if (path === PLAN) return undoNext(plan);
    const holder = (await book.below(path)).find((one) => one.path === path);
    if (holder) await undoNext(holder);
  }

  /** The next way of `recover` that is left; false when there is none. */
  async function recover(node: PlanNode, step: WorkStep, error: NodeError): Promise<boolean> {
    const used = node.data.recovered ?? 0;
    const way = waysOf(step)[used];
    if (way === undefined) return false;
    node.data = { ...node.data, recovered: used + 1 };
    if ('degrade' in way) {
      plan.data.partial = true;
      end(node, { status: 'completed', output: way.degrade.output });
      return true;
    }
    try {
      const scope = { ...(await scopeIn(course, blocksTo(workflow, node.block))), error: { ...error } };
      const parts =
        'alternative' in way
          ? { ...way.alternative, name: step.name }
          : { ...step, capability: undefined, agent: undefined, ...('fallback' in way && way.fallback) };
      moves.push({ do: 'work', path: node.path, block: node.block, work: workOf(parts, scope) });
      book.put(node);
    } catch (failure) {
      fail(node, failure);
    }
    return true;
  }

  /** An output mapping may fail what had completed. */
  async function withOutput(
    outcome: Outcome,
    output: Json | undefined,
    blocks: readonly Block[],
  ): Promise<Outcome> {
    if (output === undefined || outcome.status === 'failed') return outcome;
    try {
      return { status: 'completed', output: fill(output, await scopeIn(course, blocks)) };
    } catch (error) {
      return { status: 'failed', error: errorOf(error, blocks.at(-1)?.path || 'output') };
    }
  }
}

/** Path of the node that undoes a step. */
const undoPath = (path: string) => `undo(${path})`;

function nodeOf(path: string, block: string, kind: PlanNode['kind'], data: NodeData): PlanNode {
  return { path, block, kind, status: 'running', output: null, error: null, taskId: null, data, seq: 0 };
}
