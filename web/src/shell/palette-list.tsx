import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import { Bot, Crown } from 'lucide-react';
import type { ReactNode } from 'react';
import { agentsQuery, tasksQuery } from '../api/queries.ts';
import { useLater } from '../parts/later.ts';
import { STATUS_MEANS, StatusDot } from '../parts/status.tsx';
import { useDoings } from './doings.tsx';
import { finds } from './find.ts';
import { Keys } from './keys.tsx';
import { type Doing, useTaskDoings } from './task-doings.tsx';

const MOST_AGENTS = 5;
const MOST_TASKS = 8;

interface PaletteListProps {
  typed: string;
  onClose(): void;
  onTerminate(task: { id: string; goal: string }): void;
}

/** What the typed words find: for the open task, to do, to open, tasks by their goal, agents by their name. */
export function PaletteList({ typed, onClose, onTerminate }: PaletteListProps) {
  const navigate = useNavigate();
  const later = useLater(typed);
  const { goTo, toDo } = useDoings();
  const ofTask = useTaskDoings(onTerminate);
  const tasks = useInfiniteQuery({
    ...tasksQuery(later ? { text: later } : {}, MOST_TASKS),
    placeholderData: keepPreviousData,
  });
  const { data: agents = [] } = useQuery(agentsQuery);
  const found = tasks.data?.pages[0]?.items ?? [];
  const named = typed ? agents.filter(({ name }) => finds(typed, name)).slice(0, MOST_AGENTS) : [];
  const groups = [
    { heading: 'This task', doings: ofTask },
    { heading: 'Go to', doings: goTo },
    { heading: 'Do', doings: toDo },
  ].map(({ heading, doings }) => ({
    heading,
    doings: doings.filter(({ label, also = '' }) => finds(typed, `${label} ${also}`)),
  }));
  const isSearching = later !== typed || tasks.isFetching;
  const count = groups.reduce((sum, { doings }) => sum + doings.length, found.length + named.length);
  return (
    <>
      <Command.List className="-mx-2 h-96 max-h-[55dvh] overflow-y-auto" label="What was found">
        {groups.map(
          ({ heading, doings }) =>
            doings.length > 0 && (
              <Group key={heading} heading={heading}>
                {doings.map((doing) => (
                  <Entry
                    key={doing.label}
                    doing={doing}
                    onSelect={() => {
                      onClose();
                      doing.run();
                    }}
                  />
                ))}
              </Group>
            ),
        )}
        {found.length > 0 && (
          <Group heading={later ? 'Tasks' : 'Latest tasks'}>
            {found.map(({ id, goal, status }) => (
              <Entry
                key={id}
                doing={{
                  label: goal,
                  isForeign: true,
                  icon: <StatusDot status={status} />,
                  end: <span title={STATUS_MEANS[status]}>{status}</span>,
                }}
                value={`task ${id}`}
                onSelect={() => {
                  onClose();
                  void navigate({ to: '/tasks/$taskId', params: { taskId: id } });
                }}
              />
            ))}
          </Group>
        )}
        {named.length > 0 && (
          <Group heading="Agents">
            {named.map(({ id, name, role, status }) => (
              <Entry
                key={id}
                doing={{
                  label: name,
                  isForeign: true,
                  icon: role === 'chief' ? <Crown className="size-4" /> : <Bot className="size-4" />,
                  end: status,
                }}
                value={`agent ${id}`}
                onSelect={() => {
                  onClose();
                  void navigate({ to: '/agents', search: { agent: id } });
                }}
              />
            ))}
          </Group>
        )}
        {count === 0 && (
          // An option that cannot be chosen: a list of options has nothing else in it.
          <Command.Item disabled value="nothing" className="px-3 py-10 text-center text-sm text-soft">
            {isSearching ? 'Searching …' : 'Nothing was found. Try fewer or other words.'}
          </Command.Item>
        )}
      </Command.List>
      <p role="status" className="sr-only">
        {isSearching ? '' : `${count} found`}
      </p>
    </>
  );
}

function Group({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="px-2 pb-2 [&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-soft"
    >
      {children}
    </Command.Group>
  );
}

interface EntryProps {
  doing: Omit<Doing, 'run'> & { isForeign?: boolean };
  /** Tells entries apart; the label where labels differ. */
  value?: string;
  onSelect(): void;
}

function Entry({ doing: { label, icon, shortcut, end, isForeign }, value, onSelect }: EntryProps) {
  return (
    <Command.Item
      value={value ?? label}
      onSelect={onSelect}
      className="flex cursor-pointer items-center gap-3 rounded-lg px-2.5 py-2 text-sm select-none data-[selected=true]:bg-accent-soft"
    >
      <span aria-hidden="true" className="flex w-4 shrink-0 justify-center text-soft">
        {icon}
      </span>
      <span className="min-w-0 flex-1 truncate" {...(isForeign && { dir: 'auto' })}>
        {label}
      </span>
      {end && <span className="shrink-0 text-xs text-soft">{end}</span>}
      {shortcut && <Keys of={shortcut} className="hidden md:inline-flex" />}
    </Command.Item>
  );
}
