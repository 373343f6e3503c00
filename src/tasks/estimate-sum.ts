import { type Figures, type Reckoning, UNKNOWN, unknown } from './estimate-who.ts';

/** What one step of a workflow may take, and how often it comes; null: nobody can say before it runs. */
export interface StepFigures extends Reckoning {
  step: string;
  usual: number | null;
  most: number | null;
}

/** Each figure, and whether it counts as often as usual or as often as possible. */
const COUNTED = {
  cost_nano: 'usual',
  cost_high_nano: 'most',
  tokens: 'usual',
  tokens_high: 'most',
  energy_mj: 'usual',
  energy_low_mj: 'usual',
  energy_high_mj: 'most',
} as const satisfies Partial<Record<keyof Figures, 'usual' | 'most'>>;

/**
 * The steps of a workflow added up. One that nobody can tell of makes the sum unknown, since a sum without it would be
 * too low. How long they take together depends on which run side by side: nobody says. Pure.
 */
export function addUp(steps: readonly StepFigures[]): Reckoning {
  const sum = (name: keyof typeof COUNTED): number | null => {
    let total = 0;
    for (const { figures, ...often } of steps) {
      const [figure, count] = [figures[name], often[COUNTED[name]]];
      if (count === 0) continue;
      if (figure === null || count === null) return null;
      total += Number(figure) * count;
    }
    return Math.round(total);
  };
  const figures: Figures = { ...UNKNOWN };
  for (const name of Object.keys(COUNTED) as Array<keyof typeof COUNTED>) figures[name] = sum(name);
  const dark = steps.find(({ by, usual }) => usual !== 0 && (by === 'unknown' || usual === null));
  if (dark) {
    const why = dark.usual === null ? 'how often it comes shows when it runs' : dark.because;
    return { ...unknown(`the step ${dark.step}: ${why}`), figures };
  }
  const count = steps.filter(({ usual }) => usual !== 0).length;
  return {
    figures,
    by: 'steps',
    because: `its ${count === 1 ? 'one step' : `${count} steps`} added up; the high end counts every branch and round`,
  };
}
