import { z } from 'zod';

/** What agents say to a question, and when two answers are the same. Pure rules. */

/** `requestType` of the message with which an agent is asked, and of its answer. */
export const SOLVE_REQUEST = 'solve';

/** Longest answer that is kept, in characters. */
export const ANSWER_LENGTH = 2_000;

/** The data of an answer: `answer: null` is an abstention. */
export const solveAnswerSchema = z.object({
  answer: z.union([z.string().max(ANSWER_LENGTH), z.number(), z.boolean(), z.null()]),
  /** How sure the agent says it is, in [0, 1]: shown, not counted; its record is. */
  confidence: z.number().min(0).max(1).optional(),
  /** Why: shown on the board. */
  evidence: z.string().max(10_000).optional(),
  /** What the answer cost, in US dollars. */
  costUsd: z.number().min(0).max(1e6).optional(),
});

/**
 * The form in which answers are compared: Unicode compatibility form, lower case, one space between words, without
 * quotes around it and without the full stop, comma, exclamation or question mark at its end.
 */
export function plain(answer: string): string {
  return answer
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^["'“”‘’«»]+|["'“”‘’«».,!?]+$/g, '')
    .trim();
}

/** The option an answer means: to the letter, else the only one with the same plain form; undefined when none is. */
export function optionOf(answer: string, options: readonly string[]): string | undefined {
  if (options.includes(answer)) return answer;
  const same = options.filter((option) => plain(option) === plain(answer));
  return same.length === 1 ? same[0] : undefined;
}

/** What became of an agent on the board. */
export const ENTRY_STATUSES = [
  'waiting',
  'asked',
  'answered',
  'abstained',
  /** It answered, but in no form that counts, or with what is no option. */
  'unusable',
  'failed',
  'timeout',
  /** The message could not be sent. */
  'refused',
  /** It was not needed. */
  'spared',
] as const;
export type EntryStatus = (typeof ENTRY_STATUSES)[number];

/** An answer as it stands on the board. */
export interface Read {
  status: 'answered' | 'abstained' | 'unusable';
  answer: string | null;
  confidence: number | null;
  evidence: string | null;
  costUsd: number;
  error: string | null;
}

/** Reads what an agent answered. Free answers are kept in their plain form, so that equal ones are one. */
export function readAnswer(data: unknown, options: readonly string[] | null): Read {
  const parsed = solveAnswerSchema.safeParse(data);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.map(String).join('.') || 'data';
    const error = `its answer has no valid data.answer (${place}: ${issue?.message ?? ''})`;
    return { status: 'unusable', answer: null, confidence: null, evidence: null, costUsd: 0, error };
  }
  const { answer, confidence = null, evidence = null, costUsd = 0 } = parsed.data;
  const said = { confidence, evidence, costUsd, error: null };
  if (answer === null) return { ...said, status: 'abstained', answer: null };
  const text = String(answer);
  const counted = options ? optionOf(text, options) : plain(text);
  if (counted === undefined || counted === '') {
    const error = counted === '' ? 'its answer is empty' : 'its answer is no option';
    return { ...said, status: 'unusable', answer: text.slice(0, ANSWER_LENGTH), error };
  }
  return { ...said, status: 'answered', answer: counted };
}

/**
 * Which answers of a board are right. `truth` is the right answer in the form of the board; without it only what the
 * team answered is known to be right or wrong, and of two options then the other one too. Null: not known.
 */
export function judgeAnswer(
  entry: { status: string; answer: string | null },
  known: { truth: string | null; teamAnswer: string | null; teamRight: boolean; options: number | null },
): boolean | null {
  if (entry.status === 'unusable') return false;
  if (entry.status !== 'answered') return null;
  if (known.truth !== null) return entry.answer === known.truth;
  if (entry.answer === known.teamAnswer) return known.teamRight;
  if (known.teamRight) return false;
  return known.options === 2 ? true : null;
}
