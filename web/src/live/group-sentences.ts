import {
  agentBy,
  because,
  by,
  counted,
  type EventType,
  failureWords,
  number,
  of,
  type Say,
  sentence,
} from './sentence-parts.ts';

/** What groups of agents do: teams, votes, collaborations, searches, solutions. */
export const GROUP_SENTENCES = {
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
    of(data.winner ?? failureWords(data.reason), 'without an outcome'),
    '.',
  ],
  'collaboration.started': ({ data }) => [
    `${counted(data.members, 'agent', 'Some')} ${data.members === 1 ? 'was' : 'were'} asked ${data.kind === 'experiment' ? 'to try out: ' : 'to work together on: '}`,
    of(data.what, 'something'),
    '.',
  ],
  'collaboration.contributed': ({ data }) =>
    data.status === 'answered'
      ? [of(data.agent, 'An agent'), ' contributed to: ', of(data.what, 'a collaboration'), '.']
      : [
          of(data.agent, 'An agent'),
          ' did not contribute to ',
          of(data.what, 'a collaboration'),
          ...because(data.error),
          '.',
        ],
  'collaboration.ended': ({ data }) => [
    `The ${data.kind === 'experiment' ? 'experiment' : 'collaboration'} `,
    of(data.what, 'without a goal'),
    data.status === 'failed'
      ? ' failed'
      : ` ended with ${number(data.answered) ?? 'some'} of ${number(data.asked) ?? 'all'} requests answered`,
    ...because(data.reason),
    '.',
  ],
  'optimization.started': ({ data }) => [
    'A search for the best parameters of ',
    of(data.what, 'something'),
    ` began, with ${counted(data.planned, 'evaluation')} planned.`,
  ],
  'optimization.evaluated': ({ data }) => [
    `${counted(data.evaluations, 'set', 'Some')} of parameters of `,
    of(data.what, 'something'),
    data.evaluations === 1 ? ' was evaluated' : ' were evaluated',
    data.failed === 0 ? '.' : `, ${number(data.failed) ?? 'some'} without success.`,
  ],
  'optimization.ended': ({ data }) => [
    'The search for the best parameters of ',
    of(data.what, 'something'),
    data.status === 'failed' ? ' failed' : ` ended after ${counted(data.evaluations, 'evaluation')}`,
    ...because(data.reason),
    '.',
  ],
  'solution.started': ({ data }) => [
    `A question was put to ${counted(data.agents, 'agent')}: `,
    of(data.question, 'without a text'),
    '.',
  ],
  'solution.answered': (event, names) => {
    const { answer, status, question } = event.data;
    const did = status === 'answered' ? ' answered ' : ' gave no answer that counts to ';
    return sentence(
      agentBy(event.agentId, names),
      did,
      of(question, 'a question'),
      ...because(status === 'answered' ? answer : event.data.error),
      '.',
    );
  },
  'solution.closed': ({ data }) => [
    'The question ',
    of(data.question, 'without a text'),
    data.status === 'solved' ? ' was solved: ' : ' was not solved: ',
    of(data.answer ?? failureWords(data.reason), 'without an answer'),
    '.',
  ],
  'solution.judged': (event) =>
    sentence(
      by(event),
      event.data.correct === true ? ' judged right ' : ' judged wrong ',
      'what was answered to ',
      of(event.data.question, 'a question'),
      '.',
    ),
} satisfies Partial<Record<EventType, Say>>;
