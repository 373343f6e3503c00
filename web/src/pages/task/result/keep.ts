/** Offers bytes as a file to keep. The name is made harmless by the browser; it is cut to what disks take. */
export function saveAs(bytes: Blob, name: string): void {
  const address = URL.createObjectURL(bytes);
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName(name);
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000); // some browsers begin to read only later
}

/** A name fit for a disk: one line, no signs that paths or directions of writing use, its ending kept. */
export function fileName(name: string): string {
  const ending = /\.\w{1,5}$/.exec(name)?.[0] ?? '';
  const stem = name
    .slice(0, name.length - ending.length)
    .replace(/[\p{C}/\\:*?"<>|]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[.\s]+|[.\s]+$/g, '')
    .slice(0, 100)
    .trim();
  return `${stem || 'result'}${ending}`;
}

/**
 * Copies a text that is still on its way. Browsers allow it only as an answer to a click, so the promise is handed
 * over at once; on plain HTTP from another machine there is no clipboard, and the old way is tried.
 * @throws Error when neither works
 */
export async function copyText(text: Promise<string>): Promise<void> {
  if (navigator.clipboard && typeof ClipboardItem === 'function') {
    const blob = text.then((written) => new Blob([written], { type: 'text/plain' }));
    await navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })]);
    return;
  }
  const area = document.createElement('textarea');
  area.value = await text;
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (!done) throw new Error('This browser does not let pages copy here. Download it instead.');
}
