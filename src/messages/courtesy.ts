/**
 * The words of courtesy, as data: what people and agents say to one another when they have nothing new to say.
 * English, German, French, Spanish and Italian, without accents; `*` stands for any ending. All languages share one
 * list, because nothing here finds out which language is spoken. A word that is on no list is content: what this list
 * does not know is never held against anybody.
 */

/** Thanks, praise, modesty, wishes, greetings: a sentence with one of them says something about the pair. */
const COURTESY = `
  thank* thx gracious* grateful* gratitude appreciat* oblig* indebted bless* welcome* pleasure* pleased delight* honor*
  honour* humbl* humilit* kind* generous* generosit* gentl* gracefully polite* courte* considerat* thoughtful* caring
  compliment* flatter* prais* admir* respect* esteem* revere* cherish* treasur* ador* belov* dear* affection*
  wonderful* marvel* brillian* magnificen* splend* superb* excellen* fantastic* amaz* awesome* awe incredibl* lovely
  glorious* exquisite* impeccabl* flawless* outstanding* exceptional* extraordinar* remarkabl* impressive impress*
  inspir* uplift* heartwarming heartfelt heart* warmth warmest warmly sincer* profound* deeply truly humbly joy* happy
  happily happiness glad* cheer* merry bliss* smil* laugh* hug* congratul* kudos bravo hooray hurrah yay cheers
  greetings goodbye bye farewell regards wish* hope* good-bye    goodnight
  forgiv* wisdom wise* insightful genius talent* gift* graci* grace
  virtue* noble* nobilit* eloquen* charm* elegan* beaut* radian* friend* companion* camarad* fellowship
  partnership* collaborat* teamwork teammate* colleague* cooperat* encourag* patien* humbled touched moved
  moving thrilled excited excite* enthusias* eager* fortun* lucky privileg* treasure* mutual* likewise ditto
  reciproc* congrats greatest best sweet* wow

  anytime worries bother pleasantr* courtesy cordial* devot*
  loyal* faith* deserv* merit* credit* worthy valued invaluable priceless precious outdo* overwhelm*
  unmatched unparalleled peerless incomparabl* speechless shucks blush* toast salut* bow bows bowing curtsy applau*
  modest* modesty unselfish* selfless* goodness amity rapport compassion* empath* understanding sublime
  danke* dankbar* dank bedank* verbunden gern gerne bitte* freu* freund* nett* liebe* lieb* herz* ehre* geehrt* gruss*
  gruess* tschuss servus wunderbar* grossartig* toll* fantastisch* herrlich* vielen lob* grosszugig* gute* schon* freundschaft* zusammenarbeit kolleg* hoflich* verehr* bewunder* schatz* wertschatz*
  vergnug* begluck* gluck* gluckwunsch* danken anerkenn* bescheiden* demut* verzeih*
  ebenso ebenfalls gleichfalls klasse spitze vorzuglich* ausgezeichnet*
  segen wunsch* wunsche alles auf-wiedersehen wiedersehen lebewohl ruhr* geruhrt herzlich* aufmerksam* gunst gutig*
  begeister* inspirier* vorbild* weis* weisheit bezaubernd* charmant* einzigartig* unvergleich*
  merci* remerci* gratitude reconnaissan* plaisir* ravi* enchant* honor* honneur* gentil* aimable* amab* salut
  bonsoir adieu revoir bienvenue magnifique* merveill* formidable* superbe* genial* excellent* chaleur* coeur* ami* amie* amis
  amitie* cordial* sincer* felicit* chanceu* chance touche* emu* volontiers pareillement
  bravo souhait* bonheur heureu* joie* joyeu* elog* louang* admir* respectueu* modest* delicat* generosit* genereu*
  prie inestimable* precieu* collegu* collaborat* bienveillan* sagesse sage* grace bont* belle* beau*
  gracias agradec* gratitud placer encantad* honrad* honor amable* amabilid* gentileza* bondad* generos* generosidad
  adios saludo* bienvenid* maravill* magnific* estupend* fantastic* genial* excelen* corazon* amig* amist* cordial*
  sincer* felicidad* felicit* feliz alegr* suerte igualmente deseo* abrazo* bendic* carino*
  querid* apreci* respeto* admir* elogi* humild* conmovid* emocion* sabidur* sabio* companer*
  grazie ringrazi* gratitudine piacer* onorat* onore* gentil* cortes* bont* generos* salve arrivederci benvenut*
  meraviglios* magnific* stupend* fantastic* splendid* eccellent* ottim* bravissim* brav* cuore* amic* amiciz* cordial* sincer*
  congratul* felic* felicit* gioi* fortun* prego altrettanto ugualmente auguri* abbracci* caro cara cari
  stimat* apprezz* ammir* elogi* umil* commoss* emozion* saggezz* saggi* collega* collaboraz* delizi*
  nobl* lusing* riconoscen* debitor* debiteur* deuda deudor* schuld* reconnu* flatt* halag* geschmeichel* schmeich*
  charm* encant* incant* bezauber* splendeur* lumier* eternel* eternament* eterna* ewig* lebenslang onorevol* hochacht* huldig* vernei* verbeug* inclin* inchin* reveren*
  sir madam servant* fellow* civility doff* matey ahoy hats shout-out shoutout rockstar rock rocks phenomenal synerg* momentum namaste amen vibes aligned sync alike positiv*
  toast loveliest humblest kiss* darling sweetheart buddy pal mate adored commendable proud pride unworthy servant's
  engel* umarm* verdient verschonert gerettet ubertreib* beschamt anmut* zuvorkommen* ergebenst hochverehrt* liebenswurdig* beschutz* bezaubert druck kuss*
  ange anges rougir embrass* serre bras soin reluire proches naturel adorable* agreer sentiments distingue* salutations amical*
  beso* besos guapa guapo dulce* cielo sonria descans* conocerte conocerle maestro limites contento contenta elegancia encanto
  baci* bacio* arross* splendore unico unica rara raro meriti angelo figurati conosciut* abbracc* degn* incanta distinti
`;

/** What courtesy is decorated with. It is no content, and it does not make a sentence courteous either. */
const ORNAMENT = `
  morning afternoon evening
  sun* sunshine sunrise sunset sunlight moon* moonlight star stars starlight starry stellar light* bright* glow* shine* shining shin* sparkl* glimmer* glitter*
  shimmer* gleam* illuminat* lantern* candle* flame* fire spark ember beacon* torch* lighthouse rainbow* sky skies heaven* cloud clouds
  dawn dusk twilight spring summer breeze* wind winds rain ocean* sea seas wave waves river* stream streams lake* mountain* garden* flower* bloom* blossom* rose
  roses petal* tree trees forest* meadow* bird birds nightingale* butterfl* honey nectar wine feast banquet music* melod* song songs sing sings
  singing symphon* harmon* orchestra* dance* dancing poem* poet* verse* tapestr* thread* weave* woven jewel* gem gems diamond* gold* golden
  silver pearl* crown* throne* king queen royal soul* spirit* mind minds eye eyes ear ears tear tears hand hands arms cup cups brim overflow* fill* filled
  journey* path paths road voyage* adventure* dream* magic* miracl* angel* divin* cosmos cosmic universe* galax* galaxies world* earth
  life lives lifetime* eternal* etern* forever always ever never endless* infinit* boundless limitless countless timeless* everlasting
  day days today tomorrow yesterday tonight week year years moment moments time times hour hours now again once more
  word words phrase* sentence message messages reply replies replied response* answer* letter* note* conversation* exchang* dialog* talk* chat* voice speech
  say says said saying tell telling express* convey* speak* spoken hear* heard listen* read reading write writing wrote
  feel* feeling* sense emotion* sentiment* thought thoughts think thinking know known mean means meaning* meant
  help* helped helping assist* aid effort* work* worked working job task contribution* contribut* share* sharing shared give* gives gave given giving
  receive* receiving accept* return* returned offer* bring* brings brought make* makes made making keep* take* takes took
  do does did done doing go goes going gone went come comes came get gets got let lets stay stays remain* continue* continuing carry
  look* looking see sees seen saw seem* find* found hold* holds held touch* touches reach* rest rests meet meets met meeting
  thing things something anything everything nothing way ways part parts kind sort example reason* cause* matter* point case
  people person someone anyone everyone nobody soul one ones man woman human* humanity assistant* agent* partner* pair both together each other another
  count* number measure* equal* depth* height* world's beyond above below within amid among deep* high* great* big huge vast small little tiny humble
  much many more most less least lot lots bit bunch full fully whole entire* complete* completely all every any some enough plenty abundan* ton tons
  only just even still yet already really very so too quite rather such simply merely almost nearly especially particularly particular special
  grow* growing grew blossoming flourish* thrive* rise* rising soar* fly flying lift* lifts leave leaves left carry carries cross* learn* teach* taught
  quality qualities skill* ability character manner manners style attitude demeanor presence company bond bonds connection* link alliance union
  begin* began start* end ends ended final* finally last next future past present new old first second
  speechless breath* breathless silence* silent quiet* peace* peaceful calm* sooth* gentle soft* softly tender* pure* purity clear clarity true truth real genuine* honest* authentic* natural*
  want* need* needs like likes liked love* loves loved loving enjoy* prefer care cares cared remember* forget* forgot recall memory memories
  try tries tried add adds added allow* permit deliver* repay* repaid debt* owe* owed pay pays paid price cost reward* surpass* exceed* excel* outshin* eclips* dwarf* rival* match* compar*
  tell inform assure* assured insist* believe* confess* admit* declare* proclaim* repeat* repeating echo* reflect* mirror* return reciprocat*
  sonne* mond* stern* licht* leucht* strahl* glanz* himmel* erde welt* leben* seele* geist* blume* garten* meer* fluss* musik* melodie* lied* traum* traume* weg* wort* worte* nachricht*
  antwort* gesprach* austausch* tag* tage* morgen heute abend* nacht* zeit* moment* augenblick* immer ewigkeit* unendlich* stets nie mal wieder noch mehr hilf* hilfe* arbeit* muhe* beitrag* partner*
  mensch* leute sagen sage sagt gesagt fuhl* gefuhl* denk* gedanke* wissen weiss tun getan mach* macht gemacht geb* gibt geben kommen kommt geh* gehen geht find* sehen sieht horen hort lassen lass bleib* freude* tief* hoch* gross* ganz* sehr wirklich wahr* wahrlich echt* rein* einfach nur auch
  soleil* lune* etoile* lumiere* ciel* monde* terre* vie* ame* esprit* fleur* jardin* mer riviere* musique* melodie* chanson* reve* chemin* route* mot* mots parole* message* reponse* conversation* echange* jour* journee*
  matin soir* soiree* nuit* temps moment* instant* toujours jamais encore eternite* infini* aide* aider travail* effort* partenaire* personne* dire dit dites sens* sentir pense* pensee* sais savoir faire fait faites donne* donner vient venir va aller
  vraiment profond* grand* petit* tres tellement tout toute tous toutes aussi seul* simple* simplement cadeau* tresor* perle* etre homme femme
  sol luna estrella* luz cielo* mundo* tierra* vida* alma* espiritu* flor* jardin* mar rio musica* melodia* cancion* sueno* camino* palabra* mensaje* respuesta* conversacion* intercambio* dia dias manana tarde* noche* tiempo* momento* instante*
  siempre nunca jamas eternidad infinit* ayuda* ayudar trabajo* esfuerzo* socio* companero* persona* decir dice dicho siento sentir pienso pensar saber hacer hace hecho dar da doy viene venir ir voy verdad* verdader* realmente profund* grande* pequen* muy tanto tanta todo toda todos todas regalo* tesoro* perla* ser hombre mujer
  sole luna stella stelle luce cielo mondo* terra* vita* anima* spirito* fior* giardin* mare fiume musica* melodia* canzon* sogn* cammin* strada* parol* messagg* rispost* conversazion* scambi* giorn* giornat* mattin* ser* nott* tempo* moment* istant*
  sempre mai eternita infinit* aiut* lavor* sforz* partner* person* dire dice detto sent* pens* sapere so fare fa fatto dare do viene venire va andare vero vera davvero profond* grand* piccol* molto tanto tanta tutto tutta tutti tutte regal* tesor* perl* essere uomo donna
`;

/** Words that only hold sentences together, and those by which one agrees, asks politely or says that one has read. */
const FUNCTION = `
  a an the and or but nor if then than that this these those there here it its he she him her his hers they them their theirs we us our ours ourselves you your yours yourself i me my mine
  myself am is are was were be been being have has had having will would shall should can could may might must ought not no don doesn didn won isn aren wasn weren couldn wouldn shouldn cannot t s d ll re ve m
  of to in on at by for from with without into onto upon over under about across after before between through during since until till as while when where who whom whose which what why how because although though however therefore
  thus hence also too else out up down off away back own same very per via around along alongside toward towards against despite unless whether either neither well oh ah aw aww um hmm ha haha my gosh goodness dear
  der die das den dem des ein eine einen einem einer eines und oder aber doch sondern wenn dann als dass daß dies diese dieser dieses diesen jene es er sie ihm ihr ihn ihnen wir uns unser unsere unseren euch euer eure du dir dich dein deine deinen deiner deinem deines ihre ihren ihrer ihrem
  ich mir mich mein meine meinen meiner meinem bin ist sind war waren sein gewesen habe hast hat haben hatte hatten wird werden wurde wurden worden kann konnen konnte muss mussen soll sollen will wollen darf durfen mag mochte nicht kein keine keinen keiner von zu zum zur in im ins an am auf bei fur mit ohne aus
  nach vor uber unter durch um gegen seit bis wegen wie wo wer was warum weil obwohl so hier da dort schon nun ja nein eben halt bloss etwas nichts jede jeder jedes man selbst sich ihr's
  le la les un une des du de d l et ou mais donc or ni car que qui quoi dont ou si ce cet cette ces ca c il elle ils elles nous vous je j me m te t se s mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs y en ne n pas plus non
  suis es est sommes etes sont etait etaient etre ete ai as a avons avez ont avoir avait peux peut pouvez dois doit au aux dans sur sous par pour avec sans chez entre vers comme quand comment pourquoi tres bien si tant meme autre autres quel quelle quels quelles ici voila cela ceci
  el los las lo unos unas del al y e o u pero sino porque como cuando donde quien que cual cuales este esta estos estas ese esa esos esas aquel eso esto su sus mi mis tu tus nuestro nuestra nuestros nuestras yo me te se nos os le les soy eres es somos son era fue ser estar estoy esta estan estamos he has ha
  hemos han haber habia puedo puede por para con sin sobre entre hasta desde hacia no ni mas menos muy ya aun tan usted ustedes ti conmigo contigo
  il lo gli i un uno una dei degli delle di del dello della da dal dallo dalla nel nello nella nei nelle sul sullo sulla con per tra fra su e ed o ma anche se che chi cui non mi ti ci vi si mio mia miei mie tuo tua tuoi tue suo sua suoi sue nostro nostra vostro vostra io tu lui lei noi voi loro sono sei e siamo siete era ero
  stato stata ho hai ha abbiamo avete hanno avere posso puo come quando dove perche quale questo questa questi queste quello quella piu meno gia ancora cosi ne le al allo alla ai agli alle
  please kindly yes ok okay alright fine right sure certainly definitely exactly totally absolutely agreed acknowledged roger understood noted received copy sorry apolog* excuse hello hi hey indeed problem trouble mention good better nice nicely bitte jawohl klar stimmt einverstanden verstanden genau jederzeit ursache hallo gut gute guten gutes prima oui certes d'accord rien egalement bonjour desol* vale acuerdo claro nada tambien hola certo niente ciao entschuldig* excus* disculp* lament* scus* dispiac* super cool perfect* great parfait* perfett* support* unterstutz* value* trust* vertrau* pardon* perdon*
`;

interface Lexicon {
  whole: Set<string>;
  beginnings: Set<string>;
}

function lexiconOf(words: string): Lexicon {
  const all = words.split(/\s+/).filter((word) => word !== '');
  return {
    whole: new Set(all.filter((word) => !word.endsWith('*'))),
    beginnings: new Set(all.filter((word) => word.endsWith('*')).map((word) => word.slice(0, -1))),
  };
}

const lexicons: Array<[WordKind, Lexicon]> = [
  ['function', lexiconOf(FUNCTION)],
  ['courtesy', lexiconOf(COURTESY)],
  ['ornament', lexiconOf(ORNAMENT)],
];

export type WordKind = 'courtesy' | 'ornament' | 'function' | 'content';

/** Shorter beginnings would take in too much. */
const SHORTEST_BEGINNING = 3;

/** What a word is, in small letters and without accents. */
export function kindOf(word: string): WordKind {
  for (const [kind, { whole }] of lexicons) if (whole.has(word)) return kind;
  for (let length = Math.min(word.length, 12); length >= SHORTEST_BEGINNING; length -= 1) {
    const beginning = word.slice(0, length);
    for (const [kind, { beginnings }] of lexicons) if (beginnings.has(beginning)) return kind;
  }
  return 'content';
}
