/** Lists of names, loaded once per process on first use. Where they come from: gazetteer/README.md. */
import { readFileSync } from 'node:fs';

export interface Gazetteer {
  firstNames: ReadonlySet<string>;
  surnames: ReadonlySet<string>;
  /** People known by their full or last name alone, keyed as by `nameKey`. */
  people: ReadonlySet<string>;
  /** Common English words in lower case, inflected forms included. */
  words: ReadonlySet<string>;
  /** Capitalised words of a spelling list that are in none of the other lists. */
  proper: ReadonlySet<string>;
  /** Towns of the world, keyed as by `nameKey`. */
  cities: ReadonlySet<string>;
  /** Countries, states, regions, waters, mountains and well-known towns and sights. */
  places: ReadonlySet<string>;
  organisations: ReadonlySet<string>;
  /** Keys of places and organisations that are written in capitals only, such as WHO, US, ICE. */
  capitals: ReadonlySet<string>;
  /** Adjectives of nationality, languages, faiths: capitalised, and no place. */
  demonyms: ReadonlySet<string>;
}

let loaded: Gazetteer | undefined;

/** The lists; the first call reads about 0.8 MB. */
export function gazetteer(): Gazetteer {
  loaded ??= {
    firstNames: new Set([...read('first-names'), ...read('first-names-world')]),
    surnames: new Set([...read('surnames'), ...read('surnames-common')]),
    people: keyed('people'),
    words: read('words'),
    proper: read('proper'),
    cities: keyed('cities'),
    places: keyed('places', 'places-listed'),
    organisations: keyed('organisations', 'organisations-listed'),
    capitals: new Set(
      [...read('places'), ...read('organisations')]
        .filter((name) => /^[\p{Lu}.&]{2,6}$/u.test(name))
        .map(nameKey),
    ),
    demonyms: read('demonyms'),
  };
  return loaded;
}

/** The form under which a name is looked up: lower case, without dots, hyphens and apostrophes as spaces. */
export function nameKey(name: string): string {
  return name
    .toLowerCase()
    .replace(/\./g, '')
    .replace(/[-–'’\s]+/g, ' ')
    .trim();
}

function keyed(...names: string[]): Set<string> {
  return new Set(names.flatMap((name) => [...read(name)].map(nameKey)));
}

function read(name: string): Set<string> {
  const path = new URL(`./gazetteer/${name}.txt`, import.meta.url);
  const lines = readFileSync(path, 'utf8').split('\n');
  return new Set(
    lines.filter((line) => line !== '' && !line.startsWith('#')).flatMap((line) => line.split('; ')),
  );
}
