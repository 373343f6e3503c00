import { describe, expect, it } from 'vitest';
import type { DocumentClass, DocumentText } from '../document.ts';
import { analyzeDocument } from './analyze.ts';

function textDocument(text: string, more: Partial<DocumentText> = {}): DocumentText {
  return { name: 'a.txt', type: 'txt', text, segments: [], tables: [], meta: {}, warnings: [], ...more };
}
function sentences(text: string): string[] {
  return analyzeDocument(textDocument(text)).sentences.map(({ start, end }) => text.slice(start, end));
}

describe('sentences', () => {
  it('end at full stops, but not at abbreviations, versions or hosts', () => {
    expect(sentences('Dr. Smith saw No. 7, cf. Fig. 3 of v1.2.3 on example.org. He left. Why?')).toEqual([
      'Dr. Smith saw No. 7, cf. Fig. 3 of v1.2.3 on example.org.',
      'He left.',
      'Why?',
    ]);
  });

  it('run over lines wrapped by hand, also with indents and carriage returns', () => {
    const text =
      'The committee met on Monday and decided to build the\r\n  bridge over the river before the winter comes to\r\n  the valley. It was late.';
    expect(sentences(text)).toEqual([text.slice(0, text.indexOf(' It was')), 'It was late.']);
  });

  it('do not run over list items, short lines and blank lines', () => {
    expect(sentences('- one thing\n- another thing\n\nKind regards\nJane')).toEqual([
      '- one thing',
      '- another thing',
      'Kind regards',
      'Jane',
    ]);
  });

  it('are none where there are no words', () => {
    expect(sentences(' \n --- \n ... ')).toEqual([]);
  });
});

describe('language', () => {
  it.each([
    ['The quick brown fox jumps over the lazy dog while the sun is shining brightly.', 'en'],
    ['Der schnelle braune Fuchs springt über den faulen Hund, während die Sonne scheint.', 'de'],
    ['Le renard brun et rapide saute par-dessus le chien paresseux pendant que le soleil brille.', 'fr'],
  ])('of %j is %s', (text, code) => {
    expect(analyzeDocument(textDocument(text)).language.code).toBe(code);
  });

  it('of numbers is not guessed', () => {
    expect(analyzeDocument(textDocument('12 34 56 78')).language).toEqual({ code: 'und', confidence: 0 });
  });
});

describe('class', () => {
  const cases: Array<[string, DocumentClass]> = [
    ['Dear Ms Jones,\n\nThank you for your letter of last week.\n\nYours sincerely,\nTom', 'letter'],
    [
      'MINUTES OF THE BOARD MEETING\nPresent: A, B\nAgenda\n1. Budget\nThe motion was carried. The meeting was adjourned.',
      'minutes',
    ],
    ['INVOICE\nInvoice No. 17\nBill to: X\nSubtotal 12 EUR\nTotal due 14 EUR', 'invoice'],
    [
      'SERVICE AGREEMENT\nThis Agreement is made between A and B. The parties hereby agree. Governing law: Texas. Termination.',
      'contract',
    ],
    [
      'FOR IMMEDIATE RELEASE\nBoston, March 3, 2026 -- Acme said today.\nMedia contact: Jo\n###',
      'press-release',
    ],
    [
      'ANNUAL REPORT 2025\nExecutive summary\nKey findings and recommendations follow in the appendix.',
      'report',
    ],
    ['Curriculum Vitae\nWork experience\nEducation\n2001 MSc', 'resume'],
    ['Travel Policy\nThis policy applies to all staff. Employees must comply.', 'policy'],
    ['User Guide\nInstallation: run the following command: npm install x. Click OK.', 'manual'],
  ];
  it.each(cases)('of %j is %s', (text, name) => {
    const found = analyzeDocument(textDocument(text)).class;
    expect(found.name).toBe(name);
    expect(found.confidence).toBeGreaterThan(0.3);
  });

  it('follows the type where that decides, and stays open where nothing speaks', () => {
    expect(analyzeDocument(textDocument('a,b\n1,2', { type: 'csv' })).class.name).toBe('table');
    expect(analyzeDocument(textDocument('{}', { type: 'json' })).class.name).toBe('data');
    expect(analyzeDocument(textDocument('Hi', { type: 'eml' })).class.name).toBe('email');
    expect(analyzeDocument(textDocument('apples')).class.name).toBe('other');
  });
});

describe('key phrases', () => {
  it('put what the text is about first and never a bare stop word', () => {
    const text =
      'The wind farm was built in spring. A wind farm needs strong wind. The owner of the wind farm sells power to the grid. Grid operators like the wind farm.';
    const phrases = analyzeDocument(textDocument(text)).keyPhrases;
    expect(phrases[0]?.phrase.toLowerCase()).toBe('wind farm');
    expect(phrases[0]?.count).toBe(4);
    expect(phrases.map(({ phrase }) => phrase.toLowerCase())).not.toContain('the');
    expect(phrases.map(({ score }) => score)).toEqual(
      phrases.map(({ score }) => score).sort((a, b) => b - a),
    );
  });
});
