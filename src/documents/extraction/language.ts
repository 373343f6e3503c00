/** Which natural language a text is written in. */
import { detectAll } from 'tinyld/light';
import { gazetteer } from './gazetteer.ts';

const SAMPLE_LENGTH = 6000;
/** Fewer letters than this say nothing about a language. */
const MIN_LETTERS = 12;
const CONFIDENT_LETTERS = 200;
const MIN_LOWER_WORDS = 12;
const ENGLISH_SHARE = 0.6;

/**
 * The ISO 639-1 code of the main language and a confidence in [0, 1]; `und` when there is too little text to tell.
 * Three samples (begin, middle, end) vote, so that a foreign letterhead does not decide for the whole document.
 */
export function detectLanguage(text: string): { code: string; confidence: number } {
  const votes = new Map<string, number>();
  let weight = 0;
  for (const sample of samples(text)) {
    const words = lettersOnly(sample);
    if (words.length < MIN_LETTERS) continue;
    const length = words.length;
    weight += length;
    for (const { lang, accuracy } of detectAll(words).slice(0, 3)) {
      votes.set(lang, (votes.get(lang) ?? 0) + accuracy * length);
    }
  }
  const best = [...votes].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]))[0];
  if (best === undefined || weight === 0) return { code: 'und', confidence: 0 };
  const share = best[1] / weight;
  const english = best[0] === 'en' ? 0 : englishShare(text);
  if (english >= ENGLISH_SHARE && share < 0.9) return { code: 'en', confidence: round(english * 0.7) };
  const enough = Math.min(1, weight / CONFIDENT_LETTERS);
  return { code: best[0], confidence: round(Math.min(1, share) * (0.5 + 0.5 * enough)) };
}

/** The share of the words that an English list knows; it decides for tables and lists, which have no grammar. */
function englishShare(text: string): number {
  const words =
    text
      .slice(0, SAMPLE_LENGTH)
      .toLowerCase()
      .match(/(?<![\p{L}\p{N}])\p{L}{3,20}(?![\p{L}\p{N}])/gu) ?? [];
  if (words.length < MIN_LOWER_WORDS) return 0;
  const { words: known } = gazetteer();
  return words.filter((word) => known.has(word)).length / words.length;
}

function samples(text: string): string[] {
  if (text.length <= SAMPLE_LENGTH) return [text];
  const part = SAMPLE_LENGTH / 3;
  const middle = Math.floor(text.length / 2);
  return [text.slice(0, part), text.slice(middle, middle + part), text.slice(-part)];
}

/**
 * The words that carry a language: no addresses, numbers and over-long tokens, and no capitalised words when enough
 * others are left, because names come from everywhere.
 */
function lettersOnly(text: string): string {
  const words = text.split(/\s+/).filter((word) => word.length <= 40 && !/[@/\\_<>{}=0-9]/.test(word));
  const lower = words.filter((word) => /^\P{L}{0,2}\p{Ll}/u.test(word));
  return (lower.length >= MIN_LOWER_WORDS ? lower : words).join(' ');
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
