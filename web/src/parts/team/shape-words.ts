import type { Shape, Team, Topology } from '../../api/models.ts';

export const TOPOLOGY_WORDS: Readonly<Record<Topology, { name: string; means: string }>> = {
  star: { name: 'Star', means: 'each to the lead, the lead to each' },
  mesh: { name: 'Mesh', means: 'everybody to everybody' },
  ring: { name: 'Ring', means: 'each to the next, the last to the first' },
  hierarchy: { name: 'Hierarchy', means: 'the lead to its leads, each of those to its workers, and back' },
  adaptive: { name: 'Adaptive', means: 'mesh, star or hierarchy, chosen by Cadre' },
};
export const TOPOLOGIES = Object.keys(TOPOLOGY_WORDS) as Topology[]; // the keys of the record above

/** "Adaptive, now a star"; "Ring". */
export function shapeWords({ topology, shape }: { topology: Topology; shape: Shape }): string {
  const { name } = TOPOLOGY_WORDS[topology];
  return topology === 'adaptive' ? `${name}, now a ${TOPOLOGY_WORDS[shape].name.toLowerCase()}` : name;
}

/** Why somebody leads. */
export const LEADS_BY: Readonly<Record<NonNullable<Team['lead']>['by'], string>> = {
  lease: 'holds the lease',
  named: 'was named by people',
  first: 'is the first who can',
};
