import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDocx, makePdf, setLines, wordParagraph } from '../../test/support/documents.ts';
import { addTenant, createTestDatabase, onEveryStore, type TestDatabase } from '../../test/support/stores.ts';
import { createLocalBus } from '../platform/bus/local.ts';
import { createEventLog, type EventLog } from '../platform/events/events.ts';
import { type ChildCall, type Children, createChildren } from '../platform/kernel/child.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import { newId } from '../platform/kernel/ids.ts';
import type { BytesAnswer, Caller, Role, UploadedFile } from '../platform/kernel/operation.ts';
import { sha256 } from '../platform/kernel/random.ts';
import type { Store } from '../platform/store/transaction.ts';
import { createDesk } from './desk.ts';
import type { DocumentText } from './document.ts';
import type { FileView } from './file.ts';
import { fileOperations } from './operations.ts';
import type { UploadResult } from './upload.ts';

const file = (name: string, content: string | Uint8Array): UploadedFile => ({
  name,
  mediaType: 'x/claimed',
  bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content,
});
const LETTER = 'Dear Ms Miller,\n\nAcme GmbH will pay EUR 1,200 on 14 March 2026.\n';

onEveryStore('files', (dialect) => {
  let database: TestDatabase;
  let store: Store;
  let events: EventLog;
  let children: Children;
  let calls: ChildCall[];
  let tenantId: string;
  let otherId: string;

  beforeAll(async () => {
    database = await createTestDatabase(dialect);
    store = await database.open();
    events = createEventLog(store, createLocalBus());
    const pool = createChildren({ size: 2, memoryMb: 512, confined: true });
    calls = [];
    children = {
      run(call) {
        calls.push(call);
        return pool.run(call);
      },
      close: () => pool.close(),
    };
    tenantId = await addTenant(store);
    otherId = await addTenant(store, 'other');
  });
  afterAll(async () => {
    await children.close();
    await store.close();
    await database.drop();
  });

  const callerOf = (id: string, role: Role = 'owner'): Caller => ({
    tenantId: id,
    actor: { kind: 'key', id: 'k', name: 'test' },
    role,
    traceId: 't',
    signal: new AbortController().signal,
  });

  async function call<T>(name: string, input: unknown, caller = callerOf(tenantId)): Promise<T> {
    const found = fileOperations.find((operation) => operation.name === name);
    if (!found) throw new Error(`no operation ${name}`);
    const output = await found.run({ store, events, children }, caller, input);
    return found.output.parse(output) as T;
  }
  const codeOf = (work: Promise<unknown>) =>
    work.then(
      () => 'none',
      (error: unknown) => (error instanceof CadreError ? error.code : String(error)),
    );
  const upload = (...files: UploadedFile[]) => call<UploadResult>('files.upload', { files });
  async function uploadOne(name: string, content: string | Uint8Array): Promise<FileView> {
    const { files } = await upload(file(name, content));
    return files[0]!;
  }

  describe('upload', () => {
    it('keeps the bytes to the last one, also over several chunks, with hash, type and name', async () => {
      const bytes = Uint8Array.from({ length: 2_500_000 }, (_, index) => 97 + ((index * 31) % 25));
      const stored = await uploadOne('big.txt', bytes);
      expect(stored).toMatchObject({
        name: 'big.txt',
        mediaType: 'text/plain',
        bytes: 2_500_000,
        sha256: sha256(bytes),
        status: 'stored',
        error: null,
      });
      const content = await call<BytesAnswer>('files.content', { id: stored.id });
      expect(sha256(content.bytes)).toBe(stored.sha256);
      expect(content).toMatchObject({ name: 'big.txt', mediaType: 'text/plain' });
      expect(await call('files.get', { id: stored.id })).toEqual(stored);
    });

    it('stores 18 of 20 and names the two that cannot be kept; twin: all sound ones give no failure', async () => {
      const sound = Array.from({ length: 18 }, (_, index) => file(`note-${index}.txt`, `Note ${index}.`));
      const png = Buffer.concat([
        Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
        new Uint8Array(200),
      ]);
      const tooLarge = file('huge.txt', new Uint8Array(100_000_001).fill(97));
      const result = await upload(...sound, file('picture.txt', png), tooLarge);
      expect(result.partial).toBe(true);
      expect(result.files).toHaveLength(18);
      expect(result.failures.map(({ name, code }) => [name, code])).toEqual([
        ['picture.txt', 'file/unsupported'],
        ['huge.txt', 'file/too-large'],
      ]);
      expect(await upload(...sound)).toMatchObject({ partial: false, failures: [] });
    });

    it('refuses when nothing can be stored, too many files, none, and what did not come as bytes', async () => {
      expect(await codeOf(upload(file('a.txt', '')))).toBe('file/empty');
      expect(await codeOf(upload(file('a.txt', ''), file('b.zip', makeDocx(''))))).toBe('file/none-stored');
      expect(await codeOf(upload(...Array.from({ length: 21 }, (_, i) => file(`${i}.txt`, 'x'))))).toBe(
        'file/too-many',
      );
      expect(await codeOf(upload())).toBe('request/invalid');
      expect(await codeOf(call('files.upload', { files: [{ name: 'a', bytes: 'text' }] }))).toBe(
        'request/invalid',
      );
      expect(
        await codeOf(call('files.upload', { files: [file('a.txt', 'x')] }, callerOf(tenantId, 'viewer'))),
      ).toBe('auth/forbidden');
    });

    it.each([
      ['../../etc/passwd', 'passwd'],
      ['C:\\Users\\ann\\plan.txt', 'plan.txt'],
      ['..', 'file'],
      ['.hidden.md', 'hidden.md'],
      ['in\u202evoice\u0000\n.txt', 'invoice .txt'],
      [`${'x'.repeat(300)}.docx`, `${'x'.repeat(250)}.docx`],
      ['', 'file'],
    ])('cleans the name %j', async (name, shown) => {
      expect((await uploadOne(name, 'Hello.')).name).toBe(shown);
    });
  });

  describe('reading', () => {
    it('reads in a child once, keeps the text, and shows how far the file is', async () => {
      const stored = await uploadOne('letter.pdf', makePdf([setLines(['The harbour opens in May.'])]));
      const before = calls.length;
      const text = await call<DocumentText>('files.text', { id: stored.id });
      expect(text).toMatchObject({ name: 'letter.pdf', type: 'pdf', text: 'The harbour opens in May.' });
      expect(await call('files.text', { id: stored.id })).toEqual(text);
      expect(calls.slice(before).map(({ name }) => name)).toEqual(['parse']);
      expect((await call<FileView>('files.get', { id: stored.id })).status).toBe('read');
    });

    it('finds entities at their places, by kind when asked', async () => {
      const stored = await uploadOne('letter.txt', LETTER);
      const found = await call<{ items: Array<{ kind: string; text: string; start: number; end: number }> }>(
        'files.entities',
        { id: stored.id },
      );
      const { text } = await call<DocumentText>('files.text', { id: stored.id });
      expect(found.items.length).toBeGreaterThan(1);
      for (const item of found.items) expect(text.slice(item.start, item.end)).toBe(item.text);
      const dates = await call<typeof found>('files.entities', { id: stored.id, kind: 'date' });
      expect(dates.items.map((item) => item.text)).toEqual(['14 March 2026']);
      expect((await call<FileView>('files.get', { id: stored.id })).status).toBe('analyzed');
    });

    it('keeps why a file could not be read, and reads the others', async () => {
      const bomb = await uploadOne('bomb.docx', makeDocx('', { 'word/x.xml': new Uint8Array(50_000_000) }));
      const sound = await uploadOne('sound.docx', makeDocx(wordParagraph('All is well.')));
      expect(await codeOf(call('files.text', { id: bomb.id }))).toBe('file/bomb');
      const shown = await call<FileView>('files.get', { id: bomb.id });
      expect(shown).toMatchObject({ status: 'failed', error: { code: 'file/bomb' } });
      const desk = createDesk({ store, events, children });
      const { materials, unreadable } = await desk.load(tenantId, [bomb.id, sound.id, sound.id]);
      expect(materials.map(({ fileId, document }) => [fileId, document.text])).toEqual([
        [sound.id, 'All is well.'],
      ]);
      expect(unreadable).toEqual([
        { fileId: bomb.id, name: 'bomb.docx', detail: expect.stringContaining('unpacks') },
      ]);
    });

    it('takes up a retry at the stage that failed', async () => {
      const stored = await uploadOne('letter.txt', LETTER);
      const broken = createDesk({
        store,
        events,
        children: {
          run: (one) =>
            one.name === 'analyze'
              ? Promise.reject(new CadreError('child/crashed', { detail: 'SIGKILL' }))
              : children.run(one),
          close: async () => {},
        },
      });
      expect(await codeOf(broken.analyze(tenantId, stored.id))).toBe('child/crashed');
      expect((await call<FileView>('files.get', { id: stored.id })).status).toBe('failed');
      const before = calls.length;
      const summary = await createDesk({ store, events, children }).analyze(tenantId, stored.id);
      expect(calls.slice(before).map(({ name }) => name)).toEqual(['analyze']);
      expect(summary.mentions.date).toBe(1);
      expect((await call<FileView>('files.get', { id: stored.id })).status).toBe('analyzed');
    });

    it('does not hold a stopped reading against the file', async () => {
      const stored = await uploadOne('letter.txt', LETTER);
      const stop = new AbortController();
      stop.abort(new Error('terminated'));
      const desk = createDesk({ store, events, children });
      await expect(desk.read(tenantId, stored.id, stop.signal)).rejects.toThrow('terminated');
      expect((await call<FileView>('files.get', { id: stored.id })).status).toBe('stored');
      expect(await desk.read(tenantId, stored.id)).toMatchObject({
        type: 'txt',
        characters: expect.any(Number),
      });
    });

    it('tells each stage to the event log', async () => {
      const stored = await uploadOne('letter.txt', LETTER);
      await createDesk({ store, events, children }).analyze(tenantId, stored.id);
      // On PostgreSQL an event shows when no older transaction runs, also of other tests on the same server.
      const own = async () => {
        const log = await events.read({ tenantId }, undefined, 500);
        return log.filter(({ data }) => data.fileId === stored.id).map(({ type }) => type);
      };
      await expect.poll(own, { timeout: 20_000 }).toEqual(['file.stored', 'file.read', 'file.analyzed']);
    });
  });

  describe('tenants', () => {
    it('see their own files only; a foreign and an absent id give the same answer', async () => {
      const stored = await uploadOne('secret.txt', 'Secret.');
      const foreign = callerOf(otherId);
      for (const name of ['files.get', 'files.content', 'files.text', 'files.entities']) {
        expect(await codeOf(call(name, { id: stored.id }, foreign))).toBe('file/not-found');
        expect(await codeOf(call(name, { id: newId() }, foreign))).toBe('file/not-found');
      }
      await call('files.text', { id: stored.id });
      expect(await codeOf(call('files.text', { id: stored.id }, foreign))).toBe('file/not-found');
      expect(await call('files.list', {}, foreign)).toEqual({ items: [], nextCursor: null });
    });

    it('list by pages, newest first, without gap or repetition', async () => {
      const names: string[] = [];
      const caller = callerOf(await addTenant(store, 'lister'));
      for (let i = 0; i < 5; i += 1) await call('files.upload', { files: [file(`${i}.txt`, 'x')] }, caller);
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page: { items: FileView[]; nextCursor: string | null } = await call(
          'files.list',
          { limit: '2', ...(cursor && { cursor }) },
          caller,
        );
        names.push(...page.items.map(({ name }) => name));
        cursor = page.nextCursor;
      }
      expect(names).toEqual(['4.txt', '3.txt', '2.txt', '1.txt', '0.txt']);
      expect(await codeOf(call('files.list', { cursor: 'x' }, caller))).toBe('request/bad-cursor');
    });
  });
});
