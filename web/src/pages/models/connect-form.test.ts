import { expect, test } from 'vitest';
import { EMPTY_CONNECT, lookInWords, readConnectForm } from './connect-form.ts';

test('a kind that lives on the net needs a key, a server of one’s own needs an address', () => {
  expect(readConnectForm(EMPTY_CONNECT)).toEqual({ problems: { apiKey: 'This kind wants a key.' } });
  expect(readConnectForm({ ...EMPTY_CONNECT, kind: 'openai-compatible' })).toHaveProperty('problems.baseUrl');
  const own = {
    ...EMPTY_CONNECT,
    kind: 'openai-compatible' as const,
    baseUrl: ' http://127.0.0.1:11434/v1 ',
  };
  expect(readConnectForm(own)).toEqual({
    provider: { kind: 'openai-compatible', baseUrl: 'http://127.0.0.1:11434/v1', check: true },
  });
});

test('a key of the environment is never sent along with one that was typed', () => {
  const read = readConnectForm({ ...EMPTY_CONNECT, apiKey: 'sk-typed', fromEnvironment: true });
  expect(read).toEqual({ provider: { kind: 'openai', fromEnvironment: true, check: true } });
});

test('what the server would refuse is said before', () => {
  const bad = { ...EMPTY_CONNECT, name: 'My Provider', baseUrl: 'javascript:alert(1)', apiKey: 'two words' };
  const read = readConnectForm(bad);
  expect('problems' in read && Object.keys(read.problems)).toEqual(['name', 'baseUrl', 'apiKey']);
});

test('what a look showed, in a sentence', () => {
  expect(lookInWords({ added: ['a/b'], listed: 3, leftOut: 2 })).toBe(
    'It answered and named 3 models: 1 model is new here; 2 models that Cadre knows nothing of were left out.',
  );
  expect(lookInWords({ added: [], listed: 2, leftOut: 0 })).toBe(
    'It answered and named 2 models: none is new.',
  );
  expect(lookInWords({ added: [], listed: 0, leftOut: 0 })).toContain('no model');
});
