import { z } from 'zod';
import type { EventLog } from '../platform/events/events.ts';
import type { Children } from '../platform/kernel/child.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import {
  type BytesAnswer,
  type Operation,
  operation,
  type UploadedFile,
} from '../platform/kernel/operation.ts';
import { selectContent, selectFile, selectFiles } from '../platform/store/files.ts';
import type { FileRow } from '../platform/store/schema.ts';
import type { Store } from '../platform/store/transaction.ts';
import { pageById, pageOf } from '../tenants/page.ts';
import { analyzeFile } from './analyze.ts';
import { DOCUMENT_TYPES, ENTITY_KINDS } from './document.ts';
import { fileSchema, toFile } from './file.ts';
import { readFile } from './read.ts';
import { uploadFiles } from './upload.ts';

export interface FileNeeds {
  store: Store;
  events: EventLog;
  children: Children;
}

const EXAMPLE_ID = '01941f29-7c00-7000-8000-000000000001';
const byId = z.object({ id: z.string().min(1).max(100) });
/** Bytes never come in JSON: only the multipart door makes these. */
const uploaded = z.custom<UploadedFile>(
  (value) => (value as UploadedFile | null)?.bytes instanceof Uint8Array,
);
const place = { start: z.int(), end: z.int(), page: z.int().optional() };
const cell = z.object({ text: z.string(), start: z.int(), end: z.int() });

const documentSchema = z.object({
  name: z.string(),
  type: z.enum(DOCUMENT_TYPES),
  text: z.string(),
  segments: z.array(z.object({ kind: z.string(), ...place, label: z.string().optional() })),
  tables: z.array(z.object({ name: z.string(), columns: z.array(cell), rows: z.array(z.array(cell)) })),
  meta: z.object({
    title: z.string().optional(),
    author: z.string().optional(),
    date: z.string().optional(),
    from: z.string().optional(),
    to: z.string().optional(),
    subject: z.string().optional(),
    pages: z.int().optional(),
  }),
  warnings: z.array(z.string()),
});

const mentionSchema = z.object({
  kind: z.enum(ENTITY_KINDS),
  text: z.string(),
  ...place,
  confidence: z.number(),
  value: z.union([z.string(), z.object({ number: z.number(), unit: z.string() })]).optional(),
});

/** What people can do with files. */
export const fileOperations: Operation<FileNeeds>[] = [
  operation({
    name: 'files.upload',
    summary:
      'Stores 1 to 20 files of at most 100 MB. Files that cannot be kept are named; the others are stored.',
    route: { method: 'POST', path: '/files', status: 201, partialStatus: 207, body: 'multipart' },
    input: z.object({ files: z.array(uploaded).min(1) }),
    output: z.object({
      files: z.array(fileSchema),
      failures: z.array(
        z.object({ name: z.string(), code: z.string(), message: z.string(), hint: z.string() }),
      ),
      partial: z.boolean(),
    }),
    permission: 'operator',
    effect: 'write',
    example: {
      files: [{ name: 'note.txt', mediaType: 'text/plain', bytes: new TextEncoder().encode('Hello.') }],
    },
    run: (needs: FileNeeds, caller, { files }) => uploadFiles(needs, caller, files),
  }),
  operation({
    name: 'files.list',
    summary: 'Lists files, newest first.',
    route: { method: 'GET', path: '/files' },
    input: z.object({
      cursor: z.string().max(200).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    output: pageOf(fileSchema),
    permission: 'viewer',
    effect: 'read',
    example: { limit: 20 },
    run: ({ store }: FileNeeds, caller, page) =>
      pageById(page, (rows) => store.read(caller.tenantId, (tx) => selectFiles(tx, rows)), toFile),
  }),
  operation({
    name: 'files.get',
    summary: 'Shows a file: name, size, hash, how far it has come and why not further.',
    route: { method: 'GET', path: '/files/{id}' },
    input: byId,
    output: fileSchema,
    permission: 'viewer',
    effect: 'read',
    example: { id: EXAMPLE_ID },
    run: async (needs: FileNeeds, caller, { id }) => toFile(await find(needs, caller.tenantId, id)),
  }),
  operation({
    name: 'files.content',
    summary: 'The bytes of a file as they were uploaded.',
    route: { method: 'GET', path: '/files/{id}/content', answer: 'bytes' },
    input: byId,
    output: z.custom<BytesAnswer>((value) => (value as BytesAnswer | null)?.bytes instanceof Uint8Array),
    permission: 'viewer',
    effect: 'read',
    example: { id: EXAMPLE_ID },
    async run(needs: FileNeeds, caller, { id }) {
      const file = await find(needs, caller.tenantId, id);
      const bytes = await needs.store.read(caller.tenantId, (tx) => selectContent(tx, file));
      return { name: file.name, mediaType: file.media_type, bytes };
    },
  }),
  operation({
    name: 'files.text',
    summary: 'The text of a file with its parts, tables and warnings; the file is read when it was not yet.',
    route: { method: 'GET', path: '/files/{id}/text' },
    input: byId,
    output: documentSchema,
    permission: 'viewer',
    effect: 'read',
    example: { id: EXAMPLE_ID },
    run: (needs: FileNeeds, caller, { id }) =>
      readFile(needs, { tenantId: caller.tenantId, fileId: id, signal: caller.signal }),
  }),
  operation({
    name: 'files.entities',
    summary:
      'Language, class and entities of a file, each with its place in the text; `kind` keeps one kind.',
    route: { method: 'GET', path: '/files/{id}/entities' },
    input: byId.extend({ kind: z.enum(ENTITY_KINDS).optional() }),
    output: z.object({
      language: z.object({ code: z.string(), confidence: z.number() }),
      class: z.object({ name: z.string(), confidence: z.number() }),
      items: z.array(mentionSchema),
      keyPhrases: z.array(z.object({ phrase: z.string(), score: z.number(), count: z.int() })),
    }),
    permission: 'viewer',
    effect: 'read',
    example: { id: EXAMPLE_ID },
    async run(needs: FileNeeds, caller, { id, kind }) {
      const reference = { tenantId: caller.tenantId, fileId: id, signal: caller.signal };
      const { language, class: documentClass, mentions, keyPhrases } = await analyzeFile(needs, reference);
      const items = mentions.filter((mention) => kind === undefined || mention.kind === kind);
      return { language, class: documentClass, items, keyPhrases };
    },
  }),
];

async function find({ store }: FileNeeds, tenantId: string, id: string): Promise<FileRow> {
  const file = await store.read(tenantId, (tx) => selectFile(tx, id));
  if (!file) throw new CadreError('file/not-found', { id });
  return file;
}
