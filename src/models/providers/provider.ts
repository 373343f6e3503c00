import type { LanguageModelV4 } from '@ai-sdk/provider';
import type { ConnectedModel } from '../registry.ts';

/** What an SDK calls out with: ours, so that address, time and size are bounded. */
export type Fetch = typeof globalThis.fetch;

/** One kind of provider. Its SDK is loaded at the first call, never at the start. */
export interface ProviderAdapter {
  /** Where the kind lives, when a person named no other place. */
  readonly baseUrl: string | null;
  /** The model as the AI SDK knows it. It reads nothing from the environment: what is null here is not sent. */
  open(model: ConnectedModel, fetch: Fetch): Promise<LanguageModelV4>;
  /** What the kind wants with every call, by its own name. */
  readonly options?: Record<string, Record<string, string | number | boolean>>;
}

/** Where to call: as connected, or where the kind lives. */
export function baseUrlOf(model: ConnectedModel, fallback: string): string {
  return (model.connection.baseUrl ?? fallback).replace(/\/+$/, '');
}
