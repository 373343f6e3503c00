import { expect, test } from 'vitest';
import { createUploads } from '../../parts/upload/uploads.ts';
import { openDraft, type Shelf } from './draft.ts';

function shelfOf(start: Record<string, string> = {}): Shelf & { kept: Map<string, string> } {
  const kept = new Map(Object.entries(start));
  return {
    kept,
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
    removeItem: (name) => void kept.delete(name),
  };
}
const never = () => new Promise<never>(() => {});
const open = (shelf: Shelf) => openDraft('draft', shelf, createUploads(never));

test('a draft survives a reload: its goal, its stored files, and the names of those that were under way', () => {
  const shelf = shelfOf();
  const draft = open(shelf);
  draft.setGoal('Brief me');
  draft.uploads.addStored([{ id: 'f1', name: 'a.txt', bytes: 3 }]);
  draft.uploads.add([new File(['abc'], 'b.txt')]);
  const again = open(shelf);
  expect(again.getGoal()).toBe('Brief me');
  expect(again.uploads.get().map(({ name, state, fileId }) => [name, state, fileId])).toEqual([
    ['a.txt', 'stored', 'f1'],
    ['b.txt', 'refused', undefined],
  ]);
  expect(again.uploads.get()[1]?.because).toContain('closed');
});

test('a file that was refused keeps its reason over a reload', () => {
  const shelf = shelfOf();
  const draft = open(shelf);
  draft.uploads.add([new File([], 'empty.txt')]);
  const [before] = draft.uploads.get();
  expect(open(shelf).uploads.get()[0]).toMatchObject({ because: before?.because, hint: before?.hint });
});

test('the same draft is the same attempt, also after a reload; another goal or file is another', () => {
  const shelf = shelfOf();
  const draft = open(shelf);
  draft.setGoal('Brief me ');
  const first = draft.attempt();
  expect(first.goal).toBe('Brief me');
  expect(draft.attempt()).toEqual(first);
  expect(open(shelf).attempt()).toEqual(first);
  draft.uploads.addStored([{ id: 'f1', name: 'a.txt', bytes: 3 }]);
  const second = draft.attempt();
  expect(second).toMatchObject({ files: ['f1'] });
  expect(second.key).not.toBe(first.key);
});

test('after it was sent nothing is left, and the same goal again is a new attempt', () => {
  const shelf = shelfOf();
  const draft = open(shelf);
  draft.setGoal('Brief me');
  const { key } = draft.attempt();
  draft.clear();
  expect([draft.getGoal(), shelf.kept.size]).toEqual(['', 0]);
  draft.setGoal('Brief me');
  expect(draft.attempt().key).not.toBe(key);
});

test('what is kept by something else is an empty draft', () => {
  expect(open(shelfOf({ draft: 'no json' })).getGoal()).toBe('');
});

test('a budget belongs to the attempt: another budget is another asking; what is no budget is none', () => {
  const shelf = shelfOf();
  const draft = open(shelf);
  draft.setGoal('Brief me');
  const without = draft.attempt();
  expect('budget' in without).toBe(false);
  draft.setCap({ costUsd: '0.50', tokens: '' });
  const capped = draft.attempt();
  expect(capped).toMatchObject({ budget: { costUsd: 0.5 } });
  expect(capped.key).not.toBe(without.key);
  expect(open(shelf).attempt()).toEqual(capped);
  draft.setCap({ costUsd: 'much', tokens: '' });
  expect('budget' in draft.attempt()).toBe(false);
  draft.clear();
  expect(draft.getCap()).toEqual({ costUsd: '', tokens: '' });
});
