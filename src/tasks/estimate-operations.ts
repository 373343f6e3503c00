import { z } from 'zod';
import { toJoules, toUsd } from '../models/amount.ts';
import { errorOf } from '../models/forecast.ts';
import { fromRfc3339 } from '../platform/kernel/clock.ts';
import { operation } from '../platform/kernel/operation.ts';
import { selectCompared } from '../platform/store/estimates.ts';
import type { EstimateRow } from '../platform/store/ledger-rows.ts';
import { given } from '../tenants/page.ts';
import { estimateTask } from './estimate.ts';
import { estimateSchema, viewEstimate } from './estimate-view.ts';
import { checkReferences, type SubmitNeeds } from './submit.ts';
import { submitSchema } from './task.ts';

/** Tasks that a report looks at. */
const MOST_COMPARED = 1_000;

const errorSchema = z.object({
  count: z.int(),
  /** Mean of |estimate - real| / real; null when nothing could be compared. */
  mape: z.number().nullable(),
  /** Mean of (estimate - real) / real: above 0, too much was expected. */
  signed: z.number().nullable(),
  estimated: z.number(),
  real: z.number(),
});

/** What tasks will take, and how well that is foretold. */
export const estimateOperations = [
  operation({
    name: 'tasks.estimate',
    summary:
      'What a task may take before it starts: money, tokens, time and joules with their range, and how that was reckoned.',
    route: { method: 'POST', path: '/task-estimate-checks' },
    permission: 'viewer',
    effect: 'read',
    input: submitSchema,
    output: estimateSchema,
    example: { goal: 'Brief me: who and what matters here, with sources', files: [] },
    run: (needs: SubmitNeeds, caller, submission) =>
      needs.store.read(caller.tenantId, async (tx) => {
        await checkReferences(tx, submission);
        return viewEstimate(await estimateTask(tx, needs, submission));
      }),
  }),
  operation({
    name: 'usage.predictions',
    summary:
      'How far estimates were from what tasks took: mean share (MAPE) and its sign, of money, tokens, joules and time.',
    route: { method: 'GET', path: '/usage-predictions' },
    permission: 'viewer',
    effect: 'read',
    input: z.object({
      kind: z
        .string()
        .max(200)
        .optional()
        .describe('Such as `capability:documents.read` or `workflow:daily`.'),
      since: z.iso.datetime({ offset: true }).optional(),
    }),
    output: z.object({
      /** The last tasks that completed, at most 1,000. */
      tasks: z.int(),
      cost: errorSchema,
      tokens: errorSchema,
      energy: errorSchema,
      duration: errorSchema,
    }),
    example: {},
    run: ({ store }: SubmitNeeds, caller, { kind, since }) =>
      store.read(caller.tenantId, async (tx) => {
        const sinceMs = since === undefined ? undefined : fromRfc3339(since);
        const rows = await selectCompared(tx, { ...given({ kind, sinceMs }), limit: MOST_COMPARED });
        return {
          tasks: rows.length,
          cost: compare(rows, 'cost_nano', 'real_cost_nano', toUsd),
          tokens: compare(rows, 'tokens', 'real_tokens', Number),
          energy: compare(rows, 'energy_mj', 'real_energy_mj', toJoules),
          duration: compare(rows, 'duration_ms', 'real_duration_ms', Number),
        };
      }),
  }),
];

function compare(
  rows: readonly EstimateRow[],
  expected: 'cost_nano' | 'tokens' | 'energy_mj' | 'duration_ms',
  taken: 'real_cost_nano' | 'real_tokens' | 'real_energy_mj' | 'real_duration_ms',
  show: (value: number) => number,
): z.output<typeof errorSchema> {
  const pairs = rows.flatMap((row) => {
    const [estimate, real] = [row[expected], row[taken]];
    return estimate === null || real === null ? [] : [{ estimate: Number(estimate), real: Number(real) }];
  });
  return {
    ...errorOf(pairs),
    estimated: show(pairs.reduce((sum, { estimate }) => sum + estimate, 0)),
    real: show(pairs.reduce((sum, { real }) => sum + real, 0)),
  };
}
