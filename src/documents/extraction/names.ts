/**
 * Persons, organisations and places. Every stretch of words that could be a name gets a score per kind (score.ts);
 * the best set of stretches that do not overlap is chosen line by line (Viterbi). A second pass uses what the first
 * has learnt from the document: full names, their surnames, acronyms beside what they stand for.
 */
import { type Finding, finding } from './finding.ts';
import { type Gazetteer, gazetteer } from './gazetteer.ts';
import { type Choice, canonicalName, emptyKnown, learn } from './learn.ts';
import { scoreStretch } from './score.ts';
import { type Known, type LineStyle, type Stretch, stretchOf } from './stretch.ts';
import type { Line, Token } from './tokens.ts';
import { COMPANY_SUFFIXES, CONNECTORS } from './vocabulary.ts';

const MAX_TOKENS = 9;
/** What a full stop belongs to at the end of a name. */
const ABBREVIATED = /^(?:Inc|Corp|Co|Cos|Ltd|Bros|Jr|Sr|Pty|Pvt|Mfg|Intl|Assn|Univ)$/i;

/** All names of the lines, in order. */
export function findNames(lines: Line[], language = 'en'): Finding[] {
  const foreign = language !== 'en' && language !== 'und';
  const lists = gazetteer();
  const known = emptyKnown(lines);
  for (const choice of lines.flatMap((line) => chooseNames(line, lists, known, foreign)))
    learn(choice, known);
  return lines
    .flatMap((line) => chooseNames(line, lists, known, foreign))
    .map((choice) => toFinding(choice, known));
}

/** The best names of one line. */
function chooseNames(line: Line, lists: Gazetteer, known: Known, foreign: boolean): Choice[] {
  const { tokens } = line;
  const style: LineStyle = { shouting: isShouting(tokens, lists), capitals: isCapitals(tokens), foreign };
  const best: number[] = new Array<number>(tokens.length + 1).fill(0);
  const chosen: Array<Choice | undefined> = new Array<Choice | undefined>(tokens.length + 1).fill(undefined);
  for (let to = 1; to <= tokens.length; to++) {
    best[to] = best[to - 1] ?? 0;
    if (!canEnd(tokens[to - 1])) continue;
    for (let from = to - 1; from >= Math.max(0, to - MAX_TOKENS); from--) {
      if (from < to - 1 && !canContinue(tokens, from, to)) break;
      if (!canBegin(tokens[from]) || (foreign && tokens[from]?.shape === 'lower')) continue;
      const choice = bestKind(stretchOf(line, from, to, style), lists, known);
      if (choice === undefined) continue;
      // A name of three words is worth three of one word, so that joined reasons beat scattered ones.
      const total = (best[from] ?? 0) + choice.score * choice.words;
      if (total >= (best[to] ?? 0)) {
        best[to] = total;
        chosen[to] = choice;
      }
    }
  }
  return trace(chosen, best);
}

function trace(chosen: Array<Choice | undefined>, best: number[]): Choice[] {
  const names: Choice[] = [];
  let at = chosen.length - 1;
  while (at > 0) {
    const choice = chosen[at];
    if (choice === undefined || best[at] === best[at - 1]) at--;
    else {
      names.push(choice);
      at = choice.from;
    }
  }
  return names.reverse();
}

function bestKind(stretch: Stretch, lists: Gazetteer, known: Known): Choice | undefined {
  if (stretch.words.length === 0) return undefined;
  const lower = stretch.words.every((word) => word.shape === 'lower');
  if (lower && !listed(stretch, lists)) return undefined;
  const scores = scoreStretch(stretch, lists, known);
  const kind = (['person', 'organisation', 'place'] as const).reduce((a, b) =>
    scores[b] > scores[a] ? b : a,
  );
  const { line, from, to, key } = stretch;
  return scores[kind] > 0
    ? { line, from, to, kind, score: scores[kind], words: stretch.words.length, key }
    : undefined;
}

function listed({ key, words }: Stretch, lists: Gazetteer): boolean {
  if (lists.places.has(key) || lists.organisations.has(key)) return true;
  return words.length === 1 ? lists.firstNames.has(key) || lists.cities.has(key) : lists.cities.has(key);
}

function canBegin(token: Token | undefined): boolean {
  if (token === undefined || token.shape === 'mark' || token.shape === 'number') return false;
  return (
    token.shape !== 'lower' ||
    !CONNECTORS.has(token.lower) ||
    /^(?:al|el|az|bin|van|von|de|la)$/.test(token.lower)
  );
}

function canEnd(token: Token | undefined): boolean {
  if (token === undefined || token.shape === 'mark')
    return token?.lower === "'s" || token?.lower === '’s' || token?.text === '!';
  return !(token.shape === 'lower' && CONNECTORS.has(token.lower) && token.lower.length <= 3);
}

/** Whether the token at `from` can stand before the rest of a name that ends at `to`. */
function canContinue(tokens: Token[], from: number, to: number): boolean {
  const token = tokens[from];
  const next = tokens[from + 1];
  if (token === undefined || next === undefined) return false;
  if (token.shape !== 'mark') return true;
  if (token.text === '.') return (tokens[from - 1]?.text.length ?? 9) <= 3 || to - from === 1;
  if (token.text === ',' && isReversed(tokens, from, to)) return true;
  if (token.text === ',')
    return COMPANY_SUFFIXES.has(next.lower.replace(/\.$/, '')) || /^(?:jr|sr|d\.c\.)$/i.test(next.lower);
  if (token.text === '-') return !token.spaced && !next.spaced;
  return /^(?:&|'|’|'s|’s)$/.test(token.text);
}

/** "Smith, John": the family name first, at the start of a line or between separators, as in lists and headers. */
function isReversed(tokens: Token[], comma: number, to: number): boolean {
  const first = tokens[comma + 1];
  const last = tokens[comma - 1];
  if (first === undefined || last === undefined || to > comma + 3) return false;
  const opened = comma === 1 || /^[:;<"]$/.test(tokens[comma - 2]?.text ?? '');
  const closed = tokens[to] === undefined || /^[;<"(@[/>]$/.test(tokens[to]?.text ?? '');
  const { firstNames, places, organisations } = gazetteer();
  return (
    opened &&
    closed &&
    firstNames.has(first.lower) &&
    !places.has(last.lower) &&
    !organisations.has(last.lower)
  );
}

/** More than half of the words are in capitals only. */
function isCapitals(tokens: Token[]): boolean {
  const words = tokens.filter((token) => token.shape !== 'mark' && token.shape !== 'number');
  return words.length >= 4 && words.filter((token) => token.shape === 'upper').length > words.length * 0.5;
}

/** Most words are capitalised, ordinary ones too: a heading, or somebody who shouts. */
function isShouting(tokens: Token[], lists: Gazetteer): boolean {
  const words = tokens.filter(
    (token) => token.shape !== 'mark' && token.shape !== 'number' && token.text.length > 3,
  );
  const capital = words.filter((token) => token.shape !== 'lower');
  const ordinary = capital.filter(
    ({ lower }) => lists.words.has(lower) && !lists.firstNames.has(lower) && !lists.surnames.has(lower),
  );
  return words.length >= 3 && capital.length >= words.length * 0.75 && ordinary.length >= 2;
}

function toFinding(choice: Choice, known: Known): Finding {
  const { line, from, to, kind, score } = choice;
  const start = line.tokens[from]?.start ?? line.start;
  const last = line.tokens[to - 1];
  const dotted =
    last !== undefined &&
    ABBREVIATED.test(last.text) &&
    line.tokens[to]?.text === '.' &&
    !line.tokens[to]?.spaced;
  const end = (last?.end ?? start) + (dotted ? 1 : 0);
  const confidence = Math.round((1 / (1 + Math.exp(-score))) * 100) / 100;
  return finding(kind, start, end, confidence, canonicalName(choice, known));
}
