import { expect, it } from 'vitest';
import type { Material } from '../skills/skill.ts';
import { asReport, claimsIn, failuresOf } from './claims.ts';
import { judge } from './verify.ts';

const source = 'The harbour fee is 900 euro a year. It is due in May.';
const materials = [{ fileId: 'f', document: { name: 'a.txt', text: source } }] as unknown as Material[]; // what is read of one
const claims = claimsIn(null, { text: 'The harbour fee is 900 euro a year. The fee falls away in June.' });
const verdict = (claim: number, more: object = {}) => ({
  claim,
  isSupported: true,
  file: 'file-1',
  quote: 'The harbour fee is 900 euro a year.',
  because: '',
  ...more,
});

it('passes a quote that stands in the source on to the rules', () => {
  const { evidence, failed } = judge(claims, [verdict(1), verdict(2)], materials, false);
  expect(failed).toEqual([]);
  expect(evidence.map(({ start }) => start)).toEqual([0, 0]);
  // The rules say of the second that its quote does not bear it out.
  const checked = {
    checked: 2,
    failed: [{ where: 'findings.1', reason: 'sentence-not-supported' as const, detail: 'June' }],
    missedContradictions: [],
  };
  expect(asReport(evidence).findings[1]?.citations[0]?.quote).toContain('900 euro');
  expect(failuresOf(checked, evidence)).toEqual([
    { where: 'sentences.1', reason: 'sentence-not-supported', detail: 'June' },
  ]);
});

it.each([
  ['a quote that the verifier made up', [verdict(1), verdict(2, { quote: 'The fee falls away in June.' })]],
  ['a file that is not there', [verdict(1), verdict(2, { file: 'file-7' })]],
  ['a quote of nothing', [verdict(1), verdict(2, { quote: 'a' })]],
  ['silence', [verdict(1)]],
  ['a refusal beside a yes', [verdict(1), verdict(2), verdict(2, { isSupported: false, because: 'no' })]],
])('lets no claim pass by %s', (_, verdicts) => {
  const { evidence, failed } = judge(claims, verdicts, materials, false);
  expect(failed.map(({ where }) => where)).toEqual(['sentences.1']);
  expect(evidence).toHaveLength(1);
});
