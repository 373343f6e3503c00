import type { Topology } from '../../api/models.ts';
import type { Operations } from '../../api/types.ts';

/** What is typed and chosen for a new team. */
export interface TeamForm {
  name: string;
  description: string;
  topology: Topology;
  members: readonly string[];
  /** '': the first one leads. */
  lead: string;
  fanOut: string;
}

export const EMPTY_TEAM: TeamForm = {
  name: '',
  description: '',
  topology: 'adaptive',
  members: [],
  lead: '',
  fanOut: '8',
};

export type TeamProblems = Partial<Record<keyof TeamForm, string>>;

/** The rules of the server, said before it has to refuse. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._'"-]*$/u;

/** The team that a form describes, or what is wrong with each field. */
export function readTeamForm(
  form: TeamForm,
): { team: Operations['teams.create']['input'] } | { problems: TeamProblems } {
  const name = form.name.trim();
  const fanOut = Number(form.fanOut);
  const hasFanOut = form.topology === 'hierarchy' || form.topology === 'adaptive';
  const problems: TeamProblems = {
    ...(name === ''
      ? { name: 'Give it a name.' }
      : name.length > 80
        ? { name: 'At most 80 characters.' }
        : !NAME.test(name) && {
            name: 'Letters, digits, spaces and . _ - only, a letter or digit first.',
          }),
    ...(form.description.length > 2_000 && { description: 'At most 2,000 characters.' }),
    ...(hasFanOut &&
      !(Number.isInteger(fanOut) && fanOut >= 1 && fanOut <= 100) && {
        fanOut: 'A whole number from 1 to 100.',
      }),
  };
  if (Object.keys(problems).length > 0) return { problems };
  return {
    team: {
      name,
      description: form.description.trim(),
      topology: form.topology,
      members: [...form.members],
      ...(form.lead !== '' && form.members.includes(form.lead) && { lead: form.lead }),
      ...(hasFanOut && { fanOut }),
    },
  };
}
