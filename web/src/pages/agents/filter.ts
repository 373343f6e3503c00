import type { Agent } from '../../api/models.ts';
import { type AgentState, stateOf } from '../../parts/agent/agent-words.ts';

/** What is typed and chosen above the cards. Empty text means all; '' of the others too. */
export interface AgentFilter {
  text: string;
  state: AgentState | '';
  role: Agent['role'] | '';
}

export const NO_FILTER: AgentFilter = { text: '', state: '', role: '' };

/** The agents that fit: every word in the name, the description or a capability. Removed ones only when asked for. */
export function filterAgents(agents: readonly Agent[], { text, state, role }: AgentFilter): Agent[] {
  const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return agents.filter((agent) => {
    const own = stateOf(agent);
    if (state === '' ? own === 'archived' : own !== state) return false;
    if (role !== '' && agent.role !== role) return false;
    const { description, capabilities, executor } = agent.spec;
    const all = [agent.name, description, executor.kind, ...capabilities.map(({ name }) => name)]
      .join(' ')
      .toLocaleLowerCase();
    return words.every((word) => all.includes(word));
  });
}
