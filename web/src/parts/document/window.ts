import type { Block } from './blocks.ts';

/** Blocks that are drawn, `to` not included. */
export interface Window {
  from: number;
  to: number;
}

/** What is drawn at once, in paragraphs of usual length. */
export const STEP = 200;

/** How much a block weighs: a paragraph 1, a long one or a row of many cells more, what is not seen nothing. */
function weightOf({ silent, start, end, cells }: Block): number {
  return silent ? 0 : 1 + Math.floor((end - start) / 1_000) + (cells?.length ?? 0) / 20;
}

/** The block in which `offset` lies or, where nothing is to be seen there, the next one that shows something. */
export function blockAt(blocks: readonly Block[], offset: number): number {
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((blocks[middle]?.end ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  while (low < blocks.length - 1 && blocks[low]?.silent) low += 1;
  return Math.max(0, Math.min(low, blocks.length - 1));
}

/** A stretch of blocks round one of them: a step in all. */
export function windowAround(blocks: readonly Block[], index: number): Window {
  const from = reach(blocks, index, -1, STEP / 2);
  return { from, to: reach(blocks, Math.max(index, 0), 1, STEP / 2) };
}

/** One step more before or behind. */
export function widen(blocks: readonly Block[], window: Window, where: 'before' | 'after'): Window {
  return where === 'before'
    ? { ...window, from: reach(blocks, window.from, -1, STEP) }
    : { ...window, to: reach(blocks, window.to, 1, STEP) };
}

/** Walks until the weight is used up, at least one block; answers the border of the window there. */
function reach(blocks: readonly Block[], start: number, way: 1 | -1, most: number): number {
  let weight = 0;
  let at = start;
  while (way === 1 ? at < blocks.length : at > 0) {
    const block = blocks[way === 1 ? at : at - 1];
    if (!block) break;
    weight += weightOf(block);
    if (weight > most && at !== start) break;
    at += way;
  }
  return at;
}
