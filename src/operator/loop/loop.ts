import type { LanguageModelV4FunctionTool, LanguageModelV4Prompt } from '@ai-sdk/provider';
import type { Taken, Turns } from '../../agents/executor.ts';
import type { ModelAnswer, Models } from '../../models/call.ts';
import type { ModelId } from '../../models/model.ts';
import type { ThriftSettings } from '../../models/thrift/thrift.ts';
import type { Bill } from '../../models/usage.ts';
import { toRfc3339 } from '../../platform/kernel/clock.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import type { Json } from '../../platform/kernel/json.ts';
import { historyTool } from '../tools/history.ts';
import { type Tool, wireNameOf } from '../tools/tool.ts';
import { MAX_CALLS_PER_ANSWER, type RawCall, readCall } from './calls.ts';
import {
  foldDue,
  notesShown,
  pastMessages,
  type Room,
  SUMMARY_TOKENS,
  summaryPrompt,
  tokensOf,
} from './compact.ts';
import { type Criterion, FINISH, finishTool, judgeFinish, judgeText, type Wanted } from './finish.ts';
import { asSent, withOwnIds } from './sent.ts';
import { countSame, MAX_ACTS, mustStop, SAME_TOLD } from './stop.ts';
import { estimateTokens } from './tokens.ts';
import {
  type CallResult,
  callId,
  type Exchange,
  type Fold,
  type Label,
  noteMessage,
  type StoredTurn,
  saidIn,
} from './transcript.ts';

/**
 * The agent loop as a plain function: everything it needs is a parameter, everything it says goes to one sink, and a
 * failure is a value. Each call of the model and each tool call is stored once (`Turns`), and the messages of the next
 * call are a pure function of what is stored, so a crash anywhere repeats nothing and changes no prompt.
 */
export interface LoopNeeds {
  call: Models['call'];
  turns: Turns;
  signal: AbortSignal;
  nowMs(): number;
  /** Hears what happens. Never throws. */
  say(event: LoopEvent): void;
}

/** What is to be done, and within which bounds. */
export interface LoopTask {
  bill: Omit<Bill, 'turn'>;
  /** The wish of the agent; that of the goal goes before it. Null: the rules choose. */
  model: ModelId | null;
  taskType: string;
  /** Never this one: who checks work is another than who did it. */
  otherThan?: ModelId;
  temperature?: number;
  system: string;
  /** The task, on the day it began. */
  opening(day: string): string;
  label: Label;
  tools: readonly Tool[];
  wanted: Wanted;
  thrift?: ThriftSettings;
  maxTurns: number;
  maxOutputTokens: number;
  contextTokens: number;
  deadlineMs: number | null;
}

export type LoopEvent =
  | { type: 'text'; turn: string; delta: string }
  /** `isStored`: it was taken by an earlier attempt. */
  | { type: 'turn'; turn: string; model: string | null; isStored: boolean }
  | { type: 'tool'; turn: string; tool: string; isError: boolean }
  | { type: 'compacted'; turn: string; upTo: number; how: 'summary' | 'cut' };

export interface Spending {
  inputTokens: number;
  outputTokens: number;
  costUsd: number;
  energyJ: number;
}

/** How it ended. `said`: the last text of the model. */
export type LoopEnd = { said: string; turns: number; models: string[]; usage: Spending } & (
  | { isDone: true; output: Json; doneCriteria: Criterion[] }
  | { isDone: false; error: CadreError }
);

interface State {
  exchanges: Exchange[];
  fold: Fold;
  acts: number;
  models: Set<string>;
  usage: Spending;
  tools: readonly Tool[];
  /** What it last ended with as not met, and how much it had done by then. */
  unmet: { criteria: string; acts: number; isFinal: boolean } | undefined;
}

/** Carries the task out. @throws what `turns` throws: pause, end, lost lease, a full store */
export async function runLoop(needs: LoopNeeds, task: LoopTask): Promise<LoopEnd> {
  const state: State = {
    exchanges: [],
    fold: { upTo: 0, summary: null },
    acts: 0,
    models: new Set(),
    usage: { inputTokens: 0, outputTokens: 0, costUsd: 0, energyJ: 0 },
    tools: [],
    unmet: undefined,
  };
  state.tools = [...task.tools, historyTool(() => state.exchanges), finishTool(task.wanted)];
  const ended = () => ({
    said: saidIn(state.exchanges.at(-1)?.turn ?? NOTHING),
    turns: state.exchanges.length,
    models: [...state.models],
    usage: state.usage,
  });
  for (let number = 1; number <= task.maxTurns; number += 1) {
    const turn = await takeTurn(needs, task, state, number);
    if (turn instanceof CadreError) return { ...ended(), isDone: false, error: turn };
    const outcome = await carryOut(needs, task, state, number, turn);
    if (outcome) return { ...ended(), isDone: true, ...outcome };
    const because = mustStop(state.exchanges);
    if (because) return { ...ended(), isDone: false, error: because };
    if (state.unmet?.isFinal) break;
  }
  const error = state.unmet
    ? new CadreError('model/criteria-unmet', { criteria: state.unmet.criteria })
    : new CadreError('model/unfinished', { turns: task.maxTurns });
  return { ...ended(), isDone: false, error };
}

const NOTHING: StoredTurn = { parts: [], finish: 'other', notes: [], day: '', because: '' };

/** One call of the model, stored once; a failure of the model is a value. */
async function takeTurn(
  needs: LoopNeeds,
  task: LoopTask,
  state: State,
  number: number,
): Promise<StoredTurn | CadreError> {
  const room = roomOf(task, state);
  await fold(needs, task, state, number, room);
  return guarded(needs, async (attempt) => {
    let isStored = true;
    const taken = await needs.turns.take<StoredTurn>(`${number}`, async ({ model, notes }) => {
      isStored = false;
      const day = state.exchanges[0]?.turn.day ?? toRfc3339(needs.nowMs()).slice(0, 10);
      const sent = asSent(promptOf(task, state, { notes, day, room }), task.taskType, task.thrift);
      const answer = await attempt(async () => {
        checkTime(needs, task);
        return needs.call(
          {
            bill: { ...task.bill, turn: `${number}` },
            ...modelOf(task, model),
            prompt: sent.prompt,
            tools: state.tools.map(wireTool),
            maxOutputTokens: task.maxOutputTokens,
            ...(task.temperature !== undefined && { temperature: task.temperature }),
            onText: (delta) => needs.say({ type: 'text', turn: `${number}`, delta }),
          },
          needs.signal,
        );
      });
      const own = { ...answer, parts: withOwnIds(answer.parts, sent.names) };
      return { ...takenOf(answer, storedTurn(own, notes, day)), saved: sent.saved };
    });
    note(state, taken);
    needs.say({ type: 'turn', turn: `${number}`, model: taken.model, isStored });
    if (taken.value.finish === 'content-filter')
      return new CadreError('model/content-filter', { model: taken.model ?? 'the model' });
    return taken.value;
  });
}

/** Runs what may call a model; what the call itself threw as a known failure is answered, everything else is thrown. */
async function guarded<T>(
  needs: LoopNeeds,
  work: (attempt: <A>(call: () => Promise<A>) => Promise<A>) => Promise<T>,
): Promise<T | CadreError> {
  let failure: CadreError | undefined;
  try {
    return await work(async (call) => {
      try {
        return await call();
      } catch (thrown) {
        if (thrown instanceof CadreError && !needs.signal.aborted) failure = thrown;
        throw thrown;
      }
    });
  } catch (thrown) {
    if (thrown !== undefined && thrown === failure) return failure;
    throw thrown;
  }
}

function checkTime(needs: LoopNeeds, { deadlineMs }: LoopTask): void {
  if (deadlineMs !== null && needs.nowMs() > deadlineMs)
    throw new CadreError('model/deadline', { deadline: toRfc3339(deadlineMs) });
}

function modelOf(task: LoopTask, wished: string | null) {
  const { taskType, otherThan } = task;
  return { model: wished ?? task.model, taskType, ...(otherThan !== undefined && { otherThan }) };
}

function takenOf<T>({ usage, model, reservationId }: ModelAnswer, value: T): Taken<T> {
  const { inputTokens, outputTokens, costUsd } = usage;
  return { value, model, inputTokens, outputTokens, costUsd: costUsd ?? 0, billed: { reservationId, usage } };
}

function note(state: State, { model, inputTokens, outputTokens, costUsd, billed }: Taken<unknown>): void {
  if (model !== null) state.models.add(model);
  const { usage } = state;
  usage.inputTokens += inputTokens;
  usage.outputTokens += outputTokens;
  usage.costUsd = Number((usage.costUsd + costUsd).toFixed(9));
  usage.energyJ += billed?.usage.energyJ ?? 0;
}

/** What is kept of an answer: text as every database takes it, and no calls at all where there are too many. */
function storedTurn({ parts, finish, because }: ModelAnswer, notes: string[], day: string): StoredTurn {
  const calls = parts.filter(({ type }) => type === 'tool-call').length;
  const isFlood = calls > MAX_CALLS_PER_ANSWER;
  return {
    parts: parts
      .filter(({ type }) => !(isFlood && type === 'tool-call'))
      .map((part) =>
        part.type === 'tool-call'
          ? { ...part, input: clean(part.input) }
          : { ...part, text: clean(part.text) },
      ),
    finish,
    notes,
    day,
    because,
    ...(isFlood && { tooManyCalls: calls }),
  };
}

const clean = (text: string): string => text.replaceAll('\u0000', '\uFFFD').toWellFormed();

const wireTool = ({ name, description, inputSchema }: Tool): LanguageModelV4FunctionTool => ({
  type: 'function',
  name: wireNameOf(name),
  description,
  inputSchema,
});

function roomOf(task: LoopTask, state: State): Room {
  const day = state.exchanges[0]?.turn.day ?? '0000-00-00'; // as long as any
  const fixed = task.system + task.opening(day) + JSON.stringify(state.tools.map(wireTool));
  const { contextTokens, maxOutputTokens, label } = task;
  return { contextTokens, maxOutputTokens, label, fixedTokens: estimateTokens(fixed) };
}

function promptOf(
  task: LoopTask,
  { exchanges, fold }: State,
  { notes, day, room }: { notes: string[]; day: string; room: Room },
): LanguageModelV4Prompt {
  const fresh = noteMessage(notes.slice(notesShown(exchanges, fold)));
  return [
    { role: 'system', content: task.system },
    { role: 'user', content: [{ type: 'text', text: task.opening(day) }] },
    ...pastMessages(exchanges, fold, room),
    ...(fresh ? [fresh] : []),
  ];
}

/** Makes the past shorter when the next call would not fit: by a summary of a model, or without one where none can. */
async function fold(
  needs: LoopNeeds,
  task: LoopTask,
  state: State,
  number: number,
  room: Room,
): Promise<void> {
  const upTo = foldDue(state.exchanges, state.fold, room);
  if (upTo === undefined) return;
  const turn = `compact:${number}`;
  const tokensBefore = tokensOf(pastMessages(state.exchanges, state.fold, room));
  const kept = await needs.turns.take<string | null>(turn, async ({ model }) => {
    const taken = await summarise(needs, task, state, { turn, upTo, room, wished: model });
    const folded = { upTo, summary: taken.value };
    const how = taken.value === null ? ('cut' as const) : ('summary' as const);
    const tokensAfter = tokensOf(pastMessages(state.exchanges, folded, room));
    return { ...taken, compacted: { upTo, how, tokensBefore, tokensAfter } };
  });
  note(state, kept);
  const { value: summary } = kept;
  state.fold = { upTo, summary };
  needs.say({ type: 'compacted', turn, upTo, how: summary === null ? 'cut' : 'summary' });
}

async function summarise(
  needs: LoopNeeds,
  task: LoopTask,
  state: State,
  { turn, upTo, room, wished }: { turn: string; upTo: number; room: Room; wished: string | null },
): Promise<Taken<string | null>> {
  const outcome = await guarded(needs, (attempt) =>
    attempt(() =>
      needs.call(
        {
          bill: { ...task.bill, turn, purpose: 'compact' },
          ...modelOf({ ...task, taskType: 'summary' }, wished),
          prompt: summaryPrompt(state.exchanges, state.fold, upTo, room, task.system),
          maxOutputTokens: Math.min(SUMMARY_TOKENS, task.maxOutputTokens),
        },
        needs.signal,
      ),
    ),
  );
  // No model, no money: the past is cut then, and the work goes on.
  if (outcome instanceof CadreError)
    return { value: null, model: null, inputTokens: 0, outputTokens: 0, costUsd: 0 };
  const said = clean(outcome.parts.map((part) => (part.type === 'text' ? part.text : '')).join(''));
  return takenOf(outcome, said.trim() === '' ? null : said);
}

type Outcome = { output: Json; doneCriteria: Criterion[] } | undefined;

/** Does what the answer asks for, one call after the other, and says whether it was the end. */
async function carryOut(
  needs: LoopNeeds,
  task: LoopTask,
  state: State,
  number: number,
  turn: StoredTurn,
): Promise<Outcome> {
  const exchange: Exchange = { number, turn, results: [], nudge: null };
  state.exchanges.push(exchange);
  const calls = turn.parts.filter((part): part is RawCall => part.type === 'tool-call');
  if (turn.tooManyCalls !== undefined) {
    exchange.nudge = `You asked for ${turn.tooManyCalls} tool calls at once; ${MAX_CALLS_PER_ANSWER} is the most. None was carried out.`;
    return undefined;
  }
  if (calls.length === 0) return judgePlain(task, exchange);
  let outcome: Outcome;
  for (const [index, call] of calls.entries()) {
    const result = { id: callId(number, index), wireName: knownName(call.name, state.tools) };
    const read = readCall(call, state.tools);
    if (!read.isUsable) {
      exchange.results.push({
        ...result,
        input: read.input,
        isError: true,
        text: read.problem,
        isUsable: false,
      });
      continue;
    }
    const carried =
      read.tool.name === FINISH
        ? finish(task, state, read.parsed)
        : await act(needs, state, `${number}:${index}`, { ...read });
    if (carried.outcome) outcome = carried.outcome;
    exchange.results.push({ ...result, input: read.input, ...carried.result });
    if (read.tool.name !== FINISH)
      needs.say({ type: 'tool', turn: `${number}`, tool: read.tool.name, isError: carried.result.isError });
  }
  if (!outcome && countSame(state.exchanges) >= SAME_TOLD)
    exchange.nudge = 'You made the same calls with the same results before. Do something else, or finish.';
  return outcome;
}

/** Names of tools that are not there are shown as the model wrote them, in a form that providers take. */
function knownName(name: string, tools: readonly Tool[]): string {
  const tool = tools.find((one) => one.name === name || wireNameOf(one.name) === name);
  return wireNameOf(tool?.name ?? (name || 'nameless'));
}

function judgePlain(task: LoopTask, exchange: Exchange): Outcome {
  const ending = judgeText(exchange.turn.finish === 'length' ? '' : saidIn(exchange.turn), task.wanted);
  if (ending.isGood) return ending;
  exchange.nudge =
    exchange.turn.finish === 'length'
      ? `Your answer was cut at ${task.maxOutputTokens} tokens. Be shorter, or go on in smaller steps.`
      : ending.problem;
  return undefined;
}

interface Carried {
  result: Pick<CallResult, 'isError' | 'text' | 'isUsable'>;
  outcome?: Outcome;
}

function finish(task: LoopTask, state: State, input: unknown): Carried {
  const ending = judgeFinish(input, task.wanted);
  if (ending.isGood) return { result: { isError: false, text: 'done', isUsable: true }, outcome: ending };
  if (ending.unmet) {
    // Told once; who ends again without having done anything since means it.
    const isFinal = state.unmet !== undefined && state.unmet.acts === state.acts;
    state.unmet = { criteria: ending.unmet.join('; '), acts: state.acts, isFinal };
  }
  return { result: { isError: true, text: ending.problem, isUsable: ending.unmet !== undefined } };
}

/** Failures that are no news for a model: the run itself cannot go on now. */
const OF_THE_RUN = /^(?:store|run|server|internal)\//;

/** Carries one call out, if it may be. What fails or is refused is told to the model. */
async function act(
  needs: LoopNeeds,
  state: State,
  place: string,
  { tool, parsed, input }: { tool: Tool; parsed: unknown; input: unknown },
): Promise<Carried> {
  const told = (isError: boolean, text: string): Carried => ({ result: { isError, text, isUsable: true } });
  state.acts += 1;
  if (state.acts > MAX_ACTS)
    return told(true, `${MAX_ACTS} tool calls were made; there are no more. Finish now.`);
  const outcome = await needs.turns.act(
    {
      name: `${place}:${tool.name}`,
      effect: tool.effect,
      detail: `${tool.name} ${JSON.stringify(input)}`.slice(0, MAX_DETAIL),
    },
    async (idempotencyKey): Promise<{ value: Json } | { failed: string }> => {
      try {
        return { value: await tool.run(parsed, { idempotencyKey, signal: needs.signal }) };
      } catch (thrown) {
        if (!(thrown instanceof CadreError) || needs.signal.aborted || OF_THE_RUN.test(thrown.code))
          throw thrown;
        return { failed: thrown.message };
      }
    },
  );
  if (!outcome.isDone) return told(true, `Refused: ${outcome.error.message} Go on without it.`);
  if ('failed' in outcome.value) return told(true, outcome.value.failed);
  const { value } = outcome.value;
  return told(false, typeof value === 'string' ? value : JSON.stringify(value));
}

/** Of what a person reads who is asked. */
const MAX_DETAIL = 2_000;
