import type { CadreEvent } from '../api/models.ts';
import { inWords } from '../parts/in-words.ts';

/** What sentences about events are made of (sentences.ts). */

export type EventType = CadreEvent['type'];
/** Our words, or words of somebody else. */
export type Part = string | { of: string };

/** Names for ids, as far as the page knows them. */
export interface Names {
  agent(id: string): string | undefined;
  /** The step a task carries out, in words. */
  step(taskId: string): string | undefined;
}

export type Say = (event: CadreEvent, names: Names) => Part[];

export const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
export const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
export const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined; // read as unknown
export const of = (value: unknown, otherwise: string): Part => {
  const known = text(value)?.replace(/\.$/, '');
  return known ? { of: known } : otherwise;
};

/** Who is no agent and yet writes or is written to, by the beginning of its id. */
const OTHERS: ReadonlyArray<[beginning: RegExp, name: string]> = [
  [/^(key|session):/, 'a person'],
  [/^vote:/, 'the vote'],
  [/^(ask|system):/, 'Cadre'],
];

export function agentBy(id: unknown, names: Names, otherwise = 'an agent'): Part {
  const known = text(id);
  const other = OTHERS.find(([beginning]) => beginning.test(known ?? ''))?.[1];
  return other ?? of(known === undefined ? undefined : names.agent(known), otherwise);
}

/** Why a vote or a solution has no outcome, in words. */
const FAILURES: Readonly<Record<string, string>> = {
  deadline: 'too few had answered in time',
  quorum: 'too few chose an option',
  tie: 'options were equal',
  'no-majority': 'no option had a majority',
  'nobody-answered': 'nobody answered',
  'too-unsure': 'the answer was too unsure',
  'given-up': 'it was given up',
};
export const failureWords = (reason: unknown): unknown => FAILURES[text(reason) ?? ''] ?? reason;

/** `1 agent`, `3 agents`; without a number the words for some. */
export const counted = (value: unknown, one: string, otherwise = 'some'): string =>
  value === 1 ? `1 ${one}` : `${number(value) ?? otherwise} ${one}s`;

/** Words of somebody that end with ? or ! need no full stop of ours. */
export function closed(parts: Part[]): Part[] {
  const before = parts.at(-2);
  const isEnded = parts.at(-1) === '.' && typeof before === 'object' && /[?!]$/.test(before.of);
  return isEnded ? parts.slice(0, -1) : parts;
}
export const by = (event: CadreEvent): Part => of(field(event.data.by, 'name') ?? event.data.by, 'somebody');

/** The task an event is about: a step in words, else the task itself. */
export function what(event: CadreEvent, names: Names): Part {
  const known = event.taskId === null ? undefined : names.step(event.taskId);
  if (known) return { of: `“${known}”` };
  const step = text(event.data.step);
  if (step) return { of: `“${inWords(step)}”` };
  return event.taskId !== null && event.taskId === event.rootId ? 'the task' : 'a step';
}

/** With a capital letter where our own words begin the sentence. */
export function sentence(...parts: Part[]): Part[] {
  const [first, ...rest] = parts;
  return typeof first === 'string' ? [first.charAt(0).toUpperCase() + first.slice(1), ...rest] : parts;
}

export const seconds = (ms: number | undefined): string =>
  ms === undefined ? 'a moment' : `${Number((ms / 1_000).toFixed(1))} s`;
export const attempt = (event: CadreEvent): string => {
  const count = number(event.data.attempt) ?? 1;
  return count > 1 ? `, attempt ${count}` : '';
};
/** Reasons come with or without their full stop; ours follows. */
export const because = (reason: unknown): Part[] => {
  const known = text(reason)?.replace(/\.$/, '');
  return known ? [': ', { of: known }] : [];
};
export const errorOf = (event: CadreEvent): Part[] => because(field(event.data.error, 'message'));
export const subject = (event: CadreEvent): Part => of(event.data.subject, 'a message');
