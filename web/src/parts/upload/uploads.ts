import { Problem } from '../../api/client.ts';
import type { StoredFile } from '../../api/models.ts';
import { newKey } from '../../api/once.ts';
import { type Chosen, type Fate, fatesOf, nextBatch, refusalBeforeSending, spread } from './chosen.ts';
import { GONE, type sendFiles } from './send-files.ts';

/** A file that the server has. */
export type Stored = Pick<StoredFile, 'id' | 'name' | 'bytes'>;

/** A file that is not on the server, with why when it was refused. */
export type Lost = Pick<Chosen, 'name' | 'bytes' | 'because' | 'hint'>;

/** Files that were chosen, and their way to the server. It goes on while another page is shown. */
export interface Uploads {
  get(): readonly Chosen[];
  subscribe(listener: () => void): () => void;
  /** Takes files and begins to send them. */
  add(files: readonly File[]): void;
  /** Takes files that the server has; one that is there already is not taken twice. */
  addStored(files: readonly Stored[]): void;
  /** Shows files that were on their way when the page was closed: their content is gone, their names are not. */
  addLost(files: readonly Lost[]): void;
  remove(key: string): void;
  /** Sends those again that were stopped. */
  again(): void;
  /** Leaves out those that were refused. */
  dropRefused(): void;
  clear(): void;
  /** Resolves when nothing is on its way any more. */
  settled(): Promise<void>;
}

/** Makes an empty list of uploads. `send` is `sendFiles`, or what stands for it in a test. */
export function createUploads(send: typeof sendFiles): Uploads {
  let files: readonly Chosen[] = [];
  /** What there is to send, by key; not needed any more once it is stored. */
  const contents = new Map<string, File>();
  /** One Idempotency-Key for each set of files, so that a lost answer costs no second copy. */
  const keys = new Map<string, string>();
  const listeners = new Set<() => void>();
  let waiting: Array<() => void> = [];
  let under: { batch: readonly Chosen[]; stop: AbortController } | undefined;

  const show = (next: readonly Chosen[]) => {
    files = next;
    for (const listener of listeners) listener();
  };
  const change = (changes: ReadonlyMap<string, Partial<Chosen>>) =>
    show(files.map((file) => (changes.has(file.key) ? { ...file, ...changes.get(file.key) } : file)));
  const all = (batch: readonly Chosen[], how: Partial<Chosen>) =>
    change(new Map(batch.map(({ key }) => [key, how])));

  const sendBatch = async (wanted: readonly Chosen[]) => {
    const batch = wanted.filter(({ key }) => contents.has(key)); // some may be removed by now
    if (batch.length === 0) return;
    const ids = batch.map(({ key }) => key).join(' ');
    const idempotencyKey = keys.get(ids) ?? newKey();
    keys.set(ids, idempotencyKey);
    const stop = new AbortController();
    under = { batch, stop };
    all(batch, { state: 'sending', sentBytes: 0 });
    try {
      const answer = await send(
        batch.flatMap(({ key }) => contents.get(key) ?? []),
        {
          idempotencyKey,
          signal: stop.signal,
          onProgress: (sent) =>
            change(new Map([...spread(batch, sent)].map(([key, sentBytes]) => [key, { sentBytes }]))),
        },
      );
      const fates = fatesOf(batch, answer);
      for (const [key, fate] of fates) if (fate.state === 'stored') contents.delete(key);
      change(fates);
    } catch (error) {
      if (!stop.signal.aborted) await refuse(batch, error);
      else all(batch, { state: 'queued', sentBytes: 0 }); // one of them was removed; the others go again
    } finally {
      under = undefined;
    }
  };

  const refuse = async (batch: readonly Chosen[], error: unknown) => {
    const details = error instanceof Problem ? error.details : undefined;
    const isFinal =
      details !== undefined &&
      (details.code.startsWith('file/') || details.code === GONE || details.status === 413);
    // Together they were refused: alone each hears its own reason.
    if (isFinal && batch.length > 1) for (const file of batch) await sendBatch([file]);
    else {
      const fate: Partial<Fate> = {
        state: isFinal ? 'refused' : 'stopped',
        because: details?.detail ?? String(error),
        hint: details?.hint ?? 'Send it again.',
      };
      all(batch, fate);
    }
  };

  const pump = async () => {
    if (under) return;
    for (let batch = nextBatch(files); batch.length > 0; batch = nextBatch(files)) await sendBatch(batch);
    const done = waiting;
    waiting = [];
    for (const resolve of done) resolve();
  };

  return {
    get: () => files,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    add(more) {
      const chosen = more.map((file): Chosen => {
        const key = newKey();
        const entry = { key, name: file.name, bytes: file.size, sentBytes: 0 };
        const refusal = refusalBeforeSending(entry);
        if (refusal) return { ...entry, ...refusal };
        contents.set(key, file);
        return { ...entry, state: 'queued' };
      });
      show([...files, ...chosen]);
      void pump();
    },
    addStored(more) {
      const there = new Set(files.map(({ fileId }) => fileId));
      const entries = more
        .filter(({ id }) => !there.has(id))
        .map(({ id, name, bytes }): Chosen => {
          return { key: newKey(), name, bytes, state: 'stored', sentBytes: bytes, fileId: id };
        });
      show([...files, ...entries]);
    },
    addLost(lost) {
      const because = 'The page was closed before it was sent.';
      const hint = 'Remove it and choose it again.';
      const entries = lost.map((file): Chosen => {
        return { because, hint, ...file, key: newKey(), state: 'refused', sentBytes: 0 };
      });
      show([...files, ...entries]);
    },
    remove(key) {
      contents.delete(key);
      show(files.filter((file) => file.key !== key));
      if (under?.batch.some((file) => file.key === key)) under.stop.abort();
    },
    again() {
      all(
        files.filter(({ state }) => state === 'stopped'),
        { state: 'queued', sentBytes: 0 },
      );
      void pump();
    },
    dropRefused: () => show(files.filter(({ state }) => state !== 'refused')),
    clear() {
      contents.clear();
      keys.clear();
      show([]);
      under?.stop.abort();
    },
    settled: () =>
      files.some(({ state }) => state === 'queued' || state === 'sending')
        ? new Promise((resolve) => waiting.push(resolve))
        : Promise.resolve(),
  };
}
