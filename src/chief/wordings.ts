/**
 * How people word what they want: the rules of `goal.ts` as data. Patterns are matched against folded text; weights
 * of one intent add up.
 */
export const INTENTS = [
  'brief',
  'compare',
  'total',
  'timeline',
  'attribution',
  'contradictions',
  'extraction',
  'question',
  'act',
] as const;
export type IntentKind = (typeof INTENTS)[number];

/** A wording that speaks for an intent, how strongly, and what to say of it. */
export interface Rule {
  kind: IntentKind;
  weight: number;
  why: string;
  pattern: RegExp;
}

const rule = (kind: IntentKind, weight: number, why: string, pattern: string): Rule => ({
  kind,
  weight,
  why,
  pattern: new RegExp(pattern),
});

/** Words for the documents themselves. */
export const DOCS =
  '(?:documents?|files?|papers?|texts?|pdfs?|reports?|attachments?|material|stuff|folder|pages?|everything|this|these|them|it|all (?:of )?(?:this|these|that|it)|here)';

/** On folded text. The order has no meaning; weights add up within an intent. */
export const RULES: readonly Rule[] = [
  rule(
    'brief',
    4,
    'asks for a brief',
    '\\bbrief(?:ing)? (?:me|us|on|note|paper|for|about|of|that|with)\\b|\\b(?:a|the|my|short|one-page|management|morning) brief(?:ing)?\\b(?! (?:answer|look|history|timeline|list|comparison))|^brief\\b|\\bdebrief',
  ),
  rule(
    'brief',
    4,
    'asks for a summary',
    '\\bsummar(?:y|ies|i[sz]\\w+)|\\bzusammenfass\\w+|\\bresume[rz]?\\b(?= (?:le|les|ces|ce)\\b)|\\bsynopsis|\\babstract of\\b|\\brecap\\w*|\\bdigest\\b|\\btl;?\\s?dr\\b|\\bprecis\\b|\\bnutshell\\b|\\bgist\\b|\\bin short\\b|\\bcliffs?notes\\b',
  ),
  rule(
    'brief',
    3.5,
    'asks for an overview',
    '\\boverview\\b|\\brun-?down\\b|\\bbig picture\\b|\\bbird.s.eye\\b|\\bup to (?:speed|date)\\b|\\bcatch (?:me|us) up\\b|\\bfill (?:me|us) in\\b|\\bbring (?:me|us) up\\b|\\bwalk (?:me|us) through\\b|\\btake (?:me|us) through\\b|\\bwhat.?s going on\\b|\\borient me\\b|\\bget (?:me|us) started\\b|\\bthe lay of the land\\b|\\bstate of (?:play|affairs|things)\\b',
  ),
  rule(
    'brief',
    3.5,
    'asks for what matters',
    "\\b(?:what|who)(?:'s| is| are)? (?:really |most )?(?:matters|counts|important|relevant|essential|crucial|noteworthy|at stake)\\b|\\b(?:key|main|major|central|salient|most important|essential|principal|core|crucial) (?:points?|takeaways?|messages?|facts?|findings?|insights?|ideas?|things?|issues?|topics?|themes?|content|players?|information|aspects?|contents?)\\b|\\btakeaways?\\b|\\bhighlights\\b|\\bessentials?\\b|\\bthe essence\\b|\\bcrux\\b|\\bbottom line\\b|\\b(?:need|have|ought|should|must|want) (?:i |we |to )*know\\b(?= ?(?:$|[.,!?]|about|from|in|here|before))",
  ),
  rule(
    'brief',
    3,
    'asks what the documents are about',
    `\\bwhat(?:'s| is| are| do| does| did)? ${DOCS}? ?(?:${DOCS} )?(?:is |are )?(?:all |really |mostly )?(?:about|in (?:here|there|${DOCS})|say|contain|cover|deal with|tell (?:me|us))(?: all about)?\\W*$|\\bwhat(?:'s| is| are| do| does) (?:the|these|those|this|my|our|all)? ?(?:[\\w-]+ ){0,2}${DOCS} (?:all |really )?(?:about|say|contain|cover|deal with)\\W*$|\\bwhat(?:'s| is) in (?:the |these |this |those |my |all )?(?:[\\w-]+ ){0,2}${DOCS}\\W*$|\\b(?:tell|teach) (?:me|us) (?:all |everything |something |more )?about (?:these|this|those|the) ${DOCS}|\\bexplain (?:to me )?(?:these|this|those|the|what) ?${DOCS}?\\W*$|\\bmake sense of\\b|\\bboil .* down\\b|\\bcondense\\b|\\bdistil\\w*\\b|\\bsum(?: it| them| this| these| everything| all (?:of )?(?:this|it|that))+ up\\b|\\bsum up (?:the |these |this |those |all |what )?(?:[\\w-]+ ){0,2}(?:${DOCS}|content|discussion|situation|meeting|letter|minutes|happened|e-?mails?)`,
  ),
  rule(
    'compare',
    4,
    'asks for a comparison',
    '\\bcompar(?:e|es|ed|ing|ison|isons|ative)\\b|\\bcontrast(?:s|ed|ing)?\\b|\\bversus\\b|\\bvs\\b\\.?|\\bside[- ]by[- ]side\\b|\\bjuxtapos\\w+|\\bvergleich\\w*|\\bdiff\\b|\\bweigh .* against\\b|\\b(?:set|put|hold|line|match)\\b.{1,60}\\b(?:against|next to|beside|alongside) (?!the wall)|\\bbenchmark .* against\\b|\\bcross-?compare',
  ),
  rule(
    'compare',
    4,
    'asks how they differ',
    '\\bdiffer(?:s|ed|ing|ences?|ently)?\\b|\\bwhat(?:.s| is| was| has| have|s)? (?:been )?(?:different|changed|added|removed|new)\\b|\\bchang(?:e|es|ed) (?:between|from .* to)\\b|\\bdelta\\b|\\bdistinguish\\w*|\\bset(?:s)? .* apart\\b|\\bdeviat\\w+|\\bunlike\\b.*\\?|\\bchanges? (?:from|in) (?:the )?(?:first|old|earlier|previous|v\\d)|\\btell .* apart\\b',
  ),
  rule(
    'compare',
    3.5,
    'asks what they share',
    '\\bin common\\b|\\bsimilarit\\w+|\\bhow (?:similar|alike|close) (?:are|is)\\b|\\boverlaps?\\b(?! with my)|\\bin\\b.{1,40}\\bbut (?:is |are )?not (?:in|mentioned)\\b|\\bonly in (?:one|the (?:first|second))\\b|\\bmissing (?:from|in) (?:the )?(?:one|other|first|second)\\b|\\bboth say\\b|\\bthe same in both\\b|\\bhow does .{2,60} (?:measure|stack) up\\b',
  ),
  rule(
    'timeline',
    4,
    'asks for an order in time',
    '\\btime ?-?lines?\\b|\\bchronolog\\w+|\\bzeit(?:leiste|strahl|ablauf)\\b|\\b(?:order|sequence|course|succession|series|chain|log|calendar|run) of (?:the )?(?:events|dates|happenings|what happened)\\b|\\b(?:time|date|temporal|calendar|historical) (?:order|sequence)\\b|\\bin (?:the )?order (?:of|in which) (?:time|date|they|it|things|events|occurr\\w+)\\b|\\bby date\\b|\\bdate by date\\b|\\bday by day\\b|\\bsorted? .*\\bdates?\\b|\\b(?:order|arrange|sort|rank|list|put) .*\\b(?:by|in) (?:date|time|when)\\b|\\bfrom (?:first|earliest|oldest|beginning|start) to (?:last|latest|newest|end)\\b',
  ),
  rule(
    'timeline',
    3.5,
    'asks what happened when',
    '\\bwhat happen(?:ed|s|ing)?\\b.*\\b(?:when|and when|first|next|then|after|before|over time|on which)\\b|\\bwhen (?:did|does|do|will|has) (?:what|everything|each|all|every|things)\\b|\\bwhat (?:took|takes|will take) place (?:and )?when\\b|\\bwhen .* and (?:in )?what order\\b|\\bin what order\\b|\\bhistory of (?:the |this |these |our )?(?:events|project|case|affair|matter|dispute|negotiations?|company|contract|whole)|\\b(?:trace|track|follow|reconstruct|retrace|chronicle|narrate)\\b.*\\b(?:events?|history|story|developments?|happened|time|sequence|unfold\\w*|course)\\b|\\bunfold(?:ed|s)?\\b|\\bhow (?:did )?(?:things|events|it|this|the \\w+) (?:develop|evolve|progress|unfold)(?:ed)?\\b|\\bevents? (?:with|and|by) (?:their )?dates?\\b|\\b(?:all|list|every|the) (?:dated )?events\\b|\\bdates and events\\b|\\bstory (?:so far|in order)\\b|\\bover time\\b',
  ),
  rule(
    'timeline',
    4.5,
    'asks for the dates that matter',
    '\\b(?:key|important|main|major) (?:dates|events)\\b|\\bmilestones\\b',
  ),
  rule(
    'contradictions',
    4.5,
    'asks for contradictions',
    "\\bcontradict\\w*|\\binconsisten\\w+|\\bdiscrepan\\w+|\\bwiderspr\\w+|\\b(?:in )?conflict(?:s|ing|ed)?\\b(?! of interest)|(?<!\\bwho )\\bdisagree\\w*|\\bat odds\\b|\\bmismatch\\w*|\\bincompatib\\w+|\\birreconcil\\w+|\\bclash\\w*|\\b(?:do|does|did|can|could)(?: not|n't|nt) (?:all |both |quite |really )?(?:agree|match|add up|fit together|be (?:both )?(?:right|true|correct)|line up|square|tally|be reconciled)\\b|\\bcan(?:not|'t) (?:all |both )?be (?:both )?(?:right|true|correct)\\b|\\bdiverg\\w+|\\bcross-?check\\w*|\\bsay(?:s|ing)? (?:opposite|different) things\\b|\\bdo (?:they|these|the \\w+|all \\w+) (?:\\w+ )?agree\\b|\\btell different stories\\b|\\bdispute each other\\b|\\bat variance\\b|\\bopposing (?:statements|claims|facts)\\b|\\bconsisten(?:t|cy)\\b|\\bdon'?t go together\\b|\\bgive(?:s)? different (?:figures|numbers|dates|amounts|values|answers)\\b|\\b(?:figures|numbers|dates|facts) that (?:differ|vary)\\b|\\bwhich (?:statements|facts|claims) (?:are )?(?:wrong|in doubt)\\b",
  ),
  rule(
    'attribution',
    4.5,
    'asks who says what',
    '\\bwho (?:has |have |had |actually |exactly |first |all )*(?:say|said|says|told|tells|claim\\w*|state[sd]?|argue[sd]?|mention\\w*|suggest\\w*|propos\\w*|warn\\w*|promis\\w*|announc\\w*|complain\\w*|think\\w*|thought|believ\\w*|recommend\\w*|wants?|wanted|demand\\w*|request\\w*|raised|objected|express\\w*|oppos\\w*|insist\\w*|admit\\w*|den(?:y|ied|ies)|point\\w* out|rais\\w+|voic\\w+|comment\\w*|quot\\w+)\\b|\\bwho (?:is|was|are|were) (?:quoted|cited)\\b|\\bsaid by whom\\b|\\bby whom\\b.*\\bsaid\\b|\\bwhose (?:words|opinion|view|statement|claim|idea|proposal)\\b|\\bwho said\\b|\\bwhat did (?:who|each|every(?:one|body)?|the (?:different )?(?:people|participants|speakers|parties|members))\\b.*\\b(?:say|think|claim|argue|want|propose|contribute)\\b',
  ),
  rule(
    'attribution',
    4,
    'asks for statements of people',
    '\\b(?:quotes?|quotations?|statements?|remarks?|utterances?|comments?|sayings|testimon(?:y|ies)|claims?|opinions?|views?|viewpoints?|positions?|stances?) (?:were |was |are |is |have been )?(?:made |given |said |expressed |held |uttered )?(?:by|of|from) (?!the contract)|\\battribut\\w+|\\b(?:match|assign|link|map|pair|connect|tie) .*\\b(?:statements?|quotes?|claims?|remarks?|words|opinions?|comments?)\\b.*\\b(?:to|with)\\b|\\b(?:in|using) (?:his|her|their) own words\\b|\\bspeakers?\\b|\\b(?:every|each|all|any|the|direct|verbatim|list|extract|find|collect|pull|show|give) (?:\\w+ )?(?:quotes|quotations|statements)\\b|\\bquote (?:everyone|everybody|what|each|all)\\b',
  ),
  rule(
    'extraction',
    3,
    'asks to take facts out',
    '\\b(?:extract|pull(?: out)?|harvest|collect|gather|grab|fish out|pick out|filter out|scrape together|compile|enumerate|itemi[sz]e|catalogue|catalog|inventory|isolate|lift|dig out|tabulate|mine)\\b',
  ),
  rule(
    'extraction',
    2,
    'asks for a list',
    '^(?:list|find|show|give|get|name|identify|locate|detect|highlight|return|provide|spot|note down|write down|output|mark|record|look up|look for|search for|fetch|put together)\\b.*\\b(?:all|every|each|any|the|a list of|of)\\b|^(?:all|every)\\b|\\b(?:lists?|inventory|index|directory|catalogue|register|table) of\\b|^list\\b|\\b(?:want|need) (?:all|every|each)\\b',
  ),
  rule(
    'extraction',
    2,
    'asks which are mentioned',
    '\\b(?:which|what|who)\\b.*\\b(?:mentioned|named|appear|appears|listed|occur|occurs|referred to|come up|turn up|included|contained|involved|given|found|show up|stated|present in)\\b|\\bmention(?:s|ed)? (?:of|in)\\b|\\bwho(?: all)? (?:is|are) (?:mentioned|named|listed|involved|in)\\b',
  ),
  rule(
    'total',
    3,
    'asks to add up',
    '\\b(?:total(?:s|led|ling)?|tot up|subtotals?|grand total|altogether|add(?:ed|ing)? (?:\\w+ ){0,8}?(?:up|together)|add up|sum (?:of|up|the|all|total)|sums? (?:per|by)|sum\\b(?! of money)|summe|combined (?:cost|amount|value|spend\\w*)|overall (?:cost|amount|spend\\w*|sum|value|revenue)|cumulative|aggregate)\\b',
  ),
  rule(
    'total',
    3,
    'asks for an average',
    '\\b(?:average[sd]?|mean (?:of|value|amount|price|cost)|the mean|avg|median|durchschnitt\\w*)\\b',
  ),
  rule(
    'total',
    2.5,
    'asks to calculate',
    '\\b(?:calculat\\w+|comput\\w+|tally|count (?:the|all|how|up|rows|number)|crunch|work out|evaluate the column|statistics (?:of|on|for|about)|pivot|do the (?:maths?|sums))\\b',
  ),
  rule(
    'total',
    2,
    'asks for the most or least',
    '\\b(?:highest|largest|biggest|maximum|max|greatest|most expensive|costliest|priciest|lowest|smallest|minimum|min|cheapest|least expensive|top \\d+|top (?:three|five|ten)|bottom \\d+|the most|the least|the fewest)\\b',
  ),
  rule(
    'total',
    2,
    'asks for groups',
    '\\b(?:per|by each|for each|for every|group(?:ed)? by|broken down by|break(?: it| them| this)? ?down|breakdown (?:of|by)|split by|by) (?:the )?(?:month|quarter|year|week|day|region|vendor|payee|supplier|customer|client|category|status|product|department|country|city|person|employee|type|line|project|account|item|team|store|branch|state|currency|owner)s?\\b',
  ),
  rule(
    'total',
    2,
    'asks how many or how much in all',
    '\\bhow much (?:did|do|have|has|does|had) (?:we|i|they|it|you|the \\w+(?: \\w+)?) (?:spend|spent|pay|paid|invoice\\w*|bill\\w*|earn\\w*|s[eo]ll|sold|owe|receive\\w*|make|made)\\b|\\bhow much (?:money )?(?:was|were|is|has been|have been|went|goes) (?:\\w+ ){0,2}(?:spent|paid|invoiced|billed|earned|sold|owed|to|on|received|outstanding|due)\\b|\\bwhat (?:did|do|have) (?:we|they|i) (?:spend|spent|pay|paid|earn|sell|sold|owe)\\b|\\bhow many (?:rows|records|entries|lines|transactions|items|orders|invoices|payments|bookings|customers|products)\\b',
  ),
  rule(
    'total',
    1.5,
    'speaks of a table',
    '\\b(?:columns?|rows?|spread ?sheets?|excel|csv|worksheets?|table|figures in|ledger)\\b',
  ),
  rule(
    'question',
    2,
    'is a question',
    '^(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|may|must|in which|by when|since when|to whom|for whom|from whom|on (?:which|what)|at (?:which|what)|under (?:which|what)|until when|with whom|by whom|if)\\b|\\?\\s*$',
  ),
  rule(
    'question',
    2.5,
    'asks for an answer',
    '\\b(?:answer (?:the|this|my|me|one|a|following)|find out (?:who|what|when|where|why|how|whether|if|which)|tell (?:me|us) (?:who|what|when|where|why|how|whether|if|which|the)|(?:want|like|need) to know (?:who|what|when|where|why|how|whether|if|which)|look up (?:who|what|when|where|how|the)|check (?:whether|if|who|when)|do you know|let me know|i wonder|explain (?:why|how|what|when)|wondering|determine (?:who|when|whether|if|the)|figure out|question:)\\b',
  ),
  rule(
    'brief',
    3.5,
    'asks what matters',
    '\\b(?:take away|did i miss|have i missed|short version|learn from (?:these|this|the|those))\\b|\\bmain message\\b|\\b(?:points|facts|things|issues|topics) (?:are|is|seem) (?:the )?(?:most |really )?(?:important|relevant|crucial)\\b|\\bfass\\w* .*zusammen\\b|\\bintroduce (?:me|us) to\\b|\\bcatch-?up\\b|\\bin brief\\b|\\bin a page\\b|\\bfive minutes\\b',
  ),
  rule(
    'brief',
    3,
    'asks to go through the documents',
    `^(?:report on|analy[sz]e|review|study|examine|explain|outline|describe|read|go through|look (?:at|through|over)|skim|scan|present|interpret|understand|unpack|process|check|inspect|summari[sz]e)(?: to (?:me|us))? (?:the (?:contents?|substance|meaning) of )?(?:the |these |this |those |all |all the |my |our |attached |both |every |each )*(?:[\\w-]+ )?${DOCS}(?: to (?:me|us)| for (?:me|us))?(?:$|[.,;!?]| and\\b)`,
  ),
  rule(
    'compare',
    3.5,
    'asks whether they are the same',
    '\\bidentical\\b|\\bsame as\\b|\\bthe same\\?|\\bseparates?\\b|\\bdifferent from\\b|\\bdiverge\\w* from (?:each|one)|\\bcheck .* against\\b|\\bwhich (?:one )?of the (?:two|three|both|offers?|documents?|versions?)\\b.*\\b\\w+er\\b|\\bpros and cons\\b|\\brelative to\\b|\\bmeasured against\\b',
  ),
  rule('total', 3, 'asks to add', '^add (?:all|up|together|the|every|each)\\b'),
  rule(
    'timeline',
    4,
    'asks for events in order',
    '\\btime ?table\\b|\\bwhich events\\b|\\bstep by step\\b.*\\bhappened\\b|\\bwhen was what\\b|\\bwhat happened (?:between|from|in|since|after|before|during|until|on)\\b|\\bcalendar of\\b|\\b(?:earliest|oldest)\\b.*\\b(?:latest|newest)\\b|\\bin the order in which\\b|\\border in which\\b',
  ),
  rule('timeline', 1.5, 'speaks of history', '\\bhistory of\\b'),
  rule(
    'attribution',
    4,
    'asks who holds what',
    '\\bwho (?:is|was|are) of the opinion\\b|\\bwho (?:wrote|writes|made|makes|holds?|held|takes?|took|gave|gives?|expressed) (?:that|which|what|the (?:claim|statement|suggestion|proposal|remark|promise|view|position))\\b|\\bwh(?:ich|at) (?:person|people|speaker|participants?|member|of the \\w+) .*(?:said|say|says|suggest\\w*|propos\\w*|claim\\w*|argu\\w*|warn\\w*|demand\\w*|object\\w*|want\\w*|think\\w*|believ\\w*|support\\w*|oppos\\w*)\\b|\\bsaid by\\b|\\bstatements? (?:come|comes|came|stem|originate)s? from\\b|\\b(?:person|participant|speaker|member|party|side)(?:.?s|s.?) (?:statements?|opinions?|views?|positions?|claims?|words|arguments?)\\b|\\bdid [a-z.]+(?: [a-z.]+)? (?:say|mention|state|claim|promise|suggest|propose|comment on|talk about|speak about|object to)\\b|\\beverything (?:that )?[a-z.]+(?: [a-z.]+)? (?:said|says|wrote|claimed)\\b',
  ),
  rule(
    'contradictions',
    4.5,
    'asks whether all agree',
    '\\b(?:do|does|whether|that|if) (?:all |the |these |those |both )*(?:\\w+ ){1,3}(?:match|agree|tally|add up|line up)\\b|\\bsame story\\b|\\bagree on\\b',
  ),
  rule(
    'extraction',
    2,
    'asks which there are',
    '\\b(?:what|which)\\b.*\\b(?:are|is) (?:there|given|used|stated)\\W*$|\\b(?:everybody|everyone|anybody|anyone|all) (?:who is |that is |that are )?(?:mentioned|named|listed)\\b|^(?:names|people|dates|amounts|companies|places|addresses|prices)\\b',
  ),
];
