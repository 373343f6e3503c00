import { csrfHeader, Problem, refusalOf, unreachable } from '../../api/client.ts';
import { ROUTES } from '../../api/types.ts';
import type { UploadAnswer } from './chosen.ts';

/** The code of a refusal that this page makes itself. */
export const GONE = 'client/file-gone';

export interface SendOptions {
  /** The same files with the same key are stored once. */
  idempotencyKey: string;
  /** Called with the bytes of the files that left this machine. */
  onProgress(sentBytes: number): void;
  signal: AbortSignal;
}

/**
 * Sends files in one request. Only XMLHttpRequest tells how far an upload is.
 * @throws Problem; `GONE` when a file changed or vanished since it was chosen
 */
export async function sendFiles(files: readonly File[], options: SendOptions): Promise<UploadAnswer> {
  for (const file of files) await mustBeThere(file);
  const form = new FormData();
  for (const file of files) form.append('files', file, file.name);
  const response = await post(form, options);
  if (!response.ok) throw await refusalOf(response);
  return response.json() as Promise<UploadAnswer>; // the server's own schema made it
}

function post(form: FormData, { idempotencyKey, onProgress, signal }: SendOptions): Promise<Response> {
  return new Promise((resolve, reject) => {
    const [method, path] = ROUTES['files.upload'];
    const request = new XMLHttpRequest();
    request.open(method, path);
    const headers = { ...csrfHeader(), 'idempotency-key': idempotencyKey };
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = () => resolve(new Response(request.responseText, { status: request.status }));
    request.onerror = () => reject(unreachable());
    request.onabort = () => reject(signal.reason);
    signal.addEventListener('abort', () => request.abort(), { once: true });
    if (signal.aborted) reject(signal.reason);
    else request.send(form);
  });
}

/** A file that was changed, moved or deleted since would end the request as if the server were away. */
async function mustBeThere(file: File): Promise<void> {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch {
    throw new Problem({
      code: GONE,
      title: 'A file cannot be read any more',
      detail: `“${file.name}” was changed or moved since it was chosen.`,
      hint: 'Remove it and choose it again.',
      status: 0,
      traceId: '',
      values: { name: file.name },
    });
  }
}
