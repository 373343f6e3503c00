import { documentsOf, notUnderstoodOf } from './describe.ts';
import { bounded, type Draft, isDraft, textInput, textsInput } from './draft.ts';
import { readingOf } from './passages.ts';
import type { Finding, Report, Skill, SkillRequest } from './skill.ts';

/**
 * `report.write`: the answer a person reads. Takes the drafts of the steps before it and puts the direct answer first. Adds no word of its own about the matter.
 */
export const writeReport: Skill = (request): Report => {
  const found = inOrder(request);
  const drafts = found.map(([, result]) => result).filter(isDraft);
  const answered = drafts.filter((draft) => draft.answered);
  const merged = mergeSameKind(answered.length > 0 ? answered : drafts).map(bounded);
  const main = merged[0] ?? nothing(request);
  // What found nothing gives its gap, not its sentence.
  const rest = merged.slice(1).filter((draft) => draft.answered);
  // A second reading that found nothing (`input.second`) was only worth a try.
  const tried = new Set(textsInput(request.input, 'second'));
  const missed = found.flatMap(([name, result]) =>
    isDraft(result) && !result.answered && result !== main && !tried.has(name) ? [result] : [],
  );
  return {
    kind: main.kind,
    title: textInput(request.input, 'title') ?? main.title,
    answer: main.answer,
    findings: [...main.findings, ...rest.flatMap((draft) => [draft.answer, ...draft.findings])],
    ...(main.table && { table: main.table }),
    documents: documentsOf(request.materials.map(readingOf)),
    gaps: unique([
      ...main.gaps,
      ...rest.flatMap((draft) => draft.gaps),
      ...missed.flatMap((draft) => draft.gaps),
    ]),
    notUnderstood: unique([...merged.flatMap((draft) => draft.notUnderstood), ...notUnderstoodOf(request)]),
    howMade: howMade(request, merged),
  };
};

/** Results in the order of the plan (`input.order`, names of steps): the first that has an answer gives it. */
function inOrder({ input, results }: SkillRequest): Array<[string, unknown]> {
  const order = textsInput(input, 'order');
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return Object.entries(results).sort(([left], [right]) => place(left) - place(right));
}

/** One file was one step: drafts of one kind become one, in the order of the steps. */
function mergeSameKind(drafts: Draft[]): Draft[] {
  return [...Map.groupBy(drafts, (draft) => `${draft.kind} ${draft.title}`).values()].flatMap((group) => {
    const [first, ...more] = group;
    if (!first) return [];
    if (more.length === 0) return [first];
    const columns = first.table?.columns;
    const merged: Draft = {
      ...first,
      findings: group.flatMap((draft) => draft.findings),
      gaps: [],
      notUnderstood: unique(group.flatMap((draft) => draft.notUnderstood)),
      answer: addCounts(group),
      ...(columns && { table: { columns, rows: group.flatMap((draft) => draft.table?.rows ?? []) } }),
    };
    // A gap is one of the whole only when every part has it.
    merged.gaps = unique(group.flatMap((draft) => draft.gaps)).filter((gap) =>
      group.every((draft) => draft.gaps.includes(gap)),
    );
    return [merged];
  });
}

/** Counts of parts are counted together again, each operand kept, equal ones once. */
function addCounts(group: Draft[]): Finding {
  const [first] = group;
  if (!first) return { sentence: '', citations: [] };
  const computations = group.flatMap((draft) => draft.answer.computation ?? []);
  if (computations.length !== group.length || !computations.every((one) => one.operation === 'count'))
    return first.answer;
  const seen = new Set<string>();
  const operands = computations
    .flatMap((one) => one.operands)
    .filter(
      ({ citation }) => !seen.has(citation.quote.toLowerCase()) && seen.add(citation.quote.toLowerCase()),
    );
  const before = String(computations[0]?.result ?? '');
  return {
    sentence: first.answer.sentence.replace(before, String(operands.length)),
    citations: group.flatMap((draft) => draft.answer.citations.slice(0, 2)),
    computation: { operation: 'count', operands, result: operands.length },
  };
}

function nothing(request: SkillRequest): Draft {
  const sentence = 'No step before this one found anything to report.';
  return {
    kind: 'answer',
    title: request.goal.slice(0, 120),
    answered: false,
    answer: { sentence, citations: [] },
    findings: [],
    gaps: [sentence],
    notUnderstood: [],
  };
}

function howMade(request: SkillRequest, drafts: Draft[]): string {
  const documents = request.materials.length;
  const findings = drafts.reduce((sum, draft) => sum + draft.findings.length + 1, 0);
  return (
    `Made by built-in skills, no language model: ${documents} ${documents === 1 ? 'document was' : 'documents were'} read, ` +
    `${findings} ${findings === 1 ? 'statement was' : 'statements were'} taken from them or computed from their cells, ` +
    'each with its place; the verifier checks every one against its source.'
  );
}

function unique(lines: string[]): string[] {
  return [...new Set(lines)];
}
