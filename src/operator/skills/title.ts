import type { Entity } from './entities.ts';
import type { Reading } from './reading.ts';
import { fold, isStopWord, wordsIn } from './words.ts';

const DULL =
  /^(?:report|minutes|meeting|contract|agreement|invoice|offer|letter|e-?mail|notes?|memo|summary|introduction|abstract|contents|overview|status|agenda|project|annex|appendix|re|fwd?|chapter|section|untitled|document|page|january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|the|dear)$/i;

/**
 * A title that says what the documents are about: of one document its own title; of several, the name that most of
 * them share with what sort of documents they are.
 */
export function titleOf(readings: Reading[], entities: Entity[]): string {
  const only = readings.length === 1 ? readings[0] : undefined;
  if (only) return ownTitle(only) ?? `What ${only.material.document.name} says`;
  const kinds = kindsOf(readings);
  const subject = sharedName(readings, entities);
  if (readings.length === 0) return 'No documents';
  if (!subject) return `${readings.length} documents on different matters (${kinds})`;
  return `${subject}: what ${readings.length} documents say (${kinds})`;
}

function ownTitle({ material, passages }: Reading): string | undefined {
  const { title, subject } = material.document.meta;
  const heading = passages.find(
    ({ kind, text }) => kind === 'heading' && text.length > 3 && text.length < 120,
  )?.text;
  const named = [title, subject, heading].find(
    (text) => text && text.trim().length > 3 && !/\.(?:docx?|pdf|indd|tex)$/i.test(text),
  );
  return named?.replace(/\s+/g, ' ').trim().slice(0, 140);
}

/** "3 letters, 2 reports, 1 table" */
function kindsOf(readings: Reading[]): string {
  const counts = Map.groupBy(readings, ({ material }) => material.analysis.class.name);
  return [...counts]
    .sort((a, b) => b[1].length - a[1].length)
    .slice(0, 4)
    .map(([name, group]) => `${group.length} ${nameOfClass(name, group.length)}`)
    .join(', ');
}

function nameOfClass(name: string, count: number): string {
  if (name === 'minutes' || name === 'notes' || name === 'data' || name === 'code') return name;
  const word = name === 'email' ? 'e-mail' : name === 'other' ? 'other' : name.replace('-', ' ');
  if (count === 1 || name === 'other') return word;
  return word.endsWith('y') ? `${word.slice(0, -1)}ies` : `${word}s`;
}

/** The name that stands in most documents; longer before shorter, titles before texts. */
function sharedName(readings: Reading[], entities: Entity[]): string | undefined {
  const candidates = new Map<string, number>();
  for (const reading of readings) {
    for (const source of titlesOf(reading)) {
      for (const run of properRuns(source)) {
        for (const part of partsOf(run)) candidates.set(part, (candidates.get(part) ?? 0) + 1);
      }
    }
  }
  for (const { kind, name, importance } of entities.slice(0, 25)) {
    if (kind === 'organisation' || kind === 'place' || kind === 'person') {
      const discount = kind === 'organisation' ? 1 : 0.5;
      candidates.set(
        name,
        (candidates.get(name) ?? 0) + (importance / (entities[0]?.importance || 1)) * discount,
      );
    }
  }
  const texts = readings.map(({ material }) =>
    fold(material.document.text.slice(0, 300_000)).replace(/\s+/g, ' '),
  );
  let best: { name: string; score: number } | undefined;
  for (const [name, weight] of candidates) {
    const documents = texts.filter((text) => text.includes(fold(name))).length;
    if (documents < 2 || documents < readings.length / (name.includes(' ') ? 3 : 2)) continue;
    if (!name.includes(' ') && asCommonWord(name, readings)) continue;
    const score =
      documents / readings.length + 0.25 * Math.min(weight, 3) + 0.12 * Math.min(4, wordsIn(name).length);
    if (score > (best?.score ?? 0)) best = { name, score };
  }
  return best && longerTitle(best.name, readings, texts);
}

/** "Dunmarra Ferry Terminal" says more than "Dunmarra": the longer name of a title, where a quarter of the documents use it. */
function longerTitle(name: string, readings: Reading[], texts: string[]): string {
  const longer = new Set(
    readings.flatMap((reading) => titlesOf(reading).flatMap((title) => properRuns(title).flatMap(partsOf))),
  );
  const used = (other: string) => texts.filter((text) => text.includes(fold(other))).length;
  const fits = [...longer].filter(
    (other) => other.startsWith(`${name} `) && used(other) >= Math.max(2, readings.length / 4),
  );
  return fits.sort((a, b) => b.length - a.length)[0] ?? name;
}

function titlesOf({ material, passages }: Reading): string[] {
  const { meta } = material.document;
  const heading = passages.find(({ kind }) => kind === 'heading')?.text;
  return [meta.title, meta.subject, heading].filter((text) => text !== undefined);
}

/** "Code" is no name where the texts also write "code". */
function asCommonWord(name: string, readings: Reading[]): boolean {
  if (/^\p{Lu}{1,4}$/u.test(name)) return true;
  const word = new RegExp(
    `(?<![\\p{L}\\p{N}])${name.replace(/[^\p{L}\p{N}]/gu, '.')}(?![\\p{L}\\p{N}@.])`,
    'giu',
  );
  let [small, all] = [0, 0];
  for (const { material } of readings) {
    for (const [found] of material.document.text.slice(0, 300_000).matchAll(word)) {
      all += 1;
      if (!/^\p{Lu}/u.test(found)) small += 1;
    }
  }
  return small > 0.3 * all;
}

/** The run and, since titles add what is not the name ("Dunmarra Ferry Terminal Steering Group"), its beginnings. */
function partsOf(run: string): string[] {
  const words = run.split(' ');
  return words
    .map((_word, index) => words.slice(0, index + 1).join(' '))
    .filter((part) => !/^project$/i.test(part));
}

/** Runs of words with capitals that are not just the words of a form: "Minutes of Project Heron" gives "Project Heron". */
function properRuns(text: string): string[] {
  const runs: string[] = [];
  let run: string[] = [];
  const close = () => {
    if (run.some((word) => !DULL.test(word))) runs.push(run.join(' '));
    run = [];
  };
  for (const { text: word } of wordsIn(text)) {
    const proper = /^\p{Lu}/u.test(word) && !isStopWord(fold(word));
    if (!proper || (DULL.test(word) && fold(word) !== 'project')) close();
    if (proper && (!DULL.test(word) || fold(word) === 'project')) run.push(word);
  }
  close();
  return runs;
}
