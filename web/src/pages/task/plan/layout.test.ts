import { expect, test } from 'vitest';
import { neighbour } from '../../../parts/graph/neighbour.ts';
import { bestLayout } from './best-layout.ts';
import { foldedLayout } from './fold.ts';
import { layoutOf, NODE, scaleIn } from './layout.ts';

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

test('steps that begin together stand in the order of the plan', () => {
  for (const direction of ['LR', 'TB'] as const) {
    const { nodes } = layoutOf(fan, direction);
    const first = nodes[0];
    const fifth = nodes[4];
    if (!first || !fifth) throw new Error('six steps were given');
    const across = direction === 'LR' ? 'y' : 'x';
    expect(first[across]).toBeLessThan(fifth[across]);
    expect(Math.min(...nodes.map((node) => node[across]))).toBeGreaterThanOrEqual(0);
  }
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

const documents = (count: number) => {
  const files = Array.from({ length: count }, (_, index) => index);
  return [
    ...files.flatMap((index) => [step(`read-${index}`), step(`examine-${index}`, `read-${index}`)]),
    step('link', ...files.map((index) => `examine-${index}`)),
    step('write', 'link'),
  ];
};

test('a plan of 300 steps is folded into columns: none covers another, and it is far larger', () => {
  const plan = documents(149);
  const folded = bestLayout(plan, 1_100, 630);
  for (const [index, a] of folded.nodes.entries())
    for (const b of folded.nodes.slice(index + 1))
      expect(Math.abs(a.x - b.x) >= NODE.width || Math.abs(a.y - b.y) >= NODE.height).toBe(true);
  expect(folded.nodes).toHaveLength(300);
  expect(folded.edges).toHaveLength(149 + 149 + 1);
  const plain = layoutOf(plan, 'LR');
  expect(scaleIn(folded, 1_100, 630)).toBeGreaterThan(3 * scaleIn(plain, 1_100, 630));
  const at = new Map(folded.nodes.map((node) => [node.name, node]));
  for (const { from, to } of folded.edges) expect(at.get(to)?.x).toBeGreaterThan(at.get(from)?.x ?? 0);
});

test('on a phone paths stand in columns with the rest below, twice as large as from left to right', () => {
  for (const count of [4, 10]) {
    const plan = documents(count);
    const best = bestLayout(plan, 358, 1_100);
    expect(best.direction).toBe('TB');
    for (const [index, a] of best.nodes.entries())
      for (const b of best.nodes.slice(index + 1))
        expect(Math.abs(a.x - b.x) >= NODE.width || Math.abs(a.y - b.y) >= NODE.height).toBe(true);
    const at = new Map(best.nodes.map((node) => [node.name, node]));
    for (const { from, to } of best.edges) expect(at.get(to)?.y).toBeGreaterThan(at.get(from)?.y ?? 0);
    expect(scaleIn(best, 358, 1_100)).toBeGreaterThan(2 * scaleIn(layoutOf(plan, 'LR'), 358, 1_100));
  }
});

test('what fits is not folded, nor is a plan of another shape', () => {
  expect(bestLayout(documents(10), 1_100, 630)).toEqual(layoutOf(documents(10), 'LR'));
  expect(foldedLayout(chain, 1_100, 630)).toBeUndefined();
  expect(foldedLayout(fan, 1_100, 630)).toBeUndefined();
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
