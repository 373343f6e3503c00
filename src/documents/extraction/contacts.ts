/** E-mail addresses, urls and telephone numbers. */
import { type Finding, finding } from './finding.ts';

// Every part is bounded, so that a megabyte of one character costs a constant per position.
const EMAIL =
  /(?<![\p{L}\p{N}._%+@-])[\p{L}\p{N}_](?:[\p{L}\p{N}._%+'-]{0,62}[\p{L}\p{N}_+-])?@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,6}\p{L}{2,18}(?![\p{L}\p{N}_@-])/gu;
const URL_WITH_SCHEME =
  /(?<![\p{L}\p{N}_])(?:https?|ftp|ftps|sftp|git|ssh|svn|file|ws|wss|rsync|gopher|news):\/\/[^\s<>"'`{}|\\^]{2,2000}/giu;
const BARE_HOST =
  /(?<![\p{L}\p{N}_@./:-])(?:www\.)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,5}[a-z]{2,18}(?:[/?#][^\s<>"'`{}|\\^]{0,500})?/giu;
/** In lower case only: BeOpen.com is the name of a firm. */
const KNOWN_HOST =
  /(?<![\p{L}\p{N}_@./:-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,4}(?:com|org|net|edu|gov|io|de|uk|fr|eu|info|dev|ch|nl|at|it|es|se|us|ca|au|jp)(?:\/[^\s<>"'`{}|\\^]{0,500})?(?![\p{L}\p{N}_@-]|\.\p{L})/gu;
const MAILTO = /(?:mailto):(?=[\p{L}\p{N}])/giu;

/** E-mail addresses. The value is the address in lower case. */
export function findEmails(flat: string): Finding[] {
  if (!flat.includes('@')) return [];
  return [...flat.matchAll(EMAIL)]
    .filter((match) => !match[0].includes('..') && match[0].length <= 254)
    .map((match) =>
      finding('email', match.index, match.index + match[0].length, 0.98, match[0].toLowerCase()),
    );
}

/** Urls with a scheme, hosts that begin with www, and bare hosts with a path or a well-known ending. */
export function findUrls(flat: string): Finding[] {
  const found: Finding[] = [];
  for (const [pattern, confidence] of [
    [URL_WITH_SCHEME, 0.99],
    [BARE_HOST, 0.9],
    [KNOWN_HOST, 0.75],
  ] as const) {
    for (const match of flat.matchAll(pattern)) {
      const text = trimUrl(match[0]);
      if (text.length < 5 || !/[\p{L}\p{N}]/u.test(text.slice(text.indexOf(':') + 1))) continue;
      found.push(finding('url', match.index, match.index + text.length, confidence, text));
    }
  }
  return found.filter((item) => !MAILTO.test(flat.slice(item.start, item.end)));
}

/** A closing bracket that the url did not open ends it; punctuation at the end belongs to the sentence. */
function trimUrl(url: string): string {
  let end = bracketEnd(url);
  while (end > 0 && /[.,;:!?*_…»”’\]]/.test(url[end - 1] ?? '')) end--;
  return url.slice(0, end);
}

function bracketEnd(url: string): number {
  let open = 0;
  for (let index = 0; index < url.length; index++) {
    if (url[index] === '(') open++;
    else if (url[index] === ')' && --open < 0) return index;
  }
  return url.length;
}

const PHONE =
  /(?<![\p{L}\p{N}_.,/$€£@#:=-])(?:\+|00 ?(?=[1-9])|\()?\(?\d[\d() \u00a0./–-]{4,24}\d(?:(?: ?(?:x|ext\.?|extension) ?)\d{1,6})?(?![\p{L}\p{N}_@%]|[.,:/-]\d)/giu;
const PHONE_LABEL =
  /(?:\b(?:tel|telephone|telefon|phone|fax|mobile|mob|cell|call|dial|hotline|office|voice|contact|ph|toll[- ]free|whatsapp|direct|switchboard|home|work|dial|national number|phone number)\b|[☎📞✆])[^\d\n]{0,20}$/iu;

/** Telephone numbers: international with +, North American in its usual shapes, others behind a word such as "Tel". */
export function findPhones(flat: string): Finding[] {
  const found: Finding[] = [];
  for (const match of flat.matchAll(PHONE)) {
    const written = match[0];
    const text = balanced(written);
    const digits = text.replace(/(?:x|ext).*$/i, '').replace(/\D/g, '');
    const before = flat.slice(Math.max(0, match.index - 40), match.index);
    const confidence = phoneConfidence(text, digits.length, PHONE_LABEL.test(before));
    if (confidence === 0) continue;
    const start = match.index + written.indexOf(text);
    found.push(finding('phone', start, start + text.length, confidence, canonicalPhone(text)));
  }
  return found;
}

function phoneConfidence(text: string, digits: number, labelled: boolean): number {
  if (digits < 7 || digits > 15) return 0;
  if (text.startsWith('+')) return /^\+[1-9]/.test(text) && digits >= 8 ? 0.95 : 0;
  // (617) 542-5942, 617-542-5942, 617.542.5942, 1-800-555-0199
  if (/^(?:1[-. ]?)?(?:\([2-9]\d\d\) ?|[2-9]\d\d[-.])[2-9]\d\d[-. ]\d{4}(?:$| ?(?:x|ext))/i.test(text))
    return 0.9;
  // 020 8366 1177, 0800-89-1131, 00 1 650 253 2222
  if (
    /^0\d{2,4}[ -]\d{3,4}[ -]\d{3,4}$/.test(text) ||
    /^0\d{4} \d{6}$/.test(text) ||
    /^0(?:800|808|845|900)[ -]\d{2,4}[ -]?\d{2,4}/.test(text)
  )
    return 0.75;
  if (/^00[ -]?[1-9]\d{0,2}[ -]\d{1,4}[ -]\d{2,4}[\d -]*$/.test(text)) return 0.7;
  if (!labelled) return 0;
  return /^(?:19|20)\d\d[-/.]/.test(text) ? 0 : 0.85;
}

/** Without a bracket that is not closed. */
function balanced(text: string): string {
  if (text.startsWith('(') && !text.includes(')')) return text.slice(1);
  return text.startsWith('((') ? text.slice(1) : text;
}

function canonicalPhone(text: string): string {
  const main = text.replace(/ ?(?:x|ext).*$/i, '').replace('(0)', '');
  return (main.startsWith('+') ? '+' : '') + main.replace(/\D/g, '');
}
