import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { TaskStatus } from '../../api/models.ts';
import { agentsQuery } from '../../api/queries.ts';
import { useLater } from '../../parts/later.ts';
import { STATUS_MEANS, StatusDot } from '../../parts/status.tsx';
import { STATUSES, type TasksSearch, toggleStatus } from './search.ts';

const FIELD = 'h-10 rounded-lg border border-line bg-card text-sm';

/** What is shown: kept in the address, so that it can be sent, bookmarked and gone back to. */
export function Filters({ search }: { search: TasksSearch }) {
  const navigate = useNavigate({ from: '/tasks' });
  const change = (next: { [Field in keyof TasksSearch]?: TasksSearch[Field] | undefined }) =>
    navigate({
      replace: true,
      resetScroll: false,
      search: (before) => {
        const merged = { ...before, ...next };
        return Object.fromEntries(Object.entries(merged).filter(([, value]) => value)); // checked by readTasksSearch
      },
    });
  return (
    <search aria-label="Tasks" className="space-y-3">
      <div className="flex flex-wrap gap-2">
        <TextField text={search.text ?? ''} onText={(text) => void change({ text })} />
        <AgentField agent={search.agent} onAgent={(agent) => void change({ agent })} />
        <label className={`${FIELD} flex items-center gap-2.5 px-3`}>
          <input
            type="checkbox"
            checked={search.all === true || search.agent !== undefined}
            disabled={search.agent !== undefined}
            onChange={({ target }) => void change({ all: target.checked })}
            className="size-4 accent-accent"
          />
          Also the steps of plans
        </label>
      </div>
      <StatusFilter shown={search.status} onShown={(status) => void change({ status })} />
    </search>
  );
}

/** Asks when somebody stops typing, not at each letter. */
function TextField({ text, onText }: { text: string; onText(text: string): void }) {
  const [typed, setTyped] = useState(text);
  const later = useLater(typed);
  const told = useRef(text);
  useEffect(() => {
    if (later.trim() === told.current) return;
    told.current = later.trim();
    onText(told.current);
  });
  useEffect(() => {
    if (text === told.current) return; // the address changed by another way: back, or a cleared filter
    told.current = text;
    setTyped(text);
  }, [text]);
  return (
    <label className="relative min-w-56 flex-1">
      <span className="sr-only">Search in goals, or for an id</span>
      <Search aria-hidden="true" className="absolute top-3 left-3 size-4 text-soft" />
      <input
        type="search"
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        placeholder="Words of the goal, or an id"
        maxLength={200}
        dir="auto"
        className={`${FIELD} w-full pr-3 pl-9 placeholder:text-soft`}
      />
    </label>
  );
}

function AgentField({
  agent,
  onAgent,
}: {
  agent: string | undefined;
  onAgent(agent: string | undefined): void;
}) {
  const { data: agents = [] } = useQuery(agentsQuery);
  const isKnown = agent === undefined || agents.some(({ id }) => id === agent);
  return (
    <select
      aria-label="Agent"
      value={agent ?? ''}
      onChange={({ target }) => onAgent(target.value || undefined)}
      className={`${FIELD} max-w-56 px-3`}
    >
      <option value="">All agents</option>
      {!isKnown && <option value={agent}>An agent that is gone</option>}
      {agents.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}

function StatusFilter({
  shown,
  onShown,
}: {
  shown: string | undefined;
  onShown(status: string | undefined): void;
}) {
  const isOn = (status: TaskStatus) => shown?.split(',').includes(status) ?? false;
  return (
    <fieldset className="flex flex-wrap gap-1.5">
      <legend className="sr-only">Status</legend>
      {STATUSES.map((status) => (
        <button
          key={status}
          type="button"
          aria-pressed={isOn(status)}
          title={STATUS_MEANS[status]}
          onClick={() => onShown(toggleStatus(shown, status))}
          className="inline-flex h-8 items-center [&_.at-work]:animate-none! gap-2 rounded-full border border-line bg-card px-3 text-sm text-soft hover:text-ink aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-ink"
        >
          <StatusDot status={status} />
          {status}
        </button>
      ))}
    </fieldset>
  );
}
