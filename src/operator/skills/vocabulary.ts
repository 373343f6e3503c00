import { fold, wordsIn } from './words.ts';

/**
 * The side of the question: people ask in other words than the documents use. Roots that a verb and its noun share,
 * words that carry no meaning in a question, and groups of words that mean the same thing. Pure; no model.
 */

const IRREGULAR: Record<string, string> = {
  paid: 'pay',
  said: 'say',
  sent: 'send',
  made: 'make',
  met: 'meet',
  sold: 'sell',
  bought: 'buy',
  began: 'begin',
  begun: 'begin',
  won: 'win',
  chose: 'choose',
  wrote: 'write',
  written: 'write',
  led: 'lead',
  built: 'build',
  held: 'hold',
  grew: 'grow',
  rose: 'rise',
  fell: 'fall',
  spent: 'spend',
  people: 'person',
  died: 'die',
  dies: 'die',
  took: 'take',
  taken: 'take',
  gave: 'give',
  given: 'give',
  got: 'get',
  went: 'go',
  told: 'tell',
  thought: 'think',
  drew: 'draw',
  drawn: 'draw',
  broke: 'break',
  broken: 'break',
  mice: 'mouse',
  children: 'child',
  men: 'man',
  women: 'woman',
  decision: 'decide',
  decisions: 'decide',
  responsibility: 'responsible',
  lasts: 'last',
  carries: 'carry',
  carried: 'carry',
};

/**
 * The root of a word: plural, -ed, -ing, and the endings that turn a verb into a noun, so that `approval` meets
 * `approve`. Harman's S-stemmer with a few more endings; wrong stems are harmless as long as both sides agree.
 */
export function root(word: string): string {
  let stemmed = fold(word).replace(/'s?$/, '').replace(/'/g, '');
  stemmed = IRREGULAR[stemmed] ?? stemmed;
  if (/\d/.test(stemmed)) return stemmed;
  if (stemmed.length > 4 && stemmed.endsWith('ies')) stemmed = `${stemmed.slice(0, -3)}y`;
  else if (stemmed.length > 4 && /(?:[sxz]|ch|sh)es$/.test(stemmed)) stemmed = stemmed.slice(0, -2);
  else if (stemmed.length > 3 && /[^sui]s$/.test(stemmed)) stemmed = stemmed.slice(0, -1);
  const bare = /^(.*[aeiouy].*?)(?:ing|ed)$/.exec(stemmed)?.[1];
  if (bare && bare.length > 2) stemmed = bare.replace(/([bdfgmnprt])\1$/, '$1');
  if (stemmed.length > 6) stemmed = stemmed.replace(/(?:ment|al|ance|ence)$/, '');
  if (stemmed.length > 5) stemmed = stemmed.replace(/([ts])ion$/, '$1').replace(/([ts])or$/, '$1');
  return stemmed.length > 3 ? stemmed.replace(/(?:e|y|ie)$/, '') : stemmed;
}

const EMPTY_WORDS =
  `a an the this that these those it its they them their there here he him his she her hers we us our ours you your yours
  i me my mine who whom whose which what when where why how much many and or but nor so if then than as of in on at by for
  with from to into onto about over under between during through per is are was were be been being am do does did done
  doing has have had having will would shall should can could may might must not no yes also any all some each every both
  either neither only just very too more most such same other own please tell show give get let s t up out off again
  once ever until since till exactly according document documents file files text texts paper papers say says mention mentioned stated
  state states der die das ein eine und oder ist sind im den dem des zu von mit le la les un une des et ou est sont du de`
    .split(/\s+/)
    .filter(Boolean);
const EMPTY = new Set(EMPTY_WORDS);

/** True for words that carry no meaning of their own in a question or a sentence. */
export function isEmptyWord(word: string): boolean {
  return EMPTY.has(fold(word));
}

/**
 * Roots of the words with meaning, in order, with repetition. A word with a letter or number of its own ("Offer B",
 * "pile 7") also gives one root of both, so that Offer A is not taken for Offer B.
 */
export function contentRoots(text: string): string[] {
  const words = wordsIn(text);
  return words.flatMap((word, index) => {
    const before = words[index - 1];
    const mark = /^(?:\p{Lu}|\d{1,3})$/u.test(word.text) && word.text !== 'I';
    const own =
      before &&
      mark &&
      text.slice(before.end, word.start) === ' ' &&
      /^\p{L}{3,}$/u.test(before.text) &&
      !isEmptyWord(before.text)
        ? [designator(before.text, word.text)]
        : [];
    const meaning = !isEmptyWord(word.text) && (word.text.length > 1 || /\d/.test(word.text));
    return meaning ? [...own, root(word.text)] : own;
  });
}

/** The root of a word together with its letter or number. */
export function designator(word: string, mark: string): string {
  return `${root(word)}~${mark.toLowerCase()}`;
}

/** Words people use for the same thing when they ask; each group is one notion. */
const SAME = [
  'start begin launch commence kickoff open opening',
  'end finish expire terminate conclude complete completion close last',
  'cost price fee charge amount worth value expensive pay rate',
  'buy purchase acquire procure order',
  'boss head lead manager chief director run chair',
  'deliver ship supply provide hand',
  'deadline due latest until',
  'attend present participate join attendee participant',
  'responsible owner charge lead accountable manage task action',
  'live locate base headquarter address office venue place located',
  'decide agree approve resolve decision',
  'salary pay wage compensation earn',
  'notice terminate cancel',
  'rent lease let',
  'employ staff headcount workforce employee work',
  'revenue sale turnover income',
  'phone telephone call tel mobile',
  'email mail',
  'author write draft prepare',
  'found establish create set',
  'meeting meet session',
  'contract agreement',
  'reason because cause due',
  'contact reach email phone',
  'sign signature signatory execute',
  'increase rise grow raise growth',
  'decrease fall drop reduce cut decline',
  'big large size area capacity',
  'long duration last take length',
  'capacity seat hold carry room design',
  'worry worried concern concerned complain',
  'accident injury fall hurt fell injured',
  'ask request propose want demand',
  'resident household inhabitant neighbour tenant',
  'captain master skipper',
  'doctor physician',
  'car vehicle',
  'purpose aim goal objective',
  'benefit advantage',
  'risk danger threat',
  'recommend advise suggest propose',
  'hurt injure break wound',
  'build construct erect',
  'name call title',
  'vendor supplier payee lieferant fournisseur seller contractor recipient creditor',
  'customer kunde kunden client buyer account debtor',
  'amount betrag netto brutto montant summe preis prix kosten sum value price cost spend spending expense payment total revenue sale fee budget eur usd gbp',
  'quantity menge anzahl quantite qty unit piece number stock',
  'date datum day when due posted time',
  'region gebiet area territory district zone',
  'person mitarbeiter employee name staff member colleague rep representative agent',
  'status state stage',
  'category kategorie type kind class group line',
  'salary wage pay',
  'invoice rechnung facture bill',
  'country land pays',
  'city stadt ville town',
  'item posten position product',
  'allow permit',
  'repair mend fix',
];
const NOTIONS = new Map<string, Set<string>>();
for (const group of SAME) {
  const roots = group.split(' ').map(root);
  for (const one of roots) NOTIONS.set(one, new Set([...(NOTIONS.get(one) ?? []), ...roots]));
}

/** Roots that may stand for this one, without itself. */
export function sameNotion(rooted: string): string[] {
  return [...(NOTIONS.get(rooted) ?? [])].filter((other) => other !== rooted);
}

/** How alike two words are in spelling, in [0, 1]: Dice's coefficient over pairs of letters. */
export function likeness(left: string, right: string): number {
  const pairs = (text: string) => {
    const bare = fold(text).replace(/[^\p{L}\p{N}]/gu, '');
    return Array.from({ length: Math.max(0, bare.length - 1) }, (_, index) => bare.slice(index, index + 2));
  };
  const [first, second] = [pairs(left), pairs(right)];
  if (first.length === 0 || second.length === 0) return fold(left) === fold(right) ? 1 : 0;
  const rest = [...second];
  let both = 0;
  for (const pair of first) {
    const at = rest.indexOf(pair);
    if (at >= 0) {
      rest.splice(at, 1);
      both += 1;
    }
  }
  return (2 * both) / (first.length + second.length);
}
