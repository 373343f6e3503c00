import type { LanguageModelV4CallOptions, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { afterEach, describe, expect, test } from 'vitest';
import { connectedModel } from '../../../test/support/provider/model.ts';
import { type ScriptedProvider, startScriptedProvider } from '../../../test/support/provider/server.ts';
import { createOutbound } from '../../platform/kernel/outbound.ts';
import { CALL_LIMITS, fetchThrough } from '../fetch.ts';
import { PROVIDER_KINDS, type ProviderKind } from '../registry.ts';
import { adapters } from './adapters.ts';

const open: ScriptedProvider[] = [];
afterEach(async () => {
  for (const provider of open.splice(0)) await provider.close();
});

const start = async (options: Parameters<typeof startScriptedProvider>[0]) => {
  const provider = await startScriptedProvider(options);
  open.push(provider);
  return provider;
};

/** One call of the kind's real code over HTTP; answers the parts of the stream. */
async function stream(
  provider: ScriptedProvider,
  kind: ProviderKind,
  options: Partial<LanguageModelV4CallOptions> = {},
  connection: { key?: string | null } = {},
): Promise<LanguageModelV4StreamPart[]> {
  const model = connectedModel(provider, { connection: { kind, ...connection } });
  const progress = { isSent: false, status: undefined };
  const fetch = fetchThrough(createOutbound([provider.host]), CALL_LIMITS, progress);
  const language = await adapters[kind].open(model, fetch);
  const { stream } = await language.doStream({
    prompt: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'text', text: 'What is there?' }] },
    ],
    maxOutputTokens: 100,
    ...options,
  });
  const parts: LanguageModelV4StreamPart[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

const tools: LanguageModelV4CallOptions['tools'] = [
  {
    type: 'function',
    name: 'look',
    description: 'Looks at a place.',
    inputSchema: { type: 'object', properties: { at: { type: 'string' } }, required: ['at'] },
  },
];

const PROTOCOL: Record<ProviderKind, string> = {
  openai: 'responses',
  anthropic: 'messages',
  google: 'generate-content',
  openrouter: 'chat-completions',
  'openai-compatible': 'chat-completions',
};

describe.each(PROVIDER_KINDS)('the adapter %s', (kind) => {
  test('asks in its protocol with its key and gives back text, calls and usage', async () => {
    const provider = await start({
      key: 'sk-scripted',
      script: [
        {
          text: 'I look, grüß Gott.',
          calls: [{ name: 'look', input: { at: 'a' } }],
          usage: { inputTokens: 50, cachedTokens: 20, outputTokens: 30, reasoningTokens: 0 },
        },
      ],
    });
    const parts = await stream(provider, kind, { tools });
    const [request] = provider.requests;
    expect(request).toMatchObject({
      protocol: PROTOCOL[kind],
      model: 'small',
      isStream: true,
      tools: ['look'],
      maxOutputTokens: 100,
      messages: [
        { role: 'system', text: 'Be brief.' },
        { role: 'user', text: 'What is there?' },
      ],
    });
    const text = parts.map((part) => (part.type === 'text-delta' ? part.delta : '')).join('');
    expect(text).toBe('I look, grüß Gott.');
    const call = parts.find((part) => part.type === 'tool-call');
    expect(call).toMatchObject({ toolName: 'look' });
    expect(JSON.parse(call?.type === 'tool-call' ? call.input : '')).toEqual({ at: 'a' });
    expect(parts.find((part) => part.type === 'finish')).toMatchObject({
      usage: { inputTokens: { total: 50, cacheRead: 20 }, outputTokens: { total: 30 } },
      finishReason: { unified: 'tool-calls' },
    });
  });

  test('carries results of tools back, and a schema', async () => {
    const provider = await start({ script: [{ json: { found: 'yes' } }] });
    const schema = {
      type: 'object' as const,
      properties: { found: { type: 'string' as const } },
      required: ['found'],
      additionalProperties: false,
    };
    const parts = await stream(provider, kind, {
      prompt: [
        { role: 'user', content: [{ type: 'text', text: 'Look.' }] },
        {
          role: 'assistant',
          content: [{ type: 'tool-call', toolCallId: 'call_7', toolName: 'look', input: { at: 'a' } }],
        },
        {
          role: 'tool',
          content: [
            {
              type: 'tool-result',
              toolCallId: 'call_7',
              toolName: 'look',
              output: { type: 'text', value: 'a door' },
            },
          ],
        },
      ],
      responseFormat: { type: 'json' as const, name: 'answer', schema },
    });
    const [request] = provider.requests;
    expect(request?.messages.flatMap(({ calls }) => calls)).toMatchObject([{ name: 'look' }]);
    expect(request?.messages.flatMap(({ results }) => results)).toMatchObject([{ text: 'a door' }]);
    expect(request).toMatchObject({ wantsJson: true });
    expect(parts.map((part) => (part.type === 'text-delta' ? part.delta : '')).join('')).toBe(
      '{"found":"yes"}',
    );
  });

  test('shows the status of a refusal, and a wrong key is refused', async () => {
    const provider = await start({ key: 'sk-other', script: [] });
    await expect(stream(provider, kind)).rejects.toMatchObject({ statusCode: 401 });
    expect(provider.requests).toHaveLength(0);
  });
});

test('a provider without a key is asked without one', async () => {
  const provider = await start({ script: [{ text: 'Hello.' }] });
  await stream(provider, 'openai-compatible', {}, { key: null });
  expect(provider.requests[0]?.headers).not.toHaveProperty('authorization');
});
