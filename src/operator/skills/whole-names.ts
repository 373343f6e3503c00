import type { Mention } from '../../documents/document.ts';

/**
 * Names that a rule cut short: "Works Ltd" of "Halden Marine Works Ltd", the place "Dunmarra" of "Dunmarra Town
 * Council". Extended over the capitals beside them, so that one organisation is not several.
 */
const ORGANISATION_WORD =
  '(?:Ltd|Limited|Inc|LLC|PLC|plc|GmbH|AG|AS|SE|SA|BV|Oy|Corp|Corporation|Company|Council|Trust|Fund|Association|Society|Group|Services|Bank|University|Institute|College|Agency|Authority|Ministry|Committee|Commission|Foundation|Union|Press|Engineering|Works|Partners|Solicitors|Holdings?|Systems|Technologies|Surveys|Insurance|Mutual|Club|Department|Office|Board|Court|Hospital|School|Church|Museum|Party|Sons|Brothers|Clinic|Partnership)';
/** A name that begins so wants the words before it. */
const HEADLESS = new RegExp(
  `^(?:${ORGANISATION_WORD}|Town|City|County|Parish|Communities|Community|Grid|Modular|Residents['’]|Marine|Harbour|Ferries|Pontoons|Lifts)\\b`,
  'u',
);
const BEFORE = /(?:\p{Lu}[\p{L}'’-]*(?: &)? ){1,3}$/u;
const BEHIND = new RegExp(
  `^(?: (?:&|of|and|\\p{Lu}[\\p{L}'’-]*)){0,3} ${ORGANISATION_WORD}(?![\\p{L}\\p{N}])\\.?`,
  'u',
);
const NOT_A_NAME =
  /^(?:(?:The|A|An|Any|Each|Our|Your|Their|Its|This|That|Dear|To|From|For|With|By|In|On|At|Of|And|But|If|When|As|All|No|Please|Contact|Both|Mr|Mrs|Ms|Dr|Prof) )+/u;

/** The mention with the rest of its name, or as it was. */
export function wholeName(mention: Mention, text: string): Mention {
  const { kind, start, end } = mention;
  if (kind !== 'organisation' && kind !== 'place' && kind !== 'person') return mention;
  const behind = extension(text.slice(end, end + 60));
  const organisation = kind === 'organisation' || behind > 0;
  let from = start;
  if (organisation && HEADLESS.test(mention.text)) {
    const before = BEFORE.exec(text.slice(Math.max(0, start - 50), start))?.[0] ?? '';
    from = start - before.replace(NOT_A_NAME, '').length;
  }
  const partner = organisation
    ? /(?:\p{Lu}[\p{L}'’-]+ )+& $/u.exec(text.slice(Math.max(0, from - 40), from))
    : null;
  if (partner) from -= partner[0].replace(NOT_A_NAME, '').length;
  if (from === start && behind === 0) return mention;
  const { value: _value, ...rest } = mention;
  return {
    ...rest,
    kind: 'organisation',
    start: from,
    end: end + behind,
    text: text.slice(from, end + behind),
  };
}

/** Length of " Town Council" behind a name; 0 where a sentence goes on. */
function extension(after: string): number {
  const match = BEHIND.exec(after)?.[0];
  return match && !/ and /.test(match) ? match.replace(/\.$/, '').length : 0;
}
