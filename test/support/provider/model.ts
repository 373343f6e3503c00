import type { ConnectedModel, ProviderKind } from '../../../src/models/registry.ts';

/** A model that may be called, of a provider on this machine; `more` says what is special about it. */
export function connectedModel(
  provider: { url: string; googleUrl: string },
  more: Partial<Omit<ConnectedModel, 'connection'>> & {
    connection?: Partial<ConnectedModel['connection']>;
  } = {},
): ConnectedModel {
  const kind: ProviderKind = more.connection?.kind ?? 'openai-compatible';
  const providerName = more.connection?.name ?? 'scripted';
  const name = more.name ?? 'small';
  return {
    id: `${providerName}/${name}`,
    provider: providerName,
    name,
    contextTokens: 32_000,
    maxOutputTokens: 4_000,
    tier: 'medium',
    strengths: [],
    latencyMs: 1_000,
    energy: { energyClass: 'dense-8b', joulesPerOutputToken: 0.3, joulesPerInputToken: 0.03 },
    prices: [{ from: '2026-01-01', inputUsdPerMillion: 1, outputUsdPerMillion: 4 }],
    canUseTools: true,
    canAnswerJson: true,
    ...more,
    connection: {
      id: `connection-${providerName}`,
      name: providerName,
      kind,
      baseUrl: kind === 'google' ? provider.googleUrl : provider.url,
      key: 'sk-scripted',
      position: 1,
      ...more.connection,
    },
  };
}
