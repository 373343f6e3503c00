import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Message } from '../../api/models.ts';
import { tasksQuery } from '../../api/queries.ts';
import { plainWords } from '../../api/result.ts';
import { teamsQuery, votesQuery } from '../../api/talk-queries.ts';
import { atStart, usePartyNames } from './parties.ts';
import { type ConversationKind, kindOf } from './words.ts';

export interface ConversationName {
  kind: ConversationKind;
  /** What it is about, as people read it. */
  name: string;
  /** The id without its kind: of the team, the vote, the topic, the sender, the task. */
  of: string;
}

/** What is known of a conversation beside its id. */
type Hint = { subject?: string; isAboutTask?: boolean };

/** What a message tells of the conversation it stands in. */
export const hintOf = (message: Message | undefined): Hint =>
  message ? { subject: message.subject, isAboutTask: message.taskId !== null } : {};

/** Names for conversations: the team, the question, the topic, who writes, the goal. */
export function useConversationNames(): (id: string, hint: Hint) => ConversationName {
  const parties = usePartyNames();
  const teams = useInfiniteQuery(teamsQuery).data;
  const votes = useInfiniteQuery(votesQuery({})).data;
  const tasks = useInfiniteQuery(tasksQuery({})).data;
  return useMemo(() => {
    const teamNames = new Map(teams?.pages.flatMap(({ items }) => items.map(({ id, name }) => [id, name])));
    const questions = new Map(
      votes?.pages.flatMap(({ items }) => items.map(({ id, question }) => [id, question])),
    );
    const goals = new Map(tasks?.pages.flatMap(({ items }) => items.map(({ id, goal }) => [id, goal])));
    return (id, { subject, isAboutTask = false }) => {
      const { kind, of } = kindOf(id, goals.has(id) || isAboutTask);
      const names: Record<ConversationKind, string | undefined> = {
        team: teamNames.get(of) ?? 'a team that is gone',
        vote: questions.get(of) ?? subject,
        topic: of,
        direct: `From ${parties(of).name}`,
        collaboration: subject,
        solution: subject,
        optimization: subject,
        events: subject,
        task: goals.get(of) ?? subject,
        other: of,
      };
      return { kind, of, name: plainWords(names[kind] ?? atStart(of)) };
    };
  }, [parties, teams, votes, tasks]);
}
