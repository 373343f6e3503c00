import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBook } from '../../test/support/book.ts';
import { createTestEngine } from '../../test/support/engine.ts';
import { interpret, type PlainRun } from '../../test/support/plain-interpreter.ts';
import { drawFrom, planFrom, resultFor, tapes } from '../../test/support/plans.ts';
import { addTenant, createTestDatabase, type TestDatabase } from '../../test/support/stores.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import type { Json } from '../platform/kernel/json.ts';
import { createAttempt, LetGo } from '../platform/runs/attempt.ts';
import { createCommitter } from '../platform/runs/committer.ts';
import { createSettler } from '../platform/runs/settler.ts';
import { createStarter } from '../platform/runs/starter.ts';
import { selectNodes } from '../platform/store/plans.ts';
import { claimRuns, insertRuns, releaseRun, selectSteps } from '../platform/store/runs.ts';
import type { TaskRow } from '../platform/store/schema.ts';
import { insertTasks, NEW_TASK, selectTask } from '../platform/store/tasks.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { insertVersion, insertWorkflow } from '../platform/store/workflows.ts';
import { advance, type Move } from '../workflows/advance.ts';
import { beyondOne } from '../workflows/check-operator.ts';
import type { Step, Workflow } from '../workflows/language.ts';
import { everyStep } from '../workflows/places.ts';
import { toNode } from '../workflows/table.ts';
import { carryOut, type Hands, openPlan, type PlanEnd, writePlan } from './carry-out.ts';
import type { StepOrder } from './in-hand.ts';

/**
 * Random plans in the hands of one operator, over the real store, its transactions, steps and fences, while the process
 * dies at random moments and people pause the run: what comes of it must be what plain recursion says, no effect may
 * happen twice, and nothing that was stored may be asked for again.
 */

const INPUT = { n: 4, list: [1, 2, 'x'], at: '2026-05-01T00:00:00Z' };
/** More lives than the longest tape of mishaps can end. */
const MAX_LIVES = 400;
const REFUSED = 'agent/refused';

/** What can happen to a process, or to its run, at a moment that the tape chooses. */
const MISHAPS = [
  'before the effect',
  'after the effect',
  'before the commit',
  'after the commit',
  'a pause',
  'a pause in the rows',
  'a failure that passes',
] as const;
type Mishap = (typeof MISHAPS)[number];

/** Rules that a test breaks on purpose. */
interface Broken {
  keysOff?: boolean;
  nodesAreForgotten?: boolean;
}

/** What all steps give instead of what is drawn. */
interface Given {
  output?: () => unknown;
}

interface NodeEnd {
  status: string;
  output: Json;
  error: string | null;
}
type Nodes = Record<string, NodeEnd>;

interface Run extends PlainRun {
  nodes: Nodes;
  /** What broke a rule, in words. */
  faults: string[];
}

/** The same plan, with what one operator may have only. */
function inOneHand(given: Workflow): Workflow {
  const { budget: _, ...workflow } = structuredClone(given);
  for (const { step } of everyStep(workflow.steps)) {
    const draft = step as unknown as Record<string, unknown>; // keys go and come
    const { wait, approval, workflow: called, ...rest } = draft;
    if (wait ?? approval ?? called) {
      for (const key of Object.keys(draft)) delete draft[key];
      const { input: _, timeoutMs: __, ...common } = rest;
      Object.assign(draft, common, { goal: `do ${step.name}` });
    }
    for (const key of ['capability', 'agent', 'priority', 'budget', 'approvedBy']) delete draft[key];
    if (!('goal' in step)) continue;
    const ways = step.recover?.filter((way) => 'alternative' in way || 'degrade' in way);
    delete step.recover;
    delete step.retry; // a failure that passes is no part of the plain meaning
    if (ways && ways.length > 0) step.recover = ways;
  }
  for (const { step } of everyStep(workflow.steps)) expect(beyondOne(step as Step, [])).toEqual([]);
  return { ...workflow, operator: { capability: 'any' } };
}

describe('a plan in the hands of one operator', () => {
  let database: TestDatabase;
  let store: Store;
  let tenantId: string;
  let seen: Map<Mishap | 'life' | 'failed' | 'partial' | 'undone', number>;
  beforeAll(async () => {
    database = await createTestDatabase('sqlite');
    store = await database.open();
    tenantId = await addTenant(store);
  });
  afterAll(async () => {
    await store?.close();
    await database?.drop();
  });
  const count = (what: Parameters<typeof seen.set>[0]) => seen.set(what, (seen.get(what) ?? 0) + 1);

  /** A task that follows the workflow, and its run. */
  async function submit(workflow: Workflow): Promise<{ task: TaskRow; runId: string }> {
    const [id, workflowId, runId] = [newId(), newId(), newId()];
    const task = await store.write(tenantId, async (tx) => {
      await insertWorkflow(tx, { id: workflowId, name: `w${workflowId}`, tags: '[]', created_by: 'a test' });
      await insertVersion(tx, {
        workflow_id: workflowId,
        version: 1,
        status: 'published',
        text: '',
        definition: JSON.stringify(workflow),
        hash: '',
        reason: null,
        evidence: null,
        created_by: 'a test',
      });
      await insertTasks(tx, [taskOf(id, workflowId)]);
      return selectTask(tx, id);
    });
    const run = { id: runId, tenant_id: tenantId, kind: 'operator.work', task_id: id, agent_id: null };
    const rest = {
      payload: '{}',
      priority: 50,
      max_attempts: 20,
      agent_limit: 0,
      timeout_ms: 0,
      delay_ms: 0,
    };
    await store.writeAll((tx) => insertRuns(tx, [{ ...run, ...rest }]));
    return { task: task as TaskRow, runId }; // just inserted
  }

  /** Carries a plan out, life after life, with what the tape has happen to it. */
  async function carryThrough(
    workflow: Workflow,
    seed: number,
    tape: readonly number[],
    { keysOff = false, nodesAreForgotten = false, output: given }: Broken & Given = {},
  ): Promise<Run> {
    const { task, runId } = await submit(workflow);
    const draw = drawFrom(tape);
    const happens = (mishap: Mishap) => {
      const does = draw(MISHAPS.length * 2) === MISHAPS.indexOf(mishap) + 1;
      if (does) count(mishap);
      return does;
    };
    const faults: string[] = [];
    /** What was done outside, by key; the receiver answers a key as it did. */
    const ledger = new Map<string, ReturnType<typeof resultFor>>();
    const effects: string[] = [];
    const worked = new Map<string, string>();
    /** The key that was last asked for, by path; and those whose end is stored. */
    const newest = new Map<string, string>();
    const stored = new Set<string>();
    const { events } = createTestEngine(store);

    /** One process, from its claim to its end; answers how the plan ended if it did. */
    async function live(): Promise<PlanEnd | undefined> {
      let isDead = false;
      const die = (): never => {
        isDead = true;
        throw new Error('the process is no more');
      };
      const mortal: Store = {
        ...store,
        async write(tenant, work) {
          if (isDead) die();
          const result = await store.write(tenant, async (tx) => {
            const done = await work(tx);
            if (isDead || happens('before the commit')) die();
            return done;
          });
          if (happens('after the commit')) die();
          return result;
        },
      };
      const committer = createCommitter(store);
      const [row] = await store.writeAll((tx) => claimRuns(tx, [runId], newId(), 60_000));
      if (!row) throw new Error('it could not be claimed');
      const needs = { store: mortal, committer, starter: createStarter(mortal), keysOff };
      const current = createAttempt(needs, row);
      const attempt = nodesAreForgotten
        ? { ...current.attempt, transactTogether: async () => undefined as never }
        : current.attempt;

      /** Orders that wait for their answer, which come in any order. */
      const waiting: Array<() => void> = [];
      const hands: Hands = {
        async doStep(order) {
          if (isDead) die();
          const { path, idempotencyKey: key } = order;
          if (stored.has(key)) faults.push(`${path} was asked for again after its end was stored`);
          const work = workOf(order);
          if ((worked.get(key) ?? work) !== work) faults.push(`${path} was asked for with other work`);
          worked.set(key, work);
          newest.set(path, key);
          await new Promise<void>((resolve) => waiting.push(resolve));
          if (isDead || happens('before the effect')) die();
          if (happens('a failure that passes')) throw new CadreError('agent/failed', { detail: 'busy' });
          const done = ledger.get(key) ?? resultFor(seed, path, effects.filter((one) => one === path).length);
          if (!ledger.has(key)) effects.push(path);
          ledger.set(key, done);
          if (happens('after the effect')) die();
          if (happens('a pause')) current.control('pause');
          if (happens('a pause in the rows')) await change(sql`control = 'pause'`);
          if (done.fails) throw new CadreError(REFUSED, { detail: path });
          return { output: given ? given() : done.output };
        },
        report: async () => {},
        refusal: async () => undefined,
      };
      const carry = {
        store: mortal,
        events,
        ledger: undefined as never, // asked for budgets alone
        random: () => 0,
        stepTaken(tx: TenantTx, path: string) {
          tx.afterCommit(() => stored.add(newest.get(path) ?? ''));
        },
      };
      const work = async (): Promise<PlanEnd | undefined> => {
        const plan = await mortal.write(tenantId, (tx) => openPlan(tx, task));
        if (plan.opened.length > 0)
          await attempt.transactTogether(`plan:${row.fence}.0`, (tx) =>
            writePlan(tx, carry, task, plan.opened),
          );
        const end = await carryOut(carry, attempt, plan, hands);
        const owned = await createSettler(
          mortal,
          {},
        )({
          tenantId,
          end: { run_id: runId, fence: row.fence, result: null },
          step: current.unstored(),
          commit: end.write,
        });
        if (!owned) throw new LetGo({ control: 'pause' });
        return end;
      };

      count('life');
      let isOver = false;
      const ended = work().finally(() => {
        isOver = true;
      });
      ended.catch(() => {});
      while (!isOver) {
        await new Promise(setImmediate);
        if (waiting.length > 0) waiting.splice(draw(waiting.length), 1)[0]?.();
      }
      try {
        return await ended;
      } catch (reason) {
        // As who lets go of a run does; one that died leaves it to the sweep, with what was stored.
        const step = current.unstored();
        if (step && !isDead) await committer.step(step);
        if (!(reason instanceof LetGo) && !isDead) throw reason;
        const release = { state: 'pending', delayMs: 0, refund: true } as const;
        await store.writeAll((tx) => releaseRun(tx, runId, row.fence, release));
        await change(sql`state = 'pending', due_at = 0`);
        // What the last steps gave is stored by itself where a pause came before the settlement.
        const steps = await store.readAll((tx) => selectSteps(tx, runId));
        const last: Array<{ fact: { path: string } }> = JSON.parse(
          steps.find(({ name }) => name === 'plan:last')?.result ?? '[]',
        );
        for (const { fact } of last) stored.add(newest.get(fact.path) ?? '');
        return undefined;
      }
    }

    const change = (what: ReturnType<typeof sql>) =>
      store.writeAll(
        async (tx) =>
          void (await sql`update run set ${what} where id = ${runId} and state <> 'completed'`.execute(
            tx.db,
          )),
      );
    for (let lives = 0; lives < MAX_LIVES; lives += 1) {
      const done = await live();
      // A process that dies right after it settled leaves nothing to be done.
      const state = await store.readAll((tx) =>
        sql<{ state: string }>`select state from run where id = ${runId}`.execute(tx.db),
      );
      if (!done && state.rows[0]?.state !== 'completed') continue;
      const rows = await store.read(tenantId, (tx) => selectNodes(tx, task.id));
      const all = rows.map(toNode);
      const plan = all.find(({ kind }) => kind === 'plan');
      const { outcome = { status: 'completed', output: null } } = done?.end ?? { outcome: plan?.data.ended };
      return {
        outcome,
        isPartial: plan?.data.partial === true,
        asked: effects.sort(),
        nodes: nodesOf(all),
        faults,
      };
    }
    throw new Error('it never ends');
  }

  /** What becomes of each step when nothing goes wrong: facts taken in one after another. */
  async function calmNodes(workflow: Workflow, seed: number): Promise<Nodes> {
    const book = createBook();
    const course = { workflow, taskId: 't', input: INPUT, book };
    const asked: string[] = [];
    const open: Move[] = await advance(course);
    for (let move = open.shift(); move; move = open.shift()) {
      if (move.do === 'end') continue;
      const { path, block } = move;
      const { fails, output } = resultFor(seed, path, asked.filter((one) => one === path).length);
      asked.push(path);
      const { code, message } = new CadreError(REFUSED, { detail: path });
      const outcome = fails
        ? ({ status: 'failed', error: { code, message, step: path } } as const)
        : ({ status: 'completed', output } as const);
      open.push(...(await advance(course, { path, block, outcome })));
    }
    return nodesOf([...book.nodes.values()]);
  }

  /** A plan, results, and what happens. */
  const cases = fc.record({
    plan: tapes,
    seed: fc.nat(9_999),
    tape: fc.noBias(fc.array(fc.nat(9_999), { maxLength: 120, size: 'max' })),
  });

  const holds = (broken?: Broken) =>
    fc.asyncProperty(cases, async ({ plan, seed, tape }) => {
      const workflow = inOneHand(planFrom(plan));
      const { nodes, faults, ...run } = await carryThrough(workflow, seed, tape, broken);
      const plain = interpret(workflow, INPUT, (path, time) => resultFor(seed, path, time));
      expect(faults).toEqual([]);
      expect({ ...run, outcome: shortOf(run.outcome) }).toEqual({
        ...plain,
        outcome: shortOf(plain.outcome),
        asked: plain.asked.sort(),
      });
      expect(nodes).toEqual(await calmNodes(workflow, seed));
      if (run.outcome.status === 'failed') count('failed');
      if (run.isPartial) count('partial');
      if (run.asked.some((path) => path.startsWith('undo('))) count('undone');
    });

  it('ends as plain recursion says, through deaths and pauses, with each effect once', async () => {
    seen = new Map();
    await fc.assert(holds(), { numRuns: 150, endOnFailure: true });
    // The property is about all that there is.
    for (const what of [...MISHAPS, 'failed', 'partial', 'undone'] as const)
      expect(seen.get(what) ?? 0, what).toBeGreaterThan(5);
    expect(seen.get('life')).toBeGreaterThan(300);
  }, 120_000);

  it.each<[string, unknown, Json]>([
    ['nothing', undefined, null],
    ['a function', () => 1, null],
    ['no number', Number.NaN, null],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['parts that are nothing', { a: undefined, b: [undefined] }, { b: [null] }],
  ])('keeps %s as it is read again', async (_, output, kept) => {
    seen = new Map();
    const { outcome, nodes } = await carryThrough(plainest, calm, [], { output: () => output });
    expect(outcome).toEqual({ status: 'completed', output: kept });
    expect(nodes.s1?.output).toEqual(kept);
  });

  it('twin: fails with what cannot be kept at all', async () => {
    seen = new Map();
    const { outcome, nodes } = await carryThrough(plainest, calm, [], { output: () => 1n });
    expect([outcome.status, nodes.s1?.error]).toEqual(['failed', 'internal/error']);
  });

  it.each<[string, Broken]>([
    ['each attempt has keys of its own', { keysOff: true }],
    ['what became of steps is not written', { nodesAreForgotten: true }],
  ])('twin: does not where %s', async (_, broken) => {
    seen = new Map();
    const found = await fc.check(holds(broken), { numRuns: 100, endOnFailure: true });
    expect(found.failed).toBe(true);
    expect(found.errorInstance).toMatchObject({ name: 'AssertionError' }); // a rule that does not hold, nothing else
  });
});

/** One step, and a seed with which it does not fail. */
const plainest = inOneHand(planFrom([]));
const calm = 1;

/** What an effect is asked for with, in words. */
const workOf = ({ path, work, results }: StepOrder) => JSON.stringify([path, work, results]);

const nodesOf = (
  all: ReadonlyArray<{
    path: string;
    kind: string;
    status: string;
    output: Json;
    error: { code: string } | null;
  }>,
): Nodes =>
  Object.fromEntries(
    all
      .filter(({ kind }) => kind !== 'plan')
      .map(({ path, status, output, error }): [string, NodeEnd] => [
        path,
        { status, output, error: error?.code ?? null },
      ])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );

/** Words of a failure are the operator's. */
const shortOf = (outcome: PlainRun['outcome']) =>
  outcome.status === 'completed'
    ? outcome
    : { ...outcome.error, code: outcome.error.code === 'x' ? REFUSED : outcome.error.code, message: '' };

const taskOf = (id: string, workflowId: string): Parameters<typeof insertTasks>[1][number] => ({
  ...NEW_TASK,
  id,
  root_id: id,
  goal: 'a plan',
  type: 'general',
  status: 'running',
  priority: 50,
  input: JSON.stringify(INPUT),
  files: '[]',
  plan: '{}',
  deadline: null,
  created_by: 'a test',
  workflow_id: workflowId,
  workflow_version: 1,
});
