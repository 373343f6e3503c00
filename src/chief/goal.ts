import { kindsIn } from '../operator/skills/facts.ts';
import { contentRoots, root } from '../operator/skills/vocabulary.ts';
import { fold, wordsIn } from '../operator/skills/words.ts';
import { ACTS, type Act, READING_VERBS } from './acts.ts';
import { DOCS, INTENTS, type IntentKind, RULES } from './wordings.ts';

/**
 * A goal in words becomes an intent by rules that can be read: each rule is a wording with a weight and says why it
 * speaks for an intent. The heaviest intent wins; when none is heavy the goal is a question or a brief, and the
 * intent says that it is unsure. No model.
 */

export interface GoalFile {
  fileId: string;
  name: string;
  type: string;
  columns?: readonly string[];
}

export interface Intent {
  kind: IntentKind;
  /** Short name of the rule, for the plan. */
  rule: string;
  /** Which words decided, in a sentence. */
  because: string;
  /** Sum of the weights for this intent; below `SURE` the goal may mean something else. */
  weight: number;
  sure: boolean;
  /** The part of the goal this intent is of. */
  clause: string;
  /** A second reading worth trying, such as a question that a table may answer. */
  or?: IntentKind;
  /** Only for `act`: what nobody of the keyless team can do. */
  act?: Act;
}

/** Weight from which a rule stands on its own. */
export const SURE = 3;

/** Reads a goal: one intent for each part that clearly wants something else, else one for the whole. */
export function readGoal(goal: string, files: readonly GoalFile[] = []): Intent[] {
  const parts = clausesOf(goal);
  const whole = readClause(goal, files);
  if (parts.length === 1) return [whole];
  const each = parts.map((part) => readClause(part, files));
  const acts = each.filter((intent) => intent.kind === 'act');
  const kinds = new Set(each.map((intent) => intent.kind));
  if (acts.length > 0 || (kinds.size > 1 && each.every((intent) => intent.sure)))
    return each.filter(
      (intent, index) =>
        index === each.findIndex((other) => other.kind === intent.kind && other.act === intent.act),
    );
  return [whole];
}

const POLITE =
  /^(?:(?:please|kindly|hey|hi|hello|ok|okay|so|now|also|then|first|finally|next|just|cadre|team|chief|dear \w+|could you|can you|would you|will you|can we|could we|may i ask you to|i (?:want|need|would like|'d like|wish)(?: you)?(?: all)? to|i'd like(?: you)? to|we (?:want|need|would like)(?: you)? to|you (?:should|must|need to|have to)|help (?:me|us)(?: to)?|try to|let(?:'s| us)|go ahead and|your (?:task|job) is to|the (?:task|goal) is to|be so kind (?:as|and)(?: to)?|do me a favou?r and|make sure to|and|quickly|carefully|using (?:these|the) (?:files|documents),?|from (?:these|the) (?:files|documents),?|based on (?:these|the) (?:files|documents),?|for me)[,:]?\s+)+/;

/** The clause in one form: folded, politeness taken off. */
export function bareClause(clause: string): string {
  return fold(clause).replace(/\s+/g, ' ').trim().replace(POLITE, '').trim();
}

const IMPERATIVE =
  'find|list|show|build|make|create|give|extract|compare|total|sum|add|calculate|compute|count|summari[sz]e|brief|tell|draw|translate|call|book|send|e-?mail|generate|write|draft|compose|plot|schedule|post|publish|buy|order|pay|print|convert|identify|collect|say|answer|point out|highlight|flag|pull|name|transcribe|record|sing|film|paint|design|phone|reserve|search|google|forward|prepare|produce|check|turn|save|upload|notify|remind|explain|note|put|deploy|fax|sign';
const SPLIT = new RegExp(
  `(?:[.!;\\n]\\s+|[.!;]?\\s*\\n\\s*|,?\\s+(?:and then|then|after that|afterwards|and also|and finally|finally|and|as well as|plus)\\s+(?:also\\s+|please\\s+)?(?=(?:${IMPERATIVE})\\b(?!\\s+(?:address|number|notes?|book|calls?))))`,
  'i',
);

/** Parts of a goal that may want different things. Dots in names of files and in "vs." do not end a part. */
export function clausesOf(goal: string): string[] {
  return goal
    .replace(/\b(vs|e\.g|i\.e|etc|no|nr|dr|mr|mrs|ms|inc|ltd|co)\.\s/gi, '$1\u2024 ')
    .split(SPLIT)
    .map((part) => part?.replace(/\u2024/g, '.').trim() ?? '')
    .filter((part) => wordsIn(part).length > 1);
}

function readClause(clause: string, files: readonly GoalFile[]): Intent {
  const bare = bareClause(clause);
  const act = actOf(bare);
  const scores = new Map<IntentKind, { weight: number; reasons: string[] }>();
  const add = (kind: IntentKind, weight: number, reason: string) => {
    const known = scores.get(kind) ?? { weight: 0, reasons: [] };
    scores.set(kind, { weight: known.weight + weight, reasons: [...known.reasons, reason] });
  };
  for (const { kind, weight, why, pattern } of RULES) {
    const match = pattern.exec(bare);
    if (match) add(kind, weight, `“${match[0].trim()}” ${why}`);
  }
  weighFacts(bare, clause, files, scores, add);
  // A verb with a bodily sense ("walk", "build") gives way to a wording about documents; other acts do not.
  const rival = Math.max(
    0,
    ...[...scores].filter(([kind]) => kind !== 'question').map(([, { weight }]) => weight),
  );
  if (act && (!act.act.bodily || rival < SURE)) {
    return {
      kind: 'act',
      rule: `act: ${act.act.capability}`,
      because: `“${act.words}” asks to ${act.act.doing}`,
      weight: 5,
      sure: true,
      clause,
      act: act.act,
    };
  }
  return choose(clause, bare, scores, files);
}

type Scores = Map<IntentKind, { weight: number; reasons: string[] }>;
type Add = (kind: IntentKind, weight: number, reason: string) => void;

/** What the files and the names in the goal add to its wording. */
function weighFacts(
  bare: string,
  clause: string,
  files: readonly GoalFile[],
  scores: Scores,
  add: Add,
): void {
  const tabular = files.filter(isTabular);
  const kinds = kindsIn(bare);
  const asksList = scores.get('extraction');
  if (kinds.length > 0 && asksList) add('extraction', 2, `${kinds.join(' and ')} are kinds of facts`);
  else if (kinds.length === 0 && asksList && asksList.weight < 5)
    scores.set('extraction', { ...asksList, weight: asksList.weight - 1.5 });
  const roots = new Set(contentRoots(bare.replace(/_/g, ' ')));
  const column = tabular
    .flatMap((file) => file.columns ?? [])
    .find((name) => contentRoots(name.replace(/[_()]/g, ' ')).some((one) => roots.has(one)));
  if (column && scores.has('total')) add('total', 1, `“${column}” is a column`);
  if (scores.has('total') && tabular.length === 0 && !/\b(?:columns?|tables?|rows?)\b/.test(bare))
    add('total', -1, 'no table is among the files');
  if (
    tabular.length > 0 &&
    scores.has('question') &&
    /^(?:how (?:many|much)|who|which|what|when)\b/.test(bare)
  )
    add('total', 0.5, 'a table among the files may hold the answer');
  // "List the payments over 10,000": rows of a table rather than amounts of a text.
  const rowNoun =
    /\b(?:list|show|find|give|which|what)\b.*\b(rows?|records|entries|transactions?|orders|invoices?|payments?|bookings?|line items?)\b/.exec(
      bare,
    )?.[1];
  if (rowNoun && tabular.length > 0 && !/\binvoice numbers?\b|\bmentioned\b/.test(bare))
    add('total', 4.5, `“${rowNoun}” are rows of a table`);
  // A name before a verb of saying: "what did Anna say about …", "what does the mayor think".
  const speech =
    /\bwhat (?:did|does|do|has|have|had|would) ((?:the )?[\p{L}.' -]{2,40}?) (?:have to |had to )?(?:say|said|think|thought|claim|argue|state|propose|suggest|recommend|write|written|promise|mention|want|warn|tell|told|report|announce|ask|believe|reply|answer|demand|request|complain|object|insist|warn about)(?:d|ed)?\b(?! you)/u.exec(
      bare,
    )?.[1] ??
    /\bwhat (\p{Lu}[\p{L}.'’-]*(?: \p{Lu}[\p{L}.'’-]*){0,3}) (?:thinks?|thought|said|says|wants?|wanted|believes?|wrote|writes|claims?|claimed|proposes?|proposed|suggests?|suggested|promised|recommends?|recommended)\b/u.exec(
      clause,
    )?.[1];
  if (
    speech &&
    !new RegExp(
      `^(?:the |these |this |those |all )?(?:${DOCS}|contract|agreement|law|policy|letter|clause|section|rule|rules)$`,
    ).test(speech) &&
    !/^(?:it|they|you|we|i)$/.test(speech)
  )
    add('attribution', 4, `“${speech}” is asked for what was said`);
  if (/\baccording to \p{Lu}/u.test(clause.replace(/^A/, 'a')))
    add('attribution', 3.6, '“according to” names a speaker');
  if (
    /\b\p{Lu}[\p{L}.-]+['’]s (?:view|opinion|position|statement|remark|comment|quote|claim|stance|take|words)/u.test(
      clause,
    )
  )
    add('attribution', 4, 'asks for the view of a person');
  if (
    scores.has('compare') &&
    scores.has('contradictions') &&
    /\b(?:compare|difference|differ)\b/.test(bare) &&
    files.length <= 2
  )
    add('compare', 1, 'two files are compared');
}

/** True for files whose content is a table. */
export function isTabular(file: GoalFile): boolean {
  return file.type === 'csv' || file.type === 'xlsx' || (file.columns?.length ?? 0) > 0;
}

function choose(clause: string, bare: string, scores: Scores, files: readonly GoalFile[]): Intent {
  const ordered = [...scores].sort(
    (a, b) => b[1].weight - a[1].weight || INTENTS.indexOf(a[0]) - INTENTS.indexOf(b[0]),
  );
  const [first, second] = ordered;
  const strange = !first || first[1].weight < 2 ? unknownVerb(bare) : undefined;
  if (strange) {
    const act: Act = { capability: strange, doing: `“${strange}”`, asked: /$^/, offers: [root(strange)] };
    return {
      kind: 'act',
      rule: 'act: unknown verb',
      because: `nobody here knows how to “${strange}”`,
      weight: 2,
      sure: false,
      clause,
      act,
    };
  }
  const empty = first?.[0] === 'question' && contentRoots(bare).length === 0 && bare.length < 12;
  if (!first || first[1].weight < 1.5 || empty) return unsure(clause, bare, files);
  const [kind, { weight, reasons }] = first;
  const close = second && second[1].weight >= weight - 1.2 ? second[0] : undefined;
  const or =
    (kind === 'question' && scores.has('total')) ||
    (kind === 'total' && close === 'question') ||
    (kind === 'total' && (scores.get('question')?.weight ?? 0) >= 2 && weight < 5)
      ? kind === 'question'
        ? 'total'
        : 'question'
      : undefined;
  return {
    kind,
    rule: `wording: ${kind}`,
    because: `${reasons.join('; ')}`,
    weight,
    sure: weight >= SURE || kind === 'question',
    clause,
    ...(or && { or }),
  };
}

/** No rule spoke: few words are a topic to search for, none at all a brief. */
function unsure(clause: string, bare: string, files: readonly GoalFile[]): Intent {
  const topic = contentRoots(bare);
  const kind = topic.length === 0 ? 'brief' : 'question';
  const because =
    kind === 'brief'
      ? 'no rule recognised the goal and it names no topic, so everything is briefed'
      : 'no rule recognised the goal, so its words are searched for as a question';
  return {
    kind,
    rule: `fallback: ${kind}`,
    because,
    weight: 0,
    sure: false,
    clause,
    ...(kind === 'question' && files.some(isTabular) && { or: 'total' as const }),
  };
}

function actOf(bare: string): { act: Act; words: string } | undefined {
  for (const act of ACTS) {
    const match = act.asked.exec(bare) ?? act.anywhere?.exec(bare);
    if (match) return { act, words: match[0].trim().split(' ').slice(0, 8).join(' ') };
  }
  return undefined;
}

/** The verb of a command that no list knows: "fold my laundry". A command is a verb with its object. */
function unknownVerb(bare: string): string | undefined {
  const match =
    /^(\p{L}+)\s+(?:(?:me|us)\s+)?(?:my|the|a|an|this|that|these|those|our|your|some|it|them|him|her|all)\b/u.exec(
      bare,
    );
  const verb = match?.[1];
  return verb && !READING_VERBS.has(verb) ? verb : undefined;
}
