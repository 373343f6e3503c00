import { Link } from '@tanstack/react-router';
import type { Message } from '../../api/models.ts';
import { plainWords } from '../../api/result.ts';
import { hintOf, useConversationNames } from '../../parts/message/conversation-names.ts';
import { MessageStatusWord } from '../../parts/message/message-status.tsx';
import { atStart, usePartyNames } from '../../parts/message/parties.ts';
import { KIND_WORDS, priorityWords, TYPE_WORDS } from '../../parts/message/words.ts';
import { duration, useNow } from '../../parts/time.tsx';

const HEAD = 'px-3 py-2 font-medium whitespace-nowrap';
const CELL = 'px-3 py-2.5 align-top';

interface OpenTableProps {
  messages: readonly Message[];
  /** How many are open in all. */
  open: number;
  onOpen(id: string): void;
}

/** What is open, in the order in which it is chosen; of a conversation only its first is handled. */
export function OpenTable({ messages, open, onOpen }: OpenTableProps) {
  const now = useNow();
  const names = usePartyNames();
  const conversationNames = useConversationNames();
  return (
    <div className="overflow-hidden rounded-2xl border border-line bg-card shadow-card">
      <table className="w-full table-fixed text-left text-sm">
        <thead className="border-b border-line text-soft">
          <tr>
            <th scope="col" className={`${HEAD} hidden w-28 pl-4 sm:table-cell`}>
              Status
            </th>
            <th scope="col" className={`${HEAD} max-sm:pl-4`}>
              Message
            </th>
            <th scope="col" className={`${HEAD} hidden w-48 md:table-cell`}>
              Conversation
            </th>
            <th scope="col" className={`${HEAD} hidden w-20 sm:table-cell`}>
              Priority
            </th>
            <th scope="col" className={`${HEAD} hidden w-20 lg:table-cell`}>
              Retries
            </th>
            <th scope="col" className={`${HEAD} w-28 pr-4 text-right`}>
              Waits
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {messages.map((message) => {
            const { id, conversationId, senderId, senderType, priority, seq } = message;
            const conversation = conversationNames(conversationId, hintOf(message));
            return (
              <tr key={id} className="hover:bg-sunken/60">
                <td className={`${CELL} hidden pl-4 sm:table-cell`}>
                  <MessageStatusWord message={message} />
                </td>
                <td className={`${CELL} max-sm:pl-4`}>
                  <button
                    type="button"
                    onClick={() => onOpen(id)}
                    className="line-clamp-2 text-left font-medium break-words hover:text-accent hover:underline"
                  >
                    <bdi>{plainWords(message.subject)}</bdi>
                  </button>
                  <p className="truncate text-soft">
                    {TYPE_WORDS[message.type]} from <bdi>{names(senderId, senderType).name}</bdi>
                  </p>
                  <p className="flex flex-wrap items-baseline gap-x-3 text-soft sm:hidden">
                    <MessageStatusWord message={message} /> {priorityWords(priority)}
                  </p>
                </td>
                <td className={`${CELL} hidden md:table-cell`}>
                  <Link
                    to="/messages/conversation/$conversationId"
                    params={{ conversationId }}
                    className="block truncate hover:text-accent hover:underline"
                    title={conversationId}
                  >
                    <span className="text-soft">{KIND_WORDS[conversation.kind]} </span>
                    <bdi>{atStart(conversation.name)}</bdi>
                  </Link>
                  <span className="text-xs text-soft">number {seq}</span>
                </td>
                <td className={`${CELL} hidden sm:table-cell`}>{priorityWords(priority)}</td>
                <td className={`${CELL} hidden tabular-nums lg:table-cell`}>
                  {message.retryCount} of {message.maxRetries}
                </td>
                <td className={`${CELL} pr-4 text-right whitespace-nowrap text-soft tabular-nums`}>
                  {duration(Math.max(0, now - Date.parse(message.createdAt)))}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {open > messages.length && (
        <p className="border-t border-line px-4 py-2 text-sm text-soft">
          The first {messages.length} of {open}; the others follow as these are handled.
        </p>
      )}
    </div>
  );
}
