import { expect, test } from 'vitest';
import { Problem } from '../../api/client.ts';
import type { StoredFile } from '../../api/models.ts';
import { type Chosen, fatesOf, nextBatch, size, spread } from './chosen.ts';
import type { SendOptions } from './send-files.ts';
import { createUploads } from './uploads.ts';

const stored = (name: string, bytes: number): StoredFile => ({
  id: `id of ${name}`,
  name,
  bytes,
  mediaType: 'text/plain',
  sha256: '',
  status: 'stored',
  error: null,
  createdAt: '2026-01-01T00:00:00.000Z',
});
const problem = (code: string, status: number) =>
  new Problem({
    code,
    status,
    title: 'No',
    detail: `because ${code}`,
    hint: 'Do this.',
    traceId: '',
    values: {},
  });
const file = (name: string, bytes = 3) => new File(['x'.repeat(bytes)], name);
const queued = (name: string, bytes = 3): Chosen => ({
  key: name,
  name,
  bytes,
  state: 'queued',
  sentBytes: 0,
});

/** A server that takes what is not called bad, and notes what it was sent. */
function server(answer: (files: readonly File[]) => void = () => {}) {
  const requests: Array<{ names: string[]; options: SendOptions }> = [];
  const send = async (files: readonly File[], options: SendOptions) => {
    requests.push({ names: files.map(({ name }) => name), options });
    answer(files);
    const bad = files.filter(({ name }) => name.includes('bad'));
    return {
      files: files.filter((each) => !bad.includes(each)).map((each) => stored(each.name, each.size)),
      failures: bad.map(({ name }) => ({ name, message: `${name} is bad`, hint: 'Choose another.' })),
    };
  };
  return { requests, uploads: createUploads(send) };
}
const states = (uploads: ReturnType<typeof createUploads>) =>
  uploads.get().map(({ name, state }) => [name, state]);

test('each file hears its own fate', async () => {
  const { uploads } = server();
  uploads.add([file('a'), file('bad'), file('b')]);
  await uploads.settled();
  expect(uploads.get()).toMatchObject([
    { name: 'a', state: 'stored', fileId: 'id of a' },
    { name: 'bad', state: 'refused', because: 'bad is bad', hint: 'Choose another.' },
    { name: 'b', state: 'stored', fileId: 'id of b' },
  ]);
});

test('at most 20 files, 8 MB and one of a name go in one request', async () => {
  const { uploads, requests } = server();
  uploads.add([...Array.from({ length: 45 }, (_, index) => file(`f${index}`)), file('f44')]);
  await uploads.settled();
  expect(requests.map(({ names }) => names.length)).toEqual([20, 20, 5, 1]);
  expect(nextBatch([queued('a', 7_000_000), queued('b', 2_000_000)]).map(({ name }) => name)).toEqual(['a']);
  expect(nextBatch([queued('big', 90_000_000), queued('b')]).map(({ name }) => name)).toEqual(['big']);
});

test('when the server is away the files wait, and go again under the same key', async () => {
  let isAway = true;
  const { uploads, requests } = server(() => {
    if (isAway) throw problem('client/unreachable', 0);
  });
  uploads.add([file('a'), file('b')]);
  await uploads.settled();
  expect(states(uploads)).toEqual([
    ['a', 'stopped'],
    ['b', 'stopped'],
  ]);
  isAway = false;
  uploads.again();
  await uploads.settled();
  expect(states(uploads).every(([, state]) => state === 'stored')).toBe(true);
  expect(new Set(requests.map(({ options }) => options.idempotencyKey)).size).toBe(1);
});

test('a refusal of all together is asked again one by one: only the guilty one is refused', async () => {
  const { uploads, requests } = server((files) => {
    if (files.some(({ name }) => name === 'odd')) throw problem('file/none-stored', 422);
  });
  uploads.add([file('a'), file('odd')]);
  await uploads.settled();
  expect(states(uploads)).toEqual([
    ['a', 'stored'],
    ['odd', 'refused'],
  ]);
  expect(requests).toHaveLength(3);
});

test('what can never be taken is not sent', async () => {
  const { uploads, requests } = server();
  const huge = file('huge');
  Object.defineProperty(huge, 'size', { value: 100_000_001 });
  uploads.add([huge, file('empty', 0)]);
  await uploads.settled();
  expect(states(uploads)).toEqual([
    ['huge', 'refused'],
    ['empty', 'refused'],
  ]);
  expect(requests).toEqual([]);
});

test('one that is removed on its way ends the request, and the others go again', async () => {
  let sent = 0;
  const uploads = createUploads((files, { signal }) => {
    sent += 1;
    if (sent > 1)
      return Promise.resolve({ files: files.map((each) => stored(each.name, each.size)), failures: [] });
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  uploads.add([file('a'), file('b')]);
  const [first] = uploads.get();
  uploads.remove(first?.key ?? '');
  await uploads.settled();
  expect(states(uploads)).toEqual([['b', 'stored']]);
});

test('a file that is stored is taken once', () => {
  const { uploads } = server();
  uploads.addStored([stored('a', 1)]);
  uploads.addStored([stored('a', 1), stored('b', 1)]);
  expect(uploads.get()).toHaveLength(2);
});

test('progress goes from file to file; the frame of the form counts for none', () => {
  expect([...spread([queued('a', 10), queued('b', 10)], 15).values()]).toEqual([10, 5]);
  expect([...spread([queued('a', 10), queued('b', 10)], 900).values()]).toEqual([10, 10]);
});

test('a file of which the answer says nothing is not called stored', () => {
  expect(fatesOf([queued('a')], { files: [], failures: [] }).get('a')?.state).toBe('stopped');
});

test('sizes read as people say them', () => {
  expect([0, 1, 999, 1_000, 7_430, 999_400, 999_600, 12_345_678].map(size)).toEqual([
    '0 bytes',
    '1 byte',
    '999 bytes',
    '1.0 kB',
    '7.4 kB',
    '999 kB',
    '1.0 MB',
    '12 MB',
  ]);
});
