import { type Operations, ROUTES } from './types.ts';

export type OperationName = keyof Operations;

/** What the server says when it refuses: problem details with the next step (docs/errors.md). */
export interface ProblemDetails {
  code: string;
  title: string;
  detail: string;
  hint: string;
  status: number;
  traceId: string;
  values: Record<string, unknown>;
}

/** A refusal, or a server that does not answer (`code: 'client/unreachable'`, status 0). */
export class Problem extends Error {
  readonly details: ProblemDetails;
  constructor(details: ProblemDetails) {
    super(details.detail || details.title);
    this.details = details;
  }
  get code(): string {
    return this.details.code;
  }
}

/** The token of the session as this page knows it: asked for once, again after each sign-in. */
let csrf = '';

/** Asks who this page is to the server: true when somebody is signed in. @throws Problem */
export async function openSession(): Promise<boolean> {
  const answer = await send('/session', {});
  const session: { csrf: string | null } = await answer.json();
  csrf = session.csrf ?? '';
  return session.csrf !== null;
}

/** The header that shows that a request comes from this page; for requests that `send` cannot make. */
export function csrfHeader(): Record<string, string> {
  return { 'x-csrf-token': csrf };
}

/** Who is told when a request was refused because nobody is signed in. */
let onSignedOut: () => void = () => {};
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

/** Says that nobody is signed in any more. */
export function signedOut(): void {
  onSignedOut();
}

interface CallOptions {
  signal?: AbortSignal;
  /** The same key gives the same answer: what was asked twice is done once. */
  idempotencyKey?: string;
}

/**
 * Calls an operation of Cadre. `input` fills the path, then the query (GET, DELETE) or the JSON body.
 * @throws Problem
 */
export async function call<Name extends OperationName>(
  name: Name,
  input: Operations[Name]['input'],
  options: CallOptions = {},
): Promise<Operations[Name]['output']> {
  const response = await ask(name, input, options);
  return response.json() as Promise<Operations[Name]['output']>; // the server's own schema made it
}

/**
 * Calls an operation that answers bit by bit. Null: there is nothing to hear.
 * @throws Problem
 */
export async function callStream(
  name: 'agents.chat' | 'agents.resumeChat',
  input: object,
  options: CallOptions = {},
): Promise<ReadableStream<Uint8Array> | null> {
  const response = await ask(name, input, options);
  return response.status === 204 ? null : response.body;
}

async function ask(name: keyof typeof ROUTES, input: object, options: CallOptions): Promise<Response> {
  const [method, path] = ROUTES[name];
  const rest = new Map(Object.entries(input).filter(([, value]) => value !== undefined));
  const url = path.replace(/\{(\w+)\}/g, (_, field: string) => {
    const value = String(rest.get(field) ?? '');
    rest.delete(field);
    return encodeURIComponent(value);
  });
  const inQuery = method === 'GET' || method === 'DELETE';
  const query = new URLSearchParams([...rest].map(([field, value]) => [field, String(value)])).toString();
  return send(inQuery && query ? `${url}?${query}` : url, {
    method,
    headers: {
      ...(!inQuery && { 'content-type': 'application/json' }),
      ...(options.idempotencyKey && { 'idempotency-key': options.idempotencyKey }),
    },
    ...(!inQuery && { body: JSON.stringify(Object.fromEntries(rest)) }),
    ...(options.signal && { signal: options.signal }),
  });
}

/** Any request to this server, with the session and its token. @throws Problem */
export async function send(
  url: string,
  init: RequestInit & { headers?: Record<string, string> },
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, headers: { ...init.headers, ...csrfHeader() } });
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw unreachable();
  }
  if (response.ok) return response;
  throw await refusalOf(response);
}

/** What to throw when the server cannot be reached. */
export function unreachable(): Problem {
  return new Problem(UNREACHABLE);
}

/** What to throw for an answer that is not a good one; tells when nobody is signed in. */
export async function refusalOf(response: Response): Promise<Problem> {
  const problem = await problemOf(response);
  if (problem.details.status === 401) onSignedOut();
  return problem;
}

async function problemOf(response: Response): Promise<Problem> {
  const body: Partial<ProblemDetails> = await response.json().catch(() => ({}));
  return new Problem({
    code: body.code ?? 'client/unexpected',
    title: body.title ?? 'The server refused',
    detail: body.detail ?? `It answered ${response.status}.`,
    hint: body.hint ?? 'Try again; if it stays, look into the log of the server.',
    status: response.status,
    traceId: body.traceId ?? response.headers.get('x-trace-id') ?? '',
    values: body.values ?? {},
  });
}

const UNREACHABLE: ProblemDetails = {
  code: 'client/unreachable',
  title: 'Cadre does not answer',
  detail: 'The server could not be reached.',
  hint: 'Is it running? Start it with `npm start`; this page goes on by itself.',
  status: 0,
  traceId: '',
  values: {},
};
