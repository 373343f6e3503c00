import { CadreError } from '../platform/kernel/errors.ts';
import { messageOf } from '../platform/kernel/json.ts';
import { Composer } from './composer.ts';
import type { DocumentText } from './document.ts';
import { MAX_FILE_BYTES } from './limits.ts';
import { claimedType, type Sniffed, sniff } from './sniff.ts';

/** A file as it was sent. `name` is for display and a hint, never a path. */
export interface SourceFile {
  name: string;
  bytes: Uint8Array;
}

/**
 * Reads a file into text with positions. The type is found in the content; a name that says otherwise is a
 * warning. Runs in a child process (`parse-host.ts`), for files can be made to hang, swell or crash a parser.
 * @throws CadreError `file/empty`, `file/too-large`, `file/unsupported`, `file/unreadable`, `file/encrypted`,
 * `file/bomb`, `file/too-wide`, `file/too-deep`
 */
export async function parseDocument(file: SourceFile): Promise<DocumentText> {
  const { name, bytes } = file;
  if (bytes.length > MAX_FILE_BYTES)
    throw new CadreError('file/too-large', { name, limitBytes: MAX_FILE_BYTES });
  const found = await sniff(name, bytes);
  const composer = new Composer(name);
  const claimed = claimedType(name);
  if (claimed && claimed !== found.type) {
    composer.warn(`The name says ${claimed}, the content is ${found.type}; it was read as ${found.type}.`);
  }
  if (found.warning) composer.warn(found.warning);
  const meta = await read(name, found, composer).catch((cause: unknown) => {
    if (cause instanceof CadreError) throw cause;
    if (cause instanceof RangeError && /call stack/i.test(cause.message)) {
      throw new CadreError('file/unreadable', { name, detail: 'it is nested too deeply' }, { cause });
    }
    // A parser that stumbles over damage speaks of its own variables; that helps nobody.
    const detail = `its content is damaged${cause instanceof TypeError ? '' : ` (${messageOf(cause)})`}`;
    throw new CadreError('file/unreadable', { name, detail }, { cause });
  });
  if (composer.length === 0 && composer.warnings.length === 0) composer.warn('The document holds no text.');
  return composer.finish(found.type, meta);
}

/** Each format is loaded when it is first met: a child that reads e-mail never pays for the PDF reader. */
async function read(name: string, found: Sniffed, composer: Composer): Promise<DocumentText['meta']> {
  switch (found.type) {
    case 'pdf':
      return (await import('./formats/pdf.ts')).readPdf(name, found.bytes, composer);
    case 'docx':
      return (await import('./formats/docx.ts')).readDocx(name, found.entries, composer);
    case 'xlsx':
      return (await import('./formats/xlsx.ts')).readXlsx(name, found.entries, composer);
    case 'pptx':
      return (await import('./formats/pptx.ts')).readPptx(name, found.entries, composer);
    case 'csv':
      return (await import('./formats/csv.ts')).readCsv(name, found.text, composer);
    case 'html':
      return (await import('./formats/html.ts')).readHtml(name, found.bytes, composer);
    case 'md':
      return (await import('./formats/md.ts')).readMd(found.text, composer);
    case 'txt':
      return (await import('./formats/txt.ts')).readTxt(found.text, composer);
    case 'json':
      return (await import('./formats/json.ts')).readJson(name, found.text, composer);
    case 'eml':
      return (await import('./formats/eml.ts')).readEml(name, found.bytes, composer);
  }
}
