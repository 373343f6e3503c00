import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Agent } from '../../api/models.ts';
import { useWorking } from '../../live/live.tsx';
import { AgentStateWord } from '../../parts/agent/agent-state.tsx';
import { executorOf, STATE_MEANS, stateOf } from '../../parts/agent/agent-words.ts';
import { Busy } from '../../parts/busy.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { Ago, duration } from '../../parts/time.tsx';
import { AgentActions } from './agent-actions.tsx';
import { Counters } from './agent-card.tsx';
import { AgentMessages } from './agent-messages.tsx';
import { agentQuery } from './agent-query.ts';
import { AgentTasks } from './agent-tasks.tsx';
import { Alive } from './alive.tsx';
import { LastCheck } from './last-check.tsx';
import { Section } from './section.tsx';

interface AgentPanelProps {
  id: string;
  /** The list, when it is there: the panel need not wait for its own answer. */
  agents: readonly Agent[];
  onClose(): void;
}

/** All about one agent, at the side. */
export function AgentPanel({ id, agents, onClose }: AgentPanelProps) {
  const listed = agents.find((agent) => agent.id === id);
  const asked = useQuery(agentQuery(id));
  const agent = asked.data ?? listed;
  return (
    <Dialog open onClose={onClose} place="side" title={<bdi>{agent?.name ?? 'Agent'}</bdi>}>
      {!agent && asked.isPending && <Busy what="Looking for the agent" />}
      {!agent && asked.isError && <ProblemBox error={asked.error} onRetry={() => asked.refetch()} />}
      {agent && <Details agent={agent} onRemoved={onClose} all={agents} />}
    </Dialog>
  );
}

function Details({ agent, all, onRemoved }: { agent: Agent; all: readonly Agent[]; onRemoved(): void }) {
  const working = useWorking().get(agent.id) ?? [];
  const state = stateOf(agent);
  const { spec } = agent;
  return (
    <div className="space-y-6">
      <div className="space-y-3">
        <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1 text-sm text-soft">
          <AgentStateWord state={state} />
          <span dir="auto" className="break-words">
            {agent.statusReason ?? STATE_MEANS[state]}
          </span>
          <Alive agent={agent} />
        </p>
        {spec.description !== '' && (
          <p dir="auto" className="break-words whitespace-pre-line">
            {spec.description}
          </p>
        )}
        <AgentActions agent={agent} all={all} onRemoved={onRemoved} />
        <Counters agent={agent} />
      </div>
      <LastCheck validation={agent.validation} />
      <AgentTasks agentId={agent.id} working={working} />
      <AgentMessages agentId={agent.id} />
      <Section title="Spec">
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm">
          <Row name="Role">{agent.role}</Row>
          <Row name="Works by">
            <span dir="auto">{executorOf(spec)}</span>
          </Row>
          <Row name="Capabilities">
            {spec.capabilities.length === 0 ? 'none' : spec.capabilities.map((each) => each.name).join(', ')}
          </Row>
          <Row name="At the same time">{spec.maxConcurrent}</Row>
          <Row name="Time for one attempt">{duration(spec.timeoutMs)}</Row>
          <Row name="Attempts">{spec.maxAttempts}</Row>
          {spec.dependencies.length > 0 && <Row name="Needs">{spec.dependencies.join(', ')}</Row>}
          {Object.entries(spec.metadata).map(([name, value]) => (
            <Row key={name} name={name}>
              <span dir="auto">{value}</span>
            </Row>
          ))}
          <Row name="Version">
            {agent.specVersion}, added <Ago at={agent.createdAt} />
          </Row>
          <Row name="Id">
            <code className="text-xs">{agent.id}</code>
          </Row>
        </dl>
      </Section>
    </div>
  );
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="max-w-40 break-words text-soft">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
