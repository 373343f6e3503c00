import type { WorkflowDetail } from '../../api/models.ts';

type Versions = Pick<WorkflowDetail, 'latest' | 'published'>;

/** Two versions that are held against each other, the older one first. */
export interface Pair {
  from: number;
  to: number;
}

/** What a version is best held against: the one that new tasks follow, or the one before it; undefined for none. */
export function pairWith({ published }: Versions, version: number): Pair | undefined {
  const other = published !== null && published !== version ? published : version - 1;
  if (other < 1) return undefined;
  return { from: Math.min(other, version), to: Math.max(other, version) };
}

/** What is compared when nothing was chosen: the newest version with what it would replace. */
export function firstPair(workflow: Versions): Pair | undefined {
  return pairWith(workflow, workflow.latest);
}
