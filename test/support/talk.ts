import type { CadreProcess } from './console.ts';

/** Asks the server as a program would. `key` when another one than that of the server's start. */
export function apiOf(cadre: () => CadreProcess, key?: string) {
  return async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const answer = await fetch(`${cadre().url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key ?? cadre().key}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Answer; // as the operation says
  };
}

/** An agent of a program outside: what it is sent waits until the test takes it. */
export const outside = (name: string) => ({ name, executor: { kind: 'mailbox' } });
