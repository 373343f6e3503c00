import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { CadreError } from '../../platform/kernel/errors.ts';
import { messageOf } from '../../platform/kernel/json.ts';
import type { UploadedFile } from '../../platform/kernel/operation.ts';

/** What the sender says of a file; the server looks at the content itself. */
const MEDIA_TYPES: Record<string, string> = {
  '.pdf': 'application/pdf',
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '.pptx': 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  '.csv': 'text/csv',
  '.html': 'text/html',
  '.htm': 'text/html',
  '.md': 'text/markdown',
  '.txt': 'text/plain',
  '.json': 'application/json',
  '.eml': 'message/rfc822',
};

/** Paths with folders replaced by the files in them (hidden ones and deeper folders left out). */
export function expandPaths(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    let isFolder: boolean;
    try {
      isFolder = statSync(path).isDirectory();
    } catch (cause) {
      throw new CadreError('file/missing', { path, detail: messageOf(cause) }, { cause });
    }
    if (!isFolder) return [path];
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map((entry) => join(path, entry.name))
      .sort();
  });
}

/** Reads a file for upload. @throws CadreError `file/missing` */
export function readUpload(path: string): UploadedFile {
  try {
    return {
      name: basename(path),
      mediaType: MEDIA_TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream',
      bytes: readFileSync(path),
    };
  } catch (cause) {
    throw new CadreError('file/missing', { path, detail: messageOf(cause) }, { cause });
  }
}

/** Bytes of a file. @throws CadreError `file/missing` */
export function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch (cause) {
    throw new CadreError('file/missing', { path, detail: messageOf(cause) }, { cause });
  }
}
