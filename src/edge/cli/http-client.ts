import {
  type ClientRequest,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { CadreError, isErrorCode } from '../../platform/kernel/errors.ts';
import { messageOf } from '../../platform/kernel/json.ts';
import type { Operation, UploadedFile } from '../../platform/kernel/operation.ts';
import type { Client } from './client.ts';
import { readEvents } from './event-stream.ts';

/**
 * Speaks to a Cadre server that a person named or this machine runs. Plain sockets instead of the outbound client,
 * because this is the one caller that may reach loopback and that needs uploads and streams.
 */
export function httpClient(url: string, key: string, operations: readonly Operation[]): Client {
  const base = new URL(url);
  const isSecure = base.protocol === 'https:';
  const agent = isSecure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });

  const send = (
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: Uint8Array | string,
    signal?: AbortSignal,
  ): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const options = {
        method,
        agent,
        headers: {
          ...headers,
          authorization: `Bearer ${key}`,
          ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
        },
        ...(signal && { signal }),
      };
      const target = new URL(path, base);
      const sent: ClientRequest = (isSecure ? httpsRequest : httpRequest)(target, options, resolve);
      sent.on('error', (cause) => {
        reject(signal?.aborted ? cause : new CadreError('server/unreachable', { url }, { cause }));
      });
      sent.end(body);
    });

  const find = (name: string): Operation => {
    const operation = operations.find((each) => each.name === name);
    if (!operation) throw new CadreError('request/not-found', { path: name });
    return operation;
  };

  const ask = async (
    operation: Operation,
    input: unknown,
    extra: { files?: UploadedFile[]; idempotencyKey?: string; signal?: AbortSignal } = {},
  ) => {
    const { method } = operation.route;
    const { path, rest } = fillPath(operation.route.path, (input ?? {}) as Record<string, unknown>);
    const headers: Record<string, string> = {};
    if (extra.idempotencyKey) headers['idempotency-key'] = extra.idempotencyKey;
    if (method === 'GET' || method === 'DELETE') {
      return send(method, `${path}${toQuery(rest)}`, headers, undefined, extra.signal);
    }
    if (operation.route.body === 'multipart') {
      const form = await toForm(rest, extra.files ?? []);
      return send(method, path, { ...headers, 'content-type': form.type }, form.body);
    }
    return send(method, path, { ...headers, 'content-type': 'application/json' }, JSON.stringify(rest));
  };

  return {
    place: url,
    url: base.origin,
    async call(name, input, options = {}) {
      const answer = await ask(find(name), input, options);
      return JSON.parse((await bytesOf(answer, url)).toString('utf8'));
    },
    async *follow(name, input, signal) {
      try {
        const answer = await ask(find(name), input, { signal });
        if (answer.statusCode !== 200) await bytesOf(answer, url);
        if (answer.statusCode === 204) return;
        for await (const item of readEvents(answer)) {
          if (item.event === 'error') throw errorOf(item.data, 500);
          yield item;
        }
      } catch (cause) {
        if (signal.aborted) return;
        throw cause instanceof CadreError ? cause : new CadreError('server/unreachable', { url }, { cause });
      }
    },
    async download(name, input) {
      const answer = await ask(find(name), input);
      const mediaType = answer.headers['content-type'] ?? 'application/octet-stream';
      return { mediaType, bytes: await bytesOf(answer, url) };
    },
    async checkReady() {
      await bytesOf(await send('GET', '/ready', {}), url);
    },
    async close() {
      agent.destroy();
    },
  };
}

/** The body of a good answer. @throws CadreError that the server named */
async function bytesOf(answer: IncomingMessage, url: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of answer) chunks.push(chunk);
  } catch (cause) {
    throw new CadreError('server/unreachable', { url }, { cause });
  }
  const bytes = Buffer.concat(chunks);
  const status = answer.statusCode ?? 0;
  if (status >= 200 && status < 300) return bytes;
  let problem: unknown;
  try {
    problem = JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    const detail = `the server at ${url} answered ${status} with no JSON: ${messageOf(cause)}`;
    throw new CadreError('internal/error', {}, { cause: detail });
  }
  throw errorOf(problem, status);
}

/** The server's problem as the error it was there; codes of a newer server read as `internal/error`. */
function errorOf(problem: unknown, status: number): CadreError {
  const { code, values, detail } = (problem ?? {}) as Partial<{
    code: string;
    values: Record<string, string>;
    detail: string;
  }>; // RFC 9457 document of our own server
  if (code && isErrorCode(code)) return new CadreError(code, values ?? {});
  return new CadreError('internal/error', {}, { cause: `${status}: ${detail ?? 'no detail'}` });
}

function fillPath(pattern: string, input: Record<string, unknown>) {
  const rest = { ...input };
  const path = pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = rest[name];
    delete rest[name];
    return encodeURIComponent(String(value ?? ''));
  });
  return { path: `/api/v1${path}`, rest };
}

function toQuery(input: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(input)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item === undefined || item === null) continue;
      query.append(name, typeof item === 'object' ? JSON.stringify(item) : String(item));
    }
  }
  const text = query.toString();
  return text ? `?${text}` : '';
}

async function toForm(fields: Record<string, unknown>, files: UploadedFile[]) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined)
      form.append(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  for (const file of files) {
    form.append('files', new Blob([new Uint8Array(file.bytes)], { type: file.mediaType }), file.name);
  }
  const encoded = new Response(form);
  return {
    type: encoded.headers.get('content-type') ?? 'multipart/form-data',
    body: new Uint8Array(await encoded.arrayBuffer()),
  };
}
