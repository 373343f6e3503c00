import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A source of numbers in [0, 1). Injected wherever chance decides, so that tests are exact. */
export type Random = () => number;

/** The machine's generator, for jitter and sampling (never for secrets). */
export const systemRandom: Random = () => Math.random();

/** mulberry32: a small seeded generator with a period of 2^32, enough for tests and simulations. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Cryptographically random bytes as URL-safe text. 16 bytes are 128 bits. */
export function secretText(bytes: number): string {
  return randomBytes(bytes).toString('base64url');
}

/** SHA-256 in hexadecimal. Enough for secrets of full entropy (GUARANTEES section 4) and for content addresses. */
export function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** HMAC-SHA256 over the parts in their order, in hexadecimal: who knows the secret made them. */
export function signatureOf(secret: string, ...parts: Array<string | Uint8Array>): string {
  const hmac = createHmac('sha256', secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest('hex');
}

/** Compares two texts in constant time; texts of different length are unequal. */
export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
