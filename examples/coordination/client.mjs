/**
 * How the sample agents talk to Cadre: its HTTP API and nothing else. A server that is away for a moment is asked
 * again; every POST carries an Idempotency-Key, so asking twice does nothing twice.
 */
import { randomUUID } from 'node:crypto';

const PATIENCE = 120;
const PASSING = ['request/too-many', 'request/idempotency-running', 'message/mailbox-full'];

export class Refusal extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? String(status));
    this.status = status;
    this.code = problem.code;
  }
}

/** Answers `call(method, path, body?, idempotencyKey?)`. */
export function connect(url, key) {
  return async function call(method, path, body, idempotencyKey = randomUUID()) {
    for (let tries = 1; ; tries += 1) {
      try {
        return await once(method, path, body, idempotencyKey);
      } catch (error) {
        // A server comes back, a limit passes; what was refused stays refused.
        const passes = !(error instanceof Refusal) || error.status >= 500 || PASSING.includes(error.code);
        if (!passes || tries === PATIENCE) throw error;
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  };

  async function once(method, path, body, idempotencyKey) {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(method === 'POST' && { 'idempotency-key': idempotencyKey }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Refusal(answer.status, readProblem(text));
    return JSON.parse(text);
  }
}

function readProblem(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { detail: text.slice(0, 200) };
  }
}
