import { baseUrlOf, type ProviderAdapter } from './provider.ts';

const BASE_URL = 'https://openrouter.ai/api/v1';

/** OpenRouter, which passes calls on to many providers. */
export const openrouter: ProviderAdapter = {
  baseUrl: BASE_URL,
  async open(model, fetch) {
    const { createOpenRouter } = await import('@openrouter/ai-sdk-provider');
    const provider = createOpenRouter({
      baseURL: baseUrlOf(model, BASE_URL),
      apiKey: model.connection.key ?? '',
      // Tells how many tokens a stream took.
      compatibility: 'strict',
      fetch,
    });
    return provider.chat(model.name);
  },
};
