import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Crown, UserMinus } from 'lucide-react';
import { useId, useState } from 'react';
import { call } from '../../api/client.ts';
import type { Team } from '../../api/models.ts';
import { agentsQuery } from '../../api/queries.ts';
import { useMay } from '../../api/roles.ts';
import { teamQuery } from '../../api/talk-queries.ts';
import { AgentStateWord } from '../../parts/agent/agent-state.tsx';
import { Button } from '../../parts/button.tsx';
import { notify, notifyProblem } from '../../parts/notices.tsx';
import { linesOf, orderOf, reachOf } from './layout.ts';

/** So many names are told; more are counted. */
const MOST_NAMES = 3;

/** Who is in the team, how they are, and to whom each may write: the picture in words. */
export function Members({ team }: { team: Team }) {
  const may = useMay('operator');
  const { act, isBusy } = useChange(team);
  const order = orderOf(
    team.members.map(({ agentId }) => agentId),
    team.lead?.agentId,
  );
  const reach = reachOf(linesOf(team.shape, order, team.fanOut));
  const names = new Map(team.members.map(({ agentId, name }) => [agentId, name]));
  return (
    <section aria-label="Members">
      <h2 className="mb-3 flex items-baseline gap-3 text-lg font-semibold">
        Members <span className="text-sm font-normal text-soft">{team.members.length}</span>
      </h2>
      {team.members.length > 0 && (
        <div className="overflow-hidden rounded-2xl border border-line bg-card shadow-card">
          <table className="w-full table-fixed text-left text-sm">
            <thead className="border-b border-line text-soft">
              <tr>
                <th scope="col" className="px-4 py-2 font-medium">
                  Agent
                </th>
                <th scope="col" className="hidden w-32 px-3 py-2 font-medium sm:table-cell">
                  Status
                </th>
                <th scope="col" className="hidden px-3 py-2 font-medium md:table-cell">
                  May write to
                </th>
                {may && (
                  <th scope="col" className="w-32 px-3 py-2 font-medium sm:w-52">
                    <span className="sr-only">What to do</span>
                  </th>
                )}
              </tr>
            </thead>
            <tbody className="divide-y divide-line">
              {team.members.map(({ agentId, name, status }) => {
                const leads = agentId === team.lead?.agentId;
                return (
                  <tr key={agentId}>
                    <td className="px-4 py-2">
                      <Link
                        to="/agents/$agentId/mailbox"
                        params={{ agentId }}
                        title={`Mailbox of ${name}`}
                        className="flex items-center gap-1.5 font-medium hover:text-accent"
                      >
                        <bdi className="min-w-0 truncate">{name}</bdi>
                        {leads && (
                          <>
                            <Crown aria-hidden="true" className="size-4 shrink-0 text-accent" />
                            <span className="sr-only">(leads)</span>
                          </>
                        )}
                      </Link>
                    </td>
                    <td className="hidden px-3 py-2 sm:table-cell">
                      <AgentStateWord state={status} />
                    </td>
                    <td className="hidden truncate px-3 py-2 text-soft md:table-cell">
                      {reachWords(reach.get(agentId) ?? [], names)}
                    </td>
                    {may && (
                      <td className="px-3 py-1.5 text-right whitespace-nowrap">
                        {!leads && (
                          <Button
                            small
                            look="quiet"
                            disabled={isBusy}
                            onClick={() => act({ kind: 'name', agentId, name })}
                            aria-label={`Name as lead: ${name}`}
                          >
                            <Crown aria-hidden="true" className="size-4" />
                            <span className="hidden sm:inline">Name as lead</span>
                          </Button>
                        )}
                        <Button
                          small
                          look="quiet"
                          disabled={isBusy}
                          onClick={() => act({ kind: 'leave', agentId, name })}
                          aria-label={`Take ${name} out of the team`}
                          title="Take out of the team"
                        >
                          <UserMinus aria-hidden="true" className="size-4" />
                        </Button>
                      </td>
                    )}
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {may && (
        <AddMember
          team={team}
          onAdd={(agentId, name) => act({ kind: 'join', agentId, name })}
          isBusy={isBusy}
        />
      )}
    </section>
  );
}

function reachWords(ids: readonly string[], names: ReadonlyMap<string, string>): string {
  const told = ids.slice(0, MOST_NAMES).map((id) => names.get(id) ?? 'an agent');
  const more = ids.length - told.length;
  return `${told.join(', ') || 'nobody'}${more > 0 ? ` and ${more} more` : ''}`;
}

type Change = { kind: 'join' | 'leave' | 'name'; agentId: string; name: string };

function useChange(team: Team) {
  const client = useQueryClient();
  const { id } = team;
  const change = useMutation({
    mutationFn: ({ kind, agentId }: Change) => {
      if (kind === 'join') return call('teams.join', { id, agentId });
      if (kind === 'leave') return call('teams.leave', { id, agentId });
      return call('teams.change', { id, lead: agentId });
    },
    onSuccess(next, { kind, name }) {
      client.setQueryData(teamQuery(id).queryKey, next);
      void client.invalidateQueries({ queryKey: ['teams'] });
      const done = { join: 'joined the team', leave: 'left the team', name: 'is named as lead' };
      const reshaped =
        next.shape === team.shape ? undefined : `Its shape is now a ${next.shape}: ${next.shapeBecause}`;
      notify(`${name} ${done[kind]}`, reshaped);
    },
    onError: notifyProblem,
  });
  return { act: change.mutate, isBusy: change.isPending };
}

interface AddMemberProps {
  team: Team;
  isBusy: boolean;
  onAdd(agentId: string, name: string): void;
}

function AddMember({ team, isBusy, onAdd }: AddMemberProps) {
  const { data: agents = [] } = useQuery(agentsQuery);
  const [agentId, setAgentId] = useState('');
  const id = useId();
  const others = agents.filter(
    (agent) => agent.status !== 'archived' && !team.members.some((member) => member.agentId === agent.id),
  );
  const chosen = others.find((agent) => agent.id === agentId) ?? others[0];
  if (!chosen) return <p className="mt-3 text-sm text-soft">Every agent is in this team.</p>;
  return (
    <div className="mt-3 flex flex-wrap items-center gap-2">
      <label htmlFor={id} className="text-sm font-medium">
        Add a member
      </label>
      <select
        id={id}
        value={chosen.id}
        onChange={({ target }) => setAgentId(target.value)}
        className="h-8 max-w-60 min-w-0 rounded-lg border border-line bg-card px-2 text-sm"
      >
        {others.map((agent) => (
          <option key={agent.id} value={agent.id}>
            {agent.name}
          </option>
        ))}
      </select>
      <Button small disabled={isBusy} onClick={() => onAdd(chosen.id, chosen.name)}>
        Add
      </Button>
    </div>
  );
}
