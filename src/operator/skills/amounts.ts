import { rowFinding } from './about.ts';
import { unitOfHeader } from './claims.ts';
import { isCurrency, type Quantity, quantitiesIn } from './numbers.ts';
import { citePassage, type Passage, type Reading, signsOf } from './reading.ts';
import type { Brief, Citation, Material } from './skill.ts';
import { plainLine } from './words.ts';

type Amount = Brief['amounts'][number];

/** Longest list of amounts a person still reads. */
const LONGEST = 30;

const WEIGHTY =
  /\b(?:budget|total|price|cost|fee|pay|paid|owe|debt|loan|fine|penalt|grant|fund|invest|contract|revenue|turnover|profit|loss|salary|rent|invoice|due|award|approv|damages|value|worth|capacity)/i;

/** The amounts that matter with the words that say what each is for. Money first. */
export function collectAmounts(readings: Reading[]): Amount[] {
  const weighed = readings.flatMap(({ material, passages }) =>
    passages.flatMap((passage, index) =>
      passage.kind === 'heading'
        ? []
        : amountsOf(passage, material)
            .map((amount) => withLead(amount, passages[index - 1], material))
            .map((amount) => ({ amount, weight: weightOf(amount, passage) })),
    ),
  );
  const best = new Map<string, { amount: Amount; weight: number }>();
  for (const entry of weighed) {
    const key = `${entry.amount.number} ${entry.amount.unit}`;
    const known = best.get(key);
    if (!known) best.set(key, entry);
    else {
      const [better, other] = entry.weight > known.weight ? [entry, known] : [known, entry];
      const citations = [...better.amount.citations, ...other.amount.citations].slice(0, 4);
      best.set(key, { amount: { ...better.amount, citations }, weight: better.weight + 0.3 });
    }
  }
  return [...best.values()]
    .sort((a, b) => b.weight - a.weight)
    .slice(0, LONGEST)
    .map(({ amount }) => amount);
}

function amountsOf(passage: Passage, material: Material): Amount[] {
  return signsOf(passage).quantities.flatMap((quantity) => {
    const cell = passage.row?.find(
      ({ start, end }) => passage.start + quantity.start >= start && passage.start + quantity.end <= end,
    );
    const unit = quantity.unit || (cell ? unitOfHeader(cell.column) : '');
    // "$1" is more often a variable than a price
    if (/^\$\d$/.test(passage.raw.slice(quantity.start, quantity.end))) return [];
    if (
      unit === '' ||
      unit === 'time' ||
      (!isCurrency(unit) && /^(?:day|week|month|year|h|min|s)$/.test(unit))
    )
      return [];
    const text = plainLine(passage.raw.slice(quantity.start, quantity.end));
    // the lower end of a range has its unit from the upper one, and says nothing alone
    if (!cell && quantitiesIn(text)[0]?.unit !== unit) return [];
    const what = cell
      ? rowWhat(passage, cell.column, material.document.tables[passage.table ?? -1]?.name ?? '')
      : purposeOf(passage, quantity);
    const citations: Citation[] = cell
      ? rowFinding(passage, material).citations
      : [citePassage(material, passage)];
    return [{ text, number: quantity.number, unit, what, citations }];
  });
}

/** "It costs £82,000": what "it" is stands in the sentence before. */
function withLead(amount: Amount, before: Passage | undefined, material: Material): Amount {
  if (!/^(?:it|they|this|these|that)\b/i.test(amount.what) || before?.kind !== 'sentence') return amount;
  return { ...amount, what: before.text, citations: [...amount.citations, citePassage(material, before)] };
}

function rowWhat(passage: Passage, column: string, table: string): string {
  const label = passage.row?.find(({ text }) => /\p{L}{2}/u.test(text))?.text ?? '';
  return [table, label, column].filter(Boolean).join(': ');
}

/** The clause round the amount without the amount: what it is for. A field says it in its label. */
function purposeOf(passage: Passage, quantity: Quantity): string {
  if (passage.field && passage.raw.indexOf(':') < quantity.start) return passage.field.label;
  const before = passage.raw.slice(0, quantity.start);
  const after = passage.raw.slice(quantity.end);
  const from = Math.max(before.lastIndexOf('; '), before.lastIndexOf('. '), before.lastIndexOf(', ')) + 1;
  const end = after.search(/[;,.](?:\s|$)|\s(?:and|while|which|but)\s/);
  const left = plainLine(before.slice(from > 1 ? from : 0));
  const right = plainLine(end < 0 ? after : after.slice(0, end));
  const words = `${left} … ${right}`
    .replace(/^(?:and|but|while|with)\s+/i, '')
    .replace(/\s*…\s*$/, '')
    .trim();
  const clipped = words.length > 140 ? `${words.slice(0, 137).replace(/\s+\S*$/, '')} …` : words;
  const open =
    /\s+(?:of|to|for|is|was|at|about|came|came to|will be|by|and|with|over|nearly|around|has a value of)$/i;
  return (
    clipped.replace(/^…\s*/, '').replace(open, '').replace(open, '') || plainLine(passage.text).slice(0, 120)
  );
}

function weightOf(amount: Amount, passage: Passage): number {
  const money = isCurrency(amount.unit) ? 2 : 0;
  const size = isCurrency(amount.unit) ? Math.log10(Math.abs(amount.number) + 1) / 5 : 0;
  const words = WEIGHTY.test(`${amount.what} ${passage.kind === 'row' ? '' : passage.text}`) ? 1 : 0;
  const total = /\b(?:total|sum)\b/i.test(amount.what) ? 0.8 : 0;
  return (
    money + size + words + total + (passage.kind === 'row' ? -0.8 : 0) + (passage.position < 0.15 ? 0.2 : 0)
  );
}
