import { kindOf } from './courtesy.ts';

/**
 * Progress in a talk of two agents: does a message say something that was not said before? New wording alone is
 * nothing new. Pure, without any model: words are looked up in lists, what was said is kept as short hashes. What is
 * unknown counts as new, so that no language and no subject is stopped because it is strange.
 */
export interface Worth {
  /**
   * `fact`: something that can be pointed at, or a whole statement; `words`: two or three new words, or a question
   * with one; `again`: known words, put together as never before; `hint`: a single new word; `nothing`: a repetition
   * or a mere yes; `courtesy`: thanks, praise, wishes.
   */
  kind: 'fact' | 'words' | 'again' | 'hint' | 'nothing' | 'courtesy';
  /** Hashes of what is new in it. */
  fresh: string;
}

/** What was said in a talk: hashes of four letters, oldest first. */
const HASH_LETTERS = 4;
/** What is older than this many new things may be said again. */
const SAID_KEPT = 1_024;
/** Longer material is judged by its beginning. */
const CHARACTERS_JUDGED = 2_000;
/** A message with so many new things needs no further look. */
const FRESH_JUDGED = 64;
const STRINGS_JUDGED = 60;
/** So many new words are a statement that counts as a fact. */
const MANY_WORDS = 4;
/** Words of ornament count where there is no courtesy, but less. */
const ORNAMENTS_PER_WORD = 4;

/** A beginning of everything that has a meaning of its own: links, paths, mail, code, numbers, words. */
const TOKEN =
  /`[^`\n]+`|https?:\/\/\S+|[\p{L}\p{N}][\p{L}\p{N}\p{M}_@./\\:'’+-]*[\p{L}\p{N}\p{M}]|[\p{L}\p{N}]/gu;
const SENTENCE_END = /[.!?…;:](?=\s|$)|[\n。！？]/u;
const QUOTED = /[“"«„]([^”"»“\n]{3,200})[”"»“]/gu;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
/** Ids that only a machine can make, and times to the second: new each time, and nothing is known by them. */
const OPAQUE =
  /^(?:[0-9a-f]{8}-[0-9a-f-]{27}|(?=\S*\d)[0-9a-f]{7,}|(?=\S*\d)(?=\S*\p{L})[\p{L}\p{N}_-]{16,}|\d{4}-\d\d-\d\dT\S*|\d{1,2}:\d\d:\d\d\S*|\d{9,}(?:\.\d+)?)$/iu;
const NAMED_THING = /[\p{L}\p{N}]\.\p{L}|@|\\|\/.*\/|\p{Ll}\p{Lu}|\p{L}_\p{L}/u;
/** Fields that count or date messages, not things. */
const BOOKKEEPING =
  /^(?:id|.*Id|seq|n|no|nr|num|number|count(?:er)?|i|index|hops?|turn|round|attempt|try|nonce|random|salt|uuid|at|on|date|time|timestamp|ts|now|sent\w*|received\w*|created\w*|updated\w*|.*At)$/i;

/** Ids in a message that may be known to the store. */
export function idsIn(payload: Record<string, unknown>): string[] {
  const found = JSON.stringify(payload).match(UUID) ?? [];
  return [...new Set(found.slice(0, STRINGS_JUDGED).map((id) => id.toLowerCase()))];
}

/** What a message is judged by besides its text. */
export interface Ground {
  /** What was said in the talk. */
  said: string;
  /** Names of the two, which say nothing. */
  names: readonly string[];
  /** Ids in it that the store knows as a file, task, note or vote. */
  known: ReadonlySet<string>;
  /** Now, in ms: the date of today says nothing. */
  now: number;
}

interface Tally extends Ground {
  /** The words of the names. */
  own: Set<string>;
  fresh: string;
  courtesy: number;
  facts: number;
  content: number;
  ornament: number;
  /** Numbers that nothing is said about in their sentence. */
  bare: number;
  /** It asks something with a new word in it. */
  asked: boolean;
  /** Words and numbers that mean something, new or not. */
  meant: Set<string>;
}

/** What a message says: its payload, and its subject where the sender gave one. */
export interface Words {
  subject?: string | undefined;
  payload: Record<string, unknown>;
}

/** Judges a message against what was said before. */
export function judge(texts: Words, ground: Ground): Worth {
  const tally: Tally = {
    ...ground,
    own: new Set(ground.names.flatMap((name) => name.split(/[\s_-]+/).map(plain))),
    fresh: '',
    courtesy: 0,
    facts: 0,
    content: 0,
    ornament: 0,
    bare: 0,
    asked: false,
    meant: new Set(),
  };
  if (texts.subject !== undefined) judgeText(texts.subject, tally);
  walk(texts.payload, '', tally, { left: STRINGS_JUDGED });
  for (const id of idsIn(texts.payload))
    if (ground.known.has(id) && isNew(`id ${id}`, tally)) tally.facts += 1;
  const kind = kindFor(tally);
  // Nothing new, but never said of these things together: other work of the same sort.
  const isCombined = tally.meant.size > 1 && isNew(`all ${[...tally.meant].sort().join(' ')}`, tally);
  return { kind: isCombined && STEPS[kind] >= 0 ? 'again' : kind, fresh: tally.fresh };
}

function kindFor({ facts, bare, courtesy, content, ornament, asked }: Tally): Worth['kind'] {
  const words = content + (courtesy === 0 ? ornament / ORNAMENTS_PER_WORD : 0);
  if (facts > 0 || words >= MANY_WORDS) return 'fact';
  if (bare > 0 && (courtesy === 0 || words >= 1)) return 'fact';
  if (words >= 2 || (words >= 1 && asked && courtesy === 0)) return 'words';
  if (words >= 1) return 'hint';
  return courtesy > 0 ? 'courtesy' : 'nothing';
}

function walk(value: unknown, key: string, tally: Tally, budget: { left: number }): void {
  if (budget.left <= 0) return;
  if (typeof value === 'string') {
    budget.left -= 1;
    judgeText(value, tally);
  } else if (typeof value === 'number' || typeof value === 'boolean') {
    budget.left -= 1;
    if (!BOOKKEEPING.test(key) && isNew(`${key} ${value}`, tally)) tally.bare += 1;
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value))
      walk(inner, Array.isArray(value) ? key : name, tally, budget);
  }
}

function judgeText(whole: string, tally: Tally): void {
  const text = whole.length > CHARACTERS_JUDGED ? whole.slice(0, CHARACTERS_JUDGED) : whole;
  tally.asked ||= /[?？]/.test(text);
  for (const sentence of text.split(SENTENCE_END))
    if (sentence !== '' && tally.fresh.length < FRESH_JUDGED * HASH_LETTERS) judgeSentence(sentence, tally);
  if (!/[“"«„]/.test(text)) return;
  for (const [, quote = ''] of text.matchAll(QUOTED)) {
    const words = quote.match(TOKEN) ?? [];
    const saysSomething = words.some(
      (word) => kindOf(plain(word)) === 'content' && !tally.own.has(plain(word)),
    );
    if (saysSomething && isNew(`quote ${quote.toLowerCase()}`, tally)) tally.facts += 1;
  }
}

function judgeSentence(sentence: string, tally: Tally): void {
  let courtesy = 0;
  let ornament = 0;
  let content = 0;
  let numbers = 0;
  let things = 0;
  const meant: string[] = [];
  for (const token of sentence.match(TOKEN) ?? []) {
    if (OPAQUE.test(token) || isToday(token, tally.now)) continue;
    if (token.startsWith('`') || NAMED_THING.test(token)) {
      if (isNew(`thing ${token}`, tally)) tally.facts += 1;
      continue;
    }
    if (/\p{N}/u.test(token)) {
      meant.push(token);
      if (isNew(`number ${token}`, tally)) numbers += 1;
      continue;
    }
    for (const part of /[-_/'’:+]/.test(token) ? token.split(/[-_/'’:+]/) : [token]) {
      const word = plain(part);
      if (word.length < 2 || tally.own.has(word)) continue;
      const kind = kindOf(word);
      if (kind === 'function') continue;
      if (kind === 'courtesy') {
        courtesy += 1;
        continue;
      }
      if (kind === 'content') {
        meant.push(word);
        things += 1;
      }
      if (isNew(word, tally)) {
        if (kind === 'ornament') ornament += 1;
        else content += 1;
      }
    }
  }
  // A sentence of courtesy may have a strange word or two; with more of them, known or not, it is about something.
  if (things > 2 + courtesy / 2) courtesy = 0;
  const counted = courtesy === 0 ? content : 0;
  tally.courtesy += courtesy;
  tally.content += counted;
  if (courtesy === 0) {
    tally.ornament += ornament;
    for (const word of meant) tally.meant.add(word);
  }
  // A number is a fact where something is said about it.
  if (numbers > 0 && counted > 0) tally.facts += 1;
  else if (courtesy === 0) tally.bare += numbers;
}

/** Small letters, no accents. */
function plain(word: string): string {
  const small = word.toLowerCase();
  for (let at = 0; at < small.length; at += 1)
    if (small.charCodeAt(at) > 127)
      return small.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ß', 'ss');
  return small;
}

function isToday(token: string, now: number): boolean {
  const day = /^\d{4}-\d\d-\d\d$/.test(token) ? Date.parse(token) : Number.NaN;
  return Math.abs(day - now) < 2 * 86_400_000;
}

/** Notes a thing; true when it was not said before. */
function isNew(thing: string, tally: Tally): boolean {
  const hash = hashOf(thing);
  if (has(tally.said, hash) || has(tally.fresh, hash)) return false;
  tally.fresh += hash;
  return true;
}

function has(said: string, hash: string): boolean {
  let at = said.indexOf(hash);
  while (at > 0 && at % HASH_LETTERS !== 0) at = said.indexOf(hash, at + 1);
  return at >= 0;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** 24 bits of FNV-1a: of 1,000 things, one in 16,000 new ones is taken for one of them. */
function hashOf(thing: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < thing.length; at += 1) hash = Math.imul(hash ^ thing.charCodeAt(at), 0x01000193);
  hash ^= hash >>> 24;
  let text = '';
  for (let at = 0; at < HASH_LETTERS; at += 1) text += LETTERS[(hash >>> (6 * at)) & 63];
  return text;
}

/** What was said, with what is new; the oldest is forgotten. */
export function remember(said: string, fresh: string): string {
  const all = said + fresh;
  return all.slice(Math.max(0, all.length - SAID_KEPT * HASH_LETTERS));
}

/** What is counted of messages that bring nothing new may become so much; then the next one of them is refused. */
export const IDLE_LIMIT = 10;

/**
 * What a message adds to the count: courtesy goes round faster than work that repeats itself. Chosen on the
 * development dialogues (test/gold/talks).
 */
const STEPS: Record<Worth['kind'], number> = {
  fact: Number.NEGATIVE_INFINITY,
  words: -2,
  again: -2,
  hint: 0,
  nothing: 1,
  courtesy: 2,
};

/** The most that one message adds. */
export const MOST_ADDED = Math.max(...Object.values(STEPS));

/** A talk as the rule sees it. */
export interface Pace {
  idle: number;
  said: string;
  last_sender: string | null;
  /** 1 once a message was refused; then only what brings something new may go. */
  stopped: number;
}

/** It brings something new, not only new wording. */
export const isProgress = (kind: Worth['kind']): boolean => kind === 'fact' || kind === 'words';

/**
 * The next state of a talk; undefined: the message may not go. A message that follows one of the same sender
 * answers nobody, so it never adds to what is counted.
 */
export function advance<T extends Pace>(talk: T, senderId: string, worth: Worth): T | undefined {
  const step = STEPS[worth.kind];
  const turned = talk.last_sender !== null && talk.last_sender !== senderId;
  const isRefused = talk.stopped === 1 ? step >= 0 : step > 0 && turned && talk.idle >= IDLE_LIMIT;
  if (isRefused) return undefined;
  return {
    ...talk,
    stopped: 0,
    idle: step > 0 && !turned ? talk.idle : Math.max(0, talk.idle + step),
    said: remember(talk.said, worth.fresh),
    last_sender: senderId,
  };
}
