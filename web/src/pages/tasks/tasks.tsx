import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { lazy, Suspense, useRef, useState } from 'react';
import type { TaskSummary } from '../../api/models.ts';
import { tasksQuery } from '../../api/queries.ts';
import { Busy } from '../../parts/busy.tsx';
import { Button } from '../../parts/button.tsx';
import { patiently } from '../../parts/patiently.ts';
import { ProblemBox } from '../../parts/problem.tsx';
import { useWide } from '../../parts/wide.ts';
import { useTitle } from '../../shell/title.tsx';
import { Filters } from './filters.tsx';
import { useListKeys } from './list-keys.ts';
import { LoadMore } from './load-more.tsx';
import { NewAbove } from './new-above.tsx';
import { NothingMatches, NothingYet } from './nothing.tsx';
import { filterOf, isFiltered } from './search.ts';
import { TaskCards, TaskTable } from './task-rows.tsx';

const RowMenu = lazy(() =>
  patiently(() => import('./row-menu.tsx')).then((part) => ({ default: part.RowMenu })),
);
const ExportMenu = lazy(() =>
  patiently(() => import('./export.tsx')).then((part) => ({ default: part.ExportMenu })),
);

/** The list of tasks: filtered by the address, paged by its end, moved by events. */
export function Tasks() {
  const search = useSearch({ from: '/tasks' });
  const query = useInfiniteQuery({ ...tasksQuery(filterOf(search)), placeholderData: keepPreviousData });
  const tasks = query.data?.pages.flatMap(({ items }) => items) ?? [];
  useTitle('Tasks');
  return (
    <div className="space-y-5">
      <div className="flex items-center justify-between gap-4">
        <h1 className="text-2xl font-semibold">Tasks</h1>
        {tasks.length > 0 && <Export tasks={tasks} />}
      </div>
      <Filters search={search} />
      {query.isPending && <Busy what="Looking for tasks" />}
      {query.isError && <ProblemBox error={query.error} onRetry={() => query.refetch()} />}
      {query.isSuccess && tasks.length === 0 && (isFiltered(search) ? <NothingMatches /> : <NothingYet />)}
      {tasks.length > 0 && (
        <div>
          <NewAbove tasks={tasks} />
          <Rows tasks={tasks} isOld={query.isPlaceholderData} />
          <LoadMore query={query} count={tasks.length} />
        </div>
      )}
    </div>
  );
}

function Rows({ tasks, isOld }: { tasks: readonly TaskSummary[]; isOld: boolean }) {
  const isWide = useWide();
  const list = useRef<HTMLDivElement>(null);
  const anchor = useRef<HTMLElement>(null);
  const [shownId, setShownId] = useState<string>();
  const [isOpen, setOpen] = useState(false);
  useListKeys(list);
  // The menu shows the task as it is now, also after it moved.
  const shown = tasks.find(({ id }) => id === shownId);
  const props = {
    tasks,
    openId: isOpen ? shownId : undefined,
    onMenu(task: TaskSummary, button: HTMLButtonElement) {
      anchor.current = button;
      setShownId(task.id);
      setOpen(!(isOpen && task.id === shownId));
    },
  };
  return (
    <div ref={list} aria-busy={isOld} className={`transition-opacity ${isOld ? 'opacity-60' : ''}`}>
      {isWide ? <TaskTable {...props} /> : <TaskCards {...props} />}
      {shown && (
        <Suspense fallback={null}>
          <RowMenu key={shown.id} task={shown} open={isOpen} onOpenChange={setOpen} anchor={anchor} />
        </Suspense>
      )}
    </div>
  );
}

function Export({ tasks }: { tasks: readonly TaskSummary[] }) {
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [wasOpen, setWasOpen] = useState(false);
  return (
    <>
      <Button
        ref={button}
        small
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => {
          setWasOpen(true);
          setOpen(!isOpen);
        }}
      >
        <Download className="size-4" aria-hidden="true" />
        Export
      </Button>
      {wasOpen && (
        <Suspense fallback={null}>
          <ExportMenu tasks={tasks} open={isOpen} onOpenChange={setOpen} anchor={button} />
        </Suspense>
      )}
    </>
  );
}
