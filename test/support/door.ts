import { z } from 'zod';
import { createDoor } from '../../src/edge/http/app.ts';
import type { DoorNeeds, IdempotencyClaim, KeptAnswer } from '../../src/edge/http/needs.ts';
import { fakeClock } from '../../src/platform/kernel/clock.ts';
import { CadreError } from '../../src/platform/kernel/errors.ts';
import { silentLog } from '../../src/platform/kernel/log.ts';
import {
  type Operation,
  operation,
  type StreamEvent,
  type UploadedFile,
} from '../../src/platform/kernel/operation.ts';

/** A small house with notes in two tenants: enough to try every behaviour of the HTTP door. */
export interface NotesHouse extends DoorNeeds {
  notes: Map<string, { id: string; tenantId: string; text: string; count: number }>;
  /** How often `notes.create` was carried out. */
  created: { count: number };
  /** Holds `notes.create` until it resolves. */
  hold: { until: Promise<unknown> };
  /** Ends of streams that were asked for. */
  ended: string[];
  writable: { is: boolean };
  readonly homeTenantId: string;
  readonly isFirstStart: boolean;
  close(): Promise<void>;
}

export const KEYS = {
  owner: 'cadre_owner',
  viewer: 'cadre_viewer',
  foreign: 'cadre_foreign',
} as const;

const people = {
  [KEYS.owner]: { tenantId: 'tenant-a', role: 'owner', name: 'Ada' },
  [KEYS.viewer]: { tenantId: 'tenant-a', role: 'viewer', name: 'Vera' },
  [KEYS.foreign]: { tenantId: 'tenant-b', role: 'owner', name: 'Bo' },
} as const;

export function notesHouse(overrides: Partial<DoorNeeds['config']> = {}): NotesHouse {
  const kept = new Map<string, { requestHash: string; answer: KeptAnswer | undefined }>();
  /** Text of the session → key of who has it. */
  const sessions = new Map<string, string>();
  let opened = 0;
  const openSession = (key: string, last: string | undefined) => {
    if (last) sessions.delete(last);
    opened += 1;
    sessions.set(`session-${opened}`, key);
    return { session: `session-${opened}`, maxAgeMs: 43_200_000 };
  };
  const links = new Set(['fresh-link']);
  const authenticate: DoorNeeds['access']['authenticate'] = async (credential) => {
    const key = 'key' in credential ? credential.key : sessions.get(credential.session);
    const person = people[key as keyof typeof people];
    if (!person) throw new CadreError('auth/invalid', {});
    return {
      tenantId: person.tenantId,
      role: person.role,
      actor: { kind: 'key' in credential ? 'key' : 'session', id: key ?? '', name: person.name },
    };
  };
  return {
    consoleFolder: '/nowhere',
    version: '0.0.0-test',
    config: {
      host: '127.0.0.1',
      port: 0,
      allowOrigins: [],
      behindProxy: [],
      ratePerSecond: 0,
      ...overrides,
    },
    clock: fakeClock(),
    log: silentLog,
    notes: new Map(),
    created: { count: 0 },
    hold: { until: Promise.resolve() },
    ended: [],
    writable: { is: true },
    homeTenantId: 'tenant-a',
    isFirstStart: false,
    async close() {},
    access: {
      authenticate,
      async confirm(credential) {
        await authenticate(credential);
      },
      async isLive(link) {
        return links.has(link);
      },
      async redeem(link, last) {
        if (!links.delete(link)) throw new CadreError('auth/link-used', {});
        return openSession(KEYS.owner, last);
      },
      async signIn(key, last) {
        if (!(key in people)) throw new CadreError('auth/invalid', {});
        return openSession(key, last);
      },
      async endSession(session) {
        sessions.delete(session);
      },
    },
    idempotency: {
      async begin({ tenantId, key, requestHash }): Promise<IdempotencyClaim> {
        const name = `${tenantId} ${key}`;
        const found = kept.get(name);
        if (found && found.requestHash !== requestHash) {
          throw new CadreError('request/idempotency-mismatch', { key });
        }
        if (found?.answer) return { state: 'repeat', answer: found.answer };
        if (found) throw new CadreError('request/idempotency-running', { key });
        kept.set(name, { requestHash, answer: undefined });
        return {
          state: 'run',
          async settle(answer) {
            kept.set(name, { requestHash, answer });
          },
          async abandon() {
            kept.delete(name);
          },
        };
      },
    },
    webhooks: {
      async receive() {
        throw new CadreError('trigger/unsigned', {});
      },
    },
    async checkReady() {
      if (!notesHouseWritable(this)) throw new CadreError('store/unavailable', { detail: 'test' });
    },
  };
}

function notesHouseWritable(house: DoorNeeds): boolean {
  return (house as NotesHouse).writable.is; // `this` of the object above
}

const note = z.object({ id: z.string(), text: z.string(), count: z.number(), secret: z.string().nullable() });

const create = operation<
  NotesHouse,
  z.ZodObject<{ text: z.ZodString; count: z.ZodDefault<z.ZodInt> }>,
  typeof note
>({
  name: 'notes.create',
  summary: 'Writes a note.',
  route: { method: 'POST', path: '/notes', status: 201, shownOnce: ['secret'] },
  input: z.object({ text: z.string().min(1), count: z.int().default(1) }),
  output: note,
  permission: 'operator',
  effect: 'write',
  example: { text: 'hello' },
  async run(house, caller, input) {
    await house.hold.until;
    house.created.count += 1;
    const id = `note-${house.created.count}`;
    house.notes.set(id, { id, tenantId: caller.tenantId, ...input });
    return { id, ...input, secret: 'shown-once' };
  },
});

const list = operation({
  name: 'notes.list',
  summary: 'Lists notes.',
  route: { method: 'GET', path: '/notes' },
  input: z.object({
    limit: z.int().min(1).max(100).default(20),
    loud: z.boolean().optional(),
    words: z.array(z.string()).optional(),
    title: z.string().optional(),
  }),
  output: z.object({ items: z.array(note), asked: z.unknown() }),
  permission: 'viewer',
  effect: 'read',
  example: { limit: 5 },
  async run(house: NotesHouse, caller, input) {
    const own = [...house.notes.values()].filter((each) => each.tenantId === caller.tenantId);
    return { items: own.map((each) => ({ ...each, secret: null })), asked: input };
  },
});

const show = operation({
  name: 'notes.show',
  summary: 'Shows a note.',
  route: { method: 'GET', path: '/notes/{id}' },
  input: z.object({ id: z.string() }),
  output: note,
  permission: 'viewer',
  effect: 'read',
  example: { id: 'note-1' },
  async run(house: NotesHouse, caller, { id }) {
    const found = house.notes.get(id);
    if (!found || found.tenantId !== caller.tenantId) throw new CadreError('task/not-found', { id });
    return { ...found, secret: null };
  },
});

const fail = operation({
  name: 'notes.fail',
  summary: 'Fails in an unforeseen way.',
  route: { method: 'POST', path: '/notes/fail' },
  input: z.object({}),
  output: z.object({}),
  permission: 'viewer',
  effect: 'write',
  example: {},
  async run(): Promise<Record<string, never>> {
    throw new Error('the password is swordfish');
  },
});

const attach = operation({
  name: 'notes.attach',
  summary: 'Attaches files.',
  route: { method: 'POST', path: '/notes/{id}/files', body: 'multipart' },
  input: z.object({
    id: z.string(),
    files: z
      .array(z.custom<UploadedFile>((value) => (value as UploadedFile)?.bytes instanceof Uint8Array))
      .min(1),
    count: z.int().optional(),
  }),
  output: z.object({ got: z.array(z.string()), count: z.number().nullable() }),
  permission: 'operator',
  effect: 'write',
  example: { id: 'note-1', files: [] },
  async run(_house: NotesHouse, _caller, { files, count }) {
    return { got: files.map((file) => `${file.name}:${file.bytes.length}`), count: count ?? null };
  },
});

const content = operation({
  name: 'notes.content',
  summary: 'Gives the bytes of a note.',
  route: { method: 'GET', path: '/notes/{id}/content', answer: 'bytes' },
  input: z.object({ id: z.string() }),
  output: z.unknown(),
  permission: 'viewer',
  effect: 'read',
  example: { id: 'note-1' },
  async run() {
    const bytes = new TextEncoder().encode('<script>alert(1)</script>');
    return { name: 'Über "x"\r\n.html', mediaType: 'text/html', bytes };
  },
});

const follow = operation({
  name: 'notes.follow',
  summary: 'Follows notes as they are written.',
  route: { method: 'GET', path: '/notes/events', answer: 'events' },
  input: z.object({ after: z.string().optional(), to: z.int().default(3) }),
  output: z.unknown(),
  permission: 'viewer',
  effect: 'read',
  example: {},
  async run(house: NotesHouse, caller, { after, to }) {
    return (async function* (): AsyncGenerator<StreamEvent> {
      try {
        for (let number = Number(after ?? 0) + 1; number <= to; number += 1) {
          yield { id: String(number), event: 'note.written', data: { number, tenant: caller.tenantId } };
        }
        if (to < 100) return;
        await new Promise((_, reject) =>
          caller.signal.addEventListener('abort', () => reject(new Error('left')), { once: true }),
        );
      } finally {
        house.ended.push(caller.tenantId);
      }
    })();
  },
});

const page = operation({
  name: 'tasks.page',
  summary: 'The result as a page.',
  route: { method: 'GET', path: '/tasks/{id}/page', answer: 'bytes' },
  input: z.object({ id: z.string() }),
  output: z.unknown(),
  permission: 'viewer',
  effect: 'read',
  example: { id: 'task-1' },
  async run(_house: NotesHouse, caller, { id }) {
    if (caller.tenantId !== 'tenant-a') throw new CadreError('task/not-found', { id });
    return { name: 'brief.html', mediaType: 'text/html', bytes: new TextEncoder().encode('<h1>Brief</h1>') };
  },
});

export const noteOperations: Operation<NotesHouse>[] = [
  show,
  create,
  list,
  fail,
  attach,
  content,
  follow,
  page,
];

export const HOST = '127.0.0.1:7200';

/** A door over the notes and a way to ask it; `Host` and the owner's key are set unless told otherwise. */
export function notesDoor(overrides: Partial<DoorNeeds['config']> = {}) {
  const house = notesHouse(overrides);
  const door = createDoor(house, noteOperations);
  door.listenOn(7200);
  const ask = async (
    line: string,
    options: {
      headers?: Record<string, string | undefined>;
      body?: string | FormData | Uint8Array<ArrayBuffer> | object;
      key?: string | null;
    } = {},
  ) => {
    const [method = 'GET', path = '/'] = line.split(' ');
    const headers = new Headers({ host: HOST });
    if (options.key !== null) headers.set('authorization', `Bearer ${options.key ?? KEYS.owner}`);
    let body = options.body as string | FormData | undefined; // narrowed just below
    if (options.body?.constructor === Object) {
      headers.set('content-type', 'application/json');
      body = JSON.stringify(options.body);
    }
    for (const [name, value] of Object.entries(options.headers ?? {})) {
      if (value === undefined) headers.delete(name);
      else headers.set(name, value);
    }
    const request = new Request(`http://${HOST}${path}`, {
      method,
      headers,
      ...(body !== undefined && { body }),
    });
    const response = await door.fetch(request);
    return response;
  };
  return { house, door, ask };
}

/** The JSON of an answer, for looking into it. */
export async function bodyOf(answer: Response | Promise<Response>) {
  return JSON.parse(await (await answer).text());
}
