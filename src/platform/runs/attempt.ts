import { CadreError } from '../kernel/errors.ts';
import { holdRun, insertSteps, type NewStep, selectRun, selectSteps } from '../store/runs.ts';
import type { RunRow } from '../store/schema.ts';
import type { Store, TenantTx } from '../store/transaction.ts';
import { type Committer, fenced } from './committer.ts';
import { type Attempt, type ClaimedRun, type Control, MAX_RUN_STEPS, PLAN_STEP } from './run.ts';
import type { Starter } from './starter.ts';

/** Thrown through a handler to let go of its run; never caught by handlers. */
export class LetGo extends Error {
  readonly why: { control: Control } | { wait: string; timeoutMs: number | null } | { postponeMs: number };

  constructor(why: LetGo['why']) {
    super('the run lets go of its worker');
    this.why = why;
  }
}

/** One claimed run in this process: what its handler uses, and what the worker tells it. */
export interface LiveAttempt {
  readonly attempt: Attempt;
  readonly row: RunRow;
  /** The lease is lost, the time is up, or a person ended it: abort what is in flight. */
  abort(reason: Error): void;
  /** A person asked for it: seen at the next step boundary. */
  control(control: Control): void;
  /** The result of the last step, which is stored with the settlement. */
  unstored(): NewStep | undefined;
}

/** Builds the attempt. `steps` are loaded once, when the first step is asked for. */
export function createAttempt(
  needs: { store: Store; committer: Committer; starter: Starter; fencingOff?: boolean; keysOff?: boolean },
  row: RunRow,
  begun?: unknown,
): LiveAttempt {
  const { store, committer, starter, fencingOff = false, keysOff = false } = needs;
  const controller = new AbortController();
  let asked: Control | undefined;
  let stored: Map<string, string | null> | undefined;
  let count = 0;
  let unstored: NewStep | undefined;

  async function known(): Promise<Map<string, string | null>> {
    if (!stored) {
      // A first attempt has no steps yet: fences start at 1.
      const rows = row.fence === 1 ? [] : await store.readAll((tx) => selectSteps(tx, row.id));
      stored = new Map(rows.map((step) => [step.name, step.result]));
      count = rows.filter(({ name }) => !name.startsWith(PLAN_STEP)).length;
    }
    return stored;
  }

  const keyOf = (name: string) => (keysOff ? `${row.id}:${name}:${row.fence}` : `${row.id}:${name}`);

  function heed(): void {
    controller.signal.throwIfAborted();
    if (asked) throw new LetGo({ control: asked });
  }

  function countStep(name: string): void {
    if (name.startsWith(PLAN_STEP)) return;
    count += 1;
    if (count > MAX_RUN_STEPS) throw new CadreError('run/step-limit', { limit: MAX_RUN_STEPS });
  }

  function boundary(name: string): void {
    heed();
    countStep(name);
  }

  /** Owned by this attempt, and not ended: a pause lets what is under way be stored. */
  async function hold(tx: TenantTx): Promise<void> {
    if (!(await holdRun(tx, row.id, row.fence))) throw fenced(row.id, row.fence);
  }

  async function keep(
    tx: TenantTx,
    name: string,
    result: string,
    commit: () => Promise<void>,
  ): Promise<void> {
    await hold(tx);
    tx.alongside(insertSteps(tx, [{ run_id: row.id, name, fence: row.fence, result }]));
    await commit();
  }

  const attempt: Attempt = {
    ...claimedOf(row),
    kind: row.kind,
    begun,
    maxAttempts: row.max_attempts,
    signal: controller.signal,
    heed,
    keyOf,

    async step(name, work, commit) {
      const steps = await known();
      if (steps.has(name)) return parse(steps.get(name));
      boundary(name);
      const result = await work(keyOf(name));
      controller.signal.throwIfAborted();
      const text = JSON.stringify(result ?? null);
      if (commit) {
        await store.write(row.tenant_id, (tx) => keep(tx, name, text, () => commit(tx, result)));
        steps.set(name, text);
        return result;
      }
      const kept = await committer.step({ run_id: row.id, name, fence: row.fence, result: text });
      if (!kept && !fencingOff) {
        throw fenced(row.id, row.fence);
      }
      steps.set(name, text);
      return result;
    },

    async last(name, work) {
      const steps = await known();
      if (steps.has(name)) return parse(steps.get(name));
      boundary(name);
      const result = await work(keyOf(name));
      controller.signal.throwIfAborted();
      unstored = { run_id: row.id, name, fence: row.fence, result: JSON.stringify(result ?? null) };
      return result;
    },

    has: async (name) => (await known()).has(name),

    async transact(name, work) {
      const steps = await known();
      if (steps.has(name)) return parse(steps.get(name));
      boundary(name);
      const result = await store.write(row.tenant_id, async (tx: TenantTx) => {
        await hold(tx);
        const outcome = await work(tx);
        await insertSteps(tx, [
          { run_id: row.id, name, fence: row.fence, result: JSON.stringify(outcome ?? null) },
        ]);
        return outcome;
      });
      steps.set(name, JSON.stringify(result ?? null));
      return result;
    },

    async obey() {
      controller.signal.throwIfAborted();
      const now = await store.readAll((tx) => selectRun(tx, row.id));
      if (now?.state !== 'running' || now.fence !== row.fence) throw fenced(row.id, row.fence);
      if (now.control !== null) throw new LetGo({ control: now.control as Control }); // written by controlRuns
    },

    async transactTogether(name, work) {
      const { id: runId, tenant_id: tenantId, fence } = row;
      const steps = await known();
      if (name !== undefined && steps.has(name)) return parse(steps.get(name));
      controller.signal.throwIfAborted();
      if (name !== undefined) countStep(name);
      const result = await starter({ tenantId, runId, fence, name, work });
      if (name !== undefined) steps.set(name, JSON.stringify(result ?? null));
      return result;
    },

    async wait(name, options = {}) {
      const steps = await known();
      if (steps.has(`wait:${name}`)) return parse(steps.get(`wait:${name}`)) ?? undefined;
      boundary(name);
      throw new LetGo({ wait: name, timeoutMs: options.timeoutMs ?? null });
    },

    async postpone(delayMs) {
      throw new LetGo({ postponeMs: delayMs });
    },
  };

  return {
    attempt,
    row,
    abort: (reason) => controller.abort(reason),
    unstored: () => unstored,
    control(control) {
      asked = control;
      if (control !== 'pause') controller.abort(new LetGo({ control }));
    },
  };
}

/** A claimed run, as its handler sees it. */
export function claimedOf(row: RunRow): ClaimedRun {
  return {
    runId: row.id,
    tenantId: row.tenant_id,
    taskId: row.task_id,
    agentId: row.agent_id,
    payload: JSON.parse(row.payload),
    fence: row.fence,
    attempt: row.attempts,
  };
}

function parse<T>(text: string | null | undefined): T {
  return (text ? JSON.parse(text) : null) as T; // the handler stored it under this name with this type
}
