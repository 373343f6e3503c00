/** Texts and tables of the suite: real documents of this repository, by split. Nothing of one split is in the other. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDocument } from '../../src/documents/parse.ts';
import { readGold } from '../lib/gold.ts';

export type Split = 'train' | 'held-out';

/** A known value of a document with the sentence in which it stands. */
export interface Fact {
  kind: string;
  value: string;
  sentence: string;
}

export interface Source {
  name: string;
  text: string;
  facts: Fact[];
}

const root = fileURLToPath(new URL('../../', import.meta.url));
/** About four pages: what a tool that reads documents gives at once. */
const MOST_CHARACTERS = 9_000;

const flat = (text: string) => text.replace(/\s+/g, ' ').trim();

/** Labels of the gold set as facts; only those that stand once, so that a question has one answer. */
function goldSources(part: 'development' | 'heldout' | 'fresh'): Source[] {
  return readGold(part).map(({ name, text, mentions }) => {
    const shown = text.slice(0, MOST_CHARACTERS);
    const facts = mentions.flatMap((mention): Fact[] => {
      const before = shown.slice(0, mention.start).search(/[^.!?\n]*(?:\n[^.!?\n]+)?$/);
      const rest = shown.slice(mention.end).search(/[.!?](?:\s|$)|\n\s*\n/);
      const sentence = flat(shown.slice(before, mention.end + (rest < 0 ? 0 : rest)));
      const isClear =
        sentence.length > 40 && sentence.length < 500 && flat(shown).split(sentence).length === 2;
      const value = flat(mention.text);
      return mention.end <= shown.length && isClear && sentence.split(value).length === 2
        ? [{ kind: mention.kind, value, sentence }]
        : [];
    });
    return { name: `${part}/${name}.txt`, text: shown, facts };
  });
}

/** The papers of examples/harbour as Cadre reads them; all of them are held out. */
export async function harbourPapers(split: Split): Promise<Source[]> {
  if (split === 'train') return [];
  const harbour = join(root, 'examples/harbour');
  return Promise.all(
    readdirSync(harbour)
      .sort()
      .map(async (name) => {
        const { text } = await parseDocument({ name, bytes: readFileSync(join(harbour, name)) });
        return { name: `harbour/${name}`, text: text.slice(0, MOST_CHARACTERS), facts: [] };
      }),
  );
}

export function factSources(split: Split): Source[] {
  const parts = split === 'train' ? (['development'] as const) : (['heldout', 'fresh'] as const);
  return parts.flatMap(goldSources).filter(({ facts }) => facts.length > 0);
}

/** Questions that people asked about examples/harbour, with their answers (test/gold/harbour-truth.json). */
export function harbourQuestions(): Array<{ question: string; answer: string[]; files: string[] }> {
  const truth = JSON.parse(readFileSync(join(root, 'test/gold/harbour-truth.json'), 'utf8'));
  const questions: Array<{ question: string; answer: string[]; files: string[] }> = truth.questions;
  // One is a sum over a table and one has no answer: neither is a fact that stands somewhere.
  return questions.filter(({ question, answer }) => answer.length > 0 && !question.includes('total'));
}
