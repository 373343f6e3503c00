import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Message } from '../../api/models.ts';
import { agentsQuery, sessionQuery } from '../../api/queries.ts';

/** Who writes or is written to, as people read it. `agentId` where it is an agent that is known. */
export interface Party {
  name: string;
  agentId?: string;
}

export type PartyNames = (id: string, type?: Message['senderType']) => Party;

/** Names for the ends of messages: agents by their name, who looks at the page as "you", others as what they are. */
export function usePartyNames(): PartyNames {
  const { data: agents } = useQuery(agentsQuery);
  const { data: session } = useQuery(sessionQuery);
  const self = session ? `${session.actor.kind}:${session.actor.id}` : undefined;
  return useMemo(() => {
    const names = new Map(agents?.map(({ id, name }) => [id, name]));
    return (id) => {
      const known = names.get(id);
      if (known !== undefined) return { name: known, agentId: id };
      if (id === self) return { name: 'you' };
      if (id.startsWith('vote:')) return { name: 'the vote' };
      // A collaboration, a solution or a search asks in its own name; so does Cadre when it tells events.
      if (/^(ask|system):/.test(id)) return { name: 'Cadre' };
      return { name: /^(key|session):/.test(id) ? 'a person' : 'an agent' };
    };
  }, [agents, self]);
}

/** With a capital letter where it begins a sentence. */
export const atStart = (name: string): string =>
  ['you', 'the vote', 'a person', 'an agent'].includes(name)
    ? name.charAt(0).toUpperCase() + name.slice(1)
    : name;
