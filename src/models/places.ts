import { CadreError } from '../platform/kernel/errors.ts';
import { isPublic } from '../platform/kernel/outbound.ts';
import { adapters } from './providers/adapters.ts';
import { PROVIDER_KINDS, type ProviderKind } from './registry.ts';

/** The kind in a row; one that a later version knows is spoken to in the common way. */
export function kindOf({ kind }: { kind: string }): ProviderKind {
  return PROVIDER_KINDS.find((known) => known === kind) ?? 'openai-compatible';
}

/** The address that calls go to. */
export function placeOf(kind: ProviderKind, baseUrl: string | null): string {
  const place = baseUrl ?? adapters[kind].baseUrl;
  if (place === null)
    throw new CadreError('provider/bad-address', { address: '', detail: 'this kind needs one' });
  return place;
}

/** Headers that carry the key. */
export function keyHeaders(kind: ProviderKind, key: string | null): Record<string, string> {
  if (kind === 'anthropic') return { 'anthropic-version': '2023-06-01', ...(key && { 'x-api-key': key }) };
  if (key === null) return {};
  return kind === 'google' ? { 'x-goog-api-key': key } : { authorization: `Bearer ${key}` };
}

/**
 * An address as it is stored: without a slash at its end, and with nothing in it that is a secret.
 * @throws CadreError `provider/bad-address`
 */
export function readBaseUrl(kind: ProviderKind, text: string | undefined, hasKey: boolean): string | null {
  const address = text?.trim() ?? '';
  const refuse = (detail: string) =>
    new CadreError('provider/bad-address', { address: maskedAddress(address), detail });
  if (address === '') {
    if (kind === 'openai-compatible') throw refuse('this kind needs one');
    return null;
  }
  if (!URL.canParse(address)) throw refuse('it is no URL');
  const url = new URL(address);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refuse('only http and https are spoken');
  if (url.username !== '' || url.password !== '')
    throw refuse('a name or password in it would not stay secret');
  if (url.search !== '' || url.hash !== '') throw refuse('it may have no ? and no #');
  if (url.protocol === 'http:' && hasKey && !isNear(url.hostname))
    throw refuse('the key would travel unencrypted; use https');
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** What a person typed, without what could be a password. */
function maskedAddress(address: string): string {
  return address.replace(/\/\/[^/@]*@/, '//***@').replace(/[?#].*$/, '');
}

/** Whether a server is on this machine or in a private network, by its name or address. */
export function isNear(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  if (/^[\d.]+$|:/.test(host)) return !isPublic(host);
  return !host.includes('.') || /\.(localhost|local|internal|lan|home|intranet)$/i.test(host);
}
