import { expect, test } from 'vitest';
import { offered } from './offered.ts';

test('an offer fills in the form and holds no key', () => {
  const how = '';
  expect(offered({ provider: 'OpenAI', kind: 'openai', where: 'OPENAI_API_KEY', how })).toEqual({
    kind: 'openai',
    fromEnvironment: true,
  });
  expect(offered({ provider: 'Ollama', kind: 'openai-compatible', where: '127.0.0.1:11434', how })).toEqual({
    kind: 'openai-compatible',
    name: 'ollama',
    baseUrl: 'http://127.0.0.1:11434/v1',
  });
  expect(offered({ provider: 'Groq', kind: 'openai-compatible', where: 'GROQ_API_KEY', how })).toEqual({
    kind: 'openai-compatible',
  });
});
