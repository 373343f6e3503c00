import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import type { PlanRequest } from '../request.ts';
import { MAX_CHAIN, MAX_PLANNED_STEPS, MAX_SIDE_BY_SIDE } from './form.ts';
import { type CapabilityRecord, seenCapabilities, seenFiles } from './sight.ts';

/** What a model is told that plans, and what it is told of a plan that cannot be used. Pure. */
const MAX_FILES_SHOWN = 300;
const MAX_NAMES = 40;

const SYSTEM = [
  'You are the chief of staff of a team of agents. You plan the work and do none of it; you have no tools.',
  'First ask: is one operator enough? Several agents cost more and pay only where steps do not need one another, or need different capabilities. Say so in oneOperatorEnough; when it is enough, plan one step of work.',
  `Then write the plan as JSON and nothing else: at most ${MAX_PLANNED_STEPS} steps, at most ${MAX_CHAIN} that need one another in a row, at most ${MAX_SIDE_BY_SIDE} side by side.`,
  'Each step is a contract: a short name (letters, digits, _ and -), a goal that can be understood alone, doneWhen (how one sees that it is done), one capability out of the list, its files by their names file-1, file-2 …, the names of the steps whose results it needs, and optional (true: the rest goes on without it).',
  'A value in inputs may hold {{step.output}} of a step that it depends on. Files are read by themselves; never plan that. Who writes does not check: verifyStep is a step with claims.verify that depends on resultStep, or null.',
].join('\n\n');

export function planPrompt(
  request: PlanRequest,
  records: readonly CapabilityRecord[],
  instructions: string | undefined,
): LanguageModelV4Prompt {
  const { goal, files, input = {} } = request;
  const criteria = textsIn(input.doneCriteria);
  const never = textsIn(input.forbidden);
  // Values may come from outside; names of fields that are names say what there is.
  const fields = Object.keys(input)
    .filter((name) => /^[A-Za-z_]\w{0,39}$/.test(name) && name !== 'doneCriteria' && name !== 'forbidden')
    .slice(0, MAX_NAMES);
  const lines = [
    `The goal:\n${goal}`,
    ...(criteria.length > 0 ? [`It is done when:\n${list(criteria)}`] : []),
    ...(never.length > 0 ? [`Never:\n${list(never)}`] : []),
    ...(fields.length > 0 ? [`Every step also gets these fields of the caller: ${fields.join(', ')}`] : []),
    filesOf(files, goal),
    `Capabilities that agents offer:\n${seenCapabilities(request, records).join('\n')}`,
  ];
  return [
    { role: 'system', content: instructions ? `${SYSTEM}\n\n${instructions}` : SYSTEM },
    { role: 'user', content: [{ type: 'text', text: lines.join('\n\n') }] },
  ];
}

function filesOf(files: PlanRequest['files'], goal: string): string {
  if (files.length === 0) return 'There are no files.';
  const shown = seenFiles(files.slice(0, MAX_FILES_SHOWN), goal).map(
    ({ file, type, about }) => `- ${file}: ${type}${about.length > 0 ? `, ${about.join(' ')}` : ''}`,
  );
  const more = files.length - shown.length;
  return `Files:\n${shown.join('\n')}${more > 0 ? `\n… and ${more} more, up to file-${files.length}` : ''}`;
}

const MAX_SHOWN_ANSWER = 12_000;

/** Tells what is wrong with the plan that came. */
export function correction(text: string, problem: string, what = 'plan'): LanguageModelV4Prompt {
  return [
    { role: 'assistant', content: [{ type: 'text', text: text.slice(0, MAX_SHOWN_ANSWER) || '(nothing)' }] },
    {
      role: 'user',
      content: [
        { type: 'text', text: `This ${what} cannot be used: ${problem}\nWrite the whole ${what} again.` },
      ],
    },
  ];
}

const list = (texts: readonly string[]) => texts.map((text) => `- ${text}`).join('\n');

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
