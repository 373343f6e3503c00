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

/** `allowHosts` holds `host` or `host:port` of private services an operator trusts. */
export function createOutbound(allowHosts: readonly string[]): Outbound {
  return {
    async call(request) {
      const url = new URL(request.url);
      if (url.protocol !== 'http:' && url.protocol !== 'https:') {
        throw new CadreError('outbound/denied', { host: request.url });
      }
      const host = url.hostname.replace(/^\[|\]$/g, '');
      const port = url.port || (url.protocol === 'https:' ? '443' : '80');
      const allowed = allowHosts.includes(host) || allowHosts.includes(`${host}:${port}`);
      const address = await resolve(host);
      if (!allowed && !isPublic(address))
        throw new CadreError('outbound/denied', { host: `${host}:${port}` });
      return send(url, host, address, request);
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
  request: OutboundRequest,
): Promise<OutboundAnswer> {
  // Loaded at the first call: most houses never call out, and it costs 25 MB.
  const { Agent, fetch: undiciFetch } = await import('undici');
  const timeoutMs = request.timeoutMs ?? 10_000;
  const limitBytes = request.limitBytes ?? 1_000_000;
  const family = ipaddr.parse(address).kind() === 'ipv6' ? 6 : 4;
  const dispatcher = new Agent({
    connect: {
      timeout: Math.min(timeoutMs, 5_000),
      lookup: (_name, options, done) =>
        options.all ? done(null, [{ address, family }]) : done(null, address, family),
    },
  });
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
  try {
    const answer = await undiciFetch(url, {
      method: request.method,
      ...(request.headers && { headers: request.headers }),
      ...(request.body !== undefined && { body: request.body }),
      redirect: 'manual',
      signal,
      dispatcher,
    });
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of answer.body ?? []) {
      size += chunk.length;
      if (size > limitBytes) throw new CadreError('outbound/too-large', { host, limitBytes });
      chunks.push(chunk);
    }
    const body = Buffer.concat(chunks).toString('utf8');
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body };
  } catch (cause) {
    if (cause instanceof CadreError) throw cause;
    if (request.signal?.aborted) throw request.signal.reason;
    if (timeout.aborted) throw new CadreError('outbound/timeout', { host, timeoutMs }, { cause });
    const inner = cause instanceof Error && cause.cause ? messageOf(cause.cause) : messageOf(cause);
    throw new CadreError('outbound/failed', { host: url.host, detail: inner || 'no answer' }, { cause });
  } finally {
    await dispatcher.destroy();
  }
}
