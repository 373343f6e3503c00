import { z } from 'zod';

/**
 * The plan as a model writes it: the language of plans (`src/tasks/plan.ts`) in a form that every provider can force.
 * Files are named by their places in a list, so that no word of theirs is needed.
 */

/** A plan of a model is bounded more tightly than one that a person writes. */
export const MAX_PLANNED_STEPS = 24;
/** Steps that need one another, one after the other. */
export const MAX_CHAIN = 8;
/** Steps that may begin at the same time. */
export const MAX_SIDE_BY_SIDE = 12;

const words = (most: number) => z.string().trim().min(1).max(most);

export const plannedStepSchema = z.strictObject({
  name: words(60),
  goal: words(2_000),
  doneWhen: words(600),
  capability: words(80),
  /** Such as `file-1`. */
  files: z.array(z.string().max(20)).max(1_000),
  dependsOn: z.array(z.string().max(60)).max(MAX_PLANNED_STEPS),
  inputs: z.array(z.strictObject({ name: words(60), value: z.string().max(2_000) })).max(20),
  optional: z.boolean(),
});

export const plannedSchema = z.strictObject({
  oneOperatorEnough: z.strictObject({ enough: z.boolean(), because: words(600) }),
  because: words(600),
  steps: z.array(plannedStepSchema).min(1).max(MAX_PLANNED_STEPS),
  resultStep: words(60),
  verifyStep: z.string().max(60).nullable(),
});
export type Planned = z.output<typeof plannedSchema>;
