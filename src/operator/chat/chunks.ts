import type { StreamEvent } from '../../platform/kernel/operation.ts';

/**
 * What happens in a task as parts of a message of the AI SDK's UI message stream (package `ai` 7). Pure over the stream
 * of the task. Text comes live and may have gaps; the stored answer is the truth and completes it at the end.
 */
export type Chunk =
  | { type: 'start'; messageId: string; messageMetadata: { chat: string; task: string } }
  | { type: 'text-start' | 'text-end'; id: string }
  | { type: 'text-delta'; id: string; delta: string }
  | { type: 'data-tool'; id: string; data: ToolData }
  | { type: 'data-approval'; id: string; data: ApprovalData }
  | { type: 'data-state'; data: { state: string; because: string | null }; transient: true }
  | { type: 'data-usage'; data: unknown }
  | { type: 'error'; errorText: string }
  | { type: 'finish'; finishReason: 'stop' | 'error' };

/** Something that the agent did, or was not let. */
export interface ToolData {
  act: string;
  effect: string;
  state: 'done' | 'refused';
  because: string | null;
}

/** An act that waits for a person's word, given with `acts.decide` and never in a chat. */
export interface ApprovalData {
  actId: string;
  act: string;
  effect: string;
  detail: string | null;
  state: 'asked' | 'allowed' | 'declined';
}

/** How a task ended, from its row. */
export interface Ending {
  isCompleted: boolean;
  /** What the agent says; or why it says nothing. */
  text: string;
  usage: unknown;
}

/** The parts of one answer. `ending` is asked for once, when the task has settled. */
export async function* chunksOf(
  { chat, task }: { chat: string; task: string },
  items: AsyncIterable<StreamEvent>,
  ending: () => Promise<Ending>,
): AsyncIterable<Chunk> {
  yield { type: 'start', messageId: task, messageMetadata: { chat, task } };
  let open: { id: string; text: string } | undefined;
  let isSettled = false;
  for await (const { event, data } of items) {
    if (event === 'text.delta') {
      const piece = data as { taskId: string; turn: string; text: string }; // what the stream of a task yields
      if (piece.taskId !== task || !/^\d+$/.test(piece.turn)) continue;
      if (open?.id !== piece.turn) {
        if (open) yield { type: 'text-end', id: open.id };
        open = { id: piece.turn, text: '' };
        yield { type: 'text-start', id: open.id };
      }
      open.text += piece.text;
      yield { type: 'text-delta', id: open.id, delta: piece.text };
      continue;
    }
    const part = partOf(event, (data as { data: Record<string, unknown> }).data); // a record of the event log
    if (part) yield part;
    isSettled = event === 'task.settled' && (data as { taskId: string }).taskId === task;
    if (isSettled) break;
  }
  // The server stops, or the reader may not read any more: the work goes on, and who comes again hears it.
  if (!isSettled) return;
  const { isCompleted, text, usage } = await ending();
  yield* last(open, isCompleted ? text : '');
  yield { type: 'data-usage', data: usage };
  if (!isCompleted) yield { type: 'error', errorText: text };
  yield { type: 'finish', finishReason: isCompleted ? 'stop' : 'error' };
}

/** What is missing of the answer: the rest of what came live, or all of it. */
function* last(open: { id: string; text: string } | undefined, text: string): Iterable<Chunk> {
  const isPart = open !== undefined && open.text !== '' && text.startsWith(open.text);
  if (open) {
    if (isPart && text.length > open.text.length)
      yield { type: 'text-delta', id: open.id, delta: text.slice(open.text.length) };
    yield { type: 'text-end', id: open.id };
  }
  if (text === '' || isPart || open?.text.trim() === text.trim()) return;
  yield { type: 'text-start', id: 'answer' };
  yield { type: 'text-delta', id: 'answer', delta: text };
  yield { type: 'text-end', id: 'answer' };
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** A fact of the log as a part; most facts are none. */
function partOf(event: string, data: Record<string, unknown>): Chunk | undefined {
  const act = text(data.act) ?? '';
  const effect = text(data.effect) ?? '';
  if (event === 'act.done' || event === 'act.refused') {
    const state = event === 'act.done' ? 'done' : 'refused';
    return { type: 'data-tool', id: act, data: { act, effect, state, because: text(data.because) } };
  }
  if (event === 'act.asked' || event === 'act.decided') {
    const actId = text(data.actId) ?? '';
    const state = event === 'act.asked' ? 'asked' : data.allow === true ? 'allowed' : 'declined';
    const detail = text(data.detail);
    return { type: 'data-approval', id: actId, data: { actId, act, effect, detail, state } };
  }
  if (event === 'task.paused' || event === 'task.resumed' || event === 'task.started')
    return {
      type: 'data-state',
      data: { state: event.slice('task.'.length), because: text(data.reason) },
      transient: true,
    };
  return undefined;
}
