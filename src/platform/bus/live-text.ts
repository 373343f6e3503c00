import type { Notifications } from '../store/notify.ts';

/**
 * Text of models as it comes, for whoever watches. Lossy by design: batches, in order, bounded; the stored turn is the
 * truth. Between processes it goes by PostgreSQL NOTIFY, which takes 8,000 bytes at a time.
 */
export interface TextPiece {
  tenantId: string;
  rootId: string;
  taskId: string;
  agentId: string | null;
  /** Of the run: `3`, or `compact:3`. */
  turn: string;
  text: string;
}

export interface LiveText {
  /** Takes a delta. Never throws, never waits. */
  say(piece: TextPiece): void;
  /** A turn ended: what waits goes out now. */
  flush(): void;
  /** Calls back with each batch of a goal, of whatever process; answers the function that ends it. */
  follow(filter: { tenantId: string; rootId: string }, listener: (piece: TextPiece) => void): () => void;
  close(): Promise<void>;
}

/** Deltas of so long go out together. */
export const BATCH_MS = 100;
/** Text of one turn that waits to go out; more of it is not shown. */
const MAX_WAITING_CHARACTERS = 64_000;
/** Bytes of one notification with its envelope: PostgreSQL takes less than 8,000. */
export const MAX_NOTICE_BYTES = 7_500;
/** Notifications that wait for the database; the oldest gives way. */
const MAX_NOTICES = 200;

/** How notices reach other processes; absent where there is only one. */
export type OpenWire = (onNotice: (payload: string) => void) => Promise<Notifications>;

export function createLiveText(processName: string, openWire?: OpenWire): LiveText {
  const waiting = new Map<string, TextPiece>();
  const listeners = new Map<string, Set<(piece: TextPiece) => void>>();
  let timer: NodeJS.Timeout | undefined;
  let wire: Promise<Notifications | undefined> | undefined;
  let notices: string[] = [];
  let isSending = false;
  let isClosed = false;

  function hear(piece: TextPiece): void {
    for (const listener of listeners.get(placeOf(piece)) ?? []) listener(piece);
  }

  /** Opened when somebody first speaks or listens: most processes never do. */
  function open(): Promise<Notifications | undefined> {
    wire ??= openWire
      ? openWire((payload) => {
          const notice = readNotice(payload);
          if (notice && notice.sender !== processName) hear(notice.piece);
        }).catch(() => {
          wire = undefined; // text is a comfort: the next one tries again
          return undefined;
        })
      : Promise.resolve(undefined);
    return wire;
  }

  async function send(): Promise<void> {
    isSending = true;
    try {
      const connection = await open();
      for (let next = notices.shift(); next !== undefined && connection; next = notices.shift())
        await connection.send(next);
    } catch {
      notices = []; // lossy by design
    } finally {
      isSending = false;
    }
  }

  function flush(): void {
    timer = undefined;
    const pieces = [...waiting.values()];
    waiting.clear();
    for (const piece of pieces) {
      hear(piece);
      if (openWire) notices.push(...noticesOf(processName, piece));
    }
    notices = notices.slice(-MAX_NOTICES);
    if (notices.length > 0 && !isSending) void send();
  }

  return {
    say(piece) {
      if (isClosed || piece.text === '') return;
      const key = `${piece.taskId} ${piece.turn}`;
      const before = waiting.get(key)?.text ?? '';
      if (before.length < MAX_WAITING_CHARACTERS) waiting.set(key, { ...piece, text: before + piece.text });
      timer ??= setTimeout(flush, BATCH_MS).unref();
    },
    flush() {
      clearTimeout(timer);
      flush();
    },
    follow(filter, listener) {
      const place = placeOf(filter);
      const own = listeners.get(place) ?? new Set();
      listeners.set(place, own.add(listener));
      void open();
      return () => {
        own.delete(listener);
        if (own.size === 0 && listeners.get(place) === own) listeners.delete(place);
      };
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      listeners.clear();
      const connection = await wire;
      await connection?.close();
    },
  };
}

const placeOf = ({ tenantId, rootId }: { tenantId: string; rootId: string }) => `${tenantId} ${rootId}`;

/** A piece as notices that each fit. */
export function noticesOf(sender: string, piece: TextPiece): string[] {
  const payload = (text: string) => JSON.stringify({ sender, piece: { ...piece, text } });
  const fits = (text: string) => Buffer.byteLength(payload(text)) <= MAX_NOTICE_BYTES;
  if (fits(piece.text)) return [payload(piece.text)];
  const middle = piece.text.length >> 1;
  // Not between the halves of a character.
  const cut = /[\uDC00-\uDFFF]/.test(piece.text[middle] ?? '') ? middle + 1 : middle;
  if (cut >= piece.text.length || cut === 0) return [];
  const halves = [piece.text.slice(0, cut), piece.text.slice(cut)];
  return halves.flatMap((text) => noticesOf(sender, { ...piece, text }));
}

function readNotice(payload: string): { sender: string; piece: TextPiece } | undefined {
  try {
    return JSON.parse(payload) as { sender: string; piece: TextPiece }; // written by noticesOf, on a channel of ours
  } catch {
    return undefined;
  }
}
