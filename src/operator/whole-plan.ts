import type { Turns, WorkOrder } from '../agents/executor.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { LetGo } from '../platform/runs/attempt.ts';
import type { Attempt, Settlement } from '../platform/runs/run.ts';
import { type SettleNeeds, settleTask } from '../tasks/settle.ts';
import { endOf } from '../workflows/end.ts';
import { BILLED_BY_TURN, refusalOf, report } from './billing.ts';
import { type CarryNeeds, carryOut, type HeldPlan } from './carry-out.ts';
import { type ExecuteNeeds, execute, keepReading, type Ready, SILENT_MS } from './execute.ts';
import { readingOf } from './metered.ts';
import { isSilent } from './silence.ts';

/** Steps that say nothing of what they took are asked at most this often whether they may begin. */
const ASKED_EVERY_MS = 1_000;

/** Carries out a whole workflow: its steps are those of this run, and the task ends as the plan does. */
export async function wholePlan(
  needs: ExecuteNeeds & CarryNeeds & SettleNeeds,
  attempt: Attempt,
  ready: Ready,
  plan: HeldPlan,
): Promise<Settlement> {
  const { spec, order, task } = ready;
  const { kind } = spec.executor;
  const { rootId } = order.context;
  let askedMs = performance.now();
  let isPaidFor = false;
  const done = await execute(needs, attempt, ready, (executor, turns) =>
    carryOut(needs, attempt, plan, {
      async doStep({ name, work, results, idempotencyKey, signal }) {
        const timeoutMs = work.timeoutMs ?? spec.timeoutMs;
        const step: WorkOrder = {
          ...order,
          type: work.type,
          goal: work.goal,
          capability: plan.course.workflow.operator?.capability ?? null,
          input: work.input,
          files: work.files ?? order.files,
          context: { ...order.context, results },
          idempotencyKey,
          timeoutMs,
        };
        try {
          const { output, usage } = await within(timeoutMs, signal, (inTime) =>
            executor.execute(spec.executor, step, inTime, turnsOf(name, turns)),
          );
          return { output, ...(usage && !BILLED_BY_TURN.includes(kind) && { usage }) };
        } catch (error) {
          // The plan rests, and goes on here or in other hands: the step has not failed.
          if (await isSilent(error, () => executor.check(spec.executor, [], signal, attempt.tenantId)))
            throw new LetGo({ postponeMs: SILENT_MS });
          throw error;
        }
      },
      report(tx, path, usage) {
        isPaidFor = true;
        return report(tx, needs, attempt, { kind, rootId, answer: { usage } }, `report:${path}`);
      },
      async refusal(tx) {
        if (!isPaidFor && performance.now() < askedMs + ASKED_EVERY_MS) return undefined;
        askedMs = performance.now();
        isPaidFor = false;
        return refusalOf(tx, needs, attempt, Promise.resolve(kind));
      },
    }),
  );
  const how = { kind, answer: done, ended: true, succeeded: done.end.outcome.status === 'completed' };
  const reading = await readingOf(needs.meter, attempt, order, how);
  return {
    async commit(tx) {
      await done.write(tx);
      await keepReading(tx, needs, reading);
      await settleTask(tx, needs, task.id, { ...endOf(done.end), fence: attempt.fence });
    },
    turn: task.id,
  };
}

/** Work that ends in time, also where who does it takes no notice of the signal. @throws CadreError `run/timeout` */
async function within<T>(
  timeoutMs: number,
  signal: AbortSignal,
  work: (inTime: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const late = new AbortController();
  const inTime = AbortSignal.any([signal, late.signal]);
  const timer = setTimeout(() => late.abort(new CadreError('run/timeout', { timeoutMs })), timeoutMs);
  const aborted = new Promise<never>((_, reject) => {
    inTime.addEventListener('abort', () => reject(inTime.reason), { once: true });
  });
  try {
    return await Promise.race([work(inTime), aborted]);
  } finally {
    clearTimeout(timer);
  }
}

/** Turns, acts and questions of one step: those of another have other names. */
function turnsOf(step: string, turns: Turns): Turns {
  const named = (name: string) => `${step}:${name}`;
  return {
    take: (name, work) => turns.take(named(name), work),
    act: (act, work) => turns.act({ ...act, name: named(act.name) }, work),
    ask: (question) => turns.ask({ ...question, name: named(question.name) }),
  };
}
