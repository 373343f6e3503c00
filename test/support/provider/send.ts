import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Fault } from './answer.ts';

/** A whole answer on its way out: `frames` of a stream, or one frame that is the body. */
export interface Outgoing {
  isStream: boolean;
  frames: string[];
  /** What is repeated where an answer has no end. */
  filler: string;
  /** Pause between two bytes of `drip`. */
  dripMs: number;
}

/** Sends the answer, well or as the fault wants it. */
export function send(response: ServerResponse, outgoing: Outgoing, fault: Fault | undefined): void {
  const type = outgoing.isStream ? 'text/event-stream' : 'application/json';
  const all = outgoing.frames.join('');
  const half = outgoing.isStream
    ? outgoing.frames.slice(0, Math.ceil(outgoing.frames.length / 2)).join('')
    : all.slice(0, Math.ceil(all.length / 2));
  const start = (headers: Record<string, string | number> = {}) =>
    response.writeHead(200, { 'content-type': type, ...headers });
  switch (fault) {
    case undefined:
      start();
      for (const frame of outgoing.frames) response.write(frame);
      response.end();
      return;
    case 'hang':
      return;
    case 'hang-mid-stream':
      start().write(half);
      return;
    case 'drip':
      return drip(start(), Buffer.from(all), outgoing.dripMs);
    case 'endless':
      return pour(start(), outgoing.filler);
    case 'endless-line':
      start().write('data: "');
      return pour(response, 'x'.repeat(65_536));
    case 'invalid-json':
      start().end(outgoing.isStream ? 'data: {"id": "half of\n\n' : '{"id": "half of');
      return;
    case 'invalid-utf8':
      start();
      response.end(
        Buffer.concat([Buffer.from(half), Buffer.from([0x64, 0xc3, 0x28, 0xff, 0xfe, 0x0a, 0x0a])]),
      );
      return;
    case 'wrong-length':
      start({ 'content-length': Buffer.byteLength(all) + 1_000 }).write(all, () => response.socket?.end());
      return;
    case 'gzip-bomb':
      start({ 'content-encoding': 'gzip' }).end(bomb());
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'reset-mid-stream':
      start().write(half, () => response.socket?.resetAndDestroy());
      return;
    case 'cut':
      start().end(half);
      return;
    case 'no-done':
      start().end(outgoing.frames.slice(0, -1).join(''));
      return;
    case 'not-http':
      response.socket?.end('\u0000\u0001 this is no HTTP\r\n\r\n');
      return;
    case 'redirect':
      response.writeHead(302, { location: '/elsewhere' }).end();
      return;
  }
}

/** Byte by byte, with a pause between them. */
function drip(response: ServerResponse, bytes: Buffer, everyMs: number): void {
  let at = 0;
  const timer = setInterval(() => {
    if (at >= bytes.length) response.end();
    else response.write(bytes.subarray(at, at + 1));
    at += 1;
  }, everyMs);
  response.once('close', () => clearInterval(timer));
}

/** The same again and again, as fast as it is taken, until the other side leaves. */
function pour(response: ServerResponse, piece: string): void {
  const write = (): void => {
    while (!response.destroyed && response.write(piece));
    if (!response.destroyed) response.once('drain', write);
  };
  write();
}

let packed: Buffer | undefined;

/** About a megabyte that unpacks to 1 GB of spaces: a hundred members of 10 MB each. */
function bomb(): Buffer {
  packed ??= gzipSync(Buffer.alloc(10_000_000, ' '));
  return Buffer.concat(Array.from({ length: 100 }, () => packed as Buffer)); // set just above
}
