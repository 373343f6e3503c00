import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import { CadreError } from './errors.ts';
import { messageOf } from './json.ts';

/**
 * The one client for calls that leave this machine: resolve the name, check the address, then connect to just
 * that address, so that a second DNS answer cannot redirect the call. Private addresses need the allow-list;
 * redirects are not followed; time and size are bounded (GUARANTEES section 4).
 */
export interface Outbound {
  call(request: OutboundRequest): Promise<OutboundAnswer>;
  /** The answer as it comes, for those that last long. Who reads `body` reads to its end or cancels it. */
  open(opening: OutboundOpening): Promise<OutboundStream>;
}

export interface OutboundRequest {
  url: string;
  method: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  /** Whole call, 10 s when absent. */
  timeoutMs?: number;
  /** Answer, 1 MB when absent. */
  limitBytes?: number;
  signal?: AbortSignal;
}

export interface OutboundAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** How long an answer may take and how large it may be (GUARANTEES P26). */
export interface OutboundLimits {
  /** Until the status is there. */
  firstByteMs: number;
  /** Between two parts of the answer. */
  idleMs: number;
  /** From the call to the last byte. */
  totalMs: number;
  /** Of the answer as it is read, that is unpacked. */
  limitBytes: number;
}

export interface OutboundOpening {
  url: string;
  method: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  limits: OutboundLimits;
  signal?: AbortSignal;
  /** Told when the connection stands: what fails before was never sent. */
  onConnected?(): void;
}

export interface OutboundStream {
  status: number;
  headers: Record<string, string>;
  /** Ends with the same errors as `open`. */
  body: ReadableStream<Uint8Array>;
}

const FOR_EVER = Number.POSITIVE_INFINITY;

/** `allowHosts` holds `host` or `host:port` of private services an operator trusts. */
export function createOutbound(allowHosts: readonly string[]): Outbound {
  const open = async (opening: OutboundOpening): Promise<OutboundStream> => {
    const url = new URL(opening.url);
    if (url.protocol !== 'http:' && url.protocol !== 'https:') {
      throw new CadreError('outbound/denied', { host: opening.url });
    }
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const port = url.port || (url.protocol === 'https:' ? '443' : '80');
    const allowed = allowHosts.includes(host) || allowHosts.includes(`${host}:${port}`);
    const address = await resolve(host);
    if (!allowed && !isPublic(address)) throw new CadreError('outbound/denied', { host: `${host}:${port}` });
    return send(url, host, address, opening);
  };
  return {
    open,
    async call({ timeoutMs = 10_000, limitBytes = 1_000_000, ...request }) {
      const limits = { firstByteMs: FOR_EVER, idleMs: FOR_EVER, totalMs: timeoutMs, limitBytes };
      const { status, headers, body } = await open({ ...request, limits });
      const chunks: Uint8Array[] = [];
      for await (const chunk of body) chunks.push(chunk);
      return { status, headers, body: Buffer.concat(chunks).toString('utf8') };
    },
  };
}

/** True for addresses of the public internet; everything special (loopback, private, link-local, …) is not. */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  return ipaddr.process(address).range() === 'unicast';
}

async function resolve(host: string): Promise<string> {
  if (ipaddr.isValid(host)) return host;
  try {
    return (await lookup(host)).address;
  } catch (cause) {
    throw new CadreError('outbound/failed', { host, detail: messageOf(cause) }, { cause });
  }
}

async function send(
  url: URL,
  host: string,
  address: string,
  opening: OutboundOpening,
): Promise<OutboundStream> {
  // Loaded at the first call: most houses never call out, and it costs 25 MB.
  const { Agent, buildConnector, fetch: undiciFetch } = await import('undici');
  const { limits } = opening;
  const family = ipaddr.parse(address).kind() === 'ipv6' ? 6 : 4;
  const connector = buildConnector({
    timeout: Math.min(limits.totalMs, limits.firstByteMs, 5_000),
    lookup: (_name, options, done) =>
      options.all ? done(null, [{ address, family }]) : done(null, address, family),
  });
  const dispatcher = new Agent({
    // The watch below keeps time; what undici would end by itself would end with another error.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (options, done) =>
      connector(options, (...result) => {
        if (result[1]) opening.onConnected?.();
        done(...result);
      }),
  });
  const watch = watchTime(host, opening);
  /** What went wrong, in our words: the signal's reason, the time that passed, or the connection. */
  const told = (cause: unknown): unknown => {
    if (cause instanceof CadreError) return cause;
    if (opening.signal?.aborted) return opening.signal.reason;
    if (watch.signal.aborted) return watch.signal.reason;
    const inner = cause instanceof Error && cause.cause ? messageOf(cause.cause) : messageOf(cause);
    return new CadreError('outbound/failed', { host: url.host, detail: inner || 'no answer' }, { cause });
  };
  const close = async () => {
    watch.stop();
    await dispatcher.destroy();
  };
  // Also where nobody reads the answer any more.
  watch.signal.addEventListener('abort', () => dispatcher.destroy());
  try {
    const answer = await undiciFetch(url, {
      method: opening.method,
      ...(opening.headers && { headers: opening.headers }),
      ...(opening.body !== undefined && { body: opening.body }),
      redirect: 'manual',
      signal: opening.signal ? AbortSignal.any([opening.signal, watch.signal]) : watch.signal,
      dispatcher,
    });
    watch.heard();
    const parts = answer.body ? answer.body.values() : none();
    return {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: bounded(parts, { host, limitBytes: limits.limitBytes, watch, told, close }),
    };
  } catch (cause) {
    await close();
    throw told(cause);
  }
}

async function* none(): AsyncGenerator<Uint8Array, undefined> {}

/** Ends a call that says nothing for too long, or lasts too long. */
function watchTime(host: string, { limits }: OutboundOpening) {
  const stop = new AbortController();
  let isSilent = true;
  const over = (timeoutMs: number) => stop.abort(new CadreError('outbound/timeout', { host, timeoutMs }));
  const after = (ms: number, end: (ms: number) => void) =>
    ms === FOR_EVER ? undefined : setTimeout(end, ms, ms);
  // Where this process itself was held up, what lies ready is read first.
  const ifSilent = (ms: number) => setImmediate(() => isSilent && over(ms));
  const total = after(limits.totalMs, over);
  let silence = after(limits.firstByteMs, ifSilent);
  return {
    signal: stop.signal,
    listening() {
      isSilent = true;
      clearTimeout(silence);
      silence = after(limits.idleMs, ifSilent);
    },
    heard() {
      isSilent = false;
      clearTimeout(silence);
    },
    stop() {
      isSilent = false;
      clearTimeout(silence);
      clearTimeout(total);
    },
  };
}

/** The parts of an answer while they stay within the limit; whoever has read enough cancels. */
function bounded(
  parts: AsyncIterator<Uint8Array, unknown>,
  how: {
    host: string;
    limitBytes: number;
    watch: { listening(): void; heard(): void };
    told(cause: unknown): unknown;
    close(): Promise<void>;
  },
): ReadableStream<Uint8Array> {
  let size = 0;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          how.watch.listening();
          const { done, value } = await parts.next();
          how.watch.heard();
          if (done) {
            await how.close();
            return controller.close();
          }
          size += value.length;
          if (size > how.limitBytes)
            throw new CadreError('outbound/too-large', { host: how.host, limitBytes: how.limitBytes });
          controller.enqueue(value);
        } catch (cause) {
          await how.close();
          controller.error(how.told(cause));
        }
      },
      async cancel() {
        await how.close();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Whether a server on this machine answers at all, within half a second. `address` is `host:port` of loopback. */
export async function answersAt(address: string, path: string): Promise<boolean> {
  try {
    const local = createOutbound([address]);
    const { status } = await local.call({ url: `http://${address}${path}`, method: 'GET', timeoutMs: 500 });
    return status < 500;
  } catch {
    return false; // that it does not is the answer
  }
}
