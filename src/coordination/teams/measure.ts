import { z } from 'zod';
import type { EventLog, EventRecord } from '../../platform/events/events.ts';
import { fromRfc3339 } from '../../platform/kernel/clock.ts';
import type { Measured } from './adapt.ts';
import { conversationOf } from './say.ts';

/**
 * What a team's talk costs, read from the event log by cursor: how many messages its members sent in the team for each
 * task that they finished, and how much of their time went into handling them. A message that is handled in under
 * 20 ms is noted as delivered and acknowledged at once and counts no time.
 */
const measuringSchema = z.object({
  cursor: z.string().nullable(),
  tasks: z.number().default(0),
  messages: z.number().default(0),
  taskMs: z.number().default(0),
  messageMs: z.number().default(0),
  starts: z.number().default(0),
  atOnce: z.number().default(0),
  /** Since when (ms) tasks and messages are in hand. */
  working: z.record(z.string(), z.number()).default({}),
  handling: z.record(z.string(), z.number()).default({}),
});
export type Measuring = z.output<typeof measuringSchema>;

/** Counting that begins at a place of the log. */
export function beginAt(cursor: string | null): Measuring {
  return measuringSchema.parse({ cursor });
}

/** What was stored with a team. */
export function readMeasuring(text: string): Measuring {
  return measuringSchema.parse(JSON.parse(text));
}

/** Counting anew from here on; what is in hand stays in hand. */
export function countAnew({ cursor, working, handling }: Measuring): Measuring {
  return { ...beginAt(cursor), working, handling };
}

export function toMeasured(of: Measuring): Measured {
  const { tasks, messages, taskMs, messageMs, starts, atOnce } = of;
  return { tasks, messages, taskMs, messageMs, atOnce: starts === 0 ? 1 : atOnce / starts };
}

/** One event more. Pure but for the object it is given. */
export function note(of: Measuring, event: EventRecord, teamId: string, members: ReadonlySet<string>): void {
  const at = fromRfc3339(event.at) ?? 0;
  const { messageId, conversationId } = event.data;
  if (event.type.startsWith('message.')) {
    if (conversationId !== conversationOf(teamId) || typeof messageId !== 'string') return;
    const since = of.handling[messageId];
    if (event.type === 'message.sent') of.messages += 1;
    else if (event.type === 'message.delivered') of.handling[messageId] = since ?? at;
    else if (since !== undefined && event.type !== 'message.retried') {
      of.messageMs += at - since;
      delete of.handling[messageId];
    }
    return;
  }
  const { taskId } = event;
  if (taskId === null || event.agentId === null || !members.has(event.agentId)) return;
  const since = of.working[taskId];
  if (event.type === 'task.started' && since === undefined) {
    of.working[taskId] = at;
    of.starts += 1;
    of.atOnce += Object.keys(of.working).length;
  }
  if (event.type === 'task.settled') {
    of.tasks += 1;
    if (since !== undefined) of.taskMs += at - since;
    delete of.working[taskId];
  }
}

const PAGE = 500;
/** One look reads at most so many pages; the next one goes on. */
const PAGES = 20;

/** Reads on in the log. Answers the new counts, and how many events were read. */
export async function readOn(
  { events }: { events: EventLog },
  tenantId: string,
  before: Measuring,
  team: { id: string; members: ReadonlySet<string> },
): Promise<{ measuring: Measuring; read: number }> {
  const measuring = structuredClone(before);
  let read = 0;
  for (let page = 0; page < PAGES; page += 1) {
    const records = await events.read({ tenantId }, measuring.cursor ?? undefined, PAGE);
    for (const record of records) note(measuring, record, team.id, team.members);
    read += records.length;
    measuring.cursor = records.at(-1)?.cursor ?? measuring.cursor;
    if (records.length < PAGE) break;
  }
  return { measuring, read };
}
