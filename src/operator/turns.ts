import type { Act, ActOutcome, AgentAnswer, AgentQuestion, Taken, Turn, Turns } from '../agents/executor.ts';
import { mayAct, type PermissionMode } from '../agents/permission.ts';
import { ask as askAgents } from '../coordination/ask.ts';
import type { Mail } from '../messages/mail.ts';
import type { Ledger } from '../models/ledger.ts';
import type { Bill } from '../models/usage.ts';
import type { EventLog, EventType } from '../platform/events/events.ts';
import { CadreError, toErrorRecord } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import type { Attempt } from '../platform/runs/run.ts';
import { selectNotes } from '../platform/store/commands.ts';
import { insertAskedAct, insertTurn, selectControl } from '../platform/store/control.ts';
import type { Store, TenantTx } from '../platform/store/transaction.ts';
import { actSignal, decisionSchema } from '../tasks/acts.ts';
import { modeOf } from '../tasks/wishes.ts';

/** What one asks another agent for in words (docs/model-agents.md). */
export const ASK_REQUEST = 'ask';

export interface TurnNeeds {
  store: Store;
  events: EventLog;
  mail: Mail;
  ledger: Pick<Ledger, 'reserve' | 'settle' | 'release'>;
}

/**
 * Turns and acts of an executor over one attempt. Before each the database is asked whether the run is to pause or
 * end, and what the goal wishes now; each turn commits with its usage, each act with what became of it.
 */
export function createTurns(
  { store, events, mail, ledger }: TurnNeeds,
  attempt: Attempt,
  task: { id: string; rootId: string },
): Turns {
  /** What is wished now. A pause or an end that was asked for comes first. */
  const wishes = async () => {
    const read = store.read(attempt.tenantId, (tx) =>
      Promise.all([selectControl(tx, task.rootId), selectNotes(tx, task.rootId)]),
    );
    const [[control, notes]] = await Promise.all([read, attempt.obey()]);
    return { model: control?.model ?? null, permissionMode: modeOf(control), notes };
  };
  const fact = (
    type: Extract<EventType, `turn.${string}` | `act.${string}` | 'context.compacted'>,
    data: object,
  ) => ({
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
        const now = await wishes();
        ({ permissionMode } = now);
        const bill: Bill = {
          tenantId: attempt.tenantId,
          rootId: task.rootId,
          taskId: task.id,
          agentId: attempt.agentId,
          runId: attempt.runId,
          turn: name,
          purpose: 'work',
        };
        return work({
          ...now,
          idempotencyKey,
          bill,
          reserve: (worst) => ledger.reserve(bill, worst),
          release: (reservationId) => ledger.release(attempt.tenantId, reservationId),
        });
      },
      async (tx, { model, inputTokens, outputTokens, costUsd, billed, compacted, saved }) => {
        if (billed) await ledger.settle(tx, billed.reservationId, model ?? '', billed.usage);
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
          fact('turn.taken', {
            turn: name,
            model,
            permissionMode,
            inputTokens,
            outputTokens,
            costUsd,
            ...(saved && { saved }),
          }),
          ...(compacted ? [fact('context.compacted', { turn: name, ...compacted })] : []),
        ]);
      },
    );
  }

  /** What a person said about an act; asks, and lets go of the worker, until somebody has. */
  async function askPeople(act: Act): Promise<{ allow: boolean; by: string }> {
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
    const judge = async () => {
      const { permissionMode } = await wishes();
      return { verdict: mayAct(permissionMode, effect, wantsConfirmation), permissionMode };
    };
    const may = `may:${name}`;
    const now = (await attempt.has(may)) ? undefined : await judge();
    // A verdict that somebody waits for is a step of its own: who was asked is not asked again under another mode.
    const verdict = now?.verdict === 'allow' ? now : await attempt.step(may, async () => now ?? judge());
    const decided = verdict.verdict === 'ask' ? await askPeople(wanted) : undefined;
    return attempt.step(
      `act:${name}`,
      async (idempotencyKey): Promise<ActOutcome<T>> => {
        // Plan mode that came in between still changes nothing.
        if (verdict !== now && mayAct((await wishes()).permissionMode, effect) === 'refuse') {
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

  async function ask({ name, to, question, timeoutMs }: AgentQuestion): Promise<AgentAnswer> {
    const [answer] = await askAgents(
      attempt,
      { store, mail },
      {
        name,
        requests: [{ to, requestType: ASK_REQUEST, data: { question }, subject: question.slice(0, 200) }],
        conversationId: `task:${task.id}`,
        timeoutMs,
        ...(attempt.agentId !== null && { by: attempt.agentId }),
      },
    );
    const { status, data, error } = answer ?? { status: 'refused', data: null, error: 'nobody was asked' };
    return { status, data, error };
  }

  return { take, act, ask };
}
