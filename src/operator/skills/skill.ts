import type { DocumentAnalysis, DocumentText, EntityKind } from '../../documents/document.ts';
import type { Json } from '../../platform/kernel/json.ts';

/**
 * The contract of a built-in skill: a pure function from a request to an output, run in a child process. No
 * network, no clock, no randomness. A skill says what it could not do in `notUnderstood` rather than guess.
 */

/** A document with its analysis, as a skill sees it. */
export interface Material {
  fileId: string;
  document: DocumentText;
  analysis: DocumentAnalysis;
}

export interface SkillRequest {
  /** The goal of the step, in words. */
  goal: string;
  /** The parameters of the step, as the plan gave them. */
  input: Record<string, Json>;
  materials: Material[];
  /** Outputs of the steps this one depends on, by step name. */
  results: Record<string, unknown>;
  /** Today as `YYYY-MM-DD`, for words such as "overdue". */
  today: string;
}

/** A place in a source. `quote` is the source's own text, to the letter. */
export interface Citation {
  fileId: string;
  quote: string;
  start: number;
  end: number;
  page?: number;
}

/** How a number that stands in no source was computed, so that the verifier can compute it again. */
export interface Computation {
  operation: 'sum' | 'average' | 'minimum' | 'maximum' | 'count' | 'difference' | 'ratio';
  operands: Array<{ value: number; citation: Citation }>;
  result: number;
  unit?: string;
}

/** A sentence with its evidence: the unit that the verifier checks. */
export interface Finding {
  sentence: string;
  citations: Citation[];
  computation?: Computation;
}

/** A thing of the world as all documents together show it. */
export interface BriefEntity {
  kind: EntityKind;
  name: string;
  mentions: Array<{ fileId: string; start: number; end: number; page?: number }>;
  /** Why it matters here: what the sources say of it, cited. Most important entities only. */
  about?: Finding;
}

/** Two places in the sources that cannot both be right. */
export interface Contradiction {
  /** What they disagree about, for example "the budget of Project Heron". */
  subject: string;
  sentence: string;
  citations: Citation[];
  /** Where one side is no statement but a sum ("the rows add up to …"). */
  computation?: Computation;
}

/** The brief as data (DESIGN section 6). */
export interface Brief {
  kind: 'brief';
  title: string;
  documents: Array<{
    fileId: string;
    name: string;
    type: string;
    language: string;
    class: string;
    confidence: number;
    about?: Finding;
  }>;
  entities: BriefEntity[];
  keyPoints: Finding[];
  timeline: Array<{ date: string; sentence: string; citations: Citation[] }>;
  amounts: Array<{ text: string; number: number; unit: string; what: string; citations: Citation[] }>;
  contradictions: Contradiction[];
  gaps: string[];
  notUnderstood: string[];
  howMade: string;
}

/** Any other answer of the keyless team: an answer in a sentence or two, then findings, perhaps a table. */
export interface Report {
  kind: 'answer' | 'total' | 'timeline' | 'comparison' | 'attribution' | 'contradictions' | 'extraction';
  title: string;
  /** The direct answer, first thing a person reads. Each finding backs it. */
  answer: Finding;
  findings: Finding[];
  table?: { columns: string[]; rows: string[][] };
  documents: Brief['documents'];
  gaps: string[];
  notUnderstood: string[];
  howMade: string;
}

export type Result = Brief | Report;

/** What the verifier found. A failed check names the place in the result (`keyPoints.3`) and the reason. */
export interface Verification {
  checked: number;
  failed: Array<{
    where: string;
    reason:
      | 'quote-not-in-source'
      | 'wrong-offset'
      | 'number-not-in-source'
      | 'name-not-in-source'
      | 'no-citation'
      | 'wrong-computation'
      | 'sentence-not-supported';
    detail: string;
  }>;
  /** Contradictions between sources that the result does not name. */
  missedContradictions: Contradiction[];
}

export type Skill = (request: SkillRequest) => unknown;
