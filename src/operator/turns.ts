import type { Act, ActOutcome, Taken, Turn, Turns } from '../agents/executor.ts';
import { mayAct, type PermissionMode } from '../agents/permission.ts';
import type { EventLog } from '../platform/events/events.ts';
import { CadreError, toErrorRecord } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import type { Attempt } from '../platform/runs/run.ts';
import { selectNotes } from '../platform/store/commands.ts';
import { insertAskedAct, insertTurn, selectControl } from '../platform/store/control.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { actSignal, decisionSchema } from '../tasks/acts.ts';
import { modeOf } from '../tasks/wishes.ts';

export interface TurnNeeds {
  store: Store;
  events: EventLog;
}

/**
 * Turns and acts of an executor over one attempt. Before each the database is asked whether the run is to pause or
 * end, and what the goal wishes now; each turn commits with its usage, each act with what became of it.
 */
export function createTurns(
  { store, events }: TurnNeeds,
  attempt: Attempt,
  task: { id: string; rootId: string },
): Turns {
  const wishes = () =>
    store.read(attempt.tenantId, async (tx) => {
      const control = await selectControl(tx, task.rootId);
      return {
        model: control?.model ?? null,
        permissionMode: modeOf(control),
        notes: await selectNotes(tx, task.rootId),
      };
    });
  const fact = (type: 'turn.taken' | 'act.done' | 'act.refused' | 'act.asked', data: object) => ({
    tenantId: attempt.tenantId,
    type,
    taskId: task.id,
    rootId: task.rootId,
    agentId: attempt.agentId,
    runId: attempt.runId,
    data: { ...data },
  });

  async function take<T>(name: string, work: (turn: Turn) => Promise<Taken<T>>): Promise<Taken<T>> {
    let permissionMode: PermissionMode = 'default';
    return attempt.step(
      `turn:${name}`,
      async (idempotencyKey) => {
        await attempt.obey();
        const now = await wishes();
        ({ permissionMode } = now);
        return work({ ...now, idempotencyKey });
      },
      async (tx, { model, inputTokens, outputTokens, costUsd }) => {
        await insertTurn(tx, {
          run_id: attempt.runId,
          name,
          task_id: task.id,
          root_id: task.rootId,
          model,
          permission_mode: permissionMode,
          input_tokens: inputTokens,
          output_tokens: outputTokens,
          cost_usd: costUsd,
        });
        await events.append(tx, [
          fact('turn.taken', { turn: name, model, permissionMode, inputTokens, outputTokens, costUsd }),
        ]);
      },
    );
  }

  /** What a person said about an act; asks, and lets go of the worker, until somebody has. */
  async function ask(act: Act): Promise<{ allow: boolean; by: string }> {
    await attempt.transact(`ask:${act.name}`, async (tx: TenantTx) => {
      const { name, effect, detail } = act;
      const id = newId();
      await insertAskedAct(tx, {
        id,
        run_id: attempt.runId,
        task_id: task.id,
        root_id: task.rootId,
        agent_id: attempt.agentId,
        name,
        effect,
        detail: detail ?? null,
      });
      await events.append(tx, [
        fact('act.asked', { actId: id, act: name, effect, ...(detail && { detail }) }),
      ]);
      return id;
    });
    return decisionSchema.parse(await attempt.wait(actSignal(act.name)));
  }

  async function act<T>(wanted: Act, work: (idempotencyKey: string) => Promise<T>): Promise<ActOutcome<T>> {
    const { name, effect, wantsConfirmation } = wanted;
    // The verdict is a step of its own: a person who was asked is not asked again under another mode.
    const verdict = await attempt.step(`may:${name}`, async () => {
      await attempt.obey();
      const { permissionMode } = await wishes();
      return { verdict: mayAct(permissionMode, effect, wantsConfirmation), permissionMode };
    });
    const decided = verdict.verdict === 'ask' ? await ask(wanted) : undefined;
    return attempt.step(
      `act:${name}`,
      async (idempotencyKey): Promise<ActOutcome<T>> => {
        await attempt.obey();
        const { permissionMode } = await wishes();
        // Plan mode that came in between still changes nothing.
        if (mayAct(permissionMode, effect) === 'refuse') {
          const error = new CadreError('control/plan-mode', { act: name, effect });
          return { isDone: false, error: toErrorRecord(error) };
        }
        if (verdict.verdict === 'allow' || decided?.allow)
          return { isDone: true, value: await work(idempotencyKey) };
        const error =
          decided === undefined
            ? new CadreError('control/plan-mode', { act: name, effect })
            : new CadreError('control/act-declined', { act: name, effect, by: decided.by });
        return { isDone: false, error: toErrorRecord(error) };
      },
      async (tx, outcome) => {
        const data = { act: name, effect, permissionMode: verdict.permissionMode };
        await events.append(tx, [
          outcome.isDone
            ? fact('act.done', { ...data, ...(decided && { allowedBy: decided.by }) })
            : fact('act.refused', { ...data, code: outcome.error.code, because: outcome.error.message }),
        ]);
      },
    );
  }

  return { take, act };
}
