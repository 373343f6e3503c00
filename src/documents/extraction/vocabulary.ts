/** Words that tell what a name beside them is. All in lower case. */

function list(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/).filter(Boolean));
}

/** Forms of address that stand before a person's name and are not part of it. */
export const HONORIFICS = list(
  'mr mrs ms miss mx dr prof professor sir dame lord lady madam madame monsieur mme mlle herr frau señor señora sr sra rev reverend fr father sister brother rabbi imam sheikh shaikh ayatollah mullah capt captain lt lieutenant col colonel maj major gen general sgt sergeant cpl corporal pvt private admiral adm cmdr commander sen senator rep representative congressman congresswoman gov governor pres president hon honorable judge justice king queen prince princess pope saint emperor sultan uncle aunt aunty auntie grandma grandpa coach officer detective inspector dear hi hello hey',
);

/** Trades and offices that stand before a name ("spokesman John Smith"). */
export const TITLES = list(
  'president chairman chairwoman chair chairperson ceo cfo cto coo director minister premier chancellor secretary senator congressman congresswoman governor mayor ambassador spokesman spokeswoman spokesperson leader founder co-founder cofounder manager editor author writer reporter correspondent journalist columnist analyst economist professor scientist researcher engineer architect lawyer attorney counsel judge justice commissioner deputy assistant chief officer sergeant captain general commander colonel coach actor actress singer director producer artist photographer poet novelist historian candidate nominee inspector sheriff detective prosecutor activist cleric imam rabbi bishop archbishop cardinal pope pastor reverend king queen prince princess colleague friend wife husband son daughter brother sister mother father son nephew niece cousin boss partner client maintainer developer contributor owner',
);

/** Verbs whose subject is a person or a body that speaks. */
export const SAYING = list(
  'said says told tells asked asks added adds wrote writes argued argues explained explains noted notes announced announces stated states replied replies insisted claimed claims warned warns thinks thought believes believed knows knew wants wanted met called calls sent resigned died married testified tweeted',
);

/** What ends the name of a firm or body. */
export const COMPANY_SUFFIXES = list(
  'inc incorporated corp corporation co company ltd limited llc llp lp plc gmbh ag a/s sa srl sarl spa bv nv oy ab as aps kg kgaa se pty pvt pte kk sas holdings holding group partners partnership associates',
);

/** The head of an organisation's name, last ("Reed College") or first before "of" ("Bank of Canada"). */
export const ORGANISATION_HEADS = list(
  'university college institute institution academy school department ministry agency administration authority bureau office commission committee council board court tribunal parliament senate congress assembly association society foundation trust fund federation union league alliance coalition confederation organization organisation party movement front army navy corps brigade militia police guard service services bank insurance securities capital investments ventures technologies technology systems software networks laboratories labs pharmaceuticals industries motors airlines airways railways energy power petroleum gas oil electric resources chemicals enterprises consulting solutions communications telecom media news press times post journal herald tribune gazette magazine publishing publishers books records studios pictures entertainment productions orchestra symphony choir theatre theater club church temple synagogue mosque ministries hospital clinic center centre medical health healthcare restaurant cafe café grill bistro bakery pizza pizzeria diner bar pub inn hotel resort suites salon spa store stores shop market supermarket pharmacy dealership realty properties construction plumbing roofing landscaping dental dentistry veterinary kennels karate fitness gym yoga daycare preschool kindergarten museum library archive archives gallery consortium network project initiative campaign team united fc command directorate division secretariat treasury cabinet embassy consulate faculty shipping ferries shipyard foods farms dairy brewery brewing winery vineyards mills works steel mining minerals aviation aerospace automotive logistics freight transport transit trucking railroad railway cement textiles apparel furniture appliances semiconductor semiconductors instruments robotics genetics biotech biosciences therapeutics diagnostics recycling environmental designs architects builders contractors interiors catering tours travel outfitters athletics racing wholesale supplies trading solicitors attorneys advisors advisers auditors accountants engineers engineering consultants economics analytics labs studio agency surveys surveyors',
);

/** Heads that are weak alone: common nouns that often end ordinary capitalised phrases. */
export const WEAK_ORGANISATION_HEADS = list(
  'surveys office board court front service services power gas oil health center centre bar team project network market store shop gallery museum library fund trust capital times post union party division command campaign energy media news press resources systems software technology books records school church hotel restaurant school inn united shipping works steel mining foods farms transport transit freight racing travel tours supplies engineers engineering consultants solicitors environmental economics instruments designs studio group holding project initiative guard assembly movement',
);

/** What ends the name of a place. */
export const PLACE_HEADS = list(
  'point head cove quay pier wharf ridge crossing landing terminal river lake creek bay sea ocean gulf strait channel canal falls beach coast island islands isle peninsula cape mountain mountains mount hill hills valley canyon desert forest woods park garden gardens square plaza street avenue road boulevard lane drive highway freeway bridge tunnel airport station harbor harbour port pier tower building hall palace castle cathedral stadium arena district county province state region territory prefecture village town city township heights springs grove ranch plains basin reef glacier volcano zoo cemetery prison base camp reservation embankment',
);

/** What begins the name of a place. */
export const PLACE_OPENERS = list(
  'lake mount mt san santa santo são sao saint st fort ft port cape los las el la le rio new north south east west northern southern eastern western upper lower central greater great inish inis loch lough glen ben strath bally isle gulf bay valley point puerto villa monte nova al',
);

/** Prepositions before places, with how much they say. */
export const PLACE_PREPOSITIONS: Readonly<Record<string, number>> = {
  in: 0.9,
  near: 0.8,
  at: 0.2,
  from: 0.35,
  to: 0.25,
  across: 0.5,
  throughout: 0.7,
  through: 0.3,
  around: 0.4,
  outside: 0.5,
  inside: 0.4,
  via: 0.3,
  into: 0.4,
  toward: 0.3,
  towards: 0.3,
  over: 0.1,
  within: 0.3,
  downtown: 1.2,
  visit: 0.5,
  visited: 0.5,
  visiting: 0.5,
  northern: 0.8,
  southern: 0.8,
  eastern: 0.8,
  western: 0.8,
  central: 0.6,
};

/** Small words that a name may hold between capitalised ones. */
export const CONNECTORS = list(
  "of the and & for de la le du des del della di da dos van von der den ten al el bin ibn bint abu ben y e zu - ' ’ in on at",
);

/** Connectors inside the names of people. */
export const PERSON_PARTICLES = list(
  "de la le du des del della di da dos das van von der den ten ter al el bin ibn bint ben y e zu - ' ’ . abu st",
);

/** Function words and the like: capitalised at the start of a sentence or in a title, never a name alone. */
export const STOP_WORDS = list(
  `a an the this that these those some any each every all both either neither no not none such another other
  i me my mine myself we us our ours you your yours he him his she her hers it its they them their theirs who whom whose which what
  and or but nor so yet for if because although though while when where why how whether since until unless as than then thus
  in on at by to from of off with without within into onto over under above below between among through during before after about against along across around behind beside beyond near toward towards upon via per like
  is are was were be been being am do does did done doing have has had having will would shall should can could may might must
  yes yeah ok okay oh ah hey hi hello thanks thank please sorry well now here there today tomorrow yesterday tonight
  monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
  january february march april june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec
  also just only even still already again always never often sometimes maybe perhaps however therefore moreover furthermore meanwhile instead otherwise
  one two three four five six seven eight nine ten first second third last next new old more most many much few less least several
  re fw fwd cc bcc subject sent date attn ps p.s fyi asap rsvp tba tbd etc eg ie
  mr mrs ms dr let's lets don't i'm i'll i've i'd it's that's there's what's
  best great good regards sincerely cheers respectfully cordially love happy merry
  christmas easter thanksgiving halloween ramadan hanukkah passover
  section chapter article part page table figure appendix annex volume version note notes nr no nos tel fax mob vat`,
);

/** Acronyms that are neither firms nor places. */
export const PLAIN_ACRONYMS = list(
  `fax am pm ad bc bce ce ok tv dvd cd vcr pc laptop usb cpu gpu ram rom lcd led hd sd gps sms mms pin id ids faq fyi asap aka rsvp diy lol omg wtf imo imho btw brb afaik iirc tldr fwiw
  ceo cfo cto coo cio vp svp evp md phd mba ba bs ma msc bsc jd llb rn ph hr pr it qa rd ip isp url uri http https html css xml json sql api sdk gui cli os ios pdf doc docx xls xlsx csv txt jpg jpeg png gif zip exe
  usd eur gbp jpy cad aud chf inr gmt utc est edt cst cdt mst mdt pst pdt cet cest bst ist
  dna rna hiv aids adhd ptsd covid sars iq ecg mri er icu std ivf obgyn
  gdp gnp cpi ipo roi ebitda kpi b2b b2c vat gst ira etf nda mou rfp rfq poa llc inc ltd plc sla tos eula gdpr
  atm suv rv mpg hp ac dc av uv ir fm vhf uhf lng lpg mw mwh kwh gw btu mmbtu bcf
  ii iii iv vi vii viii ix xi xii xiii xiv xv xvi xx
  kg km cm mm lb oz ft mi mb gb tb kb hz
  wmd ied ieds pow pows mia ngo ngos wwi wwii ww1 ww2 gi gop-led pm mp mps ba'al
  to from re fw cc bcc and the not no yes all any for you are is was do does why how what when who very so but or if in on at by as of up out my me we he she it
  gpl lgpl agpl bsd mit apache mpl rfc iso utf ascii ansi posix unix linux gnu x11 tcp udp dns ssh ssl tls ftp smtp imap pop rss`,
);

/** First names that are words too, but with a capital hardly ever mean the word. */
export const NAMES_RATHER = list(
  'mike chuck rod barb bill mark frank jack rob nick pat sue ray gene dick tom harry jerry josh bob kitty holly penny robin norm jimmy billy johnny bobby tony peter don dean drew josh lance clay carol dolly polly molly sally peg meg nick rick ted ned matt max jean dale glen todd ralph victor basil ken mat pete phil sam stew sid ivy eve dawn bella monica veronica victoria charlotte florence chase grant miles wade mo jo al ed lou mac ron tim jim joe jeff',
);

/** Articles, prepositions and pronouns of German, French, Spanish, Italian and Dutch. */
export const FOREIGN_STOP_WORDS = list(
  'der die das den dem des ein eine einen einem einer eines und oder mit von vom für im am zum zur bei nach aus auf über unter seit bis als wie wenn dass ist sind war wird wurden dieser diese dieses dieses sehr ihr ihre sie er es wir ich nicht auch le la les un une des du au aux et ou avec pour par sur dans en est sont ce cette ces il elle nous vous je ne pas que qui el los las una unos y o con por para en es son este esta del lo gli uno e ed per di da nel nella sono questo questa het een van voor met op in aan bij ook niet dit dat deze millionen milliarden millions millones milioni miljoen euro',
);
