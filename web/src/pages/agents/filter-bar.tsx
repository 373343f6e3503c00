import { Search } from 'lucide-react';
import type { Agent } from '../../api/models.ts';
import { stateOf } from '../../parts/agent/agent-words.ts';
import type { AgentFilter } from './filter.ts';

interface FilterBarProps {
  agents: readonly Agent[];
  filter: AgentFilter;
  onChange(filter: AgentFilter): void;
  shown: number;
}

const SELECT = 'h-10 rounded-lg border border-line bg-card px-2.5 text-sm';

/** Text, status and role: which agents are shown. */
export function FilterBar({ agents, filter, onChange, shown }: FilterBarProps) {
  // Only words that some agent has: a choice never leads to an empty page.
  const states = [...new Set([...agents.map(stateOf), ...(filter.state ? [filter.state] : [])])].sort();
  return (
    <search className="mb-4 flex flex-wrap items-center gap-2">
      <label className="relative min-w-0 flex-1 basis-52">
        <span className="sr-only">Find agents</span>
        <Search aria-hidden="true" className="pointer-events-none absolute top-3 left-3 size-4 text-soft" />
        <input
          type="search"
          value={filter.text}
          onChange={(event) => onChange({ ...filter, text: event.target.value })}
          placeholder="Name, capability, words"
          dir="auto"
          className="h-10 w-full rounded-lg border border-line bg-card pr-3 pl-9 text-sm"
        />
      </label>
      <select
        aria-label="Status"
        value={filter.state}
        onChange={(event) =>
          onChange({ ...filter, state: states.find((each) => each === event.target.value) ?? '' })
        }
        className={SELECT}
      >
        <option value="">Any status</option>
        {states.map((state) => (
          <option key={state} value={state}>
            {state}
          </option>
        ))}
      </select>
      <select
        aria-label="Role"
        value={filter.role}
        onChange={({ target: { value } }) =>
          onChange({ ...filter, role: value === 'chief' || value === 'operator' ? value : '' })
        }
        className={SELECT}
      >
        <option value="">Any role</option>
        <option value="chief">chief</option>
        <option value="operator">operator</option>
      </select>
      <p role="status" className="text-sm text-soft">
        {shown === 1 ? '1 agent' : `${shown} agents`}
      </p>
    </search>
  );
}
