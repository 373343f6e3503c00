import { type About, bagOf, type Claim, claim, contentWords } from './claims.ts';
import { nameKey } from './entities.ts';
import { cite, type Passage, type Reading } from './reading.ts';
import { fold, plainLine } from './words.ts';

/**
 * Who holds an office that only one person can hold: "Jane Doe, managing director of Heron", "chaired by Jane Doe",
 * a signature block, `Project manager: Jane Doe`, a row with name and role.
 */
const UNIQUE_ROLE =
  /\b(chief (?:executive|financial|technical|technology|operating|information|scientific|engineer)(?: officer)?|CEO|CFO|CTO|COO|CIO|managing director|executive director|harbour director|chair(?:man|woman|person)?|president|mayor|treasurer|secretary[- ]general|project (?:manager|lead(?:er)?|director)|lead engineer|site manager|(?:head|director) of (?:the )?[\p{L}]+(?: [\p{L}]+)?|principal investigator|rapporteur|coordinator|captain|data protection officer|landlord|tenant|contact person|owner)\b/iu;
const NOT_NOW =
  /\b(?:former|ex|acting|deputy|vice|assistant|previous|past|co|new|next|interim|then|late)\b[- ]?/i;

/** The office in its one form, or undefined when several people may hold it or it is no longer held. */
function uniqueRole(text: string): string | undefined {
  if (NOT_NOW.test(text)) return undefined;
  const role = UNIQUE_ROLE.exec(text)?.[1];
  return role
    ? fold(role)
        .replace(/chair(?:man|woman|person)/, 'chair')
        .replace(/leader$/, 'lead')
    : undefined;
}

const OF =
  "(?:the\\s+|our\\s+)?(?:\\p{Lu}[\\p{L}\\p{N}&'’-]+(?:\\s+(?:of\\s+)?\\p{Lu}[\\p{L}\\p{N}&'’-]+)*|[\\p{L}-]+(?:\\s+[\\p{L}-]+){0,2}(?=\\s*(?:[,.;)\\n]|$)))";
const ROLE = '(?<role>[\\p{L} -]{3,40}?)';
const BEHIND = new RegExp(
  `^(?:,\\s+|\\s*\\n\\s*|\\s+\\(|\\s+(?:is|as|remains|serves as|acts as)\\s+)(?:the\\s+|our\\s+|its\\s+)?${ROLE}(?:\\s+(?:of|at|for)\\s+(?<of>${OF}))?\\s*(?=[,.;)\\n]|$)`,
  'u',
);
const BEFORE = new RegExp(`(?:^|[\\s(])${ROLE}(?:\\s+(?:of|at|for)\\s+(?<of>${OF}))?(?:\\s+is|,)?\\s+$`, 'u');
const POSSESSIVE = new RegExp(
  `(?<of>${OF.split('|')[0]}|${'\\p{Lu}[\\p{L}-]+(?:\\s+\\p{Lu}[\\p{L}-]+)*'}))['’]s\\s+${ROLE}(?:\\s+is|,)?\\s+$`,
  'u',
);
const CHAIRED =
  /(?<of>[\p{L}-]+(?:\s+[\p{L}-]+){0,3}?),?\s+(?:which\s+(?:is|was)\s+|is\s+|was\s+)?(?<verb>chaired|headed|led|managed)\s+by\s+(?:the\s+)?(?:(?:Dr|Mr|Ms|Mrs|Prof)\.?\s+)?$/u;
const OFFICE_OF: Record<string, string> = {
  chaired: 'chair',
  headed: 'head',
  led: 'lead',
  managed: 'manager',
};
/** Letters before and behind a name that can tell its office. */
const REACH = 110;

/** All claims of a document about who holds which office. `persons` gives each name its one form. */
export function roleClaims(reading: Reading, topics: string[][], persons: Map<string, string>): Claim[] {
  const { passages } = reading;
  return passages.flatMap((passage) => {
    const people = passage.mentions.filter(({ kind }) => kind === 'person');
    const only = people.length === 1 ? people[0] : undefined;
    const make = (office: Office, person: string, end?: number) =>
      roleClaim({ reading, passage, topics, persons }, office, person, end);
    if (passage.kind === 'field' && only) {
      const role = uniqueRole(passage.field?.label ?? '');
      const behind = only.start - passage.start > passage.raw.indexOf(':');
      return role && behind ? [make({ role, of: [] }, only.text)] : [];
    }
    if (passage.kind === 'row') {
      const cell = passage.row?.find(({ text }) => uniqueRole(text) !== undefined && text.length < 60);
      const role = uniqueRole(cell?.text ?? '');
      const of = /\b(?:of|at|for)\s+(.+)$/.exec(cell?.text ?? '')?.[1];
      return role && only ? [make({ role, of: contentWords(of ?? '') }, only.text)] : [];
    }
    return people.flatMap((person) => {
      const found = officeAt(reading.material.document.text, person.start, person.end);
      return found ? [make(found.office, person.text, Math.max(passage.end, found.end))] : [];
    });
  });
}

interface Office {
  role: string;
  of: string[];
}

function officeAt(text: string, start: number, end: number): { office: Office; end: number } | undefined {
  const after = text.slice(end, end + REACH);
  const before = text.slice(Math.max(0, start - REACH), start).replace(/\s/g, ' ');
  const behind = BEHIND.exec(after);
  for (const match of [behind, POSSESSIVE.exec(before), BEFORE.exec(before)]) {
    const role = uniqueRole(match?.groups?.role ?? '');
    if (!role || !match || NOT_NOW.test(before.slice(-18))) continue;
    return {
      office: { role, of: contentWords(match.groups?.of ?? '') },
      end: match === behind ? end + match[0].trimEnd().length : end,
    };
  }
  const chaired = CHAIRED.exec(before)?.groups;
  const role = OFFICE_OF[chaired?.verb ?? ''];
  return role ? { office: { role, of: contentWords(chaired?.of ?? '') }, end } : undefined;
}

interface Needs {
  reading: Reading;
  passage: Passage;
  topics: string[][];
  persons: Map<string, string>;
}

function roleClaim(
  { reading, passage, topics, persons }: Needs,
  office: Office,
  person: string,
  end = passage.end,
): Claim {
  const { material } = reading;
  const of = office.of.join(' ');
  const what: About = {
    phrase: of ? `the ${office.role} of ${/^\p{Ll}/u.test(of) ? 'the ' : ''}${of}` : `the ${office.role}`,
    bag: bagOf([...office.role.split(' '), ...office.of]),
    subject: of,
    attribute: office.role,
  };
  const name = persons.get(nameKey(person)) ?? plainLine(person);
  const made = claim(
    material,
    passage,
    what,
    { type: 'person', name },
    plainLine(person),
    `${what.phrase}`,
    topics,
  );
  if (end <= passage.end) return made;
  // a signature block: the office stands on the line below the name
  const citation = cite(material, passage.start, end, passage.page);
  return { ...made, sentence: plainLine(citation.quote), citations: [citation] };
}
