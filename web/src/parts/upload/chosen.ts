import type { StoredFile } from '../../api/models.ts';

/** `stopped`: the server was away or busy, and sending it again makes sense. `refused`: it never will be taken. */
export type ChosenState = 'queued' | 'sending' | 'stored' | 'refused' | 'stopped';

/** A file that somebody chose, on its way to the server. */
export interface Chosen {
  /** Its name in this page only. */
  readonly key: string;
  readonly name: string;
  readonly bytes: number;
  readonly state: ChosenState;
  /** Bytes that left this machine. */
  readonly sentBytes: number;
  /** Its id on the server, once it is stored. */
  readonly fileId?: string;
  /** Why it was refused or stopped, and what to do. */
  readonly because?: string;
  readonly hint?: string;
}

/** Limits of the server for one request and one file (docs/documents.md). */
export const FILES_AT_ONCE = 20;
export const MAX_FILE_BYTES = 100_000_000;
/** Larger files go alone: their progress is their own, and a lost connection costs less. */
const BYTES_AT_ONCE = 8_000_000;

/**
 * The next files to send in one request: the first queued one and those behind it while they are few and small.
 * Names in one request differ, so that the answer says which file each refusal means.
 */
export function nextBatch(files: readonly Chosen[]): Chosen[] {
  const batch: Chosen[] = [];
  const names = new Set<string>();
  let bytes = 0;
  for (const file of files) {
    if (file.state !== 'queued') continue;
    const name = file.name.normalize('NFC');
    if (batch.length > 0 && (bytes + file.bytes > BYTES_AT_ONCE || names.has(name))) break;
    batch.push(file);
    names.add(name);
    bytes += file.bytes;
    if (batch.length === FILES_AT_ONCE || bytes > BYTES_AT_ONCE) break;
  }
  return batch;
}

/** Bytes sent of each file when `sent` of all bytes of a request left: files go one behind the other. */
export function spread(batch: readonly Chosen[], sent: number): Map<string, number> {
  const bytes = new Map<string, number>();
  let left = sent;
  for (const { key, bytes: size } of batch) {
    bytes.set(key, Math.max(0, Math.min(size, left)));
    left -= size;
  }
  return bytes;
}

/** What the server answers to an upload. */
export interface UploadAnswer {
  files: StoredFile[];
  failures: Array<{ name: string; message: string; hint: string }>;
}

/** What became of one file. */
export type Fate = Pick<Chosen, 'state' | 'name' | 'fileId' | 'because' | 'hint'>;

const NOT_ANSWERED = { because: 'The server said nothing about it.', hint: 'Send it again.' };

/**
 * Which part of the answer belongs to which file. Both lists keep the order of the request; a file is the next
 * stored one when the size fits and the next refusal does not name it.
 */
export function fatesOf(batch: readonly Chosen[], { files, failures }: UploadAnswer): Map<string, Fate> {
  const stored = [...files];
  const refused = [...failures];
  const fates = new Map<string, Fate>();
  for (const file of batch) {
    const [next] = stored;
    const [failure] = refused;
    const isNamed = failure !== undefined && failure.name === file.name.normalize('NFC');
    if (next && next.bytes === file.bytes && (!isNamed || next.name === failure.name)) {
      stored.shift();
      fates.set(file.key, { state: 'stored', name: next.name, fileId: next.id });
    } else if (failure) {
      refused.shift();
      fates.set(file.key, {
        state: 'refused',
        name: file.name,
        because: failure.message,
        hint: failure.hint,
      });
    } else fates.set(file.key, { state: 'stopped', name: file.name, ...NOT_ANSWERED });
  }
  return fates;
}

/** Files that the server can never take are not sent at all; undefined for a file that may be sent. */
export function refusalBeforeSending({ name, bytes }: Pick<Chosen, 'name' | 'bytes'>): Fate | undefined {
  if (bytes > MAX_FILE_BYTES) {
    return {
      state: 'refused',
      name,
      because: `It has more than ${MAX_FILE_BYTES / 1_000_000} MB, the most for one file.`,
      hint: 'Split it.',
    };
  }
  if (bytes === 0)
    return { state: 'refused', name, because: 'It is empty.', hint: 'Choose a file with content.' };
  return undefined;
}

/** "812 bytes", "7.4 kB", "12 MB". */
export function size(bytes: number): string {
  if (bytes < 1_000) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  const [value, unit] = bytes < 999_500 ? [bytes / 1_000, 'kB'] : [bytes / 1_000_000, 'MB'];
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}
