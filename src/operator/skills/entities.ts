import type { EntityKind, Mention } from '../../documents/document.ts';
import type { Passage, Reading } from './reading.ts';
import { wholeName } from './whole-names.ts';
import { addTo, fold, wordsIn } from './words.ts';

/** A mention with the document it stands in. */
export interface PlacedMention {
  mention: Mention;
  fileId: string;
  passage?: Passage;
}

/** A thing of the world with every place that names it. */
export interface Entity {
  kind: EntityKind;
  /** The fullest form in which a source names it. */
  name: string;
  /** Folded forms that mean it, for looking it up. */
  forms: Set<string>;
  mentions: PlacedMention[];
  documents: Set<string>;
  /** How much it matters here; comparable within one request only. */
  importance: number;
}

const HONORIFIC =
  /^(?:(?:dr|mr|mrs|ms|miss|prof|professor|sir|dame|lord|lady|herr|frau|mme|monsieur|madame|hon|rev|capt|ing|dipl)\.?\s+)+/i;
const COMPANY_SUFFIX =
  /[,\s]+(?:inc|incorporated|ltd|limited|llc|llp|plc|corp|corporation|co|company|gmbh|ag|kg|se|sa|s\.a|sas|sarl|spa|s\.p\.a|bv|b\.v|nv|n\.v|oy|oyj|ab|as|asa|aps|pty|group|holding|holdings|e\.v)\.?$/i;

/** Verbs that make the people and organisations around them matter. */
const ACTING =
  /\b(?:decid|approv|agree|sign|award|reject|refus|pay|paid|ow(?:es|ed|ing)|deliver|appoint|elect|resign|own|acquir|fund|invest|sue|claim|order|contract|lead|led|manag|direct|chair|found|commission|terminat|oblig|undertak|responsib|report|announc|request)/i;

/** "Chair of the steering group" is an office, not an organisation. */
/** Words of tables that rules take for names. */
const NO_NAME = /^(?:total|sum|item|amount|date|name|status|vendor|payee|owner|role)$/i;
const AN_OFFICE = /^(?:chair(?:man|woman|person)?|director|head|manager|secretary|president|mayor|member)\b/i;

function isRealName(kind: EntityKind, name: string): boolean {
  if (!/\p{Lu}/u.test(name) || NO_NAME.test(name)) return false;
  return kind !== 'organisation' || !AN_OFFICE.test(name);
}

/** Merges the mentions of all documents into entities, the most important first. */
export function mergeEntities(readings: Reading[]): Entity[] {
  const placed = placeMentions(readings);
  const kinds = voteKinds(placed);
  const byKind = Map.groupBy(placed, ({ mention }) => kinds.get(keyOf(mention)) ?? mention.kind);
  const entities = [...byKind].flatMap(([kind, mentions]) => {
    if (kind === 'person') return mergePersons(mentions);
    if (kind === 'organisation') return mergeOrganisations(mentions);
    return groupBy(kind, mentions, ({ mention }) => plainKey(kind, mention));
  });
  const real = entities.filter(({ kind, name }) => !isName(kind) || isRealName(kind, name));
  addMailAddresses(real);
  for (const entity of real) entity.importance = importanceOf(entity);
  return real.sort((a, b) => b.importance - a.importance || (a.name < b.name ? -1 : 1));
}

function placeMentions(readings: Reading[]): PlacedMention[] {
  return readings.flatMap(({ material, passages }) => {
    const byMention = new Map<Mention, Passage>();
    for (const passage of passages) for (const mention of passage.mentions) byMention.set(mention, passage);
    return material.analysis.mentions.map((mention) => {
      const passage = byMention.get(mention);
      const whole = wholeName(mention, material.document.text);
      return { mention: whole, fileId: material.fileId, ...(passage && { passage }) };
    });
  });
}

/** The name as it is compared: no honorific, no possessive, one space, folded. */
export function nameKey(text: string): string {
  return fold(text)
    .replace(/\s+/g, ' ')
    .trim()
    .replace(HONORIFIC, '')
    .replace(/'s?$/, '')
    .replace(/^the /, '')
    .replace(/[.,;:]+$/, '');
}

function organisationKey(text: string): string {
  let key = nameKey(text).replace(/&/g, 'and');
  for (
    let cut = key.replace(COMPANY_SUFFIX, '');
    cut !== key && cut.length > 1;
    cut = key.replace(COMPANY_SUFFIX, '')
  ) {
    key = cut;
  }
  return key;
}

function keyOf(mention: Mention): string {
  return nameKey(mention.text);
}

/** One name is one kind of thing: the rules may waver from sentence to sentence, the sum of their votes counts. */
function voteKinds(placed: PlacedMention[]): Map<string, EntityKind> {
  const votes = new Map<string, Map<EntityKind, number>>();
  for (const { mention } of placed) {
    if (!isName(mention.kind)) continue;
    const tally = votes.get(keyOf(mention)) ?? new Map<EntityKind, number>();
    tally.set(mention.kind, (tally.get(mention.kind) ?? 0) + mention.confidence);
    votes.set(keyOf(mention), tally);
  }
  const winners = new Map<string, EntityKind>();
  for (const [key, tally] of votes) {
    const best = [...tally].sort((a, b) => b[1] - a[1])[0];
    if (best) winners.set(key, best[0]);
  }
  return winners;
}

/** True for the kinds whose text is a name. */
export function isName(kind: EntityKind): boolean {
  return kind === 'person' || kind === 'organisation' || kind === 'place';
}

function plainKey(kind: EntityKind, mention: Mention): string {
  const { value } = mention;
  if (kind === 'place') return nameKey(mention.text);
  if (typeof value === 'string') return fold(value).replace(/\s+/g, ' ').trim();
  if (value) return `${value.number} ${value.unit}`;
  return fold(mention.text).replace(/\s+/g, ' ').trim();
}

function groupBy(
  kind: EntityKind,
  mentions: PlacedMention[],
  key: (placed: PlacedMention) => string,
): Entity[] {
  return [...Map.groupBy(mentions, key)].map(([form, group]) => entityOf(kind, [form], group));
}

function entityOf(kind: EntityKind, forms: string[], mentions: PlacedMention[]): Entity {
  return {
    kind,
    name: bestName(kind, mentions),
    forms: new Set(forms),
    mentions,
    documents: new Set(mentions.map(({ fileId }) => fileId)),
    importance: 0,
  };
}

/** The fullest form; among equals the commonest, then the first. Capitals only where nothing else is written. */
function bestName(kind: EntityKind, mentions: PlacedMention[]): string {
  const counts = new Map<string, number>();
  for (const { mention } of mentions) {
    const text = tidyName(kind, mention.text);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const score = ([text, count]: [string, number]) => {
    const words = Math.min(4, wordsIn(text).length);
    const shouting = words > 1 && text === text.toUpperCase() ? 3 : 0;
    return (
      (kind === 'person' || kind === 'organisation' ? words * 2 : 0) + Math.min(count, 5) * 0.3 - shouting
    );
  };
  return [...counts].sort((a, b) => score(b) - score(a))[0]?.[0] ?? '';
}

function tidyName(kind: EntityKind, text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (!isName(kind)) return line;
  const plain = line.replace(/['’]s$/, '').replace(/^[Tt]he /, '');
  return kind === 'person' ? inverted(plain.replace(HONORIFIC, '')) : plain;
}

/** "Doe, Jane" is Jane Doe. */
function inverted(name: string): string {
  const parts = /^(\p{Lu}[\p{L}'’-]+), (\p{Lu}[\p{L}.'’ -]*)$/u.exec(name);
  return parts ? `${parts[2]} ${parts[1]}` : name;
}

/**
 * Persons: full names first (a middle name may be missing), then initial and surname, surname alone or first name
 * alone, each only where exactly one full name fits; a shared surname stays apart.
 */
function mergePersons(mentions: PlacedMention[]): Entity[] {
  const groups = Map.groupBy(mentions, ({ mention }) =>
    nameKey(inverted(mention.text.replace(/\s+/g, ' ').trim())),
  );
  const full = new Map<string, { forms: string[]; mentions: PlacedMention[]; parts: string[] }>();
  const short: Array<{ form: string; parts: string[]; mentions: PlacedMention[] }> = [];
  for (const [form, group] of [...groups].sort((a, b) => b[0].length - a[0].length)) {
    const parts = form.split(' ').filter(Boolean);
    const first = parts[0] ?? '';
    if (parts.length < 2 || first.replace('.', '').length === 1) {
      short.push({ form, parts, mentions: group });
      continue;
    }
    const key = `${first} ${parts.at(-1)}`;
    const known = full.get(key);
    if (known) {
      known.forms.push(form);
      known.mentions.push(...group);
    } else full.set(key, { forms: [form], mentions: [...group], parts });
  }
  const byPart = new Map<string, Set<string>>();
  for (const [key, { parts }] of full) {
    for (const part of [parts[0] ?? '', parts.at(-1) ?? '']) {
      byPart.set(part, (byPart.get(part) ?? new Set()).add(key));
    }
  }
  const rest: Entity[] = [];
  for (const item of short) {
    const last = item.parts.at(-1) ?? '';
    const initial = item.parts.length > 1 ? item.parts[0]?.[0] : undefined;
    const fits = [...(byPart.get(last) ?? [])].filter(
      (key) => !initial || (key[0] === initial && key.endsWith(` ${last}`)),
    );
    const target = fits.length === 1 && fits[0] ? full.get(fits[0]) : undefined;
    if (target) {
      target.forms.push(item.form);
      target.mentions.push(...item.mentions);
    } else rest.push(entityOf('person', [item.form], item.mentions));
  }
  return [...[...full.values()].map((group) => entityOf('person', group.forms, group.mentions)), ...rest];
}

/** Organisations: legal suffixes go; an acronym joins the one full name whose initials it spells. */
function mergeOrganisations(mentions: PlacedMention[]): Entity[] {
  const groups = Map.groupBy(mentions, ({ mention }) => organisationKey(mention.text));
  const acronyms = new Map<string, string[]>();
  const firsts = new Map<string, string[]>();
  const tails = new Map<string, string[]>();
  for (const form of groups.keys()) {
    const words = form
      .split(/[\s-]+/)
      .filter((word) => !/^(?:of|for|the|and|de|la|der|die|und|fur)$/.test(word));
    if (words.length > 1) {
      const initials = words.map((word) => word[0]).join('');
      addTo(acronyms, initials, form);
      const first = words[0] ?? '';
      addTo(firsts, first, form);
      for (let from = 1; from < words.length - 1; from += 1) {
        const tail = words.slice(from).join(' ');
        addTo(tails, tail, form);
      }
    }
  }
  const target = new Map<string, string>();
  for (const [form, group] of groups) {
    const acronym = acronyms.get(form) ?? [];
    const written = group.some(({ mention }) => /^\p{Lu}{2,6}s?$/u.test(mention.text.trim()));
    const first = /^[a-z]{4,}$/.test(form) ? (firsts.get(form) ?? []) : [];
    if (written && acronym.length === 1 && acronym[0]) target.set(form, acronym[0]);
    else if (first.length === 1 && first[0]) target.set(form, first[0]);
    else {
      // "the Harbour Trust" beside "Dunmarra Harbour Trust"
      const tail = tails.get(form) ?? [];
      if (tail.length === 1 && tail[0]) target.set(form, tail[0]);
    }
  }
  const merged = new Map<string, { forms: string[]; mentions: PlacedMention[] }>();
  for (const [form, group] of groups) {
    const key = target.get(form) ?? form;
    const known = merged.get(key) ?? { forms: [], mentions: [] };
    known.forms.push(form);
    known.mentions.push(...group);
    merged.set(key, known);
  }
  return [...merged.values()].map(({ forms, mentions: all }) => entityOf('organisation', forms, all));
}

/** An address such as jane.doe@heron.example is one more mention of Jane Doe, where one person only fits. */
function addMailAddresses(entities: Entity[]): void {
  const byLocal = new Map<string, Entity[]>();
  for (const person of entities.filter(({ kind }) => kind === 'person')) {
    const parts = nameKey(person.name).split(' ');
    const [first = '', last = ''] = [parts[0], parts.at(-1)];
    if (parts.length < 2) continue;
    for (const local of [
      `${first}.${last}`,
      `${first}${last}`,
      `${first[0]}.${last}`,
      `${first[0]}${last}`,
      `${first}_${last}`,
      `${last}.${first}`,
    ]) {
      addTo(byLocal, local, person);
    }
  }
  for (const address of entities.filter(({ kind }) => kind === 'email')) {
    const fits = byLocal.get(fold(address.name).split('@')[0] ?? '') ?? [];
    const person = fits.length === 1 ? fits[0] : undefined;
    if (!person) continue;
    person.mentions.push(...address.mentions);
    for (const fileId of address.documents) person.documents.add(fileId);
  }
}

function importanceOf(entity: Entity): number {
  let weight = 0;
  let confidence = 0;
  for (const { mention, passage } of entity.mentions) {
    confidence = Math.max(confidence, mention.confidence);
    if (!passage) {
      weight += 0.5;
      continue;
    }
    weight += 1;
    if (passage.kind === 'heading') weight += 1.5;
    if (passage.position < 0.15) weight += 0.5;
    if (ACTING.test(passage.text)) weight += 0.7;
  }
  const spread = 1 + 0.5 * (entity.documents.size - 1);
  return Math.log1p(weight) * spread * (0.4 + 0.6 * confidence);
}
