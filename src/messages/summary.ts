import { z } from 'zod';
import type { BriefRow } from '../platform/store/conversations.ts';
import type { VoteRow } from '../platform/store/schema.ts';
import { partySchema } from './conversation.ts';
import type { PARTY_TYPES } from './message.ts';
import type { NameOf } from './parties.ts';
import { knowledgeSchema } from './payloads.ts';
import { ASKING, OVER_BADLY } from './read-window.ts';
import { markdownOf } from './summary-text.ts';

/**
 * How a conversation went (FEATURES CO-7): counted and quoted from its rows. No model takes part, so the same rows
 * always give the same summary.
 */

/**
 * `answered`: in time. `late`: the time is over, with or without an answer. `failed`: refused, given up or expired.
 * `handled`: acknowledged, and nothing was answered. `open`: none of these yet.
 */
export const OUTCOMES = ['answered', 'handled', 'late', 'failed', 'open'] as const;
type Outcome = (typeof OUTCOMES)[number];

/** Items that each list shows, newest first; the counts are of all. */
export const ITEMS_SHOWN = 50;

const requestSchema = z.object({
  messageId: z.string(),
  from: z.string(),
  to: z.string(),
  subject: z.string(),
  outcome: z.enum(OUTCOMES),
  /** Milliseconds from the request to its first answer. */
  answerMs: z.number().nullable(),
});

export const summarySchema = z.object({
  conversationId: z.string(),
  /** Messages that were looked at, the newest ones, of all there are. */
  covers: z.object({ messages: z.number().int(), of: z.number().int() }),
  participants: z.array(
    partySchema.extend({
      sent: z.number().int(),
      received: z.number().int(),
      answers: z.number().int(),
      /** Milliseconds from a message to the answer to it; null: it answered nothing. */
      meanAnswerMs: z.number().nullable(),
    }),
  ),
  participantCount: z.number().int(),
  requests: z.object({
    counts: z.object({
      answered: z.number().int(),
      handled: z.number().int(),
      late: z.number().int(),
      failed: z.number().int(),
      open: z.number().int(),
    }),
    items: z.array(requestSchema),
  }),
  decisions: z.array(
    z.object({
      voteId: z.string(),
      question: z.string(),
      status: z.string(),
      winner: z.string().nullable(),
      reason: z.string().nullable(),
    }),
  ),
  knowledge: z.array(
    z.object({
      messageId: z.string(),
      from: z.string(),
      to: z.string(),
      kind: z.string(),
      subject: z.string(),
    }),
  ),
  errors: z.array(z.object({ messageId: z.string(), from: z.string(), to: z.string(), error: z.string() })),
  openQuestions: z.array(requestSchema),
  sharedKeys: z.array(z.string()),
  /** How it was made. */
  method: z.string(),
  /** The same as a text in Markdown. */
  markdown: z.string(),
});
export type Summary = z.output<typeof summarySchema>;

export interface SummaryInput {
  conversationId: string;
  /** Newest first. */
  rows: BriefRow[];
  of: number;
  decisions: Array<Pick<VoteRow, 'id' | 'question' | 'status' | 'winner' | 'reason'>>;
  sharedKeys: string[];
  nameOf: NameOf;
}

/** Makes the summary. */
export function summarize(input: SummaryInput): Summary {
  const { rows, nameOf } = input;
  const answers = answersIn(rows);
  const requests = rows
    .filter((row) => row.requires_response === 1 || ASKING.includes(row.type))
    .map((row) => requestOf(row, answers.get(row.id) ?? [], nameOf));
  const count = (outcome: Outcome) => requests.filter((one) => one.outcome === outcome).length;
  const participants = participantsOf(rows, answers, nameOf);
  const said = {
    conversationId: input.conversationId,
    covers: { messages: rows.length, of: Math.max(input.of, rows.length) },
    participants: participants.slice(0, ITEMS_SHOWN),
    participantCount: participants.length,
    requests: {
      counts: {
        answered: count('answered'),
        handled: count('handled'),
        late: count('late'),
        failed: count('failed'),
        open: count('open'),
      },
      items: requests.slice(0, ITEMS_SHOWN),
    },
    decisions: input.decisions.map(({ id, ...vote }) => ({ voteId: id, ...vote })),
    knowledge: rows.flatMap((row) => knowledgeOf(row, nameOf)).slice(0, ITEMS_SHOWN),
    errors: rows.flatMap((row) => errorOf(row, nameOf)).slice(0, ITEMS_SHOWN),
    openQuestions: requests.filter((one) => one.outcome === 'open').slice(0, ITEMS_SHOWN),
    sharedKeys: input.sharedKeys,
    method: methodOf(rows.length, Math.max(input.of, rows.length)),
  };
  return { ...said, markdown: markdownOf(said) };
}

const methodOf = (looked: number, of: number) =>
  `Counted and quoted from ${looked === of ? `all ${of}` : `the newest ${looked} of ${of}`} messages; no language model was used.`;

/** The answers of who was asked to who asked, by the message they answer, oldest first. */
function answersIn(rows: BriefRow[]): Map<string, BriefRow[]> {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const answers = new Map<string, BriefRow[]>();
  for (const row of rows.toReversed()) {
    const asked = byId.get(row.in_reply_to ?? '');
    if (!asked || asked.sender_id !== row.recipient_id || asked.recipient_id !== row.sender_id) continue;
    answers.set(asked.id, [...(answers.get(asked.id) ?? []), row]);
  }
  return answers;
}

function requestOf(row: BriefRow, answers: BriefRow[], nameOf: NameOf): z.output<typeof requestSchema> {
  const [first] = answers;
  return {
    messageId: row.id,
    from: nameOf(row.sender_id),
    to: nameOf(row.recipient_id),
    subject: row.subject,
    outcome: outcomeOf(row, answers),
    answerMs: first ? Math.max(0, first.created_at - row.created_at) : null,
  };
}

function outcomeOf(row: BriefRow, answers: BriefRow[]): Outcome {
  if (OVER_BADLY.includes(row.status)) return 'failed';
  if (answers.some((answer) => answer.late === 0)) return 'answered';
  if (answers.length > 0 || (row.requires_response === 1 && row.is_overdue === 1)) return 'late';
  return row.status === 'acknowledged' && row.requires_response === 0 ? 'handled' : 'open';
}

function participantsOf(rows: BriefRow[], answers: Map<string, BriefRow[]>, nameOf: NameOf) {
  interface Counted {
    id: string;
    type: (typeof PARTY_TYPES)[number];
    sent: number;
    received: number;
    times: number[];
  }
  const found = new Map<string, Counted>();
  const at = (id: string, type: string): Counted => {
    const one = found.get(id) ?? {
      id,
      type: type === 'agent' ? ('agent' as const) : ('person' as const),
      sent: 0,
      received: 0,
      times: [],
    };
    found.set(id, one);
    return one;
  };
  for (const row of rows) {
    at(row.sender_id, row.sender_type).sent += 1;
    at(row.recipient_id, row.recipient_type).received += 1;
    for (const answer of answers.get(row.id) ?? [])
      at(answer.sender_id, answer.sender_type).times.push(Math.max(0, answer.created_at - row.created_at));
  }
  return [...found.values()]
    .map(({ times, ...one }) => ({
      ...one,
      name: nameOf(one.id),
      answers: times.length,
      meanAnswerMs:
        times.length === 0 ? null : Math.round(times.reduce((sum, ms) => sum + ms, 0) / times.length),
    }))
    .sort((a, b) => b.sent + b.received - a.sent - a.received || (a.id < b.id ? -1 : 1));
}

/** What was told to be kept, as far as the payload is short enough to have been read. */
function knowledgeOf(row: BriefRow, nameOf: NameOf): Summary['knowledge'] {
  const payload = payloadOf(row);
  if (row.type !== 'coordination_request' || payload?.requestType !== 'share_knowledge') return [];
  const parsed = knowledgeSchema.pick({ kind: true, subject: true }).loose().safeParse(payload.data);
  if (!parsed.success) return [];
  const { kind, subject } = parsed.data;
  return [{ messageId: row.id, from: nameOf(row.sender_id), to: nameOf(row.recipient_id), kind, subject }];
}

function errorOf(row: BriefRow, nameOf: NameOf): Summary['errors'] {
  if (row.late === 1) return []; // it shows at the request that it answers
  const reported = row.type === 'error_report' ? payloadOf(row)?.message : undefined;
  const error =
    typeof reported === 'string'
      ? reported
      : row.type === 'error_report'
        ? row.subject
        : OVER_BADLY.includes(row.status)
          ? (row.error ?? `It is ${row.status}.`)
          : undefined;
  if (error === undefined) return [];
  return [{ messageId: row.id, from: nameOf(row.sender_id), to: nameOf(row.recipient_id), error }];
}

function payloadOf(row: BriefRow): Record<string, unknown> | undefined {
  return row.payload === null ? undefined : JSON.parse(row.payload);
}
