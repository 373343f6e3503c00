import { BUILT_IN_CAPABILITIES } from '../tasks/plan.ts';
import { pathIn, stepAt } from '../workflows/places.ts';
import type { TableBook } from '../workflows/table.ts';
import type { Definition } from '../workflows/versions.ts';
import type { Begun } from './steps.ts';

/** More results than this are no basis that a skill could look through. */
const MAX_BASIS = 200;
const BUILT_IN: ReadonlySet<string> = new Set(Object.values(BUILT_IN_CAPABILITIES).flat());

/**
 * The tasks whose results steps with built-in skills build on: those that did the steps they need, the ones inside a
 * `forEach` or `parallel` included. Who works outside is told by the step's `input` alone.
 */
export async function basisOf(
  { workflow }: Definition,
  book: TableBook,
  begun: readonly Begun[],
): Promise<Array<{ task_id: string; needs_id: string }>> {
  const pairs: Array<{ task_id: string; needs_id: string }> = [];
  for (const { move, taskId } of begun) {
    if (taskId === undefined || move.do !== 'work' || !BUILT_IN.has(move.work.capability ?? '')) continue;
    if (move.block.includes(':')) continue; // what undoes a step builds on nothing
    for (const need of stepAt(workflow, move).needs ?? []) {
      const path = pathIn(move.block, need);
      const node = book.known(path);
      const within = async () =>
        (await book.below(path)).filter((one) => ['.', '['].includes(one.path.charAt(path.length)));
      const done = node?.taskId ? [node] : await within();
      for (const one of done.slice(0, MAX_BASIS))
        if (one.taskId !== null && one.status === 'completed')
          pairs.push({ task_id: taskId, needs_id: one.taskId });
    }
  }
  return pairs;
}
