import { ENTITY_KINDS, type EntityKind, type Mention } from '../../documents/document.ts';
import { cellNumber } from './cells.ts';
import { bounded, counted, type Draft, textsInput } from './draft.ts';
import { lineAt, passageAt, readingOf } from './passages.ts';
import { cite, citePassage } from './reading.ts';
import type { Citation, Finding, Material, Skill } from './skill.ts';
import { profileTables } from './table-profile.ts';
import { boundsOf, isAbout, topicOf } from './topic.ts';
import { fold } from './words.ts';

/**
 * `facts.extract`: every mention of the kinds asked for, with the sentence it stands in. Input: `kinds`, a list of
 * kinds of entities (`amount`, `date`, …); read from the goal when absent; all kinds when the goal names none.
 */
export const extractFacts: Skill = (request) => {
  const { goal, input, materials } = request;
  const asked = textsInput(input, 'kinds').filter((kind): kind is EntityKind =>
    ENTITY_KINDS.some((known) => known === kind),
  );
  const kinds = asked.length > 0 ? asked : kindsIn(goal);
  const wanted = new Set(kinds.length > 0 ? kinds : ENTITY_KINDS);
  const topic = topicOf(
    goal,
    materials.map((material) => material.document.name),
  );
  const bounds = boundsOf(goal);
  const all = materials.flatMap((material) => [
    ...factsOf(material, wanted),
    ...(wanted.has('amount') ? amountsInTables(material) : []),
  ]);
  const within = all.filter((fact) => inBounds(fact.mention, bounds));
  const about = within.filter((fact) => isAbout(fact, topic));
  const missed = topic.roots.length > 0 && about.length === 0 && within.length > 0;
  return bounded(draftOf(about, [...wanted], missed ? topic.words : '', bounds.words, all.length));
};

/** A mention with what stands around it. */
interface Fact {
  material: Material;
  mention: Mention;
  /** The sentence, row or line it stands in. */
  text: string;
  heading: string;
  place: Citation;
}

const KIND_WORDS: Array<[EntityKind, RegExp]> = [
  [
    'amount',
    /\b(?:amounts?|sums?(?: of money)?|prices?|costs?|fees?|figures|money|monetary|budgets?|percentages?|quantities|payments?|financial|numbers and amounts|euros?|dollars?|measurements?)\b/,
  ],
  ['date', /\b(?:dates?|deadlines?|days mentioned|due dates?|times?)\b/],
  [
    'person',
    /\b(?:people|persons?|individuals?|names of (?:people|persons)|names?|contacts? persons?|humans?|men and women|whom?)\b/,
  ],
  [
    'organisation',
    /\b(?:organi[sz]ations?|compan(?:y|ies)|firms?|institutions?|businesses|vendors?|suppliers?|agencies|employers?|entities)\b/,
  ],
  [
    'place',
    /\b(?:places?|locations?|cit(?:y|ies)|countr(?:y|ies)|towns?|where\b.*\bmentioned|sites?|geograph\w+)\b/,
  ],
  ['email', /\b(?:e-?mail(?:\s+address(?:es)?|s)?|mail address(?:es)?)\b/],
  ['phone', /\b(?:phones?(?:\s+numbers?)?|telephones?(?:\s+numbers?)?|mobile numbers?|fax numbers?)\b/],
  ['url', /\b(?:urls?|links?|web ?sites?|web addresses|hyperlinks?)\b/],
  ['address', /\b(?:(?:postal|street|mailing) address(?:es)?|addresses|address)\b/],
  [
    'identifier',
    /\b(?:identifiers?|ids|reference(?: number)?s?|invoice numbers?|order numbers?|ibans?|account numbers?|contract numbers?|serial numbers?|codes)\b/,
  ],
];

/** The kinds of facts a goal names. "E-mail addresses" are e-mails, not postal addresses. */
export function kindsIn(goal: string): EntityKind[] {
  let text = fold(goal);
  const found: EntityKind[] = [];
  for (const [kind, pattern] of KIND_WORDS.toSorted(
    (a, b) => Number(SPECIFIC.has(b[0])) - Number(SPECIFIC.has(a[0])),
  )) {
    if (!pattern.test(text)) continue;
    found.push(kind);
    if (SPECIFIC.has(kind)) text = text.replace(new RegExp(pattern.source, 'g'), ' ');
  }
  return ENTITY_KINDS.filter((kind) => found.includes(kind));
}

/** Kinds whose words hold the words of others ("e-mail address", "phone numbers"). */
const SPECIFIC = new Set<EntityKind>(['email', 'phone', 'identifier', 'url']);

function factsOf(material: Material, wanted: ReadonlySet<EntityKind>): Fact[] {
  const reading = readingOf(material);
  return material.analysis.mentions
    .filter((mention) => wanted.has(mention.kind))
    .map((mention) => {
      const passage = passageAt(reading, mention.start);
      if (passage)
        return {
          material,
          mention,
          text: passage.text,
          heading: passage.heading,
          place: citePassage(material, passage),
        };
      const line = lineAt(material, mention.start);
      const place = cite(material, line.start, line.end, mention.page);
      return { material, mention, text: place.quote.replace(/\s+/g, ' '), heading: '', place };
    });
}

/**
 * Amounts that only their column tells: 1200.50 under "amount_eur". Columns of money or of a unit, no counts and
 * numbers that name.
 */
function amountsInTables(material: Material): Fact[] {
  const known = material.analysis.mentions.filter(({ kind }) => kind === 'amount');
  return profileTables([material]).flatMap(({ columns, rows, totals }) => {
    const money = columns.filter(
      (column) =>
        column.kind === 'number' && !column.names && (column.unit !== '' || MONEY.test(column.header)),
    );
    return money.flatMap((column) =>
      [...rows, ...totals].flatMap((row): Fact[] => {
        const cell = row.cells[column.index];
        const number = cell && cellNumber(cell.text, column.mark);
        if (!cell || !number || known.some((one) => one.start < cell.end && cell.start < one.end)) return [];
        const mention: Mention = {
          kind: 'amount',
          text: material.document.text.slice(cell.start, cell.end),
          start: cell.start,
          end: cell.end,
          confidence: 0.9,
          value: { number: number.value, unit: number.unit || column.unit },
        };
        const passage = passageAt(readingOf(material), cell.start);
        return [
          {
            material,
            mention,
            text: passage?.text ?? cell.text,
            heading: passage?.heading ?? '',
            place: passage ? citePassage(material, passage) : cite(material, cell.start, cell.end),
          },
        ];
      }),
    );
  });
}

const MONEY = /amount|price|cost|total|fee|budget|salary|revenue|betrag|preis|summe|value|payment/i;

function inBounds(mention: Mention, bounds: { least: number; most: number; words: string }): boolean {
  if (!bounds.words || mention.kind !== 'amount') return true;
  const value = typeof mention.value === 'object' ? mention.value.number : Number.NaN;
  return value >= bounds.least && value <= bounds.most;
}

const PLURAL: Record<EntityKind, string> = {
  person: 'people',
  organisation: 'organisations',
  place: 'places',
  date: 'dates',
  amount: 'amounts',
  email: 'e-mail addresses',
  phone: 'phone numbers',
  url: 'links',
  address: 'addresses',
  identifier: 'identifiers',
};

function draftOf(
  facts: Fact[],
  kinds: EntityKind[],
  missedTopic: string,
  bounds: string,
  unfiltered: number,
): Draft {
  const groups = [...Map.groupBy(facts, keyOf).values()];
  const what = kinds.length === ENTITY_KINDS.length ? 'facts' : kinds.map((kind) => PLURAL[kind]).join(', ');
  const draft: Draft = {
    kind: 'extraction',
    title: `All ${what}${bounds ? ` ${bounds}` : ''}`,
    answered: facts.length > 0,
    answer: { sentence: '', citations: [] },
    findings: [],
    gaps: [],
    notUnderstood: [],
  };
  if (facts.length === 0) {
    const where = missedTopic ? ` in a sentence that names “${missedTopic}”` : '';
    const why = `No ${what}${bounds && unfiltered > 0 ? ` ${bounds}` : ''} were found${where || ' in the documents'}.`;
    draft.answer = { sentence: why, citations: [] };
    draft.gaps.push(why);
    return draft;
  }
  const firsts = groups.flatMap((group) => group[0] ?? []);
  draft.answer = {
    sentence: `${firsts.length} different ${what} were found${bounds ? ` ${bounds}` : ''}.`,
    citations: firsts.slice(0, 5).map((fact) => mentionCitation(fact)),
    computation: counted(firsts.map(mentionCitation)),
  };
  draft.findings = groups.map(findingOfGroup);
  draft.table = {
    columns: ['Kind', 'As written', 'Value', 'Unit', 'Document', 'Page', 'Where it stands'],
    rows: facts.map((fact) => [
      fact.mention.kind,
      fact.mention.text,
      typeof fact.mention.value === 'object' ? String(fact.mention.value.number) : (fact.mention.value ?? ''),
      typeof fact.mention.value === 'object' ? fact.mention.value.unit : '',
      fact.material.document.name,
      fact.mention.page ? String(fact.mention.page) : '',
      fact.text,
    ]),
  };
  for (const kind of kinds)
    if (kinds.length < ENTITY_KINDS.length && !facts.some((fact) => fact.mention.kind === kind))
      draft.gaps.push(`No ${PLURAL[kind]} were found in the documents.`);
  return draft;
}

function mentionCitation({ material, mention }: Fact): Citation {
  return cite(material, mention.start, mention.end, mention.page);
}

/** One finding for one value: the sentence of its clearest mention, cited, and every other place. */
function findingOfGroup(group: Fact[]): Finding {
  const best = [...group].sort(
    (a, b) => b.mention.confidence - a.mention.confidence || b.text.length - a.text.length,
  )[0];
  if (!best) return { sentence: '', citations: [] };
  return { sentence: best.text, citations: [best.place, ...group.slice(0, 20).map(mentionCitation)] };
}

function keyOf({ mention }: Fact): string {
  return `${mention.kind} ${fold(valueText(mention) || mention.text)}`;
}

function valueText({ value }: Mention): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : `${value.number} ${value.unit}`.trim();
}
