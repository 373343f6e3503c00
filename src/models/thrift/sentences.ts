import { mapTexts } from './prompt-text.ts';
import type { Omission, Technique } from './technique.ts';

/**
 * Sentences that say nothing for the work, learned from a tenant's own past prompts: those that stand in many of them,
 * and never held an answer that was known afterwards: greetings, footers, notices. One with a number is never left out.
 */

/** A sentence ends here: a full stop, question or exclamation mark before white space, or a line's end. */
const END = /(?<=[.!?])\s+(?=[\p{Lu}\d"“(])|\n+/gu;
/** Shorter ones are labels and rows. */
const LEAST_WORDS = 5;

export function sentencesOf(text: string): string[] {
  return text.split(END).filter((one) => one.trim() !== '');
}

const isProse = (sentence: string) =>
  sentence.split(/\s+/).length >= LEAST_WORDS &&
  !/\d/.test(sentence) &&
  !/[{}|\t]/.test(sentence) &&
  /^["“(]?\p{Lu}/u.test(sentence);

export interface PastPrompt {
  texts: readonly string[];
  /** What the work turned out to need, such as the quotes that its answer cited. */
  needed: readonly string[];
}

/** Sentences that stand in at least `leastShare` of the prompts and held nothing needed in any. */
export function learnIdleSentences(past: readonly PastPrompt[], leastShare = 0.1): Set<string> {
  const prompts = new Map<string, number>();
  const needed = new Set<string>();
  for (const { texts, needed: parts } of past) {
    const here = new Set<string>();
    for (const sentence of texts.flatMap(sentencesOf)) {
      const said = sentence.trim();
      if (isProse(sentence)) here.add(said);
      if (parts.some((part) => sentence.includes(part) || part.includes(sentence))) needed.add(said);
    }
    for (const said of here) prompts.set(said, (prompts.get(said) ?? 0) + 1);
  }
  const least = Math.max(3, past.length * leastShare);
  return new Set(
    [...prompts].filter(([said, many]) => many >= least && !needed.has(said)).map(([said]) => said),
  );
}

export const sentences: Technique = {
  name: 'sentences',
  what: "Sentences that stand in many of the tenant's past prompts and never held what was needed are left out.",
  kind: 'drops',
  apply(prompt, { count, learned }) {
    if (!learned || learned.idleSentences.size === 0) return { prompt, omitted: [] };
    const { idleSentences } = learned;
    const omitted: Omission[] = [];
    const shorter = mapTexts(prompt, ['assistant', 'result'], (text, { message, isJson }) => {
      if (isJson) return text;
      let kept = '';
      let from = 0;
      const keep = (to: number, next: number) => {
        const sentence = text.slice(from, to);
        if (isProse(sentence) && idleSentences.has(sentence.trim()))
          omitted.push({ technique: 'sentences', message, tokens: count(sentence), text: sentence });
        else kept += text.slice(from, next);
        from = next;
      };
      for (const end of text.matchAll(END)) keep(end.index, end.index + end[0].length);
      keep(text.length, text.length);
      return kept.trimEnd() === text.trimEnd() ? text : kept.trimEnd();
    });
    return { prompt: shorter, omitted };
  },
};
