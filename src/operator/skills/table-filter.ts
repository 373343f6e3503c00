import { cellDate, cellNumber } from './cells.ts';
import { datesIn } from './dates.ts';
import { quantitiesIn } from './numbers.ts';
import type { Column, Row, TableProfile } from './table-profile.ts';
import { columnNamed, nameScore } from './table-profile.ts';
import { contentRoots, isEmptyWord, root, sameNotion } from './vocabulary.ts';
import { fold, stem, wordsIn } from './words.ts';

/**
 * Which rows a goal means. The data decide: words of the goal that are values of a column pick the rows that hold
 * them, dates pick a period of the date column, comparisons bound a measure. What matches nothing is given back, so
 * that the answer can say so instead of counting everything.
 */
export interface RowFilter {
  keep(row: Row): boolean;
  /** In words, for the answer: `status is "open"`. Empty when every row counts. */
  words: string[];
  columns: Column[];
  /** Names in the goal that are in no row: the honest answer is then that there are none. */
  unknown: string[];
  /** Other words of the goal that name no column and no value. */
  unmatched: string[];
  /** Things to tell, such as a value taken in a wider sense. */
  notes: string[];
}

interface Part {
  column: Column;
  words: string;
  keep(row: Row): boolean;
}

/** Reads the filter. `used` are words of the goal already spent on operation, columns and file names. */
export function readFilter(
  profile: TableProfile,
  goal: string,
  measure: Column | undefined,
  used: readonly string[],
): RowFilter {
  const period = readPeriod(profile, goal);
  const bound = readBound(profile, period.rest, measure);
  const values = readValues(profile, bound.rest, used);
  const parts = [...period.parts, ...bound.parts, ...values.parts];
  return {
    keep: (row) => parts.every((part) => part.keep(row)),
    words: parts.map((part) => part.words),
    columns: parts.map((part) => part.column),
    unknown: [...period.unknown, ...values.unknown],
    unmatched: values.unmatched,
    notes: values.notes,
  };
}

/** The text of a cell of a row. */
export function textOf(row: Row, column: Column): string {
  return row.cells[column.index]?.text.trim() ?? '';
}

const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);
const MONTH = new RegExp(
  `\\b(${MONTHS.join('|')}|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\\b\\.?(?:\\s+(\\d{4}))?`,
  'gi',
);

/** The period a goal names: "for March", "in Q2 2026", "since 1 May 2026", "between … and …", "until the end of September". */
function readPeriod(profile: TableProfile, goal: string): { parts: Part[]; unknown: string[]; rest: string } {
  const dateColumns = profile.columns.filter((column) => column.kind === 'date');
  const named =
    dateColumns.length > 1 ? columnNamed(profile, goal, (column) => column.kind === 'date') : undefined;
  const column = named ?? dateColumns[0];
  const spans = spansIn(goal);
  if (spans.length === 0) return { parts: [], unknown: [], rest: goal };
  const blank = (text: string) =>
    spans.reduce(
      (rest, span) => rest.slice(0, span.start) + ' '.repeat(span.end - span.start) + rest.slice(span.end),
      text,
    );
  if (!column) {
    // A month or year may be a value or a header of a table without dates; the words then stay for the values.
    return { parts: [], unknown: [], rest: goal };
  }
  const [first, second] = spans;
  const text = (row: Row) => cellDate(textOf(row, column), column.dayFirst) ?? '';
  const make = (
    words: string,
    keep: (date: string) => boolean,
  ): { parts: Part[]; unknown: string[]; rest: string } => ({
    parts: [
      { column, words: `“${column.header}” ${words}`, keep: (row) => text(row) !== '' && keep(text(row)) },
    ],
    unknown: [],
    rest: blank(goal),
  });
  if (!first) return { parts: [], unknown: [], rest: goal };
  const lead = fold(goal.slice(Math.max(0, first.start - 24), first.start));
  if (second && /\b(?:between|from)\s+(?:the\s+)?$/.test(lead)) {
    return make(
      `from ${first.said} to ${second.said}`,
      (date) => date >= first.from && date.slice(0, second.to.length) <= second.to,
    );
  }
  if (/\b(?:since|from|starting)\s+(?:the\s+)?(?:start of\s+)?$/.test(lead))
    return make(`since ${first.said}`, (date) => date >= first.from);
  if (/\bafter\s+(?:the\s+)?(?:end of\s+)?$/.test(lead))
    return make(`after ${first.said}`, (date) => date.slice(0, first.to.length) > first.to);
  if (/\b(?:before|prior to)\s+(?:the\s+)?$/.test(lead))
    return make(`before ${first.said}`, (date) => date < first.from);
  if (/\b(?:until|till|up to|to|through|by)\s+(?:the\s+)?(?:end of\s+)?$/.test(lead))
    return make(`until ${first.said}`, (date) => date.slice(0, first.to.length) <= first.to);
  const inAny = (date: string) =>
    spans.some((span) =>
      span.month
        ? date.slice(5, 7) === span.month
        : date >= span.from && date.slice(0, span.to.length) <= span.to,
    );
  return make(`in ${[...new Set(spans.map((span) => span.said))].join(', ')}`, inAny);
}

interface Span {
  start: number;
  end: number;
  said: string;
  /** ISO text at which the span begins, and the ISO prefix with which it ends. */
  from: string;
  to: string;
  /** A month of any year. */
  month?: string;
}

function spansIn(goal: string): Span[] {
  const spans: Span[] = [];
  const taken = (start: number, end: number) => spans.some((span) => start < span.end && span.start < end);
  for (const match of goal.matchAll(
    /\b(?:Q([1-4])|(first|second|third|fourth) quarter)(?:\s+(?:of\s+)?(\d{4}))?/gi,
  )) {
    const quarter = Number(
      match[1] ?? ['first', 'second', 'third', 'fourth'].indexOf((match[2] ?? '').toLowerCase()) + 1,
    );
    const months = [3 * quarter - 2, 3 * quarter].map((month) => String(month).padStart(2, '0'));
    const year = match[3];
    if (year)
      spans.push({
        start: match.index,
        end: match.index + match[0].length,
        said: match[0],
        from: `${year}-${months[0]}`,
        to: `${year}-${months[1]}`,
      });
    else
      for (let month = 3 * quarter - 2; month <= 3 * quarter; month += 1)
        spans.push({
          start: match.index,
          end: match.index + match[0].length,
          said: match[0],
          from: '',
          to: '',
          month: String(month).padStart(2, '0'),
        });
  }
  for (const date of datesIn(goal)) {
    if (taken(date.start, date.end) || !/^\d{4}/.test(date.iso)) continue;
    const fileName =
      /[-_]/.test(goal[date.start - 1] ?? '') || /^\.\p{L}/u.test(goal.slice(date.end, date.end + 2));
    if (!fileName)
      spans.push({
        start: date.start,
        end: date.end,
        said: goal.slice(date.start, date.end),
        from: date.iso,
        to: date.iso,
      });
  }
  for (const match of goal.matchAll(MONTH)) {
    if (
      taken(match.index, match.index + match[0].length) ||
      (fold(match[1] ?? '') === 'may' && match[1] !== 'May')
    )
      continue;
    if (fold(match[1] ?? '') === 'mar' && match[1] === 'mar') continue;
    const month = MONTHS.findIndex((name) => name.startsWith(fold(match[1] ?? '').slice(0, 3))) + 1;
    spans.push({
      start: match.index,
      end: match.index + match[0].length,
      said: match[0],
      from: '',
      to: '',
      month: String(month).padStart(2, '0'),
    });
  }
  const ordered = spans.sort((a, b) => a.start - b.start);
  // A month without a year takes part in "from … to …" only when the other has one; "any March" otherwise.
  const year = ordered.find((span) => span.from)?.from.slice(0, 4);
  if (year && ordered.some((span) => span.month))
    for (const span of ordered)
      if (span.month) {
        span.from = `${year}-${span.month}`;
        span.to = span.from;
        delete span.month;
      }
  return ordered;
}

const BOUND =
  /\b(?:(more than|greater than|higher than|larger than|bigger than|over|above|exceed(?:s|ing)?)|(at least|no less than|minimum of)|(less than|lower than|smaller than|cheaper than|under|below)|(at most|no more than|up to))\s+|(>=|<=|>|<)\s*/gi;

/** "over 10,000", "at least €500", "between 100 and 200": a bound on the measure or on the column named before it. */
function readBound(
  profile: TableProfile,
  goal: string,
  measure: Column | undefined,
): { parts: Part[]; rest: string } {
  const parts: Part[] = [];
  let rest = goal;
  const add = (start: number, end: number, words: string, keep: (value: number) => boolean) => {
    const before = wordsIn(goal.slice(0, start))
      .slice(-3)
      .map((word) => word.text)
      .join(' ');
    const column = columnNamed(profile, before, (one) => one.kind === 'number') ?? measure;
    if (!column) return;
    parts.push({
      column,
      words: `“${column.header}” ${words}`,
      keep: (row) => {
        const number = cellNumber(textOf(row, column), column.mark);
        return number !== undefined && keep(number.value);
      },
    });
    rest = rest.slice(0, start) + ' '.repeat(end - start) + rest.slice(end);
  };
  const between = /\bbetween\s+(.+?)\s+and\s+(\S+(?:\s+(?:thousand|million))?)/i.exec(goal);
  const [low, high] = [quantitiesIn(between?.[1] ?? '')[0], quantitiesIn(between?.[2] ?? '')[0]];
  if (between && low && high)
    add(
      between.index,
      between.index + between[0].length,
      between[0],
      (value) => value >= low.number && value <= high.number,
    );
  for (const match of goal.matchAll(BOUND)) {
    const from = match.index + match[0].length;
    const quantity = quantitiesIn(goal.slice(from, from + 30))[0];
    if (!quantity || goal.slice(from, from + quantity.start).trim()) continue;
    const [, over, least, under, most, sign] = match;
    const limit = quantity.number;
    const keep = (value: number) =>
      over || sign === '>'
        ? value > limit
        : least || sign === '>='
          ? value >= limit
          : under || sign === '<'
            ? value < limit
            : most || sign === '<='
              ? value <= limit
              : true;
    add(match.index, from + quantity.end, goal.slice(match.index, from + quantity.end).trim(), keep);
  }
  return { parts, rest };
}

/** Words of the goal that are values of a column. The longest run of words wins; several values of a column are "or". */
function readValues(
  profile: TableProfile,
  goal: string,
  used: readonly string[],
): { parts: Part[]; unknown: string[]; unmatched: string[]; notes: string[] } {
  const words = wordsIn(goal.replace(/[_]/g, ' '));
  const folded = words.map((word) => fold(word.text).replace(/'s$/, ''));
  const taken = new Set<number>();
  const spent = new Set(
    used.flatMap((text) => wordsIn(text.replace(/_/g, ' ')).map((word) => root(word.text))),
  );
  const parts: Part[] = [];
  const notes: string[] = [];
  for (const column of profile.columns.filter((one) => one.kind === 'text' || one.names)) {
    const values = [...new Set(profile.rows.map((row) => textOf(row, column)).filter(Boolean))];
    const hits: Array<{ value: string; negated: boolean; from: number }> = [];
    const ranked = values
      .map((value) => ({ value, parts: wordsIn(value).map((word) => fold(word.text)) }))
      .sort((a, b) => b.parts.length - a.parts.length);
    for (const { value, parts: own } of ranked) {
      // "IT" is a department when written so, and a word without meaning otherwise.
      if (
        own.length === 0 ||
        (own.every(isEmptyWord) && !words.some((word) => word.text === value && /\p{Lu}/u.test(value)))
      )
        continue;
      if (
        column.names &&
        !folded.some((word, index) => word === own[0] && nameScore(column, folded[index - 1] ?? '') > 0.5)
      )
        continue;
      const at = folded.findIndex((_, index) =>
        own.every(
          (word, offset) =>
            (folded[index + offset] === word ||
              (own.length === 1 && stem(folded[index + offset] ?? '') === stem(word) && word.length > 3)) &&
            !taken.has(index + offset),
        ),
      );
      if (at < 0) {
        const prefixed =
          own.length === 1
            ? folded.findIndex(
                (word, index) => !taken.has(index) && (word === `un${own[0]}` || word === `non-${own[0]}`),
              )
            : -1;
        if (prefixed >= 0) {
          hits.push({ value, negated: true, from: prefixed });
          taken.add(prefixed);
        }
        continue;
      }
      for (let offset = 0; offset < own.length; offset += 1) taken.add(at + offset);
      hits.push({ value, negated: isNegated(folded, at), from: at });
    }
    if (hits.length === 0) partialHits(values, words, folded, taken, spent, column, hits);
    if (hits.length > 0) parts.push(valuePart(column, values, hits, notes));
  }
  const strange = strangeWords(profile, words, folded, taken, spent);
  const named = (index: number) =>
    index > 0 &&
    /^\p{Lu}/u.test(words[index]?.text ?? '') &&
    !/^(?:EUR|USD|GBP|CHF|I|CSV|PDF|XLSX|VAT)$/.test(words[index]?.text ?? '');
  const text = (index: number) => words[index]?.text ?? '';
  const unmatched = strange.filter(
    (index) => !named(index) && !OPERATION_WORDS.has(root(text(index))) && !/^\d/.test(text(index)),
  );
  return { parts, unknown: strange.filter(named).map(text), unmatched: unmatched.map(text), notes };
}

function isNegated(folded: string[], at: number): boolean {
  return folded
    .slice(Math.max(0, at - 3), at)
    .some((word) =>
      /^(?:not|except|excluding|without|other|but|isn't|aren't|exclude|ignoring|minus)$/.test(word),
    );
}

/** "Brightwater" for "Brightwater Engineering": a name of the goal that is part of the value of some rows. */
function partialHits(
  values: string[],
  words: ReturnType<typeof wordsIn>,
  folded: string[],
  taken: Set<number>,
  spent: ReadonlySet<string>,
  column: Column,
  hits: Array<{ value: string; negated: boolean; from: number }>,
): void {
  for (const [index, word] of words.entries()) {
    const own = folded[index] ?? '';
    if (
      taken.has(index) ||
      own.length < 3 ||
      isEmptyWord(own) ||
      spent.has(root(own)) ||
      column.roots.includes(root(own))
    )
      continue;
    const distinct = index > 0 && /^\p{Lu}/u.test(word.text);
    const matching = values.filter((value) =>
      wordsIn(value).some(
        (part) => fold(part.text) === own || (stem(part.text) === stem(own) && own.length > 4),
      ),
    );
    if (matching.length === 0 || (!distinct && matching.length > Math.max(2, values.length / 3))) continue;
    taken.add(index);
    for (const value of matching) hits.push({ value, negated: isNegated(folded, index), from: index });
  }
}

function valuePart(
  column: Column,
  values: string[],
  hits: Array<{ value: string; negated: boolean }>,
  notes: string[],
): Part {
  const wanted = new Set(hits.filter((hit) => !hit.negated).map((hit) => hit.value));
  const refused = new Set(hits.filter((hit) => hit.negated).map((hit) => hit.value));
  for (const value of [...wanted]) {
    const finer = values.filter(
      (other) =>
        !wanted.has(other) &&
        !refused.has(other) &&
        other.toLowerCase().startsWith(`${value.toLowerCase()}:`),
    );
    for (const other of finer) wanted.add(other);
    if (finer.length > 0)
      notes.push(`“${value}” was taken to include ${finer.map((other) => `“${other}”`).join(', ')}.`);
  }
  const list = (set: Set<string>) => [...set].map((value) => `“${value}”`).join(' or ');
  const words = [
    wanted.size > 0 ? `“${column.header}” is ${list(wanted)}` : '',
    refused.size > 0 ? `“${column.header}” is not ${list(refused)}` : '',
  ]
    .filter(Boolean)
    .join(' and ');
  return {
    column,
    words,
    keep: (row) => {
      const text = textOf(row, column);
      return (wanted.size === 0 || wanted.has(text)) && !refused.has(text);
    },
  };
}

/** Words of operations, of tables in general and of doing: they name no column and no value, and need not. */
const OPERATION_WORDS = new Set(
  contentRoots(
    'total sum add average mean median count number highest lowest largest smallest biggest most least maximum minimum top bottom list show find column row table csv spreadsheet sheet value figure entry record overall altogether combined group calculate compute work live have come earn get receive make buy sell cost spend pay go give start begin join hire belong money much many big list need want still yet so far currently year month day people before after since until between earlier later during',
  ),
);

/** Places of words that are no value, no header and not spent otherwise. */
function strangeWords(
  profile: TableProfile,
  words: ReturnType<typeof wordsIn>,
  folded: string[],
  taken: ReadonlySet<number>,
  spent: ReadonlySet<string>,
): number[] {
  const known = new Set(
    profile.columns.flatMap((column) => column.roots.flatMap((own) => [own, ...sameNotion(own)])),
  );
  const names = [profile.name, ...profile.rows.slice(0, 1).map((row) => row.material.document.name)];
  const table = new Set(
    names.flatMap((text) => wordsIn(text.replace(/[_.-]/g, ' ')).map((word) => root(word.text))),
  );
  return words.flatMap((word, index) => {
    const own = root(word.text);
    const empty = isEmptyWord(folded[index] ?? '') && !/^\p{Lu}{2,}$/u.test(word.text);
    return taken.has(index) || empty || known.has(own) || table.has(own) || spent.has(own) ? [] : [index];
  });
}
