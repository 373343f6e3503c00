import { describe, expect, test } from 'vitest';
import type { CheckpointContent } from './checkpoint.ts';
import { likenessesTo, PART_WEIGHTS, partsOf, type Said } from './likeness.ts';

const step = (name: string, status = 'paused') => ({
  id: name,
  step: name,
  status,
  statusBefore: null,
  priority: 5,
  agentId: null,
});
const content = (more: Partial<CheckpointContent> = {}): Partial<CheckpointContent> => ({
  taskQueue: [step('draft'), step('proofread')],
  completedTasks: [{ id: 'r', step: 'research', status: 'completed', stopReason: 'completed' }],
  modelConfig: { currentModel: 'large', permissionMode: 'default', configuration: {} },
  ...more,
});
const base: Said = {
  goal: 'Write the notice for the annual meeting',
  state: 'paused',
  reason: 'user-pause',
  content: content(),
};
/** How alike each is to the first, among all of them and some that have nothing to do with it. */
const alike = (...others: Said[]) => {
  const rest: Said[] = ['Pay the invoices', 'Book a room', 'Compare three papers'].map((goal) => ({
    ...base,
    goal,
    state: 'running',
    reason: 'request',
    content: undefined,
  }));
  return likenessesTo(partsOf(base), [...others, ...rest].map(partsOf)).slice(0, others.length);
};

describe('the likeness of checkpoints', () => {
  test('is 1 for what says the same, and is told part by part', () => {
    expect(alike(base)[0]).toEqual({ likeness: 1, parts: { goal: 1, steps: 1, standing: 1, progress: 1 } });
  });

  test('falls with each thing that is otherwise, and most with the goal', () => {
    const [same, model, steps, goal] = alike(
      base,
      {
        ...base,
        content: content({
          modelConfig: { currentModel: 'small', permissionMode: 'default', configuration: {} },
        }),
      },
      { ...base, content: content({ taskQueue: [step('measure'), step('weld')] }) },
      { ...base, goal: 'Repair the roof' },
    ).map(({ likeness }) => likeness);
    expect(same).toBeGreaterThan(model ?? 1);
    expect(model).toBeGreaterThan(goal ?? 1);
    expect(steps).toBeGreaterThan(goal ?? 1);
    expect(goal).toBeLessThan(1 - PART_WEIGHTS.goal + 0.1);
  });

  test('finds a goal in nearly the same words nearer than one of another subject', () => {
    const [near, far] = alike(
      { ...base, goal: 'Write a notice about the annual meetings' },
      { ...base, goal: 'Count the stock of the warehouse' },
    );
    expect(near?.parts.goal).toBeGreaterThan(0.5);
    expect(far?.parts.goal).toBeLessThan(0.3);
    expect(near?.likeness).toBeGreaterThan(far?.likeness ?? 1);
  });

  test('leaves out what neither says, and counts as unlike what only one says', () => {
    const bare: Said = { ...base, content: undefined };
    const [only] = likenessesTo(partsOf(bare), [partsOf(bare)]);
    expect(only).toMatchObject({ likeness: 1, parts: { steps: null, progress: null } });
    expect(alike(bare)[0]?.parts).toMatchObject({ goal: 1, steps: 0, progress: 0 });
  });

  test('how far it came counts in quarters, not in steps', () => {
    const many = (open: number, done: number) =>
      content({
        taskQueue: Array.from({ length: open }, () => step('page')),
        completedTasks: Array.from({ length: done }, () => ({
          id: 'x',
          step: 'page',
          status: 'completed',
          stopReason: 'completed',
        })),
      });
    const from = partsOf({ ...base, content: many(30, 70) });
    const [near, far] = likenessesTo(from, [
      partsOf({ ...base, content: many(29, 71) }),
      partsOf({ ...base, content: many(95, 5) }),
    ]);
    expect(near?.parts.progress).toBe(1);
    expect(far?.parts.progress).toBeLessThan(0.9);
  });
});
