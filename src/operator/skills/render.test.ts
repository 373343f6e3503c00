import { describe, expect, it } from 'vitest';
import { writeBrief } from './brief.ts';
import { materialOf, requestOf } from './fixture.ts';
import { humanDate } from './outline.ts';
import { renderHtml, renderMarkdown, renderText } from './render.ts';
import type { Report } from './skill.ts';

const a = materialOf(
  'a.md',
  '# Project Heron\nThe budget of Project Heron is EUR 1.2 million.\nJane Doe, chief engineer of Heron, must submit the report by 30 June 2026.',
  { persons: ['Jane Doe'] },
);
const b = materialOf('b.md', '# Project Heron\nThe budget of Project Heron is EUR 1.4 million.');
const brief = writeBrief(requestOf([a, b]));
const html = renderHtml(brief, [a, b]);
const markdown = renderMarkdown(brief);
const text = renderText(brief, { width: 80, color: false });

const EVIL =
  '<script>alert(1)</script><img src=x onerror=alert(2)>"\'`[x](javascript:alert(3))\u001b[31m\u202e';
/** Steer a terminal, turn the direction of writing. */
const STEERING = ['\u001b', '\u202e'];
const hostile = materialOf(
  `${EVIL}.md`,
  `# ${EVIL}\nThe board of ${EVIL} approved the budget of EUR 5 million for the bridge on 3 May 2026.`,
);

const report: Report = {
  kind: 'total',
  title: 'Total of the costs',
  answer: {
    sentence: 'The total is 300 EUR.',
    citations: [],
    computation: {
      operation: 'sum',
      operands: [100, 200].map((value) => ({
        value,
        citation: { fileId: 'f', quote: `${value}`, start: 0, end: 3 },
      })),
      result: 300,
      unit: 'EUR',
    },
  },
  findings: [{ sentence: 'Pump: 100', citations: [{ fileId: 'f', quote: '100', start: 0, end: 3 }] }],
  table: {
    columns: ['Item', 'Cost'],
    rows: [
      ['Pump', '100'],
      ['Pipe', '200'],
    ],
  },
  documents: [{ fileId: 'f', name: 'costs.csv', type: 'csv', language: 'en', class: 'table', confidence: 1 }],
  gaps: ['No currency is given.'],
  notUnderstood: [],
  howMade: 'Made by built-in skills, no language model.',
};

describe('HTML', () => {
  it('is one file that may load nothing and run nothing', () => {
    expect(html).toMatch(
      /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[\w+/=]+'/,
    );
    expect(html).not.toMatch(/<script|\son\w+=|style="|https?:\/\/|url\(|@import/);
    expect(html.match(/<style>/g)).toHaveLength(1);
  });

  it('opens each source with the quote marked in its surroundings', () => {
    expect(html).toContain('<details class="cite"><summary aria-label="Source 1">1</summary>');
    expect(html).toContain('<mark>The budget of Project Heron is EUR 1.4 million.</mark>');
  });

  it('marks a point that another document disputes, and no other', () => {
    expect(html.match(/<span class="disputed">disputed<\/span>/g)).toHaveLength(1);
    expect(markdown).toMatch(/EUR 1\.4 million\.\[\^\d+\] \*\(disputed\)\*/);
    expect(text).toContain('The budget of Project Heron is EUR 1.4 million. (b.md) [disputed]');
  });

  it('says who made it, and sets the sides of a contradiction beside each other', () => {
    expect(html).toContain('<span class="badge">built-in skills, no language model</span>');
    expect(html).toMatch(/<div class="sides"><div><b>a\.md<\/b>.*<div><b>b\.md<\/b>/s);
  });

  it('shows a quote that is not in its source alone', () => {
    const wrong = structuredClone(brief);
    for (const { citations } of wrong.keyPoints)
      for (const citation of citations) citation.quote = 'Nobody said this.';
    expect(renderHtml(wrong, [a, b])).toContain('<mark>Nobody said this.</mark></span>');
  });

  it('keeps hostile names and texts text', () => {
    const page = renderHtml(writeBrief(requestOf([hostile])), [hostile]);
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(STEERING.filter((sign) => page.includes(sign))).toEqual([]);
    expect(page).not.toMatch(/<script|<img/);
  });

  it('has every tag closed', () => {
    for (const tag of [
      'details',
      'summary',
      'span',
      'section',
      'table',
      'tr',
      'td',
      'li',
      'ol',
      'ul',
      'div',
      'main',
    ]) {
      expect(
        html.split(`<${tag}`).length - 1 - (html.match(new RegExp(`<${tag}\\w`, 'g'))?.length ?? 0),
        tag,
      ).toBe(html.split(`</${tag}>`).length - 1);
    }
  });
});

describe('Markdown', () => {
  it('has a footnote for every mark and a mark for every footnote', () => {
    const marks = new Set([...markdown.matchAll(/\[\^(\d+)\](?!:)/g)].map((match) => match[1]));
    const notes = new Set([...markdown.matchAll(/^\[\^(\d+)\]:/gm)].map((match) => match[1]));
    expect(marks.size).toBeGreaterThan(2);
    expect(marks).toEqual(notes);
  });

  it('keeps hostile names and texts text', () => {
    const page = renderMarkdown(writeBrief(requestOf([hostile])));
    expect(STEERING.filter((sign) => page.includes(sign))).toEqual([]);
    expect(page).not.toMatch(/<script|<img|[^\\]\]\(javascript/);
    expect(page).toContain('&lt;script&gt;');
  });
});

describe('terminal', () => {
  it('keeps to the width', () => {
    for (const width of [40, 80, 120]) {
      const lines = renderText(brief, { width, color: false }).split('\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
    }
  });

  it('colours only when asked, and never by what a document says', () => {
    expect(text).not.toContain('\u001b');
    expect(renderText(brief, { width: 80, color: true })).toContain('\u001b[1m');
    const page = renderText(writeBrief(requestOf([hostile])), { width: 80, color: false });
    expect(STEERING.filter((sign) => page.includes(sign))).toEqual([]);
  });

  it('names the file of every sentence', () => {
    expect(text).toContain('The budget of Project Heron is EUR 1.4 million. (b.md)');
  });
});

describe('a report', () => {
  it.each([
    ['Markdown', renderMarkdown(report)],
    ['terminal', renderText(report, { width: 80, color: false })],
    ['HTML', renderHtml(report, [])],
  ])('gives the answer first, then the table and the findings, in %s', (_format, page) => {
    const places = ['The total is 300 EUR.', 'Pipe', 'Pump: 100', 'No currency is given.'].map((part) =>
      page.indexOf(part),
    );
    expect(places.every((place) => place >= 0)).toBe(true);
    expect(places).toEqual([...places].sort((left, right) => left - right));
    expect(page).toContain('sum of 2 numbers: 300 EUR');
  });
});

it('dates are written as people say them', () => {
  expect(humanDate('2026-05-03')).toBe('3 May 2026');
  expect(humanDate('2026-05')).toBe('May 2026');
  expect(humanDate('2026')).toBe('2026');
});
