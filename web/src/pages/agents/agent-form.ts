import type { Operations } from '../../api/types.ts';
import { readTools, type ToolChoice } from './tool-choice.ts';

export type NewAgent = Operations['agents.create']['input'];

/** What is typed and chosen in the form; numbers as text. */
export interface AgentForm {
  kind: 'http' | 'model';
  name: string;
  description: string;
  capabilities: string;
  url: string;
  /** `provider/name`; empty: the rules of the tenant choose for each call. */
  model: string;
  instructions: string;
  tools: readonly ToolChoice[];
  /** Names of tools of plug-ins. */
  otherTools: string;
  /** For one attempt: a model takes longer than an endpoint. */
  minutes: string;
  maxConcurrent: string;
}

export const EMPTY_FORM: AgentForm = {
  kind: 'http',
  name: '',
  description: '',
  capabilities: '',
  url: '',
  model: '',
  instructions: '',
  tools: ['read'],
  otherTools: '',
  minutes: '10',
  maxConcurrent: '1',
};

export type FieldProblems = Partial<Record<keyof AgentForm, string>>;

/** The rules of the server (src/agents/agent.ts, model-executor.ts), said before it has to refuse. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._'"-]*$/u;
const CAPABILITY = /^[a-z0-9][a-z0-9._-]{0,79}$/i;
const MAX_INSTRUCTIONS = 20_000;
const MINUTE_MS = 60_000;

/** The agent that a form describes, or what is wrong with each field. */
export function readForm(form: AgentForm): { agent: NewAgent } | { problems: FieldProblems } {
  const name = form.name.trim();
  const capabilities = form.capabilities.split(/[\s,;]+/).filter(Boolean);
  const maxConcurrent = Number(form.maxConcurrent);
  const how = form.kind === 'model' ? readModel(form) : readHttp(form);
  const wrongCapabilities = capabilitiesProblem(capabilities, form.kind);
  const problems: FieldProblems = {
    ...(nameProblem(name) && { name: nameProblem(name) }),
    ...(form.description.length > 2_000 && { description: 'At most 2,000 characters.' }),
    ...(wrongCapabilities && { capabilities: wrongCapabilities }),
    ...how.problems,
    ...(!isWhole(maxConcurrent, 1_000) && { maxConcurrent: 'A whole number from 1 to 1,000.' }),
  };
  if (Object.keys(problems).length > 0) return { problems };
  return {
    agent: {
      name,
      description: form.description.trim(),
      capabilities: [...new Set(capabilities)].map((each) => ({ name: each })),
      ...how.part,
      maxConcurrent,
    },
  };
}

interface Read {
  part: Pick<NewAgent, 'executor' | 'timeoutMs'>;
  problems: FieldProblems;
}

function readHttp(form: AgentForm): Read {
  const url = form.url.trim();
  const wrong = urlProblem(url);
  return { part: { executor: { kind: 'http', url } }, problems: wrong ? { url: wrong } : {} };
}

function readModel(form: AgentForm): Read {
  const instructions = form.instructions.trim();
  const minutes = Number(form.minutes);
  const { tools, problem } = readTools(form.tools, form.otherTools);
  return {
    part: {
      executor: {
        kind: 'model',
        ...(form.model !== '' && { model: form.model }),
        ...(instructions !== '' && { instructions }),
        ...(tools && { tools }),
      },
      timeoutMs: minutes * MINUTE_MS,
    },
    problems: {
      ...(instructions.length > MAX_INSTRUCTIONS && { instructions: 'At most 20,000 characters.' }),
      ...(problem && { otherTools: problem }),
      ...(!isWhole(minutes, 60) && { minutes: 'A whole number from 1 to 60.' }),
    },
  };
}

const isWhole = (value: number, most: number): boolean =>
  Number.isInteger(value) && value >= 1 && value <= most;

function nameProblem(name: string): string {
  if (name === '') return 'Give it a name.';
  if (name.length > 80) return 'At most 80 characters.';
  return NAME.test(name) ? '' : 'Letters, digits, spaces and . _ - only, a letter or digit first.';
}

/** An agent with a model may have none: people can talk with it all the same. */
function capabilitiesProblem(capabilities: readonly string[], kind: AgentForm['kind']): string {
  if (capabilities.length === 0)
    return kind === 'model' ? '' : 'Name at least one, or no goal will ever reach it.';
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
