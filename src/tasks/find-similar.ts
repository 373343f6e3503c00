import { z } from 'zod';
import { CadreError } from '../platform/kernel/errors.ts';
import {
  type CheckpointOfGoal,
  selectCheckpointsOfGoals,
  selectNewestCheckpoints,
} from '../platform/store/checkpoints.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { checkpointSummarySchema, contentIn, toCheckpointSummary } from './checkpoint.ts';
import { likenessesTo, partsOf } from './likeness.ts';

/** Checkpoints that are looked at, the newest of the tenant. */
export const LOOKED_AT = 500;
/** Bytes of checkpoints that are read for one answer: large ones make it fewer. */
export const BYTES_READ = 4_000_000;
/** Read at once. */
const BATCH = 100;

const part = z.number().min(0).max(1).nullable();

export const similarSchema = z.object({
  items: z.array(
    checkpointSummarySchema.extend({
      /** Of its task. */
      goal: z.string(),
      likeness: z.number().min(0).max(1),
      /** How alike the parts are; null where neither says anything. */
      parts: z.object({ goal: part, steps: part, standing: part, progress: part }),
    }),
  ),
  lookedAt: z.int().describe('How many checkpoints were looked at: the newest ones, up to 500 or 4 MB.'),
  method: z.literal('hashed-words'),
});

interface Asked {
  id: string;
  limit: number;
  minLikeness: number;
  sameGoal: boolean;
}

/**
 * Checkpoints like one, most alike first. Computed when asked from what they hold, so that nothing kept can be out of
 * step with it. Of the checkpoints of one other goal only the one most alike is answered.
 * @throws CadreError `checkpoint/not-found`
 */
export async function findSimilar(
  tx: TenantTx,
  { id, limit, minLikeness, sameGoal }: Asked,
): Promise<z.input<typeof similarSchema>> {
  const [asked] = await selectCheckpointsOfGoals(tx, [id]);
  if (!asked) throw new CadreError('checkpoint/not-found', { id });
  const others = (await readNewest(tx)).filter(
    (row) => row.id !== id && (sameGoal || row.rootId !== asked.root_id),
  );
  const likenesses = likenessesTo(
    said(asked),
    others.map(({ parts }) => parts),
  );
  const ranked = others
    .map(({ parts: _, ...row }, at) => ({ ...row, ...rounded(likenesses[at]) }))
    .filter(({ likeness }) => likeness >= minLikeness)
    // Of equally alike ones the newer first.
    .toSorted((a, b) => b.likeness - a.likeness || (a.id < b.id ? 1 : -1));
  const goals = new Set<string>();
  const items = ranked.filter(({ rootId }) => {
    if (rootId !== asked.root_id && goals.has(rootId)) return false;
    goals.add(rootId);
    return true;
  });
  return {
    items: items.slice(0, limit).map(({ rootId: _, ...item }) => item),
    lookedAt: others.length,
    method: 'hashed-words',
  };
}

const said = (row: CheckpointOfGoal) => partsOf({ ...row, content: contentIn(row) });

/** The newest checkpoints as what they say; their contents are let go of batch by batch. */
async function readNewest(tx: TenantTx) {
  let bytes = 0;
  const ids = (await selectNewestCheckpoints(tx, LOOKED_AT))
    .filter(({ size }) => {
      bytes += size;
      return bytes <= BYTES_READ;
    })
    .map((row) => row.id);
  const found = [];
  for (let at = 0; at < ids.length; at += BATCH)
    for (const row of await selectCheckpointsOfGoals(tx, ids.slice(at, at + BATCH)))
      found.push({ ...toCheckpointSummary(row), goal: row.goal, rootId: row.root_id, parts: said(row) });
  return found;
}

/** To three digits: more would only look exact. */
function rounded(one: ReturnType<typeof likenessesTo>[number] | undefined) {
  const round = (value: number | null) => (value === null ? null : Math.round(value * 1_000) / 1_000);
  const { likeness = 0, parts = { goal: null, steps: null, standing: null, progress: null } } = one ?? {};
  return {
    likeness: round(likeness) ?? 0,
    parts: {
      goal: round(parts.goal),
      steps: round(parts.steps),
      standing: round(parts.standing),
      progress: round(parts.progress),
    },
  };
}
