import { seededRandom } from '../../platform/kernel/random.ts';
import { type Axis, type Point, pointAt, pointOf, sizeOf } from './space.ts';

/**
 * Distinct points of a space in an order that only the seed decides: the same seed gives the same points. Asked for
 * more than there are, it gives them all.
 */
export function samplePoints(axes: readonly Axis[], samples: number, seed: number): Point[] {
  const random = seededRandom(seed);
  const size = sizeOf(axes);
  // Of a small space the first places of a shuffle; of a large one points that are drawn anew when met again.
  if (size <= samples * 2) return shuffled(size, samples, random).map((place) => pointAt(axes, place));
  const met = new Set<string>();
  const points: Point[] = [];
  while (points.length < samples) {
    const indices = axes.map((axis) => Math.floor(random() * axis.count));
    const key = indices.join(' ');
    if (met.has(key)) continue;
    met.add(key);
    points.push(pointOf(axes, indices));
  }
  return points;
}

/** The first `wanted` places of a shuffle of 0 … size - 1 (Fisher and Yates). */
function shuffled(size: number, wanted: number, random: () => number): number[] {
  const places = Array.from({ length: size }, (_, place) => place);
  const count = Math.min(size, wanted);
  for (let index = 0; index < count; index += 1) {
    const other = index + Math.floor(random() * (size - index));
    const at = places[index] as number; // within the list
    places[index] = places[other] as number;
    places[other] = at;
  }
  return places.slice(0, count);
}
