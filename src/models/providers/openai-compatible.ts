import { CadreError } from '../../platform/kernel/errors.ts';
import type { ProviderAdapter } from './provider.ts';

/** Every server that speaks OpenAI's chat completions: Ollama, vLLM, llama.cpp, LM Studio and many more. */
export const openaiCompatible: ProviderAdapter = {
  baseUrl: null,
  async open(model, fetch) {
    const { baseUrl, key, name } = model.connection;
    if (!baseUrl) throw new CadreError('model/unreachable', { model: model.id, detail: 'it has no address' });
    const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
    const provider = createOpenAICompatible({
      name,
      baseURL: baseUrl.replace(/\/+$/, ''),
      ...(key && { apiKey: key }),
      includeUsage: true,
      supportsStructuredOutputs: model.canAnswerJson,
      fetch,
    });
    return provider(model.name);
  },
};
