import { describe, expect, it } from 'vitest';
import { aboutEntity, byFile } from './about.ts';
import { mergeEntities } from './entities.ts';
import { materialOf, type Names } from './fixture.ts';
import { read } from './reading.ts';
import type { Material } from './skill.ts';
import { wholeName } from './whole-names.ts';

function entitiesOf(...materials: Material[]) {
  return mergeEntities(materials.map((material) => read(material)));
}

function named(text: string, names: Names) {
  return entitiesOf(materialOf('a.md', text, names));
}

describe('one person under several names', () => {
  it('is one by full name, initial, surname, honorific, inverted name and e-mail', () => {
    const text = `Dr Jane Doe leads. J. Doe signed. Doe agreed. Doe, Jane was there. Jane M. Doe paid.
Write to jane.doe@heron.example.`;
    const persons = ['Dr Jane Doe', 'J. Doe', 'Doe, Jane', 'Jane M. Doe', 'Doe'];
    const people = named(text, { persons }).filter(({ kind }) => kind === 'person');
    expect(people).toHaveLength(1);
    expect(people[0]?.mentions).toHaveLength(6);
    expect(people[0]?.name).toMatch(/Jane (?:M\. )?Doe/);
  });

  it('stays two where a surname is shared', () => {
    const persons = ['Jane Doe', 'John Doe', 'Doe'];
    const people = named('Jane Doe met John Doe. Doe agreed.', { persons }).filter(
      ({ kind }) => kind === 'person',
    );
    expect(people.map(({ name }) => name).sort()).toEqual(['Doe', 'Jane Doe', 'John Doe']);
  });
});

describe('one organisation under several names', () => {
  it('is one with and without its legal form, by acronym and by its short name', () => {
    const text = `Heron Energy GmbH built it. Heron Energy pays. The European Space Agency agreed. ESA paid.
The Dunmarra Harbour Trust met. The Harbour Trust paid.`;
    const organisations = [
      'Heron Energy GmbH',
      'Heron Energy',
      'European Space Agency',
      'ESA',
      'Dunmarra Harbour Trust',
      'Harbour Trust',
    ];
    const names = named(text, { organisations }).map(({ name, mentions }) => `${name} ${mentions.length}`);
    expect(names.sort()).toEqual([
      'Dunmarra Harbour Trust 2',
      'European Space Agency 2',
      'Heron Energy GmbH 2',
    ]);
  });

  it('gets the rest of a name that was cut short', () => {
    const text = 'The contract with Halden Marine Works Ltd is signed. Any Town Council may object.';
    const mention = (name: string) => {
      const start = text.indexOf(name);
      return wholeName(
        { kind: 'organisation', text: name, start, end: start + name.length, confidence: 0.8 },
        text,
      );
    };
    expect(mention('Works Ltd').text).toBe('Halden Marine Works Ltd');
    expect(mention('Town Council').text).toBe('Town Council');
    expect(mention('Halden Marine').text).toBe('Halden Marine Works Ltd');
  });
});

it('the kind of a name is decided by all its mentions together', () => {
  const a = materialOf('a.md', 'Lisbon is old. Lisbon is big.', { places: ['Lisbon'] });
  const b = materialOf('b.md', 'Lisbon decided.', { persons: ['Lisbon'] });
  expect(entitiesOf(a, b).map(({ kind, name }) => `${kind} ${name}`)).toEqual(['place Lisbon']);
});

it('who stands in several documents and titles comes first', () => {
  const a = materialOf('a.md', '# Jane Doe\nAnn Lee waved. Jane Doe signed the contract.', {
    persons: ['Jane Doe', 'Ann Lee'],
  });
  const b = materialOf('b.md', 'Jane Doe paid.', { persons: ['Jane Doe'] });
  expect(entitiesOf(a, b)[0]?.name).toBe('Jane Doe');
});

describe('where somebody stands', () => {
  const about = (text: string, name: string) => {
    const material = materialOf('a.md', text, { persons: ['Jane Doe', 'Ann Lee'], organisations: ['Heron'] });
    const readings = [read(material)];
    const entity = mergeEntities(readings).find((item) => item.name === name);
    return entity && aboutEntity(entity, byFile(readings));
  };

  it.each([
    [
      'an appositive',
      'We met Jane Doe, chief engineer of Heron, on Monday.',
      'Jane Doe, chief engineer of Heron',
    ],
    ['a bracket', 'Jane Doe (managing director) opened the meeting.', 'Jane Doe (managing director)'],
    [
      'a sentence',
      'It rained. Jane Doe is the treasurer of Heron. She left.',
      'Jane Doe is the treasurer of Heron.',
    ],
    ['a field', 'Project manager: Jane Doe', 'Project manager: Jane Doe'],
    ['a row', 'Name | Role\nJane Doe | Treasurer', 'Name: Jane Doe; Role: Treasurer'],
  ])('is told by %s', (_what, text, expected) => {
    const finding = about(text, 'Jane Doe');
    expect(finding?.sentence).toBe(expected);
    for (const { quote, start, end } of finding?.citations ?? []) expect(text.slice(start, end)).toBe(quote);
  });

  it('is not told by a list of names', () => {
    expect(about('Present were Jane Doe, Ann Lee and others.', 'Jane Doe')?.sentence).toBe(
      'Present were Jane Doe, Ann Lee and others.',
    );
  });
});
