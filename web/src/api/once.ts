/**
 * A new Idempotency-Key: what is asked twice with the same key is done once. `crypto.randomUUID` is missing on a
 * page of plain HTTP, so the digits are drawn here.
 */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
