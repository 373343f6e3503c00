import { Link } from '@tanstack/react-router';
import type { Agent } from '../../api/models.ts';
import { AgentDot } from '../../parts/agent/agent-state.tsx';
import { type AgentState, stateOf, toneOf } from '../../parts/agent/agent-words.ts';
import type { Hands, Shown } from './hands.ts';
import { MOST_DOTS } from './team-layout.ts';

const CARD = 'h-full rounded-xl border bg-card transition-colors';

/** The word beside the dot: what is seen comes before what the server said last. */
function shownState(agent: Agent, atWork: boolean): AgentState {
  const state = stateOf(agent);
  if (state !== 'idle' && state !== 'busy') return state;
  return atWork ? 'busy' : 'idle';
}

const ahead = (agent: Agent): number => Math.max(0, agent.inFlight - agent.busy);

function queue(agent: Agent): string | undefined {
  const count = ahead(agent);
  return count === 0 ? undefined : `${count} waiting`;
}

interface TeamAgentProps {
  agent: Agent;
  shown: Shown | undefined;
  atWork: boolean;
}

/** One agent in the picture. */
export function TeamAgent({ agent, shown, atWork }: TeamAgentProps) {
  const state = shownState(agent, atWork);
  const isHeld = state !== 'idle' && state !== 'busy';
  return (
    <Link
      to="/agents"
      search={{ agent: agent.id }}
      className={`${CARD} block px-3 py-2.5 hover:border-accent ${atWork ? 'border-running/60' : 'border-line'}`}
    >
      <span className="flex items-center gap-2">
        <AgentDot state={state} />
        <bdi className="min-w-0 flex-1 truncate text-sm font-medium">{agent.name}</bdi>
      </span>
      {isHeld || !shown ? (
        <span
          className={`mt-1 block text-xs ${isHeld ? `font-medium ${toneOf(state) === 'broken' ? 'text-failed' : 'text-paused'}` : 'text-soft'}`}
        >
          {state}
        </span>
      ) : (
        <span
          dir="auto"
          className={`mt-1 line-clamp-2 text-xs break-words ${atWork ? 'text-ink' : 'text-soft'}`}
        >
          {!atWork && <span aria-hidden="true">✓ </span>}
          {!atWork && <span className="sr-only">{state}, last: </span>}
          {atWork ? shown.what : shown.done}
        </span>
      )}
      {queue(agent) && <span className="sr-only">, </span>}
      {queue(agent) && (
        <span className="absolute right-2 -bottom-2 rounded-full border border-line bg-sunken px-1.5 text-[0.6875rem] leading-4 text-soft">
          {queue(agent)}
        </span>
      )}
    </Link>
  );
}

interface TeamGroupProps {
  label: string;
  agents: readonly Agent[];
  hands: Hands;
  atWork(agent: Agent): boolean;
}

/** Agents that can do the same, each as a dot that leads to it. */
export function TeamGroup({ label, agents, hands, atWork }: TeamGroupProps) {
  const working = agents.filter(atWork);
  const shown = agents.slice(0, MOST_DOTS);
  const waiting = agents.reduce((sum, agent) => sum + ahead(agent), 0);
  const latest = working.map(({ id }) => hands.get(id)).find((hand) => hand !== undefined);
  return (
    <div className={`${CARD} p-3 ${working.length > 0 ? 'border-running/60' : 'border-line'}`}>
      <p className="flex items-baseline gap-2 text-sm">
        <bdi className="min-w-0 truncate font-medium">{label}</bdi>
        <span className="shrink-0 text-xs text-soft">× {agents.length}</span>
        {waiting > 0 && <span className="ml-auto shrink-0 text-xs text-soft">{waiting} waiting</span>}
      </p>
      <p dir="auto" className={`truncate text-xs ${working.length > 0 ? 'text-running' : 'text-soft'}`}>
        {working.length === 0 ? 'nobody at work' : `${working.length} at work`}
        {latest && working.length > 0 && <span className="text-ink"> · {latest.what}</span>}
      </p>
      <ul aria-label={label} className="mt-1 -ml-1.5 flex flex-wrap">
        {shown.map((agent) => {
          const state = shownState(agent, atWork(agent));
          const what = atWork(agent) ? `: ${hands.get(agent.id)?.what ?? 'working'}` : '';
          return (
            <li key={agent.id}>
              <Link
                to="/agents"
                search={{ agent: agent.id }}
                title={`${agent.name}: ${state}`}
                aria-label={`${agent.name}, ${state}${what}`}
                className="grid size-6 place-items-center rounded-md hover:bg-sunken"
              >
                <AgentDot state={state} />
              </Link>
            </li>
          );
        })}
        {agents.length > shown.length && (
          <li className="self-center px-1 text-xs text-soft">and {agents.length - shown.length} more</li>
        )}
      </ul>
    </div>
  );
}
