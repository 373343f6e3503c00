/** Steps are named by what is to be done; while it is done they read better as what happens. */
const FORMS: Readonly<Record<string, string>> = {
  add: 'Adding',
  analyse: 'Analysing',
  analyze: 'Analysing',
  answer: 'Answering',
  build: 'Building',
  check: 'Checking',
  collect: 'Collecting',
  compare: 'Comparing',
  compute: 'Computing',
  extract: 'Extracting',
  find: 'Finding',
  link: 'Linking',
  list: 'Listing',
  look: 'Looking',
  make: 'Making',
  put: 'Putting',
  read: 'Reading',
  summarise: 'Summarising',
  summarize: 'Summarising',
  take: 'Taking',
  translate: 'Translating',
  write: 'Writing',
};

/** What live/working.ts says of a step that was named before this page was opened. */
const NAMELESS = 'a step';

/** "Read budget.xlsx" as "Reading budget.xlsx"; words of people stay as they are, behind "Working on". */
export function doing(goal: string): string {
  if (goal === NAMELESS) return 'Working on a step';
  const [, verb = '', rest = ''] = /^(\p{L}+)(.*)$/su.exec(goal.trim()) ?? [];
  const form = Object.hasOwn(FORMS, verb.toLowerCase()) ? FORMS[verb.toLowerCase()] : undefined;
  return form && /^\s/u.test(rest) ? `${form}${rest}` : `Working on: ${goal.trim()}`;
}
