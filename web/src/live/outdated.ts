import type { QueryClient, QueryKey } from '@tanstack/react-query';
import type { CadreEvent } from '../api/models.ts';
import { atMostEvery } from './soon.ts';

/** Money, tokens and joules as they are added up. */
const SPENT: QueryKey[] = [['usage'], ['budgets'], ['energy']];

/** What an event about anything but the tasks and agents themselves makes old: keys of what is asked again. */
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
  // Models are shown with the health of their provider.
  if (type.startsWith('provider.')) return [['providers'], ['models'], ['model'], ['model-choice']];
  if (type.startsWith('model.')) return [['models'], ['model'], ['model-choice']];
  if (type.startsWith('energy.')) return [['energy'], ['alarms']];
  // One more estimate was held against what was taken: later than the end of its task.
  if (type === 'usage.compared') return [['predictions']];
  if (type.startsWith('budget.') || type.startsWith('usage.')) return [['budgets'], ['usage'], ['alarms']];
  // How many tasks follow each workflow; those that follow one as a step of another end with it, or soon after.
  if (type === 'task.submitted') return [['workflows'], ...(data.type === 'chat' ? [['chats']] : [])];
  // What its calls took is settled before; with a whole task ends also what it asks people.
  if (type === 'task.settled')
    return [...SPENT, ...(taskId === rootId ? [['workflows'], ['approvals'], ['chats']] : [])];
  // Members are shown with their status, and who leads depends on who can.
  if (type.startsWith('agent.')) return [['teams'], ['topics']];
  return [];
}

/** Whether an event makes old what is kept under a key. */
export function isOutdatedBy(queryKey: QueryKey, event: CadreEvent): boolean {
  if (queryKey[0] === 'tasks') return event.taskId !== null;
  if (queryKey[0] === 'agents' && event.agentId !== null) return true;
  return outdatedBy(event).some((old) => old.every((part, index) => part === queryKey[index]));
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
