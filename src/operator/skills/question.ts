import type { EntityKind } from '../../documents/document.ts';
import { contentRoots, root } from './vocabulary.ts';
import { fold, wordsIn } from './words.ts';

/** What a question asks for: its type decides what may be the answer. */
export interface Question {
  type:
    | 'who'
    | 'when'
    | 'where'
    | 'how-much'
    | 'how-many'
    | 'how-long'
    | 'which-kind'
    | 'why'
    | 'how'
    | 'yes-no'
    | 'what';
  /** Kinds of entities that may be the answer, best first; empty when any words may be. */
  kinds: EntityKind[];
  /** Roots of the words that must be found: the question without its question words. */
  roots: string[];
  /** Names in the question: without them nothing is an answer. */
  names: string[];
  /** The thing counted or measured ("passengers" in "how many passengers"). */
  thing: string;
  /** The noun after "which", when it names no kind of entity: "Which offer …" is answered by Offer A. */
  noun: string;
  /** True when a time of day is asked for. */
  clock: boolean;
  /** As asked. */
  text: string;
}

const KIND_OF_NOUN: Array<[RegExp, EntityKind[]]> = [
  [
    /^(?:person|people|man|woman|director|manager|engineer|lawyer|author|chair|chairman|chairwoman|mayor|secretary|treasurer|boss|head|officer|contact|colleague|employee|member|captain|owner)s?$/,
    ['person'],
  ],
  [
    /^(?:compan(?:y|ies)|firms?|organi[sz]ations?|contractors?|suppliers?|vendors?|agenc(?:y|ies)|institutions?|bank|employer|parties|party|partner|client|customer)$/,
    ['organisation', 'person'],
  ],
  [
    /^(?:cit(?:y|ies)|towns?|countr(?:y|ies)|places?|locations?|venues?|sites?|rooms?)$/,
    ['place', 'address'],
  ],
  [/^(?:periods?|durations?)$/, ['amount', 'date']],
  [/^(?:dates?|days?|years?|months?|deadlines?|time)$/, ['date']],
  [
    /^(?:amounts?|prices?|costs?|fees?|sums?|budgets?|values?|salar(?:y|ies)|rates?|percentages?|share|rent|penalt(?:y|ies)|discount)$/,
    ['amount'],
  ],
  [/^(?:e-?mails?)$/, ['email']],
  [/^(?:phones?|telephones?)$/, ['phone']],
  [/^(?:urls?|website|web|link)$/, ['url']],
  [/^(?:address|addresses)$/, ['address', 'email']],
  [/^(?:reference|identifier|id|iban|number|code)$/, ['identifier']],
];

/** Reads a question by its question word and the noun after it. */
export function readQuestion(text: string): Question {
  const folded = fold(text)
    .replace(/\b(?:tele)?phone numbers?\b|\bmobile numbers?\b|\bfax numbers?\b/g, 'telephone')
    .replace(/\be-?mail address(?:es)?\b/g, 'email')
    .replace(/\s+/g, ' ')
    .trim();
  const question = folded.replace(
    /^(?:please |kindly |can you |could you |tell me |find out |i (?:want|need|would like) to know |do you know |let me know |answer(?: this)?:? |question:? |according to [^,]+, |in [^,]{3,40}, )+/,
    '',
  );
  const typed = typeOf(question);
  const skipped = new Set(
    contentRoots('documents document file files according information anything know long far old often'),
  );
  const countWord = typed.thing ? new Set([root(typed.thing)]) : new Set<string>();
  const bare = typed.type === 'how-many' ? [...countWord] : [];
  const roots = contentRoots(
    text
      .replace(/\?/g, ' ')
      .replace(/\b((?:tele)?phone|mobile|fax) numbers?\b/gi, '$1')
      .replace(/\b(e-?mail) address(?:es)?\b/gi, '$1'),
  ).filter(
    (one) => !skipped.has(one) && !typed.spent.includes(one) && !(typed.type === 'yes-no' && MODAL.has(one)),
  );
  return {
    type: typed.type,
    kinds: typed.kinds,
    roots: [...new Set([...roots, ...bare])],
    names: namesIn(text),
    thing: typed.thing,
    noun: nounAfterWhich(typed, question),
    clock: /\b(?:what|which) time\b/.test(question),
    text,
  };
}

/** "Are dogs allowed" is answered by "may" and "must not", which carry no root. */
const MODAL = new Set(contentRoots('allowed permitted possible forbidden prohibited okay'));

/** Nouns that only say what kind of answer is wanted. */
const TYPE_NOUNS = new Set(contentRoots('period duration date time number name amount place location day'));

function nounAfterWhich(typed: { type: Question['type']; kinds: EntityKind[] }, question: string): string {
  if (typed.kinds.length > 0 || typed.type !== 'what') return '';
  return (
    /^(?:(?:to|for|in|at|from|by|with|on|under|of) )?which\s+(?:of the\s+)?([\p{L}-]{3,})/u.exec(
      question,
    )?.[1] ?? ''
  );
}

function typeOf(question: string): {
  type: Question['type'];
  kinds: EntityKind[];
  thing: string;
  spent: string[];
} {
  const made = (type: Question['type'], kinds: EntityKind[] = [], thing = '', spent: string[] = []) => ({
    type,
    kinds,
    thing,
    spent,
  });
  if (/^(?:who|whom|whose|by whom|to whom|with whom|for whom)\b/.test(question))
    return made('who', ['person', 'organisation']);
  if (
    /^(?:when|since when|until when|by when|(?:on|by|in|from|until|at) (?:which|what) (?:date|day|year|month|time)|what (?:date|day|year|month|time)|which (?:date|day|year|month))\b/.test(
      question,
    )
  )
    return made('when', ['date'], '', contentRoots('date day year month time'));
  if (
    /^(?:where|(?:in|at|to|from) (?:which|what) (?:city|town|country|place|location|street|room|building))\b/.test(
      question,
    )
  )
    return made('where', ['place', 'address', 'organisation']);
  if (/\bhow (?:long|old|far|wide|deep|high|tall|big|large|fast|heavy|steep|thick)\b/.test(question))
    return made(
      'how-long',
      ['amount'],
      /\bhow (\w+)/.exec(question)?.[1] ?? '',
      contentRoots('long old far wide deep high tall big large fast heavy steep thick'),
    );
  if (/\bhow much\b/.test(question)) return made('how-much', ['amount']);
  const many =
    /\bhow many\s+(?:of the\s+)?((?:[\p{L}-]+\s+){0,2}?[\p{L}-]+)(?=\s+(?:did|does|do|are|is|were|was|has|have|had|can|could|will|would|should|must|may|live|lives|in|of|on|at|per|for|to|a|there|attended|took|work|came|it|they)\b|\s*\?|$)/u.exec(
      question,
    );
  if (many) return made('how-many', ['amount'], (many[1] ?? '').split(' ').at(-1) ?? '');
  if (
    /^(?:why|for what reason|what (?:is|was|were|are) the (?:reason|cause)s?|how come|what caused)\b/.test(
      question,
    )
  )
    return made('why', [], '', contentRoots('reason cause caused'));
  const which =
    /^(?:(?:to|for|in|at|from|by|with|on|under|of) )?(?:which|what)(?: kind of| sort of)?\s+([\p{L}-]+)/u.exec(
      question,
    );
  const ofWhat =
    /^(?:what|which)(?:'s| is| are| was| were| will be)\s+(?:the\s+|our\s+|their\s+|its\s+|his\s+|her\s+)?(?:[\p{L}'-]+\s+){0,3}?([\p{L}-]+)(?=\s+(?:of|for|in|to|at|on|by|from|that|which|per|between|we|he|she|they|is|was|due|set)\b|\s*\??$)/u.exec(
      question,
    );
  for (const noun of [ofWhat?.[1], which?.[1]]) {
    if (!noun) continue;
    if (/^name$/.test(noun))
      return made('who', ['person', 'organisation', 'place'], 'name', contentRoots('name'));
    const kinds = KIND_OF_NOUN.find(([pattern]) => pattern.test(noun))?.[1];
    if (kinds)
      return made(
        'which-kind',
        kinds,
        '',
        contentRoots(noun).filter((one) => TYPE_NOUNS.has(one) || (!ofWhat && kinds[0] !== 'person')),
      );
  }
  if (/^(?:what|which)\b/.test(question)) return made('what');
  if (/^how\b/.test(question)) return made('how');
  if (
    /^(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|must|may|am|isn't|aren't|doesn't|didn't|hasn't)\b/.test(
      question,
    )
  )
    return made('yes-no');
  return made('what');
}

/** Words with a capital inside the question, and codes such as HMW-003. */
function namesIn(text: string): string[] {
  return wordsIn(text)
    .filter(
      (word, index) =>
        (index > 0 && /^\p{Lu}/u.test(word.text) && word.text !== 'I') ||
        /\p{Lu}.*\d|\d.*\p{Lu}/u.test(word.text),
    )
    .map((word) => word.text);
}
