import type { Entity } from './entities.ts';
import { cite, citePassage, type Passage, type Reading } from './reading.ts';
import type { Finding, Material } from './skill.ts';
import { plainLine } from './words.ts';

/**
 * Where a person, organisation or place stands: the words of a source that say who or what it is. An appositive
 * ("Jane Doe, chief engineer of Heron") says most; then "X is the …"; then a `role: name` line or a row of a table;
 * then the sentence in which it acts.
 */

const ROLE =
  'chief|head|director|manager|president|chair(?:man|woman|person)?|officer|engineer|minister|mayor|secretary|treasurer|lead(?:er)?|coordinator|partner|owner|founder|professor|lawyer|counsel|attorney|judge|analyst|architect|consultant|contractor|supplier|spokes(?:man|woman|person)|editor|author|auditor|inspector|representative|delegate|member|advis[eo]r|clerk|accountant|buyer|tenant|landlord|client|customer|employee|employer|subsidiary|operator|company|firm|agency|association|foundation|institute|ministry|university|bank|provider|manufacturer|developer|vendor|regulator|authority|council|commission|hospital|school|programme|project|scientist|researcher|doctor|nurse|pilot|captain|geologist|hydrologist|technician|CEO|CFO|CTO|COO|CIO|MD|VP';

const ROLE_WORD = new RegExp(`\\b(?:${ROLE})s?\\b`, 'iu');
const ACTS =
  /\b(?:decided|approved|agreed|signed|awarded|rejected|refused|pays?|paid|owes|owed|delivers?|delivered|appointed|elected|resigned|owns?|acquired|funds?|funded|leads?|led|manages?|managed|chairs?|chaired|founded|will|must|shall|undertakes|is responsible|reports to|said|announced|requested|proposed|asked|warned|confirmed)\b/i;

/** The finding that says where the entity stands, or undefined when no source says anything of it. */
export function aboutEntity(entity: Entity, materials: Map<string, Material>): Finding | undefined {
  let best: { score: number; finding: Finding } | undefined;
  for (const { mention, fileId, passage } of entity.mentions.slice(0, 60)) {
    const material = materials.get(fileId);
    if (!passage || !material || passage.kind === 'heading') continue;
    const candidate = judge(passage, mention.start, mention.end, material, entity.kind === 'person');
    if (candidate && candidate.score > (best?.score ?? 0)) best = candidate;
  }
  return best?.finding;
}

function judge(
  passage: Passage,
  start: number,
  end: number,
  material: Material,
  person: boolean,
): { score: number; finding: Finding } | undefined {
  const { text } = material.document;
  if (passage.kind === 'row')
    return {
      // a row says where somebody stands only when it names an office
      score:
        person && passage.row?.some(({ text: cell }) => cell.length < 60 && ROLE_WORD.test(cell)) ? 5.5 : 0.9,
      finding: rowFinding(passage, material),
    };
  const whole = { sentence: passage.text, citations: [citePassage(material, passage)] };
  const after = text.slice(end, passage.end);
  const apposition = appositive(after, person);
  if (apposition > 0) {
    const citation = cite(material, start, end + apposition, passage.page);
    return { score: 7, finding: { sentence: plainLine(citation.quote), citations: [citation] } };
  }
  if (passage.kind === 'field') {
    const role = ROLE_WORD.test((passage.field?.label ?? '').replace(/([a-z])([A-Z])/g, '$1 $2'));
    return { score: role && person ? 5 : role ? 2.2 : 1.5, finding: whole };
  }
  const before = text.slice(passage.start, start);
  const prefix = person
    ? /(?:\b(?:the|our|its|their|his|her|former|acting)\s+)?((?:\p{L}[\p{L}-]*\s+){0,3}\p{L}+)\s*,?\s*$/u.exec(
        before,
      )
    : null;
  let score = 1;
  if (
    /^\s+(?:is|was|are|were|acts? as|serves? as|has been|became)\s+(?:the|a|an|our|its|one of)\b/i.test(after)
  )
    score += 4;
  else if (prefix?.[1] && ROLE_WORD.test(prefix[1])) score += 3;
  else if (ROLE_WORD.test(passage.text)) score += 1;
  if (/^\s*(?:["“”(),]|\p{Lu})*\s*$/u.test(before)) score += 1;
  if (ACTS.test(after)) score += 1;
  if (passage.text.length > 260) score -= 1.5;
  if (passage.text.length < 30) score -= 1;
  if (passage.text.endsWith('?')) score -= 1;
  if (/^(?:dear|hi|hello|best|kind|yours|regards|thanks)\b/i.test(passage.text)) score -= 3;
  return { score, finding: whole };
}

/** Length of ", chief engineer of Heron" or " (managing director)" after a name; 0 when there is none. */
function appositive(after: string, person: boolean): number {
  const bracket = /^\s*\(([^()]{3,70})\)/.exec(after);
  if (bracket?.[1] && ROLE_WORD.test(bracket[1])) return bracket[0].length;
  const comma =
    /^,\s+(?:(?:who|which) (?:is|was|acts as|serves as)\s+)?([^,;:.()!?\n]{4,90}(?:\n[^,;:.()!?\n]{1,60})?)(?=[,;.!?]|\s*$)/u.exec(
      after,
    );
  const words = comma?.[1];
  if (!comma || !words || !ROLE_WORD.test(words)) return 0;
  const startsAsRole = new RegExp(
    `^(?:(?:the|a|an|our|its|their|former|acting|deputy|senior|general|vice|managing)\\s+)*(?:[\\p{L}-]+\\s+){0,3}(?:${ROLE})s?\\b`,
    'iu',
  ).test(words);
  const verb = /\b(?:is|was|are|were|will|has|have|had|said|must|shall|and\s+\p{Lu})/u.test(words);
  const list =
    person &&
    /^(?:and\s+)?\p{Lu}\p{L}+\s+\p{Lu}/u.test(words) &&
    !ROLE_WORD.test(words.split(/\s+/).slice(0, 3).join(' '));
  return startsAsRole && !verb && !list ? comma[0].length : 0;
}

/** A row of a table as a finding: each cell with its header, both cited. */
export function rowFinding(passage: Passage, material: Material): Finding {
  const table = material.document.tables[passage.table ?? -1];
  const headers = (table?.columns ?? []).filter((cell) => cell.end > cell.start);
  const citations = [citePassage(material, passage)];
  const first = headers[0];
  const last = headers.at(-1);
  if (first && last) citations.push(cite(material, first.start, last.end));
  return { sentence: passage.text, citations };
}

/** Materials by id, for rules that follow a mention back to its text. */
export function byFile(readings: Reading[]): Map<string, Material> {
  return new Map(readings.map(({ material }) => [material.fileId, material]));
}
