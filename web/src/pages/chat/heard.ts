import type { Operations } from '../../api/types.ts';
import type { ApprovalPart, Part, ToolPart, UsagePart } from './parts.ts';

/** An answer as far as it was heard. */
export interface Heard {
  /** The task that gives it; empty until the server said so. */
  task: string;
  texts: ReadonlyArray<{ id: string; text: string }>;
  tools: readonly ToolPart[];
  approvals: readonly ApprovalPart[];
  state: string | null;
  usage: UsagePart | null;
  error: string | null;
  isDone: boolean;
}

export const NOTHING_HEARD: Heard = {
  task: '',
  texts: [],
  tools: [],
  approvals: [],
  state: null,
  usage: null,
  error: null,
  isDone: false,
};

/** The answer with one more part of it. */
export function hear(heard: Heard, part: Part): Heard {
  switch (part.type) {
    case 'start':
      return { ...heard, task: part.messageId };
    case 'text-delta': {
      const known = heard.texts.some(({ id }) => id === part.id);
      const texts = known
        ? heard.texts.map((each) =>
            each.id === part.id ? { id: each.id, text: each.text + part.delta } : each,
          )
        : [...heard.texts, { id: part.id, text: part.delta }];
      return { ...heard, texts };
    }
    case 'data-tool':
      return { ...heard, tools: [...heard.tools, part.data] };
    case 'data-approval': {
      const others = heard.approvals.filter(({ actId }) => actId !== part.data.actId);
      return { ...heard, approvals: [...others, part.data] };
    }
    case 'data-state':
      return { ...heard, state: part.data.state };
    case 'data-usage':
      return { ...heard, usage: part.data };
    case 'error':
      return { ...heard, error: part.errorText };
    case 'finish':
      return { ...heard, texts: wholeOf(heard.texts), isDone: true, state: null };
    default:
      return heard;
  }
}

/** Id of the text that is the stored answer, sent where what came live had gaps (the server's chunks.ts). */
const STORED = 'answer';
const EDGE = 24;

/** Without the piece that the stored answer makes whole: who hears on after a reload missed its beginning. */
function wholeOf(texts: Heard['texts']): Heard['texts'] {
  const stored = texts.find(({ id }) => id === STORED)?.text;
  if (stored === undefined) return texts;
  const isPieceOfIt = (text: string) =>
    stored.includes(text.slice(0, EDGE).trim()) && stored.includes(text.slice(-EDGE).trim());
  return texts.filter(({ id, text }) => id === STORED || !isPieceOfIt(text));
}

/** One thing that was said in a chat. */
export interface Line {
  key: string;
  by: 'person' | 'agent';
  text: string;
  task: string;
  isGood: boolean;
}

const FINAL = ['completed', 'failed', 'terminated'];

/**
 * What was said, without an answer that is still under way: that one is heard as it comes. Also the last words of the
 * person, to know whether a message arrived whose answer was lost.
 */
export function linesOf(messages: Operations['agents.showChat']['output']['messages']): {
  lines: Line[];
  lastSaid: string | undefined;
} {
  const lines = messages.flatMap(({ id, role, parts, metadata: { task, status } }): Line[] => {
    if (role === 'assistant' && !FINAL.includes(status)) return [];
    const text = parts.map((part) => part.text).join('\n');
    return [
      {
        key: id,
        by: role === 'user' ? 'person' : 'agent',
        text,
        task,
        isGood: role === 'user' || status === 'completed',
      },
    ];
  });
  return { lines, lastSaid: lines.findLast(({ by }) => by === 'person')?.text };
}

/** What the agent is at, for people and screen readers. */
export function atIt(heard: Heard, name: string): string {
  if (heard.approvals.some(({ state }) => state === 'asked')) return `${name} waits for a decision`;
  if (heard.state === 'paused') return `${name} is paused`;
  return heard.texts.length > 0 ? `${name} is writing` : `${name} is thinking`;
}
