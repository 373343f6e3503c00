import { describe, expect, it } from 'vitest';
import { parseDocument } from '../parse.ts';

const read = (lines: string[]) =>
  parseDocument({ name: 'a.eml', bytes: new TextEncoder().encode(lines.join('\r\n')) });
const HEAD = [
  'From: =?utf-8?q?J=C3=BCrgen?= <j@example.org>',
  'To: Bob <bob@example.org>, team: a@x.org, b@x.org;',
  'Date: Fri, 16 Oct 2026 16:40:00 +0100',
  'Message-ID: <1@example.org>',
  'Subject: The quay',
];

describe('a message', () => {
  it('shows its headers as a person sees them, and the text', async () => {
    const { text, segments, meta } = await read([
      ...HEAD,
      'Content-Type: text/plain; charset=utf-8',
      '',
      'Hello Bob.',
      '',
    ]);
    expect(text).toBe(
      'From: Jürgen <j@example.org>\nTo: Bob <bob@example.org>, a@x.org, b@x.org\nDate: Fri, 16 Oct 2026 16:40:00 +0100\nSubject: The quay\n\nHello Bob.',
    );
    expect(segments.map(({ kind, label }) => label ?? kind)).toEqual([
      'From',
      'To',
      'Date',
      'Subject',
      'paragraph',
    ]);
    expect(meta).toEqual({
      subject: 'The quay',
      title: 'The quay',
      from: 'Jürgen <j@example.org>',
      author: 'Jürgen <j@example.org>',
      to: 'Bob <bob@example.org>, a@x.org, b@x.org',
      date: '2026-10-16T15:40:00.000Z',
    });
  });

  it('marks what is quoted, joined again, apart from what the writer says', async () => {
    const { text, segments } = await read([
      ...HEAD,
      '',
      'I agree.',
      '',
      'On Thu, 15 Oct 2026 at 09:12,',
      'Ingrid Solheim wrote:',
      '> Could the trial at the temporary pontoon on 2 March 2027 be held at six',
      '> in the morning, before the first sailing? And could we meet on Tuesday',
      '> in Galway?',
      '',
      'Best wishes,',
      'Bob',
    ]);
    const body = segments.slice(4).map(({ label, start, end }) => [label ?? 'own', text.slice(start, end)]);
    expect(body).toEqual([
      ['own', 'I agree.'],
      ['quoted', 'On Thu, 15 Oct 2026 at 09:12, Ingrid Solheim wrote:'],
      [
        'quoted',
        'Could the trial at the temporary pontoon on 2 March 2027 be held at six in the morning, before the first sailing? And could we meet on Tuesday in Galway?',
      ],
      ['own', 'Best wishes,\nBob'],
    ]);
  });

  it('reads the HTML part when there is no text, and names attachments', async () => {
    const { text, warnings } = await read([
      ...HEAD,
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/html',
      '',
      '<p>Hello <b>Bob</b>.</p><script>no()</script>',
      '--b',
      'Content-Type: application/pdf',
      'Content-Disposition: attachment; filename="plan.pdf"',
      'Content-Transfer-Encoding: base64',
      '',
      'JVBERi0=',
      '--b--',
    ]);
    expect(text).toMatch(/Hello Bob\.$/);
    expect(warnings).toEqual([
      'The attachment "plan.pdf" (5 bytes) was not read; send it as a file of its own.',
    ]);
  });

  it('takes a message out of a mailbox file', async () => {
    const { type, text, warnings } = await read([
      'From ann@example.org Mon Nov 21 10:00:00 2026',
      ...HEAD,
      '',
      'Hello.',
    ]);
    expect([type, warnings]).toEqual(['eml', []]);
    expect(text).toMatch(/^From: Jürgen.*Hello\.$/s);
  });

  it('says when there is no text', async () => {
    expect((await read([...HEAD, '', ''])).warnings).toEqual(['The message has no text.']);
  });
});
