import { createCipheriv, createDecipheriv } from 'node:crypto';
import { CadreError } from '../platform/kernel/errors.ts';
import { secretText, sha256 } from '../platform/kernel/random.ts';

/**
 * How a secret is sealed (GUARANTEES section 4): AES-256-GCM in two layers. A tenant's data key seals its secrets; the
 * master key seals the data keys. Each seal is bound to what it is for, so that none can be put in the place of another.
 */
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const FORMAT = 'v1';

/** A key, with the name under which the database speaks of it. The name tells nothing of the key. */
export interface SealKey {
  id: string;
  bytes: Buffer;
}

/** A new random key. */
export function newSealKey(): SealKey {
  return toSealKey(Buffer.from(secretText(KEY_BYTES), 'base64url'));
}

/** The key in a text: 32 bytes as base64, base64url or 64 hexadecimal digits; undefined when it is none. */
export function readSealKey(text: string): SealKey | undefined {
  const clean = text.trim();
  if (/^[0-9a-f]{64}$/i.test(clean)) return toSealKey(Buffer.from(clean, 'hex'));
  if (!/^[\w+/-]{43}=?$/.test(clean)) return undefined;
  return toSealKey(Buffer.from(clean.replaceAll('-', '+').replaceAll('_', '/'), 'base64'));
}

function toSealKey(bytes: Buffer): SealKey {
  return { bytes, id: sha256(Buffer.concat([Buffer.from('cadre master key '), bytes])).slice(0, 12) };
}

/** Seals bytes for one place only; `place` must be said again to open them. */
export function seal(key: Buffer, place: readonly unknown[], plain: Uint8Array): string {
  const nonce = Buffer.from(secretText(NONCE_BYTES), 'base64url');
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(JSON.stringify(place)));
  const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return `${FORMAT}.${nonce.toString('base64url')}.${sealed.toString('base64url')}`;
}

/** @throws CadreError `secret/damaged` when a bit was changed, or the place or the key is another */
export function unseal(key: Buffer, place: readonly unknown[], sealed: string): Buffer {
  const [format, nonce = '', rest = ''] = sealed.split('.');
  const bytes = Buffer.from(rest, 'base64url');
  try {
    if (format !== FORMAT || bytes.length < TAG_BYTES) throw new Error('not of a known form');
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(JSON.stringify(place)));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(0, -TAG_BYTES)), decipher.final()]);
  } catch {
    // What the cipher says would help who tries keys, and nobody else.
    throw new CadreError('secret/damaged', { what: String(place[0]) });
  }
}

/** The place of a data key: its tenant. */
export const dataKeyPlace = (tenantId: string) => ['the data key', tenantId] as const;
/** The place of a secret: tenant, id and version. */
export const secretPlace = (tenantId: string, id: string, version: number) =>
  ['the secret', tenantId, id, version] as const;
