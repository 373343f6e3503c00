import { toRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import {
  type BriefRow,
  countConversation,
  hasConversation,
  selectBriefs,
  selectOfConversation,
} from '../platform/store/conversations.ts';
import type { MessageRow } from '../platform/store/schema.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import { agentFilter } from './mailbox.ts';
import { type NameOf, namesOf, partiesOf } from './parties.ts';
import { sharedIn } from './share.ts';
import {
  type ContextWindow,
  composeWindow,
  type LeftOut,
  type WindowLimits,
  type WindowMessage,
} from './window.ts';
import { lengthOf, wordsOf } from './words.ts';

/** Of what does not fit, so many messages are told apart; those before them are counted. */
const OLDER_LOOKED_AT = 1_000;

/** Types that ask for something, whether or not an answer is required. */
export const ASKING: readonly string[] = [
  'task_delegation',
  'coordination_request',
  'capability_inquiry',
  'resource_request',
];
/** Types that answer, where they reply to something. */
const ANSWERING: readonly string[] = [
  'coordination_response',
  'capability_response',
  'status_update',
  'error_report',
];
export const OVER_BADLY: readonly string[] = ['failed', 'expired', 'dead'];

/**
 * The window on a conversation: of all its messages, or of those to and from one agent.
 * @throws CadreError `conversation/not-found`
 */
export async function readWindow(
  tx: TenantTx,
  conversationId: string,
  options: WindowLimits & { agentId?: string | undefined },
): Promise<ContextWindow> {
  const only = await agentFilter(tx, options.agentId);
  const newest = await selectOfConversation(tx, conversationId, {
    ...only,
    order: 'desc',
    limit: options.maxMessages,
  });
  if (newest.length === 0 && !(await hasConversation(tx, conversationId)))
    throw new CadreError('conversation/not-found', { id: conversationId });
  const oldest = newest.at(-1)?.id;
  const older =
    oldest === undefined || newest.length < options.maxMessages
      ? []
      : await selectBriefs(tx, conversationId, {
          ...only,
          before: oldest,
          payloadUpTo: 0,
          limit: OLDER_LOOKED_AT,
        });
  const total = await countConversation(tx, conversationId, { id: newest[0]?.id, ...only });
  const context = await sharedIn(tx, conversationId);
  const nameOf = await namesOf(tx, partiesOf([...newest, ...older]));
  return composeWindow(
    {
      context: context.map(({ key, value, version, setBy }) => ({ key, value, version, by: setBy.name })),
      newest: newest.map((row) => shownOf(row, nameOf)),
      older: older.map((row) => ({ ...leftOutOf(row, nameOf), size: row.characters })),
      total,
    },
    options,
  );
}

function shownOf(row: MessageRow, nameOf: NameOf): WindowMessage {
  const isOpen = row.recipient_type === 'agent' && ['sent', 'delivered'].includes(row.status);
  return {
    ...leftOutOf(row, nameOf),
    size: lengthOf(row.subject) + lengthOf(row.payload),
    text: wordsOf(JSON.parse(row.payload)),
    depth: row.hops,
    note: OVER_BADLY.includes(row.status)
      ? `${row.status}${row.error ? `: ${row.error}` : ''}`
      : isOpen
        ? 'open'
        : null,
  };
}

function leftOutOf(row: MessageRow | BriefRow, nameOf: NameOf): Omit<LeftOut, 'size'> {
  return {
    id: row.id,
    threadId: row.correlation_id,
    at: toRfc3339(row.created_at),
    from: nameOf(row.sender_id),
    to: nameOf(row.recipient_id),
    type: row.type,
    subject: row.subject,
    isAnswer: row.in_reply_to !== null && ANSWERING.includes(row.type),
    isQuestion: row.requires_response === 1 || ASKING.includes(row.type),
  };
}
