import { beforeAll, describe, expect, it } from 'vitest';
import { brokenCitations, readMaterial, requestOf } from '../../../test/support/materials.ts';
import { PAPERS } from '../../../test/support/papers.ts';
import { answerQuestion } from './answer.ts';
import type { Draft } from './draft.ts';
import { readQuestion } from './question.ts';
import type { Material } from './skill.ts';

let papers: Material[] = [];
beforeAll(async () => {
  papers = await Promise.all(Object.entries(PAPERS).map(([name, text]) => readMaterial(name, text)));
});

function ask(question: string, materials = papers): Draft {
  // The type of a skill's output is unknown; this one makes a draft.
  const draft = answerQuestion(requestOf(question, materials)) as Draft;
  expect(brokenCitations(draft, materials)).toEqual([]);
  return draft;
}

describe('a question is read', () => {
  it.each([
    ['Who signed the contract?', 'who', 'person'],
    ['When does it start?', 'when', 'date'],
    ['By when must the goods be delivered?', 'when', 'date'],
    ['On which date was it signed?', 'when', 'date'],
    ['Where is the office?', 'where', 'place'],
    ['In which city is the office?', 'where', 'place'],
    ['How much is the rent?', 'how-much', 'amount'],
    ['How many people came?', 'how-many', 'amount'],
    ['How long is the notice period?', 'how-long', 'amount'],
    ['What is the price of the pump?', 'which-kind', 'amount'],
    ['Which company delivers the pumps?', 'which-kind', 'organisation'],
    ['What is the phone number of Ada?', 'which-kind', 'phone'],
    ['Tell me who signed', 'who', 'person'],
    ['I want to know when it ends', 'when', 'date'],
  ])('“%s” asks for %s', (question, type, kind) => {
    const read = readQuestion(question);
    expect(read.type).toBe(type);
    expect(read.kinds[0]).toBe(kind);
  });

  it.each([
    ['Why was it late?', 'why'],
    ['Is the offer binding?', 'yes-no'],
    ['What is a berth?', 'what'],
    ['How does it work?', 'how'],
  ])('“%s” is of the type %s', (question, type) => {
    expect(readQuestion(question).type).toBe(type);
  });
});

describe('question.answer', () => {
  it.each<[string, string, string]>([
    ['How much does Offer A cost?', '€79,500', 'offer-a.txt'],
    ['What is the price of offer B?', '€68,200', 'offer-b.txt'],
    ['When does the work of Roofline start?', '2 June 2025', 'offer-b.txt'],
    ['Who founded the library?', 'Emma Roth', 'article.html'],
    ['When was the library founded?', '1908', 'article.html'],
    ['How many books were lost in 2024?', '1,200', 'minutes-march.md'],
    ['How many volumes does the library hold?', '45,000', 'article.html'],
    ['How long is the warranty of Offer B?', 'five years', 'roof.eml'],
    ['Where is the next meeting?', 'the town hall', 'minutes-march.md'],
    ['When is the next meeting?', '2 April 2025', 'minutes-march.md'],
    ['Until when is the cellar free?', 'September', 'minutes-march.md'],
    ['Who chairs the building committee?', 'Anna Keller', 'article.html'],
    ['Who is the mayor?', 'Peter Brandt', 'article.html'],
    ['What is the telephone number of Martin Huber?', '+49 89 5550 1234', 'offer-a.txt'],
    ['What is the budget for the roof?', '€84,000', 'minutes-march.md'],
  ])('“%s” is answered with %s', (question, span, file) => {
    const { answer, answered } = ask(question);
    expect(answered).toBe(true);
    expect(answer.citations[1]?.quote).toBe(span);
    expect(answer.sentence.startsWith(`${span}: `)).toBe(true);
    expect(answer.citations[0]?.fileId).toBe(`file-${file}`);
  });

  it.each<[string, string]>([
    ['Why can the town not pay before July?', 'because the grant from the state arrives in June'],
    ['Which offer does Jonas recommend?', 'I therefore recommend Offer A.'],
    ['What is the roof covered with in offer A?', 'slate'],
    ['What is the roof covered with in offer B?', 'clay tiles'],
    ['Is the scaffolding included in the price?', 'Yes: '],
    ['Was the motion to close the reading room approved?', 'No: '],
    ['Was the motion to close the reading room rejected?', 'Yes: '],
  ])('“%s” is answered with the sentence that says it', (question, words) => {
    expect(ask(question).answer.sentence).toContain(words);
  });

  it.each([
    'What is the price of Offer C?',
    'How old is Anna Keller?',
    'Who is the architect?',
    'When does the swimming pool open?',
    'How much does the insurance cost?',
    'Where was Emma Roth born?',
    'What is the name of the dog of Jonas Weber?',
    'How many parking spaces does the library have?',
    'When did Peter Brandt become mayor?',
    'What did Napoleon decide?',
  ])('“%s” is not in the documents, and that is said', (question) => {
    const { answered, answer, gaps } = ask(question);
    expect(answer.sentence).toMatch(/do not say/);
    expect(answered).toBe(false);
    expect(gaps).toHaveLength(1);
  });

  it('lists every decision when asked what was decided', () => {
    const { answer, findings } = ask('What was decided in the meeting?');
    expect(answer.sentence).toBe('The committee approved a budget of €84,000 for the roof.');
    expect(findings.map(({ sentence }) => sentence).join()).toContain(
      'The motion to close the reading room was rejected.',
    );
    expect(ask('What did Napoleon decide?').answered).toBe(false);
  });

  it('says that nothing was given when there is no document', () => {
    expect(ask('Who is the mayor?', [])).toMatchObject({ answered: false });
  });

  it('names another value that fits nearly as well', async () => {
    const one = await readMaterial('a.txt', 'The museum opens on 4 May 2025. It shows paintings.');
    const two = await readMaterial('b.txt', 'The museum opens on 9 May 2025. It shows prints.');
    expect(ask('When does the museum open?', [one, two]).gaps.join(' ')).toMatch(/says “[49] May 2025”/);
  });
});
