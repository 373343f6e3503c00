import type { Executor } from '../../agents/agent.ts';
import type { ExecutorPort, Taken, Turn, WorkAnswer } from '../../agents/executor.ts';
import { type ScriptedSpec, type ScriptedTurn, valueFor } from '../../agents/scripted.ts';
import { reported } from '../../models/usage.ts';
import { pause } from '../../platform/kernel/clock.ts';
import { CadreError } from '../../platform/kernel/errors.ts';

/** Digits of a cost in dollars; sums of many small ones would trail off otherwise. */
const COST_DIGITS = 9;

/** What a script's operator answers. */
export interface ScriptedOutput {
  /** The texts of its turns, in order. */
  text: string;
  turns: Array<{ turn: number; model: string; text: string }>;
  acts: Array<{ name: string; effect: string; isDone: boolean; code?: string }>;
  /** What people had told it by its last turn. */
  notes: string[];
  howMade: string;
}

/**
 * Follows the turns of its spec. No language model: texts and tokens stand in the spec, each turn takes the time that
 * the spec says, is metered at the prices of its model, and stored once. Its acts touch nothing: what they show is the
 * check before them. `receive` handles messages, as agents with built-in skills do.
 */
export function createScriptedExecutor(receive: ExecutorPort['receive']): ExecutorPort {
  return {
    kind: 'scripted',
    hosts: () => [], // it lives where the built-in skills do
    async check(executor) {
      scriptOf(executor);
    },
    async execute(executor, _order, signal, turns) {
      const script = scriptOf(executor);
      const output: ScriptedOutput = { text: '', turns: [], acts: [], notes: [], howMade: HOW_MADE };
      const usage = { inputTokens: 0, outputTokens: 0, costUsd: 0 };
      for (const [index, turn] of script.turns.entries()) {
        const number = index + 1;
        const taken = await turns.take(`${number}`, (now) => think(script, turn, now, signal));
        output.turns.push({ turn: number, model: taken.model ?? '', text: taken.value.text });
        output.notes = taken.value.notes;
        usage.inputTokens += taken.inputTokens;
        usage.outputTokens += taken.outputTokens;
        usage.costUsd = rounded(usage.costUsd + taken.costUsd);
        for (const act of turn.acts) {
          const { wantsConfirmation, detail } = act;
          const name = `${number}:${act.name}`;
          const outcome = await turns.act(
            {
              name,
              effect: act.effect,
              ...(wantsConfirmation !== undefined && { wantsConfirmation }),
              ...(detail !== undefined && { detail }),
            },
            async () => true,
          );
          const said = outcome.isDone ? {} : { code: outcome.error.code };
          output.acts.push({ name, effect: act.effect, isDone: outcome.isDone, ...said });
        }
      }
      output.text = output.turns.map(({ text }) => text).join('\n');
      return { output, usage } satisfies WorkAnswer;
    },
    receive,
  };
}

const HOW_MADE = 'A script, no language model: texts and token counts stand in the spec of the agent.';

function scriptOf(executor: Executor): ScriptedSpec {
  if (executor.kind !== 'scripted')
    throw new CadreError('agent/bad-answer', { detail: `not a scripted executor: ${executor.kind}` });
  return executor;
}

async function think(
  script: ScriptedSpec,
  turn: ScriptedTurn,
  { model: wanted, notes, reserve, release }: Turn,
  signal: AbortSignal,
): Promise<Taken<{ text: string; notes: string[] }>> {
  const model = wanted === null ? script.models[0] : script.models.find(({ name }) => name === wanted);
  if (!model) {
    const known = script.models.map(({ name }) => name).join(', ');
    throw new CadreError('control/unknown-model', { model: wanted ?? 'none', known });
  }
  const inputTokens = valueFor(turn.inputTokens, model.name) ?? 0;
  const outputTokens = valueFor(turn.outputTokens, model.name) ?? 0;
  const costUsd = rounded(
    (inputTokens * model.inputUsdPerMillion + outputTokens * model.outputUsdPerMillion) / 1_000_000,
  );
  // A script knows what it will take; nothing is computed, so nothing takes energy.
  const reservationId = await reserve({ model: model.name, inputTokens, outputTokens, costUsd, energyJ: 0 });
  const durationMs = valueFor(turn.thinkMs, model.name) ?? 0;
  await pause(durationMs, signal).catch(async (ended: unknown) => {
    await release(reservationId); // a turn of a script that is ended takes nothing
    throw ended;
  });
  return {
    value: { text: valueFor(turn.text, model.name) ?? '', notes },
    model: model.name,
    inputTokens,
    outputTokens,
    costUsd,
    billed: { reservationId, usage: reported({ inputTokens, outputTokens, costUsd, durationMs }) },
  };
}

function rounded(usd: number): number {
  return Number(usd.toFixed(COST_DIGITS));
}
