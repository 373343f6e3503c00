import pino from 'pino';

/** What rooms may log with. Never log bodies, keys or document text. */
export interface Log {
  debug(fields: Record<string, unknown>, message: string): void;
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

const SECRETS = ['key', 'secret', 'token', 'password', 'authorization', 'cookie', 'apiKey', 'databaseUrl'];

/** Log lines kept in memory while the disk takes none. */
const BACKLOG_CHARACTERS = 1_000_000;

/** JSON lines to a file (or to stderr when none is given), with secrets removed by name at two levels. */
export function createLog(options: { level: string; file?: string }): Log {
  const redact = {
    paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
    censor: '[removed]',
  };
  const destination = options.file
    ? pino.destination({
        dest: options.file,
        append: true,
        sync: false,
        mkdir: true,
        mode: 0o600,
        maxLength: BACKLOG_CHARACTERS,
      })
    : pino.destination({ dest: 2, sync: true });
  // A full disk must not end the process: lines wait up to the backlog, then are lost, and writing is tried again
  // with the next line.
  destination.on('error', () => {});
  return pino({ level: options.level, redact, base: null }, destination);
}

/** Keeps nothing: for tests and short commands. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
