import type { QueryClient, QueryKey } from '@tanstack/react-query';
import type { CadreEvent } from '../api/models.ts';
import { atMostEvery } from './soon.ts';

/** What an event about messages, topics, teams, votes, workflows and approvals makes old: keys of what is asked again. */
export function outdatedBy({ type, data, taskId, rootId }: CadreEvent): QueryKey[] {
  const key = (name: string, id: unknown): QueryKey[] => (typeof id === 'string' ? [[name, id]] : []);
  if (type.startsWith('message.'))
    return [
      ['messages'],
      ...key('message', data.messageId),
      ...key('message', data.inReplyTo),
      ...key('mailbox', data.to),
      ...key('dead', data.to),
    ];
  if (type === 'topic.published') return []; // its messages have events of their own
  if (type.startsWith('topic.')) return [['topics']];
  if (type.startsWith('vote.')) return [['votes']];
  if (type.startsWith('team.')) return [['teams'], ...key('team-history', data.teamId)];
  if (type.startsWith('workflow.')) return [['workflows']];
  if (type.startsWith('approval.')) return [['approvals']];
  // How many tasks follow each workflow; those that follow one as a step of another end with it, or soon after.
  if (type === 'task.submitted') return [['workflows']];
  // With a task ends what it asks people.
  if (type === 'task.settled' && taskId === rootId) return [['workflows'], ['approvals']];
  // Members are shown with their status, and who leads depends on who can.
  if (type.startsWith('agent.')) return [['teams'], ['topics']];
  return [];
}

/** Asks again for what events made old: at once, then at most every `everyMs`, each key once. */
export function outdater(
  client: QueryClient,
  everyMs: number,
  outdated: (event: CadreEvent) => QueryKey[] = outdatedBy,
): (events: readonly CadreEvent[]) => void {
  const old = new Map<string, QueryKey>();
  const ask = atMostEvery(everyMs, () => {
    for (const queryKey of old.values()) void client.invalidateQueries({ queryKey });
    old.clear();
  });
  return (events) => {
    for (const event of events)
      for (const queryKey of outdated(event)) old.set(JSON.stringify(queryKey), queryKey);
    if (old.size > 0) ask();
  };
}
