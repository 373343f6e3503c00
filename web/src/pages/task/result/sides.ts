import type { Citation } from '../../../api/models.ts';
import type { Contradiction } from '../../../api/result.ts';

/** What one source says in a contradiction. `name` is '' where the sentence does not say whose words they are. */
export interface Side {
  name: string;
  text: string;
  citations: Citation[];
}

/** The sides of a contradiction, of its sentence `a.md says “…”; b.pdf says “…”`; one side when it has another form. */
export function sidesOf({ sentence, citations }: Contradiction, names: ReadonlyMap<string, string>): Side[] {
  const said = [...sentence.matchAll(/(?:^|; )(\S[^“”;]*?) says “(.*?)”(?=; \S[^“”;]*? says “|$)/gs)];
  if (said.length < 2) return [{ name: '', text: sentence, citations }];
  const taken = new Set<Citation>();
  return said.map(([, name = '', text = '']) => {
    const ofFile = citations.filter(({ fileId }) => names.get(fileId) === name);
    const same = ofFile.filter((each) => sameText(each.quote, text) && !taken.has(each));
    for (const each of same) taken.add(each);
    return { name, text, citations: same.length > 0 ? same : ofFile };
  });
}

const plain = (text: string) => text.replace(/[*_`]/g, '').replace(/\s+/g, ' ').trim();

function sameText(quote: string, text: string): boolean {
  const [left, right] = [plain(quote), plain(text)];
  return left.includes(right) || right.includes(left);
}
