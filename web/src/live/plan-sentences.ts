import {
  because,
  by,
  type EventType,
  field,
  number,
  of,
  type Part,
  type Say,
  text,
} from './sentence-parts.ts';

/** What plans, workflows and approvals do. */
export const PLAN_SENTENCES = {
  'plan.advanced': ({ data }) => ['The plan goes on: ', stepsIn(data.steps), '.'],
  'plan.reviewed': ({ data }) =>
    data.by === 'rules'
      ? ['Nobody reviewed the result. ', of(data.because, 'The rules accepted it'), '.']
      : [
          data.verdict === 'rework'
            ? 'The review of the chief found something wrong'
            : 'The review of the chief is done',
          ...because(data.because),
          '.',
        ],
  'workflow.saved': (event) => [
    'The workflow ',
    of(event.data.name, 'without a name'),
    ` has version ${number(event.data.version) ?? 'unknown'}`,
    ' by ',
    by(event),
    '.',
  ],
  'workflow.published': (event) => [
    'New tasks of the workflow ',
    of(event.data.name, 'without a name'),
    ` follow version ${number(event.data.version) ?? 'unknown'}`,
    ' by ',
    by(event),
    '.',
  ],
  'workflow.changed': (event) => [
    'The workflow ',
    of(event.data.name, 'without a name'),
    event.data.status === 'paused' ? ' takes no new tasks' : ' takes new tasks again',
    ' by ',
    by(event),
    '.',
  ],
  'workflow.rejected': (event) => [
    'Version ',
    `${number(event.data.version) ?? 'unknown'} of the workflow `,
    of(event.data.name, 'without a name'),
    ' was rejected by ',
    by(event),
    ': ',
    of(event.data.reason, 'no reason given'),
    '.',
  ],
  'workflow.removed': (event) => [
    'The workflow ',
    of(event.data.name, 'without a name'),
    ' was removed by ',
    by(event),
    '.',
  ],
  'task.forked': (event) => [
    'It takes over what another task had done, and begins at ',
    of(event.data.step, 'a step'),
    ': ',
    by(event),
    ' asked for it.',
  ],
  'task.migrated': (event) => [
    `It follows version ${number(event.data.to) ?? 'unknown'} of its workflow now, by `,
    by(event),
    '.',
  ],
  'approval.requested': ({ data }) => ['A decision is asked for: ', of(data.ask, 'without a question'), '.'],
  'approval.escalated': ({ data }) => [
    'Nobody decided in time; others are asked: ',
    of(data.ask, 'without a question'),
    '.',
  ],
  'approval.decided': (event) =>
    event.data.decision === 'expired'
      ? [of(event.data.ask, 'A question'), ' was not decided in time.']
      : [
          of(event.data.ask, 'A question'),
          event.data.decision === 'approved' ? ' was approved by ' : ' was rejected by ',
          by(event),
          '.',
        ],
} satisfies Partial<Record<EventType, Say>>;

/** `fetch is completed, choice is running`, the first few. */
function stepsIn(steps: unknown): Part {
  const list = Array.isArray(steps) ? steps : [];
  const words = list
    .slice(0, 3)
    .map((step) => `${text(field(step, 'path')) ?? 'a step'} is ${text(field(step, 'status')) ?? 'new'}`);
  const more = list.length > 3 ? ` and ${list.length - 3} more` : '';
  return of(`${words.join(', ')}${more}`, 'something changed');
}
