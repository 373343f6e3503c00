import type { Json } from '../platform/kernel/json.ts';
import type { Course } from './advance.ts';
import type { Scope } from './expression.ts';
import { ENDED, type PlanNode } from './node.ts';
import type { Block } from './places.ts';

/**
 * What an expression in the innermost of these blocks can see: `input`, `task` (`id`, `files`), each ended step of this block and of
 * those around it (by its name, and in `steps`) as `{status, output, error}`; inside a `forEach` its item and `index`,
 * inside a `repeat` the `round`, inside a `catch` the `error`.
 */
export async function scopeIn(
  { book, input, taskId, files = [] }: Pick<Course, 'book' | 'input' | 'taskId' | 'files'>,
  blocks: readonly Block[],
): Promise<Scope> {
  const steps: Record<string, Json> = {};
  const around: Record<string, Json> = {};
  let outer: PlanNode[] = [];
  for (const { path, holder, step, label } of blocks) {
    const { data } = outer.find((node) => node.path === holder) ?? { data: {} as PlanNode['data'] };
    if (step && 'forEach' in step) {
      around[step.as ?? 'item'] = data.items?.[Number(label)] ?? null;
      around.index = Number(label);
    }
    if (step && 'repeat' in step) around.round = Number(label);
    if (label === 'catch' && data.caught) around.error = { ...data.caught };
    outer = await book.block(path);
    for (const node of outer) {
      const name = path === '' ? node.path : node.path.slice(path.length + 1);
      if (ENDED.includes(node.status)) steps[name] = shown(node);
    }
  }
  return { ...steps, ...around, steps, input, task: { id: taskId, files } };
}

const shown = ({ status, output, error }: PlanNode): Json => ({
  status,
  output,
  error: error && { code: error.code, message: error.message, step: error.step },
});
