import type { CadreEvent } from '../../api/models.ts';

/** Something that happened, in plain words. */
export interface Happening {
  key: string;
  at: string;
  sentence: string;
  /** Where it can be seen. */
  taskId?: string;
  agentId?: string;
}

/** Names and goals that events do not repeat. */
export interface Known {
  agentName(id: string): string | undefined;
}

export const MOST_HAPPENINGS = 6;

/** Events that people want to hear of; undefined for the many others. */
export function happeningOf(event: CadreEvent, known: Known): Happening | undefined {
  const sentence = sentenceFor(event, known);
  if (!sentence) return undefined;
  const { cursor, at, rootId, taskId, agentId } = event;
  const task = rootId ?? taskId;
  return {
    key: cursor,
    at,
    sentence,
    ...(task ? { taskId: task } : agentId && { agentId }),
  };
}

function sentenceFor({ type, taskId, rootId, agentId, data }: CadreEvent, known: Known): string | undefined {
  const name = text(data.name) ?? (agentId ? known.agentName(agentId) : undefined) ?? 'An agent';
  switch (type) {
    case 'task.submitted':
      return `A new goal came in: ${short(text(data.goal))}`;
    case 'plan.made': {
      const steps = Array.isArray(data.steps) ? data.steps.length : 0;
      return `${name} made a plan of ${steps === 1 ? 'one step' : `${steps} steps`}`;
    }
    case 'task.settled':
      return taskId === rootId ? settled(data) : failedStep(name, data);
    case 'task.reassigned':
      return `${name} took over a step`;
    case 'task.paused':
      return 'A task was paused';
    case 'task.resumed':
      return 'A task was resumed';
    case 'task.retried':
      return 'A task is tried again';
    case 'agent.created':
      return `${name} joined the team`;
    case 'agent.removed':
      return `${name} left the team`;
    case 'agent.updated':
      if (data.enabled === true) return `${name} was activated`;
      return data.enabled === false ? `${name} was deactivated` : `${name} has a new spec`;
    case 'agent.status-changed':
      if (data.to === 'offline') return `${name} is offline: its heartbeat was lost`;
      if (data.to === 'error') return `${name} did not pass the bootstrap check`;
      return data.from === 'offline' ? `${name} is back` : undefined;
    case 'file.stored':
      return `${short(text(data.name))} was stored`;
    default:
      return undefined;
  }
}

function settled(data: CadreEvent['data']): string {
  const sentence = text(data.sentence);
  return sentence ? `A task ${data.status}: ${short(sentence)}` : `A task ${data.status}`;
}

function failedStep(name: string, { status, sentence }: CadreEvent['data']): string | undefined {
  if (status !== 'failed') return undefined;
  return `A step of ${name} failed: ${short(text(sentence))}`;
}

/** The newest first, at most a few; files that came together are told as one. */
export function addHappenings(
  before: readonly Happening[],
  events: readonly CadreEvent[],
  known: Known,
): readonly Happening[] {
  const stored = events.filter(({ type }) => type === 'file.stored');
  const told = stored.length > 1 ? events.filter(({ type }) => type !== 'file.stored') : events;
  const more = told.flatMap((event) => happeningOf(event, known) ?? []);
  const last = stored.at(-1);
  if (stored.length > 1 && last)
    more.push({ key: last.cursor, at: last.at, sentence: `${stored.length} files were stored` });
  if (more.length === 0) return before;
  return [...more.reverse(), ...before].slice(0, MOST_HAPPENINGS);
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const LONGEST = 110;
const short = (words = ''): string =>
  words.length > LONGEST ? `${words.slice(0, LONGEST).trimEnd()} …` : words;
