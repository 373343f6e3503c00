import { z } from 'zod';
import { toRfc3339 } from '../../platform/kernel/clock.ts';
import type {
  CollaborationMemberRow,
  CollaborationRow,
  ContributionRow,
} from '../../platform/store/collaboration-rows.ts';

/** `requestType` of the message with which a member is asked, and of its answer (FEATURES CO-5, 3). */
export const COLLABORATE = 'collaborate';
export const EXPERIMENT = 'experiment';

/** All at once; one after another, each seeing all before; or in rounds, each seeing the rounds before. */
export const MODES = ['parallel', 'sequential', 'iterative'] as const;
export const KINDS = ['collaboration', 'experiment'] as const;
export const COLLABORATION_STATUSES = ['running', 'completed', 'failed', 'ended'] as const;
export const ENDINGS = ['done', 'unchanged', 'silence', 'stopped', 'broken'] as const;
export type Ending = (typeof ENDINGS)[number];
const CONTRIBUTION_STATUSES = ['answered', 'failed', 'silent', 'refused'] as const;

/** What became of requests. */
export const countsSchema = z.object({
  asked: z.number().int(),
  answered: z.number().int(),
  /** The handler of the agent failed for good. */
  failed: z.number().int(),
  /** No answer in time. */
  silent: z.number().int(),
  /** It could not be asked: its mailbox was full, say. */
  refused: z.number().int(),
});
export type Counts = z.output<typeof countsSchema>;

/** A collaboration as people see it. */
export const collaborationSchema = z.object({
  id: z.string(),
  kind: z.enum(KINDS),
  mode: z.enum(MODES),
  goal: z.string().nullable(),
  type: z.string().nullable(),
  params: z.record(z.string(), z.unknown()),
  /** The agent for which it is done; its relations are kept. */
  fromId: z.string().nullable(),
  teamId: z.string().nullable(),
  rounds: z.number().int(),
  /** Of one request. */
  timeoutMs: z.number().int(),
  status: z.enum(COLLABORATION_STATUSES),
  endedBecause: z.enum(ENDINGS).nullable(),
  /** `complete`: everybody who was asked contributed. */
  completeness: z.enum(['complete', 'partial']).nullable(),
  sentence: z.string(),
  counts: countsSchema,
  /** Most contributions that one request had to leave out because they did not fit into a message. */
  historyLeftOut: z.number().int(),
  /** In the messages it is found under this name. */
  conversationId: z.string(),
  members: z.array(z.object({ agentId: z.string(), name: z.string() })),
  startedBy: z.string(),
  createdAt: z.string(),
  endedAt: z.string().nullable(),
});
export type Collaboration = z.output<typeof collaborationSchema>;

/** The same with what each contributed, in the order in which they were asked. */
export const wholeCollaborationSchema = collaborationSchema.extend({
  contributions: z.array(
    z.object({
      round: z.number().int(),
      agentId: z.string(),
      name: z.string(),
      status: z.enum(CONTRIBUTION_STATUSES),
      data: z.unknown(),
      /** Why there is none. */
      error: z.string().nullable(),
      /** Until the answer; null without one. */
      ms: z.number().nullable(),
      messageId: z.string().nullable(),
      at: z.string(),
    }),
  ),
});
export type WholeCollaboration = z.output<typeof wholeCollaborationSchema>;

/** The conversation in which people follow it. */
export const conversationOf = (id: string) => `collaboration:${id}`;

/** The round, from 1, of a turn, from 0: only iterative ones have more than one. */
export const roundOf = (mode: string, turn: number) => (mode === 'iterative' ? turn + 1 : 1);

/** Who is asked in a turn: one member when they go one after another, else all. */
export function askedIn<Member>(mode: string, turn: number, members: readonly Member[]): readonly Member[] {
  return mode === 'sequential' ? members.slice(turn, turn + 1) : members;
}

type Kept = Pick<ContributionRow, 'turn' | 'agent_id' | 'status' | 'data'>;

/** Why it ends with this turn, or undefined when another one follows. Pure. */
export function endingAfter(
  at: Pick<CollaborationRow, 'mode' | 'rounds'> & { turn: number; members: number },
  contributions: readonly Kept[],
): Ending | undefined {
  if (at.mode === 'parallel') return 'done';
  if (at.mode === 'sequential') return at.turn + 1 >= at.members ? 'done' : undefined;
  const said = answersOf(contributions, at.turn);
  if (said.size === 0) return 'silence';
  const before = answersOf(contributions, at.turn - 1);
  if ([...said].every(([agentId, data]) => before.get(agentId) === data)) return 'unchanged';
  return at.turn + 1 >= at.rounds ? 'done' : undefined;
}

function answersOf(contributions: readonly Kept[], turn: number): Map<string, string> {
  return new Map(
    contributions
      .filter((one) => one.turn === turn && one.status === 'answered')
      .map((one) => [one.agent_id, canonical(JSON.parse(one.data ?? 'null'))]),
  );
}

/** JSON with the keys of every object in order, so that equal contributions have one text. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** How it ended, from what became of its requests. Pure. */
export function outcomeOf(
  because: Ending,
  counts: Counts,
): { status: 'completed' | 'failed' | 'ended'; completeness: 'complete' | 'partial' | null } {
  if (because === 'stopped') return { status: 'ended', completeness: counts.answered > 0 ? 'partial' : null };
  if (because === 'broken' || counts.answered === 0) return { status: 'failed', completeness: null };
  return {
    status: 'completed',
    completeness: because !== 'silence' && counts.answered === counts.asked ? 'complete' : 'partial',
  };
}

/** Counts by status. */
export function countsOf(rows: ReadonlyArray<{ status: string; count: number }>): Counts {
  const of = (status: string) => rows.find((row) => row.status === status)?.count ?? 0;
  const counts = {
    answered: of('answered'),
    failed: of('failed'),
    silent: of('silent'),
    refused: of('refused'),
  };
  return { asked: Object.values(counts).reduce((sum, count) => sum + count, 0), ...counts };
}

/** A collaboration as people see it. */
export function toCollaboration(
  row: CollaborationRow,
  members: readonly CollaborationMemberRow[],
  counts: Counts,
): Collaboration {
  const closed = collaborationSchema
    .pick({ kind: true, mode: true, status: true, endedBecause: true, completeness: true })
    .parse({ ...row, endedBecause: row.ended_because });
  return {
    id: row.id,
    ...closed,
    goal: row.goal,
    type: row.type,
    params: JSON.parse(row.params),
    fromId: row.from_id,
    teamId: row.team_id,
    rounds: row.rounds,
    timeoutMs: Number(row.timeout_ms),
    sentence: sentenceOf(row, closed.endedBecause, counts),
    counts,
    historyLeftOut: Number(row.left_out),
    conversationId: conversationOf(row.id),
    members: members.map((member) => ({ agentId: member.agent_id, name: member.name })),
    startedBy: row.started_by,
    createdAt: toRfc3339(Number(row.created_at)),
    endedAt: row.ended_at === null ? null : toRfc3339(Number(row.ended_at)),
  };
}

/** What one contributed as people see it. */
export function toContribution(
  mode: string,
  row: ContributionRow,
): WholeCollaboration['contributions'][number] {
  return {
    round: roundOf(mode, row.turn),
    agentId: row.agent_id,
    name: row.name,
    status: z.enum(CONTRIBUTION_STATUSES).parse(row.status),
    data: row.data === null ? null : JSON.parse(row.data),
    error: row.error,
    ms: row.ms === null ? null : Number(row.ms),
    messageId: row.message_id,
    at: toRfc3339(Number(row.created_at)),
  };
}

function sentenceOf(row: CollaborationRow, because: Ending | null, counts: Counts): string {
  const round = roundOf(row.mode, Math.max(0, row.turn - (row.status === 'running' ? 0 : 1)));
  const answered = `${counts.answered} of ${counts.asked} requests ${counts.answered === 1 ? 'was' : 'were'} answered`;
  const cut =
    row.left_out > 0 ? ` Of the history up to ${row.left_out} contributions did not fit into a message.` : '';
  if (row.status === 'running')
    return because === 'stopped'
      ? 'It is being ended.'
      : row.mode === 'iterative'
        ? `Round ${round} of ${row.rounds} is being asked; so far ${answered}.`
        : `It is under way; so far ${answered}.`;
  if (because === 'broken') return `It broke off: ${row.reason ?? 'without a reason'}`;
  if (because === 'stopped') return `It was ended early; ${answered}.${cut}`;
  if (counts.answered === 0) return `Nobody contributed: ${row.reason ?? 'no request was answered'}`;
  if (because === 'unchanged')
    return `It ended in round ${round}: no contribution changed; ${answered}.${cut}`;
  if (because === 'silence')
    return `It ended in round ${round}: nobody answered any more; ${answered}.${cut}`;
  const isAll = counts.answered === counts.asked;
  return `${isAll ? 'Everybody contributed' : 'Not everybody contributed'}; ${answered}.${cut}`;
}
