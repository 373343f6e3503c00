/** Goals that the built-in chief understands (src/chief/wordings.ts), as a first idea of what can be asked. */
export const SUGGESTIONS: ReadonlyArray<{ label: string; goal: string }> = [
  { label: 'Brief me', goal: 'Brief me: who and what matters here, with sources' },
  { label: 'Add up what is paid', goal: 'What is the total of the amounts that are paid?' },
  { label: 'Make a timeline', goal: 'Make a timeline of what happened when' },
  { label: 'Who said what', goal: 'Who said that …?' },
  { label: 'Find contradictions', goal: 'Which statements contradict each other?' },
  { label: 'Compare two offers', goal: 'Compare the two offers' },
  { label: 'List people and organisations', goal: 'List all people and organisations that are mentioned' },
];

/** Where the words stand that a person has to fill in; undefined when the goal is whole. */
export function gapOf(goal: string): { start: number; end: number } | undefined {
  const start = goal.indexOf('…');
  return start < 0 ? undefined : { start, end: start + 1 };
}

/** The documents of `examples/harbour`, which the first start stores. */
const EXAMPLES: readonly string[] = [
  'budget.xlsx',
  'contract.json',
  'design-report.pdf',
  'minutes-2026-10-06.docx',
  'payments-2026.csv',
  'press-release.html',
  're-waiting-hall.eml',
  'residents-letter.txt',
  'site-notes.md',
  'waiting-hall.eml',
];

/** The example documents among stored files, one of each name, in the order of their names; all or none. */
export function examplesAmong<File extends { name: string }>(files: readonly File[]): File[] {
  const found = EXAMPLES.flatMap((name) => files.find((file) => file.name === name) ?? []);
  return found.length === EXAMPLES.length ? found : [];
}

/** One file of each name and size, newest first: what was sent twice is offered once. */
export function recentFiles<File extends { name: string; bytes: number; sha256: string }>(
  files: readonly File[],
  most: number,
): File[] {
  const seen = new Set<string>();
  return files
    .filter(({ name, sha256 }) => {
      const same = `${sha256} ${name}`;
      if (seen.has(same)) return false;
      seen.add(same);
      return true;
    })
    .slice(0, most);
}
