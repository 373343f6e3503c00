import { mapTexts } from './prompt-text.ts';
import type { Technique } from './technique.ts';

/**
 * Long phrases that a tenant's prompts repeat, learned from its own past ones, as short forms with a key: `§1`. Only
 * phrases that stand more than once in a prompt can win, for the key holds each once; what a prompt does not repeat is
 * not in its key.
 */
const MARK = '§';
const KEY = 'Short forms: ';
const ALL = ['user', 'assistant', 'result'] as const;

export interface DictionaryOptions {
  /** Most phrases that are learned. */
  size: number;
  /** Least share of the prompts in which a phrase has to come up twice. */
  leastShare: number;
}

const WORDS = [6, 10, 16, 24] as const;

/**
 * Phrases of several words on one line that stand twice or more in many of the prompts, those that win most first.
 * @param prompts the texts of each past prompt
 */
export function learnPhrases(
  prompts: ReadonlyArray<readonly string[]>,
  count: (text: string) => number,
  { size, leastShare }: DictionaryOptions = { size: 40, leastShare: 0.05 },
): string[] {
  const won = new Map<string, number>();
  const seen = new Map<string, number>();
  for (const texts of prompts) {
    const times = new Map<string, number>();
    for (const line of texts.flatMap((text) => text.split('\n'))) {
      const words = line.split(' ');
      for (const length of WORDS)
        for (let at = 0; at + length <= words.length; at += 1) {
          const phrase = words.slice(at, at + length).join(' ');
          if (!phrase.includes(MARK)) times.set(phrase, (times.get(phrase) ?? 0) + 1);
        }
    }
    for (const [phrase, many] of times)
      if (many > 1) {
        won.set(phrase, (won.get(phrase) ?? 0) + (many - 1));
        seen.set(phrase, (seen.get(phrase) ?? 0) + 1);
      }
  }
  const least = Math.max(2, prompts.length * leastShare);
  const ranked = [...won]
    .filter(([phrase]) => (seen.get(phrase) ?? 0) >= least)
    .map(([phrase, times]) => ({ phrase, gain: times * (count(phrase) - 2) }))
    .sort((a, b) => b.gain - a.gain || (a.phrase < b.phrase ? -1 : 1));
  const chosen: string[] = [];
  for (const { phrase } of ranked) {
    if (chosen.length >= size) break;
    // A part of a phrase that is in, or one that overlaps it, would win the same tokens twice.
    if (!chosen.some((one) => shareWords(one, phrase))) chosen.push(phrase);
  }
  return chosen;
}

function shareWords(a: string, b: string): boolean {
  const words = new Set(a.split(' '));
  const other = b.split(' ');
  return other.filter((word) => words.has(word)).length > other.length / 2;
}

export const dictionary: Technique = {
  name: 'dictionary',
  what: "Long phrases that the tenant's own prompts repeat are sent once, in a key, and by a short form after that.",
  kind: 'exact',
  apply(prompt, { count, learned }) {
    const first = prompt[0];
    if (!learned || first?.role !== 'system') return { prompt, omitted: [] };
    const texts: string[] = [];
    mapTexts(prompt, ALL, (text) => {
      texts.push(text);
      return text;
    });
    if (first.content.includes(MARK) || texts.some((text) => text.includes(MARK)))
      return { prompt, omitted: [] };
    const used = learned.phrases.filter((phrase) => {
      const times = texts.reduce((sum, text) => sum + text.split(phrase).length - 1, 0);
      return times * (count(phrase) - 2) > count(phrase) + 4;
    });
    if (used.length === 0) return { prompt, omitted: [] };
    const form = new Map(used.map((phrase, at) => [phrase, `${MARK}${at + 1}${MARK}`]));
    const shorter = mapTexts(prompt, ALL, (text) =>
      used.reduce((all, phrase) => all.replaceAll(phrase, () => form.get(phrase) ?? phrase), text),
    );
    const key = `\n${KEY}${used.map((phrase) => `${form.get(phrase)} ${phrase}`).join('\n')}`;
    return {
      prompt: shorter.map((message, index) =>
        index === 0 && message.role === 'system' ? { ...message, content: message.content + key } : message,
      ),
      omitted: [],
    };
  },
  restore(prompt) {
    const first = prompt[0];
    if (first?.role !== 'system') return prompt;
    const at = first.content.indexOf(`\n${KEY}${MARK}`);
    if (at < 0) return prompt;
    const forms = first.content
      .slice(at + 1 + KEY.length)
      .split('\n')
      .map((line): [string, string] => {
        const end = line.indexOf(' ');
        return [line.slice(0, end), line.slice(end + 1)];
      });
    const bare = prompt.map((message, index) =>
      index === 0 && message.role === 'system'
        ? { ...message, content: message.content.slice(0, at) }
        : message,
    );
    return mapTexts(bare, ALL, (text) =>
      // The last one was put in last: it may hold nothing of the others, but they may stand where it was.
      forms.toReversed().reduce((all, [short, phrase]) => all.replaceAll(short, () => phrase), text),
    );
  },
};
