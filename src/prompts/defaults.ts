import type { Draft } from './save.ts';

/** What every tenant begins with (FEATURES CO-8): five prompts. */
export const DEFAULT_PROMPTS: readonly Draft[] = [
  {
    name: 'ping',
    description: 'Asks an agent whether it is there. The built-in agents answer it by themselves.',
    body: 'Are you there? Answer with your name and what you are doing now.',
  },
  {
    name: 'delegation',
    description: 'Hands a piece of work to another agent.',
    body: `Please do this: {{goal}}

What you have: {{input}}
What is wanted: {{expected}}
Until: {{deadline}}

If something is missing or cannot be done, say so at once and say what you would need. Do not guess.`,
  },
  {
    name: 'collaboration',
    description: 'Asks an agent for its part of work that several do together.',
    body: `We work together on: {{goal}}

Your part: {{part}}
What the others do: {{others}}
What is known so far: {{context}}

Answer with your result, what you are sure of and what not, and what the others should know.`,
  },
  {
    name: 'compression-analysis',
    description: 'Asks for a shorter text, and for an account of what was lost.',
    body: `Make this text shorter, to at most {{maxCharacters}} characters, for: {{purpose}}

{{text}}

Keep names, numbers, dates, decisions and open questions as they are. Afterwards list what you left out, and how many
characters the text had before and has now.`,
  },
  {
    name: 'data-pipeline',
    description: 'Describes a step that turns data of one form into another.',
    body: `Step: {{step}}
Data: {{source}}
Form of the input: {{inputForm}}
Form of the output: {{outputForm}}
Rules: {{rules}}

Process every record. Put what breaks a rule aside with the reason; do not repair it silently. Answer with the output
and with three counts: records read, written, put aside.`,
  },
];

/** And three templates. */
export const DEFAULT_TEMPLATES: readonly Draft[] = [
  {
    name: 'role-and-task',
    description: 'A prompt that gives a role, a task and its limits.',
    body: `You are {{role}}.

Your task: {{task}}

Limits: {{limits}}
Answer as: {{answerForm}}`,
  },
  {
    name: 'question-with-sources',
    description: 'A prompt that wants an answer from given sources only.',
    body: `Question: {{question}}

Answer from these sources only, and name the source of each statement:
{{sources}}

If they do not say it, answer that they do not.`,
  },
  {
    name: 'review',
    description: 'A prompt that has somebody else check a result.',
    body: `Check this result. You did not make it.

What was asked: {{task}}
The result: {{result}}
What counts: {{criteria}}

For each point that counts say whether it is met, and quote the place. End with accept or reject.`,
  },
];
