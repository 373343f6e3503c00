import { expect, test } from 'vitest';
import { examplesAmong, gapOf, recentFiles } from './suggestions.ts';

const names = [
  'waiting-hall.eml',
  'site-notes.md',
  'residents-letter.txt',
  're-waiting-hall.eml',
  'press-release.html',
  'payments-2026.csv',
  'minutes-2026-10-06.docx',
  'design-report.pdf',
  'contract.json',
  'budget.xlsx',
];

test('the example documents are offered when all are there, one of each', () => {
  const files = [{ name: 'own.pdf' }, ...names.map((name) => ({ name })), { name: 'budget.xlsx' }];
  expect(examplesAmong(files).map(({ name }) => name)).toEqual([...names].reverse().sort());
  expect(examplesAmong(files.filter(({ name }) => name !== 'contract.json'))).toEqual([]);
});

test('a file that was sent twice is offered once; another content under the same name is another', () => {
  const file = (name: string, sha256: string) => ({ name, sha256, bytes: 1 });
  const files = [file('a', '1'), file('a', '1'), file('a', '2'), file('b', '1')];
  expect(recentFiles(files, 20)).toHaveLength(3);
  expect(recentFiles(files, 1)).toHaveLength(1);
});

test('words to fill in are found', () => {
  expect(gapOf('Who said that …?')).toEqual({ start: 14, end: 15 });
  expect(gapOf('Brief me')).toBeUndefined();
});
