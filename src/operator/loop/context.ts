import type { Said, WorkOrder } from '../../agents/executor.ts';
import { REVIEW_REMARKS } from '../../tasks/plan.ts';
import { aboutData, boundaryOf, labelled } from './label.ts';
import { charactersFor, clipMiddle } from './tokens.ts';
import type { Label } from './transcript.ts';

/**
 * What a model is told before its first turn, within a share of its context: instructions, the contract of the task,
 * what the steps before it made, and passages of its files. What does not fit is left out, and that is said.
 */

/** Shares of the context. The rest is for the work itself. */
const RESULTS_SHARE = 0.2;
const PASSAGES_SHARE = 0.2;
const INPUT_SHARE = 0.1;
const CHAT_SHARE = 0.2;

/** What was found in the files of a task before its first turn. */
export interface FileView {
  files: Array<{ id: string; name: string; characters: number }>;
  unreadable: Array<{ name: string; detail: string }>;
  /** Best first. */
  passages: Array<{ file: string; start: number; end: number; text: string }>;
}

export interface Briefing {
  system: string;
  opening(day: string): string;
  label: Label;
  /** Of the task's input; empty when it names none. */
  doneCriteria: string[];
}

/** Tells an agent its task. */
export function briefing(
  order: WorkOrder,
  agent: { instructions: string | undefined; contextTokens: number },
  view: FileView,
): Briefing {
  const boundary = boundaryOf(order.runId);
  const label: Label = (source, text) => labelled(boundary, source, text);
  const doneCriteria = textsIn(order.input.doneCriteria);
  const parts = [
    saidBefore(order.context.chat ?? [], agent.contextTokens, label),
    contractOf(order, doneCriteria, agent.contextTokens, label),
    resultsOf(order.context.results, agent.contextTokens, label),
    filesOf(view, agent.contextTokens, label),
  ];
  return {
    system: systemOf(order, agent.instructions, aboutData(boundary)),
    opening: (day) => [`Today is ${day}.`, ...parts.filter(Boolean)].join('\n\n'),
    label,
    doneCriteria,
  };
}

/** A chat so far. What the agent said itself may hold text of others, so it stands as data. */
function saidBefore(said: readonly Said[], contextTokens: number, label: Label): string {
  if (said.length === 0) return '';
  const room = Math.floor(charactersFor(contextTokens * CHAT_SHARE) / said.length);
  const lines = said.map(({ by, text }) =>
    by === 'person'
      ? `The person said: ${clipMiddle(text, room)}`
      : label('you answered', clipMiddle(text, room)),
  );
  return `What was said before in this chat:\n${lines.join('\n')}`;
}

function systemOf({ agentName }: WorkOrder, instructions: string | undefined, data: string): string {
  return [
    `You are ${agentName}, an agent in a team. You are given one task and carry it out by yourself, with the tools you have.`,
    data,
    'Use a tool where you need to know something; do not guess. Tools that reach outside, cost money or change settings are decided on by a person each time; when one is refused, go on without it and do not ask for it again.',
    'When the task is done, call finish with the whole result. Say in it what you could not find or do.',
    ...(instructions ? [instructions] : []),
  ].join('\n\n');
}

function contractOf(order: WorkOrder, doneCriteria: string[], contextTokens: number, label: Label): string {
  const { goal, context } = order;
  const { doneCriteria: _, forbidden, [REVIEW_REMARKS]: remarks, ...input } = order.input;
  const lines = [`Your task: ${goal}`];
  if (doneCriteria.length > 0)
    lines.push(`It is done when:\n${doneCriteria.map((one, index) => `${index + 1}. ${one}`).join('\n')}`);
  const never = textsIn(forbidden);
  if (never.length > 0) lines.push(`Never:\n${never.map((one) => `- ${one}`).join('\n')}`);
  if (context.deadline !== null) lines.push(`It must be done by ${context.deadline}.`);
  const wrong = textsIn(remarks);
  if (wrong.length > 0)
    // A model wrote them that had read what others made.
    lines.push(
      `It was done before, and a review found this wrong with it. Do it again so that this is no longer so:\n${label('remarks of the review', wrong.map((one) => `- ${one}`).join('\n'))}`,
    );
  if (Object.keys(input).length > 0) {
    const text = clipMiddle(JSON.stringify(input, null, 1), charactersFor(contextTokens * INPUT_SHARE));
    lines.push(`Its input:\n${label('input of the task', text)}`);
  }
  return lines.join('\n\n');
}

function resultsOf(results: Record<string, unknown>, contextTokens: number, label: Label): string {
  const steps = Object.entries(results);
  if (steps.length === 0) return '';
  const room = Math.floor(charactersFor(contextTokens * RESULTS_SHARE) / steps.length);
  const shown = steps.map(([step, output]) => {
    const text = typeof output === 'string' ? output : JSON.stringify(output);
    return label(`result of the step ${step}`, clipMiddle(text, room));
  });
  return `What the steps before yours made:\n${shown.join('\n')}`;
}

function filesOf({ files, unreadable, passages }: FileView, contextTokens: number, label: Label): string {
  if (files.length === 0 && unreadable.length === 0) return '';
  const lines = ['Files of your task:'];
  for (const { name, characters } of files) lines.push(`- ${name} (${characters} characters)`);
  for (const { name, detail } of unreadable) lines.push(`- ${name}: cannot be read: ${detail}`);
  let left = charactersFor(contextTokens * PASSAGES_SHARE);
  const shown: string[] = [];
  for (const { file, start, end, text } of passages) {
    if (text.length > left) break;
    left -= text.length;
    shown.push(label(`file ${file}, ${start}-${end}`, text));
  }
  if (shown.length > 0) lines.push('', 'Passages that seem to matter:', ...shown);
  const rest = passages.length - shown.length;
  if (rest > 0)
    lines.push(`${rest} more passages that may matter are left out for room; files_search finds them.`);
  return lines.join('\n');
}

/** A list of texts in an input; anything else is none. */
function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
