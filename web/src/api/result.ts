import type { Brief as BriefData, Citation, CitedSentence } from './models.ts';

/** How a number that stands in no source was computed. */
export interface Computation {
  operation: (typeof OPERATIONS)[number];
  operands: Array<{ value: number; citation: Citation }>;
  result: number;
  unit?: string;
}

const OPERATIONS = ['sum', 'average', 'minimum', 'maximum', 'count', 'difference', 'ratio'] as const;

export interface Finding extends CitedSentence {
  computation?: Computation;
}

/** Two places in the sources that cannot both be right. */
export interface Contradiction extends Finding {
  subject: string;
}

export interface Brief extends Omit<BriefData, 'contradictions'> {
  contradictions: Contradiction[];
}

/** An answer, total, comparison and the like, as `result.output` of a task. */
export interface Report {
  kind: string;
  title: string;
  answer: Finding;
  findings: Finding[];
  table?: { columns: string[]; rows: string[][] };
  documents: Brief['documents'];
  gaps: string[];
  notUnderstood: string[];
  howMade: string;
}

/** What the verifier found (`result.verification`). */
export interface Verification {
  checked: number;
  failed: Array<{ where: string; reason: string; detail: string }>;
  missedContradictions: Contradiction[];
}

type Fields = Record<string, unknown>;
type Check<T> = (value: unknown) => value is T;

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const isText: Check<string> = (value) => typeof value === 'string';
const isNumber: Check<number> = (value) => typeof value === 'number';
const listOf =
  <T>(check: Check<T>): Check<T[]> =>
  (value): value is T[] =>
    Array.isArray(value) && value.every(check);

const isPlace = (value: unknown): value is Fields =>
  isObject(value) &&
  isText(value.fileId) &&
  Number.isInteger(value.start) &&
  Number.isInteger(value.end) &&
  (value.page === undefined || isNumber(value.page));
const isCitation: Check<Citation> = (value): value is Citation => isPlace(value) && isText(value.quote);
const isCitations = listOf(isCitation);
const isOperand = (value: unknown): value is Computation['operands'][number] =>
  isObject(value) && isNumber(value.value) && isCitation(value.citation);

function isComputation(value: unknown): value is Computation {
  return (
    isObject(value) &&
    OPERATIONS.some((name) => name === value.operation) &&
    listOf(isOperand)(value.operands) &&
    isNumber(value.result) &&
    (value.unit === undefined || isText(value.unit))
  );
}

const isFinding: Check<Finding> = (value): value is Finding =>
  isObject(value) &&
  isText(value.sentence) &&
  isCitations(value.citations) &&
  (value.computation === undefined || isComputation(value.computation));
const isContradiction: Check<Contradiction> = (value): value is Contradiction =>
  isFinding(value) && 'subject' in value && isText(value.subject);
const hasAbout = ({ about }: Fields) => about === undefined || isFinding(about);
const isDocument: Check<Brief['documents'][number]> = (value): value is Brief['documents'][number] =>
  isObject(value) &&
  [value.fileId, value.name, value.type, value.language, value.class].every(isText) &&
  hasAbout(value);
const isEntity: Check<Brief['entities'][number]> = (value): value is Brief['entities'][number] =>
  isObject(value) &&
  isText(value.kind) &&
  isText(value.name) &&
  Array.isArray(value.mentions) &&
  value.mentions.every(isPlace) &&
  hasAbout(value);
const isDated: Check<Brief['timeline'][number]> = (value): value is Brief['timeline'][number] =>
  isFinding(value) && 'date' in value && isText(value.date);
const isAmount: Check<Brief['amounts'][number]> = (value): value is Brief['amounts'][number] =>
  isObject(value) && [value.text, value.unit, value.what].every(isText) && isCitations(value.citations);
const isTable = (value: unknown): value is NonNullable<Report['table']> =>
  isObject(value) && listOf(isText)(value.columns) && listOf(listOf(isText))(value.rows);

/** A list that is left out is empty; one in another form makes the whole another form. */
function list<T>(value: unknown, check: Check<T>): T[] {
  if (value === undefined) return [];
  if (!listOf(check)(value)) throw NOT_THIS_FORM;
  return value;
}

const NOT_THIS_FORM = new Error('not of this form');
const words = (value: unknown) => (isText(value) ? value : '');

/** What both forms end with. */
const closing = (output: Fields) => ({
  documents: list(output.documents, isDocument),
  gaps: list(output.gaps, isText),
  notUnderstood: list(output.notUnderstood, isText),
  howMade: words(output.howMade),
});

/** Answers undefined instead of what was thrown because the form is another. */
function orNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error === NOT_THIS_FORM) return undefined;
    throw error;
  }
}

/** Marks that turn the direction of writing, and controls: they can make a text look like another one. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: removing them is the purpose
const MISLEADING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** A text without them, for people to read. */
export const plainWords = (text: string): string => text.replace(MISLEADING, '');

/** A text with them written out, `\\u202e`, where data is shown as it is. */
export const escapedWords = (text: string): string =>
  text.replace(MISLEADING, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The output without them. What is compared with a source stays to the letter. */
function plain(value: unknown, key = ''): unknown {
  if (isText(value)) return key === 'quote' || key === 'fileId' ? value : plainWords(value);
  if (Array.isArray(value)) return value.map((each) => plain(each));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each, name)]));
}

/** Any agent may answer in any form: a brief is only what has its form in every part. */
export function briefOf(answer: unknown): Brief | undefined {
  const output = plain(answer);
  if (!isObject(output) || output.kind !== 'brief' || !Array.isArray(output.keyPoints)) return undefined;
  return orNothing(() => ({
    kind: 'brief',
    title: words(output.title),
    keyPoints: list(output.keyPoints, isFinding),
    contradictions: list(output.contradictions, isContradiction),
    entities: list(output.entities, isEntity),
    timeline: list(output.timeline, isDated),
    amounts: list(output.amounts, isAmount),
    ...closing(output),
  }));
}

/** A report, or the draft of one that a step wrote; undefined for what has another form in any part. */
export function reportOf(given: unknown): Report | undefined {
  const output = plain(given);
  if (!isObject(output) || !isFinding(output.answer) || !Array.isArray(output.findings)) return undefined;
  const { answer, table } = output;
  if (table !== undefined && !isTable(table)) return undefined;
  return orNothing(() => ({
    kind: words(output.kind),
    title: words(output.title),
    answer,
    findings: list(output.findings, isFinding),
    ...(table && { table }),
    ...closing(output),
  }));
}

/** What the verifier found, when it has said so. */
export function verificationOf(value: unknown): Verification | undefined {
  if (!isObject(value) || !isNumber(value.checked) || !Array.isArray(value.failed)) return undefined;
  const isFailure: Check<Verification['failed'][number]> = (each): each is Verification['failed'][number] =>
    isObject(each) && [each.where, each.reason, each.detail].every(isText);
  const { checked } = value;
  return orNothing(() => ({
    checked,
    failed: list(value.failed, isFailure),
    missedContradictions: list(value.missedContradictions, isContradiction),
  }));
}

/** Every citation of a result, those of its computations too. */
export function citationsOf(result: Brief | Report): Citation[] {
  const findings: Finding[] =
    'keyPoints' in result
      ? [
          ...result.keyPoints,
          ...result.contradictions,
          ...result.timeline,
          ...result.entities.flatMap(({ about }) => about ?? []),
        ]
      : [result.answer, ...result.findings];
  return [
    ...findings.flatMap(({ citations, computation }) => [
      ...citations,
      ...(computation?.operands.map(({ citation }) => citation) ?? []),
    ]),
    ...('amounts' in result ? result.amounts.flatMap(({ citations }) => citations) : []),
    ...result.documents.flatMap(({ about }) => about?.citations ?? []),
  ];
}
