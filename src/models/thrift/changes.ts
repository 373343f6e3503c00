import { mapTexts } from './prompt-text.ts';
import type { Technique } from './technique.ts';

/**
 * A tool that is asked again mostly gives what it gave before. The later result is sent as its difference from an
 * earlier one of the same tool, which stands in the prompt in full: lines that stayed are named by their numbers, the
 * others are written out.
 *
 *   @changed since result 2 of tasks_get
 *   1-3
 *   +t-4|completed
 *   5-12
 */
const SAME = /^@same as result (\d+) of (\S+)$/;
const CHANGED = /^@changed since result (\d+) of (\S+)\n/;

/** A difference is sent when it is at most this share of the whole: below, reading two places is not worth it. */
const MOST_SHARE = 0.7;
/** Shorter results are sent as they are. */
const SHORTEST_CHARACTERS = 80;
/** Earlier results of a tool that are looked at: the latest are the most alike. */
const LOOK_BACK = 4;
/** Lines beyond which no difference is sought: the search is of the order of lines by changes. */
const MOST_LINES = 4_000;

interface Earlier {
  nth: number;
  text: string;
}

/** `later` in terms of `base`, or undefined when they have too little in common. */
export function differenceOf(base: string, later: string, name: string): string | undefined {
  if (base === later) return `@same as ${name}`;
  const before = base.split('\n');
  const after = later.split('\n');
  if (before.length > MOST_LINES || after.length > MOST_LINES) return undefined;
  const lines: string[] = [];
  let at = 0;
  for (const [from, to, length] of commonRuns(before, after)) {
    for (; at < to; at++) lines.push(`+${after[at]}`);
    lines.push(length === 1 ? `${from + 1}` : `${from + 1}-${from + length}`);
    at = to + length;
  }
  for (; at < after.length; at++) lines.push(`+${after[at]}`);
  return `@changed since ${name}\n${lines.join('\n')}`;
}

/** What `difference` makes of `base`. */
export function applyDifference(base: string, difference: string): string {
  const before = base.split('\n');
  return difference
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      if (line.startsWith('+')) return [line.slice(1)];
      const [from = 0, to = from] = line.split('-').map(Number);
      return before.slice(from - 1, to);
    })
    .join('\n');
}

/**
 * Runs of lines that both have, in order: [from in before, from in after, length]. Greedy on unique lines first
 * (patience), then extended both ways; not the shortest difference, but always a right one.
 */
function commonRuns(before: string[], after: string[]): Array<[number, number, number]> {
  const places = new Map<string, number[]>();
  for (const [at, line] of before.entries()) {
    const known = places.get(line);
    if (known) known.push(at);
    else places.set(line, [at]);
  }
  const runs: Array<[number, number, number]> = [];
  let from = 0;
  for (let to = 0; to < after.length; ) {
    const start = (places.get(after[to] ?? '') ?? []).find((place) => place >= from);
    // A far jump would give up everything between; the same line of text nearer by is likely to follow.
    if (start === undefined || (start - from > 50 && places.get(after[to] ?? '')?.length !== 1)) {
      to += 1;
      continue;
    }
    let length = 1;
    while (
      start + length < before.length &&
      to + length < after.length &&
      before[start + length] === after[to + length]
    )
      length += 1;
    runs.push([start, to, length]);
    from = start + length;
    to += length;
  }
  return runs;
}

export const changes: Technique = {
  name: 'changes',
  what: 'A result of a tool that is much like an earlier one is sent as its difference from it.',
  note: '"@changed since result 2 of x": that result of the tool x again, by the numbers of its lines; + begins a new line.',
  kind: 'exact',
  apply(prompt, { count }) {
    const full = new Map<string, Earlier[]>();
    const changed = mapTexts(prompt, ['result'], (text, { tool, nth }) => {
      const earlier = full.get(tool) ?? [];
      full.set(tool, earlier);
      const looksLikeOne = text.startsWith('@same as ') || text.startsWith('@changed since ');
      if (text.length < SHORTEST_CHARACTERS || looksLikeOne || /\s/.test(tool)) return text;
      const best = earlier
        .slice(-LOOK_BACK)
        .map((base) => differenceOf(base.text, text, `result ${base.nth} of ${tool}`))
        .filter((one) => one !== undefined)
        .sort((a, b) => a.length - b.length)[0];
      if (best !== undefined && count(best) <= MOST_SHARE * count(text)) return best;
      earlier.push({ nth, text });
      return text;
    });
    return { prompt: changed, omitted: [] };
  },
  restore(prompt) {
    const results = new Map<string, string>();
    return mapTexts(prompt, ['result'], (text, { tool, nth }) => {
      const restored = restore(text, results);
      results.set(`${nth} of ${tool}`, restored);
      return restored;
    });
  },
};

function restore(text: string, results: Map<string, string>): string {
  const same = SAME.exec(text);
  const base = results.get(same ? `${same[1]} of ${same[2]}` : nameOf(text));
  if (base === undefined) return text;
  return same ? base : applyDifference(base, text);
}

function nameOf(text: string): string {
  const header = CHANGED.exec(text);
  return header ? `${header[1]} of ${header[2]}` : '';
}

/** Results that a later one refers to, as `2 of tasks_get`: nothing may be left out of them. */
export function referredResults(texts: Iterable<string>): Set<string> {
  const names = new Set<string>();
  for (const text of texts) {
    const header = SAME.exec(text) ?? CHANGED.exec(text);
    if (header) names.add(`${header[1]} of ${header[2]}`);
  }
  return names;
}
