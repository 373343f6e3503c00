import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Crown } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { call } from '../../api/client.ts';
import type { Team } from '../../api/models.ts';
import { useMay } from '../../api/roles.ts';
import { Button } from '../../parts/button.tsx';
import { PartyLink } from '../../parts/message/party-link.tsx';
import { notify, notifyProblem } from '../../parts/notices.tsx';
import { LEADS_BY } from '../../parts/team/shape-words.ts';
import { duration, useNow } from '../../parts/time.tsx';
import { Card } from './card.tsx';

/** A lease that people give here lasts so long: time enough to look at it. */
const LEASE_MS = 60_000;

/** Who leads and why; the lease with its term and its end. */
export function Lead({ team }: { team: Team }) {
  const { lead } = team;
  const may = useMay('operator');
  useAskAfter(lead?.until ?? null);
  return (
    <Card title="Who leads">
      {lead ? (
        <>
          <p className="flex items-center gap-2">
            <Crown aria-hidden="true" className="size-4 shrink-0 text-accent" />
            <span className="min-w-0 break-words">
              <PartyLink party={{ name: lead.name, agentId: lead.agentId }} className="font-medium" />
              <span className="text-sm text-soft"> {LEADS_BY[lead.by]}</span>
            </span>
          </p>
          {lead.term !== null && (
            <p className="mt-1 text-sm text-soft">
              Term {lead.term}
              {lead.until !== null && <Until until={lead.until} />}
            </p>
          )}
        </>
      ) : (
        <p className="text-sm text-soft">Nobody: the team has no members.</p>
      )}
      {may && lead && (lead.by === 'lease' ? <End team={team} /> : <Give team={team} />)}
    </Card>
  );
}

function Until({ until }: { until: string }) {
  const now = useNow();
  const leftMs = Date.parse(until) - now;
  return <>, {leftMs > 0 ? `the lease ends in ${duration(leftMs)}` : 'the lease has ended'}</>;
}

/** The end of a lease is no event: the clock of the database decides. The team is asked for once it must be over. */
function useAskAfter(until: string | null): void {
  const client = useQueryClient();
  useEffect(() => {
    if (until === null) return;
    const leftMs = Math.max(0, Date.parse(until) - Date.now()) + 250;
    const timer = setTimeout(() => void client.invalidateQueries({ queryKey: ['teams'] }), leftMs);
    return () => clearTimeout(timer);
  }, [until, client]);
}

function Give({ team }: { team: Team }) {
  const client = useQueryClient();
  const id = useId();
  const [agentId, setAgentId] = useState('');
  const chosen = agentId || (team.lead?.agentId ?? '');
  const give = useMutation({
    mutationFn: () => call('teams.lead', { id: team.id, agentId: chosen, leaseMs: LEASE_MS }),
    onSuccess({ term }) {
      notify(`Term ${term} has begun`, 'The lease lasts a minute, unless its holder renews it.');
      return client.invalidateQueries({ queryKey: ['teams'] });
    },
    onError: notifyProblem,
  });
  return (
    <div className="mt-3">
      <label htmlFor={id} className="text-sm font-medium">
        Take the lead by lease for
      </label>
      <div className="mt-1 flex gap-2">
        <select
          id={id}
          value={chosen}
          onChange={({ target }) => setAgentId(target.value)}
          className="h-8 min-w-0 flex-1 rounded-lg border border-line bg-paper px-2 text-sm"
        >
          {team.members.map((member) => (
            <option key={member.agentId} value={member.agentId}>
              {member.name}
            </option>
          ))}
        </select>
        <Button small disabled={give.isPending || chosen === ''} onClick={() => give.mutate()}>
          For a minute
        </Button>
      </div>
    </div>
  );
}

function End({ team }: { team: Team }) {
  const client = useQueryClient();
  const end = useMutation({
    mutationFn: () => call('teams.resign', { id: team.id, agentId: team.lead?.agentId ?? '' }),
    onSuccess({ resigned }) {
      notify(resigned ? 'The lease has ended' : 'It held no lease any more', 'Another may take the lead.');
      return client.invalidateQueries({ queryKey: ['teams'] });
    },
    onError: notifyProblem,
  });
  return (
    <Button small className="mt-3" disabled={end.isPending} onClick={() => end.mutate()}>
      End the lease
    </Button>
  );
}
