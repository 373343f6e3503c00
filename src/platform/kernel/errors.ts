import { approvalErrors } from './approval-errors.ts';
import { budgetErrors } from './budget-errors.ts';
import { collaborationErrors } from './collaboration-errors.ts';
import { controlErrors } from './control-errors.ts';
import { conversationErrors } from './conversation-errors.ts';
import { delegationErrors } from './delegation-errors.ts';
import { energyErrors } from './energy-errors.ts';
import { messageErrors } from './message-errors.ts';
import { modelErrors } from './model-errors.ts';
import { scheduleErrors } from './schedule-errors.ts';
import { secretErrors } from './secret-errors.ts';
import { solutionErrors } from './solution-errors.ts';
import { teamErrors } from './team-errors.ts';
import { workflowErrors } from './workflow-errors.ts';

/**
 * The one catalogue of errors a person can act on. Each entry says what happened (with the value at fault in
 * braces), how HTTP answers, whether the same call may succeed later, and the next step to take.
 * `docs/errors.md` is written from this list and a test compares them both ways.
 */
export interface CatalogueEntry {
  readonly message: string;
  readonly status: number;
  readonly retryable: boolean;
  readonly hint: string;
}

export const catalogue = {
  // requests
  'request/invalid': entry(
    'The request is not valid: {detail}.',
    422,
    'Correct the named field; `/docs` shows the shape.',
  ),
  'request/json-invalid': entry(
    'The body is not JSON: {detail}.',
    400,
    'Send valid JSON with the content type application/json.',
  ),
  'request/json-too-deep': entry('The JSON is nested deeper than {limit} levels.', 400, 'Flatten the value.'),
  'request/json-too-wide': entry(
    'The JSON holds more than {limit} keys and items.',
    400,
    'Send less in one request, or upload it as a file.',
  ),
  'request/json-forbidden-key': entry(
    'The JSON holds the key "{key}", which is never accepted.',
    400,
    'Rename or remove the key.',
  ),
  'request/json-bad-number': entry(
    'The JSON holds a number that no computer can keep.',
    400,
    'Send the number as text.',
  ),
  'request/json-bad-text': entry(
    'The JSON holds a NUL or half of a character.',
    422,
    'Remove the broken character and send valid UTF-8.',
  ),
  'request/too-large': entry(
    'The body is larger than {limitBytes} bytes.',
    413,
    'Send less, or use `/api/v1/files` for documents.',
  ),
  'request/not-found': entry('There is nothing at {path}.', 404, 'See `/docs` for every path.'),
  'request/bad-cursor': entry(
    'The cursor "{cursor}" is not one of ours.',
    400,
    'Start again without a cursor.',
  ),
  'request/idempotency-mismatch': entry(
    'The Idempotency-Key "{key}" was used before with another body.',
    409,
    'Use a new key for a new request.',
  ),
  'request/idempotency-running': entry(
    'A request with the Idempotency-Key "{key}" is still being answered.',
    409,
    'Wait a moment and send it again.',
    true,
  ),
  'request/too-many': entry('Too many requests.', 429, 'Wait for the seconds that Retry-After names.', true),
  'request/method': entry(
    '{path} does not answer {method}.',
    405,
    'Use one of the methods that the Allow header names.',
  ),
  'request/timeout': entry(
    'The request took longer than {timeoutMs} ms.',
    504,
    'Send it again with the same Idempotency-Key; the work may have gone on.',
    true,
  ),
  'request/idempotency-key': entry(
    'The Idempotency-Key is not usable: {detail}.',
    400,
    'Send 1 to 200 visible ASCII characters, for example a UUID.',
  ),
  'request/media-type': entry(
    'The content type "{type}" is not accepted here.',
    415,
    'Send application/json (or multipart/form-data for files).',
  ),
  // access
  'auth/required': entry(
    'This needs a key or a session.',
    401,
    'Send `Authorization: Bearer <key>`, or open the sign-in link that `cadre start` prints.',
  ),
  'auth/invalid': entry(
    'The key or session is unknown, expired or revoked.',
    401,
    'Make a new key with `cadre key create`, or a new sign-in link with `cadre key sign-in`.',
  ),
  'auth/forbidden': entry('The role "{role}" may not do {operation}.', 403, 'Ask an owner or admin.'),
  'auth/host': entry(
    'The Host "{host}" is not served here.',
    421,
    'Use the address that `cadre start` printed, or add the name to CADRE_ALLOW_ORIGINS.',
  ),
  'auth/origin': entry(
    'A page of the origin "{origin}" may not call Cadre.',
    403,
    'Use the console of this server.',
  ),
  'auth/link-used': entry(
    'The sign-in link is unknown, used or expired.',
    401,
    'Make a new one with `cadre key sign-in`.',
  ),
  'auth/weak-admin-key': entry(
    'CADRE_ADMIN_KEY has {length} characters; at least 32 are needed.',
    400,
    'Set a longer random value.',
  ),
  'auth/csrf': entry(
    'The request came with a session but without its X-CSRF-Token.',
    403,
    'Send the `csrf` of `GET /session` in the header X-CSRF-Token, or use a key.',
  ),
  'tenant/not-found': entry('There is no tenant {id}.', 404, 'See `cadre tenant list`.'),
  'tenant/exists': entry('A tenant named "{name}" exists.', 409, 'Choose another name.'),
  'key/not-found': entry('There is no key {id}.', 404, 'See `cadre key list`.'),
  // settings and the house
  'cli/usage': entry('{detail}.', 400, 'See `cadre --help`, or `--help` after the command.'),
  'config/invalid': entry(
    'The setting {name} is not valid: {detail}.',
    400,
    'Correct it; `cadre doctor` shows every setting and where it came from.',
  ),
  'config/unsafe-bind': entry(
    'Cadre will not listen on {host} without protection.',
    400,
    'Keep 127.0.0.1, or put a TLS proxy in front and name it with --behind-proxy.',
  ),
  'home/locked': entry(
    'Another Cadre process holds the home {home}.',
    409,
    'Stop it, or choose another home with --home.',
  ),
  'home/not-writable': entry(
    'The home {home} cannot be written: {detail}.',
    507,
    'Give this user write access, free some space, or choose another home with --home.',
  ),
  'server/port-in-use': entry(
    'Port {port} is taken by another program.',
    409,
    'Choose another with --port, or stop the program that holds it.',
  ),
  'server/unreachable': entry(
    'No Cadre answers at {url}.',
    503,
    'Start it with `npm start`, or check --url.',
    true,
  ),
  'server/stopping': entry('This Cadre is stopping.', 503, 'Send the request again in a moment.', true),
  'internal/error': entry(
    'Something went wrong inside Cadre.',
    500,
    'The log has the details under the same trace id; please report it.',
  ),
  // store
  'store/unavailable': entry(
    'The database does not answer: {detail}.',
    503,
    'Check the database; the same request may be sent again.',
    true,
  ),
  'store/full': entry('The disk is full: {detail}.', 507, 'Free some space; work goes on by itself.', true),
  'store/corrupt': entry(
    'The database is damaged: {detail}.',
    500,
    'Stop Cadre and restore the last backup.',
  ),
  'store/migration': entry(
    'The database has version {found}, this Cadre knows {known}.',
    409,
    'Use the Cadre version that wrote it, or restore a backup.',
  ),
  // runs
  'run/fenced': entry(
    'Attempt {fence} of run {runId} lost its lease; its result was recorded as late and not used.',
    409,
    'Nothing to do: a newer attempt owns the run.',
  ),
  'run/timeout': entry(
    'The attempt took longer than {timeoutMs} ms.',
    504,
    'Give the agent a longer timeoutMs, or the task less to do.',
    true,
  ),
  'run/crashed': entry(
    'The worker died {attempts} times on this run without progress.',
    500,
    'Look at the history, mend the cause, then `cadre task retry`.',
  ),
  'run/no-handler': entry(
    'No worker here knows runs of the kind "{kind}".',
    500,
    'Start a worker of the version that made the run.',
    true,
  ),
  'run/step-limit': entry('The run passed {limit} steps.', 422, 'Split the task.'),
  // agents
  'agent/not-found': entry('There is no agent {id}.', 404, 'See `cadre agent list`.'),
  'agent/exists': entry('An agent named "{name}" exists.', 409, 'Choose another name.'),
  'agent/unavailable': entry(
    'The agent "{name}" is {status} and takes no work.',
    409,
    'See `cadre agent show`; validate or activate it.',
  ),
  'agent/unreachable': entry(
    'The endpoint of the agent does not answer: {detail}.',
    502,
    'Check the endpoint, then `cadre agent validate`.',
    true,
  ),
  'agent/failed': entry(
    'The agent reported a failure: {detail}.',
    502,
    'Read the detail; retry when its cause is gone.',
    true,
  ),
  'agent/refused': entry(
    'The agent refused the task: {detail}.',
    422,
    'Read the detail; the same request would be refused again.',
  ),
  'agent/bad-answer': entry(
    'The agent answered in a wrong form: {detail}.',
    502,
    'The answer must be {"output": …}; see docs/agents.md.',
  ),
  'agent/function-unknown': entry(
    'No plug-in registers a function "{name}".',
    422,
    'List the plug-in in CADRE_PLUGINS, or correct the name.',
  ),
  'agent/skill-unknown': entry(
    'There is no built-in skill "{name}".',
    422,
    'See `cadre agent list` for the skills of the keyless team.',
  ),
  // tasks and plans
  'task/not-found': entry('There is no task {id}.', 404, 'See `cadre task list`.'),
  'task/wrong-state': entry(
    'The task is {status}; it cannot be {action}.',
    409,
    'See `cadre task show` for what it can do now.',
  ),
  'task/left': entry(
    'You left the task {id}; it is not lost.',
    499,
    'It goes on in the running server, or at the next start; see `cadre task show`.',
  ),
  'task/no-goal': entry('The goal is empty.', 422, 'Say in a sentence what you want.'),
  'task/goal-too-long': entry(
    'The goal has {length} characters; at most {limit} are accepted.',
    413,
    'Put long material in a file and keep the goal short.',
  ),
  'task/deadline': entry(
    'Its deadline passed before it was done: {deadline}.',
    409,
    'Try it again, with a later deadline or a longer `timeoutMs` of its workflow.',
  ),
  'task/deadline-past': entry('The deadline {deadline} is in the past.', 422, 'Choose a later one.'),
  'task/no-capability': entry(
    'Nobody here can do this: {missing} is missing.',
    422,
    'Register an agent with that capability, or say the goal differently.',
  ),
  'task/nobody-ready': entry(
    'Those who can do this are not ready: {agents}.',
    503,
    'It is tried again by itself; see `cadre agent list`.',
    true,
  ),
  'task/no-files': entry(
    'A goal like this needs documents and none were given.',
    422,
    'Drop files on the goal in the console, name them after it on the command line, or send their ids in `files`.',
  ),
  'plan/cycle': entry('The plan is circular: {cycle}.', 422, 'Remove one of the dependencies on the circle.'),
  'plan/unknown-step': entry(
    'The step "{step}" needs "{missing}", which is not in the plan.',
    422,
    'Correct the name.',
  ),
  'plan/duplicate-step': entry('Two steps of the plan are called "{step}".', 422, 'Rename one.'),
  'plan/too-large': entry('The plan has {steps} steps; at most {limit} are allowed.', 422, 'Split the goal.'),
  'plan/too-deep': entry(
    'The task is nested {depth} levels deep; at most {limit} are allowed.',
    422,
    'Plan with fewer levels.',
  ),
  'plan/bad-reference': entry(
    'The input reference "{reference}" has no value: {detail}.',
    422,
    'Refer to a step this one depends on and a field of its result.',
  ),
  ...messageErrors,
  ...collaborationErrors,
  ...delegationErrors,
  ...workflowErrors,
  ...modelErrors,
  ...budgetErrors,
  ...energyErrors,
  ...secretErrors,
  ...scheduleErrors,
  ...controlErrors,
  ...approvalErrors,
  ...conversationErrors,
  ...teamErrors,
  ...solutionErrors,
  // documents
  'file/not-found': entry('There is no file {id}.', 404, 'See `cadre file list`.'),
  'file/missing': entry('The file {path} does not exist or cannot be read.', 404, 'Check the path.'),
  'file/empty': entry('The file "{name}" is empty.', 422, 'Send a file with content.'),
  'file/too-large': entry('The file "{name}" has more than {limitBytes} bytes.', 413, 'Split it.'),
  'file/too-many': entry('More than {limit} files in one request.', 413, 'Send them in several requests.'),
  'file/unsupported': entry(
    'Files of the type {type} cannot be read ("{name}").',
    415,
    'Send pdf, docx, xlsx, pptx, csv, html, md, txt, json or eml.',
  ),
  'file/unreadable': entry(
    'The file "{name}" cannot be read: {detail}.',
    422,
    'Open it in its own program, save it again and send that.',
  ),
  'file/bomb': entry(
    'The file "{name}" unpacks to far more than it holds ({detail}).',
    422,
    'Send the content itself, not an archive of it.',
  ),
  'file/encrypted': entry(
    'The file "{name}" is protected by a password.',
    422,
    'Remove the password and send the file again.',
  ),
  'file/too-wide': entry(
    'The file "{name}" has {found}; at most {limit} can be read.',
    422,
    'Break it into lines or columns of usual size.',
  ),
  'file/too-deep': entry(
    'The file "{name}" is nested deeper than {limit} levels.',
    422,
    'Flatten it and send it again.',
  ),
  'file/none-stored': entry(
    'None of the {count} files could be stored. {detail}',
    422,
    'Correct or leave out the files named.',
  ),
  // work in a child process
  'child/timeout': entry(
    'The work took longer than {timeoutMs} ms and was stopped.',
    504,
    'Try with less input.',
  ),
  'child/memory': entry(
    'The work needed more than {memoryMb} MB and was stopped.',
    507,
    'Try with less input.',
  ),
  'child/crashed': entry(
    'The process that did the work died ({detail}).',
    500,
    'Look at the log; the rest of Cadre goes on.',
  ),
  // outbound calls
  'outbound/denied': entry(
    'The address {host} is private and not on the list of allowed hosts.',
    403,
    'Add it to CADRE_ALLOW_HOSTS if you trust it.',
  ),
  'outbound/failed': entry(
    'The call to {host} failed: {detail}.',
    502,
    'Check that the address is right and answers.',
    true,
  ),
  'outbound/timeout': entry(
    '{host} did not answer within {timeoutMs} ms.',
    504,
    'Try later, or allow more time.',
    true,
  ),
  'outbound/too-large': entry('{host} answered with more than {limitBytes} bytes.', 502, 'Ask for less.'),
} as const satisfies Record<string, CatalogueEntry>;

function entry(message: string, status: number, hint: string, retryable = false): CatalogueEntry {
  return { message, status, hint, retryable };
}

/** A code of the catalogue, such as `task/not-found`. */
export type ErrorCode = keyof typeof catalogue;

/** The values that fill the braces of the message. */
export type ErrorValues = Record<string, string | number | boolean | undefined>;

/** What crosses process borders, is stored on tasks and goes into problem details. */
export interface ErrorRecord {
  code: ErrorCode;
  message: string;
  hint: string;
  retryable: boolean;
  values: ErrorValues;
}

/** A failure somebody can act on. Identify it by `code`, never by class, once it crossed a process. */
export class CadreError extends Error {
  readonly code: ErrorCode;
  readonly values: ErrorValues;

  constructor(code: ErrorCode, values: ErrorValues, options?: { cause?: unknown }) {
    super(fill(catalogue[code].message, values), options);
    this.name = 'CadreError';
    this.code = code;
    this.values = values;
  }

  get status(): number {
    return catalogue[this.code].status;
  }

  get retryable(): boolean {
    return catalogue[this.code].retryable;
  }

  get hint(): string {
    return catalogue[this.code].hint;
  }
}

function fill(template: string, values: ErrorValues): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => clip(String(values[name] ?? name)));
}

function clip(text: string): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

/** Any thrown thing as a record; what is not ours becomes `internal/error` with the message as detail. */
export function toErrorRecord(thrown: unknown): ErrorRecord {
  if (thrown instanceof CadreError) {
    const { code, message, hint, retryable, values } = thrown;
    return { code, message, hint, retryable, values };
  }
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  const { hint, retryable } = catalogue['internal/error'];
  return { code: 'internal/error', message: detail, hint, retryable, values: {} };
}

/** The error of a record, for rethrowing on this side of a process border. */
export function fromErrorRecord(record: ErrorRecord): CadreError {
  return isErrorCode(record.code)
    ? new CadreError(record.code, record.code === 'internal/error' ? {} : record.values, {
        cause: record.message,
      })
    : new CadreError('internal/error', {}, { cause: record });
}

/** True when the text is a code of the catalogue. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(catalogue, text);
}
