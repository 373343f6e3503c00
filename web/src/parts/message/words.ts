import type { Message, MessageStatus, MessageType } from '../../api/models.ts';

/** What a message does, in words for people. */
export const TYPE_WORDS: Readonly<Record<MessageType, string>> = {
  task_delegation: 'Delegation',
  status_update: 'Update',
  coordination_request: 'Request',
  coordination_response: 'Answer',
  capability_inquiry: 'Question about skills',
  capability_response: 'Answer about skills',
  heartbeat: 'Heartbeat',
  error_report: 'Error report',
  workflow_step: 'Workflow step',
  resource_request: 'Request for a resource',
};
export const MESSAGE_TYPES = Object.keys(TYPE_WORDS) as MessageType[]; // the keys of the record above

/** What a status means, for people who see it for the first time. */
export const MESSAGE_MEANS: Readonly<Record<MessageStatus, string>> = {
  pending: 'accepted, not in the mailbox yet',
  sent: 'in the mailbox; it waits for its turn',
  delivered: 'its agent has it in hand',
  acknowledged: 'it was handled',
  failed: 'its agent could not handle it, and trying again is pointless',
  expired: 'its time was over before it was handled',
  dead: 'it was given up after all its retries',
};
export const MESSAGE_STATUSES = Object.keys(MESSAGE_MEANS) as MessageStatus[]; // as above

export type MessageTone = 'waits' | 'works' | 'done' | 'broken' | 'over';
const TONES: Readonly<Record<MessageStatus, MessageTone>> = {
  pending: 'waits',
  sent: 'waits',
  delivered: 'works',
  acknowledged: 'done',
  failed: 'broken',
  expired: 'over',
  dead: 'broken',
};
export const toneOfMessage = (status: MessageStatus): MessageTone => TONES[status];

/** True while its recipient may still handle it. An answer to a person, or to a vote, is where it should be. */
export const isOpen = ({ status, recipientType }: Pick<Message, 'status' | 'recipientType'>): boolean =>
  TONES[status] === 'waits' || (TONES[status] === 'works' && recipientType === 'agent');

/** The colour for how it stands. */
export const toneOf = (message: Pick<Message, 'status' | 'recipientType'>): MessageTone =>
  message.status === 'delivered' && !isOpen(message) ? 'done' : TONES[message.status];

/** What kind of conversation it is, and what it is about as its id tells. */
export type ConversationKind =
  | 'team'
  | 'vote'
  | 'topic'
  | 'direct'
  | 'collaboration'
  | 'solution'
  | 'optimization'
  | 'events'
  | 'task'
  | 'other';
export function kindOf(id: string, isAboutTask = false): { kind: ConversationKind; of: string } {
  const [, prefix, rest] =
    /^(team|vote|topic|direct|task|collaboration|solution|optimization|events):(.+)$/s.exec(id) ?? [];
  if (prefix !== undefined && rest !== undefined) return { kind: prefix as ConversationKind, of: rest }; // of the list in the pattern
  return { kind: isAboutTask ? 'task' : 'other', of: id };
}

export const KIND_WORDS: Readonly<Record<ConversationKind, string>> = {
  team: 'Team',
  vote: 'Vote',
  topic: 'Topic',
  direct: 'Direct',
  collaboration: 'Collaboration',
  solution: 'Solution',
  optimization: 'Search',
  events: 'Events',
  task: 'Task',
  other: 'Conversation',
};

const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined; // read as unknown
const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined;
const list = (value: unknown): string | undefined =>
  Array.isArray(value) && value.length > 0 ? value.map(String).join(', ') : undefined;

/** The content of a message in one sentence, where its type tells how; else undefined: the payload says it. */
export function contentOf({ type, payload }: Pick<Message, 'type' | 'payload'>): string | undefined {
  const data = payload.data;
  const handedOn = handedOnIn(payload);
  if (handedOn) return contentOf(handedOn);
  switch (type) {
    case 'coordination_request':
      return text(field(data, 'question')) ?? text(field(data, 'subject')) ?? text(payload.requestType);
    case 'coordination_response':
      if (payload.requestType === 'vote')
        return field(data, 'choice') === null
          ? 'abstains'
          : (list(field(data, 'choice')) ?? text(field(data, 'choice')));
      return text(field(data, 'message')) ?? text(field(data, 'answer')) ?? text(payload.requestType);
    case 'capability_inquiry':
      return list(payload.requiredCapabilities) ?? 'What can you do?';
    case 'capability_response':
      return list(payload.availableCapabilities) ?? 'nothing of what was asked for';
    case 'task_delegation':
      return text(payload.title);
    case 'workflow_step':
      return text(payload.step);
    case 'resource_request':
      return text(payload.resource);
    case 'heartbeat':
      return text(payload.agentStatus);
    default:
      return text(payload.message) ?? text(payload.code);
  }
}

/** What a member of a team gets that only hands it on: what it hands on; else undefined. */
export function handedOnIn(payload: Message['payload']): Pick<Message, 'type' | 'payload'> | undefined {
  const handOn = field(payload.data, 'handOn');
  const type = MESSAGE_TYPES.find((each) => each === field(handOn, 'type'));
  const inner = field(handOn, 'payload');
  if (type === undefined || typeof inner !== 'object' || inner === null) return undefined;
  return { type, payload: inner as Message['payload'] }; // an object, as the line above says
}

/** "low", "normal", "high", "urgent", with the number where it is none of these. */
export function priorityWords(priority: number): string {
  const names: Record<number, string> = { 25: 'low', 50: 'normal', 75: 'high', 100: 'urgent' };
  return names[priority] ?? String(priority);
}
