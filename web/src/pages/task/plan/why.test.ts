import { expect, test } from 'vitest';
import { asSentence, ruleInWords } from './why.ts';

test('each kind of rule is said in plain words, an unknown one as it is', () => {
  expect(ruleInWords('wording: brief')).toBe('The words of the goal ask for: brief.');
  expect(ruleInWords('fallback: question')).toMatch(/^No rule fits .* question\.$/);
  expect(ruleInWords('act: text.translate')).toContain('text.translate');
  expect(ruleInWords('strategy: multi_step')).toContain('multi step');
  expect(ruleInWords('type: capability of an agent')).toContain('type of the task');
  expect(ruleInWords('something else')).toBe('Rule: something else.');
});

test('reasons become sentences and stay what they were', () => {
  expect(asSentence('it is one file')).toBe('It is one file.');
  expect(asSentence('Is it?')).toBe('Is it?');
  expect(asSentence('')).toBe('');
});
