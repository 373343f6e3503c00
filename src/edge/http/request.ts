import { CadreError } from '../../platform/kernel/errors.ts';
import { checkJson, type Json, messageOf, parseJson } from '../../platform/kernel/json.ts';
import type { Operation, Shape, UploadedFile } from '../../platform/kernel/operation.ts';
import { sha256 } from '../../platform/kernel/random.ts';

/** Limits of GUARANTEES section 4. The whole upload is bounded too, because it is held in memory once. */
export const JSON_LIMIT_BYTES = 1_000_000;
export const FILE_LIMIT_BYTES = 100_000_000;
export const UPLOAD_LIMIT_BYTES = 200_000_000;
export const FILES_LIMIT = 200;

/** All uploads under way together; each is held in memory until it is stored. */
export const UPLOADS_LIMIT_BYTES = 400_000_000;

/** Counts the bytes of uploads under way, so that many at once cannot fill the memory. */
export interface UploadRoom {
  heldBytes: number;
}

type Input = Record<string, unknown>;
/** Text of a path or query as the schema's type; what does not fit stays text, and the schema says why not. */
export function fromText(texts: readonly string[], types: ReadonlySet<string> | undefined): unknown {
  if (types?.has('array')) return texts;
  const text = texts[0] ?? '';
  if (types && !types.has('string')) {
    if ((types.has('number') || types.has('integer')) && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
    if (types.has('boolean') && (text === 'true' || text === 'false')) return text === 'true';
    if (types.has('object') && text.startsWith('{')) return parseJson(text);
  }
  return text;
}

/** Puts path, query or body together into the one input object. Path parameters win. */
export async function readInput(
  request: Request,
  operation: Pick<Operation, 'route'>,
  shape: Shape,
  parameters: Record<string, string>,
  onUpload: (bytes: number) => void = () => {},
): Promise<Input> {
  const { method, body } = operation.route;
  const input: Input = {};
  if (method === 'GET' || method === 'DELETE') {
    const query = new URL(request.url).searchParams;
    for (const name of new Set(query.keys())) input[name] = fromText(query.getAll(name), shape.get(name));
  } else {
    Object.assign(
      input,
      body === 'multipart' ? await readMultipart(request, shape, onUpload) : await readJson(request),
    );
  }
  for (const [name, value] of Object.entries(parameters)) input[name] = fromText([value], shape.get(name));
  checkJson({ ...input, files: body === 'multipart' ? null : (input.files ?? null) });
  return input;
}

/** The JSON object of a body; an empty body is an empty one. @throws CadreError `request/…` */
export async function readJson(request: Request, limitBytes = JSON_LIMIT_BYTES): Promise<Input> {
  const type = mediaTypeOf(request);
  const bytes = await readBytes(request, limitBytes);
  if (bytes.length === 0) return {};
  if (type !== 'application/json') throw new CadreError('request/media-type', { type: type || 'none' });
  const value = parseJson(decode(bytes));
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CadreError('request/json-invalid', { detail: 'an object is expected' });
  }
  return { ...value };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new CadreError('request/json-invalid', { detail: 'the bytes are not UTF-8' }, { cause });
  }
}

/** Only this function makes `UploadedFile`s: a JSON body cannot pose as an upload. */
async function readMultipart(
  request: Request,
  shape: Shape,
  onUpload: (bytes: number) => void,
): Promise<Input> {
  const type = mediaTypeOf(request);
  if (type !== 'multipart/form-data') throw new CadreError('request/media-type', { type: type || 'none' });
  const bytes = await readBytes(request, UPLOAD_LIMIT_BYTES, onUpload);
  let form: FormData;
  try {
    const headers = { 'content-type': request.headers.get('content-type') ?? '' };
    form = await new Response(bytes, { headers }).formData();
  } catch (cause) {
    throw new CadreError('request/invalid', { detail: `the form cannot be read: ${messageOf(cause)}` });
  }
  const files: UploadedFile[] = [];
  const input: Input = {};
  for (const [name, value] of form) {
    if (typeof value === 'string') {
      input[name] = fromText([value], shape.get(name));
      continue;
    }
    if (files.length >= FILES_LIMIT) throw new CadreError('file/too-many', { limit: FILES_LIMIT });
    if (value.size > FILE_LIMIT_BYTES) {
      throw new CadreError('file/too-large', { name: value.name, limitBytes: FILE_LIMIT_BYTES });
    }
    checkJson(value.name);
    files.push({
      name: value.name,
      mediaType: value.type,
      bytes: new Uint8Array(await value.arrayBuffer()),
    });
  }
  return { ...input, files };
}

function mediaTypeOf(request: Request): string {
  if (request.headers.has('content-encoding')) {
    throw new CadreError('request/media-type', {
      type: `${request.headers.get('content-encoding')} encoding`,
    });
  }
  return (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/**
 * Reads a body up to a limit, whatever Content-Length says. `onBytes` hears of each part and may refuse it.
 * @throws CadreError `request/too-large`
 */
export async function readBytes(
  request: Request,
  limitBytes: number,
  onBytes: (bytes: number) => void = () => {},
): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () => new CadreError('request/too-large', { limitBytes });
  if (Number(request.headers.get('content-length') ?? 0) > limitBytes) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > limitBytes) throw tooLarge();
    onBytes(chunk.length);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks, size));
}

/** Runs `work` with a place in the room; what it was told of is given back when it ends. */
export async function withRoom<T>(
  room: UploadRoom,
  work: (onUpload: (bytes: number) => void) => Promise<T>,
): Promise<T> {
  let held = 0;
  try {
    return await work((bytes) => {
      if (room.heldBytes + bytes > UPLOADS_LIMIT_BYTES) throw new CadreError('request/too-many', {});
      room.heldBytes += bytes;
      held += bytes;
    });
  } finally {
    room.heldBytes -= held;
  }
}

/** One hash for requests that ask the same: order of keys and multipart boundaries do not count. */
export function hashOfRequest(method: string, path: string, input: Input): string {
  return sha256(`${method} ${path} ${canonical(input)}`);
}

function canonical(value: unknown): string {
  if (value instanceof Uint8Array) return sha256(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
  }
  return JSON.stringify(value as Json) ?? 'null'; // checked by checkJson before
}
