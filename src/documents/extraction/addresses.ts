/** Postal addresses in US, UK, European forms. An address may go over several lines. */
import { type Finding, finding } from './finding.ts';

const GAP = '(?:,? ?- ?|, ?|,?\\n| | ?[·|•] ?)';
const STREET_TYPE =
  '(?:Street|St\\.?|Avenue|Ave\\.?|Road|Rd\\.?|Boulevard|Blvd\\.?|Drive|Dr\\.?|Lane|Ln\\.?|Way|Court|Ct\\.?|Place|Pl\\.?|Square|Sq\\.?|Terrace|Parkway|Pkwy\\.?|Highway|Hwy\\.?|Circle|Plaza|Crescent|Close|Gardens|Row|Mews|Quay|Hill|Park|Walk|Grove|Broadway|Embankment|Expressway|Trail|Loop|Pike|Turnpike|Alley|Wharf|Mall)';
const NAME_WORD =
  "(?:(?:\\d{1,3}(?:st|nd|rd|th)|[\\p{Lu}][\\p{L}'’.-]{0,25}|de|la|of|the|du|des|del|di|van|von|der))";
const UNIT_PART =
  '(?:(?:Suite|Ste\\.?|Apt\\.?|Apartment|Unit|Room|Rm\\.?|Floor|Fl\\.?|Building|Bldg\\.?|Box|PMB|Level) ?#?[\\p{L}\\p{N}-]{1,8}|(?:\\d{1,2}(?:st|nd|rd|th)|First|Second|Third|Fourth|Fifth|Sixth|Seventh|Eighth|Ninth|Tenth) (?:Floor|Fl\\.?)|#\\d{1,5}[A-Z]?|MS ?[\\d-]{2,8})';
const US_STATE =
  '(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]|PR|Mass\\.?|Calif\\.?|Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming|D\\.C\\.)';
const TOWN_WORD = "(?:St\\.|Ste\\.|Mt\\.|Ft\\.|\\p{Lu}[\\p{L}'’-]{1,24})";
const CITY = `${TOWN_WORD}(?: ${TOWN_WORD}| (?:upon|on|in|am|an|der|de|la|le|sur|the)(?= )){0,3}`;
const ZIP = '\\d{5}(?:-\\d{4})?(?!\\d)';
const UK_POSTCODE = '(?:GIR ?0AA|[A-Z]{1,2}\\d[A-Z\\d]? ?\\d[A-Z]{2})(?![\\p{L}\\p{N}])';
const COUNTRY =
  '(?:U\\.?S\\.?A\\.?|United States(?: of America)?|US|UK|U\\.K\\.|United Kingdom|Great Britain|England|Scotland|Wales|Northern Ireland|Ireland|Germany|Deutschland|France|Italy|Italia|Spain|España|Portugal|Netherlands|The Netherlands|Belgium|Austria|Österreich|Switzerland|Schweiz|Suisse|Sweden|Norway|Denmark|Finland|Poland|Czech Republic|Hungary|Greece|Canada|Australia|New Zealand|India|Japan|China|Brazil|Mexico|South Africa|Singapore|Israel|Russia|Luxembourg)(?!\\p{L})';
const PO_BOX = '(?:P\\.? ?O\\.? ?Box|Post Office Box|Postfach|PO Box) \\d{1,6}';

/** One Microsoft Way; 12A; 10-14 */
const NUMBER = '(?:\\d{1,6}[A-Za-z]?(?:[-–/]\\d{1,5})?|One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten)';
const STREET = `${NUMBER} (?:(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\\.? )?(?:${NAME_WORD} ){1,5}?${STREET_TYPE}(?![\\p{L}])(?: (?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\\.?(?!\\p{L}))?`;
const STREET_EUROPEAN =
  "(?:\\p{Lu}[\\p{L}'’.-]{2,30}(?:straße|strasse|str\\.|weg|platz|allee|gasse|ring|damm|ufer|gade|gatan|vägen|vej|straat|laan|plein|gracht|kade)|\\p{Lu}[\\p{L}-]{2,25}(?:er|[- ]\\p{Lu}[\\p{L}-]{2,25})?[ -](?:Straße|Strasse|Str\\.|Platz|Allee|Weg|Ring|Damm|Ufer|Chaussee|Gasse)) \\d{1,4}(?: ?[a-zA-Z](?!\\p{L}))?(?:[-–/]\\d{1,4})?";
const STREET_POLISH =
  "(?:ul\\.|al\\.|pl\\.) ?\\p{Lu}[\\p{L}'’.-]{1,25}(?: \\p{Lu}[\\p{L}'’.-]{1,25}){0,3} \\d{1,4}[a-zA-Z]?(?:/\\d{1,4})?";
const STREET_ROMANCE =
  "(?:\\d{1,4}(?: ?(?:bis|ter))?,? )?(?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Pp]lace|[Qq]uai|[Cc]hemin|Via|Viale|Piazza|Corso|Calle|C/|Avenida|Paseo|Plaza|Rua|Praça|Rond-point)(?: (?:de|du|des|la|le|les|l['’]|d['’]|del|della|delle|dei|di|do|da|y|e|\\p{Lu}[\\p{L}'’.-]{0,25}|\\d{1,2})){1,7}(?:,? (?:n[°º.o]? ?)?\\d{1,4}[a-zA-Z]?)?(?![\\p{L}\\p{N}])";
const STREET_GERMAN_SPLIT =
  '(?:Am|An der|Im|Zum|Zur|Auf der|Unter den|Alte|Neue|Große|Kleine) \\p{Lu}[\\p{L}-]{2,25}(?: \\p{Lu}[\\p{L}-]{2,25})? \\d{1,4}[a-z]?';

// Before a town with its postcode, a street needs no word such as Street: 80 South Bridge, Edinburgh EH1 1HN.
const PLAIN_STREET = `${NUMBER} (?:${NAME_WORD} ){0,4}\\p{Lu}[\\p{L}'’-]{2,25}`;

const US_TAIL = `${CITY}(?:, ?|,?\\n| )${US_STATE}(?:,? ${ZIP}|(?=[\\s,.;)]))(?:${GAP}${COUNTRY})?`;
const US_POSTAL_TAIL = `${CITY}(?:, ?|,?\\n| )${US_STATE},? ${ZIP}(?:${GAP}${COUNTRY})?`;
const UK_TAIL = `${CITY}(?:${GAP}${CITY}){0,3}${GAP}${UK_POSTCODE}(?:${GAP}${COUNTRY})?`;
const EUROPEAN_TAIL = `(?:[A-Z]{1,3}-)?(?:\\d{4,5}(?: ?[A-Z]{2}(?= ))?|\\d{3} \\d{2}|\\d{2}-\\d{3}) ${CITY}(?: \\d{1,2}(?!\\d)| Cedex(?: \\d{1,2})?)?(?:${GAP}${COUNTRY})?`;
const EXTRA = `(?:${GAP}(?:${UNIT_PART}|${PO_BOX})){0,3}`;

const LEFT = '(?<![\\p{L}\\p{N}_.@/$€£-])';
const FORMS: Array<[RegExp, number]> = [
  // a street with town, state, postcode
  [
    new RegExp(
      `${LEFT}(?:${UNIT_PART}${GAP})?(?:${STREET}|${PO_BOX})${EXTRA}(?:${GAP}|\\. )(?:${US_TAIL}|${UK_TAIL}|${EUROPEAN_TAIL})`,
      'gu',
    ),
    0.95,
  ],
  [
    new RegExp(
      `${LEFT}(?:${STREET_EUROPEAN}|${STREET_ROMANCE}|${STREET_GERMAN_SPLIT}|${STREET_POLISH})${EXTRA}${GAP}(?:${EUROPEAN_TAIL}|${CITY})`,
      'gu',
    ),
    0.9,
  ],
  [new RegExp(`${LEFT}${PLAIN_STREET}${EXTRA}(?:${GAP}|\\. ?)(?:${US_POSTAL_TAIL}|${UK_TAIL})`, 'gu'), 0.85],
  // a street and a town only, or a street only
  [new RegExp(`${LEFT}(?=\\d)${STREET}${EXTRA}(?:, ?${CITY}(?:, ?${COUNTRY})?)?`, 'gu'), 0.75],
  [new RegExp(`${LEFT}${STREET_EUROPEAN}`, 'gu'), 0.7],
  [new RegExp(`${LEFT}${PO_BOX}(?:${GAP}${CITY}(?:, ${CITY})?)?`, 'gu'), 0.8],
];

/** All postal addresses of the flattened text; the longest form that fits at a place. */
export function findAddresses(flat: string): Finding[] {
  const found: Finding[] = [];
  for (const [pattern, confidence] of FORMS) {
    for (const match of flat.matchAll(pattern)) {
      const text = match[0].replace(/[\s,.]+$/u, '');
      found.push(finding('address', match.index, match.index + text.length, confidence, oneLine(text)));
    }
  }
  return found;
}

function oneLine(text: string): string {
  return text
    .replace(/\s*\n\s*/g, ', ')
    .replace(/,+\s*/g, ', ')
    .replace(/ {2,}/g, ' ');
}
