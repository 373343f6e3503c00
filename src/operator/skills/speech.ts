import type { Mention } from '../../documents/document.ts';
import { passageAt, readingOf } from './passages.ts';
import { cite, citePassage, type Passage } from './reading.ts';
import type { Citation, Material } from './skill.ts';
import { fold } from './words.ts';

/**
 * Who says what in a document: direct speech, reported speech, minutes with speakers, and what the author of a
 * letter, an e-mail or a report says in the first person. Only what the words themselves show is attributed.
 */
export interface Utterance {
  material: Material;
  /** As the source names the speaker, without titles. */
  speaker: string;
  /** Where the speaker is named; absent when only the properties of the file name the author. */
  named?: Citation;
  /** How it is said: the verb of the source, `wrote` for authors, `:` for a speaker before a colon. */
  how: string;
  /** The sentence in which it is said. */
  text: string;
  heading: string;
  place: Citation;
}

const VERBS =
  'said|says|say|told|tells|reported|reports|noted|notes|argued|argues|warned|warns|explained|explains|proposed|proposes|asked|asks|announced|announces|agreed|agrees|confirmed|confirms|stated|states|added|adds|claimed|claims|suggested|suggests|replied|replies|insisted|insists|emphasi[sz]ed|emphasi[sz]es|stressed|stresses|promised|promises|wrote|writes|recommended|recommends|thinks|thought|believes|believed|advised|advises|denied|denies|expects|expected|mentioned|mentions|observed|pointed out|points out|requested|requests|complained|complains|concluded|concludes|regards|regarded|objected|objects|admitted|admits|assured|assures|estimates|estimated|predicted|predicts|hopes|hoped|called for|calls for|urged|urges|opposed|opposes|supported|supports|welcomed|welcomes|considers|considered|was not willing|was willing|presented|told us|answered|countered|declared|remarked|recalled|commented|maintained|cautioned|demanded|refused|rejected';
const AFTER = new RegExp(
  `^(?:\\s*\\([^)]{1,60}\\)|,[^,.;:!?]{1,80},)?\\s*(?:(?:has|have|had|also|then|today|again|later|yesterday|clearly|however|did not|does not|has not)\\s+){0,3}(?<verb>${VERBS})\\b`,
  'iu',
);
const BEFORE = new RegExp(
  `(?:\\b(?<verb>${VERBS})|(?<according>according to))\\s+(?:(?:the|our|by|mr|mrs|ms|dr|prof|professor)\\.?\\s+)*$`,
  'iu',
);
const GROUP = new RegExp(
  `\\b(?<name>(?:the|our)\\s+(?:\\p{L}+\\s){0,3}?(?:group|committee|board|council|team|court|ministry|commission|parties|union|fund|trust|company|department|association|management|panel|jury))\\s+(?:(?:has|have|had|also|then|today|unanimously)\\s+){0,2}(?<verb>${VERBS})\\b`,
  'giu',
);
const QUOTE = /[“"„«]([^”"“»]{3,})[”"“»]/u;

/** Everything that somebody says in the document, in order. One sentence may be said once only. */
export function utterancesIn(material: Material): Utterance[] {
  const { passages } = readingOf(material);
  const author = authorOf(material);
  const body = bodyOf(material);
  const found: Utterance[] = [...labelled(material)];
  const taken = (passage: Passage) =>
    found.some((one) => one.place.start < passage.end && passage.start < one.place.end);
  let before: Passage | undefined;
  let last: { speaker: string; named?: Citation; end: number } | undefined;
  for (const passage of passages) {
    if (passage.kind === 'heading' || taken(passage) || /\bwrote:$/.test(passage.text)) {
      before = passage;
      continue;
    }
    const spoken =
      attributed(material, passage) ??
      byPronoun(material, passage, before, last) ??
      grouped(material, passage);
    if (spoken) {
      found.push(...[spoken].flat());
      const one = [spoken].flat().at(-1);
      if (one) last = { speaker: one.speaker, end: passage.end, ...(one.named && { named: one.named }) };
    } else if (
      last &&
      QUOTE.test(passage.raw) &&
      /^\s*$/.test(material.document.text.slice(last.end, passage.start)) &&
      /^[“"„«]/u.test(passage.text)
    ) {
      // “…,” said Anna. “…” : the quotation goes on in the next sentence.
      found.push(utterance(material, passage, last.speaker, last.named, 'said'));
      last = { ...last, end: passage.end };
    } else if (
      author &&
      passage.start >= body.start &&
      passage.end <= body.end &&
      saysItself(material, passage)
    ) {
      found.push(utterance(material, passage, author.name, author.named, 'wrote'));
    }
    before = passage;
  }
  return found.sort((a, b) => a.place.start - b.place.start);
}

function utterance(
  material: Material,
  passage: Passage,
  speaker: string,
  named: Citation | undefined,
  how: string,
): Utterance {
  return {
    material,
    speaker,
    how,
    text: passage.text,
    heading: passage.heading,
    place: citePassage(material, passage),
    ...(named && { named }),
  };
}

/** "Anna Keller said …", "… said Anna Keller", "according to Anna Keller". */
function attributed(material: Material, passage: Passage): Utterance | undefined {
  const speakers = passage.mentions.filter(
    (mention) => mention.kind === 'person' || mention.kind === 'organisation',
  );
  let best: { mention: Mention; verb: string; rank: number } | undefined;
  for (const mention of speakers) {
    const from = mention.start - passage.start;
    const after = AFTER.exec(passage.raw.slice(mention.end - passage.start));
    const before = BEFORE.exec(passage.raw.slice(0, from));
    const quoted = before?.groups?.verb && QUOTE.test(passage.raw.slice(0, from));
    if (before?.groups?.according) best = better(best, { mention, verb: 'according to', rank: 3 });
    else if (quoted) best = better(best, { mention, verb: before?.groups?.verb ?? 'said', rank: 4 });
    // Inside a quotation somebody else is spoken of; the object of "told" is not the one who tells.
    else if (
      after?.groups?.verb &&
      !/\b(?:by|with|to|from|of|for|told|asked)\s+(?:(?:mr|mrs|ms|dr|the)\.?\s+)*$/i.test(
        passage.raw.slice(0, from),
      )
    ) {
      best = better(best, { mention, verb: after.groups.verb, rank: mention.kind === 'person' ? 2 : 1 });
    }
  }
  if (!best) return undefined;
  const named = cite(material, best.mention.start, best.mention.end, best.mention.page);
  return utterance(material, passage, plainName(best.mention.text), named, best.verb.toLowerCase());
}

function better<T extends { rank: number }>(best: T | undefined, next: T): T {
  return best && best.rank >= next.rank ? best : next;
}

/** "She said that …": the only person of the sentence before, when there is just one. */
function byPronoun(
  material: Material,
  passage: Passage,
  before: Passage | undefined,
  spoken?: { speaker: string; named?: Citation; end: number },
): Utterance | undefined {
  const match = new RegExp(
    `^(?:(?:[“"][^”"]{3,}[”"],?\\s+)?(?:he|she))\\s+(?:(?:has|had|also|then|later)\\s+){0,2}(?<verb>${VERBS})\\b`,
    'iu',
  ).exec(passage.raw);
  const verb = match?.groups?.verb;
  const persons = before?.mentions.filter((mention) => mention.kind === 'person') ?? [];
  const last = persons.at(-1);
  if (verb && persons.length === 0 && spoken && passage.start - spoken.end < 3)
    return utterance(material, passage, spoken.speaker, spoken.named, verb.toLowerCase());
  if (!verb || !last || new Set(persons.map((person) => plainName(person.text))).size !== 1) return undefined;
  return utterance(
    material,
    passage,
    plainName(last.text),
    cite(material, last.start, last.end, last.page),
    verb.toLowerCase(),
  );
}

/** "The group confirmed that …"; a sentence with two groups gives two utterances. */
function grouped(material: Material, passage: Passage): Utterance[] | undefined {
  const found = [...passage.raw.matchAll(GROUP)].flatMap((match) => {
    const { name, verb } = match.groups ?? {};
    if (!name || !verb) return [];
    const start = passage.start + match.index;
    return [
      utterance(
        material,
        passage,
        name.replace(/^[a-z]/, (letter) => letter.toUpperCase()),
        cite(material, start, start + name.length, passage.page),
        verb.toLowerCase(),
      ),
    ];
  });
  return found.length > 0 ? found : undefined;
}

const LABEL =
  /(?:^[ \t]*(?:[-*•–][ \t]+)?|(?<=[.?!…”"][ \t]))(?:\*\*|__)?(?<name>\p{Lu}[\p{L}.'’-]*(?:[ \t]\p{Lu}[\p{L}.'’-]*){0,3})(?<role>[ \t]*\([^)\n]{1,50}\))?(?:\*\*|__)?[ \t]*:(?:\*\*|__)?[ \t]+(?=\S)/gmu;
const NO_SPEAKER =
  /^(?:note|notes|subject|from|to|cc|bcc|date|re|fw|fwd|contact|apologies|present|absent|attendees|agenda|action|actions|decision|decisions|summary|time|place|location|title|author|version|status|phone|tel|email|web|www|http|https|total|page|figure|table|annex|appendix|source|sources|example|warning|important|ps|p\.s\.|question|answer|q|a|owner|due|chair|minutes|budget|cost|price)\.?$/i;

/** Minutes and transcripts: "Anna: …", "Anna Keller (chair): …". Only where the name is that of a person. */
function labelled(material: Material): Utterance[] {
  const { document, analysis } = material;
  const persons = analysis.mentions.filter((mention) => mention.kind === 'person');
  const parts = new Set(persons.flatMap((person) => fold(plainName(person.text)).split(/\s+/)));
  const matches = [...document.text.matchAll(LABEL)];
  const often = Map.groupBy(matches, (match) => match.groups?.name ?? '');
  return matches.flatMap((match, index) => {
    const name = match.groups?.name ?? '';
    const saidStart = match.index + match[0].length;
    const saidEnd = Math.min(
      matches[index + 1]?.index ?? document.text.length,
      paragraphEnd(document.text, saidStart),
    );
    const said = document.text.slice(saidStart, saidEnd).trimEnd();
    if (
      NO_SPEAKER.test(name) ||
      said.length < 4 ||
      (document.type === 'eml' && match.index < headerEnd(material))
    )
      return [];
    const known = fold(plainName(name))
      .split(/\s+/)
      .every((part) => parts.has(part));
    // A one-word label nobody knows counts when it speaks again and again, as in a transcript.
    const transcript =
      (often.get(name)?.length ?? 0) >= 2 &&
      often.size >= 2 &&
      /^\p{Lu}[\p{L}’'-]+(?: \p{Lu}[\p{L}’'-]+){0,2}$/u.test(name);
    if (!known && !(transcript && /[.?!]$/.test(said))) return [];
    const nameStart = match.index + match[0].indexOf(name);
    const place = cite(material, nameStart, saidStart + said.length);
    return [
      {
        material,
        speaker: plainName(name),
        named: cite(material, nameStart, nameStart + name.length),
        how: ':',
        text: place.quote.replace(/\*\*|__/g, '').replace(/\s+/g, ' '),
        heading: passageAt(readingOf(material), nameStart)?.heading ?? '',
        place,
      },
    ];
  });
}

function paragraphEnd(text: string, from: number): number {
  const end = text.slice(from).search(/\n\s*\n/);
  return end < 0 ? text.length : from + end;
}

/** Honorifics are no part of a name. */
export function plainName(name: string): string {
  return name
    .replace(/\s+/g, ' ')
    .replace(/^(?:(?:dr|mr|mrs|ms|miss|prof|professor|sir|herr|frau)\.?\s+)+/i, '')
    .replace(/['’]s$/, '')
    .trim();
}

interface Author {
  name: string;
  named?: Citation;
}

const SIGN_OFF =
  /\b(?:yours (?:sincerely|faithfully|truly)|(?:kind|best|warm) (?:regards|wishes)|regards|sincerely|best|cheers|many thanks|thank you|respectfully)\s*,?\s*\n\s*(?<name>\p{Lu}[\p{L}.'’-]+(?:[ \t]\p{Lu}[\p{L}.'’-]+){0,3})/iu;

/** Who wrote the document: the sender, the name under the closing, the author that the first lines or properties name. */
export function authorOf(material: Material): Author | undefined {
  const { document, analysis } = material;
  const { text, meta } = document;
  const place = (name: string): Author => {
    const at = text.indexOf(name);
    return { name: plainName(name), ...(at >= 0 && { named: cite(material, at, at + name.length) }) };
  };
  const sender = meta.from
    ?.replace(/<[^>]*>/g, '')
    .replace(/["']/g, '')
    .trim();
  if (sender && !sender.includes('@')) return place(sender);
  const signed = SIGN_OFF.exec(text)?.groups?.name;
  if (signed) return place(signed);
  const line =
    /\b(?:author|written by|prepared by|by|from)\s*:?\s+(?<name>\p{Lu}[\p{L}.'’-]+(?:[ \t]\p{Lu}[\p{L}.'’-]+){1,3})/iu.exec(
      text.slice(0, 400),
    )?.groups?.name;
  if (meta.author && text.includes(meta.author)) return place(meta.author);
  if (
    line &&
    analysis.mentions.some(
      (mention) =>
        mention.start < 400 &&
        (mention.kind === 'person' || mention.kind === 'organisation') &&
        mention.text.includes(line),
    )
  )
    return place(line);
  const first = analysis.mentions.find((mention) => mention.kind === 'person');
  if (analysis.class.name === 'notes' && first && first.start < 200) return place(first.text);
  return meta.author ? place(meta.author) : undefined;
}

function headerEnd(material: Material): number {
  return Math.max(
    0,
    ...material.document.segments
      .filter((segment) => segment.kind === 'header')
      .map((segment) => segment.end),
  );
}

/** The author's own words: after the header, before the mail that is quoted below. */
function bodyOf(material: Material): { start: number; end: number } {
  const { text } = material.document;
  const start = headerEnd(material);
  const quoted = /\n\s*(?:On .{5,120}wrote:|-{2,}\s*(?:original|forwarded) message|>\s)/i.exec(
    text.slice(start),
  );
  return { start, end: quoted ? start + quoted.index : text.length };
}

/** In mail and letters every sentence is the writer's; elsewhere only those in the first person. */
function saysItself(material: Material, passage: Passage): boolean {
  if (passage.kind !== 'sentence' || !/[.?!…”"')]$/.test(passage.text)) return false;
  if (
    /^(?:dear|hi|hello|best|kind|yours|regards|thanks|sincerely)\b/i.test(passage.text) &&
    passage.text.length < 60
  )
    return false;
  const letter =
    material.document.type === 'eml' || ['letter', 'email'].includes(material.analysis.class.name);
  return (
    (letter && passage.text.length > 25) ||
    /\b(?:I|we|our|my)\b/.test(passage.text.replace(/^(?:Our|My)\b/, 'our'))
  );
}
