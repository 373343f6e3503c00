import { baseUrlOf, type ProviderAdapter } from './provider.ts';

const BASE_URL = 'https://api.openai.com/v1';

/** OpenAI by its responses API. */
export const openai: ProviderAdapter = {
  baseUrl: BASE_URL,
  // What tenants say is not kept by OpenAI for later turns: every call brings its whole prompt.
  options: { openai: { store: false } },
  async open(model, fetch) {
    const { createOpenAI } = await import('@ai-sdk/openai');
    const provider = createOpenAI({
      baseURL: baseUrlOf(model, BASE_URL),
      apiKey: model.connection.key ?? '',
      fetch,
    });
    return provider.responses(model.name);
  },
};
