import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Plus, Users } from 'lucide-react';
import { useState } from 'react';
import type { Agent } from '../../api/models.ts';
import { agentsQuery } from '../../api/queries.ts';
import { useMay } from '../../api/roles.ts';
import { useWorking } from '../../live/live.tsx';
import { Busy } from '../../parts/busy.tsx';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { AddAgent } from './add-agent.tsx';
import { AgentCard } from './agent-card.tsx';
import { AgentPanel } from './agent-panel.tsx';
import { filterAgents, NO_FILTER } from './filter.ts';
import { FilterBar } from './filter-bar.tsx';

/** Cards that are drawn at first; more on demand. */
const FIRST = 120;

/** Who is in the team, how they are, what they have done; and how to change that. */
export function Agents() {
  const { agent: openId } = useSearch({ from: '/agents' });
  const navigate = useNavigate();
  const agents = useQuery(agentsQuery);
  const mayAdd = useMay('admin');
  const [isAdding, setAdding] = useState(false);
  const open = (id: string | undefined) =>
    navigate({ to: '/agents', search: id === undefined ? {} : { agent: id } });
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center gap-3">
        <h1 className="text-2xl font-semibold">Agents</h1>
        {mayAdd && (
          <Button look="main" className="ml-auto" onClick={() => setAdding(true)}>
            <Plus aria-hidden="true" className="size-4" /> Add an agent
          </Button>
        )}
      </div>
      {agents.isPending && <Busy what="Looking who is there" />}
      {agents.isError && <ProblemBox error={agents.error} onRetry={() => agents.refetch()} />}
      {agents.data && <Cards agents={agents.data} />}
      {openId !== undefined && (
        <AgentPanel
          key={openId}
          id={openId}
          agents={agents.data ?? []}
          onClose={() => void open(undefined)}
        />
      )}
      {isAdding && (
        <AddAgent
          onClose={() => setAdding(false)}
          onAdded={(agent) => {
            setAdding(false);
            void open(agent.id);
          }}
        />
      )}
    </>
  );
}

function Cards({ agents }: { agents: readonly Agent[] }) {
  const working = useWorking();
  const [filter, setFilter] = useState(NO_FILTER);
  const [most, setMost] = useState(FIRST);
  const fitting = filterAgents(agents, filter);
  if (agents.length === 0) {
    return (
      <Empty title="Nobody is in the team" icon={<Users className="size-6" />}>
        An agent is a named worker: it says what it can do, and the chief gives it the steps that need it.
      </Empty>
    );
  }
  return (
    <>
      <FilterBar agents={agents} filter={filter} onChange={setFilter} shown={fitting.length} />
      {fitting.length === 0 && (
        <Empty title="No agent fits">
          <p className="mb-3">Nobody in the team has all that is asked for above.</p>
          <Button onClick={() => setFilter(NO_FILTER)}>Show all</Button>
        </Empty>
      )}
      <ul className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
        {fitting.slice(0, most).map((agent) => (
          <li key={agent.id} className="min-w-0">
            <AgentCard agent={agent} inHand={working.get(agent.id) ?? []} />
          </li>
        ))}
      </ul>
      {fitting.length > most && (
        <div className="mt-4 text-center">
          <Button onClick={() => setMost(most + FIRST)}>Show more of {fitting.length}</Button>
        </div>
      )}
    </>
  );
}
