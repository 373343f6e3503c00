import { newId } from '../platform/kernel/ids.ts';
import { sameText, secretText, sha256 } from '../platform/kernel/random.ts';

/**
 * Keys: `cadre_` + key id (32 hexadecimal digits) + `_` + 32 random bytes in base64url + 6 characters of checksum.
 * The prefix and the checksum let secret scanners recognise a leaked key without asking anybody.
 */
const FORM = /^cadre_([0-9a-f]{32})_([A-Za-z0-9_-]{43})([A-Za-z0-9_-]{6})$/;

/** A key as its owner sees it once, with what is stored of it. */
export interface MadeKey {
  id: string;
  /** Shown once, never stored. */
  text: string;
  secretHash: string;
}

/** Makes a key of full entropy; its SHA-256 needs no salt and no slowness (GUARANTEES section 4). */
export function makeKey(id: string = newId()): MadeKey {
  const secret = secretText(32);
  const head = `cadre_${id.replaceAll('-', '')}_${secret}`;
  return { id, text: head + checksum(head), secretHash: sha256(secret) };
}

/** A key that an operator chose (`CADRE_ADMIN_KEY`): its id follows from it, so it is found without a search. */
export function adoptKey(text: string): MadeKey {
  const hash = sha256(text);
  return { id: toId(sha256(`id:${text}`).slice(0, 32)), text, secretHash: hash };
}

/** Id and hash of a key that somebody shows. Never throws: what is no key of ours is looked up as a chosen one. */
export function readKey(text: string): { id: string; secretHash: string } {
  const match = FORM.exec(text);
  if (!match) return readChosen(text);
  const [, id = '', secret = '', sum = ''] = match;
  if (!sameText(sum, checksum(text.slice(0, -6)))) return readChosen(text);
  return { id: toId(id), secretHash: sha256(secret) };
}

function readChosen(text: string): { id: string; secretHash: string } {
  const { id, secretHash } = adoptKey(text);
  return { id, secretHash };
}

/** True when the text is whole and not mistyped. */
export function isKeyText(text: string): boolean {
  return FORM.test(text) && sameText(text.slice(-6), checksum(text.slice(0, -6)));
}

function checksum(head: string): string {
  return Buffer.from(sha256(head), 'hex').toString('base64url').slice(0, 6);
}

function toId(hex: string): string {
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
