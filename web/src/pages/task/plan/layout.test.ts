import { expect, test } from 'vitest';
import { bestLayout, layoutOf, NODE, neighbour } from './layout.ts';

const step = (name: string, ...dependsOn: string[]) => ({ name, dependsOn });
const fan = [step('a'), step('b'), step('c'), step('d'), step('e'), step('end', 'a', 'b', 'c', 'd', 'e')];
const chain = [step('a'), step('b', 'a'), step('c', 'b'), step('d', 'c')];

test('a step stands after the steps it needs, and none covers another', () => {
  const { nodes, edges } = layoutOf(fan, 'LR');
  const at = new Map(nodes.map((node) => [node.name, node]));
  for (const { from, to } of edges)
    expect(at.get(to)?.x).toBeGreaterThanOrEqual((at.get(from)?.x ?? 0) + NODE.width);
  for (const a of nodes)
    for (const b of nodes)
      if (a !== b) expect(Math.abs(a.x - b.x) >= NODE.width || Math.abs(a.y - b.y) >= NODE.height).toBe(true);
  expect(layoutOf(fan, 'LR')).toEqual(layoutOf(fan, 'LR'));
});

test('a need that is not in the plan is left out', () => {
  expect(layoutOf([step('a', 'ghost')], 'LR')).toMatchObject({ edges: [], nodes: [{ name: 'a' }] });
  expect(layoutOf([], 'LR')).toMatchObject({ nodes: [], width: 0, height: 0 });
});

test('a narrow space shows a chain from top to bottom and a fan from left to right', () => {
  expect(bestLayout(chain, 360, 480).direction).toBe('TB');
  expect(bestLayout(fan, 360, 480).direction).toBe('LR');
  expect(bestLayout(chain, 1_100, 480).direction).toBe('LR');
});

test('a plan of 300 steps has room for each of them', () => {
  const many = Array.from({ length: 149 }, (_, index) => [
    step(`read-${index}`),
    step(`examine-${index}`, `read-${index}`),
  ]).flat();
  const { nodes } = layoutOf([...many, step('link', ...many.map(({ name }) => name))], 'LR');
  expect(new Set(nodes.map(({ x, y }) => `${x} ${y}`)).size).toBe(299);
});

test('arrow keys lead to the nearest step in their direction and stop at the edge', () => {
  const { nodes } = layoutOf(chain, 'LR');
  expect(neighbour(nodes, 'b', 'ArrowRight')).toBe('c');
  expect(neighbour(nodes, 'b', 'ArrowLeft')).toBe('a');
  expect(neighbour(nodes, 'd', 'ArrowRight')).toBeUndefined();
  expect(neighbour(nodes, 'a', 'ArrowUp')).toBeUndefined();
  expect(neighbour(nodes, 'ghost', 'ArrowUp')).toBeUndefined();
  const beside = layoutOf(fan, 'LR').nodes.filter(({ name }) => name !== 'end');
  const [first, second] = beside.toSorted((a, b) => a.y - b.y);
  expect(neighbour(beside, first?.name ?? '', 'ArrowDown')).toBe(second?.name);
});
