import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Context } from 'hono';
import { type WebSocket, WebSocketServer } from 'ws';
import { CadreError } from '../../platform/kernel/errors.ts';
import type { Operation } from '../../platform/kernel/operation.ts';
import type { Door, DoorEnv } from './app.ts';
import { credentialOf } from './credentials.ts';
import { type LiveTimes, liveOperations, MAX_LIVE_BYTES, serveLive } from './live.ts';
import type { DoorNeeds } from './needs.ts';
import { createStreams, type Streams } from './stream.ts';

/** One key or session may not use up the sockets of all. */
export const SOCKETS_PER_KEY = 20;

/** A request that wants to become a socket; the route that allows it says how it is served. */
export interface Upgrade {
  /** Ends what was opened for it, should the socket not come about. */
  stop?: AbortController;
  serve?: (socket: WebSocket) => void;
}

/**
 * The route of the live socket. Who asks was found out before, like for every route; a session must come from a page
 * of ours, which a browser says in `Origin`. A key travels in `Authorization`, never in the address.
 */
export function liveRoute<House extends DoorNeeds>(
  house: House,
  operations: readonly Operation<House>[],
  streams: Streams,
  times: LiveTimes,
): ((c: Context<DoorEnv>) => Response) | undefined {
  const live = liveOperations(operations);
  if (!live) return undefined;
  const sockets = createStreams(SOCKETS_PER_KEY);
  return (c) => {
    const upgrade = c.env?.upgrade;
    if (!upgrade) {
      c.header('Upgrade', 'websocket');
      throw new CadreError('live/upgrade-required', {});
    }
    const { identity, traceId } = c.var;
    const credential = credentialOf(c, c.var.passed);
    // The gate lets a request without an origin pass: a program. A program has a key.
    if ('session' in credential && c.req.header('origin') === undefined)
      throw new CadreError('auth/origin', { origin: 'none' });
    const own = sockets.open(`${identity.tenantId} ${identity.actor.kind}:${identity.actor.id}`);
    try {
      const stop = streams.open(identity.tenantId);
      stop.signal.addEventListener('abort', () => own.abort(), { once: true });
      const onError = (thrown: unknown) =>
        house.log.warn({ traceId, err: String(thrown) }, 'a live socket ended with an error');
      upgrade.stop = stop;
      upgrade.serve = (socket) => {
        const call = (name: string, input: unknown, signal: AbortSignal) => {
          const operation = live.get(name);
          if (!operation) throw new Error(`no operation ${name}`);
          return operation.run(house, { ...identity, traceId, signal }, input);
        };
        const check = () => house.access.confirm(credential);
        serveLive(socket, { call, traceId, check, stop, times, onError }).catch(onError);
      };
    } catch (thrown) {
      own.abort();
      throw thrown;
    }
    return new Response(null, { status: 204 }); // goes nowhere: the socket is taken over
  };
}

/** Answers requests that want to become a socket: through the same door as all others. */
export function upgrades(
  answer: Door['fetch'],
): (incoming: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_LIVE_BYTES,
  });
  async function take(incoming: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const upgrade: Upgrade = {};
    socket.once('close', () => upgrade.stop?.abort());
    const response = await answer(requestOf(incoming), { incoming, upgrade });
    if (upgrade.serve && !socket.destroyed) {
      server.handleUpgrade(incoming, socket, head, upgrade.serve);
      return;
    }
    upgrade.stop?.abort();
    socket.end(await textOf(response));
  }
  return (incoming, socket, head) => {
    socket.on('error', () => undefined); // 'close' follows
    take(incoming, socket, head).catch(() => socket.destroy()); // the door has answered and noted what it can
  };
}

/** True for what only a WebSocket asks; anything else with an `Upgrade` header is an ordinary request. */
export function isUpgrade({ headers, method, url }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket' && url?.startsWith('/') === true;
}

function requestOf({ rawHeaders, url = '/' }: IncomingMessage): Request {
  const headers = new Headers();
  for (let index = 0; index < rawHeaders.length; index += 2)
    headers.append(rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '');
  return new Request(new URL(`http://localhost${url}`), { headers });
}

async function textOf(response: Response): Promise<string> {
  const body = await response.text();
  const lines = [
    `HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? ''}`,
    ...[...response.headers].map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
