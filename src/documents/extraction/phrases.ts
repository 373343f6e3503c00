/**
 * Key phrases: TextRank (Mihalcea and Tarau 2004) over the nouns and adjectives of the text, then runs of
 * high-ranked words as phrases.
 */
import type { Finding } from './finding.ts';
import type { Line, Token } from './tokens.ts';
import { STOP_WORDS } from './vocabulary.ts';

export interface KeyPhrase {
  phrase: string;
  score: number;
  count: number;
}

const WINDOW = 3;
const DAMPING = 0.85;
const ITERATIONS = 25;
const MAX_PHRASES = 15;
const MAX_WORDS = 4;
/** Enough text to know what it is about; a longer one is sampled from its lines evenly. */
const MAX_TOKENS = 30_000;

/** The phrases that matter most, best first. */
export function findKeyPhrases(lines: Line[], findings: Finding[]): KeyPhrase[] {
  const sampled = sample(withoutData(lines, findings));
  const ranks = rankWords(sampled);
  const phrases = collect(sampled, ranks);
  const ordered = [...phrases.values()].sort((a, b) => b.score - a.score || a.phrase.localeCompare(b.phrase));
  const kept: KeyPhrase[] = [];
  for (const phrase of ordered) {
    if (kept.length === MAX_PHRASES) break;
    const key = phrase.phrase.toLowerCase();
    // A phrase inside a better one says the same again.
    if (
      kept.some(
        (other) => contains(other.phrase.toLowerCase(), key) || contains(key, other.phrase.toLowerCase()),
      )
    )
      continue;
    kept.push({ ...phrase, score: Math.round(phrase.score * 10_000) / 10_000 });
  }
  return kept;
}

/** The lines without the words of addresses, dates, amounts and the like, which are no subjects. */
function withoutData(lines: Line[], findings: Finding[]): Line[] {
  const data = findings.filter(
    ({ kind }) => kind !== 'person' && kind !== 'organisation' && kind !== 'place',
  );
  let at = 0;
  return lines.map((line) => ({
    ...line,
    tokens: line.tokens.filter((token) => {
      while (at < data.length && (data[at]?.end ?? 0) <= token.start) at++;
      return (data[at]?.start ?? Number.POSITIVE_INFINITY) >= token.end;
    }),
  }));
}

function contains(whole: string, part: string): boolean {
  return ` ${whole} `.includes(` ${part} `);
}

function sample(lines: Line[]): Line[] {
  const total = lines.reduce((sum, line) => sum + line.tokens.length, 0);
  if (total <= MAX_TOKENS) return lines;
  const step = Math.ceil(total / MAX_TOKENS);
  return lines
    .filter((_, index) => index % step === 0)
    .map((line) => ({ ...line, tokens: line.tokens.slice(0, 2000) }));
}

/** Words by rank: power iteration of PageRank over the weighted graph of words that stand near one another. */
function rankWords(lines: Line[]): Map<string, number> {
  const edges = new Map<string, Map<string, number>>();
  const link = (from: string, to: string) => {
    const targets = edges.get(from) ?? new Map<string, number>();
    edges.set(from, targets.set(to, (targets.get(to) ?? 0) + 1));
  };
  for (const line of lines) {
    const words = line.tokens.filter(matters).map(stem);
    words.forEach((word, index) => {
      for (const other of words.slice(index + 1, index + WINDOW)) {
        if (other === word) continue;
        link(word, other);
        link(other, word);
      }
    });
  }
  let ranks = new Map([...edges.keys()].map((word) => [word, 1]));
  for (let round = 0; round < ITERATIONS; round++) ranks = spread(edges, ranks);
  return ranks;
}

/** One round: every word gives its rank to its neighbours by the weight of the edges. */
function spread(edges: Map<string, Map<string, number>>, ranks: Map<string, number>): Map<string, number> {
  const next = new Map([...edges.keys()].map((word) => [word, 1 - DAMPING]));
  for (const [word, targets] of edges) {
    const weight = [...targets.values()].reduce((sum, value) => sum + value, 0);
    const share = (DAMPING * (ranks.get(word) ?? 0)) / weight;
    for (const [target, value] of targets) next.set(target, (next.get(target) ?? 0) + share * value);
  }
  return next;
}

function collect(lines: Line[], ranks: Map<string, number>): Map<string, KeyPhrase> {
  const phrases = new Map<string, KeyPhrase>();
  const add = (run: Token[]) => {
    const last = run.findLastIndex((token) => token.pos !== 'ADJ');
    const words = run.slice(Math.max(0, last + 1 - MAX_WORDS), last + 1);
    if (words.length === 0) return;
    const key = words.map(stem).join(' ');
    const rank = words.reduce((sum, word) => sum + (ranks.get(stem(word)) ?? 0), 0) / Math.sqrt(words.length);
    const before = phrases.get(key);
    if (before) before.count++;
    else phrases.set(key, { phrase: phraseText(words), score: rank, count: 1 });
  };
  for (const line of lines) {
    let run: Token[] = [];
    for (const token of line.tokens) {
      if (matters(token) && (run.length === 0 || token.spaced)) run.push(token);
      else {
        add(run);
        run = matters(token) ? [token] : [];
      }
    }
    add(run);
  }
  for (const phrase of phrases.values()) phrase.score *= 1 + Math.log(phrase.count);
  return phrases;
}

function phraseText(words: Token[]): string {
  return words.map((word) => word.text).join(' ');
}

function matters(token: Token): boolean {
  if (token.shape === 'mark' || token.shape === 'number' || token.text.length < 3 || token.text.length > 40)
    return false;
  if (STOP_WORDS.has(token.lower) || /\d/.test(token.text)) return false;
  return token.pos === 'NOUN' || token.pos === 'PROPN' || token.pos === 'ADJ';
}

/** Singular and plural count as one word; nothing finer is needed for ranking. */
function stem(token: Token): string {
  const { lower } = token;
  if (lower.length > 4 && lower.endsWith('ies')) return `${lower.slice(0, -3)}y`;
  return lower.length > 3 && lower.endsWith('s') && !/(?:ss|us|is)$/.test(lower) ? lower.slice(0, -1) : lower;
}
