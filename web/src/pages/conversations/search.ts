import type { MessageStatus, MessageType } from '../../api/models.ts';
import type { MessageFilter } from '../../api/talk-queries.ts';

/** What the address of the list says: a filter that can be kept as a bookmark. */
export interface ConversationsSearch {
  agent?: string;
  type?: MessageType;
  status?: MessageStatus;
  topic?: string;
}

const TYPES: ReadonlySet<string> = new Set<MessageType>([
  'task_delegation',
  'status_update',
  'coordination_request',
  'coordination_response',
  'capability_inquiry',
  'capability_response',
  'heartbeat',
  'error_report',
  'workflow_step',
  'resource_request',
]);
const STATUSES: ReadonlySet<string> = new Set<MessageStatus>([
  'pending',
  'sent',
  'delivered',
  'acknowledged',
  'failed',
  'expired',
  'dead',
]);

const isType = (value: unknown): value is MessageType => TYPES.has(String(value));
const isStatus = (value: unknown): value is MessageStatus => STATUSES.has(String(value));

/** Reads the address; what is not understood is left out. */
export function readConversationsSearch(search: Record<string, unknown>): ConversationsSearch {
  const { agent, type, status, topic } = search;
  return {
    ...(typeof agent === 'string' && agent !== '' && { agent }),
    ...(isType(type) && { type }),
    ...(isStatus(status) && { status }),
    // A name of digits comes as a number.
    ...(['string', 'number'].includes(typeof topic) && String(topic) !== '' && { topic: String(topic) }),
  };
}

/** The address as the filter that the server knows. */
export function filterOf({ agent, type, status, topic }: ConversationsSearch): MessageFilter {
  return {
    ...(agent && { agentId: agent }),
    ...(type && { type }),
    ...(status && { status }),
    ...(topic && { topic }),
  };
}
