import type { Brief, Computation } from '../../../api/result.ts';

/** Words for people: dates, numbers, kinds, places in a result. */

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);

/** `2026-05-03` is "3 May 2026", `2026-05` "May 2026"; anything else stays. */
export function dateWords(iso: string): string {
  const parts = /^(\d{4})-(\d\d)(?:-(\d\d))?$/.exec(iso);
  const month = MONTHS[Number(parts?.[2]) - 1];
  if (!parts || !month) return iso;
  return parts[3] ? `${Number(parts[3])} ${month} ${parts[1]}` : `${month} ${parts[1]}`;
}

const NUMBERS = new Intl.NumberFormat('en', { maximumFractionDigits: 4 });
export const numberWords = (value: number): string => NUMBERS.format(value);

/** "1 place", "3 places" */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${numberWords(count)} ${count === 1 ? one : many}`;
}

/** "€1.2 million" as it is, "1,200,000" of a column in EUR with its unit. */
export function amountWords({ text, unit }: Brief['amounts'][number]): string {
  return /^[\d.,\s'’-]+$/.test(text) ? `${text} ${unit}` : text;
}

const LANGUAGES = new Intl.DisplayNames('en', { type: 'language', fallback: 'code' });

/** "report, English"; the language of a table says nothing. */
export function documentWords({ class: name, type, language }: Brief['documents'][number]): string {
  const sort = name === 'other' ? `${type} file` : name.replaceAll('-', ' ');
  if (['table', 'data', 'code'].includes(name) || language === 'und') return sort;
  try {
    return `${sort}, ${LANGUAGES.of(language) ?? language}`;
  } catch {
    return `${sort}, ${language}`; // no code of a language
  }
}

const KINDS: Record<string, [one: string, many: string]> = {
  person: ['person', 'People'],
  organisation: ['organisation', 'Organisations'],
  place: ['place', 'Places'],
  date: ['date', 'Dates'],
  amount: ['amount', 'Amounts'],
  email: ['e-mail address', 'E-mail addresses'],
  phone: ['phone number', 'Phone numbers'],
  url: ['web address', 'Web addresses'],
  address: ['address', 'Addresses'],
  identifier: ['reference', 'References'],
};
export const kindWords = (kind: string): string => KINDS[kind]?.[0] ?? kind;
export const kindsWords = (kind: string): string => KINDS[kind]?.[1] ?? kind;

/** "36 numbers added up" */
export function computationWords({ operation, operands }: Computation): string {
  const numbers = counted(operands.length, 'number');
  switch (operation) {
    case 'sum':
      return `${numbers} added up`;
    case 'average':
      return `the average of ${numbers}`;
    case 'minimum':
      return `the smallest of ${numbers}`;
    case 'maximum':
      return `the largest of ${numbers}`;
    case 'count':
      return `${counted(operands.length, 'place')} counted`;
    case 'difference':
      return 'the difference of two numbers';
    case 'ratio':
      return 'one number divided by another';
  }
}

const REASONS: Record<string, string> = {
  'quote-not-in-source': 'its quote is not in the source',
  'wrong-offset': 'its quote stands elsewhere than said',
  'number-not-in-source': 'a number or date is not in the source',
  'name-not-in-source': 'a name is not in the source',
  'no-citation': 'it has no source',
  'wrong-computation': 'it was computed wrongly',
  'sentence-not-supported': 'the source does not bear it out',
};
export const reasonWords = (reason: string): string => REASONS[reason] ?? reason;

const PARTS: Record<string, string> = {
  keyPoints: 'key point',
  findings: 'finding',
  timeline: 'timeline entry',
  amounts: 'amount',
  contradictions: 'contradiction',
  entities: 'name',
  documents: 'document',
  table: 'row of the table',
};

/** `keyPoints.3` is "key point 4" (as the writer had it, before anything was removed). */
export function whereWords(where: string): string {
  const [part = '', index, field] = where.split('.');
  const name = PARTS[part];
  if (!name || index === undefined || !/^\d+$/.test(index)) return where;
  return `${name} ${Number(index) + 1}${field === 'about' ? ', what it is about' : ''}`;
}
