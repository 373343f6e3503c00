import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { Agent } from '../../api/models.ts';
import { agentsQuery } from '../../api/queries.ts';
import { stateOf } from '../../parts/agent/agent-words.ts';
import { Busy } from '../../parts/busy.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import type { Hands } from './hands.ts';
import { layoutTeam } from './team-layout.ts';
import { TeamAgent, TeamGroup } from './team-nodes.tsx';
import { useHands } from './use-hands.ts';

/** The team as a picture that lives: who is there, who works, on what, and what still lies before them. */
export function Team() {
  const agents = useQuery(agentsQuery);
  const hands = useHands();
  const there = useMemo(
    () => (agents.data ?? []).filter(({ status }) => status !== 'archived'),
    [agents.data],
  );
  const works = there.filter(({ id, status }) => hands.get(id)?.isLive || status === 'busy').length;
  return (
    <section aria-labelledby="team" className="mt-8">
      <div className="mb-3 flex items-baseline gap-3">
        <h2 id="team" className="text-lg font-semibold">
          The team
        </h2>
        {there.length > 0 && (
          <p className="text-sm text-soft">
            {there.length === 1 ? '1 agent' : `${there.length} agents`}
            {works > 0 && <span className="font-medium text-running"> · {works} at work</span>}
          </p>
        )}
        <Link to="/agents" className="ml-auto text-sm text-accent hover:underline">
          All agents
        </Link>
      </div>
      <div className="rounded-2xl border border-line bg-card p-4 shadow-card md:p-5">
        {agents.isPending && <Busy what="Looking who is there" />}
        {agents.isError && <ProblemBox error={agents.error} onRetry={() => agents.refetch()} />}
        {agents.data && there.length === 0 && (
          <p className="py-8 text-center text-soft">
            Nobody is in the team. Add an agent on the page Agents.
          </p>
        )}
        {there.length > 0 && <Picture agents={there} hands={hands} />}
      </div>
    </section>
  );
}

/** True when an agent is seen to work: by an event, or as the server said last. */
const isAtWork = (agent: Agent, hands: Hands): boolean =>
  hands.get(agent.id)?.isLive ?? (agent.status === 'busy' && stateOf(agent) === 'busy');

function Picture({ agents, hands }: { agents: readonly Agent[]; hands: Hands }) {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const members = JSON.stringify(
    agents.map(({ id, name, role, spec }) => ({
      id,
      name,
      role,
      capabilities: spec.capabilities.map((capability) => capability.name),
    })),
  );
  // Counters of agents change all the time; who is there and how wide the page is, rarely.
  const { nodes, height } = useMemo(() => layoutTeam(JSON.parse(members), width), [members, width]);
  const byId = new Map(agents.map((agent) => [agent.id, agent]));
  const ofNode = (ids: readonly string[]) => ids.flatMap((id) => byId.get(id) ?? []);
  return (
    <div ref={frame} className="relative" style={{ height }}>
      {width > 0 && (
        <>
          <svg aria-hidden="true" width={width} height={height} className="absolute inset-0 overflow-visible">
            {nodes.map(({ key, ids, line }) => {
              if (!line) return null;
              const works = ofNode(ids).some((agent) => isAtWork(agent, hands));
              return (
                <path
                  key={key}
                  d={line}
                  fill="none"
                  className={works ? 'flows stroke-running' : 'stroke-line'}
                  strokeWidth={works ? 2 : 1.5}
                />
              );
            })}
          </svg>
          <ul aria-label="The team">
            {nodes.map(({ key, kind, label, ids, box }) => {
              const [first] = ofNode(ids);
              return (
                <li
                  key={key}
                  className="absolute"
                  style={{ left: box.x, top: box.y, width: box.width, height: box.height }}
                >
                  {kind === 'agent' && first && (
                    <TeamAgent agent={first} shown={hands.get(first.id)} atWork={isAtWork(first, hands)} />
                  )}
                  {kind === 'group' && (
                    <TeamGroup
                      label={label}
                      agents={ofNode(ids)}
                      hands={hands}
                      atWork={(agent) => isAtWork(agent, hands)}
                    />
                  )}
                </li>
              );
            })}
          </ul>
        </>
      )}
    </div>
  );
}
