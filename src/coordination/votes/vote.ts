import { z } from 'zod';
import { toRfc3339 } from '../../platform/kernel/clock.ts';
import { CadreError } from '../../platform/kernel/errors.ts';
import type { BallotRow, VoteRow } from '../../platform/store/schema.ts';
import { VOTE_FAILURES, VOTE_RULES, type VoteRule } from './tally.ts';

/** `requestType` of the message with which a voter is asked, and of its answer. */
export const VOTE_REQUEST = 'vote';
/** Entry of the metadata of an agent's spec that says how a built-in agent votes: options, preferred first. */
export const STANCE = 'stance';

export const VOTE_STATUSES = ['open', 'decided', 'failed'] as const;

/** A vote as people see it. */
export const voteSchema = z.object({
  id: z.string(),
  teamId: z.string().nullable(),
  question: z.string(),
  options: z.array(z.string()),
  rule: z.enum(VOTE_RULES),
  capability: z.string().nullable(),
  quorum: z.number().int(),
  status: z.enum(VOTE_STATUSES),
  /** Why it failed, and what happened in a sentence. */
  reason: z.enum(VOTE_FAILURES).nullable(),
  sentence: z.string(),
  winner: z.string().nullable(),
  rounds: z.array(z.object({ counts: z.record(z.string(), z.number()), eliminated: z.string().nullable() })),
  deadline: z.string(),
  openedBy: z.string(),
  createdAt: z.string(),
  closedAt: z.string().nullable(),
  ballots: z.array(
    z.object({
      agentId: z.string(),
      name: z.string(),
      weight: z.number(),
      /** Options, preferred first; empty: it abstains; null: it is silent. */
      choice: z.array(z.string()).nullable(),
      note: z.string().nullable(),
      castAt: z.string().nullable(),
      castBy: z.string().nullable(),
      changes: z.number().int(),
      messageId: z.string().nullable(),
    }),
  ),
});
export type Vote = z.output<typeof voteSchema>;

/** What a ballot says: one option, several in order, or none. */
export const choiceSchema = z
  .union([z.string().max(200), z.array(z.string().max(200)).max(50), z.null()])
  .transform((choice) => (choice === null ? [] : typeof choice === 'string' ? [choice] : choice));

/** The data of an answer to a vote. */
export const answerSchema = z.object({
  choice: choiceSchema,
  note: z.string().max(2_000).optional(),
});

/** @throws CadreError `vote/bad-ballot` */
export function checkChoice(rule: VoteRule, options: readonly string[], choice: readonly string[]): void {
  const unknown = choice.find((one) => !options.includes(one));
  if (unknown !== undefined) throw new CadreError('vote/bad-ballot', { detail: `"${unknown}" is no option` });
  if (new Set(choice).size !== choice.length)
    throw new CadreError('vote/bad-ballot', { detail: 'an option is named twice' });
  if (rule !== 'ranked' && choice.length > 1)
    throw new CadreError('vote/bad-ballot', { detail: `the rule ${rule} takes one option` });
}

/** How a built-in agent votes: its stance as far as it names options, else it abstains. */
export function stanceOf(
  metadata: Readonly<Record<string, string>>,
  rule: string,
  options: readonly string[],
): string[] {
  const wanted = (metadata[STANCE] ?? '').split(',').map((one) => one.trim());
  const choice = [...new Set(wanted)].filter((one) => options.includes(one));
  return rule === 'ranked' ? choice : choice.slice(0, 1);
}

const SENTENCES = {
  deadline: 'The time was up before enough voters had chosen.',
  quorum: 'All voters answered, and too few of them chose an option.',
  tie: 'The leading options are equal.',
  'no-majority': 'No option has what the rule asks for.',
  'given-up': 'It was given up before its time was up and all had answered, so it was not counted.',
} as const;

/** A vote with its ballots as people see it. */
export function toVote(row: VoteRow, ballots: ReadonlyArray<BallotRow & { name: string }>): Vote {
  const time = (ms: number | null) => (ms === null ? null : toRfc3339(Number(ms)));
  const { status, reason, rule } = voteSchema.pick({ status: true, reason: true, rule: true }).parse(row);
  const heard = ballots.filter((ballot) => ballot.choice !== null).length;
  return {
    id: row.id,
    teamId: row.team_id,
    question: row.question,
    options: JSON.parse(row.options),
    rule,
    capability: row.capability,
    quorum: row.quorum,
    status,
    reason,
    sentence:
      status === 'open'
        ? `${heard} of ${ballots.length} voters have answered.`
        : reason
          ? SENTENCES[reason]
          : `"${row.winner}" was chosen; ${heard} of ${ballots.length} voters answered.`,
    winner: row.winner,
    rounds: row.rounds === null ? [] : JSON.parse(row.rounds),
    deadline: toRfc3339(Number(row.deadline)),
    openedBy: row.opened_by,
    createdAt: toRfc3339(Number(row.created_at)),
    closedAt: time(row.closed_at),
    ballots: ballots.map((ballot) => ({
      agentId: ballot.agent_id,
      name: ballot.name,
      weight: ballot.weight,
      choice: ballot.choice === null ? null : JSON.parse(ballot.choice),
      note: ballot.note,
      castAt: time(ballot.cast_at),
      castBy: ballot.cast_by,
      changes: ballot.changes,
      messageId: ballot.message_id,
    })),
  };
}
