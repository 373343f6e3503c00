import type { ModelInfo } from './model.ts';

/** Kinds of providers; everything else that speaks OpenAI's protocol (Ollama, vLLM, llama.cpp) is `openai-compatible`. */
export const PROVIDER_KINDS = ['openai', 'anthropic', 'google', 'openrouter', 'openai-compatible'] as const;
export type ProviderKind = (typeof PROVIDER_KINDS)[number];

/** A provider that a person connected, with its key opened: never stored, logged or answered in this form. */
export interface ConnectedProvider {
  id: string;
  name: string;
  kind: ProviderKind;
  /** Null: where the kind lives. */
  baseUrl: string | null;
  key: string | null;
  /** Order of fallback, lowest first. */
  position: number;
}

/** A model that may be called. */
export interface ConnectedModel extends ModelInfo {
  connection: ConnectedProvider;
}

/** What a tenant may call right now: enabled models of enabled providers, in order of fallback. */
export interface Registry {
  models(tenantId: string): Promise<ConnectedModel[]>;
  /** What calls showed of a provider, for people: it answers, or since when it does not and why. */
  noteHealth(tenantId: string, providerId: string, health: { isUp: boolean; because: string }): Promise<void>;
}
