import { fold, wordsIn } from '../../operator/skills/words.ts';
import { BUILT_IN_CAPABILITIES } from '../../tasks/plan.ts';
import type { GoalFile } from '../goal.ts';
import type { PlanRequest } from '../request.ts';
import { aliasOf } from './build.ts';

/**
 * What a planning model sees of files and agents (GUARANTEES section 4). Pure. It never sees text that came from
 * outside: of a file its type, and of its name only words that the person said already, words for kinds of documents,
 * and short numbers. A name that holds an instruction cannot carry it here.
 */

/** A file as the planner sees it. */
export interface SeenFile {
  file: string;
  type: string;
  about: string[];
}

/** Words of names that say what a document is. */
const KINDS = new Set(
  `agenda agreement audit balance bank bill brief budget catalogue contract cost customer data draft email employee
  expense final forecast history inventory invoice job letter list log mail measurement meeting memo minutes notes
  offer order paper payment payments payroll plan policy presentation price prices product project proposal protocol
  purchase quarter quote receipt record report result review salary sales schedule slides specification staff
  statement stock summary supplier survey table task terms timetable transcript vendor`.split(/\s+/),
);
const MAX_WORDS = 6;

export function seenFiles(files: readonly GoalFile[], goal: string): SeenFile[] {
  const said = new Set(wordsIn(fold(goal)).map(({ text }) => text));
  return files.map((file, index) => ({
    file: aliasOf(index),
    type: /^[a-z0-9]{1,8}$/.test(file.type) ? file.type : 'unknown',
    about: wordsIn(fold(file.name).replace(/[_.-]/g, ' '))
      .map(({ text }) => text)
      .filter((word) => said.has(word) || KINDS.has(word) || /^\d{1,4}$/.test(word))
      .slice(0, MAX_WORDS),
  }));
}

/** What the agents of a tenant did so far with a capability. */
export interface CapabilityRecord {
  capability: string;
  agents: number;
  succeeded: number;
  failed: number;
  averageMs: number;
  /** What its agents say of themselves; written by those who may make agents. */
  about: string;
}

const MAX_ABOUT = 200;

/** What each built-in skill does with files. Reading is not among them: it is planned by code. */
const SKILLS: Readonly<Record<string, string>> = {
  'tables.compute': 'answers a question by computing over tables',
  'facts.extract': 'lists facts such as amounts, dates, people, addresses',
  'timeline.build': 'puts events in order of time',
  'documents.compare': 'compares documents: what both say, what differs',
  'question.answer': 'answers a question by quoted passages',
  'statements.attribute': 'finds who said what',
  'documents.link': 'links the same people, organisations and amounts across documents; a brief needs it',
  'contradictions.find': 'finds statements that cannot both be right',
  'brief.write': 'writes a brief: who and what matters; use it after documents.link',
  'report.write':
    'writes the answer a person reads, out of the results of the other skills here that it depends on',
  'claims.verify': 'checks each claim of a brief or report against its source',
};

/** One line for each capability that somebody offers, with what was measured. */
export function seenCapabilities(
  { capabilities }: Pick<PlanRequest, 'capabilities'>,
  records: readonly CapabilityRecord[],
): string[] {
  const hidden = new Set<string>([...BUILT_IN_CAPABILITIES.reader, 'documents.analyze']);
  return capabilities
    .filter(({ capability, agents }) => agents > 0 && !hidden.has(capability))
    .map(({ capability, agents }) => {
      const record = records.find((one) => one.capability === capability);
      const done = (record?.succeeded ?? 0) + (record?.failed ?? 0);
      const measured =
        record && done > 0
          ? `${record.succeeded} of ${done} tasks succeeded, ${Math.round(record.averageMs)} ms on average`
          : 'nothing measured yet';
      const about = SKILLS[capability] ?? record?.about.replace(/\s+/g, ' ').slice(0, MAX_ABOUT) ?? '';
      return `- ${capability}${about ? `: ${about}` : ''} (${agents} ${agents === 1 ? 'agent' : 'agents'}; ${measured})`;
    });
}
