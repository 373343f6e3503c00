import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query';
import { call } from './client.ts';
import type { Message } from './models.ts';
import { type MessageFilter, messagePagesQuery } from './talk-queries.ts';
import type { Operations } from './types.ts';

/** Messages that belong together, as the list shows them. */
export interface Conversation {
  id: string;
  /** How many messages it has, and how many of them are open or did not end well. */
  messages: number;
  open: number;
  broken: number;
  /** Who wrote or was written to. Names of agents that are gone come from the server. */
  parties: Array<{ id: string; type: Message['senderType']; name?: string }>;
  lastSubject: string;
  lastAt: string;
  /** Begun by an agent under an id of Cadre: by a chief, about a task. */
  isAboutTask: boolean;
  /** Its newest message, where messages were read to make the list. */
  last?: Message;
}

const OPEN: readonly Message['status'][] = ['pending', 'sent', 'delivered'];
const BROKEN: readonly Message['status'][] = ['failed', 'dead', 'expired'];

/** Messages, newest first, as conversations: the one with the newest message first. */
export function conversationsOf(messages: readonly Message[]): Conversation[] {
  return [...Map.groupBy(messages, ({ conversationId }) => conversationId)].flatMap(([id, own]) => {
    const [last] = own;
    if (!last) return [];
    const parties = own.flatMap((message) => [
      { id: message.senderId, type: message.senderType },
      { id: message.recipientId, type: message.recipientType },
    ]);
    return {
      id,
      messages: own.length,
      open: own.filter(({ status, recipientType }) => OPEN.includes(status) && recipientType === 'agent')
        .length,
      broken: own.filter(({ status, redrivenAs }) => BROKEN.includes(status) && redrivenAs === null).length,
      parties: [...new Map(parties.map((party) => [party.id, party])).values()],
      lastSubject: last.subject,
      lastAt: last.createdAt,
      isAboutTask: own.some(({ taskId }) => taskId !== null),
      last,
    };
  });
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A conversation as the server lists it. */
export function listedConversation(
  item: Operations['conversations.list']['output']['items'][number],
): Conversation {
  const { id, participants, messages, open, lastSubject, lastAt, startedBy } = item;
  return {
    id,
    messages,
    open,
    broken: 0,
    parties: participants.map((party) => ({ id: party.id, type: party.type, name: party.name })),
    lastSubject,
    lastAt,
    isAboutTask: UUID.test(id) && startedBy.type === 'agent',
  };
}

const conversationPagesQuery = (agentId: string | undefined) =>
  infiniteQueryOptions({
    // Below the key of messages: whatever touches them touches this list.
    queryKey: ['messages', 'conversations', agentId],
    queryFn: ({ pageParam, signal }) =>
      call(
        'conversations.list',
        { limit: 50, ...(agentId && { agentId }), ...(pageParam && { cursor: pageParam }) },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  });

/**
 * Conversations, newest first: as the server lists them, or, where a type, status or topic is asked for, those that
 * have such a message, made of the messages that were read so far.
 */
export function useConversations(filter: MessageFilter) {
  const isByMessage = Boolean(filter.type || filter.status || filter.topic);
  const listed = useInfiniteQuery({ ...conversationPagesQuery(filter.agentId), enabled: !isByMessage });
  const made = useInfiniteQuery({ ...messagePagesQuery(filter), enabled: isByMessage });
  const { isPending, isError, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = isByMessage
    ? made
    : listed;
  const messages = made.data?.pages.flatMap(({ items }) => items);
  const conversations = isByMessage
    ? messages && conversationsOf(messages)
    : listed.data?.pages.flatMap(({ items }) => items.map(listedConversation));
  return {
    conversations,
    isPending,
    isError,
    error,
    refetch,
    hasNextPage,
    isFetchingNextPage,
    fetchNextPage,
  };
}
