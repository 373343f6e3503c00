import { expect, test } from 'vitest';
import { type Box, groupsOf, layoutTeam, type Member, MOST_SINGLE } from './team-layout.ts';

const operator = (index: number, capabilities = ['documents.read'], name = `Reader ${index}`): Member => ({
  id: `o${index}`,
  name,
  role: 'operator',
  capabilities,
});
const chief: Member = { id: 'c', name: 'Chief', role: 'chief', capabilities: [] };
const operators = (count: number) => Array.from({ length: count }, (_, index) => operator(index));

const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

test.each([
  [1, 320],
  [1, 1080],
  [7, 320],
  [7, 700],
  [7, 1080],
  [14, 1080],
  [14, 90],
  [60, 320],
  [60, 1080],
  [400, 700],
])('%i operators on %i px stand apart, inside the picture, each with a line', (count, width) => {
  const mixed = operators(count).map((each, index) => ({ ...each, capabilities: [`skill.${index % 9}`] }));
  const { nodes, height } = layoutTeam([chief, ...mixed], width);
  for (const [index, { box, line, ids }] of nodes.entries()) {
    expect(box.x).toBeGreaterThanOrEqual(-0.01);
    expect(box.x + box.width).toBeLessThanOrEqual(width + 0.01);
    expect(box.y + box.height).toBeLessThanOrEqual(height);
    expect(Boolean(line)).toBe(!ids.includes('c'));
    for (const other of nodes.slice(index + 1)) expect(overlap(box, other.box)).toBe(false);
  }
  expect(nodes.flatMap(({ ids }) => ids).sort()).toEqual([chief, ...mixed].map(({ id }) => id).sort());
});

test('the overlap that the test above refuses is seen', () => {
  const { nodes } = layoutTeam([chief, operator(1)], 600);
  const [first] = nodes;
  expect(first && overlap(first.box, { ...first.box, x: first.box.x + 1 })).toBe(true);
});

test('a line ends at the middle of the top of its box and never crosses a box on its way', () => {
  const { nodes } = layoutTeam([chief, ...operators(11)], 700);
  const rows = [...new Set(nodes.map(({ box }) => box.y))];
  expect(rows.length).toBeGreaterThan(3);
  let straight = 0;
  for (const { line = '', box } of nodes) {
    if (!line) continue;
    expect(
      line.endsWith(`${Math.round((box.x + box.width / 2) * 10) / 10} ${Math.round(box.y * 10) / 10}`),
    ).toBe(true);
    // Straight parts go down between boxes: their x lies in no box of the rows they pass.
    for (const [, x = '', bottom = ''] of line.matchAll(/(\d+(?:\.\d)?) \d+(?:\.\d)?V(\d+(?:\.\d)?)/g)) {
      straight += 1;
      const passed = nodes.filter((node) => Math.abs(node.box.y + node.box.height - Number(bottom)) < 0.1);
      expect(passed.some((node) => Number(x) > node.box.x && Number(x) < node.box.x + node.box.width)).toBe(
        false,
      );
    }
  }
  expect(straight).toBeGreaterThan(5);
});

test('up to fourteen operators stand alone, more fold into groups of those that can do the same', () => {
  expect(layoutTeam([chief, ...operators(MOST_SINGLE)], 1_000).nodes).toHaveLength(MOST_SINGLE + 1);
  const folded = layoutTeam(
    [chief, ...operators(MOST_SINGLE), operator(99, ['text.translate'], 'Translator')],
    1_000,
  );
  expect(folded.nodes.map(({ kind, label, ids }) => [kind, label, ids.length])).toEqual([
    ['agent', 'Chief', 1],
    ['group', 'Reader', MOST_SINGLE],
    ['agent', 'Translator', 1],
  ]);
});

test('a group is named by its common name, else by what it can do; small ones end up together', () => {
  const two = [operator(1, ['x.y'], 'Ada'), operator(2, ['x.y'], 'Bo')];
  expect(groupsOf(two)[0]?.label).toBe('x.y');
  expect(groupsOf([operator(1, [], 'Ada'), operator(2, [], 'Bo')])[0]?.label).toBe('Without a capability');
  const many = operators(40).map((each, index) => ({ ...each, capabilities: [`skill.${index}`] }));
  const groups = groupsOf(many, 12);
  expect(groups).toHaveLength(12);
  expect(groups.at(-1)).toMatchObject({ label: 'Others', kind: 'group' });
  expect(groups.at(-1)?.ids).toHaveLength(29);
});

test('without a chief there are no lines; without anybody there is nothing; several chiefs are one group', () => {
  expect(layoutTeam(operators(3), 800).nodes.every(({ line }) => line === undefined)).toBe(true);
  expect(layoutTeam([], 800)).toEqual({ height: 0, nodes: [] });
  const { nodes } = layoutTeam([chief, { ...chief, id: 'd' }, operator(1)], 800);
  expect(nodes[0]).toMatchObject({ kind: 'group', label: 'Chiefs', ids: ['c', 'd'] });
});
