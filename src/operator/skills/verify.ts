import { CadreError } from '../../platform/kernel/errors.ts';
import { byFile } from './about.ts';
import { findContradictions } from './contradictions.ts';
import { dateBearsOut, datesIn } from './dates.ts';
import { mergeEntities, nameKey } from './entities.ts';
import { checkCitation, checkComputation, evidenceOf } from './evidence.ts';
import { quantitiesIn, sameNumber } from './numbers.ts';
import { type Reading, read } from './reading.ts';
import type {
  Brief,
  Contradiction,
  Finding,
  Material,
  Report,
  Result,
  SkillRequest,
  Verification,
} from './skill.ts';
import { objectionTo } from './support.ts';
import { plainLine, stem, stemsOf, wordsIn } from './words.ts';

type Failure = Verification['failed'][number];

/**
 * The skill `claims.verify`: checks a result that somebody else made, with its own eyes (its own reading of numbers
 * and dates, the sources' text). Every citation must be there to the letter, every number, date and name must stand
 * in what is cited or be computed again, every sentence must be borne out; contradictions between the sources that
 * the result passes over are named.
 * @throws CadreError `request/invalid` when no result is among the results of the steps before
 */
export function verifyResult(request: SkillRequest): Verification {
  const result = resultIn(request);
  const readings = request.materials.map((material) => read(material));
  const court = courtOf(readings, request, result);
  const failed: Failure[] = [];
  let checked = 0;
  for (const check of checksOf(result)) {
    checked += 1;
    const failure = check.run(court);
    if (failure) failed.push({ where: check.where, ...failure });
  }
  return { checked, failed, missedContradictions: missed(result, readings) };
}

/** The draft among the results: what has the form of a brief or report. */
function resultIn(request: SkillRequest): Result {
  const results = Object.values(request.results).filter(isResult);
  // drafts of the steps before have the same form, but only a finished result says how it was made
  const result = results.findLast((candidate) => 'howMade' in candidate) ?? results.at(-1);
  if (!result)
    throw new CadreError('request/invalid', {
      detail: 'there is no result to verify among the steps before',
    });
  return result;
}

/** True for a whole brief or report (results come as plain JSON). */
export function isResult(value: unknown): value is Result {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  // What one skill answers by itself has no list of documents yet: the writer makes it.
  if (!('documents' in value) || !Array.isArray(value.documents)) return false;
  if (value.kind === 'brief') return 'keyPoints' in value && 'timeline' in value;
  return 'answer' in value && 'findings' in value && Array.isArray(value.findings);
}

/** What the checks need to know, worked out once. */
export interface Court {
  materials: Map<string, Material>;
  fileNames: string[];
  /** A brief of the built-in skills: the sources' own sentences and nothing else. */
  extractive: boolean;
  /** What was asked; '' for a brief, which answers no question. */
  question: string;
  /** Stems of question, file names: words no source need bear out. */
  granted: Set<string>;
  /** Full names by file and place of a mention: what a short form there stands for. */
  nameAt: Map<string, Array<{ start: number; end: number; name: string }>>;
  allNames: Set<string>;
}

function courtOf(readings: Reading[], request: SkillRequest, result: Result): Court {
  const materials = byFile(readings);
  const fileNames = readings
    .map(({ material }) => material.document.name)
    .sort((a, b) => b.length - a.length);
  const nameAt: Court['nameAt'] = new Map();
  const entities = mergeEntities(readings);
  for (const { name, mentions, kind } of entities) {
    if (kind !== 'person' && kind !== 'organisation' && kind !== 'place') continue;
    for (const { mention, fileId } of mentions) {
      const list = nameAt.get(fileId) ?? [];
      list.push({ start: mention.start, end: mention.end, name });
      nameAt.set(fileId, list);
    }
  }
  const question =
    result.kind === 'brief'
      ? ''
      : `${request.goal} ${Object.values(request.input)
          .filter((value) => typeof value === 'string')
          .join(' ')}`;
  return {
    materials,
    fileNames,
    extractive: result.kind === 'brief' && result.howMade.includes('no language model'),
    question,
    granted: new Set(
      stemsOf(question).concat(fileNames.flatMap((name) => stemsOf(name.replace(/[._-]/g, ' ')))),
    ),
    nameAt,
    allNames: new Set(entities.flatMap(({ forms, name }) => [...forms, nameKey(name)])),
  };
}

interface Check {
  where: string;
  run(court: Court): Omit<Failure, 'where'> | undefined;
}

/** Everything in a result that claims something. */
function checksOf(result: Result): Check[] {
  const checks: Check[] = [];
  const finding = (where: string, claim: Finding, mayLackEvidence = false) =>
    checks.push({ where, run: (court) => judge(claim, court, mayLackEvidence) });
  for (const [index, { about }] of result.documents?.entries() ?? [])
    if (about) finding(`documents.${index}.about`, about);
  if (result.kind !== 'brief') return [...checks, ...reportChecks(result)];
  checks.push({ where: 'title', run: (court) => judgeTitle(result.title, court) });
  for (const [index, entity] of result.entities.entries()) {
    checks.push({ where: `entities.${index}`, run: (court) => judgeEntity(entity, court) });
    if (entity.about) finding(`entities.${index}.about`, entity.about);
  }
  for (const [index, point] of result.keyPoints.entries()) finding(`keyPoints.${index}`, point);
  for (const [index, item] of result.timeline.entries()) {
    checks.push({
      where: `timeline.${index}`,
      run: (court) => judge(item, court) ?? judgeDate(item.date, item, court),
    });
  }
  for (const [index, amount] of result.amounts.entries()) {
    checks.push({ where: `amounts.${index}`, run: (court) => judgeAmount(amount, court) });
  }
  for (const [index, contradiction] of result.contradictions.entries())
    finding(`contradictions.${index}`, contradiction);
  return checks;
}

function reportChecks(report: Report): Check[] {
  const empty = report.findings.length === 0;
  const checks: Check[] = [
    { where: 'answer', run: (court) => judge(report.answer, court, empty || report.findings.length > 0) },
  ];
  for (const [index, finding] of report.findings.entries()) {
    checks.push({ where: `findings.${index}`, run: (court) => judge(finding, court) });
  }
  const all = [report.answer, ...report.findings];
  for (const [index, row] of report.table?.rows.entries() ?? []) {
    checks.push({ where: `table.${index}`, run: (court) => judgeRow(row, all, court) });
  }
  return checks;
}

/** Citations to the letter, computation again, then the words. */
function judge(finding: Finding, court: Court, mayLackEvidence = false): Omit<Failure, 'where'> | undefined {
  const citations = [
    ...finding.citations,
    ...(finding.computation?.operands.map(({ citation }) => citation) ?? []),
  ];
  for (const citation of citations) {
    const failure = checkCitation(citation, court.materials);
    if (failure) return failure;
  }
  if (citations.length === 0) {
    return mayLackEvidence && saysNothing(finding.sentence, court)
      ? undefined
      : { reason: 'no-citation', detail: `“${plainLine(finding.sentence).slice(0, 120)}” is not cited` };
  }
  const miscomputed = finding.computation && checkComputation(finding.computation, finding.sentence, court);
  return miscomputed || objectionTo(plainLine(finding.sentence), evidenceOf(finding, court));
}

/**
 * A sentence without evidence may only say that something is absent ("No contradiction was found in the 3
 * documents."): no name, no number but the count of documents.
 */
function saysNothing(sentence: string, court: Court): boolean {
  const absent =
    /^(?:no|none|nothing|nobody|the (?:documents?|files?|sources?) (?:do|does) not|neither|there (?:is|are) no)\b|\b(?:not|no|nothing)\b.*\b(?:found|documents?|sources?|files?|tables?)\b/i.test(
      sentence,
    );
  // What is asked stands in quotation marks: it repeats the goal and claims nothing.
  const numbers = quantitiesIn(sentence.replace(/“[^”]*”/g, '')).filter(
    ({ number }) => number !== court.materials.size,
  );
  return (
    absent &&
    numbers.every(({ readings }) => [...court.granted].some((word) => sameNumber(readings, [Number(word)])))
  );
}

function judgeEntity(entity: Brief['entities'][number], court: Court): Omit<Failure, 'where'> | undefined {
  if (entity.mentions.length === 0)
    return { reason: 'no-citation', detail: `“${entity.name}” has no place in a source` };
  const words = new Set<string>();
  for (const { fileId, start, end } of entity.mentions) {
    const text = court.materials.get(fileId)?.document.text;
    if (text === undefined || start < 0 || end > text.length || start >= end) {
      return { reason: 'wrong-offset', detail: `“${entity.name}” is said to stand where no text is` };
    }
    for (const word of stemsAll(text.slice(start, end))) words.add(word);
  }
  const strange = stemsAll(entity.name).find((word) => !words.has(word));
  return strange
    ? { reason: 'name-not-in-source', detail: `“${entity.name}” does not stand at its places` }
    : undefined;
}

function stemsAll(text: string): string[] {
  return wordsIn(text).map(({ text: word }) => stem(word));
}

function judgeDate(date: string, item: Finding, court: Court): Omit<Failure, 'where'> | undefined {
  const sources = item.citations.flatMap(({ quote }) =>
    datesIn(quote.replace(/\s/g, ' ')).flatMap(({ readings }) => readings),
  );
  if (sources.some((source) => dateBearsOut(source, date))) return undefined;
  // "3 May" takes its year from elsewhere in the same document; "next Tuesday" was reckoned from its date
  const reckoned = item.citations.some(({ fileId, start, end }) => {
    const material = court.materials.get(fileId);
    return material?.analysis.mentions.some(
      (mention) =>
        mention.kind === 'date' &&
        mention.start >= start &&
        mention.end <= end &&
        mention.value === date &&
        standsToReason(mention.text, date, material),
    );
  });
  return reckoned
    ? undefined
    : { reason: 'number-not-in-source', detail: `the date ${date} is not in the cited text` };
}

function standsToReason(text: string, date: string, material: Material): boolean {
  const [written] = datesIn(text);
  const year =
    material.document.text.includes(date.slice(0, 4)) ||
    (material.document.meta.date ?? '').startsWith(date.slice(0, 4));
  return year && (!written?.iso.startsWith('--') || written.iso.slice(2) === date.slice(5));
}

function judgeAmount(amount: Brief['amounts'][number], court: Court): Omit<Failure, 'where'> | undefined {
  const finding = {
    sentence: `“${amount.text}” ${amount.what
      .split('…')
      .map((part) => `“${part.trim()}”`)
      .join(' ')}`,
    citations: amount.citations,
  };
  const failure = judge(finding, court);
  if (failure) return failure;
  const evidence = evidenceOf(finding, court);
  const [stated] = quantitiesIn(amount.text);
  const unit = stated?.unit || quantitiesIn(`1 ${amount.unit}`)[0]?.unit;
  if (!stated || !sameNumber(stated.readings, [amount.number])) {
    return { reason: 'number-not-in-source', detail: `${amount.number} is not what “${amount.text}” says` };
  }
  const borne =
    unit === amount.unit &&
    (stated.unit === amount.unit ||
      evidence.context.includes(amount.unit) ||
      /[€$£%]/.test(evidence.context));
  return borne
    ? undefined
    : { reason: 'number-not-in-source', detail: `“${amount.text}” is not in ${amount.unit}` };
}

/** Cells of a table: numbers and names must stand somewhere in the sources or be computed. */
function judgeRow(row: string[], findings: Finding[], court: Court): Omit<Failure, 'where'> | undefined {
  const computed = findings.flatMap(({ computation }) =>
    computation ? [computation.result, ...computation.operands.map(({ value }) => value)] : [],
  );
  const texts = [...court.materials.values()].map(({ document }) => document.text);
  for (const cell of row) {
    if (court.fileNames.some((name) => cell.includes(name))) continue;
    const found = texts.some(
      (text) => text.includes(cell) || text.replace(/\s+/g, ' ').includes(plainLine(cell)),
    );
    if (found || cell.trim() === '') continue;
    for (const quantity of quantitiesIn(cell)) {
      const known =
        sameNumber(quantity.readings, computed) ||
        computed.some((number) => Math.abs(number - quantity.number) <= quantity.tolerance) ||
        texts.some((text) => numbersOf(text).has(quantity.number));
      if (!known && Math.abs(quantity.number) > 31) {
        return {
          reason: 'number-not-in-source',
          detail: `“${cell.slice(quantity.start, quantity.end)}” is in no source`,
        };
      }
    }
    const name = /\p{Lu}[\p{L}'’-]+(?:\s+\p{Lu}[\p{L}'’-]+)+/u.exec(cell)?.[0];
    const words = new Set(texts.flatMap((text) => (name ? [...wordSet(text)] : [])));
    if (name && !stemsAll(name).every((word) => words.has(word))) {
      return { reason: 'name-not-in-source', detail: `“${name}” is in no source` };
    }
  }
  return undefined;
}

const numberSets = new Map<string, Set<number>>();
const wordSets = new Map<string, Set<string>>();

function numbersOf(text: string): Set<number> {
  const known = numberSets.get(text) ?? new Set(quantitiesIn(text).flatMap(({ readings }) => readings));
  numberSets.set(text, known);
  return known;
}

function wordSet(text: string): Set<string> {
  const known = wordSets.get(text) ?? new Set(stemsAll(text));
  wordSets.set(text, known);
  return known;
}

/** The names in a title must stand in a source. */
function judgeTitle(title: string, court: Court): Omit<Failure, 'where'> | undefined {
  const sources = new Set<string>();
  for (const { document } of court.materials.values()) {
    for (const word of wordSet(
      `${document.name} ${document.name.replace(/[._-]/g, ' ')} ${document.meta.title ?? ''} ${document.meta.subject ?? ''}`,
    ))
      sources.add(word);
    for (const word of wordSet(document.text)) sources.add(word);
  }
  for (const { text, start } of wordsIn(title)) {
    if (start > 0 && /^\p{Lu}/u.test(text) && !sources.has(stem(text))) {
      return { reason: 'name-not-in-source', detail: `“${text}” in the title is in no source` };
    }
  }
  return undefined;
}

/** Contradictions between the sources that the result does not name. A report answers only for what it cites. */
function missed(result: Result, readings: Reading[]): Contradiction[] {
  const found = findContradictions(readings);
  const statements: Finding[] =
    result.kind === 'brief' ? result.contradictions : [result.answer, ...result.findings];
  const spans = statements.map(({ citations, computation }) => [
    ...citations,
    ...(computation?.operands.map(({ citation }) => citation) ?? []),
  ]);
  const touches = (span: Finding['citations'], side: Contradiction['citations'][number]) =>
    span.some(({ fileId, start, end }) => fileId === side.fileId && start < side.end && side.start < end);
  return found.filter(({ citations }) => {
    const named = spans.some((span) => citations.every((side) => touches(span, side)));
    if (named || result.kind === 'brief' || result.kind === 'contradictions') return !named;
    // the answer to one question need not settle what else its sources quarrel about
    const asked = result.kind === 'answer' ? spans.slice(0, 1) : spans;
    const concerned = asked.some((span) => citations.some((side) => touches(span, side)));
    const told = result.gaps.some((gap) => /contradict|disagree|differ/i.test(gap));
    const bothShown = citations.every((side) => spans.some((span) => touches(span, side)));
    // two days for one event stand in a timeline side by side, and nobody sees that they are one event
    if (result.kind === 'timeline') return bothShown && !told;
    return concerned && !told && !bothShown;
  });
}
