import type { Vote } from '../../api/models.ts';
import type { Operations } from '../../api/types.ts';

/** What is typed and chosen for a vote. */
export interface VoteForm {
  question: string;
  /** One option a line. */
  options: string;
  rule: Vote['rule'];
  /** Whose members vote; '': the agents chosen. */
  teamId: string;
  voters: readonly string[];
  /** '': as the rule has it. */
  quorum: string;
  timeoutMs: string;
}

export const EMPTY_VOTE: VoteForm = {
  question: '',
  options: 'yes\nno',
  rule: 'majority',
  teamId: '',
  voters: [],
  quorum: '',
  timeoutMs: '600000',
};

export type VoteProblems = Partial<Record<keyof VoteForm, string>>;

export const optionsOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

/** The vote that a form describes, or what is wrong with each field: the rules of the server, said before it refuses. */
export function readVoteForm(
  form: VoteForm,
): { vote: Operations['votes.open']['input'] } | { problems: VoteProblems } {
  const question = form.question.trim();
  const options = optionsOf(form.options);
  const quorum = form.quorum.trim() === '' ? undefined : Number(form.quorum);
  const problems: VoteProblems = {
    ...(question === '' && { question: 'What is to be decided?' }),
    ...(question.length > 2_000 && { question: 'At most 2,000 characters.' }),
    ...optionProblem(options),
    ...(form.teamId === '' && form.voters.length === 0 && { teamId: 'Choose a team, or agents below.' }),
    ...(quorum !== undefined &&
      !(Number.isInteger(quorum) && quorum >= 1) && { quorum: 'A whole number from 1, or nothing.' }),
  };
  if (Object.keys(problems).length > 0) return { problems };
  return {
    vote: {
      question,
      options,
      rule: form.rule,
      ...(form.teamId !== '' ? { teamId: form.teamId } : { voters: [...form.voters] }),
      ...(quorum !== undefined && { quorum }),
      timeoutMs: Number(form.timeoutMs),
    },
  };
}

function optionProblem(options: readonly string[]): VoteProblems {
  if (options.length < 2) return { options: 'At least two, one a line.' };
  if (options.length > 50) return { options: 'At most 50.' };
  if (new Set(options).size < options.length) return { options: 'Each option once.' };
  return options.some((option) => option.length > 200) ? { options: 'At most 200 characters each.' } : {};
}
