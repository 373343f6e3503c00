import type { EventRecord } from '../platform/events/events.ts';
import type { NewMessage, Party } from './accept.ts';
import type { AgentEventEnvelope, TaskResultEnvelope } from './envelopes.ts';
import { MAX_PAYLOAD_BYTES } from './payloads.ts';

/** Who tells what stands in the event log. */
const CADRE_ITSELF: Party = { type: 'person', id: 'system:cadre' };

/** Room that the rest of the payload needs beside what may be large. */
const CONTENT_BYTES = MAX_PAYLOAD_BYTES - 16_384;

/**
 * What an event is told as: a status update that carries an envelope. Its messageId comes from the event's place in
 * the log, so that the same event is never told twice to one recipient about one thing.
 */
export function noticeOf(
  event: EventRecord,
  notice: {
    to: string;
    /** The conversation, which is also what it is told about. */
    about: string;
    subject: string;
    topic?: string;
    envelope: AgentEventEnvelope | TaskResultEnvelope;
  },
): NewMessage {
  const { to, about, subject, topic, envelope } = notice;
  const { cursor, taskId, rootId } = event;
  return {
    from: CADRE_ITSELF,
    to,
    type: 'status_update',
    subject: subject.slice(0, 500),
    payload: { data: { envelope: bounded(envelope), cursor, taskId, rootId } },
    conversationId: about,
    correlationId: `event:${cursor}`,
    messageId: `event:${cursor}:${about}:${to}`,
    ...(topic !== undefined && { topic }),
  };
}

/** What does not fit into a message is looked up: an event by its cursor, a result by its task. */
function bounded<T extends AgentEventEnvelope | TaskResultEnvelope>(envelope: T): T {
  const bytes = Buffer.byteLength(JSON.stringify(envelope));
  if (bytes <= CONTENT_BYTES) return envelope;
  const tooLarge = { tooLarge: true, bytes };
  return 'result' in envelope ? { ...envelope, result: tooLarge } : { ...envelope, data: tooLarge };
}
