/** Check digits of identifiers, after their standards. All take the compact upper-case form. */

/** ISO 13616: the digits of the rearranged number, letters as 10-35, leave 1 when divided by 97. */
export function ibanValid(iban: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban)) return false;
  return remainderBy97(iban.slice(4) + iban.slice(0, 4)) === 1;
}

/** ISO 17442: twenty characters that leave 1 when divided by 97, letters as 10-35. */
export function leiValid(lei: string): boolean {
  return /^[A-Z0-9]{18}\d{2}$/.test(lei) && remainderBy97(lei) === 1;
}

/** ISO 7064 MOD 97-10 over digits and letters. */
function remainderBy97(text: string): number {
  let remainder = 0;
  for (const character of text) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder;
}

/** ISO 6166: Luhn over the digits with letters as 10-35. */
export function isinValid(isin: string): boolean {
  if (!/^[A-Z]{2}[A-Z0-9]{9}\d$/.test(isin)) return false;
  const digits = [...isin].map((character) => String(Number.parseInt(character, 36))).join('');
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const weighted = index % 2 === 1 ? digit * 2 : digit;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}

/** ISO 2108: ISBN-10 (weights 10 to 1, modulo 11) or ISBN-13 (weights 1 and 3, modulo 10, prefix 978 or 979). */
export function isbnValid(isbn: string): boolean {
  if (/^\d{9}[\dX]$/.test(isbn)) {
    const sum = [...isbn].reduce((total, c, index) => total + (c === 'X' ? 10 : Number(c)) * (10 - index), 0);
    return sum % 11 === 0;
  }
  if (!/^97[89]\d{10}$/.test(isbn)) return false;
  const sum = [...isbn].reduce((total, c, index) => total + Number(c) * (index % 2 === 0 ? 1 : 3), 0);
  return sum % 10 === 0;
}
