import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import { referredResults } from './changes.ts';
import { mapTexts } from './prompt-text.ts';
import type { Omission, Situation, Technique } from './technique.ts';

/**
 * Old results are sent as those of their passages that fit the goal best, the recent ones whole. What is left of a
 * result depends on the goal and on the result alone, so it stays the same from call to call and a provider that keeps
 * prompts can keep it. The text says how much is missing: the model may ask the tool again.
 */

/** Messages at the end that stay whole: what the model is working on. */
const RECENT_MESSAGES = 6;
/** Tokens that are left of an old result. */
const BUDGET_TOKENS = 400;
/** A passage, at most; a paragraph of a document is about as long. */
const PASSAGE_CHARACTERS = 600;

export const retrieval: Technique = {
  name: 'retrieval',
  what: 'Of old results that are prose only the passages that fit the goal best are sent, under a budget of tokens.',
  kind: 'drops',
  apply(prompt, situation) {
    if (!situation.rank) return { prompt, omitted: [] };
    const goal = goalOf(prompt);
    const all: string[] = [];
    mapTexts(prompt, ['result'], (text) => {
      all.push(text);
      return text;
    });
    const referred = referredResults(all);
    const omitted: Omission[] = [];
    const recent = prompt.length - RECENT_MESSAGES;
    const shorter = mapTexts(prompt, ['result'], (text, { message, tool, nth }) => {
      if (message >= recent || referred.has(`${nth} of ${tool}`) || isData(text)) return text;
      const tokens = situation.count(text);
      if (tokens <= BUDGET_TOKENS * 1.25) return text;
      const kept = bestPassages(goal, text, situation);
      const left = tokens - situation.count(kept);
      omitted.push({ technique: 'retrieval', message, tokens: left, text });
      return `${kept}\n[${left} tokens that fit the goal less were left out; call ${tool} again to see them]`;
    });
    return { prompt: shorter, omitted };
  },
};

/** Tables, JSON and differences: a part of them is not what a person would call a passage. */
const isData = (text: string) => /^\s*[[{@]/.test(text);

/** What the work is about: the first message of the user. */
function goalOf(prompt: LanguageModelV4Prompt): string {
  const first = prompt.find(({ role }) => role === 'user');
  if (first?.role !== 'user') return '';
  return first.content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}

/** Blocks of a text, long ones cut at their lines. */
export function passagesOf(text: string): string[] {
  return text.split(/\n\s*\n/).flatMap((block) => {
    if (block.length <= PASSAGE_CHARACTERS) return [block];
    const passages: string[] = [];
    let passage = '';
    for (const line of block.split('\n').flatMap(cutLine)) {
      if (passage !== '' && passage.length + line.length > PASSAGE_CHARACTERS) {
        passages.push(passage);
        passage = '';
      }
      passage += passage === '' ? line : `\n${line}`;
    }
    return [...passages, passage];
  });
}

/** A very long line, such as JSON without white space, at its spaces or commas. */
function cutLine(line: string): string[] {
  if (line.length <= PASSAGE_CHARACTERS) return [line];
  return (
    line.match(new RegExp(`.{1,${PASSAGE_CHARACTERS}}(?:[,;\\s]|$)|.{${PASSAGE_CHARACTERS}}`, 'gsu')) ?? [
      line,
    ]
  );
}

function bestPassages(goal: string, text: string, { rank, count }: Situation): string {
  const passages = passagesOf(text);
  const scores = rank?.(goal, passages) ?? [];
  const order = passages.map((_, at) => at).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
  const chosen = new Set<number>();
  // The first one says what the result is: a title, the names of the columns.
  let tokens = count(passages[0] ?? '');
  chosen.add(0);
  for (const at of order) {
    const more = count(passages[at] ?? '');
    if (chosen.has(at) || tokens + more > BUDGET_TOKENS) continue;
    chosen.add(at);
    tokens += more;
  }
  const parts: string[] = [];
  let last = -1;
  for (const at of [...chosen].sort((a, b) => a - b)) {
    if (at > last + 1) parts.push('[…]');
    parts.push(passages[at] ?? '');
    last = at;
  }
  return parts.join('\n\n');
}
