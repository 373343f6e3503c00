import { Unzip, UnzipInflate, UnzipPassThrough, zipSync } from 'fflate';
import { CadreError } from '../platform/kernel/errors.ts';
import { messageOf } from '../platform/kernel/json.ts';
import { MAX_ENTRIES, MAX_RATIO, MAX_UNPACKED_BYTES, RATIO_FREE_BYTES } from './limits.ts';

/**
 * Office files are zip archives. They are unpacked here and nowhere else: bytes are counted while they come out,
 * since the sizes an archive declares can lie. Only XML is unpacked; pictures and embedded files stay closed,
 * so nesting is one level. What other libraries get is packed again from what was counted.
 */
export type Entries = Map<string, Uint8Array>;

/** So small that even at deflate's greatest growth (1,032:1) one push makes no more than 17 MB. */
const PUSH_BYTES = 16_384;

/**
 * @throws CadreError `file/bomb` (too many bytes, too great a growth, too many entries),
 * `file/unreadable` (damaged archive, document type definition in an XML entry)
 */
export function unpack(name: string, bytes: Uint8Array): Entries {
  const entries: Entries = new Map();
  let total = 0;
  // Kept aside and thrown after each push: the library turns what a callback throws into an error of its own.
  let failure: unknown;
  const unzip = new Unzip((file) => {
    if (entries.size >= MAX_ENTRIES) failure ??= bomb(name, `more than ${MAX_ENTRIES} entries`);
    if (failure) return;
    entries.set(file.name, new Uint8Array());
    if (!/\.(xml|rels)$/i.test(file.name)) return;
    const chunks: Uint8Array[] = [];
    file.ondata = (error, chunk, final) => {
      failure ??= error;
      if (failure) return;
      total += chunk.length;
      if (total > MAX_UNPACKED_BYTES) failure = bomb(name, `more than ${MAX_UNPACKED_BYTES} bytes`);
      else if (total > RATIO_FREE_BYTES && total > bytes.length * MAX_RATIO) {
        failure = bomb(name, `more than ${MAX_RATIO} times its size`);
      } else chunks.push(chunk);
      if (final) entries.set(file.name, Buffer.concat(chunks));
    };
    file.start();
  });
  unzip.register(UnzipInflate);
  unzip.register(UnzipPassThrough);
  try {
    // The list of entries stands at the end; without it the archive was cut off.
    if (!Buffer.from(bytes.subarray(-65_600)).includes('PK\u0005\u0006'))
      failure = new Error('its end is missing');
    for (let at = 0; at < bytes.length && !failure; at += PUSH_BYTES) {
      unzip.push(bytes.subarray(at, at + PUSH_BYTES), at + PUSH_BYTES >= bytes.length);
    }
    if (failure) throw failure;
  } catch (cause) {
    if (cause instanceof CadreError) throw cause;
    const detail = `its archive is damaged (${messageOf(cause)})`;
    throw new CadreError('file/unreadable', { name, detail }, { cause });
  }
  for (const [entry, content] of entries) refuseDefinitions(name, entry, content);
  return entries;
}

/** The entries as an archive that grows by nothing when it is opened. */
export function repack(entries: Entries): Uint8Array {
  return zipSync(Object.fromEntries(entries), { level: 0 });
}

/** The text of an XML entry, or undefined when it is absent. */
export function entryText(entries: Entries, path: string): string | undefined {
  const content = entries.get(path);
  if (!content) return undefined;
  const encoding =
    content[0] === 0xff && content[1] === 0xfe ? 'utf-16le' : content[0] === 0xfe ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(content);
}

/** No office program writes a DTD; it only serves to fetch or to multiply. */
function refuseDefinitions(name: string, entry: string, content: Uint8Array): void {
  const buffer = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const wide = Buffer.from('<!DOCTYPE', 'utf16le');
  if (buffer.includes('<!DOCTYPE') || buffer.includes(wide) || buffer.includes(wide.subarray(1))) {
    throw new CadreError('file/unreadable', { name, detail: `${entry} holds a document type definition` });
  }
}

function bomb(name: string, detail: string): CadreError {
  return new CadreError('file/bomb', { name, detail });
}
