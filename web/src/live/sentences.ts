import type { CadreEvent } from '../api/models.ts';
import { inWords } from '../parts/in-words.ts';

/**
 * Events in plain words, one sentence each. What people, documents and agents wrote stands apart from our words, so
 * that the page can give it a direction of its own.
 */

export type EventType = CadreEvent['type'];
/** Our words, or words of somebody else. */
export type Part = string | { of: string };

/** Names for ids, as far as the page knows them. */
export interface Names {
  agent(id: string): string | undefined;
  /** The step a task carries out, in words. */
  step(taskId: string): string | undefined;
}

type Say = (event: CadreEvent, names: Names) => Part[];

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;
const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined; // read as unknown
const of = (value: unknown, otherwise: string): Part => {
  const known = text(value)?.replace(/\.$/, '');
  return known ? { of: known } : otherwise;
};

const agentBy = (id: unknown, names: Names, otherwise = 'an agent'): Part =>
  of(text(id) === undefined ? undefined : names.agent(String(id)), otherwise);
const by = (event: CadreEvent): Part => of(field(event.data.by, 'name') ?? event.data.by, 'somebody');

/** The task an event is about: a step in words, else the task itself. */
function what(event: CadreEvent, names: Names): Part {
  const known = event.taskId === null ? undefined : names.step(event.taskId);
  if (known) return { of: `“${known}”` };
  const step = text(event.data.step);
  if (step) return { of: `“${inWords(step)}”` };
  return event.taskId !== null && event.taskId === event.rootId ? 'the task' : 'a step';
}

/** With a capital letter where our own words begin the sentence. */
function sentence(...parts: Part[]): Part[] {
  const [first, ...rest] = parts;
  return typeof first === 'string' ? [first.charAt(0).toUpperCase() + first.slice(1), ...rest] : parts;
}

const seconds = (ms: number | undefined): string =>
  ms === undefined ? 'a moment' : `${Number((ms / 1_000).toFixed(1))} s`;
const attempt = (event: CadreEvent): string => {
  const count = number(event.data.attempt) ?? 1;
  return count > 1 ? `, attempt ${count}` : '';
};
/** Reasons come with or without their full stop; ours follows. */
const because = (reason: unknown): Part[] => {
  const known = text(reason)?.replace(/\.$/, '');
  return known ? [': ', { of: known }] : [];
};
const errorOf = (event: CadreEvent): Part[] => because(field(event.data.error, 'message'));
const subject = (event: CadreEvent): Part => of(event.data.subject, 'a message');

/** What a worker does with a task, by the kind of its run. */
const RUNS: Record<string, string> = {
  'chief.plan': 'the planning of ',
  'chief.conclude': 'the conclusion of ',
};

/** A sentence for every type there is; the compiler and a test see to that. */
export const SENTENCES: Record<EventType, Say> = {
  'tenant.created': ({ data }) => ['The tenant ', of(data.name, 'without a name'), ' was created.'],
  'key.created': ({ data }) => ['The key ', of(data.name, 'without a name'), ' was created.'],
  'key.revoked': ({ data }) => ['The key ', of(data.name, 'without a name'), ' was revoked.'],
  'session.opened': ({ data }) => ['Somebody signed in as ', of(data.role, 'a member'), '.'],
  'agent.created': ({ data }) => ['The agent ', of(data.name, 'without a name'), ' joined the team.'],
  'agent.updated': ({ data }) => [
    'The agent ',
    of(data.name, 'without a name'),
    data.enabled === false
      ? ' was deactivated.'
      : data.enabled === true
        ? ' was activated.'
        : ' was changed.',
  ],
  'agent.status-changed': ({ data }) => [
    of(data.name, 'An agent'),
    ' is now ',
    of(data.to, 'in another state'),
    ...because(data.reason),
    '.',
  ],
  'agent.removed': ({ data }) => ['The agent ', of(data.name, 'without a name'), ' left the team.'],
  'task.submitted': ({ data }) => ['The task was submitted: ', of(data.goal, 'no goal is known'), '.'],
  'task.assigned': (event, names) =>
    sentence(
      what(event, names),
      ' was given to ',
      of(event.data.name, 'an agent'),
      ...because(event.data.because),
      '.',
    ),
  'task.reassigned': (event, names) =>
    sentence(
      what(event, names),
      ' went from ',
      agentBy(event.data.from, names),
      ' to ',
      of(event.data.name, 'another agent'),
      ...because(event.data.because),
      '.',
    ),
  'task.started': (event, names) =>
    sentence(agentBy(event.agentId, names), ' began ', what(event, names), `${attempt(event)}.`),
  'task.progressed': (event, names) =>
    sentence(what(event, names), ' made progress', ...because(event.data.message), '.'),
  'task.paused': (event, names) => sentence(by(event), ' paused ', what(event, names), '.'),
  'task.resumed': (event, names) => sentence(by(event), ' resumed ', what(event, names), '.'),
  'task.retried': (event, names) => sentence(by(event), ' had ', what(event, names), ' tried again.'),
  'task.changed': (event, names) =>
    sentence(
      by(event),
      ' changed the priority of ',
      what(event, names),
      ` to ${number(event.data.priority) ?? 'another value'}.`,
    ),
  'task.settled': (event, names) => {
    const status = text(event.data.status);
    const ended =
      status === 'completed' ? ' was completed' : status === 'failed' ? ' failed' : ' was terminated';
    return sentence(
      what(event, names),
      ended,
      ...(event.data.sentence === 'It was done.' ? [] : because(event.data.sentence)),
      '.',
    );
  },
  'plan.made': (event, names) => {
    const count = Array.isArray(event.data.steps) ? event.data.steps.length : 0;
    return sentence(
      agentBy(event.agentId, names, 'the chief'),
      ` made a plan of ${count} ${count === 1 ? 'step' : 'steps'}`,
      ...because(event.data.because),
      '.',
    );
  },
  'run.claimed': (event, names) => {
    const part = RUNS[text(event.data.kind) ?? ''] ?? '';
    return ['A worker took ', part, what(event, names), ` in hand${attempt(event)}.`];
  },
  'run.retried': (event, names) =>
    sentence(
      what(event, names),
      ` did not work out and is tried again in ${seconds(number(event.data.delayMs))}`,
      ...errorOf(event),
      '.',
    ),
  'run.lease-expired': (event, names) => [
    'The worker on ',
    what(event, names),
    ' went silent; another one goes on after the last checkpoint.',
  ],
  'run.fenced': (event, names) => [
    'A late result for ',
    what(event, names),
    ' was refused: a newer attempt owns the work.',
  ],
  'run.dead': (event, names) =>
    sentence(
      what(event, names),
      ` was given up after ${number(event.data.attempts) ?? 'all'} attempts`,
      ...errorOf(event),
      '.',
    ),
  'message.sent': (event, names) => {
    const from = agentBy(event.data.from, names);
    const to = agentBy(event.data.to, names, 'another agent');
    if (event.data.kind === 'task_delegation')
      return sentence(from, ' asked ', to, ' to do: ', subject(event), '.');
    if (event.data.kind === 'status_update')
      return sentence(from, ' answered ', to, ' about: ', subject(event), '.');
    return sentence(from, ' wrote to ', to, ': ', subject(event), '.');
  },
  'message.delivered': (event, names) =>
    sentence(
      agentBy(event.data.to, names),
      event.data.again === true ? ' received once more: ' : ' received: ',
      subject(event),
      '.',
    ),
  'message.acknowledged': (event, names) =>
    sentence(agentBy(event.data.to, names), ' closed the message: ', subject(event), '.'),
  'message.expired': (event, names) => [
    'A message to ',
    agentBy(event.data.to, names),
    ' expired unread: ',
    subject(event),
    '.',
  ],
  'message.dead': (event, names) => [
    'A message to ',
    agentBy(event.data.to, names),
    ' was given up: ',
    subject(event),
    '.',
  ],
  'message.failed': (event, names) =>
    sentence(
      agentBy(event.data.to, names),
      ' could not handle the message ',
      subject(event),
      ...errorOf(event),
      '.',
    ),
  'message.retried': (event, names) =>
    sentence(
      agentBy(event.data.to, names),
      ' failed with the message ',
      subject(event),
      ' and gets it again.',
    ),
  'message.redriven': (event, names) => [
    'A message to ',
    agentBy(event.data.to, names),
    ' was sent once more: ',
    subject(event),
    '.',
  ],
  'message.refused': ({ data }) => ['An answer was not sent: ', of(data.sentence, 'it was refused'), '.'],
  'topic.subscribed': ({ data }) => [
    of(data.name, 'An agent'),
    ' gets what is published on ',
    of(data.topic, 'a topic'),
    '.',
  ],
  'topic.unsubscribed': ({ data }) => [
    of(data.name, 'An agent'),
    ' gets no more of ',
    of(data.topic, 'a topic'),
    '.',
  ],
  'note.kept': (event, names) => sentence(agentBy(event.agentId, names), ' was told: ', subject(event), '.'),
  'team.created': ({ data }) => ['The team ', of(data.team, 'without a name'), ' was made.'],
  'team.changed': ({ data }) => ['The team ', of(data.team, 'without a name'), ' was changed.'],
  'team.removed': ({ data }) => ['The team ', of(data.team, 'without a name'), ' was removed.'],
  'team.joined': ({ data }) => [
    of(data.agent, 'An agent'),
    ' joined the team ',
    of(data.team, 'without a name'),
    '.',
  ],
  'team.left': ({ data }) => [
    of(data.agent, 'An agent'),
    ' left the team ',
    of(data.team, 'without a name'),
    '.',
  ],
  'team.topology-changed': ({ data }) => [
    'The team ',
    of(data.name, 'without a name'),
    ' works as ',
    of(data.to, 'another shape'),
    ' now',
    ...because(data.because),
    '.',
  ],
  'team.leader-changed': (event, names) =>
    sentence(
      agentBy(event.agentId, names),
      event.data.resigned === true ? ' leads no more: the team ' : ' leads the team ',
      of(event.data.team, 'without a name'),
      ` in term ${number(event.data.term) ?? 'unknown'}.`,
    ),
  'team.route-broken': ({ data }) => [
    'Not everybody in the team ',
    of(data.team, 'without a name'),
    ' was reached',
    ...because(data.because),
    '.',
  ],
  'vote.opened': ({ data }) => ['A vote was opened: ', of(data.question, 'without a question'), '.'],
  'vote.cast': (event, names) =>
    sentence(agentBy(event.agentId, names), ' voted on ', of(event.data.question, 'a question'), '.'),
  'vote.refused': ({ data }) => ['A ballot did not count: ', of(data.sentence, 'it was refused'), '.'],
  'vote.closed': ({ data }) => [
    'The vote on ',
    of(data.question, 'a question'),
    data.status === 'decided' ? ' was decided: ' : ' failed: ',
    of(data.winner ?? data.reason, 'without an outcome'),
    '.',
  ],
  'file.stored': ({ data }) => ['The file ', of(data.name, 'without a name'), ' was stored.'],
  'file.read': ({ data }) => ['The file ', of(data.name, 'without a name'), ' was read.'],
  'file.analyzed': ({ data }) => [
    'A file was examined: it is of the kind ',
    of(data.class, 'unknown'),
    ` and has ${number(data.mentions) ?? 'some'} mentions.`,
  ],
  'outcome.recorded': (event, names) => {
    const score = number(event.data.score);
    const rated = score === 1 ? 'as good' : score === 0 ? 'as not good' : `with ${score ?? 'a score'} of 1`;
    return sentence(
      by(event),
      ' rated ',
      what(event, names),
      ` ${rated}`,
      ...because(event.data.comment),
      '.',
    );
  },
};

/** An event in plain words. A type this page does not know yet is named as it is. */
export function sentenceOf(event: CadreEvent, names: Names): Part[] {
  const say: Say | undefined = SENTENCES[event.type];
  return say ? say(event, names) : [`${event.type}.`];
}

/** The sentence as one text, for the filter. */
export const asText = (parts: readonly Part[]): string =>
  parts.map((part) => (typeof part === 'string' ? part : part.of)).join('');
