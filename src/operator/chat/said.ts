import type { Said } from '../../agents/executor.ts';
import { type ChatTurn, selectChatOf, selectChatTurns } from '../../platform/store/chats.ts';
import type { TenantTx } from '../../platform/store/transaction.ts';
import { spoken } from './spoken.ts';

/** So much of a chat goes along with a message; of one answer so many characters. */
const TURNS = 20;
const CHARACTERS = 8_000;

/** What was said before the message that a task answers; undefined when it answers none. */
export async function selectSaidBefore(tx: TenantTx, taskId: string): Promise<Said[] | undefined> {
  const place = await selectChatOf(tx, taskId);
  if (!place) return undefined;
  const { agent_id: agentId, chat_id: chatId, position: beforePosition } = place;
  const turns = await selectChatTurns(tx, { agentId, chatId, beforePosition, limit: TURNS });
  return turns.reverse().flatMap((turn): Said[] => [
    { by: 'person', text: turn.said },
    { by: 'agent', text: answerOf(turn).slice(0, CHARACTERS) },
  ]);
}

/** What the agent answered, or why it did not. */
export function answerOf({ result, status, stop_sentence }: ChatTurn): string {
  if (result !== null) return spoken(JSON.parse(result).output);
  return status === 'completed' ? '' : `(no answer: ${stop_sentence ?? 'it is still at it'})`;
}
