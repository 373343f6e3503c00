import type { Agent } from '../../api/models.ts';

/** What an agent is up to, in one word. `deactivated` is a person's decision; the others are the server's words. */
export type AgentState = Agent['status'] | 'deactivated';

/** The word for an agent: whether it was deactivated comes before how it is. */
export function stateOf(agent: Pick<Agent, 'status' | 'enabled'>): AgentState {
  return agent.enabled || agent.status === 'archived' ? agent.status : 'deactivated';
}

/** What each word means, for people who see it for the first time. */
export const STATE_MEANS: Readonly<Record<AgentState, string>> = {
  initializing: 'it was just added and is being checked',
  validating: 'the bootstrap check is running',
  idle: 'ready: it waits for work',
  busy: 'it works',
  degraded: 'it works, but not as it should',
  error: 'it did not pass the bootstrap check and gets no work',
  paused: 'it gets no work for a while',
  offline: 'its heartbeat was lost; its work goes to others',
  archived: 'it was removed; its record stays',
  deactivated: 'a person deactivated it: it gets no new work',
};

/** How bad it is: for the colour beside the word. */
export function toneOf(state: AgentState): 'working' | 'ready' | 'held' | 'broken' | 'gone' {
  if (state === 'busy') return 'working';
  if (state === 'idle') return 'ready';
  if (state === 'offline' || state === 'error') return 'broken';
  return state === 'archived' ? 'gone' : 'held';
}

/** How an agent works, for people. */
export function executorOf({ executor }: Agent['spec']): string {
  switch (executor.kind) {
    case 'local':
      return 'built-in skills, no language model';
    case 'http':
      return `an HTTP endpoint: ${executor.url}`;
    case 'function':
      return `the function ${executor.name} of a plug-in`;
    case 'mailbox':
      return 'a program outside that takes messages from its mailbox';
  }
}

/** "98 %", or undefined when nothing is finished yet. Never rounds a failure away. */
export function successOf({ successRate }: Pick<Agent, 'successRate'>): string | undefined {
  if (successRate === null) return undefined;
  const percent = successRate * 100;
  return `${percent > 99 && percent < 100 ? percent.toFixed(1) : Math.round(percent)} %`;
}
