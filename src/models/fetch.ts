import type { Outbound, OutboundLimits } from '../platform/kernel/outbound.ts';
import type { Fetch } from './providers/provider.ts';

/** How far a call got, for who owes what when it fails. */
export interface Progress {
  /** The connection stood: the provider may have got the request. */
  isSent: boolean;
  /** The status that came. */
  status: number | undefined;
}

/** Bounds of a call that no setting changes (GUARANTEES P26): 30 s, 30 s, 300 s, 4 MB. */
export const CALL_LIMITS: OutboundLimits = {
  firstByteMs: 30_000,
  idleMs: 30_000,
  totalMs: 300_000,
  limitBytes: 4_000_000,
};

/** The outbound client in the form in which the SDKs of providers want it. Notes in `progress` how far it came. */
export function fetchThrough(outbound: Outbound, limits: OutboundLimits, progress: Progress): Fetch {
  return async (input, init = {}) => {
    const url = input instanceof Request ? input.url : String(input);
    const { status, headers, body } = await outbound.open({
      url,
      method: init.method === 'GET' ? 'GET' : 'POST',
      headers: Object.fromEntries(new Headers(init.headers)),
      ...(typeof init.body === 'string' && { body: init.body }),
      limits,
      ...(init.signal && { signal: init.signal }),
      onConnected() {
        progress.isSent = true;
      },
    });
    progress.status = status;
    // The body is unpacked already.
    const { 'content-encoding': _packed, 'content-length': _length, ...rest } = headers;
    const isEmpty = status === 204 || status === 205 || status === 304;
    if (isEmpty) await body.cancel();
    return new Response(isEmpty ? null : body, { status, headers: rest });
  };
}
