import {
  agentBy,
  because,
  by,
  type EventType,
  number,
  of,
  type Part,
  type Say,
  sentence,
  text,
  what,
} from './sentence-parts.ts';

const MODES: Readonly<Record<string, string>> = {
  default: 'the usual permissions',
  acceptEdits: 'edits accepted',
  plan: 'planning only',
  bypassPermissions: 'no questions about edits',
};

/** What changed of a task, each in a few words. */
function changes(data: Record<string, unknown>): Part[] {
  const said: Part[][] = [];
  const priority = number(data.priority);
  if (priority !== undefined) said.push([`the priority to ${priority}`]);
  if (data.model !== undefined) said.push(['the model to ', of(data.model, 'another')]);
  if (data.permissionMode !== undefined)
    said.push([`the permission mode to ${MODES[text(data.permissionMode) ?? ''] ?? 'another'}`]);
  if (data.budgetTokens !== undefined) said.push([`the budget to ${number(data.budgetTokens) ?? 0} tokens`]);
  if (data.adaptive !== undefined)
    said.push([data.adaptive === true ? 'it to let rules act on it' : 'it to be left alone by rules']);
  return said.flatMap((parts, index) => (index === 0 ? parts : [', ', ...parts]));
}

/** How people and rules control the work. */
export const CONTROL_SENTENCES = {
  'task.changed': (event, names) => {
    const parts = changes(event.data);
    return parts.length === 0
      ? sentence(by(event), ' changed ', what(event, names), '.')
      : sentence(by(event), ' changed, of ', what(event, names), ', ', ...parts, '.');
  },
  'checkpoint.created': (event, names) =>
    sentence('a checkpoint of ', what(event, names), ' was made for ', by(event), '.'),
  'turn.taken': (event, names) => {
    const tokens = (number(event.data.inputTokens) ?? 0) + (number(event.data.outputTokens) ?? 0);
    return sentence(
      agentBy(event.agentId, names),
      ' took turn ',
      of(event.data.turn, 'one'),
      ' with ',
      of(event.data.model, 'its model'),
      `: ${tokens} tokens.`,
    );
  },
  'context.compacted': (event, names) =>
    sentence(
      agentBy(event.agentId, names),
      event.data.how === 'cut' ? ' leaves out its turns 1 to ' : ' goes on with a summary of its turns 1 to ',
      `${number(event.data.upTo) ?? 0}.`,
    ),
  'act.done': (event, names) =>
    sentence(agentBy(event.agentId, names), ' did ', of(event.data.act, 'something'), '.'),
  'act.asked': (event, names) =>
    sentence(agentBy(event.agentId, names), ' asks whether it may do ', of(event.data.act, 'something'), '.'),
  'act.decided': (event) =>
    sentence(
      by(event),
      event.data.allow === true ? ' allowed ' : ' declined ',
      of(event.data.act, 'an act'),
      ...because(event.data.comment),
      '.',
    ),
  'act.refused': (event) => [
    of(event.data.act, 'An act'),
    ' was not done',
    ...because(event.data.because),
    '.',
  ],
  'command.done': (event, names) =>
    sentence(
      by(event),
      ' gave the command ',
      of(event.data.command, 'unknown'),
      ' for ',
      what(event, names),
      '.',
    ),
  'command.denied': (event) =>
    sentence('a command of ', by(event), ' was denied', ...because(event.data.because), '.'),
  'rule.fired': (event, names) =>
    sentence(
      'the rule ',
      of(event.data.rule, 'without a name'),
      ' acted on ',
      what(event, names),
      ...because(event.data.because),
      '.',
    ),
  'rule.changed': ({ data }) => [
    'The rule ',
    of(data.rule, 'without a name'),
    data.removed === true ? ' was removed.' : data.enabled === false ? ' was switched off.' : ' was saved.',
  ],
  'energy.alerted': ({ data, agentId }, names) =>
    sentence(
      agentBy(agentId, names),
      ` takes ${number(data.joulesPerTask) ?? 'too many'} J for a task, over the limit of ${number(data.limitJ) ?? 'some'} J.`,
    ),
  'energy.changed': ({ data }) => ['Weights of energy were set by ', of(data.by, 'somebody'), '.'],
} as const satisfies Partial<Record<EventType, Say>>;
