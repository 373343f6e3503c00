import type { DocumentText } from '../../documents/document.ts';
import { unitOfHeader } from './claims.ts';
import { quantitiesIn, sameNumber } from './numbers.ts';
import type { Citation, Computation, Finding, Material, Verification } from './skill.ts';
import type { Evidence } from './support.ts';
import type { Court } from './verify.ts';
import { stem, stemsOf, wordsIn } from './words.ts';

type Failure = Omit<Verification['failed'][number], 'where'>;

/** `text.slice(start, end) === quote`, and the page where one is named. */
export function checkCitation(citation: Citation, materials: Map<string, Material>): Failure | undefined {
  const { fileId, quote, start, end, page } = citation;
  const material = materials.get(fileId);
  const shown = quote.replace(/\s+/g, ' ').slice(0, 100);
  if (!material) return { reason: 'quote-not-in-source', detail: `there is no document ${fileId}` };
  const { text } = material.document;
  if (quote.trim() === '') return { reason: 'quote-not-in-source', detail: 'the quote is empty' };
  if (text.slice(start, end) !== quote) {
    return text.includes(quote)
      ? { reason: 'wrong-offset', detail: `“${shown}” stands at another place of ${material.document.name}` }
      : { reason: 'quote-not-in-source', detail: `“${shown}” is not in ${material.document.name}` };
  }
  const pages = pagesAt(material.document, start, end);
  return page !== undefined && pages.length > 0 && !pages.includes(page)
    ? { reason: 'wrong-offset', detail: `“${shown}” is on page ${pages.join(', ')}, not ${page}` }
    : undefined;
}

function pagesAt(document: DocumentText, start: number, end: number): number[] {
  return document.segments.flatMap((segment) =>
    (segment.kind === 'page' || segment.kind === 'slide') &&
    segment.page !== undefined &&
    segment.start < end &&
    start < segment.end
      ? [segment.page]
      : [],
  );
}

/** Computes again from the operands; each operand must stand in its own quote. */
export function checkComputation(
  computation: Computation,
  sentence: string,
  court: Court,
): Failure | undefined {
  const { operation, operands, result } = computation;
  const values = operands.map(({ value }) => value);
  for (const { value, citation } of operands) {
    if (operation === 'count') continue;
    const stated = quantitiesIn(citation.quote, []).concat(quantitiesIn(citation.quote));
    if (!stated.some(({ readings }) => sameNumber(readings, [value]))) {
      return { reason: 'wrong-computation', detail: `${value} is not in “${citation.quote.slice(0, 80)}”` };
    }
  }
  const again = compute(operation, values);
  if (again === undefined || !close(again, result)) {
    return {
      reason: 'wrong-computation',
      detail: `the ${operation} is ${again ?? 'not defined'}, not ${result}`,
    };
  }
  const stated = quantitiesIn(sentence, []).some(
    ({ readings, number, tolerance }) =>
      sameNumber(readings, [result]) || Math.abs(number - result) <= tolerance,
  );
  if (!stated)
    return { reason: 'wrong-computation', detail: `the sentence does not give the result ${result}` };
  const unit = computation.unit && quantitiesIn(`1 ${computation.unit}`)[0]?.unit;
  const strange =
    unit &&
    quantitiesIn(sentence).find(
      (quantity) => sameNumber(quantity.readings, [result]) && quantity.unit !== '' && quantity.unit !== unit,
    );
  if (strange)
    return {
      reason: 'wrong-computation',
      detail: `the result is in ${computation.unit}, not ${strange.unit}`,
    };
  return wrongUnit(computation, court);
}

/** The unit of a computation must be that of its operands or of the headers above them. */
function wrongUnit({ unit, operands, operation }: Computation, court: Court): Failure | undefined {
  if (!unit || !/^[A-Z]{3}$/.test(unit) || operation === 'count') return undefined;
  const units = new Set<string>();
  for (const { citation } of operands) {
    for (const quantity of quantitiesIn(citation.quote)) if (quantity.unit) units.add(quantity.unit);
    for (const header of headersOf(citation, court)) units.add(unitOfHeader(header));
  }
  units.delete('');
  return units.size > 0 && !units.has(unit)
    ? { reason: 'wrong-computation', detail: `the numbers are in ${[...units].join(', ')}, not ${unit}` }
    : undefined;
}

/** `undefined` where the operation has no result. Formulas: arithmetic mean; difference and ratio of the first two. */
function compute(operation: Computation['operation'], values: number[]): number | undefined {
  const [first, second] = values;
  const sum = values.reduce((all, value) => all + value, 0);
  switch (operation) {
    case 'sum':
      return sum;
    case 'count':
      return values.length;
    case 'average':
      return values.length > 0 ? sum / values.length : undefined;
    case 'minimum':
      return values.length > 0 ? Math.min(...values) : undefined;
    case 'maximum':
      return values.length > 0 ? Math.max(...values) : undefined;
    case 'difference':
      return first !== undefined && second !== undefined ? first - second : undefined;
    case 'ratio':
      return first !== undefined && second ? first / second : undefined;
  }
}

/** Equal but for the rounding of a printed result. */
function close(again: number, result: number): boolean {
  const decimals = String(result).split('.')[1]?.length ?? 0;
  return (
    Math.abs(again - result) <=
    0.5 / 10 ** Math.max(decimals, 6) +
      (decimals > 0 && decimals < 6 ? 0.5 / 10 ** decimals : 0) +
      Math.abs(result) * 1e-12
  );
}

/** All that may bear out the sentence of a finding. */
export function evidenceOf(finding: Finding, court: Court): Evidence {
  const citations = [
    ...finding.citations,
    ...(finding.computation?.operands.map(({ citation }) => citation) ?? []),
  ];
  const headers = [...new Set(citations.flatMap((citation) => headersOf(citation, court)))];
  const granted = new Set([...court.granted, ...headers.flatMap((header) => stemsOf(header))]);
  for (const { fileId, start, end } of finding.citations) {
    for (const place of court.nameAt.get(fileId) ?? []) {
      if (place.start < start || place.end > end) continue;
      for (const word of wordsIn(place.name)) granted.add(stem(word.text));
    }
  }
  const { computation } = finding;
  return {
    quotes: citations.map(({ fileId, quote }) => ({
      fileName: court.materials.get(fileId)?.document.name ?? '',
      text: quote,
    })),
    computed: computation ? [computation.result, computation.operands.length] : [finding.citations.length],
    unit: computation?.unit ?? '',
    granted,
    context: [court.question, ...headers].join(' | '),
    // a computed sentence is the rule's own wording; its numbers were computed again
    extractive: court.extractive && !computation,
    ofBrief: court.extractive,
    fileNames: court.fileNames,
  };
}

/** Name and headers of the table a citation stands in. */
function headersOf({ fileId, start, end }: Citation, court: Court): string[] {
  const document = court.materials.get(fileId)?.document;
  return document
    ? tablesOf(document).flatMap((table) => (table.start < end && start < table.end ? table.headers : []))
    : [];
}

const extents = new WeakMap<DocumentText, Array<{ start: number; end: number; headers: string[] }>>();

/** Where each table stands in the text; asked for every operand of a sum, so worked out once. */
function tablesOf(document: DocumentText): Array<{ start: number; end: number; headers: string[] }> {
  let known = extents.get(document);
  if (!known) {
    known = document.tables.map((table) => {
      let [start, end] = [Number.POSITIVE_INFINITY, 0];
      for (const cell of table.rows.flat()) {
        start = Math.min(start, cell.start);
        end = Math.max(end, cell.end);
      }
      return { start, end, headers: [table.name, ...table.columns.map(({ text }) => text)] };
    });
    extents.set(document, known);
  }
  return known;
}
