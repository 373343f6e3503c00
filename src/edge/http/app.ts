import type { IncomingMessage, ServerResponse } from 'node:http';
import { Hono } from 'hono';
import { CadreError } from '../../platform/kernel/errors.ts';
import { newId } from '../../platform/kernel/ids.ts';
import type { Operation } from '../../platform/kernel/operation.ts';
import { consoleRoutes } from './console.ts';
import { docsRoutes } from './docs.ts';
import { createGate, type Passed, protect } from './gate.ts';
import { hookRoutes } from './hooks.ts';
import { watchLag } from './lag.ts';
import { LIVE_TIMES } from './live.ts';
import type { DoorNeeds, Identity } from './needs.ts';
import { pageRoutes } from './pages.ts';
import { problemResponse, toProblem } from './problem.ts';
import { apiRoutes } from './routes.ts';
import { createStreams, STREAMS_PER_TENANT } from './stream.ts';
import { liveRoute, type Upgrade } from './upgrade.ts';

/** What a request carries through the door. `Bindings` are absent when a test calls the app directly. */
export type DoorEnv = {
  Bindings: Partial<{ incoming: IncomingMessage; outgoing: ServerResponse; upgrade: Upgrade }>;
  Variables: { traceId: string; passed: Passed; identity: Identity };
};

export interface Door {
  fetch: Hono<DoorEnv>['fetch'];
  /** Serves loopback names of this port from now on. */
  listenOn(port: number): void;
  /** Ends every open stream; new requests get 503 `server/stopping`. */
  drain(): void;
}

/**
 * The life of a request: trace id, gate (Host, Origin), then either a public page (health, docs, sign-in, console) or
 * key → rate → route → input → operation. Every refusal leaves as problem details with the same headers.
 */
export function createDoor<House extends DoorNeeds>(
  house: House,
  operations: readonly Operation<House>[],
  times = LIVE_TIMES,
): Door {
  const app = new Hono<DoorEnv>();
  const gate = createGate(house.config);
  const streams = createStreams(STREAMS_PER_TENANT, times.stallMs);
  const lag = watchLag();
  let stopping = false;

  app.use(async (c, next) => {
    c.set('traceId', traceIdOf(c.req.header('traceparent')));
    c.set('passed', { origin: '', secure: false });
    await next();
    c.res.headers.set('X-Trace-Id', c.var.traceId);
    protect(c.res.headers, c.var.passed.secure);
  });
  app.use(async (c, next) => {
    c.set('passed', gate.check(c.req.raw, c.env?.incoming?.socket.remoteAddress));
    if (stopping) throw new CadreError('server/stopping', {});
    await next();
  });
  app.get('/health', (c) => c.json({ status: 'alive', version: house.version, eventLoopLag: lag.read() }));
  app.get('/ready', async (c) => {
    await house.checkReady();
    return c.json({ status: 'ready', version: house.version });
  });
  app.route('/api/v1', apiRoutes(house, operations, streams, liveRoute(house, operations, streams, times)));
  app.route('/', hookRoutes(house));
  app.route('/', docsRoutes(operations, house.version));
  app.route('/', pageRoutes(house, operations));
  app.route('/', consoleRoutes(house.consoleFolder));

  app.notFound((c) => {
    const error = new CadreError('request/not-found', { path: c.req.path });
    return problemResponse(toProblem(error, c.req.path, c.var.traceId));
  });
  app.onError((thrown, c) => {
    const problem = toProblem(thrown, c.req.path, c.var.traceId);
    if (problem.status >= 500) {
      const fields = {
        traceId: c.var.traceId,
        path: withoutToken(c.req.path),
        code: problem.code,
        stack: thrown.stack,
      };
      house.log.error(fields, 'a request failed');
    }
    const allow = c.res.headers.get('Allow');
    return problemResponse(problem, allow ? { Allow: allow } : {});
  });

  return {
    fetch: app.fetch,
    listenOn: gate.listenOn,
    drain() {
      stopping = true;
      streams.endAll();
    },
  };
}

/** A sign-in link that could not be used yet is still a secret: it does not go into the log. */
function withoutToken(path: string): string {
  return path.replace(/^\/sign-in\/.*/, '/sign-in/…');
}

/** The caller's trace when it sent a W3C traceparent, else a fresh one. */
function traceIdOf(traceparent: string | undefined): string {
  const given = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(traceparent ?? '')?.[1];
  return given && !/^0+$/.test(given) ? given : newId().replaceAll('-', '');
}
