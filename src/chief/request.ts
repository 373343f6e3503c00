import { fold } from '../operator/skills/words.ts';
import type { Json } from '../platform/kernel/json.ts';
import type { GoalFile } from './goal.ts';

/** What the chief is asked to plan. */
export interface PlanRequest {
  goal: string;
  /** As the caller gave it; `general` and absent mean: decide by the goal. */
  type?: string;
  input?: Record<string, Json>;
  files: GoalFile[];
  /** What registered agents offer, and how many of them. */
  capabilities: Array<{ capability: string; agents: number }>;
}

/** A short name for each file, unique in the plan: `payments-2026-csv`. */
export function stepNames(files: readonly GoalFile[]): Map<string, string> {
  const taken = new Set<string>();
  return new Map(
    files.map((file) => {
      const base =
        fold(file.name)
          .replace(/[^\p{L}\p{N}]+/gu, '-')
          .replace(/^-+|-+$/g, '')
          .slice(0, 60) || 'file';
      let name = base;
      for (let count = 2; taken.has(name); count += 1) name = `${base}-${count}`;
      taken.add(name);
      return [file.fileId, name];
    }),
  );
}
