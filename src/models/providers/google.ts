import { baseUrlOf, type ProviderAdapter } from './provider.ts';

const BASE_URL = 'https://generativelanguage.googleapis.com/v1beta';

/** Google by its generateContent API. */
export const google: ProviderAdapter = {
  baseUrl: BASE_URL,
  async open(model, fetch) {
    const { createGoogle } = await import('@ai-sdk/google');
    const provider = createGoogle({
      baseURL: baseUrlOf(model, BASE_URL),
      apiKey: model.connection.key ?? '',
      fetch,
    });
    return provider(model.name);
  },
};
