import { bounded, counted, type Draft, textInput } from './draft.ts';
import { readingOf } from './passages.ts';
import type { Finding, Material, Skill } from './skill.ts';
import { plainName, type Utterance, utterancesIn } from './speech.ts';
import { rootSet } from './topic.ts';
import { contentRoots, root } from './vocabulary.ts';
import { fold, wordsIn } from './words.ts';

/**
 * `statements.attribute`: who said what. Input: `speaker`, `about`; read from the goal when absent. "Who said that
 * …" is answered with the speaker of the statement most like the one asked for.
 */
export const attributeStatements: Skill = (request) => {
  const { goal, input, materials } = request;
  const names = fullNames(materials);
  const all = materials.flatMap(utterancesIn).map((one) => ({ ...one, speaker: names(one.speaker) }));
  const speakers = [...new Set(all.map(({ speaker }) => speaker))];
  const asked = askedOf(goal, textInput(input, 'speaker'), textInput(input, 'about'), speakers, materials);
  const persons = new Set(
    materials
      .flatMap((material) => material.analysis.mentions)
      .filter(({ kind }) => kind === 'person')
      .map(({ text }) => plainName(text)),
  );
  if (asked.speaker && asked.matching.length === 0) {
    const known = [...persons].some((name) => sharesName(name, asked.speaker));
    return silent(
      goal,
      `The documents do not attribute any statement to “${asked.speaker}”${known ? ', though they name the person' : ''}.`,
    );
  }
  const bySpeaker =
    asked.matching.length > 0 ? all.filter(({ speaker }) => asked.matching.includes(speaker)) : all;
  if (asked.about.length === 0) return bounded(listAll(bySpeaker, asked.matching[0], goal));
  return bounded(ranked(bySpeaker, asked.about, asked.aboutWords, asked.matching[0], asked.who));
};

/** The full name that a short one stands for: "Anna" is Anna Keller when only one person has that name. */
function fullNames(materials: readonly Material[]): (short: string) => string {
  const persons = materials.flatMap((material) =>
    material.analysis.mentions.filter(({ kind }) => kind === 'person').map(({ text }) => plainName(text)),
  );
  const full = [...new Set(persons)].filter((name) => name.includes(' '));
  return (short) => {
    const fitting = short.includes(' ') ? [] : full.filter((name) => sharesName(name, short));
    const longest = fitting.toSorted((a, b) => b.length - a.length)[0];
    return longest && fitting.every((name) => sharesName(longest, name)) ? longest : short;
  };
}

/** Speakers who have the role that the goal names: "the mayor" is the person a source calls mayor. */
function speakersInRole(role: string, speakers: string[], materials: readonly Material[]): string[] {
  const roots = contentRoots(role);
  if (roots.length === 0) return [];
  const holders = materials.flatMap((material) =>
    readingOf(material).passages.flatMap((passage) => {
      const persons = passage.mentions.filter(({ kind }) => kind === 'person');
      return persons.filter((person) => {
        const from = Math.max(0, person.start - passage.start - role.length - 12);
        const near = rootSet(
          passage.kind === 'row'
            ? passage.text
            : passage.raw.slice(from, person.end - passage.start + role.length + 40),
        );
        return (passage.kind !== 'row' || persons.length === 1) && roots.every((one) => near.has(one));
      });
    }),
  );
  return speakers.filter((speaker) => holders.some((holder) => sharesName(speaker, holder.text)));
}

interface Asked {
  /** The name in the goal, '' when it asks for no one in particular. */
  speaker: string;
  /** Speakers of the documents who may be meant. */
  matching: string[];
  about: string[];
  aboutWords: string;
  /** True for "who said …": the speaker is the answer. */
  who: boolean;
}

const SPEECH =
  '(?:say|said|says|saying|tell|told|think|thinks|thought|claim|claimed|state|stated|mention|mentioned|argue|argued|propose|proposed|suggest|suggested|warn|warned|note|noted|write|wrote|announce|announced|ask|asked|promise|promised|recommend|recommended|report|reported|explain|explained|comment|commented|agree|agreed|object|objected|declare|declared|confirm|confirmed|raise|raised|express|expressed|insist|insisted|admit|admitted|complain|complained|point out|pointed out|predict|predicted|deny|denied|demand|demanded|request|requested)';

/** The speaker whom a goal names: "what did Anna say", "quotes by Anna", "Anna's view", "according to Anna". */
function speakerIn(goal: string): string | undefined {
  return (
    new RegExp(
      `\\b(?:did|does|do|has|have)\\s+(?<name>\\p{Lu}[\\p{L}.'’-]*(?:\\s\\p{Lu}[\\p{L}.'’-]*){0,4}|the [\\p{L} ]{3,40}?)\\s+(?:have to |had to )?(?:ever )?${SPEECH}\\b`,
      'u',
    ).exec(goal)?.groups?.name ??
    /\b(?:statements?|quotes?|quotations?|words|remarks?|comments?|position|opinion|view|views|stance|sentences)\s+(?:made\s+|said\s+|given\s+)?(?:by|of|from)\s+(?<name>\p{Lu}[\p{L}.'’-]*(?:\s\p{Lu}[\p{L}.'’-]*){0,4})/u.exec(
      goal,
    )?.groups?.name ??
    /(?<name>\p{Lu}[\p{L}.’-]*(?:\s\p{Lu}[\p{L}.’-]*){0,3})['’]s?\s+(?:statements?|quotes?|quotations?|words|remarks?|comments?|position|opinion|views?|stance)/u.exec(
      goal,
    )?.groups?.name ??
    new RegExp(
      `\\b(?:what|everything|anything|all)\\s+(?:that\\s+)?(?<name>\\p{Lu}[\\p{L}.'’-]*(?:\\s\\p{Lu}[\\p{L}.'’-]*){0,4})\\s+(?:has |had )?${SPEECH}\\b`,
      'u',
    ).exec(goal)?.groups?.name ??
    /\baccording to\s+(?<name>\p{Lu}[\p{L}.'’-]*(?:\s\p{Lu}[\p{L}.'’-]*){0,4})/u.exec(goal)?.groups?.name
  );
}

function askedOf(
  goal: string,
  speaker: string | undefined,
  about: string | undefined,
  speakers: string[],
  materials: readonly Material[],
): Asked {
  const who =
    new RegExp(`\\bwho(?:m| has| had)?\\b[^.?!]{0,40}\\b${SPEECH}\\b`, 'i').test(goal) &&
    !/\bwho\s+said\s+what\b/i.test(goal);
  const named =
    speaker ?? speakerIn(goal) ?? speakerIn(goal.replace(/^\p{Lu}/u, (letter) => letter.toLowerCase()));
  const name = who ? '' : plainName((named ?? '').replace(/^(?:Who|What|Find|List|Which|Did|All)\b\s*/, ''));
  const byName = name ? speakers.filter((one) => sharesName(one, name)) : [];
  const matching = byName.length > 0 || !name ? byName : speakersInRole(name, speakers, materials);
  const aboutWords =
    about ??
    /\b(?:about|regarding|concerning|on the (?:subject|topic|question|matter) of|related to)\s+(.+?)[.?!]*$/i.exec(
      goal,
    )?.[1] ??
    new RegExp(`\\b${SPEECH}\\b\\s+(?:that|so|is|was)?\\s*(.+?)[.?!]*$`, 'i').exec(goal)?.[1] ??
    (/\bon\s+(?:the\s+)?(\p{Ll}.+?)[.?!]*$/u.exec(goal)?.[1] || '');
  const skip = new Set([
    ...contentRoots(name),
    ...contentRoots(
      'what said document file minutes meeting statement quote exactly thing e-mail email paper whom source sources',
    ),
  ]);
  const roots = [...new Set(contentRoots(aboutWords ?? ''))].filter((root) => !skip.has(root));
  return { speaker: name, matching, about: roots, aboutWords: (aboutWords ?? '').trim(), who };
}

/** True when every word of the shorter name is in the longer: "Anna", "Keller" and "Dr Anna Keller" share. */
export function sharesName(left: string, right: string): boolean {
  const words = (name: string) =>
    wordsIn(plainName(name))
      .map((word) => fold(word.text))
      .filter((word) => word !== 'the');
  const [first, second] = [words(left), words(right)];
  const [short, long] = first.length <= second.length ? [first, second] : [second, first];
  return short.length > 0 && short.every((word) => long.includes(word));
}

function findingOf(one: Utterance): Finding {
  const alone = one.how === ':' || fold(one.text).includes(fold(one.speaker));
  return {
    sentence: alone ? one.text : one.named ? `${one.speaker}: ${one.text}` : one.text,
    citations: [one.place, ...(one.named ? [one.named] : [])],
  };
}

function table(list: Utterance[]): { columns: string[]; rows: string[][] } {
  return {
    columns: ['Who', 'How', 'What', 'Document'],
    rows: list.map((one) => [
      one.speaker,
      one.how === ':' ? 'said' : one.how,
      one.text,
      one.material.document.name,
    ]),
  };
}

function listAll(list: Utterance[], speaker: string | undefined, goal: string): Draft {
  if (list.length === 0)
    return silent('Who said what', 'No statement was found in the documents that says whose it is.');
  const title = speaker ? `What ${speaker} said` : 'Who said what';
  const names = [...new Set(list.map((one) => one.speaker))];
  const first = names.flatMap((name) => list.find((one) => one.speaker === name)?.named ?? []);
  // "What did Anna demand": what the source says she demanded comes first.
  const verbs = new Set(contentRoots(goal));
  const asAsked = (one: Utterance) => Number(verbs.has(root(one.how)));
  const ordered = speaker
    ? list.toSorted((a, b) => asAsked(b) - asAsked(a))
    : names.flatMap((name) => list.filter((one) => one.speaker === name));
  const answer: Finding =
    speaker && ordered[0]
      ? findingOf(ordered[0])
      : {
          sentence: `${list.length} statements were found, of ${names.join(', ')}.`,
          citations: first,
          computation: counted(list.map((one) => one.place)),
        };
  return {
    kind: 'attribution',
    title,
    answered: true,
    answer,
    findings: ordered.map(findingOf),
    table: table(ordered),
    gaps: [],
    notUnderstood: noted(list),
  };
}

function ranked(
  list: Utterance[],
  about: string[],
  words: string,
  speaker: string | undefined,
  who: boolean,
): Draft {
  const weight = weights(list);
  const total = about.reduce((sum, root) => sum + weight(root), 0);
  const scored = list
    .map((one) => {
      const own = rootSet(`${one.text}`);
      const around = rootSet(one.heading);
      const score =
        about.reduce(
          (sum, root) => sum + (own.has(root) ? weight(root) : around.has(root) ? 0.5 * weight(root) : 0),
          0,
        ) / total;
      return { one, score };
    })
    .sort((a, b) => b.score - a.score);
  // The rarest word is what is asked about: for "night work" it is the night.
  const rarest = about
    .filter((root) => list.some((one) => rootSet(one.text).has(root)))
    .sort((a, b) => weight(b) - weight(a))[0];
  const least = who ? 0.55 : 0.3;
  const fitting = scored.filter(
    ({ one, score }) =>
      score >= Math.max(least, (scored[0]?.score ?? 0) * (who ? 0.8 : 0.45)) &&
      (who || rarest === undefined || rootSet(`${one.text} ${one.heading}`).has(rarest)),
  );
  const best = fitting[0];
  if (!best)
    return silent(
      words,
      `The documents do not say ${who ? `who said “${words}”` : `what ${speaker ?? 'anybody'} said about “${words}”`}.`,
    );
  const chosen = fitting.map(({ one }) => one);
  const title = who ? `Who said “${words}”` : `What ${speaker ?? 'was'} said about ${words}`;
  return {
    kind: 'attribution',
    title,
    answered: true,
    answer: findingOf(best.one),
    findings: chosen.map(findingOf),
    table: table(chosen),
    gaps: [],
    notUnderstood: noted(chosen),
  };
}

/** Rare words decide: inverse document frequency over the statements. */
function weights(list: Utterance[]): (root: string) => number {
  const counts = new Map<string, number>();
  for (const one of list) for (const root of rootSet(one.text)) counts.set(root, (counts.get(root) ?? 0) + 1);
  return (root) => Math.log(1 + (list.length + 1) / (1 + (counts.get(root) ?? 0)));
}

function noted(list: Utterance[]): string[] {
  const unnamed = list.filter((one) => !one.named);
  return unnamed.length > 0
    ? [`The author ${unnamed[0]?.speaker} is known from the properties of the file only.`]
    : [];
}

function silent(title: string, sentence: string): Draft {
  return {
    kind: 'attribution',
    title: title.slice(0, 120),
    answered: false,
    answer: { sentence, citations: [] },
    findings: [],
    gaps: [sentence],
    notUnderstood: [],
  };
}
