import type { Executor } from '../../agents/agent.ts';
import type { ExecutorPort, Turns, WorkAnswer, WorkOrder } from '../../agents/executor.ts';
import { DEFAULT_TOOLS, type ModelExecutorSpec } from '../../agents/model-executor.ts';
import type { Registry } from '../../models/registry.ts';
import type { LiveText } from '../../platform/bus/live-text.ts';
import { type Clock, fromRfc3339 } from '../../platform/kernel/clock.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import type { Json } from '../../platform/kernel/json.ts';
import { messageOf } from '../../platform/kernel/json.ts';
import { briefing, type FileView } from '../loop/context.ts';
import { type Criterion, outputCheck } from '../loop/finish.ts';
import { type LoopEnd, type LoopEvent, runLoop } from '../loop/loop.ts';
import { viewFiles } from '../tools/files.ts';
import { checkTools, type ToolNeeds, toolsFor } from '../tools/toolbox.ts';
import { VERIFYING, verifyByModel } from '../verifier/verify.ts';
import { type MessageNeeds, receiveWithModel } from './model-messages.ts';

export interface ModelExecutorNeeds extends ToolNeeds, MessageNeeds {
  registry: Pick<Registry, 'models'>;
  clock: Clock;
  live: Pick<LiveText, 'say' | 'flush'>;
}

/** What an operator with a language model answers, where its spec gives no schema of its own. */
export interface ModelOutput {
  text: string;
  doneCriteria?: Criterion[];
  turns: number;
  models: string[];
  howMade: string;
}

/** Works with a language model: the agent loop over the gate, with the tools that the spec names and no others. */
export function createModelExecutor(needs: ModelExecutorNeeds): ExecutorPort {
  return {
    kind: 'model',
    hosts: () => [], // it lives where the built-in skills do
    async check(executor, _capabilities, _signal, tenantId) {
      const spec = specOf(executor);
      checkTools(spec.tools ?? [], needs.plugIns.tools());
      checkSchema(spec.outputSchema ?? null);
      await checkModel(needs, spec, tenantId);
    },
    async execute(executor, order, signal, turns) {
      const spec = specOf(executor);
      if (order.capability === VERIFYING)
        return { output: await verifyByModel(needs, spec, { order, signal, turns }) };
      return answerOf(await work(needs, spec, { order, signal, turns }));
    },
    async receive(executor, delivery, signal) {
      const receipt = await receiveWithModel(needs, specOf(executor), delivery, signal);
      return receipt ?? needs.builtIn(executor, delivery, signal);
    },
  };
}

function specOf(executor: Executor): ModelExecutorSpec {
  if (executor.kind !== 'model')
    throw new CadreError('agent/bad-answer', { detail: `not a model executor: ${executor.kind}` });
  return executor;
}

function checkSchema(schema: Record<string, Json> | null): void {
  try {
    outputCheck(schema);
  } catch (thrown) {
    throw new CadreError('request/invalid', { detail: `executor.outputSchema: ${messageOf(thrown)}` });
  }
}

/** @throws CadreError `model/none`, `model/unknown` */
async function checkModel(
  { registry }: ModelExecutorNeeds,
  { model }: ModelExecutorSpec,
  tenantId: string,
): Promise<void> {
  const usable = (await registry.models(tenantId)).filter(({ canUseTools }) => canUseTools);
  if (usable.length === 0)
    throw new CadreError('model/none', { because: 'no connected model can use tools' });
  if (model !== undefined && !usable.some(({ id }) => id === model))
    throw new CadreError('model/unknown', { model });
}

async function work(
  needs: ModelExecutorNeeds,
  spec: ModelExecutorSpec,
  { order, signal, turns }: { order: WorkOrder; signal: AbortSignal; turns: Turns },
): Promise<LoopEnd> {
  const toolWork = { order, ask: turns.ask };
  const view = order.files.length > 0 ? await lookAtFiles(needs, toolWork, turns, signal) : NO_FILES;
  const { instructions, contextTokens, maxTurns, maxOutputTokens, temperature, thrift } = spec;
  const { system, opening, label, doneCriteria } = briefing(order, { instructions, contextTokens }, view);
  return runLoop(
    {
      call: needs.models.call,
      turns,
      signal,
      nowMs: needs.clock.nowMs,
      say: speaker(needs, order),
    },
    {
      bill: billOf(order),
      model: spec.model ?? null,
      taskType: order.capability ?? order.type,
      system,
      opening,
      label,
      tools: toolsFor(needs, toolWork, spec.tools ?? DEFAULT_TOOLS),
      wanted: { doneCriteria, outputSchema: spec.outputSchema ?? null },
      maxTurns,
      maxOutputTokens,
      contextTokens,
      ...(thrift !== undefined && { thrift }),
      ...(temperature !== undefined && { temperature }),
      deadlineMs: order.context.deadline === null ? null : (fromRfc3339(order.context.deadline) ?? null),
    },
  );
}

const NO_FILES: FileView = { files: [], unreadable: [], passages: [] };

/** What it is told of its files is an act that is stored: the same in every attempt. */
async function lookAtFiles(
  needs: ModelExecutorNeeds,
  toolWork: Parameters<typeof viewFiles>[1],
  turns: Turns,
  signal: AbortSignal,
): Promise<FileView> {
  const looked = await turns.act({ name: 'context', effect: 'read' }, () =>
    viewFiles(needs, toolWork, signal),
  );
  return looked.isDone ? looked.value : NO_FILES;
}

function billOf({ tenantId, context, taskId, agentId, runId }: WorkOrder) {
  return { tenantId, rootId: context.rootId, taskId, agentId, runId, purpose: 'work' as const };
}

/** Text goes to whoever watches; everything else they read in the event log. */
function speaker({ live }: ModelExecutorNeeds, order: WorkOrder): (event: LoopEvent) => void {
  const { tenantId, taskId, agentId, context } = order;
  return (event) => {
    if (event.type === 'turn') live.flush();
    if (event.type !== 'text') return;
    const { turn, delta } = event;
    live.say({ tenantId, rootId: context.rootId, taskId, agentId, turn, text: delta });
  };
}

/** @throws CadreError the failure of the loop, for the engine to judge */
function answerOf(end: LoopEnd): WorkAnswer {
  if (!end.isDone) throw end.error;
  const { output, doneCriteria, turns, models, usage } = end;
  if (typeof output !== 'string') return { output, usage };
  const made: ModelOutput = {
    text: output,
    ...(doneCriteria.length > 0 && { doneCriteria }),
    turns,
    models,
    howMade: `By a language model (${models.join(', ')}) in ${turns === 1 ? 'one turn' : `${turns} turns`}. Nobody has checked it.`,
  };
  return { output: made, usage };
}
