import { CadreError, type ErrorValues, toErrorRecord } from '../../platform/kernel/errors.ts';

/** Problem details of RFC 9457, with the catalogue's code, hint and values beside the standard members. */
export interface Problem {
  /** Link to the entry of the catalogue, relative to this server. */
  type: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: string;
  hint: string;
  retryable: boolean;
  values: ErrorValues;
  traceId: string;
}

/** What was thrown, as a person may see it: the message of an error that is not ours stays in the log. */
export function toProblem(thrown: unknown, instance: string, traceId: string): Problem {
  const error = thrown instanceof CadreError ? thrown : new CadreError('internal/error', {});
  const { code, message, hint, retryable, values } = toErrorRecord(error);
  return {
    type: `/docs/errors#${code}`,
    title: titleOf(code),
    status: error.status,
    detail: message,
    instance,
    code,
    hint,
    retryable,
    values,
    traceId,
  };
}

/** The problem as a response. Busy and stopped servers say when to come back. */
export function problemResponse(problem: Problem, extra: Record<string, string> = {}): Response {
  const headers: Record<string, string> = { 'Content-Type': 'application/problem+json' };
  if (problem.status === 401) headers['WWW-Authenticate'] = 'Bearer realm="cadre"';
  if (problem.retryable && [409, 429, 503, 507].includes(problem.status)) headers['Retry-After'] = '1';
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { ...headers, ...extra },
  });
}

/** `task/not-found` reads "Task not found": the same for every occurrence, as the RFC asks. */
export function titleOf(code: string): string {
  const words = code.replace('/', ' ').replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
