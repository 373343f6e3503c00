import { type AgentState, STATE_MEANS, toneOf } from './agent-words.ts';

const DOT: Record<ReturnType<typeof toneOf>, string> = {
  working: 'bg-running at-work',
  ready: 'border-2 border-completed bg-transparent',
  held: 'bg-paused',
  broken: 'bg-failed',
  gone: 'bg-terminated',
};
const TEXT: Record<ReturnType<typeof toneOf>, string> = {
  working: 'text-running',
  ready: 'text-soft',
  held: 'text-paused',
  broken: 'text-failed',
  gone: 'text-terminated',
};

export function AgentDot({ state }: { state: AgentState }) {
  return (
    <span
      aria-hidden="true"
      className={`inline-block size-2.5 shrink-0 rounded-full ${DOT[toneOf(state)]}`}
    />
  );
}

/** How an agent is: a dot and the word, never colour alone. */
export function AgentStateWord({ state }: { state: AgentState }) {
  return (
    <span
      className={`inline-flex items-center gap-1.5 text-sm font-medium ${TEXT[toneOf(state)]}`}
      title={STATE_MEANS[state]}
    >
      <AgentDot state={state} />
      {state}
    </span>
  );
}
