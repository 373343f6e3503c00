import { expect, it } from 'vitest';
import { parseDocument } from '../parse.ts';

const SOURCE = `---
title: Site notes
author: Daniel Okafor
---
# Week 43

The **pontoon** comes
on Friday.

## Costs ##

| Item | Cost |
|:-----|-----:|
| Steel \\| iron | 1,200 |
| Sand |  |

- first
  goes on
- [x] second

> Said by Ann.

\`\`\`sh
# not a heading
\`\`\`

Setext
------
Last.
`;
const read = (text: string) => parseDocument({ name: 'a.md', bytes: new TextEncoder().encode(text) });

it('keeps the source, with only the line ends inside paragraphs turned into spaces', async () => {
  const { text } = await read(SOURCE);
  expect(text).toHaveLength(SOURCE.length);
  expect(text).toContain('The **pontoon** comes on Friday.');
  const differing = [...text].filter((sign, index) => sign !== SOURCE[index]);
  expect(differing).toEqual([' ', ' ']);
});

it('marks headings, items, rows, code, fields and tables', async () => {
  const { text, segments, tables, meta } = await read(SOURCE);
  const found = segments.map(
    ({ kind, label, start, end }) => `${kind} ${label ?? ''}: ${text.slice(start, end)}`,
  );
  expect(found).toEqual([
    'field title: title: Site notes',
    'field author: author: Daniel Okafor',
    'heading h1: Week 43',
    'paragraph : The **pontoon** comes on Friday.',
    'heading h2: Costs',
    'row : | Item | Cost |',
    'row : | Steel \\| iron | 1,200 |',
    'row : | Sand |  |',
    'item : first   goes on',
    'item : second',
    'paragraph : Said by Ann.',
    'code : # not a heading',
    'heading h1: Setext',
    'paragraph : Last.',
  ]);
  expect(
    tables.map(({ name, columns, rows }) => [
      name,
      columns.map((cell) => cell.text),
      rows.map((row) => row.map((cell) => cell.text)),
    ]),
  ).toEqual([
    [
      'Costs',
      ['Item', 'Cost'],
      [
        ['Steel \\| iron', '1,200'],
        ['Sand', ''],
      ],
    ],
  ]);
  expect(meta).toEqual({ title: 'Site notes', author: 'Daniel Okafor' });
});
