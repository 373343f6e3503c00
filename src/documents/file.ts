import { z } from 'zod';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import type { ErrorRecord } from '../platform/kernel/errors.ts';
import type { FileRow } from '../platform/store/schema.ts';
import { oneLine } from './clean.ts';
import type { DocumentType } from './document.ts';
import { claimedType } from './sniff.ts';

/** How far a file has come. Reading and analysing are stages with stored results; `failed` names its reason. */
export const FILE_STATUSES = ['stored', 'read', 'analyzed', 'failed'] as const;

/** A file as people see it. */
export const fileSchema = z.object({
  id: z.string(),
  name: z.string(),
  mediaType: z.string(),
  bytes: z.int(),
  sha256: z.string(),
  status: z.enum(FILE_STATUSES),
  error: z.object({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
  createdAt: z.string(),
});
export type FileView = z.infer<typeof fileSchema>;

/** A row as people see it. */
export function toFile(row: FileRow): FileView {
  const error: ErrorRecord | null = row.error === null ? null : JSON.parse(row.error);
  return {
    id: row.id,
    name: row.name,
    mediaType: row.media_type,
    bytes: row.bytes,
    sha256: row.sha256,
    status: fileSchema.shape.status.parse(row.status),
    error: error && { code: error.code, message: error.message, hint: error.hint },
    createdAt: toRfc3339(row.created_at),
  };
}

/**
 * A name fit for showing: the last part of a path, without controls and marks that turn the direction of writing,
 * without leading dots, 255 characters with the ending kept. It is never used as a path.
 */
export function cleanName(name: string): string {
  const last = oneLine(name.normalize('NFC').replace(/^.*[/\\]/s, '')).replace(/^[.\s]+/, '');
  if (last === '') return 'file';
  if (last.length <= 255) return last;
  const ending = /\.[\p{L}\d]{1,10}$/u.exec(last)?.[0] ?? '';
  return (
    last
      .slice(0, 255 - ending.length)
      .toWellFormed()
      .replace(/\ufffd$/, '') + ending
  );
}

const MEDIA_TYPES: Record<DocumentType, string> = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  csv: 'text/csv',
  html: 'text/html',
  md: 'text/markdown',
  txt: 'text/plain',
  json: 'application/json',
  eml: 'message/rfc822',
};

/** The media type by the name; what the sender claims is not believed. */
export function mediaTypeOf(name: string): string {
  const type = claimedType(name);
  return type ? MEDIA_TYPES[type] : 'application/octet-stream';
}
