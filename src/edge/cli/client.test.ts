import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KEYS, type NotesHouse, noteOperations, notesHouse } from '../../../test/support/door.ts';
import { type HttpServer, serveHttp } from '../http/server.ts';
import type { Client } from './client.ts';
import { httpClient } from './http-client.ts';
import { localClient } from './local-client.ts';

let house: NotesHouse;
let server: HttpServer | undefined;
let client: Client;

const ways: Record<string, () => Promise<Client>> = {
  'in this process': async () => localClient(house, noteOperations, 'home', async () => {}),
  'over HTTP': async () => {
    server = await serveHttp(house, noteOperations);
    return httpClient(server.url, KEYS.owner, noteOperations);
  },
};

describe.each(Object.entries(ways))('a client %s', (_name, make) => {
  beforeEach(async () => {
    house = notesHouse();
    client = await make();
  });
  afterEach(async () => {
    await client.close();
    await server?.close();
    server = undefined;
  });

  test('calls operations by name, with path, query and body', async () => {
    const made = await client.call('notes.create', { text: 'hello' });
    expect(made).toEqual({ id: 'note-1', text: 'hello', count: 1, secret: 'shown-once' });
    expect(await client.call('notes.show', { id: 'note-1' })).toMatchObject({ text: 'hello' });
    const list = await client.call('notes.list', { limit: 5, loud: false, words: ['a', 'b'], title: '7' });
    expect(list).toMatchObject({ asked: { limit: 5, loud: false, words: ['a', 'b'], title: '7' } });
  });

  test('throws the operation’s own error with its values', async () => {
    await expect(client.call('notes.show', { id: 'no/such note' })).rejects.toMatchObject({
      code: 'task/not-found',
      values: { id: 'no/such note' },
    });
    await expect(client.call('notes.create', {})).rejects.toMatchObject({ code: 'request/invalid' });
    await expect(client.call('notes.nothing', {})).rejects.toMatchObject({ code: 'request/not-found' });
  });

  test('uploads files with fields beside them', async () => {
    const file = (name: string, text: string) => ({
      name,
      mediaType: 'text/plain',
      bytes: Buffer.from(text),
    });
    const files = [file('a.txt', 'abc'), file('mémo "2".txt', 'defg')];
    const answer = await client.call('notes.attach', { id: 'n', count: 3 }, { files });
    expect(answer).toEqual({ got: ['a.txt:3', 'mémo "2".txt:4'], count: 3 });
  });

  test('follows events after an id', async () => {
    const seen: string[] = [];
    for await (const item of client.follow('notes.follow', { after: '1' }, new AbortController().signal)) {
      seen.push(`${item.id} ${item.event} ${JSON.stringify(item.data)}`);
    }
    expect(seen).toEqual([
      '2 note.written {"number":2,"tenant":"tenant-a"}',
      '3 note.written {"number":3,"tenant":"tenant-a"}',
    ]);
  });

  test('stops following when told', async () => {
    const stop = new AbortController();
    let count = 0;
    const following = (async () => {
      for await (const _ of client.follow('notes.follow', { to: 100 }, stop.signal)) {
        count += 1;
        if (count === 100) setTimeout(() => stop.abort(), 10);
      }
    })();
    await following.catch((error) => expect(String(error)).toContain('left'));
    expect(count).toBe(100);
    await expect.poll(() => house.ended).toEqual(['tenant-a']);
  });

  test('says whether writes reach the disk', async () => {
    await client.checkReady();
    house.writable.is = false;
    await expect(client.checkReady()).rejects.toMatchObject({ code: 'store/unavailable' });
  });

  test('downloads the bytes of a file', async () => {
    const { mediaType, bytes } = await client.download('notes.content', { id: 'note-1' });
    expect(mediaType).toBe('text/html');
    expect(Buffer.from(bytes).toString()).toBe('<script>alert(1)</script>');
  });
});

describe('a client over HTTP only', () => {
  beforeEach(() => {
    house = notesHouse();
  });

  test('repeats a call under the same Idempotency-Key without doing it twice', async () => {
    const client = await ways['over HTTP']!();
    for (let time = 0; time < 3; time += 1) {
      await client.call('notes.create', { text: 'once' }, { idempotencyKey: 'k' });
    }
    expect(house.created.count).toBe(1);
    await client.close();
    await server?.close();
  });

  test('says so when nobody answers, when the key is wrong and when the answer is no JSON', async () => {
    const nobody = httpClient('http://127.0.0.1:9', KEYS.owner, noteOperations);
    await expect(nobody.call('notes.list', {})).rejects.toMatchObject({ code: 'server/unreachable' });
    const following = nobody.follow('notes.follow', {}, new AbortController().signal);
    await expect(following[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'server/unreachable',
    });
    server = await serveHttp(house, noteOperations);
    const wrong = httpClient(server.url, 'nonsense', noteOperations);
    await expect(wrong.call('notes.list', {})).rejects.toMatchObject({ code: 'auth/invalid' });
    await wrong.close();
    await server.close();
    server = undefined;
  });
});
