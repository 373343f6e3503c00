import type { Message } from '../../api/models.ts';

/** A message at its place in a thread. `depth` 0: nothing that is shown stands before it. */
export interface ThreadEntry {
  message: Message;
  depth: number;
}

/** Deeper answers stand no further in: they would have no room. */
export const DEEPEST = 4;

/**
 * Messages of a conversation as a thread: oldest first, each answer below what it answers. In a team, what a member
 * hands on stands below what it was handed.
 */
export function threadOf(messages: readonly Message[]): ThreadEntry[] {
  const inOrder = messages.toSorted((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const byId = new Map(inOrder.map((message) => [message.id, message]));
  const below = new Map<string, Message[]>();
  const first: Message[] = [];
  for (const message of inOrder) {
    const parent = parentOf(message, byId, inOrder);
    if (parent === undefined) first.push(message);
    else below.set(parent.id, [...(below.get(parent.id) ?? []), message]);
  }
  const entries: ThreadEntry[] = [];
  // A stack, not a call for each depth: answers to answers may be many. Ids grow, so nothing stands below itself.
  const left = first.toReversed().map((message): ThreadEntry => ({ message, depth: 0 }));
  for (let entry = left.pop(); entry !== undefined; entry = left.pop()) {
    entries.push(entry);
    const depth = Math.min(entry.depth + 1, DEEPEST);
    for (const message of (below.get(entry.message.id) ?? []).toReversed()) left.push({ message, depth });
  }
  return entries;
}

function parentOf(
  message: Message,
  byId: ReadonlyMap<string, Message>,
  inOrder: readonly Message[],
): Message | undefined {
  const { id, inReplyTo, conversationId, correlationId, senderId } = message;
  const isBefore = (other: Message | undefined) => other !== undefined && other.id < id;
  if (inReplyTo !== null) {
    const asked = byId.get(inReplyTo);
    return isBefore(asked) ? asked : undefined;
  }
  if (!conversationId.startsWith('team:')) return undefined;
  return inOrder.find(
    (other) => isBefore(other) && other.correlationId === correlationId && other.recipientId === senderId,
  );
}
