import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { edgesOf, type Hop, routeTo, SHAPES } from './topology.ts';

const people = (count: number) => Array.from({ length: count }, (_, index) => `a${index}`);
const texts = (edges: ReturnType<typeof edgesOf>) => edges.map(([from, to]) => `${from} ${to}`);
/** Every edge that a route uses. */
const walked = (from: string, hops: readonly Hop[]): string[] =>
  hops.flatMap((hop) => [`${from} ${hop.to}`, ...walked(hop.to, hop.next)]);
const reached = (hops: readonly Hop[]): string[] =>
  hops.flatMap((hop) => [...(hop.addressed ? [hop.to] : []), ...reached(hop.next)]);
const depth = (hops: readonly Hop[]): number =>
  hops.length === 0 ? 0 : 1 + Math.max(...hops.map((hop) => depth(hop.next)));

describe('the message graph', () => {
  test('of each shape, with three and with ten', () => {
    expect(texts(edgesOf('mesh', people(3)))).toEqual(['a0 a1', 'a0 a2', 'a1 a0', 'a1 a2', 'a2 a0', 'a2 a1']);
    expect(texts(edgesOf('star', people(3)))).toEqual(['a0 a1', 'a1 a0', 'a0 a2', 'a2 a0']);
    expect(texts(edgesOf('ring', people(3)))).toEqual(['a0 a1', 'a1 a2', 'a2 a0']);
    const tree = texts(edgesOf('hierarchy', people(10), 2)).filter((edge) => /^a[0-3] a/.test(edge));
    expect(tree.filter((edge) => edge.startsWith('a0'))).toEqual(['a0 a1', 'a0 a2', 'a0 a3']);
    expect(tree.filter((edge) => edge.startsWith('a1'))).toEqual(['a1 a0', 'a1 a4', 'a1 a7']);
  });

  test('has the number of edges that is stated, and never one to oneself', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 9 }), (count, fanOut) => {
        const wanted = {
          mesh: count * (count - 1),
          star: 2 * (count - 1),
          hierarchy: 2 * (count - 1),
          ring: count,
        };
        for (const shape of SHAPES) {
          const edges = edgesOf(shape, people(count), fanOut);
          expect(edges.length).toBe(count < 2 ? 0 : wanted[shape]);
          expect(new Set(texts(edges)).size).toBe(edges.length);
          expect(edges.some(([from, to]) => from === to)).toBe(false);
        }
      }),
    );
  });

  test('a lead of a hierarchy has at most as many workers as its fan-out, and none is deeper than two', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 200 }), fc.integer({ min: 1, max: 9 }), (count, fanOut) => {
        const edges = edgesOf('hierarchy', people(count), fanOut);
        const leads = new Set(edges.filter(([from]) => from === 'a0').map(([, to]) => to));
        for (const lead of leads)
          expect(edges.filter(([from, to]) => from === lead && to !== 'a0').length).toBeLessThanOrEqual(
            fanOut,
          );
        expect(depth(routeTo(edges, 'a0', people(count)))).toBeLessThanOrEqual(2);
      }),
    );
  });
});

describe('a route', () => {
  test('reaches everybody once, along the edges only', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SHAPES),
        fc.integer({ min: 2, max: 40 }),
        fc.nat(39),
        (shape, count, at) => {
          const from = `a${at % count}`;
          const edges = edgesOf(shape, people(count));
          const route = routeTo(edges, from, people(count));
          const used = walked(from, route);
          expect(new Set(used).size).toBe(count - 1);
          for (const edge of used) expect(texts(edges)).toContain(edge);
          expect(reached(route).sort()).toEqual(
            people(count)
              .filter((one) => one !== from)
              .sort(),
          );
        },
      ),
    );
  });

  test('to one member passes those between without being meant for them', () => {
    const [hop, ...rest] = routeTo(edgesOf('star', people(5)), 'a3', ['a1']);
    expect(rest).toEqual([]);
    expect(hop).toEqual({ to: 'a0', addressed: false, next: [{ to: 'a1', addressed: true, next: [] }] });
  });

  test('twin: without an edge there is no way', () => {
    const cut = edgesOf('star', people(4)).filter(([, to]) => to !== 'a2');
    expect(reached(routeTo(cut, 'a1', people(4))).sort()).toEqual(['a0', 'a3']);
  });
});
