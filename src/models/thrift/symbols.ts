import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import { mapTexts } from './prompt-text.ts';
import type { Technique } from './technique.ts';

/**
 * Signs in place of words of state and relation, as FEATURES MC-4 asks. The tokenizer decides: most such words are one
 * token already, and most signs are one or two, so only the pairs that fall are used, with the key to them counted in
 * (`cheaperSymbols`). What the suite says of them is in docs/tokens.md.
 */
export interface Sign {
  words: string;
  sign: string;
}

/** Candidates, as they stand within a sentence. */
export const SIGNS: readonly Sign[] = [
  { words: ' has been completed', sign: ' ✓' },
  { words: ' completed', sign: ' ✓' },
  { words: ' failed', sign: ' ✗' },
  { words: ' in progress', sign: ' ▶' },
  { words: ' is waiting for', sign: ' ⏳' },
  { words: ' waiting for', sign: ' ⏳' },
  { words: ' is blocked by', sign: ' ⊣' },
  { words: ' depends on', sign: ' ←' },
  { words: ' leads to', sign: ' →' },
  { words: ' is followed by', sign: ' →' },
  { words: ' because of', sign: ' ∵' },
  { words: ' therefore', sign: ' ∴' },
  { words: ' approximately', sign: ' ≈' },
  { words: ' is not equal to', sign: ' ≠' },
  { words: ' is greater than or equal to', sign: ' ≥' },
  { words: ' at least', sign: ' ≥' },
  { words: ' at most', sign: ' ≤' },
  { words: ' greater than', sign: ' >' },
  { words: ' less than', sign: ' <' },
  { words: ' and', sign: ' &' },
  { words: ' with', sign: ' w/' },
  { words: ' without', sign: ' w/o' },
  { words: ' for example', sign: ' e.g.' },
  { words: ' that is', sign: ' i.e.' },
  { words: ' important', sign: ' ‼' },
  { words: ' warning', sign: ' ⚠' },
  { words: ' question', sign: ' ?' },
  { words: ' percent', sign: ' %' },
  { words: ' number', sign: ' №' },
  { words: ' as soon as possible', sign: ' asap' },
  { words: ' with respect to', sign: ' wrt' },
];

const KEY = 'Signs: ';

/** Tokens of a pair: below zero the sign is cheaper. */
export const tokensWon = ({ words, sign }: Sign, count: (text: string) => number): number =>
  count(`of it${words} the`) - count(`of it${sign} the`);

/** The pairs whose sign takes fewer tokens than its words, each sign once. */
export function cheaperSymbols(count: (text: string) => number): Sign[] {
  const used = new Set<string>();
  return SIGNS.filter((pair) => tokensWon(pair, count) > 0)
    .sort((a, b) => tokensWon(b, count) - tokensWon(a, count))
    .filter(({ sign }) => !used.has(sign) && used.add(sign));
}

const keyOf = (pairs: readonly Sign[]) =>
  `\n${KEY}${pairs.map(({ words, sign }) => `${sign.trim()} = ${words.trim()}`).join('; ')}.`;

const ALL = ['system', 'user', 'assistant', 'result'] as const;

export const symbols: Technique = {
  name: 'symbols',
  what: 'Words of state and relation as signs, where the tokenizer says that a sign is cheaper; with a key to them.',
  kind: 'exact',
  apply(prompt, { count }) {
    const first = prompt[0];
    if (first?.role !== 'system') return { prompt, omitted: [] };
    // A sign that stands in the prompt by itself could not be told from ours.
    let pairs = cheaperSymbols(count);
    const stands = new Set<string>();
    let lowest = new Map<string, number>();
    mapTexts(prompt, ALL, (text) => {
      for (const { words, sign } of pairs) {
        if (text.includes(sign.trim())) stands.add(sign);
        lowest = lowest.set(words, (lowest.get(words) ?? 0) + occurrences(text, words));
      }
      return text;
    });
    pairs = pairs.filter(({ sign, words }) => !stands.has(sign) && (lowest.get(words) ?? 0) > 0);
    const won = pairs.reduce((sum, pair) => sum + tokensWon(pair, count) * (lowest.get(pair.words) ?? 0), 0);
    if (pairs.length === 0 || won <= count(keyOf(pairs))) return { prompt, omitted: [] };
    const signed = mapTexts(prompt, ALL, (text) =>
      pairs.reduce((all, { words, sign }) => all.replaceAll(pattern(words), sign), text),
    );
    return { prompt: withKey(signed, keyOf(pairs)), omitted: [] };
  },
  restore(prompt) {
    const first = prompt[0];
    if (first?.role !== 'system') return prompt;
    const at = first.content.lastIndexOf(`\n${KEY}`);
    if (at < 0) return prompt;
    const pairs = first.content
      .slice(at + 1 + KEY.length, -1)
      .split('; ')
      .map((pair) => pair.split(' = '))
      .map(([sign = '', words = '']) => ({ sign: ` ${sign}`, words: ` ${words}` }));
    const bare = prompt.map((message, index) =>
      index === 0 && message.role === 'system'
        ? { ...message, content: message.content.slice(0, at) }
        : message,
    );
    return mapTexts(bare, ALL, (text) =>
      pairs.reduce((all, { words, sign }) => all.replaceAll(sign, words), text),
    );
  },
};

function withKey(prompt: LanguageModelV4Prompt, key: string): LanguageModelV4Prompt {
  return prompt.map((message, index) =>
    index === 0 && message.role === 'system' ? { ...message, content: message.content + key } : message,
  );
}

/** The words as words of their own. */
const pattern = (words: string) => new RegExp(`${words}(?![\\p{L}\\p{N}])`, 'gu');

const occurrences = (text: string, words: string) => [...text.matchAll(pattern(words))].length;
