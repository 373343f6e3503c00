import { quantitiesIn } from './numbers.ts';
import type { Passage } from './reading.ts';
import { contentRoots, root } from './vocabulary.ts';
import { wordsIn } from './words.ts';

/** What a goal is about, beside what it wants done: "all amounts about the lighting", "timeline of Project Heron". */
export interface Topic {
  /** The words, for people; '' when the goal names no topic. */
  words: string;
  roots: string[];
}

const LEAD =
  /\b(?:about|regarding|concerning|related to|relating to|connected with|with regard to|on the (?:subject|topic|matter|question) of|mentioning|that mentions?|to do with|around)\s+(.+?)(?=[,.;?!]|$|\b(?:in|from) (?:the|these|those|all|my|our|this) (?:documents?|files?|papers?|e-?mails?)\b)/iu;

/** Words of instructions and of documents in general: never a topic by themselves. */
const GENERAL = new Set(
  `timeline chronology build make create draw list extract find collect pull gather show give all every each amount amounts
  money sum sums date dates person people name names organisation organization company place email mail address phone number
  url link identifier fact facts documents files event events happened happen order sequence history who said say says what
  when where statement statements quote quotes file document please table sentence place source sources cite citations
  mention mentions mentioned figure figures price prices everything anything complete full short brief key important date
  deadline deadlines milestones milestone chronological chronologically overview occur occurred reconstruct put together these those here`
    .split(/\s+/)
    .map(root),
);

/** Words that are left out when a name tells more: "Project Heron" is Heron. */
const WEAK = new Set(
  'project programme program company firm case matter affair contract the team plan'.split(' ').map(root),
);

/** The topic of a goal: what follows "about …", quoted words, and names written with a capital. */
export function topicOf(goal: string, names: readonly string[] = []): Topic {
  const bare = names.reduce((text, name) => text.split(name).join(' '), goal);
  const quoted = [...bare.matchAll(/[“"«]([^”"»]{2,80})[”"»]/gu)].map((match) => match[1] ?? '');
  const lead = LEAD.exec(bare)?.[1] ?? '';
  const capital = wordsIn(bare).filter(
    (word, index) =>
      index > 0 &&
      /^\p{Lu}/u.test(word.text) &&
      !/[.!?]\s+$/.test(bare.slice(0, word.start)) &&
      word.text !== 'I',
  );
  const words = [...quoted, lead, ...capital.map((word) => word.text)].join(' ').trim();
  const roots = [...new Set(contentRoots(words))].filter(
    (one) => !GENERAL.has(one) && !/^(?:19|20)\d\d$/.test(one),
  );
  const telling = roots.filter((one) => !WEAK.has(one));
  return {
    words: quoted[0] ?? (lead || capital.map((word) => word.text).join(' ')),
    roots: telling.length > 0 ? telling : roots,
  };
}

/** True when a passage, its heading or the name of its document speaks of the topic. No topic: everything does. */
export function isAbout(passage: Pick<Passage, 'text' | 'heading'>, topic: Topic): boolean {
  if (topic.roots.length === 0) return true;
  const own = new Set(contentRoots(`${passage.text} ${passage.heading}`));
  const hits = topic.roots.filter((one) => own.has(one)).length;
  return hits >= Math.min(topic.roots.length, Math.ceil(topic.roots.length * 0.6));
}

/** "over 10,000", "below €500", "at least 3 million": bounds on amounts. */
export function boundsOf(goal: string): { least: number; most: number; words: string } {
  const bounds = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY, words: '' };
  const pattern =
    /\b(?:(over|above|more than|greater than|exceeding|at least|larger than)|(under|below|less than|at most|up to|smaller than))\s+(?=[\p{Sc}\dA-Z])/gu;
  for (const match of goal.matchAll(pattern)) {
    const from = match.index + match[0].length;
    const quantity = quantitiesIn(goal.slice(from, from + 30))[0];
    if (!quantity || quantity.start > 1) continue;
    if (match[1])
      bounds.least =
        quantity.number + (match[1] === 'at least' ? 0 : Number.EPSILON * Math.abs(quantity.number) * 4);
    else
      bounds.most =
        quantity.number -
        (match[2] === 'at most' || match[2] === 'up to' ? 0 : Number.EPSILON * Math.abs(quantity.number) * 4);
    bounds.words = goal.slice(match.index, from + quantity.end);
  }
  return bounds;
}

/** Roots in lower case of a text, for quick membership. */
export function rootSet(text: string): Set<string> {
  return new Set(contentRoots(text));
}
