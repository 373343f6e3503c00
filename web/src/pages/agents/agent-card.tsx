import { Link } from '@tanstack/react-router';
import { Crown, Inbox } from 'lucide-react';
import type { Agent } from '../../api/models.ts';
import type { InHand } from '../../live/working.ts';
import { AgentStateWord } from '../../parts/agent/agent-state.tsx';
import { executorOf, STATE_MEANS, stateOf, successOf, toneOf } from '../../parts/agent/agent-words.ts';
import { doing } from '../../parts/agent/doing.ts';
import { duration } from '../../parts/time.tsx';
import { Alive } from './alive.tsx';

const MOST_CAPABILITIES = 4;

/** An agent at a glance: how it is, what it does right now, what it has done. */
export function AgentCard({ agent, inHand }: { agent: Agent; inHand: readonly InHand[] }) {
  const state = stateOf(agent);
  const { description, capabilities } = agent.spec;
  return (
    <article className="relative flex h-full flex-col gap-3 rounded-2xl border border-line bg-card p-4 shadow-card transition hover:border-accent">
      <div className="flex items-start gap-2">
        <h2 className="min-w-0 flex-1 font-semibold">
          <Link
            to="/agents"
            search={{ agent: agent.id }}
            className="block truncate after:absolute after:inset-0 after:rounded-2xl"
          >
            <bdi>{agent.name}</bdi>
          </Link>
        </h2>
        {agent.role === 'chief' && (
          <span className="inline-flex items-center gap-1 rounded-full bg-accent-soft px-2 text-xs leading-5 text-accent">
            <Crown aria-hidden="true" className="size-3" /> chief
          </span>
        )}
        <AgentStateWord state={state} />
      </div>
      <Now agent={agent} inHand={inHand} />
      {description !== '' && (
        <p dir="auto" className="line-clamp-2 text-sm break-words text-soft">
          {description}
        </p>
      )}
      {capabilities.length > 0 && (
        <ul aria-label="Capabilities" className="flex flex-wrap gap-1.5">
          {capabilities.slice(0, MOST_CAPABILITIES).map(({ name }) => (
            <li
              key={name}
              className="max-w-full truncate rounded-md bg-sunken px-1.5 py-0.5 font-mono text-xs text-soft"
            >
              {name}
            </li>
          ))}
          {capabilities.length > MOST_CAPABILITIES && (
            <li className="px-1 py-0.5 text-xs text-soft">
              and {capabilities.length - MOST_CAPABILITIES} more
            </li>
          )}
        </ul>
      )}
      <div className="mt-auto space-y-2">
        <Counters agent={agent} />
        <p className="flex items-center gap-2 text-xs text-soft">
          <span className="min-w-0 flex-1 truncate" dir="auto">
            {executorOf(agent.spec)}
          </span>
          <Alive agent={agent} />
          <Link
            to="/agents/$agentId/mailbox"
            params={{ agentId: agent.id }}
            aria-label={`Mailbox of ${agent.name}`}
            title="Mailbox"
            className="relative z-10 -my-1 rounded-md p-1 hover:bg-sunken hover:text-ink"
          >
            <Inbox aria-hidden="true" className="size-4" />
          </Link>
        </p>
      </div>
    </article>
  );
}

/** One line: what it works on, else what its status means. */
function Now({ agent, inHand }: { agent: Agent; inHand: readonly InHand[] }) {
  const latest = inHand.at(-1);
  const state = stateOf(agent);
  if (latest)
    return (
      <p dir="auto" className="truncate text-sm text-running">
        {doing(latest.what)}
        {inHand.length > 1 && ` and ${inHand.length - 1} more`}
      </p>
    );
  const tone = toneOf(state);
  const look = tone === 'broken' ? 'text-failed' : tone === 'held' ? 'text-paused' : 'text-soft';
  return (
    <p dir="auto" className={`truncate text-sm ${look}`}>
      {(look !== 'text-soft' && agent.statusReason) || STATE_MEANS[state]}
    </p>
  );
}

/** What it has in hand and how its work went. */
export function Counters({ agent }: { agent: Agent }) {
  const finished = agent.succeeded + agent.failed;
  const counters: ReadonlyArray<[string, string]> = [
    ['in hand', String(agent.inFlight)],
    ['done', agent.succeeded.toLocaleString()],
    ['failed', agent.failed.toLocaleString()],
    ['success', successOf(agent) ?? '–'],
    ['average', finished === 0 ? '–' : duration(agent.averageMs)],
  ];
  return (
    <dl className="grid grid-cols-5 gap-1 rounded-xl bg-sunken/60 px-2 py-2 text-center">
      {counters.map(([name, value]) => (
        <div key={name} className="flex min-w-0 flex-col-reverse">
          <dt className="truncate text-[0.6875rem] text-soft">{name}</dt>
          <dd
            className={`truncate text-sm font-medium tabular-nums ${name === 'failed' && agent.failed > 0 ? 'text-failed' : ''}`}
          >
            {value}
          </dd>
        </div>
      ))}
    </dl>
  );
}
