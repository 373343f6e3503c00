import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import { aboutData, boundaryOf, labelled } from '../../operator/loop/label.ts';
import { charactersFor, clipMiddle } from '../../operator/loop/tokens.ts';
import { BUILT_IN_CAPABILITIES, type Plan, type PlanStep } from '../../tasks/plan.ts';
import type { TaskResult } from '../../tasks/task.ts';
import { MAX_REWORKED_STEPS } from './form.ts';

/** What a model is told that reviews. Pure. Results of steps stand in it as data: it has no tools and answers a form. */

/** A step and what became of it. */
export interface DoneStep {
  name: string;
  status: string;
  /** How it ended, in a sentence. */
  sentence: string | null;
  output: unknown;
}

export interface ToReview {
  runId: string;
  goal: string;
  doneCriteria: readonly string[];
  plan: Plan;
  steps: readonly DoneStep[];
  result: TaskResult;
  /** What reviews before this one found wrong. */
  said: ReadonlyArray<{ name: string; wrong: string }>;
}

const RESULT_SHARE = 0.3;
const STEPS_SHARE = 0.3;
/** Longer is not shown, however much the model could read. */
const MOST_CHARACTERS = 40_000;
const LEAST_CHARACTERS = 200;
const MAX_STEPS_SHOWN = 40;
const READING: readonly string[] = [...BUILT_IN_CAPABILITIES.reader, 'documents.analyze'];

const SYSTEM = [
  'You are the chief of staff of a team of agents. Your plan was carried out; you review the result before it is handed over. You do none of the work, and you have no tools.',
  `Does the result reach the goal, and did each step do what it was to do? Then the verdict is accept and steps is empty. Otherwise it is rework, and steps names the few steps (at most ${MAX_REWORKED_STEPS}, by their names) that must be done again, each with what is wrong: the agent who does it again reads that. Steps that need them are done again by themselves; never name those as well.`,
  'Rework costs time and money: have it done only for what the goal misses without it, never for taste. What a check refused stays refused; do not ask for it back.',
  'Answer with JSON and nothing else.',
];

export function reviewPrompt(
  given: ToReview,
  { instructions, contextTokens }: { instructions?: string | undefined; contextTokens: number },
): LanguageModelV4Prompt {
  const { plan, result, said } = given;
  const boundary = boundaryOf(given.runId);
  const room = (share: number) => Math.min(MOST_CHARACTERS, charactersFor(contextTokens * share));
  const shown = (source: string, value: unknown, most: number) =>
    labelled(boundary, source, clipMiddle(typeof value === 'string' ? value : asText(value), most));
  const steps = stepsOf(given);
  const each = Math.max(LEAST_CHARACTERS, Math.floor(room(STEPS_SHARE) / Math.max(1, steps.length)));
  const lines = [
    `The goal:\n${given.goal}`,
    ...(given.doneCriteria.length > 0 ? [`It is done when:\n${list(given.doneCriteria)}`] : []),
    `The steps:\n${steps.map(([step, done]) => stepWords(step, done, (value) => shown(`the step ${step.name}`, value, each))).join('\n')}`,
    ...(plan.steps.length > steps.length
      ? [`${plan.steps.length - steps.length} more steps, most of which read files, are not shown.`]
      : []),
    ...(result.verification === undefined
      ? []
      : [
          `What the check found (it has been taken out already):\n${shown('the check', result.verification, each)}`,
        ]),
    ...(said.length === 0
      ? []
      : [
          `Earlier you found this wrong, and it was done again:\n${shown('earlier reviews', list(said.map(({ name, wrong }) => `${name}: ${wrong}`)), each)}`,
        ]),
    `The result, of the step ${plan.resultStep}:\n${shown('the result', result.output, room(RESULT_SHARE))}`,
  ];
  return [
    {
      role: 'system',
      content: [...SYSTEM, aboutData(boundary), ...(instructions ? [instructions] : [])].join('\n\n'),
    },
    { role: 'user', content: [{ type: 'text', text: lines.join('\n\n') }] },
  ];
}

/** Those that only read go last: they seldom matter, and there are many. */
function stepsOf({ plan, steps }: ToReview): Array<[PlanStep, DoneStep]> {
  const done = new Map(steps.map((step) => [step.name, step]));
  const all = plan.steps.flatMap((step): Array<[PlanStep, DoneStep]> => {
    const one = done.get(step.name);
    return one ? [[step, one]] : [];
  });
  const matters = ([step, { status }]: [PlanStep, DoneStep]) =>
    status !== 'completed' || !READING.includes(step.capability);
  return all.filter(matters).slice(0, MAX_STEPS_SHOWN);
}

function stepWords(step: PlanStep, done: DoneStep, show: (value: unknown) => string): string {
  const said = done.status === 'completed' ? done.output : (done.sentence ?? 'it gave no reason');
  return [
    `- ${step.name}: ${step.goal}`,
    `  Done when: ${step.doneWhen}`,
    ...(step.dependsOn.length > 0 ? [`  Needs: ${step.dependsOn.join(', ')}`] : []),
    `  It was ${done.status}:`,
    show(said),
  ].join('\n');
}

const asText = (value: unknown): string => JSON.stringify(value ?? null);
const list = (texts: readonly string[]) => texts.map((text) => `- ${text}`).join('\n');
