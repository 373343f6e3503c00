import type { ModelInfo, Tier } from './model.ts';

/** Words of a task type and the size of model they ask for (FEATURES MC-2). */
const ASKS: Array<{ words: string[]; tier: Tier; confidence: number }> = [
  { words: ['quick', 'simple', 'fast', 'batch'], tier: 'small', confidence: 0.85 },
  { words: ['complex', 'creative', 'strategic', 'edge'], tier: 'large', confidence: 0.8 },
];
const USUAL = { tier: 'medium', confidence: 0.9 } as const;
/** Nobody said what it is about, or no model of the wanted size is there. */
const FALLBACK_CONFIDENCE = 0.7;

export interface Wanted {
  tier: Tier;
  confidence: number;
  reason: string;
}

/** The size of model for a task: by whole words of its type, so that `knowledge` is not at the edge. */
export function wantedTier(taskType: string): Wanted {
  const words = taskType.toLowerCase().split(/[^a-z]+/);
  for (const { words: asked, tier, confidence } of ASKS) {
    const word = asked.find((one) => words.includes(one));
    if (word) return { tier, confidence, reason: `${tier} fits "${word}"` };
  }
  if (words.every((word) => word === ''))
    return {
      tier: 'medium',
      confidence: FALLBACK_CONFIDENCE,
      reason: 'medium, as nothing is said of the task',
    };
  return { ...USUAL, reason: `medium fits "${taskType}"` };
}

export interface Recommendation<M> {
  model: M;
  confidence: number;
  reason: string;
}

/** FEATURES MC-2: the model for a task, in order of fallback within its size. Undefined when there is none at all. */
export function recommend<M extends Pick<ModelInfo, 'tier'>>(
  taskType: string,
  models: readonly M[],
): Recommendation<M> | undefined {
  const wanted = wantedTier(taskType);
  const fitting = models.find(({ tier }) => tier === wanted.tier);
  if (fitting) return { model: fitting, confidence: wanted.confidence, reason: wanted.reason };
  const [nearest] = [...models].sort((a, b) => distance(a.tier, wanted.tier) - distance(b.tier, wanted.tier));
  return (
    nearest && {
      model: nearest,
      confidence: FALLBACK_CONFIDENCE,
      reason: `${wanted.reason}, and none is connected: ${nearest.tier} is next`,
    }
  );
}

/** FEATURES MC-2: all models for a use, best first, each with how sure we are and why. */
export function compare<M extends Pick<ModelInfo, 'tier'>>(
  useCase: string,
  models: readonly M[],
): Recommendation<M>[] {
  const wanted = wantedTier(useCase);
  return models
    .map((model) => {
      const off = Math.floor(distance(model.tier, wanted.tier));
      const reason = off === 0 ? wanted.reason : `${wanted.reason}; this one is ${model.tier}`;
      return { model, confidence: off === 0 ? wanted.confidence : FALLBACK_CONFIDENCE / off, reason };
    })
    .sort((a, b) => b.confidence - a.confidence);
}

const SIZE: Record<Tier, number> = { small: 0, medium: 1, large: 2 };

/** How far a size is from the wanted one; of two that are as far, `rather` says which is nearer. */
export function distance(tier: Tier, wanted: Tier, rather: 'larger' | 'smaller' = 'larger'): number {
  const steps = SIZE[tier] - SIZE[wanted];
  const isLiked = steps === 0 || steps > 0 === (rather === 'larger');
  return Math.abs(steps) + (isLiked ? 0 : 0.5);
}
