import {
  cosine,
  embed,
  type Features,
  nameFeatures,
  type Rarity,
  rarityIn,
  wordFeatures,
} from '../models/embedding.ts';
import type { ReadableContent } from './checkpoint.ts';

/**
 * How alike two checkpoints are (FEATURES QC-2), by what they say, without any model: each of their parts is a hashed
 * embedding (models/embedding.ts), and the likeness is the mean of those of the parts, by these weights. A part that
 * neither says anything about is left out; one that only one says something about counts as unlike. Pure.
 */
export const PART_WEIGHTS = {
  /** Words of the goal. */
  goal: 0.5,
  /** Words of the names of its steps. */
  steps: 0.2,
  /** State, why it was made, model, permission mode. */
  standing: 0.2,
  /** In which states its steps are, why they ended, and how far it is in quarters. */
  progress: 0.1,
} as const;

export type LikenessPart = keyof typeof PART_WEIGHTS;
const PARTS = Object.keys(PART_WEIGHTS) as LikenessPart[]; // its own keys

/** What a checkpoint says, as far as it could be read. */
export interface Said {
  goal: string;
  state: string;
  reason: string;
  content: ReadableContent | undefined;
}

type Parts<Value> = Record<LikenessPart, Value>;

/** A longer goal is known by its beginning, so that many are compared in a moment. */
const GOAL_CHARACTERS_READ = 500;
/** More steps than these say nothing more. */
const STEPS_READ = 500;

/** The parts of a checkpoint as features. */
export function partsOf({ goal, state, reason, content }: Said): Parts<Features> {
  const queue = content?.taskQueue ?? [];
  const done = content?.completedTasks ?? [];
  const config = content?.modelConfig;
  const steps: Features = new Map();
  for (const { step } of [...queue, ...done].slice(0, STEPS_READ)) wordFeatures(step ?? '', steps);
  const all = queue.length + done.length;
  return {
    goal: wordFeatures(goal.slice(0, GOAL_CHARACTERS_READ)),
    steps,
    standing: nameFeatures([
      `state=${state}`,
      `reason=${reason}`,
      ...(config ? [`model=${config.currentModel ?? ''}`, `mode=${config.permissionMode}`] : []),
    ]),
    progress: nameFeatures(
      new Set([
        ...(all > 0 ? [`quarter=${Math.floor((4 * done.length) / all)}`] : []),
        ...queue.map(({ status }) => `open=${status}`),
        ...done.map(({ status, stopReason }) => `ended=${status} ${stopReason ?? ''}`),
      ]),
    ),
  };
}

export interface Likeness {
  /** 0 to 1. */
  likeness: number;
  /** The same of each part; null where neither says anything. */
  parts: Parts<number | null>;
}

/** How alike each of the others is to one; what all of them say counts less than what few do. */
export function likenessesTo(one: Parts<Features>, others: ReadonlyArray<Parts<Features>>): Likeness[] {
  const rarities = mapParts((part): Rarity => rarityIn([one, ...others].map((each) => each[part])));
  const own = mapParts((part) => embed(one[part], rarities[part]));
  return others.map((other) => {
    const parts = mapParts((part) => {
      if (one[part].size === 0 && other[part].size === 0) return null;
      // Hashed features that fall on one place can make what is unlike a little less than nothing.
      return clamp(cosine(own[part], embed(other[part], rarities[part])));
    });
    const said = PARTS.filter((part) => parts[part] !== null);
    const weights = said.reduce((sum, part) => sum + PART_WEIGHTS[part], 0);
    const sum = said.reduce((total, part) => total + PART_WEIGHTS[part] * (parts[part] ?? 0), 0);
    return { likeness: weights === 0 ? 0 : clamp(sum / weights), parts };
  });
}

const clamp = (value: number) => Math.min(1, Math.max(0, value));

function mapParts<Value>(map: (part: LikenessPart) => Value): Parts<Value> {
  return {
    goal: map('goal'),
    steps: map('steps'),
    standing: map('standing'),
    progress: map('progress'),
  };
}
