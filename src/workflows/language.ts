import { z } from 'zod';
import { prioritySchema } from '../messages/priority.ts';

/**
 * The plan language (DESIGN section 2: one language for chiefs and people, FEATURES WF-2). A workflow is a document
 * with steps; what a step does is said by the one key that only its kind has: `goal`, `forEach`, `parallel`, `repeat`,
 * `switch`, `try`, `workflow`, `wait` or `approval`. Where a step says no `needs`, it needs the step before it.
 * Texts may hold `{{ … }}` with an expression (CEL); `if`, `until`, `when`, `where` and `forEach` are expressions.
 */

/** Steps of one document, those inside other steps included (GUARANTEES P15). */
export const MAX_STEPS = 1_000;
/** Steps within steps. */
export const MAX_NESTING = 8;
/** Items of one `forEach`, and rounds of one `repeat`. */
export const MAX_ITEMS = 1_000;
export const MAX_ROUNDS = 1_000;
/** Steps that one task may begin, counted with every item and round. */
export const MAX_BEGUN = 1_000;
/** Items of a `forEach` that run at the same time, when it says nothing. */
export const DEFAULT_WIDTH = 10;
/** Characters of the text of a workflow, and of one expression. */
export const MAX_TEXT_CHARACTERS = 500_000;
export const MAX_EXPRESSION_CHARACTERS = 2_000;

/** Letters, digits and `_`, so that a name can be written in an expression as it is. */
export const STEP_NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

const name = z.string().regex(STEP_NAME, 'use letters, digits and _, beginning with a letter');
const expression = z.string().trim().min(1).max(MAX_EXPRESSION_CHARACTERS).describe('An expression (CEL).');
const milliseconds = z.int().min(1).max(31_536_000_000).describe('Milliseconds, a year at most.');
const mapping = z.record(z.string(), z.json()).describe('Parameters, whose texts may hold `{{ … }}`.');
/** A JSON Schema; checked before work begins (`input`) or when it has ended (`output`). */
const jsonSchema = z.record(z.string(), z.json());

const budgetSchema = z.strictObject({
  tokens: z.int().min(1).optional().describe('Input and output tokens together.'),
  costUsd: z.number().positive().optional(),
});

const retrySchema = z.strictObject({
  maxAttempts: z.int().min(1).max(20).describe('Attempts in all.'),
});

const workParts = {
  goal: z.string().trim().min(1).max(10_000).describe('What to do, in words.'),
  doneWhen: z.string().max(2_000).optional().describe('How one sees that it is done.'),
  type: z.string().trim().min(1).max(80).optional().describe('What kind of work it is, in a word.'),
  capability: z
    .string()
    .trim()
    .min(1)
    .max(80)
    .optional()
    .describe(
      'What an agent must be able to do to get it. Without `capability` and `agent`, a chief plans the step.',
    ),
  agent: z.string().trim().min(1).max(80).optional().describe('Id or name of the one agent that does it.'),
  input: mapping.optional(),
  files: z
    .union([z.array(z.string().max(2_000)).max(1_000), z.string().max(2_000)], {
      error: 'give a list of ids of files, or a text with {{ }} that gives one',
    })
    .optional()
    .describe(
      'Ids of files, or an expression in `{{ }}` that gives a list of them. Default: the files of the task.',
    ),
  timeoutMs: milliseconds.optional(),
};

/** Undoes a step that completed, when the workflow (or the `try` around it) fails later; last one first. */
const compensateSchema = z.strictObject(workParts);

const common = {
  name,
  description: z.string().max(2_000).optional().describe('For people.'),
  needs: z
    .array(name)
    .max(MAX_STEPS)
    .optional()
    .describe(
      'Steps of the same list that must have ended. `[]`: begins at once. Absent: the step before it.',
    ),
  if: expression
    .optional()
    .describe(
      'The step is skipped when this is false. What needs a skipped step goes on, with null as its output.',
    ),
  optional: z
    .boolean()
    .optional()
    .describe('When true, its failure leaves the task partial instead of failing what is around it.'),
};

export interface WorkStep extends z.output<typeof workSchema> {}
export interface ForEachStep extends Common {
  /** An expression that gives a list. */
  forEach: string;
  /** Name under which `steps` see the item; `index` is its place. Default `item`. */
  as?: string | undefined;
  /** How many items at the same time. */
  width?: number | undefined;
  steps: Step[];
  /** What each item gives; default: the output of the last of `steps`. */
  output?: z.output<typeof outputMapping> | undefined;
}
export interface ParallelStep extends Common {
  /** Branches by name; all run at the same time. Its output has the output of each branch under its name. */
  parallel: Record<string, Step[]>;
}
export interface RepeatStep extends Common {
  repeat: {
    /** Looked at after each round; sees the steps of the round and `round`, which begins at 1. */
    until: string;
    /** Most rounds; more end it as failed. */
    max: number;
    steps: Step[];
  };
}
export interface SwitchStep extends Common {
  switch: {
    /** In order; the first whose `when` is true is taken. */
    cases: Array<{ when: string; steps: Step[] }>;
    default?: Step[] | undefined;
  };
}
export interface TryStep extends Common {
  try: Step[];
  /** When a step of `try` failed; sees `error` with `code`, `message` and `step`. */
  catch?: Step[] | undefined;
  /** After both, whatever happened. */
  finally?: Step[] | undefined;
}
export interface SubWorkflowStep extends z.output<typeof subWorkflowSchema> {}
export interface WaitStep extends z.output<typeof waitSchema> {}
export interface ApprovalStep extends z.output<typeof approvalSchema> {}

type Common = z.output<z.ZodObject<typeof common>>;

export type Step =
  | WorkStep
  | ForEachStep
  | ParallelStep
  | RepeatStep
  | SwitchStep
  | TryStep
  | SubWorkflowStep
  | WaitStep
  | ApprovalStep;

const outputMapping = z.json().describe('A value whose texts may hold `{{ … }}`.');

// Steps hold steps; the getter breaks the circle.
const steps: z.ZodType<Step[]> = z.lazy(() => z.array(stepSchema).min(1).max(MAX_STEPS));

/** What to do instead when a step failed after its attempts; tried in this order. */
const recoverySchema = z.union(
  [
    z.strictObject({
      fallback: z
        .strictObject({ capability: workParts.capability, agent: workParts.agent })
        .describe('The same work by another agent.'),
    }),
    z.strictObject({ alternative: z.strictObject(workParts).describe('Other work in its place.') }),
    z.strictObject({
      replan: z
        .strictObject({ max: z.int().min(1).max(3) })
        .describe('A chief plans the goal of the step anew, at most this often.'),
    }),
    z.strictObject({
      degrade: z.strictObject({ output: z.json() }).describe('Goes on with this value; the task is partial.'),
    }),
  ],
  { error: 'give one of fallback, alternative, replan and degrade' },
);
export type Recovery = z.output<typeof recoverySchema>;

const workSchema = z.strictObject({
  ...common,
  ...workParts,
  priority: prioritySchema.optional(),
  output: jsonSchema
    .optional()
    .describe('A JSON Schema of what its output must be like; another one is a failure.'),
  retry: retrySchema.optional(),
  budget: budgetSchema.optional(),
  recover: z
    .array(recoverySchema)
    .max(5)
    .optional()
    .describe('What to do instead when it failed after its attempts; tried in this order.'),
  compensate: compensateSchema
    .optional()
    .describe(
      'Undoes the step when it completed and the workflow, or the `try` around it, fails later; last one first.',
    ),
  approvedBy: name
    .optional()
    .describe(
      "Name of an approval step: it must have approved exactly this step's input, and serves one step once.",
    ),
});

const subWorkflowSchema = z.strictObject({
  ...common,
  workflow: z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}(@[1-9]\d{0,5})?$/, 'write name or name@version')
    .describe(
      'Name of another workflow, or `name@3` for one version; without it, the one published when this task began.',
    ),
  input: mapping.optional(),
  timeoutMs: milliseconds.optional(),
});

const waitSchema = z.strictObject({
  ...common,
  wait: z
    .union(
      [
        z.strictObject({ forMs: milliseconds }),
        z.strictObject({
          until: z.string().min(1).max(2_000).describe('A time (RFC 3339), or `{{ … }}` that gives one.'),
        }),
        z.strictObject({
          event: z.string().min(1).max(80).describe('A type of the event log; `where` sees `event`.'),
          where: expression.optional(),
        }),
        z.strictObject({
          topic: z.string().min(1).max(120).describe('A message on this topic; `where` sees `message`.'),
          where: expression.optional(),
        }),
      ],
      { error: 'give one of forMs, until, event and topic' },
    )
    .describe('Waits for a length of time, a time, an event or a message.'),
  timeoutMs: milliseconds
    .optional()
    .describe('Longest wait for an event or a message; after it the step has failed.'),
});

const approvers = z
  .array(z.string().trim().min(1).max(80))
  .min(1)
  .max(50)
  .describe('Roles (operator, admin, owner) or names of keys; the one who asked never counts.');

const approvalSchema = z.strictObject({
  ...common,
  approval: z.strictObject({
    ask: z.string().trim().min(1).max(2_000).describe('The question to people.'),
    input: mapping
      .optional()
      .describe(
        'What is approved, to the letter: `approvedBy` compares it with the input of the step it lets through.',
      ),
    by: approvers.optional(),
    deadlineMs: milliseconds.describe('After this without a decision it is escalated, or rejected.'),
    escalate: z.strictObject({ by: approvers, deadlineMs: milliseconds }).optional(),
    allowRequester: z
      .boolean()
      .optional()
      .describe('For people who work alone: the one who asked may decide, too.'),
  }),
});

/** Schemas of steps by kind; `inner` is the schema of the lists of steps that stand in them. */
function stepSchemasOf<T>(inner: z.ZodType<T>) {
  return {
    goal: workSchema,
    forEach: z.strictObject({
      ...common,
      forEach: expression.describe('An expression that gives a list; `steps` are carried out for each item.'),
      as: name.optional().describe('Name under which `steps` see the item; default `item`.'),
      width: z
        .int()
        .min(1)
        .max(100)
        .optional()
        .describe(`How many items at the same time; default ${DEFAULT_WIDTH}.`),
      steps: inner,
      output: outputMapping
        .optional()
        .describe('What each item gives; default: the output of the last of `steps`.'),
    }),
    parallel: z.strictObject({
      ...common,
      parallel: z
        .record(name, inner)
        .refine((branches) => Object.keys(branches).length > 0, 'give one branch or more')
        .describe('Branches by name; all run at the same time.'),
    }),
    repeat: z.strictObject({
      ...common,
      repeat: z
        .strictObject({
          until: expression.describe('Looked at after each round; sees the steps of the round and `round`.'),
          max: z.int().min(1).max(MAX_ROUNDS).describe('Most rounds; when they are used up it has failed.'),
          steps: inner,
        })
        .describe('Rounds of `steps`, until something is true.'),
    }),
    switch: z.strictObject({
      ...common,
      switch: z
        .strictObject({
          cases: z
            .array(z.strictObject({ when: expression, steps: inner }))
            .min(1)
            .max(100),
          default: inner.optional(),
        })
        .describe('The first case whose `when` is true is taken, else `default`.'),
    }),
    try: z.strictObject({
      ...common,
      try: inner,
      catch: inner.optional().describe('When a step of `try` failed; sees `error`.'),
      finally: inner.optional().describe('After both, whatever happened.'),
    }),
    workflow: subWorkflowSchema,
    wait: waitSchema,
    approval: approvalSchema,
  };
}

/** Schemas of steps by kind that do not look at the steps inside: who reads a text does so, to say where it is wrong. */
export const shallowSteps = stepSchemasOf(z.array(z.unknown()).min(1).max(MAX_STEPS));

const stepSchema: z.ZodType<Step> = z.union(
  Object.values(stepSchemasOf(steps)) as unknown as readonly [z.ZodType<Step>], // each is one of `Step`
);

/** The key that says what a step does. */
export const STEP_KEYS = [
  'goal',
  'forEach',
  'parallel',
  'repeat',
  'switch',
  'try',
  'workflow',
  'wait',
  'approval',
] as const;
export type StepKind = (typeof STEP_KEYS)[number];

/** What a step does, by the one key that only its kind has. */
export function kindOf(step: Step): StepKind {
  // `forEach` holds steps and an output, `approval` an input: the first key found in this order is the one.
  return STEP_KEYS.find((key) => key in step) ?? 'goal';
}

const workflowParts = {
  name: z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, 'use letters, digits, _ and -'),
  description: z.string().max(5_000).optional(),
  tags: z.array(z.string().max(80)).max(50).optional(),
  input: jsonSchema.optional().describe('What a task gives it: a JSON Schema of an object.'),
  operator: z
    .strictObject({ capability: workParts.capability, agent: workParts.agent })
    .refine(({ capability, agent }) => capability !== undefined || agent !== undefined, {
      error: 'say which capability or which agent',
    })
    .optional()
    .describe(
      'One operator carries out all steps, as stored steps of its own run: no choice of an agent and no hand-over between them. Without it, each step is a task of its own.',
    ),
  output: outputMapping
    .optional()
    .describe("The task's output, whose texts may hold `{{ … }}`; default: the output of the last step."),
  budget: budgetSchema.optional().describe('Of all steps together.'),
  timeoutMs: milliseconds
    .optional()
    .describe('How long the whole may take from when it begins; then it ends with the reason `deadline`.'),
};

export const workflowSchema = z.strictObject({ ...workflowParts, steps });

/** A workflow without a look at its steps. */
export const shallowWorkflow = z.strictObject({
  ...workflowParts,
  steps: z.array(z.unknown()).min(1).max(MAX_STEPS),
});

/** A workflow as it is written. In the form that is stored every step says its `needs`. */
export interface Workflow extends z.output<typeof workflowSchema> {}
export type Budget = z.output<typeof budgetSchema>;
