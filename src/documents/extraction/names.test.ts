import { describe, expect, it } from 'vitest';
import type { DocumentText } from '../document.ts';
import { analyzeDocument } from './analyze.ts';

function names(text: string): string[] {
  const document: DocumentText = {
    name: 'a.txt',
    type: 'txt',
    text,
    segments: [],
    tables: [],
    meta: {},
    warnings: [],
  };
  return analyzeDocument(document)
    .mentions.filter(({ kind }) => ['person', 'organisation', 'place'].includes(kind))
    .map((mention) => `${mention.kind}: ${mention.text}`);
}

describe('names', () => {
  it.each([
    [
      'Dr. Jane Doe met Prime Minister Tony Blair in Berlin.',
      ['person: Jane Doe', 'person: Tony Blair', 'place: Berlin'],
    ],
    [
      'Siemens Energy AG hired Christian Bruch.',
      ['organisation: Siemens Energy AG', 'person: Christian Bruch'],
    ],
    ['The University of Leeds is in Yorkshire.', ['organisation: University of Leeds', 'place: Yorkshire']],
    [
      'He lives in Austin, Texas, near the Colorado River.',
      ['place: Austin', 'place: Texas', 'place: Colorado River'],
    ],
    [
      'The U.S. Department of Justice sued Microsoft.',
      ['organisation: U.S. Department of Justice', 'organisation: Microsoft'],
    ],
    ['Ludwig van Beethoven was born in Bonn.', ['person: Ludwig van Beethoven', 'place: Bonn']],
    [
      'We met J. R. Hartley of Smith & Sons Ltd.',
      ['person: J. R. Hartley', 'organisation: Smith & Sons Ltd.'],
    ],
  ])('are found in %j', (text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  it('takes a surname alone for the person named in full before', () => {
    expect(names('Angela Rumpelstein spoke first. Later Rumpelstein left.')).toEqual([
      'person: Angela Rumpelstein',
      'person: Rumpelstein',
    ]);
  });

  it('takes an acronym for the organisation that was named with it', () => {
    const found = names('The Zanzibar Research Council (ZRC) met. Then ZRC decided.');
    expect(found.filter((name) => name === 'organisation: ZRC')).toHaveLength(2);
  });

  it('takes capitalised nouns of a German text for nothing, and names still for names', () => {
    const text =
      'Hiermit bestätigen wir in Zusammenarbeit mit der Stadtverwaltung Hamburg den Eingang des Antrags. Der Geschäftsführer der Nordwind Energie GmbH, Herr Klaus Brandt, hat in der Sitzung zugesagt, Millionen Euro zu investieren.';
    expect(names(text)).toEqual([
      'place: Hamburg',
      'organisation: Nordwind Energie GmbH',
      'person: Klaus Brandt',
    ]);
  });

  it('gives every form of a name the one name it stands for', () => {
    const text = 'The Zanzibar Research Council (ZRC) met. Anna Smith thanked ZRC. Smith left.';
    const document: DocumentText = {
      name: 'a.txt',
      type: 'txt',
      text,
      segments: [],
      tables: [],
      meta: {},
      warnings: [],
    };
    const values = analyzeDocument(document).mentions.map(({ text: quote, value }) => [quote, value]);
    expect(values).toContainEqual(['Smith', 'Anna Smith']);
    expect(values).toContainEqual(['ZRC', 'Zanzibar Research Council']);
  });

  it('gives a shared family name alone no given name', () => {
    const text = 'Anna Smith met Peter Smith. Then Smith left.';
    const document: DocumentText = {
      name: 'a.txt',
      type: 'txt',
      text,
      segments: [],
      tables: [],
      meta: {},
      warnings: [],
    };
    const values = analyzeDocument(document).mentions.map(({ text: quote, value }) => [quote, value]);
    expect(values).toContainEqual(['Smith', 'Smith']);
  });

  it.each([
    'The meeting will start at noon on Monday.',
    'Please send the PDF by FAX ASAP.',
    'American and German engineers speak English.',
    'We Will Always Be There For You',
    'Note that this is Important.',
    'Christmas is in December.',
  ])('are not seen in %j', (text) => {
    expect(names(text)).toEqual([]);
  });

  it('takes the first name of somebody named in full for her, and for the city where nobody is', () => {
    expect(names('Helena Marsh came on Monday. Helena promised to write.')).toContain('person: Helena');
    expect(names('We drove from Butte to Helena on Monday.')).toContain('place: Helena');
  });
});
