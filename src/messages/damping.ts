import type { Fact } from '../platform/events/events.ts';
import { toRfc3339 } from '../platform/kernel/clock.ts';
import { CadreError } from '../platform/kernel/errors.ts';
import {
  type HeldTalk,
  holdTalks,
  keepTalks,
  selectArtefacts,
  selectNews,
  type TalkKey,
} from '../platform/store/talks.ts';
import type { TenantTx } from '../platform/store/transaction.ts';
import type { MessageType } from './message.ts';
import { advance, IDLE_LIMIT, idsIn, isProgress, judge, MOST_ADDED } from './progress.ts';

/**
 * Loop damping: in a talk of two agents, messages that bring nothing new are counted (progress.ts), and refused once
 * they are too many, until something new comes. Both directions of one conversation are one talk; so are the messages
 * of two agents that name no conversation.
 */

/** Heartbeats, pings and capability inquiries are not judged; more than so many in one talk and minute are refused. */
export const SIGNALS_PER_MINUTE = 240;
const SIGNALS: readonly MessageType[] = ['heartbeat', 'capability_inquiry', 'capability_response'];
const MINUTE_MS = 60_000;
/** A talk that rested so long begins its count anew: agents that answer one another do so sooner. */
const REST_MS = 10 * MINUTE_MS;

/** A message of an agent to an agent. */
export interface Turn {
  from: { id: string; name: string };
  to: { id: string; name: string };
  conversationId: string;
  type: MessageType;
  subject?: string | undefined;
  payload: Record<string, unknown>;
}

/** The talks that the messages of one transaction belong to, held until its commit. */
export interface Talks {
  held: Map<string, HeldTalk>;
  changed: Set<string>;
  artefacts: ReadonlySet<string>;
}

/** A talk that was stopped just now: its first refusal. */
export interface Stop {
  turn: Turn;
  idle: number;
  since: number;
}

export const noTalks: Talks = { held: new Map(), changed: new Set(), artefacts: new Set() };

function keyOf({ from, to, conversationId }: Turn): TalkKey {
  const [low_id, high_id] = from.id < to.id ? [from.id, to.id] : [to.id, from.id];
  const isDirect = conversationId === `direct:${low_id}` || conversationId === `direct:${high_id}`;
  return { low_id, high_id, conversation: isDirect ? 'direct' : conversationId };
}

const nameOf = (key: TalkKey): string => `${key.low_id} ${key.high_id} ${key.conversation}`;

/** Holds the talks of these turns, with what happened around those that are about to be stopped. */
export async function openTalks(tx: TenantTx, turns: Turn[]): Promise<Talks> {
  if (turns.length === 0) return noTalks;
  const keys = new Map(turns.map((turn) => [nameOf(keyOf(turn)), keyOf(turn)]));
  const rows = await holdTalks(tx, [...keys.values()]);
  const held = new Map(rows.map((row) => [nameOf(row), row]));
  const changed = new Set<string>();
  const comes = Map.groupBy(turns, (turn) => nameOf(keyOf(turn)));
  for (const [name, talk] of held) {
    if (talk.stopped === 0 && talk.now - talk.turned_at > REST_MS) {
      held.set(name, { ...talk, idle: 0 });
      continue;
    }
    if (talk.idle + MOST_ADDED * ((comes.get(name)?.length ?? 1) - 1) < IDLE_LIMIT) continue;
    const { low_id, high_id, conversation } = talk;
    const conversations =
      conversation === 'direct' ? [`direct:${low_id}`, `direct:${high_id}`] : [conversation];
    const news = await selectNews(tx, talk, conversations);
    if (news === null) continue;
    held.set(name, { ...talk, idle: 0, stopped: 0, progress_at: news });
    changed.add(name);
  }
  const ids = new Set(turns.flatMap((turn) => idsIn(turn.payload)));
  const artefacts = new Set(await selectArtefacts(tx, [...ids]));
  return { held, changed, artefacts };
}

/** What a turn does to its talk; `take` makes it so. */
export interface Taken {
  /** It brings something new. */
  isProgress: boolean;
  take(): void;
}

/**
 * Judges a turn. @throws CadreError `message/no-progress`, `message/too-many-signals`
 */
export function judgeTurn(talks: Talks, turn: Turn): Taken | undefined {
  const name = nameOf(keyOf(turn));
  const talk = talks.held.get(name);
  if (!talk) return undefined;
  const put = (next: HeldTalk) => {
    talks.held.set(name, next);
    talks.changed.add(name);
  };
  if (isSignal(turn)) return countSignal(talk, turn, put);
  const worth = judge(turn, {
    said: talk.said,
    names: [turn.from.name, turn.to.name],
    known: talks.artefacts,
    now: talk.now,
  });
  const next = advance(talk, turn.from.id, worth);
  if (!next) {
    const isFirst = talk.stopped === 0;
    put({ ...talk, stopped: 1 });
    throw new NoProgress(turn, talk, isFirst);
  }
  const isNews = isProgress(worth.kind);
  return {
    isProgress: isNews,
    take: () =>
      put({
        ...next,
        turned_at: talk.now,
        progress_at: isNews ? talk.now : talk.progress_at,
      }),
  };
}

function countSignal(talk: HeldTalk, turn: Turn, put: (next: HeldTalk) => void): Taken {
  const isOver = talk.now - talk.signals_at >= MINUTE_MS;
  const signals = isOver ? 1 : talk.signals + 1;
  if (signals > SIGNALS_PER_MINUTE)
    throw new CadreError('message/too-many-signals', {
      from: turn.from.name,
      to: turn.to.name,
      limit: SIGNALS_PER_MINUTE,
    });
  return {
    isProgress: false,
    take: () => put({ ...talk, signals, signals_at: isOver ? talk.now : talk.signals_at }),
  };
}

/** What machines ask one another all the time: it is meant to be the same again and again. */
function isSignal({ type, payload }: Turn): boolean {
  if (SIGNALS.includes(type)) return true;
  return (
    (type === 'coordination_request' || type === 'coordination_response') && payload.requestType === 'ping'
  );
}

/** Writes what turns did to their talks. */
export async function closeTalks(tx: TenantTx, talks: Talks): Promise<void> {
  await keepTalks(
    tx,
    [...talks.changed].sort().flatMap((name) => {
      const talk = talks.held.get(name);
      if (!talk) return [];
      const { now: _, ...row } = talk;
      return [row];
    }),
  );
}

/** The refusal of a message in a talk that brings nothing new any more. */
class NoProgress extends CadreError {
  readonly stop: Stop | undefined;

  constructor(turn: Turn, talk: HeldTalk, isFirst: boolean) {
    super('message/no-progress', {
      from: turn.from.name,
      to: turn.to.name,
      conversationId: turn.conversationId,
    });
    this.stop = isFirst ? { turn, idle: talk.idle, since: talk.progress_at } : undefined;
  }
}

/** The fact that a talk was stopped, if this refusal did it. */
export function stopFacts(tenantId: string, error: CadreError): Fact[] {
  if (!(error instanceof NoProgress) || !error.stop) return [];
  const { turn, idle, since } = error.stop;
  return [
    {
      tenantId,
      type: 'conversation.stopped',
      agentId: turn.from.id,
      data: {
        reason: 'no-progress',
        conversationId: turn.conversationId,
        agents: [turn.from.id, turn.to.id],
        names: [turn.from.name, turn.to.name],
        idle,
        lastProgress: toRfc3339(since),
      },
    },
  ];
}

/** Refusals of messages that would only go round: the log tells of them, whoever sent them. */
export const LOOP_REFUSALS: readonly string[] = [
  'message/no-progress',
  'message/ping-pong',
  'message/hop-limit',
  'message/too-many-signals',
];
