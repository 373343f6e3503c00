/**
 * Identifiers: those with a check digit (IBAN, ISIN, ISBN) or a fixed form (UUID, DOI, VAT), and numbers behind a
 * word that says what they are (invoice, order, contract, case, patent, ticket).
 */
import { ibanValid, isbnValid, isinValid, leiValid } from './checksums.ts';
import { type Finding, finding } from './finding.ts';

interface Form {
  pattern: RegExp;
  confidence: number;
  /** The canonical form, or undefined when it is none after all. */
  value(text: string): string | undefined;
}

const LEFT = '(?<![\\p{L}\\p{N}_@./-])';
const compact = (text: string) => text.replace(/[\s-]/g, '').toUpperCase();

/** VAT numbers of European states and Brazil's CNPJ, with the blanks and dots people put into them. */
const VAT = new RegExp(
  `${LEFT}(?:${[
    'ATU ?\\d{8}',
    'BE ?[01]?\\d{3}[. ]?\\d{3}[. ]?\\d{3}',
    'CHE[- ]?\\d{3}[. ]?\\d{3}[. ]?\\d{3}(?: ?(?:MWST|TVA|IVA|TPV))?',
    'DE ?\\d{3}[ .,]?\\d{3}[ .,]?\\d{3}',
    'DK ?\\d{2} ?\\d{2} ?\\d{2} ?\\d{2}',
    'ES ?[A-Z]-?\\d{7}-?[A-Z0-9]',
    'FR ?[A-Z0-9]{2} ?\\d{3} ?\\d{3} ?\\d{3}',
    'GB ?\\d{3} ?\\d{4} ?\\d{2}(?: ?\\d{3})?',
    'IE ?\\d[A-Z0-9]\\d{5}[A-Z]{1,2}',
    '(?:IT|LV|HR) ?\\d{11}',
    '(?:LU|FI|MT|SI|HU) ?\\d{8}',
    'NL ?\\d{7,9}[. ]?B ?\\d{2}',
    '(?:PL|SK) ?\\d{10}',
    '(?:PT|EL|EE) ?\\d{9}',
    'SE ?\\d{12}',
    'CZ ?\\d{8,10}',
    'RO ?\\d{6,10}',
    'BR ?\\d{14}',
    '(?:BR ?)?\\d{2}\\.\\d{3}\\.\\d{3}/\\d{4}-\\d{2}',
  ].join('|')})(?![\\p{L}\\p{N}])`,
  'gu',
);

const FORMS: Form[] = [
  {
    pattern:
      /(?<![\p{L}\p{N}_-])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![\p{L}\p{N}_-])/giu,
    confidence: 0.99,
    value: (text) => text.toLowerCase(),
  },
  {
    pattern: new RegExp(
      `${LEFT}[A-Z]{2}\\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![\\p{L}\\p{N}])`,
      'gu',
    ),
    confidence: 0.99,
    value: (text) => (ibanValid(compact(text)) ? compact(text) : undefined),
  },
  {
    pattern: new RegExp(`${LEFT}[A-Z]{2}[A-Z0-9]{9}\\d(?![\\p{L}\\p{N}])`, 'gu'),
    confidence: 0.98,
    value: (text) => (isinValid(text) ? text : undefined),
  },
  {
    pattern: /(?<![\p{L}\p{N}_@.-])10\.\d{4,9}\/[^\s"<>]{1,200}/gu,
    confidence: 0.98,
    value: (text) => text.toLowerCase(),
  },
  {
    pattern:
      /(?<![\p{L}\p{N}_@./-])(?:97[89][- ]?\d{1,5}(?:[- ]\d{1,7}){1,3}[- ]?\d|97[89][- ]?\d{10})(?![\p{L}\p{N}-])/gu,
    confidence: 0.97,
    value: (text) => (isbnValid(compact(text)) ? compact(text) : undefined),
  },
  {
    // An organisation's LEI (ISO 17442)
    pattern: /(?<![\p{L}\p{N}_@./-])\d{4}[A-Z0-9]{14}\d{2}(?![\p{L}\p{N}])/gu,
    confidence: 0.97,
    value: (text) => (leiValid(text) ? text : undefined),
  },
  { pattern: VAT, confidence: 0.93, value: (text) => text.replace(/[\s.,/-]/g, '') },
  // clinical trials; a bank's BIC behind its name
  { pattern: /(?<![\p{L}\p{N}_-])NCT\d{8}(?!\p{N})/gu, confidence: 0.97, value: (text) => text },
  {
    pattern:
      /(?<=(?:BIC|SWIFT)(?:[- ]?[Cc]ode)?[:/ ]{1,3})[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?(?![\p{L}\p{N}])/gu,
    confidence: 0.95,
    value: (text) => text,
  },
  // arXiv:2401.01234, CVE-2024-12345, RFC 2616, ISO 9001, ISO/IEC 27001:2022
  { pattern: /(?<![\p{L}\p{N}_-])CVE-\d{4}-\d{4,7}(?!\p{N})/gu, confidence: 0.99, value: (text) => text },
  {
    pattern: /(?<![\p{L}\p{N}_-])arXiv:\d{4}\.\d{4,5}(?:v\d{1,2})?(?!\p{N})/giu,
    confidence: 0.98,
    value: (text) => text,
  },
  {
    pattern:
      /(?<![\p{L}\p{N}_-])(?:RFC[ -]?\d{3,5}|(?:ISO|IEC|ISO\/IEC|IEEE|EN|DIN|ANSI|ECMA|FIPS|BS)[ -](?:EN )?(?:Std )?[A-Z]?\d{2,5}(?:[.-]\d{1,4}){0,3}(?::\d{4})?)(?![\p{L}\p{N}]|\.\d)/gu,
    confidence: 0.85,
    value: (text) => text,
  },
  // US 7,123,456 B2; EP 1234567; WO 2020/123456
  {
    pattern:
      /(?<![\p{L}\p{N}_-])(?:(?:US|U\.S\.|United States)(?: Pat(?:ent|\.)?)?(?: No\.| Nos\.| Number)? ?(?:\d{1,2},\d{3},\d{3}|\d{4}\/\d{7})(?: ?[AB]\d)?|EP ?\d(?: ?\d{3}){2}(?: ?[AB]\d)?|WO ?\d{4}\/\d{6}(?: ?A\d)?)(?![\p{L}\p{N}])/gu,
    confidence: 0.93,
    value: (text) => text,
  },
  // ABC-123: a ticket
  {
    pattern: /(?<![\p{L}\p{N}_@./:-])[A-Z][A-Z0-9]{1,9}-\d{1,7}(?![\p{L}\p{N}_@/]|-\p{L}|[-.]\d)/gu,
    confidence: 0.8,
    value: (text) => (NOT_TICKET.test(text) ? undefined : text),
  },
  // INV-2026-0042, PO-2026/17, A-2026-113
  {
    pattern: /(?<![\p{L}\p{N}_@./:-])[A-Z]{1,6}[-/](?:19|20)\d{2}[-/]\d{1,7}(?![\p{L}\p{N}_]|-\p{L})/gu,
    confidence: 0.9,
    value: (text) => text,
  },
];

/** Standards, formats and products that look like tickets. */
const NOT_TICKET =
  /^(?:UTF|ISO|UTC|GMT|SHA|MD|COVID|GPT|HTTP|BASE|RSA|AES|CRC|ASCII|LATIN|WIN|WINDOWS|CP|KOI8|EBCDIC|MPEG|MP|IPV|IP|RC|TOP|GPL|LGPL|AGPL|MPL|EPL|CDDL|BSD|APACHE|MIT|CC|OFL|PSF|ZPL|LPPL|F|B|C|A|X|I|M|T|Q|H|U|L|V|BOEING|AIRBUS|APOLLO|ARTICLE|ES|ECMA|PEP|V|PGP|USB|DDR|PHP|K|G|TLS|SSL|SOC|PCI|LZ|AD|BC|ISBN|ISSN|EAN|UPC|CD|DVD|PC|TZ|AMD|ARM|IA|S|PA|HP|LOCAL|TEL|FAX|PO|CVE)-?\d/;

const LABELLED =
  /(?<![\p{L}\p{N}_])(?:invoice|order|purchase order|contract|agreement|case|docket|file|policy|claim|account|customer|client|reference|ref|ticket|incident|request|application|patent|registration|licen[cs]e|permit|serial|tracking|booking|reservation|confirmation|document|project|tax|vat|company|membership|member|patient|employee|bug|issue|grant|award|tender|lot|batch|part|model|report|PO|RMA|SKU|EIN|SSN|DUNS|ISSN|NDC|docket|bill|handle|cheque|check|receipt|voucher|rechnungs?|auftrags?|kunden|vertrags?|bestell(?:ung)?|angebots?|artikel|akten|facture|commande|contrat|factura|pedido|contrato|fattura|ordine|factuur)(?: (?:identification|registration|reference|id|ID))?[ -]?(?:number|numbers|nummer|numéro|n[°º]|no\.?|nr\.?|num\.?|id|ID|#|№|Nos?\.)(?:\.|:| is| of)?[ :]{0,3}[#(]?(?<id>[\p{L}\p{N}](?:[\p{L}\p{N}/._-]{0,38}[\p{L}\p{N}])?)/giu;
/** #123 in running text is a ticket; six digits alone may be a colour and need a word before them. */
const HASH = /(?<![\p{L}\p{N}_&/#=:"'.-])#\d{2,9}(?![\p{L}\p{N}_-])/gu;
const HASH_WORD =
  /(?:bugs?|issues?|tickets?|case|requests?|PR|MR|order|invoice|closes|closed|fixes|fixed|resolves|see|LP|GH|RT)[:,]? ?(?:#\d{2,9}, ?(?:and )?)*$/i;
/**
 * Ten digits with a right check digit are an ISBN only in a text that speaks of ISBNs: one telephone number in eleven
 * has one too.
 */
const SHORT_ISBN =
  /(?<![\p{L}\p{N}_@./-])(?:\d{9}[\dX]|\d{1,5}(?:[- ]\d{1,7}){1,3}[- ]?[\dX])(?![\p{L}\p{N}-])/gu;

/** All identifiers of the flattened text. */
export function findIdentifiers(flat: string): Finding[] {
  const found: Finding[] = [];
  for (const { pattern, confidence, value } of FORMS) {
    for (const match of flat.matchAll(pattern)) {
      const text = trimEnd(match[0]);
      const meaning = value(text);
      if (meaning === undefined) continue;
      found.push(finding('identifier', match.index, match.index + text.length, confidence, meaning));
    }
  }
  for (const match of flat.matchAll(LABELLED)) {
    const id = match.groups?.id ?? '';
    if (!plausible(id)) continue;
    const start = match.index + match[0].length - id.length;
    found.push(finding('identifier', start, start + id.length, 0.9, id));
  }
  for (const match of flat.matchAll(HASH)) {
    const before = flat.slice(Math.max(0, match.index - 40), match.index);
    if (match[0].length === 7 && !HASH_WORD.test(before)) continue;
    found.push(finding('identifier', match.index, match.index + match[0].length, 0.8, match[0].slice(1)));
  }
  if (/\bISBN/.test(flat)) {
    for (const match of flat.matchAll(SHORT_ISBN)) {
      if (!isbnValid(compact(match[0]))) continue;
      found.push(finding('identifier', match.index, match.index + match[0].length, 0.85, compact(match[0])));
    }
  }
  return found;
}

/** A number behind a label has a digit and is not itself a sentence's word. */
function plausible(id: string): boolean {
  const digits = id.replace(/\D/g, '').length;
  return digits >= 2 && digits * 3 >= id.length && id.length >= 3;
}

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && /[.,;:!?)\]'"”’]/.test(text[end - 1] ?? '')) end--;
  return text.slice(0, end);
}
