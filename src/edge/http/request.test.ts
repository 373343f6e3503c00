import { expect, test } from 'vitest';
import { z } from 'zod';
import { shapeOf } from '../../platform/kernel/operation.ts';
import { fromText, hashOfRequest, readBytes, UPLOADS_LIMIT_BYTES, withRoom } from './request.ts';

test('uploads under way share one room, and give their place back when they end or fail', async () => {
  const room = { heldBytes: 0 };
  let release = () => {};
  const first = withRoom(room, async (onUpload) => {
    onUpload(UPLOADS_LIMIT_BYTES - 10);
    await new Promise<void>((resolve) => {
      release = resolve;
    });
  });
  const second = withRoom(room, async (onUpload) => onUpload(11));
  await expect(second).rejects.toMatchObject({ code: 'request/too-many' });
  await withRoom(room, async (onUpload) => onUpload(10));
  release();
  await first;
  expect(room.heldBytes).toBe(0);
  await expect(
    withRoom(room, async (onUpload) => {
      onUpload(5);
      throw new Error('broken');
    }),
  ).rejects.toThrow('broken');
  expect(room.heldBytes).toBe(0);
});

test('a body without a length is counted as it comes, and one that lies about it too', async () => {
  const body = () => new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1_000)) });
  const request = (headers = {}) =>
    new Request('http://x', { method: 'POST', body: body(), headers, duplex: 'half' } as RequestInit);
  const tooLarge = { code: 'request/too-large' };
  await expect(readBytes(request(), 5_000)).rejects.toMatchObject(tooLarge);
  await expect(readBytes(request({ 'content-length': '10' }), 5_000)).rejects.toMatchObject(tooLarge);
});

test('text is read by the schema’s types; what does not fit stays text for the schema to refuse', () => {
  const shape = shapeOf(
    z.object({
      count: z.int().optional(),
      ratio: z.number().nullable(),
      loud: z.boolean(),
      name: z.string(),
      tags: z.array(z.string()),
      filter: z.object({ a: z.number() }),
      either: z.union([z.int(), z.enum(['low', 'high'])]),
    }),
  );
  const read = (name: string, ...texts: string[]) => fromText(texts, shape.get(name));
  expect(read('count', '12')).toBe(12);
  expect(read('count', '1e3')).toBe('1e3');
  expect(read('ratio', '-0.5')).toBe(-0.5);
  expect(read('loud', 'true')).toBe(true);
  expect(read('loud', 'yes')).toBe('yes');
  expect(read('name', '12')).toBe('12');
  expect(read('tags', 'a')).toEqual(['a']);
  expect(read('filter', '{"a":1}')).toEqual({ a: 1 });
  expect(read('unknown', '1')).toBe('1');
});

test('requests that ask the same have one hash, whatever the order of their keys', () => {
  const file = (text: string) => ({ files: [{ name: 'a', bytes: new TextEncoder().encode(text) }] });
  expect(hashOfRequest('POST', '/a', { x: 1, y: [1, { p: 1, q: 2 }] })).toBe(
    hashOfRequest('POST', '/a', { y: [1, { q: 2, p: 1 }], x: 1 }),
  );
  expect(hashOfRequest('POST', '/a', { x: 1 })).not.toBe(hashOfRequest('POST', '/b', { x: 1 }));
  expect(hashOfRequest('POST', '/a', { x: [1, 2] })).not.toBe(hashOfRequest('POST', '/a', { x: [2, 1] }));
  expect(hashOfRequest('POST', '/a', file('one'))).not.toBe(hashOfRequest('POST', '/a', file('two')));
});
