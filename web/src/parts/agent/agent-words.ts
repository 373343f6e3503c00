import type { Agent } from '../../api/models.ts';

/** What an agent is up to, in one word. `deactivated` is a person's decision; the others are the server's words. */
export type AgentState = Agent['status'] | 'deactivated';

/** The word for an agent: whether it was deactivated comes before how it is. */
export function stateOf(agent: Pick<Agent, 'status' | 'enabled'>): AgentState {
  return agent.enabled || agent.status === 'archived' ? agent.status : 'deactivated';
}

/** What each word means, for people who see it for the first time. */
export const STATE_MEANS: Readonly<Record<AgentState, string>> = {
  initializing: 'It was just added and is being checked',
  validating: 'The bootstrap check is running',
  idle: 'Ready: it waits for work',
  busy: 'It works',
  degraded: 'It works, but not as it should',
  error: 'It did not pass the bootstrap check and gets no work',
  paused: 'It gets no work for a while',
  offline: 'Its heartbeat was lost; its work goes to others',
  archived: 'It was removed; its record stays',
  deactivated: 'A person deactivated it: it gets no new work',
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
    case 'model':
      return `a language model: ${executor.model ?? 'chosen for each call by rules'}`;
    case 'scripted':
      return `a script of ${executor.turns.length === 1 ? '1 turn' : `${executor.turns.length} turns`}, no language model`;
  }
}

/** "98 %", or undefined when nothing is finished yet. Never rounds a failure away. */
export function successOf({ successRate }: Pick<Agent, 'successRate'>): string | undefined {
  if (successRate === null) return undefined;
  const percent = successRate * 100;
  return `${percent > 99 && percent < 100 ? Math.floor(percent * 10) / 10 : Math.round(percent)} %`;
}

/** The next step for an error of the bootstrap check, where its sentence does not tell it. */
export function hintFor(error: string): string | undefined {
  if (/list of allowed hosts/.test(error)) {
    const [address = 'host:port'] = /\S+:\d+/.exec(error) ?? [];
    return `Start Cadre with CADRE_ALLOW_HOSTS=${address} to allow this address, then check again.`;
  }
  if (/does not answer/i.test(error)) return 'Start the endpoint or correct its address, then check again.';
  if (/No plug-in/i.test(error))
    return 'Name the plug-in in CADRE_PLUGINS when you start Cadre, then check again.';
  return undefined;
}
