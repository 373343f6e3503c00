import { brief, cut, lengthOf, setIn } from './words.ts';

/**
 * The window on a conversation that an agent reads to go on (FEATURES CO-7): what is shared first, then what was left
 * out in one line for each thread, then the newest messages, whole threads where they fit. Made by counting and
 * quoting, so the same rows always give the same text, and the text is never longer than was asked for.
 */

/** A message that may be shown. */
export interface WindowMessage extends LeftOut {
  /** Already on several lines; set in by the window. */
  text: string;
  depth: number;
  /** What became of it, where that matters: `failed: …`, `open`. */
  note: string | null;
}

/** What is known of a message that may be left out. */
export interface LeftOut {
  id: string;
  threadId: string;
  /** RFC 3339. */
  at: string;
  from: string;
  to: string;
  type: string;
  subject: string;
  isAnswer: boolean;
  isQuestion: boolean;
  /** What it says, in characters, as the store counts them. */
  size: number;
}

export interface WindowInput {
  context: Array<{ key: string; value: unknown; version: number; by: string }>;
  /** The newest messages, newest first, in full. */
  newest: WindowMessage[];
  /** Those before them, newest first, as far as they were looked at. */
  older: LeftOut[];
  /** All there is. */
  total: { messages: number; characters: number };
}

export interface WindowLimits {
  maxCharacters: number;
  maxMessages: number;
}

export interface ContextWindow {
  text: string;
  /** Length of the text in Unicode code points. */
  characters: number;
  messageIds: string[];
  contextKeys: string[];
  leftOut: { messages: number; characters: number; contextKeys: number };
  /** The newest message was too long and is shown in part. */
  cut: boolean;
}

/** Below this there is no room for all three parts. */
export const MIN_WINDOW_CHARACTERS = 1_000;
const BETWEEN = '\n\n';
/** The share of the window that what is shared, and what was left out, may take. */
const CONTEXT_SHARE = 1 / 2;
const LEFT_OUT_SHARE = 1 / 5;

/** Makes the window. `maxCharacters` is at least 1,000. */
export function composeWindow(input: WindowInput, limits: WindowLimits): ContextWindow {
  const { newest, older, total } = input;
  const max = limits.maxCharacters;
  const context = contextPart(input.context, Math.floor(max * CONTEXT_SHARE));
  const used = lengthOf(context.text) + (context.text ? BETWEEN.length : 0);
  const all = choose(newest, { room: max - used, messages: limits.maxMessages });
  const isWhole = all.chosen.length >= total.messages && all.chosen.length === newest.length;
  const reserve = Math.floor(max * LEFT_OUT_SHARE) + BETWEEN.length;
  const picked = isWhole ? all : choose(newest, { room: max - used - reserve, messages: limits.maxMessages });
  const shown = new Set(picked.chosen.map((one) => one.id));
  const shownSize = picked.chosen.reduce((sum, one) => sum + one.size, 0);
  const missing = [...newest.filter((one) => !shown.has(one.id)), ...older];
  // Messages that came while the rows were read are not counted against what was read.
  const count = Math.max(missing.length, total.messages - shown.size);
  const characters = Math.max(0, total.characters - shownSize);
  const threads = new Set(picked.chosen.map((one) => one.threadId));
  const room = max - used - lengthOf(picked.text) - BETWEEN.length;
  const leftOut = count > 0 ? leftOutPart(missing, { count, characters, threads }, room) : '';
  const text = [context.text, leftOut, picked.text].filter((part) => part !== '').join(BETWEEN);
  return {
    text,
    characters: lengthOf(text),
    messageIds: picked.chosen.map((one) => one.id).sort(),
    contextKeys: context.keys,
    leftOut: { messages: count, characters, contextKeys: input.context.length - context.keys.length },
    cut: picked.cut,
  };
}

/** What is shared, one line for each key, as far as there is room; what does not fit is counted. */
function contextPart(entries: WindowInput['context'], room: number): { text: string; keys: string[] } {
  if (entries.length === 0) return { text: '', keys: [] };
  const rest = (count: number) => `- ${count} more: see the context of the conversation`;
  const lines = ['# Shared context'];
  const keys: string[] = [];
  let left = room - lengthOf(lines.join()) - lengthOf(rest(entries.length)) - 1;
  for (const { key, value, version, by } of entries) {
    const line = `- ${key} = ${JSON.stringify(value)} (version ${version}, by ${brief(by, 80)})`;
    const size = lengthOf(line) + 1;
    if (size > left) continue;
    left -= size;
    lines.push(line);
    keys.push(key);
  }
  if (keys.length < entries.length) lines.push(rest(entries.length - keys.length));
  return { text: lines.join('\n'), keys };
}

interface Choice {
  chosen: WindowMessage[];
  text: string;
  cut: boolean;
}

/**
 * The newest messages that fit: thread by thread, from the one with the newest message, each whole; of the first that
 * does not fit whole its newest messages, and then no more: no older thread takes the place of a newer one.
 */
function choose(newest: WindowMessage[], limits: { room: number; messages: number }): Choice {
  const heading = '# Messages';
  const chosen: WindowMessage[] = [];
  let room = limits.room - lengthOf(heading);
  const fits = (messages: WindowMessage[]) =>
    chosen.length + messages.length <= limits.messages && sizeOf(messages) <= room;
  const take = (messages: WindowMessage[]) => {
    chosen.push(...messages);
    room -= sizeOf(messages);
  };
  for (const thread of Map.groupBy(newest, (one) => one.threadId).values()) {
    if (fits(thread)) {
      take(thread);
      continue;
    }
    for (const message of thread) {
      if (!fits([message])) break;
      take([message]);
    }
    break;
  }
  const [first] = newest;
  if (chosen.length === 0 && first && limits.messages > 0) {
    const mark = '… (cut)';
    const text = `${cut(blockOf(first), room - 1 - lengthOf(mark))}${mark}`;
    return { chosen: [first], text: `${heading}\n${text}`, cut: true };
  }
  return {
    chosen,
    text: chosen.length === 0 ? '' : [heading, ...inOrder(chosen).map(blockOf)].join('\n'),
    cut: false,
  };
}

const sizeOf = (messages: WindowMessage[]) =>
  messages.reduce((sum, one) => sum + lengthOf(blockOf(one)) + 1, 0);

/** Threads one after the other, that of the newest message last; within each, oldest first. */
function inOrder(chosen: WindowMessage[]): WindowMessage[] {
  const threads = [...Map.groupBy(chosen, (one) => one.threadId).values()];
  return threads.reverse().flatMap((thread) => [...thread].reverse());
}

function blockOf(message: WindowMessage): string {
  const { at, from, to, type, subject, depth, note, isAnswer, text } = message;
  const arrow = depth > 0 || isAnswer ? '↳ ' : '';
  const head = `${arrow}[${at}] ${brief(from, 80)} → ${brief(to, 80)}, ${type}: ${brief(subject, 200)}${note ? ` (${brief(note, 200)})` : ''}`;
  return text === '' ? head : `${head}\n${setIn(text)}`;
}

/** One line for each thread that was left out, newest first; what has no line of its own is counted in the last. */
function leftOutPart(
  missing: LeftOut[],
  all: { count: number; characters: number; threads: Set<string> },
  room: number,
): string {
  const { count, characters, threads } = all;
  const lines = [`# Left out: ${plural(count, 'message')}, ${characters} characters`];
  const rest = (messages: number) => `- and ${plural(messages, 'earlier message')}`;
  let left = room - lengthOf(lines.join());
  let uncovered = count;
  for (const [threadId, part] of Map.groupBy(missing, (one) => one.threadId)) {
    const line = partLine(part, threads.has(threadId));
    const size = lengthOf(line) + 1;
    const after = uncovered - part.length;
    if (size + (after > 0 ? lengthOf(rest(after)) + 1 : 0) > left) break;
    lines.push(line);
    left -= size;
    uncovered = after;
  }
  if (uncovered > 0) lines.push(rest(uncovered));
  return lines.join('\n');
}

/** Who asked or answered what, and how much there was; `part` is newest first. */
function partLine(part: LeftOut[], isShownInPart: boolean): string {
  const first = part.at(-1);
  if (!first) return '';
  const verb = first.isAnswer ? 'answered' : first.isQuestion ? 'asked' : 'told';
  const answers = part.filter((one) => one.isAnswer && one !== first);
  const by = [...new Set(answers.map((one) => brief(one.from, 40)))];
  const answered =
    answers.length === 0
      ? ''
      : `, ${plural(answers.length, 'answer')} by ${by.slice(0, 3).join(', ')}${by.length > 3 ? ` and ${by.length - 3} more` : ''}`;
  const more = part.length > 1 ? `; ${plural(part.length, 'message')}${answered}` : '';
  const shown = isShownInPart ? '; it goes on below' : '';
  return `- [${first.at}] ${brief(first.from, 40)} ${verb} ${brief(first.to, 40)}: ${brief(first.subject, 80)}${more}${shown}`;
}

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`;
