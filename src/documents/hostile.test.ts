import { deflateRawSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import {
  makeDocx,
  makePdf,
  makePptx,
  makeZip,
  setLines,
  wordParagraph,
} from '../../test/support/documents.ts';
import { createChildren } from '../platform/kernel/child.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import type { DocumentText } from './document.ts';
import { MAX_ENTRIES, PARSE_MEMORY_MB, PARSE_TIMEOUT_MS } from './limits.ts';

/** Hostile files (GUARANTEES 2.3), read as the product reads them: in a child process. */
const children = createChildren({ size: 1, memoryMb: PARSE_MEMORY_MB, confined: true });
afterAll(() => children.close());

const host = new URL('./parse-host.ts', import.meta.url).href;
const parse = async (name: string, content: string | Uint8Array, timeoutMs = PARSE_TIMEOUT_MS) => {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const text = await children.run<string>({ module: host, name: 'parse', args: { name, bytes }, timeoutMs });
  return JSON.parse(text) as DocumentText;
};

async function codeOf(name: string, content: string | Uint8Array, timeoutMs?: number): Promise<string> {
  try {
    await parse(name, content, timeoutMs);
    return 'read';
  } catch (error) {
    if (!(error instanceof CadreError)) throw error;
    expect(error.message).not.toContain('{');
    return error.code;
  }
}

const zeros = (bytes: number) => new Uint8Array(bytes);

describe('archives that unpack to more than they hold', () => {
  it('refuses too great a growth in under a second; twin: the same document without it', async () => {
    const bomb = makeDocx(wordParagraph('Hello.'), { 'word/bomb.xml': zeros(50_000_000) });
    expect(bomb.length).toBeLessThan(100_000);
    await parse('warm.txt', 'The child is warm.');
    // The best of five: the machine of a test may be busy with other things.
    const tookMs: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const started = performance.now();
      expect(await codeOf('bomb.docx', bomb)).toBe('file/bomb');
      tookMs.push(performance.now() - started);
    }
    expect(Math.min(...tookMs)).toBeLessThan(1_000);
    expect(await codeOf('sound.docx', makeDocx(wordParagraph('Hello.')))).toBe('read');
  });

  it.each(['xl/workbook.xml', 'ppt/presentation.xml'])('also with %s', async (path) => {
    expect(await codeOf('bomb', makeZip({ [path]: zeros(50_000_000) }))).toBe('file/bomb');
  });

  it('counts what comes out, not what the archive declares', async () => {
    const honest = makeZip({ 'word/document.xml': zeros(40_000_000) });
    const lying = Buffer.from(honest);
    for (let at = 0; at < lying.length - 4; at += 1)
      if (lying.readUInt32LE(at) === 40_000_000) lying.writeUInt32LE(64, at);
    expect(lying.equals(honest)).toBe(false);
    expect(await codeOf('lying.docx', lying)).toBe('file/bomb');
  });

  it('refuses too many entries; twin: as many as allowed', async () => {
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`media/${i}.png`, zeros(1)]));
    expect(await codeOf('many.docx', makeDocx(wordParagraph('Hi.'), many(MAX_ENTRIES)))).toBe('file/bomb');
    expect(await codeOf('few.docx', makeDocx(wordParagraph('Hi.'), many(MAX_ENTRIES - 3)))).toBe('read');
  });

  it('never opens an archive inside an archive, and refuses an archive that is no document', async () => {
    const inner = makeZip({ 'x.xml': zeros(50_000_000) });
    const nested = makeDocx(wordParagraph('Outer.'), { 'word/embeddings/inner.docx': inner });
    expect((await parse('nested.docx', nested)).text).toBe('Outer.');
    expect(await codeOf('plain.zip', zipSync({ 'a.txt': zeros(10) }))).toBe('file/unsupported');
  });

  it('refuses gzip and other packed files', async () => {
    const gzip = Buffer.concat([
      Buffer.from('1f8b0800000000000003', 'hex'),
      deflateRawSync(zeros(1_000_000)),
    ]);
    expect(await codeOf('notes.txt', gzip)).toBe('file/unsupported');
  });
});

describe('XML that defines entities', () => {
  const laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>';
  it('is refused in every office format, in UTF-16 too', async () => {
    const xml = `<?xml version="1.0"?>${laughs}<w:document/>`;
    expect(await codeOf('dtd.docx', makeDocx('', { 'word/document.xml': xml }))).toBe('file/unreadable');
    const wide = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(xml, 'utf16le')]);
    expect(await codeOf('dtd.docx', makeDocx('', { 'word/document.xml': wide }))).toBe('file/unreadable');
    expect(await codeOf('dtd.xlsx', makeZip({ 'xl/workbook.xml': xml }))).toBe('file/unreadable');
    const deck = makePptx([{ title: 'T', texts: [], more: laughs }]);
    expect(await codeOf('dtd.pptx', deck)).toBe('file/unreadable');
    expect(await codeOf('sound.pptx', makePptx([{ title: 'T', texts: [] }]))).toBe('read');
  });

  it('means nothing in a web page', async () => {
    const { text } = await parse('a.html', `<!DOCTYPE html ${laughs.slice(9)}<p>Hello &b; &f;</p>`);
    expect(text).toContain('Hello');
    expect(text).not.toContain('root:');
  });
});

describe('files that cannot be read', () => {
  const sound = makePdf([setLines(['A sound page.'])]);
  it('names unreadable and encrypted PDFs; twin: the sound one', async () => {
    expect(await codeOf('a.pdf', sound)).toBe('read');
    expect(await codeOf('cut.pdf', sound.subarray(0, 40))).toBe('file/unreadable');
    expect(await codeOf('noise.pdf', Buffer.from(`%PDF-1.7\n${'x'.repeat(5_000)}`))).toBe('file/unreadable');
    const locked = Buffer.from(
      Buffer.from(sound)
        .toString('latin1')
        .replace(
          'trailer\n<<',
          `trailer\n<< /ID [<00><00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <${'ab'.repeat(32)}> /U <${'cd'.repeat(32)}> >>`,
        ),
      'latin1',
    );
    expect(await codeOf('locked.pdf', locked)).toBe('file/encrypted');
  });

  it('says that a page without text needs text recognition', async () => {
    const { warnings } = await parse('scan.pdf', makePdf([setLines(['Text.']), []]));
    expect(warnings).toEqual([expect.stringMatching(/^Page 2 holds no text.*OCR/)]);
    expect((await parse('a.pdf', sound)).warnings).toEqual([]);
  });

  it('names office files of before 2007 and with a password', async () => {
    const container = (mark: string) =>
      Buffer.concat([
        Buffer.from('d0cf11e0a1b11ae1', 'hex'),
        zeros(600),
        Buffer.from(mark, 'utf16le'),
        zeros(600),
      ]);
    expect(await codeOf('a.doc', container('WordDocument'))).toBe('file/unsupported');
    expect(await codeOf('a.docx', container('EncryptedPackage'))).toBe('file/encrypted');
  });

  it('names empty files, pictures, programs and damaged archives', async () => {
    expect(await codeOf('a.txt', '')).toBe('file/empty');
    expect(await codeOf('a.txt', ' \n\n')).toBe('file/empty');
    const png = Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), zeros(200)]);
    expect(await codeOf('letter.pdf', png)).toBe('file/unsupported');
    expect(await codeOf('a.txt', Buffer.from(Array.from({ length: 3_000 }, (_, i) => (i * 7) % 32)))).toBe(
      'file/unsupported',
    );
    expect(await codeOf('torn.docx', makeDocx(wordParagraph('Hello.')).subarray(0, 300))).toBe(
      'file/unreadable',
    );
    expect(await codeOf('a.json', '{"a": ')).toBe('file/unreadable');
  });
});

describe('sizes', () => {
  const million = 'x'.repeat(1_000_000);
  it('refuses a line of 10 MB in a clear way, whatever the kind of text', async () => {
    for (const name of ['a.txt', 'a.md', 'a.csv', 'a.html', 'a.eml']) {
      const head = name === 'a.eml' ? 'From: a@b.c\nSubject: x\n\n' : name === 'a.html' ? '<html>' : '';
      expect([name, await codeOf(name, head + million.repeat(10))]).toEqual([name, 'file/too-wide']);
    }
    const lines = Array.from({ length: 100_000 }, (_, i) => `Line ${i} ${'y'.repeat(85)}.`).join('\n\n');
    expect(lines.length).toBeGreaterThan(9_000_000);
    expect(await codeOf('long.txt', lines)).toBe('read');
  });

  it('refuses a million columns; twin: a thousand', async () => {
    expect(await codeOf('wide.csv', `${'a,'.repeat(1_000_000)}b\n`)).toBe('file/too-wide');
    expect(await codeOf('wide.csv', `${'a,'.repeat(300_000)}b\n${'1,'.repeat(300_000)}2\n`)).toBe(
      'file/too-wide',
    );
    expect(await codeOf('wide.csv', `${'a,'.repeat(1_000)}b\n${'1,'.repeat(1_000)}2\n`)).toBe('read');
  });

  it('cuts what is too long with a warning, never in silence', async () => {
    const paragraph = `${'All work and no play. '.repeat(40)}\n\n`;
    const long = await parse('long.txt', paragraph.repeat(12_500));
    expect(long.text.length).toBeLessThanOrEqual(10_000_000);
    expect(long.warnings[0]).toMatch(/^Only the first \d+ characters were read/);
    // One paragraph of a hundred thousand lines: it is read in pieces, and not at the square of the cost.
    expect(await codeOf('lines.txt', `${'a'.repeat(90)}\n`.repeat(100_000), 10_000)).toBe('read');
    const rows = await parse('long.csv', `a,b\n${'1,2\n'.repeat(300_000)}`);
    expect(rows.warnings[0]).toMatch(/^Only the first 250001 rows/);
    expect(rows.tables[0]?.rows).toHaveLength(250_000);
  });

  it('refuses deep nesting of JSON and HTML; twin: sixty levels', async () => {
    const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    expect(await codeOf('a.json', deep(65))).toBe('file/too-deep');
    expect(await codeOf('a.json', deep(200_000))).toBe('file/too-deep');
    expect(await codeOf('a.json', `{"a": "b", "c": ${deep(60)}}`)).toBe('read');
    expect(await codeOf('a.html', `<html>${'<div>'.repeat(2_000)}x`)).toBe('file/too-deep');
    expect(await codeOf('a.html', `<html>${'<div>'.repeat(300)}x`)).toBe('read');
  });
});

describe('characters that break databases and eyes', () => {
  it('leaves out NUL, controls and direction marks, and makes half characters whole', async () => {
    const { text } = await parse('a.txt', 'a\u0000b\u202ec\u0007d \ufeffe\r\nf');
    expect(text).toBe('abcd e\nf');
    const halves = await parse('a.txt', Buffer.from([0xff, 0xfe, 0x41, 0, 0x00, 0xd8, 0x42, 0]));
    expect(halves.text).toBe('A\ufffdB');
    expect((await parse('a.json', '{"k": "\\ud800 \\u0000x"}')).text).toBe('k: \ufffd x');
  });

  it('reads keys that change prototypes as mere text', async () => {
    const { text } = await parse('a.json', '{"__proto__": {"a": 1}, "constructor": "x"}');
    expect(text).toBe('__proto__.a: 1\nconstructor: x');
  });

  it('reads UTF-8, UTF-16 with and without mark, and Latin-1', async () => {
    const german = 'Grüße aus Köln und Österreich, alles läuft.';
    expect((await parse('a.txt', german)).text).toBe(german);
    const wide = Buffer.from(german, 'utf16le');
    expect((await parse('a.txt', Buffer.concat([Buffer.from([0xff, 0xfe]), wide]))).text).toBe(german);
    expect((await parse('a.txt', wide)).text).toBe(german);
    expect((await parse('a.txt', Buffer.from(wide).swap16())).text).toBe(german);
    expect((await parse('a.txt', Buffer.from(german, 'latin1'))).text).toBe(german);
    const japanese = Buffer.from('836583588367835883678365', 'hex');
    expect((await parse('a.csv', japanese)).warnings[0]).toMatch(/encoding of the text is not certain/);
    expect((await parse('a.txt', Buffer.from(german, 'latin1'))).warnings).toEqual([]);
    expect((await parse('a.txt', Buffer.from([0x93, 0x41, 0x94, 0x20, 0x80]))).text).toBe('“A” €');
  });
});

describe('a parser that goes astray', () => {
  const astray = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;
  it('is stopped in its time and memory, and the next file is read', async () => {
    const run = (code: string, timeoutMs: number) =>
      children.run({ module: astray(code), name: 'parse', args: {}, timeoutMs });
    await expect(run('export const parse = () => { for (;;); }', 300)).rejects.toMatchObject({
      code: 'child/timeout',
    });
    const grow = 'export const parse = () => { const all = []; for (;;) all.push(Buffer.alloc(5e7, 1)); }';
    await expect(run(grow, 30_000)).rejects.toMatchObject({ code: 'child/memory' });
    expect((await parse('a.txt', 'Hello.')).text).toBe('Hello.');
  });
});
