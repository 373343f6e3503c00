import { type Context, Hono } from 'hono';
import { BurstyRateLimiter, RateLimiterMemory } from 'rate-limiter-flexible';
import { CadreError } from '../../platform/kernel/errors.ts';
import {
  type BytesAnswer,
  type Caller,
  type Operation,
  type Route,
  type Shape,
  type StreamEvent,
  shapeOf,
} from '../../platform/kernel/operation.ts';
import type { DoorEnv } from './app.ts';
import { credentialOf, identify } from './credentials.ts';
import type { DoorNeeds } from './needs.ts';
import { toProblem } from './problem.ts';
import { hashOfRequest, readInput, type UploadRoom, withRoom } from './request.ts';
import { type Streams, sendEvents } from './stream.ts';
import { sendUiMessages } from './ui-stream.ts';

export const REQUEST_TIMEOUT_MS = 60_000;
const REPLAYED = { 'Idempotency-Replayed': 'true' };

/** Every operation as a route below `/api/v1`. Who asks is found out before the path is even looked up. */
export function apiRoutes<House extends DoorNeeds>(
  house: House,
  operations: readonly Operation<House>[],
  streams: Streams,
  live: ((c: DoorContext) => Response) | undefined,
): Hono<DoorEnv> {
  const api = new Hono<DoorEnv>();
  const limit = limiter(house.config.ratePerSecond);
  api.use(async (c, next) => {
    const identity = await identify(c, house.access, c.var.passed);
    await limit(identity.tenantId);
    c.set('identity', identity);
    await next();
  });
  if (live) api.get('/live', live);
  const room: UploadRoom = { heldBytes: 0 };
  const methods = new Map<string, string[]>();
  // Fixed words before parameters: `/tasks/batch` must not be taken for the task called "batch".
  for (const operation of [...operations].sort((a, b) => byPath(a.route.path, b.route.path))) {
    const path = honoPath(operation.route.path);
    methods.set(path, [...(methods.get(path) ?? []), operation.route.method]);
    api.on(operation.route.method, path, (c) => {
      // Here and not at the start, which would wait for hundreds of them.
      const shape = shapeOf(operation.input);
      if (operation.route.answer === 'events') return answerEvents(house, operation, shape, streams, c);
      return withRoom(room, (onUpload) => answer(house, operation, shape, c, onUpload));
    });
  }
  for (const [path, allowed] of methods) {
    api.all(path, (c) => {
      c.header('Allow', allowed.join(', '));
      throw new CadreError('request/method', { path: c.req.path, method: c.req.method });
    });
  }
  return api;
}

type DoorContext = Context<DoorEnv>;

async function answer<House extends DoorNeeds>(
  house: House,
  operation: Operation<House>,
  shape: Shape,
  c: DoorContext,
  onUpload: (bytes: number) => void,
): Promise<Response> {
  const { route } = operation;
  const input = await readInput(c.req.raw, operation, shape, c.req.param(), onUpload);
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  const key = route.method === 'POST' ? idempotencyKey(c.req.header('idempotency-key')) : undefined;
  const caller: Caller = {
    ...c.var.identity,
    traceId: c.var.traceId,
    // Work that was asked for goes on when the asker leaves; reading for nobody does not.
    signal: operation.effect === 'read' ? AbortSignal.any([timeout, c.req.raw.signal]) : timeout,
    ...(key !== undefined && { idempotencyKey: key }),
  };
  const work = () => within(timeout, operation.run(house, caller, input));
  if (route.answer === 'bytes') return bytesResponse((await work()) as BytesAnswer); // contract of the route
  if (key === undefined) {
    const result = await work();
    return jsonResponse(JSON.stringify(result), statusOf(route, result));
  }
  return repeatable(house, operation, caller, key, hashOfRequest(route.method, c.req.path, input), work);
}

/** The same key and body get the first answer again; what failed may be tried again under the same key. */
async function repeatable<House extends DoorNeeds>(
  house: House,
  operation: Operation<House>,
  caller: Caller,
  key: string,
  requestHash: string,
  work: () => Promise<unknown>,
): Promise<Response> {
  const claim = await house.idempotency.begin({
    tenantId: caller.tenantId,
    key,
    operation: operation.name,
    requestHash,
  });
  if (claim.state === 'repeat') {
    return jsonResponse(claim.answer.body, claim.answer.status, REPLAYED);
  }
  let result: unknown;
  try {
    result = await work();
  } catch (thrown) {
    await claim.abandon();
    throw thrown;
  }
  const status = statusOf(operation.route, result);
  await claim.settle({ status, body: JSON.stringify(withoutSecrets(result, operation.route.shownOnce)) });
  return jsonResponse(JSON.stringify(result), status);
}

/** Some of several things were done: the answer says so, and the route names the status for it. */
function statusOf(route: Route, result: unknown): number {
  const partial =
    typeof result === 'object' && result !== null && 'partial' in result && result.partial === true;
  return (partial ? route.partialStatus : undefined) ?? route.status ?? 200;
}

function withoutSecrets(result: unknown, fields: readonly string[] = []): unknown {
  if (fields.length === 0 || typeof result !== 'object' || result === null) return result;
  return { ...result, ...Object.fromEntries(fields.map((field) => [field, null])) };
}

async function answerEvents<House extends DoorNeeds>(
  house: House,
  operation: Operation<House>,
  shape: Shape,
  streams: Streams,
  c: DoorContext,
): Promise<Response> {
  if (c.req.method === 'HEAD') {
    throw new CadreError('request/method', { path: c.req.path, method: c.req.method });
  }
  const input = await readInput(c.req.raw, operation, shape, c.req.param());
  const stop = streams.open(c.var.identity.tenantId);
  try {
    const { items, isRepeated } = await openStream(house, operation, stop, input, c);
    const credential = credentialOf(c, c.var.passed);
    const check = () => house.access.confirm(credential);
    const cut = () => c.env?.outgoing?.destroy();
    if (operation.route.framing === 'ui-messages')
      return await sendUiMessages(items, {
        stop,
        check,
        cut,
        stallMs: streams.stallMs,
        ...(isRepeated && { headers: REPLAYED }),
        onError: (thrown) => toProblem(thrown, c.req.path, c.var.traceId).detail,
      });
    return sendEvents(c, items, {
      stop,
      check,
      cut,
      stallMs: streams.stallMs,
      onError: (thrown) => {
        house.log.warn({ traceId: c.var.traceId, err: String(thrown) }, 'a stream ended with an error');
        return { id: '', event: 'error', data: toProblem(thrown, c.req.path, c.var.traceId) };
      },
    });
  } catch (thrown) {
    stop.abort();
    throw thrown;
  }
}

/**
 * What an operation streams. With an Idempotency-Key the work is begun once: the operation keeps with it what its stream
 * is found by, and who comes again with the same key and body gets that stream from its beginning.
 */
async function openStream<House extends DoorNeeds>(
  house: House,
  operation: Operation<House>,
  stop: AbortController,
  input: Record<string, unknown>,
  c: DoorContext,
): Promise<{ items: AsyncIterable<StreamEvent>; isRepeated: boolean }> {
  const { route, name } = operation;
  const caller: Caller = { ...c.var.identity, traceId: c.var.traceId, signal: stop.signal };
  const run = (as: Caller) => operation.run(house, as, input) as Promise<AsyncIterable<StreamEvent>>; // route's contract
  const key = route.method === 'POST' ? idempotencyKey(c.req.header('idempotency-key')) : undefined;
  if (key === undefined) {
    const last = c.req.header('last-event-id');
    if (last) input.after = last;
    return { items: await run(caller), isRepeated: false };
  }
  const claim = await house.idempotency.begin({
    tenantId: caller.tenantId,
    key,
    operation: name,
    requestHash: hashOfRequest(route.method, c.req.path, input),
  });
  if (claim.state === 'repeat')
    return { items: await run({ ...caller, keptAnswer: JSON.parse(claim.answer.body) }), isRepeated: true };
  try {
    return { items: await run({ ...caller, idempotencyKey: key }), isRepeated: false };
  } finally {
    // What the operation kept with its work stays; a key under which nothing was kept may be used again.
    await claim.abandon();
  }
}

function within<T>(timeout: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(new CadreError('request/timeout', { timeoutMs: REQUEST_TIMEOUT_MS }));
    timeout.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => timeout.removeEventListener('abort', onAbort));
  });
}

function idempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (!/^[\x21-\x7e]{1,200}$/.test(header)) {
    throw new CadreError('request/idempotency-key', { detail: `it has ${header.length} characters` });
  }
  return header;
}

function jsonResponse(
  body: string | undefined,
  status: number,
  headers: Record<string, string> = {},
): Response {
  return new Response(body ?? 'null', {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
  });
}

/** A user's file is never shown as a page of this server: attachment, sandbox, no sniffing. */
function bytesResponse({ name, mediaType, bytes }: BytesAnswer): Response {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  return new Response(new Uint8Array(bytes), {
    headers: {
      'Content-Type': mediaType,
      'Content-Disposition': `attachment; filename="${plain}"; filename*=UTF-8''${encode(name)}`,
      'Content-Security-Policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
    },
  });
}

function encode(name: string): string {
  return encodeURIComponent(name).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
}

/** Steady rate with a burst of three seconds' worth on top, for each of those named, in this process. 0: none. */
export function limiter(perSecond: number): (name: string) => Promise<void> {
  if (perSecond === 0) return async () => undefined;
  const rate = new BurstyRateLimiter(
    new RateLimiterMemory({ points: perSecond, duration: 1 }),
    new RateLimiterMemory({ keyPrefix: 'burst', points: perSecond * 3, duration: 5 }),
  );
  return async (name) => {
    try {
      await rate.consume(name);
    } catch (refusal) {
      if (refusal instanceof Error) throw refusal;
      throw new CadreError('request/too-many', {});
    }
  };
}

function honoPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

function byPath(a: string, b: string): number {
  const [left, right] = [a.replaceAll('{', '\uffff'), b.replaceAll('{', '\uffff')];
  return left < right ? -1 : left > right ? 1 : 0;
}
