import { foldedLayout } from './fold.ts';
import { type Layout, type Linked, layoutOf, scaleIn } from './layout.ts';

/** A space narrower than this, in pixels, is a phone's: higher than wide. */
export const NARROW = 640;

/**
 * The layout that shows a plan largest: from left to right; in a narrow space from top to bottom; many like paths are
 * folded into columns where that makes them clearly larger.
 */
export function bestLayout(steps: readonly Linked[], width: number, height: number): Layout {
  const across = layoutOf(steps, 'LR');
  const candidates = [across, foldedLayout(steps, width, height)];
  if (width < NARROW) candidates.push(layoutOf(steps, 'TB'), foldedLayout(steps, width, height, 'TB'));
  let best = across;
  for (const layout of candidates)
    if (layout && scaleIn(layout, width, height) > 1.2 * scaleIn(best, width, height)) best = layout;
  return best;
}
