import { CadreError } from '../../platform/kernel/errors.ts';
import { parseJson } from '../../platform/kernel/json.ts';
import { readUpload } from './files.ts';
import type { Terminal } from './terminal.ts';

/** Texts and JSON as they are given on the command line: as they stand, as `@file`, or as `@-` for standard input. */

type Typed = Pick<Terminal, 'readInput'>;

/** The text of a file, or of standard input for `-`. @throws CadreError `file/missing` */
export async function readText(path: string, terminal: Typed): Promise<string> {
  return path === '-' ? terminal.readInput() : Buffer.from(readUpload(path).bytes).toString('utf8');
}

/** @throws CadreError `cli/usage` naming the flag, and `request/json-…` for JSON that is never accepted */
export function readJson(flag: string, text: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    // JSON that is too deep, or holds what is never accepted, has a code and a next step of its own.
    if (!(cause instanceof CadreError) || cause.code !== 'request/json-invalid') throw cause;
    const detail = `--${flag} is not JSON: ${cause.values.detail}`;
    throw new CadreError('cli/usage', { detail }, { cause });
  }
}

/** The object that a flag gives. @throws CadreError `cli/usage` */
export async function readObject(
  flag: string,
  text: string | undefined,
  terminal: Typed,
): Promise<Record<string, unknown> | undefined> {
  if (text === undefined) return undefined;
  const source = text.startsWith('@') ? await readText(text.slice(1), terminal) : text;
  const value = readJson(flag, source);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new CadreError('cli/usage', { detail: `--${flag} must be a JSON object` });
  }
  return { ...value };
}
