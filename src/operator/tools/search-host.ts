import { indexPassages, search } from '../skills/retrieval.ts';
import type { Material } from '../skills/skill.ts';
import { contentRoots } from '../skills/vocabulary.ts';

/** Runs in a child process: finding passages reads whole documents. */
export interface FoundPassage {
  file: string;
  start: number;
  end: number;
  text: string;
}

/** The passages of the materials that fit a question best, best first. */
export function findPassages(call: {
  materials: Material[];
  question: string;
  limit: number;
}): FoundPassage[] {
  const hits = search(indexPassages(call.materials), contentRoots(call.question), call.limit);
  return hits.map(({ material, passage }) => ({
    file: material.document.name,
    start: passage.start,
    end: passage.end,
    text: passage.text,
  }));
}
