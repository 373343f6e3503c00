import type { CadreEvent } from '../api/models.ts';
import { CONTROL_SENTENCES } from './control-sentences.ts';
import { GROUP_SENTENCES } from './group-sentences.ts';
import { LEDGER_SENTENCES } from './ledger-sentences.ts';
import { MODEL_SENTENCES } from './model-sentences.ts';
import { PLAN_SENTENCES } from './plan-sentences.ts';
import { SCHEDULE_SENTENCES } from './schedule-sentences.ts';
import {
  agentBy,
  attempt,
  because,
  by,
  closed,
  counted,
  type EventType,
  errorOf,
  type Names,
  number,
  of,
  type Part,
  type Say,
  seconds,
  sentence,
  subject,
  text,
  what,
} from './sentence-parts.ts';

export type { EventType, Names, Part } from './sentence-parts.ts';

/**
 * Events in plain words, one sentence each. What people, documents and agents wrote stands apart from our words, so
 * that the page can give it a direction of its own.
 */

/** What a worker does with a task, by the kind of its run. */
const RUNS: Record<string, string> = {
  'chief.plan': 'the planning of ',
  'chief.conclude': 'the conclusion of ',
};

const versionSentence = (kind: string, data: CadreEvent['data']): Part[] => [
  `The ${kind} `,
  of(data.name, 'without a name'),
  ` was saved as version ${number(data.version) ?? 'unknown'}.`,
];

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
  'task.answered-late': (event, names) =>
    sentence(
      agentBy(event.agentId, names),
      ' answered too late on ',
      what(event, names),
      '; it changes nothing.',
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
  'conversation.stopped': (event, names) => {
    const [one, other] = Array.isArray(event.data.agents) ? event.data.agents : [];
    return [
      'The talk of ',
      agentBy(one, names),
      ' with ',
      agentBy(other, names, 'another agent'),
      ' was stopped: nothing new was said.',
    ];
  },
  'message.refused': ({ data }) => ['A message was not sent: ', of(data.sentence, 'it was refused'), '.'],
  'topic.subscribed': ({ data }) => [
    of(data.name, 'An agent'),
    ' gets what is published on ',
    of(data.topic, 'a topic'),
    '.',
  ],
  'topic.published': ({ data }) => [
    of(data.subject, 'A message'),
    ' was published on ',
    of(data.topic, 'a topic'),
    ` for ${counted(data.recipients, 'agent', 'some')}`,
    '.',
  ],
  'topic.unsubscribed': ({ data }) => [
    of(data.name, 'An agent'),
    ' gets no more of ',
    of(data.topic, 'a topic'),
    '.',
  ],
  'agent.emitted': ({ data }) => [
    of(data.agent ?? data.by, 'Somebody'),
    ' said: ',
    of(data.name, 'something'),
    '.',
  ],
  'listener.added': ({ data }) => [
    of(data.name, 'An agent'),
    ' listens to ',
    of(data.eventType, 'events'),
    '.',
  ],
  'listener.removed': ({ data }) => [
    of(data.name, 'An agent'),
    ' listens no more to ',
    of(data.eventType, 'events'),
    '.',
  ],
  'note.kept': (event, names) => sentence(agentBy(event.agentId, names), ' was told: ', subject(event), '.'),
  'conversation.shared': ({ data }) => [
    of(data.by, 'Somebody'),
    data.removed === true ? ' took back ' : ' shared ',
    of(data.key, 'something'),
    data.removed === true ? ' from a conversation.' : ' in a conversation.',
  ],
  'prompt.seeded': ({ data }) => [
    `${number(data.prompts) ?? 'Some'} prompts and ${number(data.templates) ?? 'some'} templates to begin with were added.`,
  ],
  'prompt.saved': ({ data }) => versionSentence('prompt', data),
  'prompt.archived': ({ data }) => ['The prompt ', of(data.name, 'without a name'), ' was archived.'],
  'template.saved': ({ data }) => versionSentence('template', data),
  'template.archived': ({ data }) => ['The template ', of(data.name, 'without a name'), ' was archived.'],
  ...GROUP_SENTENCES,
  ...LEDGER_SENTENCES,
  ...SCHEDULE_SENTENCES,
  ...CONTROL_SENTENCES,
  ...MODEL_SENTENCES,
  ...PLAN_SENTENCES,
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
  return say ? closed(say(event, names)) : [`${event.type}.`];
}

/** The sentence as one text, for the filter. */
export const asText = (parts: readonly Part[]): string =>
  parts.map((part) => (typeof part === 'string' ? part : part.of)).join('');
