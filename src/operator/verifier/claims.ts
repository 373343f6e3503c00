import { spoken } from '../chat/spoken.ts';
import type { Report, Result, Verification } from '../skills/skill.ts';
import { isResult } from '../skills/verify.ts';

/** What of a result claims something, one sentence each. Pure. */
export interface Claim {
  where: string;
  sentence: string;
}

/** More claims than this are not shown to a model; they fail as unchecked. */
export const MAX_CLAIMS = 80;
const MAX_CHARACTERS = 1_000;

/** The result to check: a brief or report where there is one, else what an agent said. */
export function resultOf(results: Record<string, unknown>): { result: Result | null; output: unknown } {
  const outputs = Object.values(results);
  const result = outputs.filter(isResult).at(-1) ?? null;
  return { result, output: result ?? outputs.at(-1) };
}

export function claimsIn(result: Result | null, output: unknown): Claim[] {
  const found = result ? claimsOf(result) : sentencesOf(spoken(output));
  return found.map(({ where, sentence }) => ({ where, sentence: sentence.slice(0, MAX_CHARACTERS) }));
}

function claimsOf(result: Result): Claim[] {
  const listed = (name: string, list: ReadonlyArray<{ sentence: string }>) =>
    list.map(({ sentence }, index) => ({ where: `${name}.${index}`, sentence }));
  if (result.kind !== 'brief')
    return [{ where: 'answer', sentence: result.answer.sentence }, ...listed('findings', result.findings)];
  return [...listed('keyPoints', result.keyPoints), ...listed('contradictions', result.contradictions)];
}

function sentencesOf(text: string): Claim[] {
  return text
    .split(/(?<=[.!?])\s+|\n+/)
    .map((sentence) => sentence.replace(/^[\s#>*-]+/, '').trim())
    .filter((sentence) => /\p{L}{2}/u.test(sentence))
    .map((sentence, index) => ({ where: `sentences.${index}`, sentence }));
}

/** A verdict with its evidence, as the built-in verifier reads evidence. */
export interface Evidence {
  claim: Claim;
  fileId: string;
  quote: string;
  start: number;
}

/** Quotes as a report, so that the built-in verifier judges whether each bears out its claim. */
export function asReport(evidence: readonly Evidence[]): Report {
  const findings = evidence.map(({ claim, fileId, quote, start }) => ({
    sentence: claim.sentence,
    citations: [{ fileId, quote, start, end: start + quote.length }],
  }));
  return {
    kind: 'answer',
    title: '',
    answer: findings[0] ?? { sentence: 'Nothing was found in the documents.', citations: [] },
    findings,
    documents: [],
    gaps: [],
    notUnderstood: [],
    howMade: 'The evidence of a verifier.',
  };
}

/** What failed of the evidence, by the claims it stands for. */
export function failuresOf(checked: Verification, evidence: readonly Evidence[]): Verification['failed'] {
  return checked.failed.flatMap(({ where, reason, detail }) => {
    const index = /^findings\.(\d+)$/.exec(where)?.[1];
    const claim = index === undefined ? undefined : evidence[Number(index)]?.claim;
    return claim ? [{ where: claim.where, reason, detail }] : [];
  });
}
