import type {
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  SharedV4ProviderOptions,
} from '@ai-sdk/provider';
import type { AnswerPart, ModelAnswer } from '../../models/call.ts';
import { clipMiddle } from './tokens.ts';

/**
 * What was said between Cadre and a model, as stored turns and acts give it. Everything here is a pure function of
 * them, so after a crash the next call has the very same messages.
 */

/** A call of the model as it is stored. */
export interface StoredTurn {
  parts: AnswerPart[];
  finish: ModelAnswer['finish'];
  /** What people had told by then, oldest first. */
  notes: string[];
  /** The day on which it was asked, for the opening. */
  day: string;
  because: string;
  /** Tool calls beyond what one answer may hold; none of the answer is kept then. */
  tooManyCalls?: number;
}

/** One tool call of the model with what became of it. */
export interface CallResult {
  /** `c<turn>_<index>`: the ids of providers differ in form and may repeat. */
  id: string;
  /** As the model called it. */
  wireName: string;
  input: unknown;
  isError: boolean;
  /** Whole; what the model is shown of it may be cut. */
  text: string;
  /** Whether it could be carried out at all: a tool that is there, with arguments that it takes. */
  isUsable: boolean;
}

/** A turn with everything that belongs to it. */
export interface Exchange {
  number: number;
  turn: StoredTurn;
  results: CallResult[];
  /** What Cadre says to it, where it could not be used as it is. */
  nudge: string | null;
}

/** Turns that are told in short. */
export interface Fold {
  upTo: number;
  /** Null: left out without a summary. */
  summary: string | null;
}

/** How a text is shown as data. */
export type Label = (source: string, text: string) => string;

export const callId = (turn: number, index: number): string => `c${turn}_${index}`;

/** The messages of one exchange. `resultCharacters`: what is shown of all its results together. */
export function messagesOf(
  exchange: Exchange,
  notesBefore: number,
  { label, resultCharacters }: { label: Label; resultCharacters: number },
): LanguageModelV4Prompt {
  const { turn, results, nudge, number } = exchange;
  const messages: LanguageModelV4Prompt = [];
  const noted = noteMessage(turn.notes.slice(notesBefore));
  if (noted) messages.push(noted);
  const content = assistantContent(turn.parts, results);
  if (content.length > 0) messages.push({ role: 'assistant', content });
  if (results.length > 0) {
    const room = Math.max(MIN_SHOWN, Math.floor(resultCharacters / results.length));
    messages.push({
      role: 'tool',
      content: results.map((one) => ({
        type: 'tool-result' as const,
        toolCallId: one.id,
        toolName: one.wireName,
        output: {
          type: one.isError ? ('error-text' as const) : ('text' as const),
          value: one.isError
            ? clipMiddle(one.text, room)
            : label(`tool ${one.wireName}`, shown(one, room, number)),
        },
      })),
    });
  }
  if (nudge !== null) messages.push({ role: 'user', content: [{ type: 'text', text: nudge }] });
  return messages;
}

/** Of the shortest shown result, in characters. */
const MIN_SHOWN = 200;

function shown(result: CallResult, characters: number, turn: number): string {
  if (result.text.length <= characters) return result.text;
  const call = Number(result.id.split('_')[1]);
  return `${clipMiddle(result.text, characters)}\n[history_read {"turn":${turn},"call":${call}} gives all of it]`;
}

/** What people told since, as a message; undefined without any. */
export function noteMessage(notes: readonly string[]): LanguageModelV4Message | undefined {
  if (notes.length === 0) return undefined;
  const text = notes.map((note) => `A note from a person who watches this task: ${note}`).join('\n');
  return { role: 'user', content: [{ type: 'text', text }] };
}

function assistantContent(parts: readonly AnswerPart[], results: readonly CallResult[]) {
  const content: Extract<LanguageModelV4Message, { role: 'assistant' }>['content'] = [];
  let index = 0;
  for (const part of parts) {
    if (part.type === 'text') {
      if (part.text !== '') content.push({ type: 'text', text: part.text });
    } else if (part.type === 'reasoning') {
      content.push({ type: 'reasoning', text: part.text, ...optionsOf(part.providerOptions) });
    } else {
      const result = results[index];
      index += 1;
      if (!result) continue;
      content.push({
        type: 'tool-call',
        toolCallId: result.id,
        toolName: result.wireName,
        input: result.input,
        ...optionsOf(part.providerOptions),
      });
    }
  }
  return content;
}

/** What a provider wants back with its own parts, such as signatures of thoughts: handed back as it came. */
function optionsOf(given: unknown): { providerOptions?: SharedV4ProviderOptions } {
  if (typeof given !== 'object' || given === null) return {};
  return { providerOptions: given as SharedV4ProviderOptions }; // the gate took it from this provider
}

/** An exchange as text, for a summary and for people. */
export function textOf({ number, turn, results, nudge }: Exchange): string {
  const lines = [`Turn ${number}`];
  for (const note of turn.notes) lines.push(`note: ${note}`);
  for (const part of turn.parts) if (part.type === 'text' && part.text) lines.push(`said: ${part.text}`);
  for (const one of results) {
    lines.push(`called ${one.wireName} ${JSON.stringify(one.input)}`);
    lines.push(`${one.isError ? 'failed' : 'got'}: ${one.text}`);
  }
  if (nudge !== null) lines.push(`was told: ${nudge}`);
  return lines.join('\n');
}

/** All that the model said as text in a turn. */
export function saidIn(turn: StoredTurn): string {
  return turn.parts
    .map((part) => (part.type === 'text' ? part.text : ''))
    .join('')
    .trim();
}
