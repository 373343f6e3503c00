import ipaddr from 'ipaddr.js';
import { CadreError } from '../../platform/kernel/errors.ts';
import type { DoorNeeds } from './needs.ts';

/**
 * What is checked before routing and before any key is looked at: is the request meant for this server (Host),
 * and may a page of that origin call it (Origin)? Without it a web page could reach a loopback server through
 * DNS rebinding.
 */
export interface Gate {
  /** Names the port once the server listens on it; loopback names of that port are served from then on. */
  listenOn(port: number): void;
  /** @throws CadreError `auth/host`, `auth/origin` */
  check(request: Request, remoteAddress: string | undefined): Passed;
}

export interface Passed {
  /** Scheme and host as the browser sees them. */
  readonly origin: string;
  readonly secure: boolean;
}

export function createGate(config: DoorNeeds['config']): Gate {
  const hosts = new Set<string>();
  const origins = new Set<string>();
  for (const entry of config.allowOrigins) {
    if (entry.includes('://')) {
      const url = new URL(entry);
      origins.add(url.origin);
      hosts.add(url.host);
    } else {
      hosts.add(entry.toLowerCase());
    }
  }
  return {
    listenOn(port) {
      for (const name of ['127.0.0.1', 'localhost', '[::1]']) {
        hosts.add(port === 80 ? name : `${name}:${port}`); // nobody writes a scheme's own port
      }
    },
    check(request, remoteAddress) {
      const host = (request.headers.get('host') ?? '').toLowerCase();
      if (!hosts.has(host)) throw new CadreError('auth/host', { host: host || 'none' });
      const proxied = remoteAddress !== undefined && isTrusted(remoteAddress, config.behindProxy);
      const secure = proxied && request.headers.get('x-forwarded-proto') === 'https';
      const own = `${secure ? 'https' : 'http'}://${host}`;
      const origin = request.headers.get('origin');
      const site = request.headers.get('sec-fetch-site');
      // Under `Referrer-Policy: no-referrer` a browser calls the origin of our own forms "null"; where the form
      // stands it says in a header that no page can set.
      const isOwnForm = origin === 'null' && site === 'same-origin';
      if (origin !== null && origin !== own && !origins.has(origin) && !isOwnForm) {
        throw new CadreError('auth/origin', { origin });
      }
      const isSafe = request.method === 'GET' || request.method === 'HEAD';
      if (site === 'cross-site' && !isSafe && !origins.has(origin ?? '')) {
        throw new CadreError('auth/origin', { origin: origin ?? 'another site' });
      }
      return { origin: own, secure };
    },
  };
}

/** True when the address is one of the proxies, given as addresses or ranges such as `10.0.0.0/8`. */
export function isTrusted(address: string, proxies: readonly string[]): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return proxies.some((proxy) => {
    const range = proxy.includes('/')
      ? ipaddr.parseCIDR(proxy)
      : ([ipaddr.process(proxy), ipaddr.process(proxy).kind() === 'ipv6' ? 128 : 32] as const);
    return parsed.kind() === range[0].kind() && parsed.match(range[0], range[1]);
  });
}

const PERMISSIONS = 'accelerometer=(), camera=(), geolocation=(), microphone=(), payment=(), usb=()';

/** Headers of every answer (GUARANTEES section 4). A page brings its own Content-Security-Policy. */
export function protect(headers: Headers, secure: boolean): void {
  const fixed: Record<string, string> = {
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': PERMISSIONS,
    'X-Frame-Options': 'DENY',
    ...(secure && { 'Strict-Transport-Security': 'max-age=31536000' }),
  };
  for (const [name, value] of Object.entries(fixed)) headers.set(name, value);
  if (!headers.has('Content-Security-Policy')) {
    headers.set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'");
  }
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
}
