import { z } from 'zod';

/** A review as a model writes it, in a form that every provider can force. */

/** Steps that one review can have done again; the first ones count. */
export const MAX_REWORKED_STEPS = 5;
/** How often steps of a task are done again for a review. After that the result is taken as it is, and says so. */
export const MAX_REWORK_ROUNDS = 2;

const MAX_STEPS_READ = 50;

export const reviewFormSchema = z.strictObject({
  verdict: z.enum(['accept', 'rework']),
  because: z.string().trim().min(1).max(600),
  /** Empty with `accept`. */
  steps: z
    .array(z.strictObject({ name: z.string().max(200), wrong: z.string().trim().min(1).max(1_000) }))
    .max(MAX_STEPS_READ),
});
export type ReviewForm = z.output<typeof reviewFormSchema>;
