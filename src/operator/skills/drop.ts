import type { Brief, Finding, Report, Result, Verification } from './skill.ts';
import { plainLine } from './words.ts';

type Failure = Verification['failed'][number];

/** Why something was removed, in words for people. */
const WHY: Record<Failure['reason'], string> = {
  'quote-not-in-source': 'its quote is not in the source',
  'wrong-offset': 'its quote stands elsewhere than said',
  'number-not-in-source': 'a number or date is not in the source',
  'name-not-in-source': 'a name is not in the source',
  'no-citation': 'it has no source',
  'wrong-computation': 'it was computed wrongly',
  'sentence-not-supported': 'the source does not bear it out',
};

/**
 * The result without what the verifier could not confirm. What is gone is said in `notUnderstood`; contradictions
 * that the result passed over are added (to a report as gaps, since it has no place of its own for them).
 */
export function dropFailed(result: Result, verification: Verification): Result {
  const { failed, missedContradictions } = verification;
  if (failed.length === 0 && missedContradictions.length === 0) return result;
  const removed = failed.map((failure) => removal(result, failure));
  return result.kind === 'brief'
    ? dropFromBrief(result, failed, [...result.notUnderstood, ...removed], missedContradictions)
    : dropFromReport(result, failed, [...result.notUnderstood, ...removed], missedContradictions);
}

function dropFromBrief(
  brief: Brief,
  failed: Failure[],
  notUnderstood: string[],
  missed: Verification['missedContradictions'],
): Brief {
  const gone = placesOf(failed);
  return {
    ...brief,
    title: gone.has('title') ? `What ${brief.documents.length} documents say` : brief.title,
    documents: withoutAbout(brief.documents, 'documents', gone),
    entities: withoutAbout(brief.entities, 'entities', gone).filter(
      (_entity, index) => !gone.has(`entities.${index}`),
    ),
    keyPoints: keep(brief.keyPoints, 'keyPoints', gone),
    timeline: keep(brief.timeline, 'timeline', gone),
    amounts: keep(brief.amounts, 'amounts', gone),
    contradictions: [...keep(brief.contradictions, 'contradictions', gone), ...missed],
    notUnderstood: [
      ...notUnderstood,
      ...missed.map(
        ({ subject }) => `The verifier added a contradiction that the draft did not name: ${subject}.`,
      ),
    ],
  };
}

function dropFromReport(
  report: Report,
  failed: Failure[],
  notUnderstood: string[],
  missed: Verification['missedContradictions'],
): Report {
  const gone = placesOf(failed);
  const { table, ...rest } = report;
  const kept = table && { ...table, rows: keep(table.rows, 'table', gone) };
  const withdrawn: Finding = { sentence: 'No answer that its sources bear out was found.', citations: [] };
  return {
    ...rest,
    ...(kept && { table: kept }),
    answer: gone.has('answer') ? withdrawn : report.answer,
    documents: withoutAbout(report.documents, 'documents', gone),
    findings: keep(report.findings, 'findings', gone),
    gaps: [...report.gaps, ...missed.map(({ sentence }) => `The sources disagree here: ${sentence}`)],
    notUnderstood,
  };
}

function placesOf(failed: Failure[]): Set<string> {
  return new Set(failed.map(({ where }) => where));
}

function keep<T>(list: T[], name: string, gone: Set<string>): T[] {
  return list.filter((_item, index) => !gone.has(`${name}.${index}`));
}

function withoutAbout<T extends { about?: Finding }>(list: T[], name: string, gone: Set<string>): T[] {
  return list.map((item, index) => {
    if (!gone.has(`${name}.${index}.about`)) return item;
    const { about: _about, ...rest } = item;
    return rest as T; // T without its optional `about` is still a T
  });
}

/** "The verifier removed “…”: a number or date is not in the source (…)." */
function removal(result: Result, { where, reason, detail }: Failure): string {
  const sentence = sentenceAt(result, where);
  const what = sentence ? `“${plainLine(sentence).slice(0, 160)}”` : where;
  return `The verifier removed ${what}: ${WHY[reason]} (${detail}).`;
}

function sentenceAt(result: Result, where: string): string | undefined {
  let value: unknown = result;
  for (const part of where.split('.').flatMap((name) => (name === 'table' ? ['table', 'rows'] : [name]))) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Reflect.get(value, part);
  }
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.join(' | ');
  if (typeof value !== 'object' || value === null) return undefined;
  const text = [Reflect.get(value, 'sentence'), Reflect.get(value, 'name'), Reflect.get(value, 'text')];
  return text.find((item) => typeof item === 'string');
}
