import { createServer, type Server } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { pause } from '../../platform/kernel/clock.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import type { Operation } from '../../platform/kernel/operation.ts';
import { createDoor } from './app.ts';
import { LIVE_TIMES } from './live.ts';
import type { DoorNeeds } from './needs.ts';
import { isUpgrade, upgrades } from './upgrade.ts';

/** Limits of GUARANTEES section 4. */
const HEADER_TIMEOUT_MS = 10_000;
const RECEIVE_TIMEOUT_MS = 60_000;
const HEADER_BYTES = 16_384;
const CONNECTIONS = 1_000;
const DRAIN_MS = 10_000;

export interface HttpServer {
  readonly url: string;
  readonly port: number;
  /** Takes no new connection, lets answers under way finish (10 s at most), ends streams. */
  close(): Promise<void>;
}

/**
 * Opens the HTTP door on the configured address. On loopback it answers on IPv4 and, where the machine has it,
 * IPv6, so that `localhost` works whichever comes first.
 * @throws CadreError `server/port-in-use`, `config/unsafe-bind`
 */
export async function serveHttp<House extends DoorNeeds>(
  house: House,
  operations: readonly Operation<House>[],
  times = LIVE_TIMES,
): Promise<HttpServer> {
  const { host, port, behindProxy } = house.config;
  const isLoopback = host === 'localhost' || host === '::1' || /^127\./.test(host);
  if (!isLoopback && behindProxy.length === 0) throw new CadreError('config/unsafe-bind', { host });
  const door = createDoor(house, operations, times);
  const answer = getRequestListener(door.fetch, { hostname: 'localhost', overrideGlobalObjects: false });
  const upgrade = upgrades(door.fetch);
  const first = await listen(answer, upgrade, host === 'localhost' ? '127.0.0.1' : host, port);
  const bound = (first.address() as AddressInfo).port; // a TCP server has an AddressInfo
  door.listenOn(bound);
  const servers = [first];
  if (host === '127.0.0.1' || host === 'localhost') {
    const second = await listen(answer, upgrade, '::1', bound).catch((error: unknown) => {
      // Without IPv6, or with the port of a chance choice taken there, IPv4 alone serves.
      if (port !== 0 && error instanceof CadreError && error.code === 'server/port-in-use') {
        first.close();
        throw error;
      }
      return undefined;
    });
    if (second) servers.push(second);
  }
  const name = isIP(host) === 6 ? `[${host}]` : host;
  return {
    url: `http://${name}:${bound}`,
    port: bound,
    async close() {
      door.drain();
      await Promise.all(servers.map(closeServer));
    },
  };
}

type Listener = ReturnType<typeof getRequestListener>;

function listen(
  answer: Listener,
  upgrade: ReturnType<typeof upgrades>,
  host: string,
  port: number,
): Promise<Server> {
  const server = createServer({
    maxHeaderSize: HEADER_BYTES,
    headersTimeout: HEADER_TIMEOUT_MS,
    requestTimeout: RECEIVE_TIMEOUT_MS,
    connectionsCheckingInterval: 2_000,
    shouldUpgradeCallback: isUpgrade,
  });
  server.maxConnections = CONNECTIONS;
  server.on('request', (incoming, outgoing) => {
    // A proxy-style target (`GET http://elsewhere/`) would set another host than the header the gate checks.
    if (!incoming.url?.startsWith('/')) {
      outgoing.writeHead(400, { Connection: 'close' }).end();
      return;
    }
    void answer(incoming, outgoing);
  });
  server.on('upgrade', upgrade);
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? new CadreError('server/port-in-use', { port }) : error);
    });
    server.listen({ host, port }, () => resolve(server));
  });
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = new AbortController();
  await Promise.race([closed, pause(DRAIN_MS, timer.signal).catch(() => undefined)]);
  timer.abort();
  server.closeAllConnections();
  await closed;
}
