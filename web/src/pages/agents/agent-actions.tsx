import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { MessagesSquare, Pause, Play, RefreshCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import type { Agent } from '../../api/models.ts';
import { agentsQuery } from '../../api/queries.ts';
import { useMay } from '../../api/roles.ts';
import { stateOf } from '../../parts/agent/agent-words.ts';
import { Button, buttonLook } from '../../parts/button.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { notify, notifyProblem } from '../../parts/notices.tsx';

interface AgentActionsProps {
  agent: Agent;
  all: readonly Agent[];
  onRemoved(): void;
}

/** What one may do with an agent; what the role does not allow is not shown. */
export function AgentActions({ agent, all, onRemoved }: AgentActionsProps) {
  const mayUse = useMay('operator');
  const mayRemove = useMay('admin');
  const [isAsking, setAsking] = useState(false);
  const { id, name } = agent;
  const activate = useAction(
    () => call('agents.activate', { id }),
    `${name} was activated`,
    'It takes work again.',
  );
  const deactivate = useAction(
    () => call('agents.deactivate', { id }),
    `${name} was deactivated`,
    'It gets no new work; what it has in hand goes on.',
  );
  const check = useCheck(agent);
  const remove = useAction(
    () => call('agents.remove', { id }),
    `${name} was removed`,
    'Its record stays; find it with the status archived.',
    onRemoved,
  );
  const state = stateOf(agent);
  const isOff = state === 'deactivated' || state === 'archived';
  const isBusy = [activate, deactivate, check, remove].some(({ isPending }) => isPending);
  if (!mayUse) return null;
  return (
    <div className="flex flex-wrap gap-2">
      {!isOff && (
        <Link to="/agents/$agentId/chat" params={{ agentId: id }} className={buttonLook('main', true)}>
          <MessagesSquare aria-hidden="true" className="size-4" /> Talk
        </Link>
      )}
      {isOff ? (
        <Button small disabled={isBusy} onClick={() => activate.mutate()}>
          <Play aria-hidden="true" className="size-4" /> {state === 'archived' ? 'Bring back' : 'Activate'}
        </Button>
      ) : (
        <Button small disabled={isBusy} onClick={() => deactivate.mutate()}>
          <Pause aria-hidden="true" className="size-4" /> Deactivate
        </Button>
      )}
      {state !== 'archived' && (
        <Button small disabled={isBusy} onClick={() => check.mutate()}>
          <RefreshCw aria-hidden="true" className={`size-4 ${check.isPending ? 'animate-spin' : ''}`} />
          {check.isPending ? 'Checking …' : 'Check again'}
        </Button>
      )}
      {mayRemove && state !== 'archived' && (
        <Button small look="danger" disabled={isBusy} onClick={() => setAsking(true)}>
          <Trash2 aria-hidden="true" className="size-4" /> Remove
        </Button>
      )}
      <Confirm
        open={isAsking}
        onClose={() => setAsking(false)}
        title={`Remove ${name}?`}
        verb="Remove it"
        onConfirm={() => remove.mutate()}
      >
        It gets no more work and leaves the team; {agent.inFlight > 0 && 'work in its hands goes to others; '}
        its record stays.{' '}
        {isLastChief(agent, all) && 'It is the only chief: goals wait until there is another.'}
      </Confirm>
    </div>
  );
}

const isLastChief = (agent: Agent, all: readonly Agent[]): boolean =>
  agent.role === 'chief' &&
  !all.some(({ id, role, status }) => id !== agent.id && role === 'chief' && status !== 'archived');

function useAction(work: () => Promise<Agent>, done: string, means: string, then?: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: work,
    onSuccess() {
      notify(done, means);
      then?.();
      return client.invalidateQueries({ queryKey: agentsQuery.queryKey });
    },
    onError: notifyProblem,
  });
}

function useCheck({ id, name }: Agent) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call('agents.validate', { id }),
    onSuccess({ success, errors }) {
      if (success) notify(`${name} passed the check`, 'It is fit for work.');
      else notify(`${name} did not pass the check`, errors[0]);
      return client.invalidateQueries({ queryKey: agentsQuery.queryKey });
    },
    onError: notifyProblem,
  });
}
