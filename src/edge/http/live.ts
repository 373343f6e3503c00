import type { WebSocket } from 'ws';
import { z } from 'zod';
import { pause } from '../../platform/kernel/clock.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import type { Operation, StreamEvent } from '../../platform/kernel/operation.ts';
import { toProblem } from './problem.ts';

/** Times of a live socket, in milliseconds. */
export interface LiveTimes {
  /** Every so often it is asked whether the key or session still holds, and the reader whether it is there. */
  heartbeatMs: number;
  /** Every so often all agents are told with their status, whatever the events said (FEATURES CO-5, 5). */
  statusMs: number;
  /** A reader that takes nothing for this long is cut off. */
  stallMs: number;
}

export const LIVE_TIMES: LiveTimes = { heartbeatMs: 15_000, statusMs: 30_000, stallMs: 30_000 };

/** Largest message of a client. */
export const MAX_LIVE_BYTES = 16_384;
/** Agents in one status; there may be more than a page can show. */
const AGENTS_SHOWN = 1_000;
const AGENTS_PER_PAGE = 200;
/** What a client may say before it was answered. */
const UNANSWERED = 20;
/** A client that does not close in turn is let go after this long. */
const CLOSING_MS = 1_000;

/** Codes a socket is closed with (RFC 6455, 7.4); those from 4000 on are ours, after the HTTP status. */
const CLOSES = { stopping: 1001, internal: 1011, talkative: 1008, unknown: 4401, slow: 4408 } as const;

const cursorSchema = z.string().regex(/^\d{1,16}-\d{1,16}$/, 'a cursor of an event, such as 0-12');

/** What a client may say. */
const subscribeSchema = z.strictObject({
  type: z.literal('subscribe'),
  /** Types of events such as `task.settled`, or kinds such as `task.*`; none: all. */
  types: z
    .array(z.string().regex(/^[a-z]+\.(\*|[a-z-]+)$/, 'such as task.settled or task.*'))
    .min(1)
    .max(100)
    .optional(),
  /** Only events of this task and its steps. */
  taskId: z.string().min(1).max(64).optional(),
  /** Goes on after this event; else after the last one that was looked at. */
  after: cursorSchema.optional(),
});
type Subscription = z.output<typeof subscribeSchema>;

/** Of an agent, what a status says. */
const shownAgents = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      role: z.string(),
      status: z.string(),
      statusReason: z.string().nullable(),
      enabled: z.boolean(),
      inFlight: z.number(),
      busy: z.number(),
      lastHeartbeatAt: z.string().nullable(),
    }),
  ),
  nextCursor: z.string().nullable(),
});

export interface LiveSession {
  /** Runs an operation as who connected; the signal ends what it waits for. */
  call(name: string, input: unknown, signal: AbortSignal): Promise<unknown>;
  traceId: string;
  /** Rejects when who connected may not read any more. */
  check(): Promise<void>;
  /** Ends the session: the server stops, or the client left. */
  stop: AbortController;
  times: LiveTimes;
  onError(thrown: unknown): void;
}

/** The operations that a live socket is made of; without them there is none. */
export function liveOperations<House>(
  operations: readonly Operation<House>[],
): Map<string, Operation<House>> | undefined {
  const names = ['agents.list', 'events.last', 'events.follow', 'tasks.follow'];
  const found = new Map(operations.filter(({ name }) => names.includes(name)).map((one) => [one.name, one]));
  return found.size === names.length ? found : undefined;
}

/**
 * Serves one live socket (DESIGN section 5): the status of all agents, then every event as it happens, framed as the
 * streams frame them. The next event is asked for when the network took the last one, so a slow reader costs no memory
 * here: the log keeps its place.
 */
export async function serveLive(socket: WebSocket, session: LiveSession): Promise<void> {
  const { stop, times } = session;
  const { signal } = stop;
  let following = new AbortController();
  let followed = Promise.resolve();
  /** The last event that was looked at; none yet before the first status. */
  let place: string | undefined;
  let unanswered = 0;
  let isAlive = true;
  let sending: Promise<void> = Promise.resolve();

  /** Ends the session with a reason; the first one counts. */
  function end(code: number, reason: string): void {
    if (signal.aborted) return;
    socket.close(code, reason.slice(0, 120)); // 123 bytes fit
    stop.abort();
  }
  signal.addEventListener(
    'abort',
    () => {
      following.abort();
      socket.close(CLOSES.stopping, 'the server stops'); // nothing, where it was closed before
      void pause(CLOSING_MS).then(() => socket.terminate());
    },
    { once: true },
  );

  /** One after another; resolves when the network took it. */
  function send(what: object): Promise<void> {
    sending = sending.then(() => (signal.aborted ? undefined : write(JSON.stringify(what))));
    return sending;
  }
  async function write(text: string): Promise<void> {
    const timer = new AbortController();
    const stalled = pause(times.stallMs, timer.signal).then(
      () => 'stalled' as const,
      () => 'over' as const,
    );
    const written = new Promise<'written'>((resolve) => socket.send(text, () => resolve('written')));
    const outcome = await Promise.race([written, stalled]);
    timer.abort();
    if (outcome === 'stalled')
      end(CLOSES.slow, new CadreError('live/too-slow', { stallMs: times.stallMs }).message);
  }
  function sendError(thrown: unknown): Promise<void> {
    const { code, detail, hint, retryable, values } = toProblem(thrown, '/api/v1/live', session.traceId);
    if (code === 'internal/error') session.onError(thrown);
    return send({ type: 'error', code, message: detail, hint, retryable, values });
  }

  async function sendStatus(): Promise<void> {
    // The place first: what happens while the agents are read is told again as events.
    const { cursor } = z.object({ cursor: z.string() }).parse(await session.call('events.last', {}, signal));
    const agents = [];
    let next: string | null = null;
    do {
      const input: object = { limit: AGENTS_PER_PAGE, ...(next !== null && { cursor: next }) };
      const page = shownAgents.parse(await session.call('agents.list', input, signal));
      agents.push(...page.items);
      next = page.nextCursor;
    } while (next !== null && agents.length < AGENTS_SHOWN);
    place ??= cursor;
    await send({ type: 'status', agents, more: next !== null, cursor });
  }

  /** Follows until another subscription takes over, or the session ends. */
  async function follow({ types, taskId }: Subscription, own: AbortController): Promise<void> {
    try {
      const items =
        taskId === undefined
          ? await session.call('events.follow', { after: place }, own.signal)
          : await session.call('tasks.follow', { id: taskId, after: place }, own.signal);
      // An iterable is the contract of these routes.
      for await (const item of items as AsyncIterable<StreamEvent>) {
        if (own.signal.aborted) return;
        if (isWanted(item, types, taskId)) await send({ type: 'event', ...item });
        place = item.id;
        if (own.signal.aborted) return;
      }
    } catch (thrown) {
      if (own.signal.aborted) return;
      await sendError(thrown);
      end(CLOSES.internal, 'the events could not be read');
    }
  }

  /** The status first; what a client says meanwhile is heard after it. */
  async function begin(): Promise<void> {
    try {
      await sendStatus();
      followed = follow({ type: 'subscribe' }, following);
    } catch (thrown) {
      await sendError(thrown);
      end(CLOSES.internal, 'it could not begin');
    }
  }

  async function subscribe(text: string): Promise<void> {
    const wanted = readMessage(text);
    if (wanted.taskId !== undefined) {
      // Asked for once and left again: a task that is not there is said now, and the old subscription stays.
      const probe = new AbortController();
      probe.abort();
      await session.call('tasks.follow', { id: wanted.taskId }, probe.signal);
    }
    following.abort();
    await followed; // it has noted the last event it sent
    if (signal.aborted) return;
    following = new AbortController();
    if (wanted.after !== undefined) place = wanted.after;
    const { types = null, taskId = null } = wanted;
    await send({ type: 'subscribed', types, taskId, after: place });
    followed = follow(wanted, following);
  }

  let heard = begin();
  socket.on('message', (data, isBinary) => {
    unanswered += 1;
    if (unanswered > UNANSWERED) return end(CLOSES.talkative, 'too many messages at once');
    heard = heard
      .then(() => subscribe(isBinary ? '' : data.toString()))
      .catch((thrown: unknown) => sendError(thrown))
      .finally(() => {
        unanswered -= 1;
      });
  });
  socket.on('pong', () => {
    isAlive = true;
  });
  socket.on('error', () => stop.abort()); // 'close' follows; a protocol error was answered with its code
  socket.on('close', () => stop.abort());

  const every = (ms: number, work: () => Promise<void>) => {
    let working = false;
    const timer = setInterval(() => {
      if (working) return;
      working = true;
      work()
        .catch(async (thrown: unknown) => {
          await sendError(thrown);
          const isKnown = thrown instanceof CadreError && thrown.code.startsWith('auth/');
          end(isKnown ? CLOSES.unknown : CLOSES.internal, isKnown ? thrown.message : 'it could not go on');
        })
        .finally(() => {
          working = false;
        });
    }, ms);
    signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  };
  every(times.heartbeatMs, async () => {
    await session.check();
    if (!isAlive) return end(CLOSES.slow, 'the reader does not answer');
    isAlive = false;
    socket.ping();
  });
  every(times.statusMs, sendStatus);

  await aborted(signal);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** @throws CadreError `live/bad-message` */
function readMessage(text: string): Subscription {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    throw new CadreError('live/bad-message', { detail: 'it is not JSON' });
  }
  const parsed = subscribeSchema.safeParse(said);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.map(String).join('.') || 'message';
  throw new CadreError('live/bad-message', { detail: `${place}: ${issue?.message ?? ''}` });
}

const toldSchema = z.object({ taskId: z.string().nullable(), rootId: z.string().nullable() });

function isWanted(
  { event, data }: StreamEvent,
  types: string[] | undefined,
  taskId: string | undefined,
): boolean {
  const isType = types?.some((type) =>
    type.endsWith('.*') ? event.startsWith(type.slice(0, -1)) : event === type,
  );
  if (isType === false) return false;
  if (taskId === undefined) return true;
  const told = toldSchema.parse(data);
  return told.taskId === taskId || told.rootId === taskId;
}
