import type { OptimizationRow } from '../../platform/store/collaboration-rows.ts';
import { countRungs, selectRung } from '../../platform/store/optimizations.ts';
import type { TenantTx } from '../../platform/store/transaction.ts';
import type { SearchEnding } from './optimization.ts';
import { rungsOf, survivorsOf } from './rungs.ts';
import { samplePoints } from './sampler.ts';
import { axesOf, type Point, pointAt, sizeOf } from './space.ts';

/** The evaluations that are asked next, together. */
export interface Batch {
  /** Place of the first. */
  place: number;
  rung: number;
  budget: number | null;
  points: Point[];
}

type Plan = Pick<
  OptimizationRow,
  | 'id'
  | 'space'
  | 'method'
  | 'samples'
  | 'seed'
  | 'eta'
  | 'budget_min'
  | 'budget_max'
  | 'planned'
  | 'parallel'
>;

/** Evaluations of a search when none fails. Pure. */
export function plannedOf(plan: Omit<Plan, 'id' | 'planned' | 'parallel'>): number {
  const size = sizeOf(axesOf(JSON.parse(plan.space)));
  if (plan.method === 'grid') return size;
  const samples = Math.min(size, plan.samples);
  if (plan.method === 'random') return samples;
  return rungsOf(samples, plan.eta, budgetOf(plan)).reduce((sum, rung) => sum + rung.points, 0);
}

/**
 * What is to be evaluated after all that is stored, or why there is nothing more. It follows from the search and its
 * stored evaluations alone, so that it is the same before and after a restart.
 */
export async function nextBatch(tx: TenantTx, plan: Plan): Promise<Batch | SearchEnding> {
  const stored = await countRungs(tx, plan.id);
  const place = [...stored.values()].reduce((sum, count) => sum + count, 0);
  const axes = axesOf(JSON.parse(plan.space));
  if (plan.method === 'grid') {
    const count = Math.min(plan.parallel, plan.planned - place);
    if (count <= 0) return 'done';
    const points = Array.from({ length: count }, (_, index) => pointAt(axes, place + index));
    return { place, rung: 0, budget: null, points };
  }
  const first = samplePoints(axes, plan.samples, plan.seed);
  if (plan.method === 'random') {
    const points = first.slice(place, place + plan.parallel);
    return points.length === 0 ? 'done' : { place, rung: 0, budget: null, points };
  }
  const rungs = rungsOf(first.length, plan.eta, budgetOf(plan));
  const rung = Math.max(0, stored.size - 1);
  const goingOn = await pointsOf(tx, plan.id, rung, rungs[rung]?.points ?? 0, first);
  const done = stored.get(rung) ?? 0;
  if (done < goingOn.length) {
    const points = goingOn.slice(done, done + plan.parallel);
    return { place, rung, budget: rungs[rung]?.budget ?? null, points };
  }
  const next = rungs[rung + 1];
  if (!next) return 'done';
  const survivors = await pointsOf(tx, plan.id, rung + 1, next.points, first);
  if (survivors.length === 0) return 'nothing-left';
  return { place, rung: rung + 1, budget: next.budget, points: survivors.slice(0, plan.parallel) };
}

/** The points of a rung: the sampled ones, then the best of the rung before. */
async function pointsOf(
  tx: TenantTx,
  id: string,
  rung: number,
  count: number,
  first: readonly Point[],
): Promise<readonly Point[]> {
  if (rung === 0) return first;
  return survivorsOf(await selectRung(tx, id, rung - 1), count).map((row) => JSON.parse(row.params));
}

function budgetOf(plan: Pick<Plan, 'budget_min' | 'budget_max'>): { min: number; max: number } {
  return { min: plan.budget_min ?? 1, max: plan.budget_max ?? 1 };
}
