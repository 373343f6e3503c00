import { baseUrlOf, type ProviderAdapter } from './provider.ts';

const BASE_URL = 'https://api.anthropic.com/v1';

/** Anthropic by its messages API. */
export const anthropic: ProviderAdapter = {
  baseUrl: BASE_URL,
  async open(model, fetch) {
    const { createAnthropic } = await import('@ai-sdk/anthropic');
    const provider = createAnthropic({
      baseURL: baseUrlOf(model, BASE_URL),
      apiKey: model.connection.key ?? '',
      fetch,
    });
    return provider(model.name);
  },
};
