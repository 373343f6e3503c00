import { Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import type { Agent } from '../../api/models.ts';
import { AgentStateWord } from './agent-state.tsx';
import { stateOf } from './agent-words.ts';

interface AgentHeadingProps {
  agentId: string;
  /** Undefined while it is not known yet. */
  agent: Agent | undefined;
  /** What the page is to the agent, before its name. */
  title: string;
  name: string;
  /** What can be done here. */
  action?: ReactNode;
  children?: ReactNode;
}

/** The head of a page of one agent: the way back to it, what the page is, and how the agent is. */
export function AgentHeading({ agentId, agent, title, name, action, children }: AgentHeadingProps) {
  return (
    <header className="space-y-2">
      <Link
        to="/agents"
        search={{ agent: agentId }}
        className="inline-flex items-center gap-1.5 text-sm text-soft hover:text-ink"
      >
        <ArrowLeft aria-hidden="true" className="size-4" /> The agent
      </Link>
      <div className="flex flex-wrap items-center gap-3">
        <h1 className="min-w-0 text-2xl font-semibold break-words">
          {title} <bdi>{name}</bdi>
        </h1>
        {agent && <AgentStateWord state={stateOf(agent)} />}
        {action}
      </div>
      {children}
    </header>
  );
}
