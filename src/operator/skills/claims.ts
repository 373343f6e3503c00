import { dateBearsOut } from './dates.ts';
import type { Entity } from './entities.ts';
import { nameKey } from './entities.ts';
import { isCurrency, type Quantity, sameNumber } from './numbers.ts';
import { type Qualifiers, qualifiersOf } from './qualifiers.ts';
import { cite, citePassage, type Passage, type Reading, signsOf } from './reading.ts';
import { roleClaims } from './roles.ts';
import type { Citation, Material } from './skill.ts';
import { topicsOf } from './topics.ts';
import { fold, isStopWord, labelWords, plainLine, stem, wordsIn } from './words.ts';

/**
 * Claims: what the sources state of a thing, in a form in which two statements can be compared. A claim is keyed by
 * the bag of words that says what it is about ("the budget of Project Heron" and "Heron's budget" are both
 * `budget heron`), so that comparing is a look-up and never a search over all pairs.
 */
export type ClaimValue =
  | {
      type: 'number';
      number: number;
      unit: string;
      readings: number[];
      tolerance: number;
      approximate: boolean;
    }
  | { type: 'date'; iso: string; readings: string[] }
  | { type: 'person'; name: string };

export interface Claim {
  /** What it speaks of, in the source's words: "the budget of Project Heron". */
  about: string;
  /** The thing, as the source names it: "Project Heron". May be '' where the document as a whole is meant. */
  subject: string;
  /** What is said of it: "budget", "open", "chief engineer". */
  attribute: string;
  value: ClaimValue;
  /** The value as the source writes it. */
  text: string;
  sentence: string;
  citations: Citation[];
  qualifiers: Qualifiers;
  /** Keys under which claims of the same thing meet. */
  keys: string[];
  /** Names the list the claim is an entry of (a table, the fields of a document): entries of one list are records. */
  list?: string;
}

/** Words that say nothing about which thing is meant. */
const FILLERS = new Set(
  `project programme program total overall full whole current currently approximately about around roughly sum amount
figure value day date set stand come fixed estimated scheduled planned expected due take place held agreed approved
confirmed final according said says state states note notes board report that there exactly precisely officially
company firm agency will shall must`
    .split(/\s+/)
    .map(stem),
);

const SYNONYMS: Record<string, string> = {
  pric: 'cost',
  begin: 'start',
  began: 'start',
  begun: 'start',
  commenc: 'start',
  kickof: 'start',
  'kick-of': 'start',
  launch: 'open',
  inaugurat: 'open',
  inauguration: 'open',
  expir: 'end',
  expiry: 'end',
  finish: 'end',
  conclud: 'end',
  termination: 'end',
  completion: 'complet',
  delivery: 'deliver',
  signature: 'sign',
  foundation: 'found',
  establish: 'found',
  deadlin: 'due',
  staff: 'employ',
  headcount: 'employ',
};

/** Events that happen once: only for these are two dates a contradiction. */
const ONCE = new Set(
  `open opening start end launch complet found sign deliver due deadline clos born birth publish effective handover
hand-over kickoff construction acceptance maturity election move release go-live`
    .split(/\s+/)
    .flatMap((word) => [stem(word), SYNONYMS[stem(word)] ?? stem(word)]),
);

/** Money and numbers that come again and again (payments, rises); two of them are two events. */
const REPEATED =
  /\b(?:paid|pays?|payments?|spen[dt]s?|received?|bought|buys?|sold|sells?|transferred|invoiced?s?|granted?|donated?|donation|ordered|rose|rise[sn]?|fell|fall[sn]?|grew|grow[sn]?|increas\w+|decreas\w+|declin\w+|drop\w*|gain\w*|instal?ments?|fines?|fees?|tranches?|first|second|third|fourth|change[sd]?)\b/i;

const LINK =
  /(?:\b(?:is|was|are|were|be|been|of|at|(?:amount(?:s|ed)?|come|comes|came|equal) to|totals?|totalled|totaling|reaches|reached|equals?|costs?|weighs?|measures?|employs?|employed|has|have|had|holds?|contains?|covers?|comprises?|seats?|on|by|in|from|until|for|beträgt|betragen|ist|sind|kostet|umfasst|hat|am|bis|im|von|est|sont|coûte|compte|le|au)|[:=])\s*$/i;
const APPROXIMATELY =
  /(?:\b(?:about|around|approximately|approx\.?|roughly|nearly|almost|circa|ca\.?|exactly|some|a total of|the sum of)|~|≈)\s*$/i;
const CLAUSE = /[;—]|,\s|\s[–-]\s|\b(?:that|which|who|because|since|while|whereas|although|but|then)\s/gi;

/** Collects the claims of all materials. `persons` gives each name its one form. */
export function collectClaims(readings: Reading[], entities: Entity[]): Claim[] {
  const persons = personNames(entities);
  const heads = headsOfNames(entities);
  return readings.flatMap((reading) => {
    const topics = topicsOf(reading);
    const claims: Claim[] = [];
    for (const passage of reading.passages) {
      const needs = { reading, passage, topics };
      if (passage.kind === 'sentence') claims.push(...fromSentence(needs));
      else if (passage.kind === 'field') claims.push(...fromField(needs));
      else if (passage.kind === 'row') claims.push(...fromRow(needs));
    }
    return [...claims, ...roleClaims(reading, topics, persons)].map((made) => withWholeNames(made, heads));
  });
}

/** "clinic" → greenfield, where the Greenfield Clinic is the only clinic with a name: "the clinic" means it. */
function headsOfNames(entities: Entity[]): Map<string, string[]> {
  const names = new Map<string, Set<string>>();
  for (const { kind, forms } of entities) {
    if (kind !== 'organisation') continue;
    for (const form of forms) {
      const words = bagWords(form);
      const head = words.at(-1);
      if (head && words.length > 1)
        names.set(head, (names.get(head) ?? new Set()).add(words.slice(0, -1).join(' ')));
    }
  }
  return new Map(
    [...names].flatMap(([head, rest]) => (rest.size === 1 ? [[head, [...rest].join(' ').split(' ')]] : [])),
  );
}

function bagWords(name: string): string[] {
  return contentWords(name)
    .map(stem)
    .filter((word) => !FILLERS.has(word));
}

function withWholeNames(made: Claim, heads: Map<string, string[]>): Claim {
  const keys = made.keys.flatMap((key) => {
    const [kind = '', bag = '', ...rest] = key.split('|');
    const words = bag.split(' ');
    const missing = words.flatMap((word) => heads.get(word) ?? []).filter((word) => !words.includes(word));
    if (missing.length === 0) return [key];
    const whole = `${kind}|${[...words, ...missing].sort().join(' ')}`;
    // with its whole name it no longer hangs on the matter of its document
    return rest.join() === SAME_MATTER ? [whole] : [[whole, ...rest].join('|')];
  });
  return { ...made, keys };
}

interface Needs {
  reading: Reading;
  passage: Passage;
  /** Stem bags of what the document as a whole is about. */
  topics: string[][];
}

function fromSentence({ reading, passage, topics }: Needs): Claim[] {
  const { dates, quantities } = signsOf(passage);
  const values = [
    ...quantities.map((quantity) => ({ quantity, start: quantity.start, end: quantity.end })),
    ...dates.map((date) => ({ date, start: date.start, end: date.end })),
  ].sort((a, b) => a.start - b.start);
  const claims: Claim[] = [];
  let from = 0;
  for (const [index, found] of values.entries()) {
    const next = values[index + 1];
    const rest = passage.raw.slice(found.end, next?.start ?? passage.raw.length);
    const left = lastClause(passage.raw.slice(from, found.start)).replace(APPROXIMATELY, '');
    from = found.end;
    const range = /^\s?(?:-|–|—|to|and|or)\s?$/i.test(rest);
    const beforeRange = index > 0 && /^\s*(?:-|–|—|to|and|or)?\s*$/i.test(left);
    // "begins on 9 May and should be complete by 1 June": what the second date is of stands before the first
    const headless = index > 0 && !/\b(?:the|an?|its|their|our)\b|\p{Lu}/u.test(left);
    if (range || beforeRange || headless || !LINK.test(left)) continue;
    const around = `${left} ${firstClause(rest)}`;
    const what = whatItIsAbout(left, rest, 'quantity' in found ? found.quantity.unit : '');
    if (!what) continue;
    const text = passage.raw.slice(found.start, found.end);
    if ('date' in found) {
      if (!what.bag.some((word) => ONCE.has(word)) || REPEATED.test(left)) continue;
      claims.push(claim(reading.material, passage, what, dateValue(found.date), text, around, topics));
    } else {
      if (found.quantity.unit === 'time' || REPEATED.test(left)) continue;
      claims.push(claim(reading.material, passage, what, numberValue(found.quantity), text, around, topics));
    }
  }
  return claims;
}

export interface About {
  /** For people. */
  phrase: string;
  bag: string[];
  subject: string;
  attribute: string;
}

/** The bag of words before a value (and "for X" behind it) that says what the value is of. */
function whatItIsAbout(left: string, right: string, unit: string): About | undefined {
  let phrase = left.replace(ATTRIBUTED, '');
  // "approved a budget of": only the noun counts, what acts on it does not
  const noun = /\b(?:an?|the|its|their|our|his|her|total)\s+((?:[\p{L}-]+\s+){1,3})of\s*$/iu.exec(left);
  const owner = noun
    ? /^(.*)\b(?:has|have|had|with|needs|got|gets|received)\s*$/i.exec(left.slice(0, noun.index))
    : null;
  const names = owner?.[1] ? contentWords(owner[1]) : properWords(noun ? left.slice(0, noun.index) : '');
  if (noun?.[1]) phrase = `${noun[1]}`;
  const behind =
    /^\s+(?:for|in|of|on|to)\s+((?:the\s+)?(?:[\p{L}-]+\s+){0,1}\p{Lu}[\p{L}\p{N}-]+(?:\s+\p{Lu}[\p{L}\p{N}-]+)*)/u.exec(
      right,
    );
  // a bare number counts the noun behind it: "employs 120 people"
  const counted = unit === '' ? /^\s+(\p{Ll}[\p{L}-]+)/u.exec(right)?.[1] : undefined;
  if (counted && /^(?:of|and|or|in|on|to|for|by|at|from|per|more|other)$/.test(counted)) return undefined;
  const subjectWords = behind?.[1] ? properWords(behind[1]) : names;
  const words = [...contentWords(phrase), ...(counted ? [counted] : []), ...subjectWords];
  const bag = bagOf(words);
  if (bag.length > 6 || !bag.some((word) => /\p{L}{3}/u.test(word))) return undefined;
  const proper = words.filter((word) => /^\p{Lu}/u.test(word));
  const owned = (owner?.[1] ?? behind?.[1] ?? names.join(' ')).replace(/^The\b/, 'the');
  return {
    phrase: noun
      ? tidyPhrase(`the ${noun[1]}${owned ? `of ${owned.trim()}` : ''}`)
      : counted
        ? `${plainLine(phrase).replace(/^The\b/, 'the')} … ${counted}`
        : tidyPhrase(phrase),
    bag,
    subject: proper.join(' '),
    attribute: words.filter((word) => !proper.includes(word)).join(' ') || plainLine(phrase),
  };
}

/** "On the drawing the waiting hall is …": where it is said is not what is said. */
const ATTRIBUTED =
  /^\s*(?:on|in|according to|from|at)\s+(?:the|our|your|its|this)\s+[\p{L}-]+\s+(?=(?:the|a|our|its)\s)/iu;

/** Without the linking words at its end. */
function tidyPhrase(phrase: string): string {
  let text = plainLine(phrase);
  for (let cut = ''; cut !== text; ) {
    cut = text;
    text = text.replace(
      /\s+(?:is|was|are|were|be|been|of|at|to|has|have|had|on|by|in|from|until|for|amounts?|totals?|:|=)$/i,
      '',
    );
  }
  return text.replace(/^(?:and|but)\s+/i, '').replace(/^The\b/, 'the');
}

function fromField({ reading, passage, topics }: Needs): Claim[] {
  const { field } = passage;
  if (!field) return [];
  const at = passage.raw.indexOf(':') + 1;
  const words = contentWords(labelWords(field.label));
  const bag = bagOf(words);
  // keys of data (`due`, `amount`) name a column, not a thing
  if (bag.length === 0 || (bag.length < 2 && reading.material.document.type === 'json')) return [];
  const what: About = { phrase: field.label, bag, subject: '', attribute: field.label };
  const { dates, quantities } = signsOf(passage);
  const around = passage.raw;
  const [date] = dates.filter(({ start }) => start >= at);
  const [quantity] = quantities.filter(({ start }) => start >= at);
  if (date && dates.length === 1 && bag.some((word) => ONCE.has(word))) {
    const text = passage.raw.slice(date.start, date.end);
    return [claim(reading.material, passage, what, dateValue(date), text, without(around, date), topics)];
  }
  if (!quantity || quantities.length !== 1 || quantity.unit === 'time') return [];
  // "Stability: 2 - Stable": a bare number must be all there is
  const rest = passage.raw.slice(quantity.end);
  if (quantity.unit === '' && /\p{L}{3}/u.test(rest)) return [];
  const leads = passage.raw.slice(at, quantity.start).replace(APPROXIMATELY, '').trim() === '';
  const text = passage.raw.slice(quantity.start, quantity.end);
  if (
    !leads ||
    REPEATED.test(field.label) ||
    /^(?:no|nr|number|page|tel|phone|fax|id|ref|version|vat)\b/i.test(field.label)
  )
    return [];
  return [claim(reading.material, passage, what, numberValue(quantity), text, around, topics)];
}

function fromRow({ reading, passage, topics }: Needs): Claim[] {
  const cells = passage.row ?? [];
  const label = cells[0];
  if (!label || cells.length < 2 || /^[\d\s.,/-]+$/.test(label.text)) return [];
  const claims: Claim[] = [];
  for (const cell of cells.slice(1)) {
    const bag = bagOf([...contentWords(label.text), ...contentWords(cell.column)]);
    const quantities = signsOf(passage).quantities.filter(
      ({ start, end }) => passage.start + start >= cell.start && passage.start + end <= cell.end,
    );
    const [quantity] = quantities;
    const whole =
      quantity && cell.text.replace(/[\s\p{P}\p{S}]/gu, '').length <= quantity.end - quantity.start + 1;
    if (!quantity || !whole || quantities.length !== 1 || bag.length < 2 || bag.length > 8) continue;
    const value = numberValue({ ...quantity, unit: quantity.unit || unitOfHeader(cell.column) });
    const what: About = {
      phrase: `${label.text}: ${cell.column}`,
      bag,
      subject: label.text,
      attribute: cell.column,
    };
    const around = `${label.text} ${cell.column}`;
    claims.push(claim(reading.material, passage, what, value, cell.text, around, topics));
  }
  return claims;
}

/** The unit a header names for its column: "Cost (EUR)", "Share %". */
export function unitOfHeader(header: string): string {
  const code = /\b(EUR|USD|GBP|CHF|JPY|NOK|SEK|DKK|PLN|CZK|CNY|INR|CAD|AUD)\b/.exec(header)?.[1];
  if (code) return code;
  if (header.includes('€')) return 'EUR';
  if (header.includes('$')) return 'USD';
  if (header.includes('£')) return 'GBP';
  return header.includes('%') ? '%' : (/\((kg|km|m|ha|kWh|MWh|t|l|h)\)/.exec(header)?.[1] ?? '');
}

/** Marks the keys under which only documents that share people or organisations are compared. */
export const SAME_MATTER = 'same matter';

/** Makes a claim with its keys: by its own words, or under what the document is about where it names nothing. */
export function claim(
  material: Material,
  passage: Passage,
  what: About,
  value: ClaimValue,
  text: string,
  around: string,
  topics: string[][],
): Claim {
  const kind = value.type === 'number' ? `number ${value.unit}` : value.type;
  const named = what.subject !== '' || passage.kind === 'row';
  const own = `${kind}|${what.bag.join(' ')}`;
  const underTopics = named
    ? []
    : topics.map((topic) => `${kind}|${[...new Set([...what.bag, ...topic])].sort().join(' ')}`);
  const local = `${own}|${material.fileId}|${passage.heading}`;
  const header = passage.kind === 'row' ? headerOf(material, passage) : [];
  return {
    about: what.phrase,
    subject: what.subject,
    attribute: what.attribute,
    value,
    text: text.trim(),
    sentence: passage.text,
    citations: [citePassage(material, passage), ...header],
    qualifiers: qualifiersOf(around, passage),
    keys: named ? [own] : [local, ...underTopics, ...(what.bag.length > 1 ? [`${own}|${SAME_MATTER}`] : [])],
    ...(passage.kind !== 'sentence' && { list: `${material.fileId}#${passage.table ?? 'fields'}` }),
  };
}

function headerOf(material: Material, passage: Passage): Citation[] {
  const columns = (material.document.tables[passage.table ?? -1]?.columns ?? []).filter(
    ({ start, end }) => end > start,
  );
  const [first, last] = [columns[0], columns.at(-1)];
  return first && last ? [cite(material, first.start, last.end)] : [];
}

function numberValue(quantity: Quantity): ClaimValue {
  const { number, unit, readings, tolerance, approximate } = quantity;
  return { type: 'number', number, unit, readings, tolerance, approximate };
}

function dateValue(date: { iso: string; readings: string[] }): ClaimValue {
  return { type: 'date', iso: date.iso, readings: date.readings };
}

/**
 * True when both values can be right: the same, one a rounding of the other, one a less exact date, or
 * "about" within 5 %.
 */
export function agree(a: ClaimValue, b: ClaimValue): boolean {
  if (a.type === 'number' && b.type === 'number') {
    if (a.unit !== b.unit || sameNumber(a.readings, b.readings)) return true;
    const gap = Math.abs(a.number - b.number);
    if (a.approximate || b.approximate) return gap <= 0.05 * Math.max(Math.abs(a.number), Math.abs(b.number));
    const rounded = Math.max(a.tolerance, b.tolerance);
    const finer = Math.min(a.tolerance, b.tolerance);
    return finer < rounded && (rounded > 0.5 || !isCurrency(a.unit)) && gap <= rounded;
  }
  if (a.type === 'date' && b.type === 'date') {
    return a.readings.some((left) => b.readings.some((right) => datesAgree(left, right)));
  }
  return a.type === 'person' && b.type === 'person' && nameKey(a.name) === nameKey(b.name);
}

function datesAgree(a: string, b: string): boolean {
  if (a.startsWith('--') || b.startsWith('--'))
    return a.slice(-5) === b.slice(-5) || a.length < 7 || b.length < 7;
  return dateBearsOut(a, b) || dateBearsOut(b, a);
}

function personNames(entities: Entity[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const entity of entities) {
    if (entity.kind !== 'person') continue;
    for (const form of entity.forms) names.set(form, entity.name);
  }
  return names;
}

/** The words of a phrase that carry meaning, as written. */
export function contentWords(phrase: string): string[] {
  return wordsIn(phrase)
    .map(({ text }) => text)
    .filter((word) => !isStopWord(fold(word)));
}

/** Words with a capital that are not just the first of a sentence. */
function properWords(phrase: string): string[] {
  return contentWords(phrase).filter((word) => /^\p{Lu}/u.test(word));
}

/** Stems that tell one matter from another, without fillers, in order. */
export function bagOf(words: string[]): string[] {
  const stems = words.map(stem).filter((word) => !FILLERS.has(word));
  return [...new Set(stems.map((word) => SYNONYMS[word] ?? word))].sort();
}

function lastClause(text: string): string {
  let start = 0;
  for (const match of text.matchAll(CLAUSE)) start = match.index + match[0].length;
  return text.slice(start);
}

function firstClause(text: string): string {
  const end = text.search(/[;—]|,\s|\b(?:that|which|while|whereas|although|but)\b/i);
  return end < 0 ? text : text.slice(0, end);
}

function without(text: string, range: { start: number; end: number }): string {
  return `${text.slice(0, range.start)} ${text.slice(range.end)}`;
}
