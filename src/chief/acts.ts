/**
 * Acts that no built-in skill can do, as data: how people ask for them, and the capability an agent must offer to do
 * them. A goal that asks for one is refused by that name unless such an agent is registered.
 */
export interface Act {
  /** The capability by our name; agents may call it otherwise (see `offers`). */
  capability: string;
  /** What it is, for the sentence that refuses. */
  doing: string;
  /** Matches the beginning of a clause after politeness is taken off. Folded text. */
  asked: RegExp;
  /** Matches anywhere in the clause: wordings that leave no doubt. */
  anywhere?: RegExp;
  /** Roots of words that name the act in a capability such as `translation.ja`. */
  offers: readonly string[];
  /** True when the same verbs have a sense about documents that goes first. */
  bodily?: boolean;
}

const LANGUAGES =
  'afrikaans|arabic|bengali|bulgarian|catalan|chinese|croatian|czech|danish|dutch|estonian|finnish|french|gaelic|german|greek|hebrew|hindi|hungarian|icelandic|indonesian|irish|italian|japanese|korean|latin|latvian|lithuanian|mandarin|norwegian|persian|polish|portuguese|romanian|russian|serbian|slovak|slovene|slovenian|spanish|swahili|swedish|thai|turkish|ukrainian|urdu|vietnamese|welsh|yiddish|esperanto|klingon';
const MAKE =
  '(?:make|create|design|produce|generate|draw|build|prepare|render|compose|craft|develop|put together|come up with|give me|i need|we need)';
const A = '(?:(?:me|us|him|her|them|up)\\s+)?(?:an?\\s+|the\\s+|some\\s+|our\\s+|my\\s+|new\\s+)*';

const act = (
  capability: string,
  doing: string,
  asked: string,
  offers: string,
  anywhere?: string,
  bodily = false,
): Act => ({
  capability,
  doing,
  asked: new RegExp(`^(?:${asked})`),
  offers: offers.split(' '),
  ...(anywhere && { anywhere: new RegExp(anywhere) }),
  ...(bodily && { bodily }),
});

export const ACTS: readonly Act[] = [
  act(
    'text.translate',
    'translate text',
    'translat\\w*|interpret .* into',
    'translate translation translator',
    `\\b(?:translat(?:e|ed|ion)\\b.*\\b(?:into|to|in)\\b|(?:into|in|to) (?:${LANGUAGES})\\b(?! (?:offer|document|file|version|text|contract|report|law|market|company|firm|office|team|branch|version)))|\\b(?:${LANGUAGES}) (?:translation|version of)`,
  ),
  act(
    'calls.make',
    'make telephone calls',
    '(?:call|phone|ring|dial|telephone)\\b(?! (?:out|attention|for|it|into))|make (?:a |the )?(?:phone |telephone )?call\\b|give .{2,40} a (?:call|ring)\\b',
    'call phone telephone dial voice',
  ),
  act(
    'video.create',
    'make videos',
    `(?:film|record) (?:a|the|an)\\b|${MAKE} ${A}(?:[\\w-]+ ){0,3}(?:video|film|movie|animation|clip|trailer|gif)s?\\b|(?:edit|cut|trim|animate) .*`,
    'video film movie animate animation',
  ),
  act(
    'audio.create',
    'make music or speech',
    `(?:sing|hum|play|read .* (?:aloud|out loud)|narrate aloud|record ${A}(?:podcast|song|audio))|${MAKE} ${A}(?:[\\w-]+ ){0,3}(?:song|music|melody|podcast|jingle|audio(?:book)?|voice ?over|soundtrack|tune)s?\\b`,
    'audio music song speech voice podcast',
  ),
  act(
    'images.create',
    'make pictures',
    `(?:draw|paint|sketch|illustrate|photograph|doodle)\\b(?! (?:conclusions?|up|on|from|attention|together|a (?:conclusion|timeline|comparison|distinction)))|${MAKE} ${A}(?:[\\w-]+ ){0,3}(?:image|picture|logo|illustration|poster|icon|drawing|photo|photograph|painting|banner|infographic|cartoon|meme|flyer|portrait|sketch|artwork|avatar|wallpaper|mock-?up|floor ?plan|blueprint)s?\\b`,
    'image picture draw drawing logo illustration design art',
  ),
  act(
    'charts.draw',
    'draw charts',
    `(?:plot|graph|chart|diagram|visuali[sz]e)\\b|${MAKE} ${A}(?:[\\w-]+ ){0,3}(?:bar ?charts?|pie ?charts?|charts?|graphs?|plots?|diagrams?|gantt\\b.*|histograms?|flow ?charts?|mind ?maps?|heat ?maps?|dashboards?)\\b`,
    'chart plot graph diagram visualize visualise',
  ),
  act(
    'slides.create',
    'make slides',
    `${MAKE} ${A}(?:[\\w-]+ ){0,3}(?:slides?|slide ?decks?|presentation|powerpoint|decks?|keynote|pptx)\\b|turn .* into (?:slides|a (?:presentation|deck|powerpoint))`,
    'slide slides presentation deck powerpoint',
  ),
  act(
    'travel.book',
    'book travel, tables or rooms',
    `(?:book|reserve)\\b(?! (?:value|review|keeping))|(?:arrange|organi[sz]e|find|get|order) ${A}(?:[\\w-]+ ){0,2}(?:flights?|hotels?|trip|taxi|cab|plane tickets?|train tickets?|car rental|accommodation)\\b`,
    'book booking travel flight hotel reserve reservation',
  ),
  act(
    'email.send',
    'send messages',
    `(?:send|e-?mail|mail|forward|text|message|whatsapp|dm|ping|notify|inform|reply to|respond to|answer (?:anna|\\w+'s) e-?mail|write to|invite|alert|remind)\\b(?! (?:exchange|chain|thread|me (?:what|who|when|where|how|why|of|about)))|(?:write|draft|compose) ${A}(?:[\\w-]+ ){0,2}(?:e-?mails?|repl(?:y|ies)|messages?|letters?|responses?)\\b`,
    'email mail send message sms notify letter',
  ),
  act(
    'social.post',
    'publish posts',
    `(?:tweet|post|publish|upload|share|blog|broadcast)\\b|(?:write|draft|compose) ${A}(?:[\\w-]+ ){0,2}(?:tweets?|posts?|blog ?posts?|press releases?|articles?|newsletters?|advert\\w*|ads?|captions?)\\b`,
    'post publish social tweet blog',
  ),
  act(
    'text.compose',
    'write new texts',
    `(?:write|compose|draft|invent|make up|tell (?:me|us)|create|generate|rewrite|rephrase|paraphrase|proofread|improve|correct|polish|continue) ${A}(?:[\\w-]+ ){0,3}(?:poems?|stor(?:y|ies)|novel|essays?|speech|jokes?|haiku|limerick|lyrics|fairy ?tale|screenplay|script|slogan|cover letter|contract clause|cv|resume|bedtime story|sonnet|rap|riddle)\\b|(?:rewrite|rephrase|paraphrase|proofread|polish|reword|ghost ?write)\\b`,
    'compose write writing story poem rewrite',
  ),
  act(
    'shopping.order',
    'buy things',
    '(?:buy|purchase|shop)\\b|order (?:me |us )?(?:an?|some|two|three|\\d+|new|more|lunch|dinner|food|pizza|flowers|groceries|supplies)\\b',
    'buy order shop purchase shopping',
  ),
  act(
    'payments.make',
    'move money',
    '(?:pay|wire|refund|reimburse|donate|invest)\\b|transfer .*\\b(?:money|funds|euros?|dollars?|account|to)\\b|(?:send|move) .*\\b(?:money|funds)\\b',
    'pay payment transfer bank',
  ),
  act(
    'calendar.schedule',
    'keep a calendar',
    `(?:schedule|reschedule|plan) ${A}(?:[\\w-]+ ){0,3}(?:meeting|appointment|call|interview|session|visit|reminder|lunch|dinner|party|wedding)s?\\b|(?:set up|arrange|organi[sz]e|cancel) ${A}(?:[\\w-]+ ){0,2}(?:meeting|appointment|call|reminder|interview|party)s?\\b|(?:set|add|put) .*\\b(?:reminder|alarm|calendar|timer)\\b|remind me\\b`,
    'calendar schedule appointment meeting reminder',
  ),
  act(
    'web.search',
    'search the web',
    '(?:google|browse|scrape|crawl|surf|bing)\\b|(?:search|look|check|find).*\\b(?:(?:on|in|through) )?the (?:web|internet|net)\\b|(?:search|look (?:it |them |this )?up|check|find).*\\b(?:online|on (?:google|wikipedia|linkedin|twitter|facebook))\\b|(?:download|open|visit|fetch) (?:the )?(?:web ?)?(?:site|page|https?:|www)',
    'web search browse internet crawl',
    "\\b(?:what(?:'s| is) the weather|weather forecast|stock price (?:of|today)|latest news|news today|exchange rate today|current (?:exchange|stock))",
  ),
  act(
    'code.write',
    'write or run programs',
    `(?:code|program|debug|refactor|deploy|install|implement|reboot|restart|hack|ssh|git|unit-?test|dockeri[sz]e)\\b|(?:write|fix|build|create|develop|run|execute|make|test|launch) ${A}(?:[\\w+#.-]+ ){0,3}(?:code|scripts?|programs?|apps?|applications?|website|web ?page|functions?|bugs?|servers?|api|software|database|macro|regex|sql query|unit tests?|bot|chatbot|plugin|game|spreadsheet formula)\\b`,
    'code coding programming software developer deploy',
  ),
  act(
    'audio.transcribe',
    'transcribe recordings',
    'transcribe\\b|(?:listen to|subtitle|caption)\\b',
    'transcribe transcription speech audio',
  ),
  act(
    'documents.edit',
    'change or convert files',
    `(?:convert|merge|rename|delete|erase|redact|anonymi[sz]e|encrypt|decrypt|compress|zip|unzip|archive|format|reformat|print|scan|fax|sign|stamp|fill (?:in|out)|edit|watermark|ocr|split|sort out|back ?up|move|copy|save) (?:.*\\b)?(?:files?|documents?|pdfs?|docs?|docx|word|xlsx|excel|forms?|folder|pages?|contracts?|papers?|it|this|these|them|letter|report|disk|invoice|agreement|application)\\b|(?:print|fax|redact|anonymi[sz]e|encrypt|sign)\\b`,
    'edit convert print sign redact convert-file',
  ),
  act(
    'models.train',
    'train models',
    `(?:train|fine-?tune|finetune)\\b|${MAKE} ${A}(?:[\\w-]+ ){0,3}(?:machine learning|neural|classifier|language) ?(?:model)?\\b`,
    'train training learning',
  ),
  act(
    'forecasts.make',
    'predict the future',
    `(?:predict|forecast|extrapolate|guess|simulate|estimate|project) (?!manag)|${MAKE} ${A}(?:[\\w-]+ ){0,2}(?:forecast|prediction|projection|simulation)s?\\b`,
    'forecast predict prediction simulate',
    undefined,
    true,
  ),
  act(
    'negotiations.lead',
    'deal with people',
    '(?:negotiate|persuade|convince|hire|fire|recruit|interview|sue|marry|flirt|congratulate|apologi[sz]e to|meet|visit|pick up|drive|escort|babysit|talk to|speak (?:to|with)|chat with)\\b',
    'negotiate negotiation hire recruit',
  ),
  act(
    'physical.work',
    'work with hands',
    '(?:cook|bake|clean|wash|fold|iron|vacuum|mow|water|feed|walk|repair|fix|paint|assemble|carry|deliver|ship|mail out|pack|unpack (?:the|my) (?:bag|box|suitcase)|fetch (?:me )?(?:a|the) (?:coffee|beer)|brew|build|construct|weld|sew|knit|grow|plant|dig|lift|drive|fly|sail|shovel|turn (?:on|off)|switch (?:on|off)|unlock|lock|dance|run (?:a|to)|swim|3d-?print|launch (?:a|the) (?:rocket|satellite|missile))\\b',
    'robot physical hardware home device',
    undefined,
    true,
  ),
  act(
    'monitoring.watch',
    'watch over time',
    '(?:monitor|keep an eye on|watch (?:the|for|over|my)|subscribe|track (?:the )?(?:price|stock|package|parcel|delivery|shipment))\\b',
    'monitor watch track alert',
    undefined,
    true,
  ),
  act(
    'medicine.advise',
    'give medical or legal judgement',
    '(?:diagnose|prescribe|cure|heal|operate on)\\b',
    'diagnose medical doctor',
  ),
];

/** Verbs of reading and telling, which the built-in skills cover; an unknown verb is one that is in no list. */
export const READING_VERBS = new Set(
  `find show list tell give get look check read explain describe identify extract collect gather pull compare contrast total
  sum add count calculate compute work average answer summarize summarise brief build make create outline sketch review analyze
  analyse examine inspect study go walk highlight flag spot point name state report present provide produce prepare write
  determine figure establish verify search locate see help let know need want condense distill distil digest recap boil
  break itemize itemise enumerate group rank sort order arrange put lay set trace reconstruct follow track assemble compile
  attribute match assign map cite quote note pick single detect discover reveal uncover surface unearth mine harvest grab
  catch bring take run do say ask is are was were does did has have can could will would should what who whom whose when where
  which why how list out line tabulate tally crosscheck cross double evaluate assess judge measure sift scan skim comb filter
  focus zoom dig dive drill understand learn clarify illuminate interpret decode parse process handle treat use unpack dissect
  reconcile contrast distinguish differentiate diff any all every each the a an and or of in on from total overall average
  maximum minimum key main timeline chronology overview summary people dates amounts please return output display print
  juxtapose weigh narrate recount chronicle retell relate paint share supply furnish deliver dump fetch retrieve`
    .split(/\s+/)
    .filter(Boolean),
);
