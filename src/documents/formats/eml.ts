import { load } from 'cheerio';
import PostalMime, { type Address, type Email } from 'postal-mime';
import { fromRfc3339, toRfc3339 } from '../../platform/kernel/clock.ts';
import { oneLine } from '../clean.ts';
import type { Composer } from '../composer.ts';
import type { DocumentText } from '../document.ts';
import { writeHtml } from '../html-blocks.ts';
import { MAILBOX_LINE } from '../sniff.ts';
import { wrappingOf, writePlain } from './txt.ts';

/** An e-mail: the headers a person sees, the text (of the HTML part only when there is no other), replies marked. */
export async function readEml(
  name: string,
  bytes: Uint8Array,
  composer: Composer,
): Promise<DocumentText['meta']> {
  const mail = await PostalMime.parse(withoutMailboxLine(bytes), {
    maxNestingDepth: 32,
    attachmentEncoding: 'arraybuffer',
  });
  const meta = writeHeaders(mail, composer);
  if (mail.text?.trim()) writeBody(mail.text.replace(/\r\n?/g, '\n'), composer);
  else if (mail.html?.trim()) writeHtml(name, load(mail.html), composer);
  else composer.warn('The message has no text.');
  for (const attachment of mail.attachments) {
    if (attachment.disposition === 'inline' && attachment.mimeType.startsWith('image/')) continue;
    const size =
      typeof attachment.content === 'string' ? attachment.content.length : attachment.content.byteLength;
    const label = oneLine(attachment.filename ?? attachment.mimeType);
    composer.warn(`The attachment "${label}" (${size} bytes) was not read; send it as a file of its own.`);
  }
  return meta;
}

function withoutMailboxLine(bytes: Uint8Array): Uint8Array {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 400));
  return bytes.subarray(MAILBOX_LINE.exec(head)?.[0].length ?? 0);
}

function writeHeaders(mail: Email, composer: Composer): DocumentText['meta'] {
  const from = shown(mail.from ? [mail.from] : []);
  const to = shown(mail.to ?? []);
  const dateMs = mail.date ? fromRfc3339(mail.date) : undefined;
  const subject = oneLine(mail.subject ?? '');
  const header = (label: string, text: string) => {
    if (text) composer.block('header', `${label}: ${text}`, { label });
  };
  header('From', from);
  header('To', to);
  header('Cc', shown(mail.cc ?? []));
  // As the sender wrote it: the header's own time zone is part of what it says.
  header('Date', oneLine(mail.headers.find(({ key }) => key === 'date')?.value ?? ''));
  header('Subject', subject);
  return {
    ...(subject && { subject, title: subject }),
    ...(from && { from, author: from }),
    ...(to && { to }),
    ...(dateMs !== undefined && { date: toRfc3339(dateMs) }),
  };
}

function shown(addresses: Address[]): string {
  return addresses
    .flatMap((one) => (one.group ? one.group : [one]))
    .map(({ name, address }) =>
      oneLine(name && name !== address ? `${name} <${address ?? ''}>` : (address ?? name)),
    )
    .join(', ');
}

const REPLY_HEAD =
  /^(On .{5,200} wrote:|Am .{5,200} schrieb.{0,100}:|Le .{5,200} a écrit ?:|-{2,} ?(Original Message|Forwarded message|Ursprüngliche Nachricht).*)$/i;

/** Runs of `>` lines are one quoted stretch each; what stands before and after is the writer's own. */
function writeBody(text: string, composer: Composer): void {
  const wrapping = wrappingOf(text.replace(/^\s*>.*$/gm, ''));
  let run: string[] = [];
  let quoted = false;
  const flush = () => {
    const before = composer.segments.length;
    const body = run.map((line) => (quoted ? line.replace(/^(\s*>)+ ?/, '') : line)).join('\n');
    // What is quoted was wrapped by another program, and the marks made it longer.
    writePlain(composer, body, quoted ? wrappingOf(body) : wrapping);
    if (quoted) for (const segment of composer.segments.slice(before)) segment.label ??= 'quoted';
    run = [];
  };
  for (const line of joinReplyHeads(text.split('\n'))) {
    const isQuoted: boolean = /^\s*>/.test(line) || (quoted && line.trim() === '');
    if (REPLY_HEAD.test(line.trim())) {
      flush();
      quoted = false;
      composer.block('paragraph', line, { label: 'quoted' });
      continue;
    }
    if (isQuoted !== quoted) flush();
    quoted = isQuoted;
    run.push(line);
  }
  flush();
}

/** "On Monday … wrote:" is often wrapped over two lines. */
function joinReplyHeads(lines: string[]): string[] {
  const joined: string[] = [];
  for (const [index, line] of lines.entries()) {
    const last = joined.at(-1);
    const whole = `${last} ${line.trim()}`;
    if (last && index > 0 && /^(On|Am|Le) /.test(last) && !REPLY_HEAD.test(last) && REPLY_HEAD.test(whole)) {
      joined[joined.length - 1] = whole;
    } else joined.push(line);
  }
  return joined;
}
