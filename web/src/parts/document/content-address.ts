/** Where the bytes of a file are; they leave as a file to keep, never as a page. */
export function contentAddress(fileId: string): string {
  return `/api/v1/files/${encodeURIComponent(fileId)}/content`;
}
