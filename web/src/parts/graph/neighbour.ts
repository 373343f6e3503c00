/** Where something stands in a picture, by its left upper corner. */
export interface Standing {
  name: string;
  x: number;
  y: number;
}

export type Arrow = 'ArrowLeft' | 'ArrowRight' | 'ArrowUp' | 'ArrowDown';
export const isArrow = (key: string): key is Arrow => /^Arrow(?:Left|Right|Up|Down)$/.test(key);

/** What an arrow key leads to from another place: the nearest in that direction; undefined at the edge. */
export function neighbour(nodes: readonly Standing[], from: string, arrow: Arrow): string | undefined {
  const here = nodes.find((node) => node.name === from);
  if (!here) return undefined;
  const sideways = arrow === 'ArrowLeft' || arrow === 'ArrowRight';
  const sign = arrow === 'ArrowLeft' || arrow === 'ArrowUp' ? -1 : 1;
  let best: { name: string; far: number } | undefined;
  for (const { name, x, y } of nodes) {
    const [along, off] = sideways ? [(x - here.x) * sign, y - here.y] : [(y - here.y) * sign, x - here.x];
    if (along <= 1) continue;
    // What stands straight ahead wins over what is nearer but aside.
    const far = along + 2 * Math.abs(off);
    if (!best || far < best.far) best = { name, far };
  }
  return best?.name;
}
