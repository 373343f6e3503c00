import { describe, expect, it } from 'vitest';
import { writeBrief } from './brief.ts';
import { materialOf, requestOf } from './fixture.ts';
import { link } from './link.ts';
import type { Brief, Citation } from './skill.ts';
import { verifyResult } from './verify.ts';

const names = {
  persons: ['Jane Doe', 'Peter Marsh'],
  organisations: ['Heron Energy', 'Falcon Works'],
  places: ['Lisbon'],
};
const minutes = materialOf(
  'minutes.md',
  `# Minutes of Project Heron
Dear colleagues, thank you for coming to the meeting.
The board approved a budget of EUR 1.2 million for Project Heron on 3 March 2026.
Jane Doe, chief engineer of Heron Energy, must submit the safety report by 30 June 2026.
It was raining.
The pilot plant in Lisbon will open on 10 September 2026.
Who pays for the access road?
The figures are in Annex B.
Falcon Works shall pay a penalty of EUR 5,000 for each week of delay.
This e-mail is confidential. All rights reserved.`,
  names,
);
const letter = materialOf(
  'letter.md',
  `# Project Heron
The budget of Project Heron is EUR 1.4 million.
Peter Marsh warned that the delivery of the turbines is at risk.
The board approved a budget of EUR 1.2 million for Project Heron on 3 March 2026.
They said so.`,
  names,
);
const request = requestOf([minutes, letter]);
const brief = writeBrief(request);

describe('key points', () => {
  const sentences = brief.keyPoints.map(({ sentence }) => sentence);

  it('are the sentences that decide, oblige and warn', () => {
    expect(sentences).toContain('Falcon Works shall pay a penalty of EUR 5,000 for each week of delay.');
    expect(sentences.join()).toContain('must submit the safety report by 30 June 2026');
    expect(sentences.join()).toContain('Peter Marsh warned');
  });

  it('never say the same twice', () => {
    expect(sentences.filter((sentence) => sentence.includes('approved a budget'))).toHaveLength(1);
  });

  it('hold no greeting, heading, question, boilerplate or dangling fragment', () => {
    for (const refused of [/^Dear/, /^#/, /\?$/, /rights reserved/, /^They said/, /^It was/]) {
      expect(sentences.filter((sentence) => refused.test(sentence))).toEqual([]);
    }
  });
});

describe('the rest of the brief', () => {
  it('says what it is about and what each document is', () => {
    expect(brief.title).toContain('Heron');
    expect(brief.documents.map(({ name }) => name)).toEqual(['minutes.md', 'letter.md']);
    expect(brief.documents.every(({ about }) => about && about.citations.length > 0)).toBe(true);
  });

  it('says where people stand', () => {
    const jane = brief.entities.find(({ name }) => name === 'Jane Doe');
    expect(jane?.about?.sentence).toBe('Jane Doe, chief engineer of Heron Energy');
  });

  it('puts what happens in order of time', () => {
    const dates = brief.timeline.map(({ date }) => date);
    expect(dates).toEqual([...dates].sort());
    expect(dates).toEqual(expect.arrayContaining(['2026-03-03', '2026-06-30', '2026-09-10']));
  });

  it('lists the amounts with what they are for', () => {
    const budget = brief.amounts.find(({ number }) => number === 1_400_000);
    expect(budget).toMatchObject({ unit: 'EUR', what: 'The budget of Project Heron' });
  });

  it('names the contradiction between the files', () => {
    expect(brief.contradictions).toHaveLength(1);
    expect(brief.contradictions[0]?.sentence).toContain(
      'letter.md says “The budget of Project Heron is EUR 1.4 million.”',
    );
  });

  it('names what is missing', () => {
    expect(brief.gaps.join('\n')).toContain('Who pays for the access road?');
    expect(brief.gaps.join('\n')).toContain('Annex B, which is not among the documents');
  });

  it('says how it was made', () => {
    expect(brief.howMade).toContain('built-in skills, no language model');
  });

  it('quotes its sources to the letter and passes the verifier', () => {
    const texts = new Map([minutes, letter].map(({ fileId, document }) => [fileId, document.text]));
    for (const { fileId, start, end, quote } of citationsIn(brief)) {
      expect(texts.get(fileId)?.slice(start, end)).toBe(quote);
    }
    const verification = verifyResult(requestOf([minutes, letter], { write: brief }));
    expect(verification).toMatchObject({ failed: [], missedContradictions: [] });
  });
});

describe('what it is made from', () => {
  it('is the same from linked results, also after they were stored as JSON', () => {
    const linked = JSON.parse(JSON.stringify(link(request)));
    expect(writeBrief(requestOf([minutes, letter], { link: linked }))).toEqual(brief);
  });

  it('may be nothing: no documents, an empty one, one in another language', () => {
    expect(writeBrief(requestOf([])).keyPoints).toEqual([]);
    const empty = writeBrief(requestOf([materialOf('empty.txt', '')]));
    expect(empty.notUnderstood).toContain('empty.txt holds no text.');
    const german = materialOf(
      'brief.txt',
      'Der Vorstand hat den Haushalt am Montag beschlossen und den Plan danach allen Gruppen gezeigt.',
      {},
      'de',
    );
    expect(writeBrief(requestOf([german])).notUnderstood.join()).toContain('German');
  });

  it('names files that could not be read', () => {
    const input = { unreadable: [{ name: 'scan.pdf', detail: 'it is encrypted' }] };
    expect(writeBrief({ ...request, input }).notUnderstood).toContain(
      'scan.pdf was not read: it is encrypted',
    );
  });
});

function citationsIn(value: Brief): Citation[] {
  const found: Citation[] = [];
  JSON.stringify(value, (_key, item) => {
    if (item && typeof item === 'object' && 'quote' in item) found.push(item);
    return item;
  });
  return found;
}
