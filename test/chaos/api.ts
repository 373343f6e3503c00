/** A client that behaves as ours should: it sends again, with the same Idempotency-Key, until it has an answer. */
export interface Api {
  /** One request; throws on anything but 2xx. */
  call<T>(method: string, path: string, body?: unknown, key?: string): Promise<T>;
  /** The same until it is answered with 2xx; refusals (4xx but 409, 429) throw. */
  insist<T>(method: string, path: string, body?: unknown, key?: string): Promise<T>;
}

export class HttpFailure extends Error {
  readonly status: number;
  constructor(status: number, body: string) {
    super(`${status}: ${body.slice(0, 400)}`);
    this.status = status;
  }
}

export function createApi(url: string, adminKey: string): Api {
  async function call<T>(method: string, path: string, body?: unknown, key?: string): Promise<T> {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${adminKey}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key && { 'idempotency-key': key }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    const text = await answer.text();
    if (!answer.ok) throw new HttpFailure(answer.status, text);
    return JSON.parse(text) as T; // the caller names what the API documents
  }
  return {
    call,
    async insist<T>(method: string, path: string, body?: unknown, key?: string): Promise<T> {
      for (let tries = 0; ; tries += 1) {
        try {
          return await call<T>(method, path, body, key);
        } catch (error) {
          const refused =
            error instanceof HttpFailure &&
            error.status < 500 &&
            error.status !== 409 &&
            error.status !== 429;
          if (refused || tries > 600) throw error;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
    },
  };
}
