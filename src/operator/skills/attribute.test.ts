import { beforeAll, describe, expect, it } from 'vitest';
import { brokenCitations, readMaterial, requestOf } from '../../../test/support/materials.ts';
import { PAPERS } from '../../../test/support/papers.ts';
import { attributeStatements, sharesName } from './attribute.ts';
import type { Draft } from './draft.ts';
import type { Material } from './skill.ts';
import { authorOf, plainName, utterancesIn } from './speech.ts';

let papers: Material[] = [];
beforeAll(async () => {
  papers = await Promise.all(Object.entries(PAPERS).map(([name, text]) => readMaterial(name, text)));
});

function ask(goal: string, input = {}, materials = papers): Draft {
  // The type of a skill's output is unknown; this one makes a draft.
  const draft = attributeStatements(requestOf(goal, materials, { input })) as Draft;
  expect(brokenCitations(draft, materials)).toEqual([]);
  return draft;
}
const said = async (text: string, name = 'a.txt') =>
  utterancesIn(await readMaterial(name, text)).map(
    ({ speaker, how, text: words }) => `${speaker} ${how} ${words}`,
  );

describe('a statement has a speaker', () => {
  it.each<[string, string, string]>([
    ['direct speech before the name', '“We are late,” said Anna Keller, head of sales.', 'Anna Keller said'],
    ['direct speech after the name', 'Anna Keller said: “We are late.”', 'Anna Keller said'],
    ['reported speech', 'Jonas Weber argued that the price is too high.', 'Jonas Weber argued'],
    ['according to', 'According to Jonas Weber, the price is too high.', 'Jonas Weber according to'],
    [
      'a role between name and verb',
      'Anna Keller, the new director, warned that money is short.',
      'Anna Keller warned',
    ],
    ['a group', 'The committee agreed that the hall will be closed.', 'The committee agreed'],
    ['a firm', 'Siemens AG announced that it will build a plant in Lisbon.', 'Siemens AG announced'],
  ])('%s', async (_, text, start) => {
    expect((await said(text))[0]).toContain(start);
  });

  it('goes on in the next quotation, and after a pronoun', async () => {
    const lines = await said(
      '“We are late,” said Anna Keller. “The crane is broken.” Jonas Weber met the press. He said that work goes on.',
    );
    expect(lines[1]).toMatch(/^Anna Keller said “The crane is broken.”/);
    expect(lines[2]).toMatch(/^Jonas Weber said He said that work goes on/);
  });

  it('is not given to a person who is only spoken of', async () => {
    const lines = await said(
      'The report was sent to Anna Keller. Jonas Weber met Anna Keller in Berlin. The law says that taxes are due.',
    );
    expect(lines.filter((line) => line.startsWith('Anna') || line.startsWith('Jonas'))).toEqual([]);
  });

  it('belongs to the sender of a mail, but not what the mail quotes below', async () => {
    const mail =
      'From: Ada Lind <ada@x.example>\nTo: b@x.example\nSubject: Plan\nDate: Mon, 3 Mar 2025 10:00:00 +0100\nContent-Type: text/plain\n\nDear Ben,\n\nI cannot come on Friday because of the fair.\n\nAda\n\nOn Sun, 2 Mar 2025, Ben Roth wrote:\n> Please come to the meeting on Friday at noon.\n';
    const lines = await said(mail, 'plan.eml');
    expect(lines).toContainEqual(expect.stringContaining('Ada Lind wrote I cannot come on Friday'));
    expect(lines.join()).not.toMatch(/Ada Lind wrote .*Please come/);
  });

  it('knows the author of a letter by the closing', async () => {
    const letter = await readMaterial(
      'letter.txt',
      'Dear Mr Byrne,\n\nWe are worried about the noise at night.\n\nYours sincerely,\n\nRuth Kavanagh\nSecretary\n',
    );
    expect(authorOf(letter)?.name).toBe('Ruth Kavanagh');
  });
});

describe('statements.attribute', () => {
  it('lists who said what, short names under the full one', () => {
    const speakers = new Set(ask('Who said what?').table?.rows.map(([who]) => who));
    expect(speakers).toEqual(new Set(['Anna Keller', 'Jonas Weber', 'Lucia Marino', 'Peter Brandt']));
  });

  it.each<[string, string, string]>([
    ['What did Jonas say about the warranty?', 'Jonas Weber', 'the warranty is only five years'],
    ['Who said that the cellar is free?', 'Jonas Weber', 'the cellar of the town hall is free'],
    ['What does the mayor think?', 'Peter Brandt', 'the cost could rise'],
    ["What is Anna Keller's opinion about the rain?", 'Anna Keller', 'to the rain'],
    ['Quotes by Lucia Marino', 'Lucia Marino', '1,200 books'],
    ['Who asked for dry storage?', 'Lucia Marino', 'dry storage'],
  ])('“%s”', (goal, who, words) => {
    const draft = ask(goal);
    expect(draft.answered).toBe(true);
    expect(draft.answer.sentence).toContain(words);
    expect(draft.table?.rows[0]?.[0]).toBe(who);
  });

  it('takes speaker and topic from its input', () => {
    expect(ask('Statements', { speaker: 'Jonas Weber', about: 'slate' }).answer.sentence).toContain(
      'Slate is too expensive',
    );
  });

  it.each([
    'What did Emma Roth say?',
    'What did Napoleon say about the roof?',
    'Who said that the earth is flat?',
    'What did Peter Brandt say about elephants?',
  ])('“%s”: nobody said it, and that is said', (goal) => {
    const draft = ask(goal);
    expect(draft.answered).toBe(false);
    expect(draft.answer.sentence).toMatch(/do not attribute|do not say/);
  });

  it('knows when two names mean one person', () => {
    expect(sharesName('Dr Anna Keller', 'Keller')).toBe(true);
    expect(sharesName('Anna Keller', 'Anna Weber')).toBe(false);
    expect(sharesName('', 'Anna')).toBe(false);
    expect(plainName("Mr Colin Byrne's")).toBe('Colin Byrne');
  });
});
