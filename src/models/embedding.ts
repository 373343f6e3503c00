/**
 * Texts as numbers without any model: feature hashing (Weinberger and others, "Feature Hashing for Large Scale
 * Multitask Learning", ICML 2009) of whole words and of the runs of three letters in them, as fastText takes words
 * apart (Bojanowski and others, "Enriching Word Vectors with Subword Information", TACL 2017). Each feature falls on
 * one of 384 places with a sign; the whole has length 1, so that the likeness of two is their cosine. The same text
 * gives the same numbers on every machine. It knows which words are the same, or written alike; it does not know
 * what they mean: a paraphrase in other words is unlike. Pure.
 */
export const EMBEDDING_DIMENSIONS = 384;

/** Features with how often each occurs. */
export type Features = Map<string, number>;

/** Longer texts are known by their beginning. */
const CHARACTERS_READ = 20_000;
/** What all runs of letters of a word count together, where the word itself counts 1. */
const LETTERS_COUNT = 0.5;
const RUN = 3;
const WORD = /[\p{L}\p{N}]+/gu;

/** Words of a text, without case and accents, with the runs of letters in them. */
export function wordFeatures(text: string, into: Features = new Map()): Features {
  const folded = text
    .slice(0, CHARACTERS_READ)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
  for (const [word] of folded.matchAll(WORD)) {
    add(into, `word ${word}`, 1);
    const framed = `<${word}>`;
    const runs = Math.max(1, framed.length - RUN + 1);
    for (let at = 0; at < runs; at += 1) add(into, `run ${framed.slice(at, at + RUN)}`, LETTERS_COUNT / runs);
  }
  return into;
}

/** Names that are the same or not, such as `state=paused`. */
export function nameFeatures(names: Iterable<string>): Features {
  const features: Features = new Map();
  for (const name of names) add(features, `name ${name}`, 1);
  return features;
}

function add(features: Features, feature: string, amount: number): void {
  features.set(feature, (features.get(feature) ?? 0) + amount);
}

/** How much a feature tells: the fewer of many things have it, the more. */
export type Rarity = (feature: string) => number;

/** What is in everything tells little: the smoothed inverse document frequency over these. */
export function rarityIn(all: readonly Features[]): Rarity {
  const having = new Map<string, number>();
  for (const features of all)
    for (const feature of features.keys()) having.set(feature, (having.get(feature) ?? 0) + 1);
  return (feature) => Math.log((1 + all.length) / (1 + (having.get(feature) ?? 0))) + 1;
}

/** The features as a vector of length 1; all zeros when there are none. */
export function embed(features: Features, rarity: Rarity = () => 1): Float64Array {
  const vector = new Float64Array(EMBEDDING_DIMENSIONS);
  for (const [feature, count] of features) {
    const hash = hashOf(feature);
    const place = hash % EMBEDDING_DIMENSIONS;
    // What occurs often counts more, but not by as much. The sign comes from a bit that does not choose the place alone.
    const weight = Math.sqrt(count) * rarity(feature) * ((hash & 0x80000000) === 0 ? 1 : -1);
    vector[place] = (vector[place] ?? 0) + weight;
  }
  return unit(vector);
}

function unit(vector: Float64Array): Float64Array {
  const length = Math.sqrt(cosine(vector, vector));
  return length === 0 ? vector : vector.map((each) => each / length);
}

/** The likeness of two vectors of length 1: 1 for the same, about 0 for what has nothing in common. */
export function cosine(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

/** FNV-1a with the last mixing of MurmurHash3, so that every bit of the text reaches every bit of the hash. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
