import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readEvents } from './event-stream.ts';

const WHOLE =
  ': connected\n\nevent: a.b\ndata: {"n":1,"t":"é…"}\nid: 1-1\n\n: alive\n\ndata: [1,\ndata: 2]\nid: 2\n\nevent: cut\ndata: {"lost"';

test('events come out whole however the bytes were cut; comments and an unfinished end do not', async () => {
  const bytes = new TextEncoder().encode(WHOLE);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 12 }), async (cuts) => {
      const borders = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      async function* chunks() {
        for (let i = 1; i < borders.length; i += 1) yield bytes.slice(borders[i - 1], borders[i]);
      }
      const seen = [];
      for await (const item of readEvents(chunks())) seen.push(item);
      expect(seen).toEqual([
        { id: '1-1', event: 'a.b', data: { n: 1, t: 'é…' } },
        { id: '2', event: 'message', data: [1, 2] },
      ]);
    }),
    { seed: 3, numRuns: 200 },
  );
});
