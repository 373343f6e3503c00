import type { Brief, CitedSentence } from './models.ts';

/** How a number that stands in no source was computed. */
export interface Computation {
  operation: 'sum' | 'average' | 'minimum' | 'maximum' | 'count' | 'difference' | 'ratio';
  operands: Array<{ value: number; citation: CitedSentence['citations'][number] }>;
  result: number;
  unit?: string;
}

export interface Finding extends CitedSentence {
  computation?: Computation;
}

/** An answer, total, comparison and the like, as `result.output` of a task. */
export interface Report {
  kind: 'answer' | 'total' | 'timeline' | 'comparison' | 'attribution' | 'contradictions' | 'extraction';
  title: string;
  answer: Finding;
  findings: Finding[];
  table?: { columns: string[]; rows: string[][] };
  documents: Brief['documents'];
  gaps: string[];
  notUnderstood: string[];
  howMade: string;
}

/** What the verifier found (`result.verification`). */
export interface Verification {
  checked: number;
  failed: Array<{ where: string; reason: string; detail: string }>;
  missedContradictions: Array<CitedSentence & { subject: string }>;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Any agent may answer in any form: only what has the form of a brief is shown as one. */
export function isBrief(output: unknown): output is Brief {
  return isObject(output) && output.kind === 'brief' && Array.isArray(output.keyPoints);
}

export function isReport(output: unknown): output is Report {
  return isObject(output) && isObject(output.answer) && Array.isArray(output.findings);
}
