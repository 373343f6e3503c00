import { UNITS_IN_WORDS } from '../../documents/extraction/numbers.ts';
import { fold } from './words.ts';

/** What a goal asks of a table, read from its words alone; columns and values are matched when the table is there. */
export interface TableQuestion {
  operation: 'sum' | 'average' | 'minimum' | 'maximum' | 'count' | 'list';
  /** The words after "per", "by", "for each" …; '' when nothing is grouped. */
  groupBy: string;
  /** "which region has the most", "top 3 vendors": groups or rows in order, this many; absent when all are wanted. */
  limit?: number;
  /** Order of groups when a limit is set. */
  order: 'most' | 'least';
  /** The thing asked for in "which region …", "top 3 vendors"; '' otherwise. */
  ranked: string;
}

const OPERATIONS: Array<[TableQuestion['operation'], RegExp]> = [
  ['average', /\b(?:average|mean|avg|durchschnitt\p{L}*|moyenne|on average|typical)\b/u],
  ['count', /\b(?:how many|count|number of|wie viele|combien de|tally)\b/u],
  [
    'maximum',
    /\b(?:highest|largest|biggest|maximum|max|greatest|most expensive|priciest|costliest|top|longest|oldest|peak)\b/u,
  ],
  ['minimum', /\b(?:lowest|smallest|minimum|min|cheapest|least expensive|shortest|youngest)\b/u],
  [
    'sum',
    /\b(?:total(?:s|led|ling)?|sum(?:s|med|ming)?|add(?:ed|ing)? (?:\p{L}+ ){0,6}?(?:up|together)|altogether|overall|combined|in all|how much|summe|gesamt\p{L}*|spend(?:ing)?|spent|tot up|cumulative|aggregate|add up|come to|comes to|amount to|amounts to|what (?:did|do|does|have|has) .*(?:pay|paid|spend|spent|cost|earn|earned|sell|sold|invoice|receive)|invoiced|billed|paid out|cost us|revenue|turnover)\b/u,
  ],
];

const WORDS = '[\\p{L}\\p{N}][\\p{L}\\p{N}_ -]*?';
const STOP =
  '(?=[,.;:?!]|$|\\s(?:where|with|for|in|of|from|that|which|who|and|over|since|during|using|as|having|when|is|are|has|have|had|did|do|does|was|were|based|by|we|they|you|please)\\b)';
const GROUP = new RegExp(
  `\\b(?:per|by|for (?:each|every)|in each|each|every|(?:grouped|group|split|broken down|break down|breakdown|divided|itemi[sz]ed) by|across|pro|je|par)\\s+(?:the\\s+|each\\s+|our\\s+)?(${WORDS})${STOP}`,
  'gu',
);
/** Reads the question. `list` when no word asks for a number. */
export function readTableQuestion(goal: string): TableQuestion {
  const text = fold(goal);
  const ranking = readRanking(text);
  const asked = OPERATIONS.filter(([, pattern]) => pattern.test(text)).map(([name]) => name);
  const groups = [...text.matchAll(GROUP)].map((match) => (match[1] ?? '').trim()).filter(Boolean);
  if (ranking) {
    const inner =
      asked.find((name) => name === 'average' || name === 'count') ??
      (asked.includes('sum') ? 'sum' : undefined);
    return {
      operation: inner ?? ranking.operation,
      groupBy: '',
      ranked: ranking.what,
      limit: ranking.limit,
      order: ranking.order,
    };
  }
  const operation = asked[0] ?? 'list';
  return { operation, groupBy: groups.at(-1) ?? '', order: 'most', ranked: '' };
}

function readRanking(
  text: string,
):
  | { what: string; limit: number; order: 'most' | 'least'; operation: 'sum' | 'maximum' | 'minimum' }
  | undefined {
  const least = /\b(?:lowest|smallest|least|fewest|cheapest|bottom|minimum)\b/.test(text);
  const order = least ? 'least' : 'most';
  const top =
    /\b(?:top|bottom|largest|biggest|highest|lowest|smallest)\s+(\d+|two|three|four|five|six|seven|eight|nine|ten)\s+(\p{L}[\p{L}_-]*(?:\s(?!by\b|in\b|of\b|for\b|with\b|from\b|on\b)\p{L}+)?)/u.exec(
      text,
    );
  if (top?.[1] && top[2]) {
    return {
      what: top[2],
      limit: UNITS_IN_WORDS[top[1]] ?? Number(top[1]),
      order,
      operation: least ? 'minimum' : 'maximum',
    };
  }
  const which =
    /\b(?:which|what|who)\s*(\p{L}[\p{L}_-]*)?.*\b(?:highest|largest|biggest|most|lowest|smallest|least|fewest|greatest|cheapest|best|worst|top)\b/u.exec(
      text,
    );
  if (!which) return undefined;
  const what = which[1] ?? '';
  if (/\bwho\s*$|^who/.test(which[0].slice(0, 4).trim()))
    return { what: 'person', limit: 1, order, operation: 'sum' };
  if (/^(?:is|was|are|were|s)$/.test(what)) return undefined;
  return {
    what: /^(?:has|have|had|did|got|gets|received|spent|paid)$/.test(what) ? '' : what,
    limit: 1,
    order,
    operation: 'sum',
  };
}
