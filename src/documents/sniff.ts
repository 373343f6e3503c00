import { CadreError } from '../platform/kernel/errors.ts';
import { type Entries, unpack } from './archive.ts';
import { countBroken } from './clean.ts';
import type { DocumentType } from './document.ts';

/** What a file is, by its content. The name decides only between kinds of plain text, which look alike. */
export type Sniffed = { warning?: string } & SniffedContent;

type SniffedContent =
  | { type: 'pdf'; bytes: Uint8Array }
  | { type: 'docx' | 'xlsx' | 'pptx'; entries: Entries }
  | { type: 'html' | 'eml'; bytes: Uint8Array; text: string }
  | { type: 'csv' | 'md' | 'txt' | 'json'; text: string };

const OFFICE_PARTS = { docx: 'word/', xlsx: 'xl/', pptx: 'ppt/' } as const;

/**
 * @throws CadreError `file/empty`, `file/unsupported`, `file/encrypted` (office file with a password),
 * and what `unpack` throws
 */
export async function sniff(name: string, bytes: Uint8Array): Promise<Sniffed> {
  if (bytes.length === 0) throw new CadreError('file/empty', { name });
  const container = containerOf(bytes);
  if (container === 'pdf') return { type: 'pdf', bytes };
  if (container === 'zip') return office(name, bytes);
  if (container === 'ole') return oldOffice(name, bytes);
  const { text, encoding, broken } = decode(bytes);
  // The signatures of binary files are trusted only where the content is binary: a text may begin with "BM" too.
  if (isBinary(text, broken)) throw await foreign(name, bytes);
  if (text.startsWith('{\\rtf')) throw new CadreError('file/unsupported', { name, type: 'rtf' });
  if (text.trim() === '') throw new CadreError('file/empty', { name });
  const type = textType(name, text);
  if (type === 'html' || type === 'eml') return { type, bytes, text };
  const doubtful =
    encoding === 'windows-1252' && (text.match(/[\u0080-\uffff]/g)?.length ?? 0) > text.length / 5;
  const warning =
    'The encoding of the text is not certain; it was read as Windows-1252. Save it as UTF-8 to be sure.';
  return { type, text, ...(doubtful && { warning }) };
}

/**
 * A first look at an upload, at its beginning only and without unpacking: refuses what can never be read.
 * @throws CadreError `file/empty`, `file/unsupported`
 */
export async function refuseForeign(name: string, bytes: Uint8Array): Promise<void> {
  if (bytes.length === 0) throw new CadreError('file/empty', { name });
  const container = containerOf(bytes);
  if (container === 'pdf' || container === 'ole') return;
  if (container === 'zip') {
    const claimed = claimedType(name);
    if (claimed || !/\.(zip|jar|apk|epub|od[tsp]|7z)$/i.test(name)) return;
    throw new CadreError('file/unsupported', {
      name,
      type: name.slice(name.lastIndexOf('.') + 1).toLowerCase(),
    });
  }
  const { text, broken } = decode(bytes.subarray(0, 4_096));
  if (isBinary(text, broken)) throw await foreign(name, bytes);
}

function containerOf(bytes: Uint8Array): 'pdf' | 'zip' | 'ole' | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 1_024));
  if (head.includes('%PDF-')) return 'pdf';
  if (head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4) return 'zip';
  return head.length >= 8 && head.readUInt32BE(0) === 0xd0cf11e0 ? 'ole' : undefined;
}

function isBinary(text: string, broken: number): boolean {
  return broken > Math.max(8, text.length / 50);
}

async function foreign(name: string, bytes: Uint8Array): Promise<CadreError> {
  const { fileTypeFromBuffer } = await import('file-type'); // rarely needed, and slow to load
  const known = await fileTypeFromBuffer(bytes.subarray(0, 4_100));
  return new CadreError('file/unsupported', { name, type: known?.ext ?? 'binary' });
}

function office(name: string, bytes: Uint8Array): Sniffed {
  const entries = unpack(name, bytes);
  for (const type of ['docx', 'xlsx', 'pptx'] as const) {
    if ([...entries.keys()].some((path) => path.startsWith(OFFICE_PARTS[type]) && path.endsWith('.xml'))) {
      return { type, entries };
    }
  }
  throw new CadreError('file/unsupported', { name, type: 'zip' });
}

/** Before 2007 and for passwords, office programs write another container. */
function oldOffice(name: string, bytes: Uint8Array): never {
  const encrypted = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes(
    Buffer.from('EncryptedPackage', 'utf16le'),
  );
  if (encrypted) throw new CadreError('file/encrypted', { name });
  throw new CadreError('file/unsupported', { name, type: 'doc/xls/ppt of before 2007' });
}

/** Decodes by byte-order mark, then UTF-8, then Windows-1252, which holds Latin-1 and never fails. */
export function decode(bytes: Uint8Array): { text: string; encoding: string; broken: number } {
  const encoding = encodingOf(bytes);
  const text = new TextDecoder(encoding).decode(bytes);
  return { text, encoding, broken: countBroken(text) };
}

function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  const sample = bytes.subarray(0, 2_000);
  const zeros = [0, 0];
  for (let i = 0; i < sample.length; i += 1) if (sample[i] === 0) zeros[i % 2]! += 1;
  const half = sample.length / 2;
  if (half >= 4 && zeros[1]! > half * 0.4 && zeros[0]! < half * 0.1) return 'utf-16le';
  if (half >= 4 && zeros[0]! > half * 0.4 && zeros[1]! < half * 0.1) return 'utf-16be';
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return 'utf-8';
  } catch {
    return mostlyUtf8(bytes) ? 'utf-8' : 'windows-1252';
  }
}

/** A UTF-8 text with a few damaged places is still UTF-8: it has more good sequences than bad ones. */
function mostlyUtf8(bytes: Uint8Array): boolean {
  const text = new TextDecoder('utf-8').decode(bytes.subarray(0, 200_000));
  const good = text.match(/[\u0080-\ufffc]/g)?.length ?? 0;
  const bad = text.match(/\ufffd/g)?.length ?? 0;
  return good > bad * 4;
}

const EXTENSIONS: Record<string, DocumentType> = {
  pdf: 'pdf',
  docx: 'docx',
  docm: 'docx',
  xlsx: 'xlsx',
  xlsm: 'xlsx',
  pptx: 'pptx',
  pptm: 'pptx',
  csv: 'csv',
  tsv: 'csv',
  html: 'html',
  htm: 'html',
  xhtml: 'html',
  md: 'md',
  markdown: 'md',
  txt: 'txt',
  text: 'txt',
  log: 'txt',
  json: 'json',
  jsonl: 'json',
  ndjson: 'json',
  eml: 'eml',
};

/** What the name claims, or undefined when it claims nothing that is known. */
export function claimedType(name: string): DocumentType | undefined {
  return EXTENSIONS[name.slice(name.lastIndexOf('.') + 1).toLowerCase()];
}

/** `From ann@example.org Mon Jan 1 00:00:00 2026`, before the first header. */
export const MAILBOX_LINE = /^From [^\n:]{0,200}\d\d:\d\d[^\n]{0,100}\n/;

function textType(name: string, text: string): 'csv' | 'html' | 'md' | 'txt' | 'json' | 'eml' {
  const claimed = claimedType(name);
  // Mailboxes put a line of their own before a message.
  const start = text.slice(0, 8_000).trimStart().replace(MAILBOX_LINE, '');
  if (/^(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*<(!doctype html|html|head|body)\b/i.test(start)) return 'html';
  if (looksLikeMail(start)) return 'eml';
  if (claimed === 'html' && /<\/?[a-z][a-z0-9]*[^>]*>/i.test(start)) return 'html';
  if (claimed === 'json') return 'json';
  if (claimed === 'eml' && /^[\w-]+[ \t]*:[^\n]*\n/.test(start)) return 'eml';
  if (claimed === 'csv' || claimed === 'md') return claimed;
  if (/^(\{\s*("|\})|\[\s*[[{"\d\]])/.test(start) && isJson(text)) return 'json';
  if (claimed === 'txt') return 'txt';
  if (/^#{1,6} \S/m.test(start) && /^([-*] |```|#{2,6} |\d+\. )/m.test(start)) return 'md';
  return looksLikeTable(start) ? 'csv' : 'txt';
}

function looksLikeMail(start: string): boolean {
  const [top = ''] = start.split(/\r?\n\r?\n/, 1);
  if (!/^[A-Za-z][\w-]*:/.test(top)) return false;
  const names = [...top.matchAll(/^([A-Za-z][\w-]*):/gm)].map((match) => match[1]!.toLowerCase());
  const marks = ['from', 'to', 'subject', 'date', 'received', 'message-id', 'mime-version', 'return-path'];
  const found = marks.filter((mark) => names.includes(mark));
  // A memo has From, To, Subject and Date too; only a real message has one of the technical headers.
  return (
    found.length >= 3 &&
    found.some((mark) => ['received', 'message-id', 'mime-version', 'return-path'].includes(mark))
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function looksLikeTable(start: string): boolean {
  const lines = start.split(/\r?\n/).slice(0, 20).filter(Boolean);
  return [',', ';', '\t', '|'].some((delimiter) => {
    const counts = lines.map((line) => line.split(delimiter).length);
    return lines.length >= 3 && counts[0]! >= 3 && counts.every((count) => count === counts[0]);
  });
}
