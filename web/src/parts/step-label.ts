import { inWords } from './in-words.ts';

const bare = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
/** A file name has a few words at most. */
const MOST_WORDS = 8;

/**
 * The name of a step in words, with the file it is about as the file is called: `examine-site-notes-md`, whose goal
 * ends with "in site-notes.md", is "Examine site-notes.md".
 */
export function labelOf(name: string, goal: string): string {
  const words = goal.trim().split(/\s+/);
  for (let count = Math.min(MOST_WORDS, words.length); count > 0; count -= 1) {
    const ending = words.slice(-count).join(' ');
    if (!ending.includes('.') || !bare(name).endsWith(bare(ending))) continue;
    const rest = bare(name).length - bare(ending).length;
    let head = '';
    for (const letter of name) {
      if (bare(head + letter).length > rest) break;
      head += letter;
    }
    const start = inWords(head.replace(/[-_]+$/, ''));
    return start ? `${start} ${ending}` : ending;
  }
  return inWords(name);
}
