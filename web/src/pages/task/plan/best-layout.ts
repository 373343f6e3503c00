import { foldedLayout } from './fold.ts';
import { type Layout, type Linked, layoutOf, scaleIn } from './layout.ts';

/**
 * The layout that shows a plan largest: from left to right; in a narrow space a chain goes from top to bottom; many
 * like paths are folded into columns where that makes them clearly larger.
 */
export function bestLayout(steps: readonly Linked[], width: number, height: number): Layout {
  const across = layoutOf(steps, 'LR');
  const candidates = [across, foldedLayout(steps, width, height)];
  if (width < 640) candidates.push(layoutOf(steps, 'TB'));
  let best = across;
  for (const layout of candidates)
    if (layout && scaleIn(layout, width, height) > 1.2 * scaleIn(best, width, height)) best = layout;
  return best;
}
