import type { Operations } from '../../api/types.ts';

export type NewAgent = Operations['agents.create']['input'];

/** What is typed into the form, as text. */
export interface AgentForm {
  name: string;
  description: string;
  capabilities: string;
  url: string;
  maxConcurrent: string;
}

export const EMPTY_FORM: AgentForm = {
  name: '',
  description: '',
  capabilities: '',
  url: '',
  maxConcurrent: '1',
};

export type FieldProblems = Partial<Record<keyof AgentForm, string>>;

/** The rules of the server (src/agents/agent.ts), said before it has to refuse. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._'"-]*$/u;
const CAPABILITY = /^[a-z0-9][a-z0-9._-]{0,79}$/i;

/** The agent that a form describes, or what is wrong with each field. */
export function readForm(form: AgentForm): { agent: NewAgent } | { problems: FieldProblems } {
  const name = form.name.trim();
  const capabilities = form.capabilities.split(/[\s,;]+/).filter(Boolean);
  const url = form.url.trim();
  const maxConcurrent = Number(form.maxConcurrent);
  const problems: FieldProblems = {
    ...(nameProblem(name) && { name: nameProblem(name) }),
    ...(form.description.length > 2_000 && { description: 'At most 2,000 characters.' }),
    ...(capabilitiesProblem(capabilities) && { capabilities: capabilitiesProblem(capabilities) }),
    ...(urlProblem(url) && { url: urlProblem(url) }),
    ...(!(Number.isInteger(maxConcurrent) && maxConcurrent >= 1 && maxConcurrent <= 1_000) && {
      maxConcurrent: 'A whole number from 1 to 1,000.',
    }),
  };
  if (Object.keys(problems).length > 0) return { problems };
  return {
    agent: {
      name,
      description: form.description.trim(),
      capabilities: [...new Set(capabilities)].map((each) => ({ name: each })),
      executor: { kind: 'http', url },
      maxConcurrent,
    },
  };
}

function nameProblem(name: string): string {
  if (name === '') return 'Give it a name.';
  if (name.length > 80) return 'At most 80 characters.';
  return NAME.test(name) ? '' : 'Letters, digits, spaces and . _ - only, a letter or digit first.';
}

function capabilitiesProblem(capabilities: readonly string[]): string {
  if (capabilities.length === 0) return 'Name at least one, or no goal will ever reach it.';
  if (capabilities.length > 100) return 'At most 100.';
  const wrong = capabilities.find((each) => !CAPABILITY.test(each));
  return wrong === undefined
    ? ''
    : `“${wrong}” is not one: letters, digits and . _ - only, such as text.translate.`;
}

function urlProblem(url: string): string {
  if (url === '') return 'Where does it listen?';
  const parsed = URL.parse(url);
  if (!parsed || !/^https?:$/.test(parsed.protocol))
    return 'An address that begins with http:// or https://.';
  return '';
}
