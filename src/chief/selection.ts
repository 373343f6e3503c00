import { readTableQuestion } from '../operator/skills/table-question.ts';
import { contentRoots } from '../operator/skills/vocabulary.ts';
import { fold, stem, wordsIn } from '../operator/skills/words.ts';
import { type GoalFile, isTabular } from './goal.ts';
import type { IntentKind } from './wordings.ts';

/** Which files an intent is about: those the goal names, else those of a fitting form, else all. */
export interface Selection {
  files: GoalFile[];
  because: string;
}

export function selectFiles(kind: IntentKind, goal: string, files: readonly GoalFile[]): Selection {
  const { named, excluded } = namedFiles(kind, goal, files);
  const rest = files.filter((file) => !excluded.includes(file));
  const left = excluded.length > 0 ? ` (without ${list(excluded)}, as the goal says)` : '';
  if (named.length > 0 && (kind !== 'compare' || named.length > 1 || files.length < 2)) {
    return { files: named, because: `the goal names ${list(named)}${left}` };
  }
  if (kind === 'compare' && named.length === 1) {
    const others = rest.filter((file) => file !== named[0]);
    const alike = others.filter((file) => file.type === named[0]?.type);
    const partner = alike.length === 1 ? alike : others;
    return {
      files: [...named, ...partner],
      because: `the goal names ${list(named)}; it is compared with ${list(partner)}`,
    };
  }
  const typed = ofTypes(goal, rest);
  if (typed.length > 0 && (kind !== 'compare' || typed.length > 1))
    return { files: typed, because: `the goal speaks of ${formsOf(typed)} files${left}` };
  if (kind === 'total') return selectTables(goal, rest, left);
  if (kind === 'attribution') {
    const prose = rest.filter((file) => file.type !== 'csv' && file.type !== 'xlsx' && file.type !== 'json');
    if (prose.length > 0 && prose.length < rest.length)
      return { files: prose, because: `people speak in ${formsOf(prose)} files, not in tables${left}` };
  }
  return {
    files: [...rest],
    because: `the goal names no file, so ${rest.length === 1 ? 'the one file is' : `all ${rest.length} files are`} used${left}`,
  };
}

/** A table that has the columns of the goal; else any table; else every file, for texts may hold tables too. */
function selectTables(goal: string, files: readonly GoalFile[], left: string): Selection {
  const tabular = files.filter(isTabular);
  if (tabular.length === 0)
    return { files: [...files], because: `no file is a table, so tables inside all files are used${left}` };
  const question = readTableQuestion(goal);
  const asked = new Set(contentRoots(`${goal} ${question.groupBy} ${question.ranked}`.replace(/_/g, ' ')));
  const hits = (file: GoalFile) =>
    new Set(
      (file.columns ?? [])
        .flatMap((name) => contentRoots(name.replace(/[_()./-]/g, ' ')))
        .filter((one) => asked.has(one)),
    ).size;
  const best = Math.max(...tabular.map(hits));
  const fitting = tabular.filter((file) => hits(file) === best);
  if (best > 0 && fitting.length < tabular.length)
    return {
      files: fitting,
      because: `${list(fitting)} ${fitting.length === 1 ? 'has' : 'have'} the columns of the goal${left}`,
    };
  return {
    files: tabular,
    because: `${list(tabular)} ${tabular.length === 1 ? 'is a table' : 'are tables'}${left}`,
  };
}

function list(files: readonly GoalFile[]): string {
  const names = files.slice(0, 4).map((file) => file.name);
  return `${names.join(', ')}${files.length > 4 ? ` and ${files.length - 4} more` : ''}`;
}

function formsOf(files: readonly GoalFile[]): string {
  return [...new Set(files.map((file) => file.type))].join(', ');
}

/** Words that stand in the names of many files and name none by themselves. */
const LOOSE = new Set(
  [
    'document',
    'file',
    'final',
    'draft',
    'copy',
    'version',
    'page',
    'data',
    'text',
    'total',
    'amount',
    'new',
    'old',
  ].map(stem),
);

/**
 * Files that the goal names: by full name, by name without ending, or by all words of the name ("the offer b" for
 * offer-b.pdf), or by one word that only one file has. After "except" or "without" a name takes the file out.
 */
export function namedFiles(
  kind: IntentKind,
  goal: string,
  files: readonly GoalFile[],
): { named: GoalFile[]; excluded: GoalFile[] } {
  const text = fold(goal);
  const words = wordsIn(text.replace(/[_-]/g, ' ')).map((word) => word.text);
  const spoken = ` ${words.join(' ')} `;
  const stems = words.map((word) => stem(word));
  const named: GoalFile[] = [];
  const excluded: GoalFile[] = [];
  for (const file of files) {
    const name = fold(file.name);
    const bare = name.replace(/\.\w{1,5}$/, '');
    const parts = wordsIn(bare.replace(/[_-]/g, ' ')).map((word) => word.text);
    const phrase = parts.join(' ');
    const at =
      text.indexOf(name) >= 0
        ? text.indexOf(name)
        : bare.length > 3 &&
            new RegExp(`(?<![\\p{L}\\p{N}])${literally(bare)}(?![\\p{L}\\p{N}])`, 'u').test(text)
          ? text.indexOf(bare)
          : -1;
    const byPhrase = phrase.length > 3 && parts.length > 1 && spoken.includes(` ${phrase} `);
    if (at >= 0 || byPhrase)
      (isExcluded(text, at >= 0 ? at : text.indexOf(parts[0] ?? ''), files) ? excluded : named).push(file);
  }
  if (named.length > 0 && (kind !== 'compare' || named.length > 1)) return { named, excluded };
  const telling = files.filter((file) =>
    tellingWords(file, files).some((word) => isPlace(kind, file, words, stems.indexOf(word))),
  );
  const all = files.filter((file) => named.includes(file) || telling.includes(file));
  return { named: all.filter((file) => !excluded.includes(file)), excluded };
}

/** Words that only this file has in its name: "minutes" of minutes-2026-10-06.docx. */
function tellingWords(file: GoalFile, files: readonly GoalFile[]): string[] {
  const own = (one: GoalFile) =>
    wordsIn(
      fold(one.name)
        .replace(/\.\w{1,5}$/, '')
        .replace(/[_-]/g, ' '),
    ).map((word) => stem(word.text));
  const others = new Set(files.filter((other) => other !== file).flatMap(own));
  return own(file).filter(
    (word) => word.length > 3 && !/^\d+$/.test(word) && !LOOSE.has(word) && !others.has(word),
  );
}

/** A comparison names its files as things, a total its table; elsewhere "in the minutes" names a place. */
function isPlace(kind: IntentKind, file: GoalFile, words: readonly string[], at: number): boolean {
  if (at < 0) return false;
  if (kind === 'compare') return true;
  if (kind === 'total') return isTabular(file);
  return /(?:^| )(?:in|from|within|inside|according to|see|only) (?:(?:the|our|this|that) )?(?:[\p{L}\p{N}]+ )?$/u.test(
    `${words.slice(Math.max(0, at - 4), at).join(' ')} `,
  );
}

function isExcluded(text: string, at: number, files: readonly GoalFile[]): boolean {
  const names = files.map((file) => fold(file.name)).sort((a, b) => b.length - a.length);
  const before = names.reduce(
    (rest, name) => rest.split(name).join(' '),
    text.slice(Math.max(0, at - 200), at),
  );
  return /\b(?:except|excluding|without|apart from|but not|ignore|ignoring|leave out|skip|not)\s+(?:(?:the|for|files?|in|and|or|nor|as well as)\s+|,\s*)*$/.test(
    before,
  );
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

const FORMS: Array<[RegExp, readonly string[]]> = [
  [/\bpdfs?\b/, ['pdf']],
  [/\b(?:spread ?sheets?|excel|xlsx|workbooks?)\b/, ['xlsx', 'csv']],
  [/\bcsvs?\b/, ['csv']],
  [
    /\b(?:in|from|of|compare|between|two|both) (?:the |these |all |my |our |both |two )*(?:e-?mails?|mails|messages)\b(?! address)/,
    ['eml'],
  ],
  [/\b(?:word (?:documents?|files?)|docx)\b/, ['docx']],
  [/\b(?:slides?|powerpoints?|pptx|presentations?)\b/, ['pptx']],
  [/\b(?:web ?pages?|html)\b/, ['html']],
  [/\b(?:json)\b/, ['json']],
  [/\b(?:markdown)\b/, ['md']],
];

function ofTypes(goal: string, files: readonly GoalFile[]): GoalFile[] {
  const text = fold(goal);
  const types = FORMS.filter(([pattern]) => pattern.test(text)).flatMap(([, found]) => found);
  const fitting = files.filter((file) => types.includes(file.type));
  return fitting.length < files.length ? fitting : [];
}
