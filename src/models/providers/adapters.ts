import type { ProviderKind } from '../registry.ts';
import { anthropic } from './anthropic.ts';
import { google } from './google.ts';
import { openai } from './openai.ts';
import { openaiCompatible } from './openai-compatible.ts';
import { openrouter } from './openrouter.ts';
import type { ProviderAdapter } from './provider.ts';

/** Every kind of provider that can be connected. */
export const adapters: Record<ProviderKind, ProviderAdapter> = {
  openai,
  anthropic,
  google,
  openrouter,
  'openai-compatible': openaiCompatible,
};
