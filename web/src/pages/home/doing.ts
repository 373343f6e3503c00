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

/** "Read budget.xlsx" as "Reading budget.xlsx"; words of people stay as they are, behind "Working on". */
export function doing(goal: string): string {
  const [, verb = '', rest = ''] = /^(\p{L}+)(.*)$/su.exec(goal.trim()) ?? [];
  const form = Object.hasOwn(FORMS, verb.toLowerCase()) ? FORMS[verb.toLowerCase()] : undefined;
  return form && /^\s/u.test(rest) ? `${form}${rest}` : `Working on: ${goal.trim()}`;
}
