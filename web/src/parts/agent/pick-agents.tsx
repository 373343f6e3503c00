import { useState } from 'react';

interface PickAgentsProps {
  legend: string;
  hint?: string;
  agents: ReadonlyArray<{ id: string; name: string }>;
  /** Ids, in the order in which they were chosen. */
  chosen: readonly string[];
  onChange(chosen: string[]): void;
}

/** With fewer, nobody needs to search. */
const SEARCH_FROM = 10;

/** Some of the agents, in the order in which they were chosen. */
export function PickAgents({ legend, hint, agents, chosen, onChange }: PickAgentsProps) {
  const [text, setText] = useState('');
  const wanted = text.trim().toLocaleLowerCase();
  const shown = agents.filter(
    ({ id, name }) => chosen.includes(id) || name.toLocaleLowerCase().includes(wanted),
  );
  const toggle = (id: string) =>
    onChange(chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id]);
  return (
    <fieldset className="min-w-0">
      <legend className="text-sm font-medium">{legend}</legend>
      {hint && <p className="text-sm text-soft">{hint}</p>}
      {agents.length >= SEARCH_FROM && (
        <input
          type="search"
          value={text}
          onChange={({ target }) => setText(target.value)}
          aria-label={`Find agents for: ${legend}`}
          placeholder="Find by name"
          dir="auto"
          className="mt-1 h-9 w-full rounded-lg border border-line bg-paper px-3 text-sm placeholder:text-soft"
        />
      )}
      <div className="mt-1 grid max-h-48 gap-x-3 overflow-y-auto rounded-lg border border-line bg-paper p-2 sm:grid-cols-2">
        {shown.map(({ id, name }) => (
          <label
            key={id}
            className="flex min-w-0 items-center gap-2 rounded px-1 py-1 text-sm hover:bg-sunken"
          >
            <input
              type="checkbox"
              checked={chosen.includes(id)}
              onChange={() => toggle(id)}
              className="size-4 shrink-0 accent-accent"
            />
            <bdi className="min-w-0 flex-1 truncate">{name}</bdi>
            {chosen.includes(id) && chosen.length > 1 && (
              <span className="text-xs text-soft tabular-nums">{chosen.indexOf(id) + 1}</span>
            )}
          </label>
        ))}
        {shown.length === 0 && <p className="px-1 py-1 text-sm text-soft">No agent fits.</p>}
      </div>
    </fieldset>
  );
}
