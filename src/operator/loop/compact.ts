import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import { charactersFor, clipMiddle, estimateTokens } from './tokens.ts';
import { type Exchange, type Fold, type Label, messagesOf, textOf } from './transcript.ts';

/** What of the context tool results of one turn may take together. */
const RESULT_SHARE = 0.25;
/** After a fold so much of the room for the past is in use, so that the next one is not due at once. */
const KEPT_SHARE = 0.5;
/** Of the answer to a request for a summary. */
export const SUMMARY_TOKENS = 1_024;

/** What a prompt is made of besides the past. */
export interface Room {
  contextTokens: number;
  /** System text, opening and tools. */
  fixedTokens: number;
  maxOutputTokens: number;
  label: Label;
}

/** The past as messages: what is told in short, then each turn since. */
export function pastMessages(exchanges: readonly Exchange[], fold: Fold, room: Room): LanguageModelV4Prompt {
  const messages: LanguageModelV4Prompt = [];
  const said = foldText(fold, room.label);
  if (said) messages.push({ role: 'user', content: [{ type: 'text', text: said }] });
  for (const [index, exchange] of exchanges.entries()) {
    if (exchange.number <= fold.upTo) continue;
    messages.push(...messagesOf(exchange, notesBefore(exchanges, index, fold), shown(room)));
  }
  return messages;
}

/** Notes of people are never told in short: all of them stand after a fold again. */
function notesBefore(exchanges: readonly Exchange[], index: number, fold: Fold): number {
  const before = exchanges[index - 1];
  return before && before.number > fold.upTo ? before.turn.notes.length : 0;
}

/** The last notes that the past shows; later ones come before the next turn. */
export function notesShown(exchanges: readonly Exchange[], fold: Fold): number {
  const last = exchanges.at(-1);
  return last && last.number > fold.upTo ? last.turn.notes.length : 0;
}

const shown = ({ contextTokens, label }: Room) => ({
  label,
  resultCharacters: charactersFor(contextTokens * RESULT_SHARE),
});

function foldText({ upTo, summary }: Fold, label: Label): string | undefined {
  if (upTo === 0) return undefined;
  const originals = 'history_read {"turn":n} gives the original of any of them.';
  if (summary === null) return `Turns 1 to ${upTo} are left out, because the context is full. ${originals}`;
  return `Turns 1 to ${upTo} in short (${originals}):\n${label('summary of your own turns', summary)}`;
}

export function tokensOf(messages: LanguageModelV4Prompt): number {
  return estimateTokens(JSON.stringify(messages));
}

/**
 * Up to which turn the past must be told in short, so that the next call fits; undefined when it fits as it is. The
 * newest turn always stays.
 */
export function foldDue(exchanges: readonly Exchange[], fold: Fold, room: Room): number | undefined {
  const left = room.contextTokens - room.fixedTokens - room.maxOutputTokens;
  if (tokensOf(pastMessages(exchanges, fold, room)) <= left) return undefined;
  const wanted = left * KEPT_SHARE - SUMMARY_TOKENS;
  let used = 0;
  let upTo = exchanges.at(-1)?.number ?? 0;
  for (const exchange of exchanges.toReversed()) {
    if (exchange.number <= fold.upTo) break;
    used += tokensOf(messagesOf(exchange, 0, shown(room)));
    const isNewest = exchange === exchanges.at(-1);
    if (!isNewest && used > wanted) break;
    upTo = exchange.number - 1;
  }
  return upTo > fold.upTo ? upTo : undefined;
}

/** What a model is asked for a summary of turns, in an order of its own. */
export function summaryPrompt(
  exchanges: readonly Exchange[],
  fold: Fold,
  upTo: number,
  { contextTokens, label }: Room,
  about: string,
): LanguageModelV4Prompt {
  const characters = charactersFor(Math.max(500, contextTokens - 2 * SUMMARY_TOKENS));
  const past = exchanges.filter(({ number }) => number > fold.upTo && number <= upTo).map(textOf);
  const text = clipMiddle(
    [...(fold.summary === null ? [] : [fold.summary]), ...past].join('\n\n'),
    characters,
  );
  return [
    {
      role: 'system',
      content: `${about}\nYou keep the record of a work in short. Keep what was found (with names, numbers and where it stands), what was decided and why, what failed, and what is still to be done. Leave out how it was said. Plain text, at most 400 words.`,
    },
    { role: 'user', content: [{ type: 'text', text: label('turns of the work', text) }] },
  ];
}
