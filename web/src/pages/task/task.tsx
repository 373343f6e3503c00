import { Tabs } from '@base-ui/react/tabs';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { lazy, memo, Suspense, useCallback, useDeferredValue, useMemo } from 'react';
import { Problem } from '../../api/client.ts';
import { isFinal, type Task } from '../../api/models.ts';
import { taskQuery } from '../../api/queries.ts';
import { Busy } from '../../parts/busy.tsx';
import { buttonLook } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { patiently } from '../../parts/patiently.ts';
import { ProblemBox } from '../../parts/problem.tsx';
import { useKeys } from '../../shell/keys.tsx';
import { useTitle } from '../../shell/title.tsx';
import { Details } from './details/details.tsx';
import { Events } from './events/events.tsx';
import { firstTab } from './first-tab.ts';
import { Header } from './header/header.tsx';
import { Plan } from './plan/plan.tsx';
import { type Replay, useReplay } from './replay/use-replay.ts';
import { TASK_TABS, type TaskTab } from './search.ts';
import { FromHere } from './step/from-here.tsx';
import { NodePanel } from './step/node-panel.tsx';
import { StepPanel } from './step/step-panel.tsx';
import { isOneOperators, ownStepsOf, planOf, type Step, stepsOf } from './steps.ts';
import { Timeline } from './timeline/timeline.tsx';
import { WritingProvider } from './written/writing.tsx';
import { WritingNow } from './written/writing-now.tsx';

const route = getRouteApi('/tasks/$taskId');
const ResultView = lazy(() =>
  patiently(() => import('./result/result-view.tsx')).then((module) => ({ default: module.ResultView })),
);

/** Everything about one task: what it is, how it stands, who does what and why, and what came out. */
export function TaskPage() {
  const { taskId } = route.useParams();
  const { data: task, error, isPending, refetch } = useQuery(taskQuery(taskId));
  if (isPending) return <Busy what="Opening the task" />;
  if (task) return <Whole key={task.id} task={task} />;
  if (error instanceof Problem && error.details.status === 404) return <Gone />;
  return <ProblemBox error={error} onRetry={() => refetch()} />;
}

function Gone() {
  return (
    <Empty title="There is no such task">
      <p className="mb-4">The address may be mistyped, or the task belongs to another tenant.</p>
      <Link to="/tasks" className={buttonLook('main')}>
        Show all tasks
      </Link>
    </Empty>
  );
}

const LABELS: Record<TaskTab, string> = {
  result: 'Result',
  plan: 'Plan',
  timeline: 'Timeline',
  events: 'Events',
  details: 'Details',
};

function Whole({ task }: { task: Task }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const steps = useMemo(() => stepsOf(task), [task]);
  const worked = useMemo(() => (isOneOperators(task) ? ownStepsOf(task) : steps), [task, steps]);
  const replay = useReplay(task, worked);
  const tab = search.tab ?? firstTab(task, search);
  // The tab answers at once; what it shows, which may be much, follows without holding up the next key or click.
  const shown = useDeferredValue(tab);
  useTitle(task.goal, !isFinal(task.status) && task.status !== 'paused');

  const openTab = (next: TaskTab) =>
    navigate({ search: (now) => ({ ...now, tab: next }), replace: true, resetScroll: false });
  const openStep = useCallback(
    (step: string | undefined) =>
      void navigate({
        search: ({ step: _, ...now }) => ({
          ...now,
          tab: now.tab ?? shown,
          ...(step !== undefined && { step }),
        }),
        resetScroll: false,
      }),
    [navigate, shown],
  );
  useKeys(
    Object.fromEntries(
      TASK_TABS.map((each, index) => [
        String(index + 1),
        { does: `Show ${LABELS[each].toLowerCase()}`, run: () => void openTab(each) },
      ]),
    ),
    'Task',
  );

  return (
    <WritingProvider task={task}>
      <Header task={task} steps={steps} />
      <WritingNow task={task} steps={steps} onOpen={openStep} />
      <Tabs.Root value={tab} onValueChange={(next: TaskTab) => void openTab(next)}>
        <Tabs.List
          aria-label="Parts of the task"
          className="mb-5 flex overflow-x-auto border-b border-line [scrollbar-width:none] sm:gap-1"
        >
          {TASK_TABS.map((each) => (
            <Tabs.Tab
              key={each}
              value={each}
              className="-mb-px border-b-2 border-transparent px-2 py-2 text-sm whitespace-nowrap sm:px-3 sm:text-base text-soft hover:text-ink data-active:border-accent data-active:font-medium data-active:text-ink"
            >
              {LABELS[each]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab} data-part={shown} className="outline-none">
          <Suspense fallback={<Busy what={`Opening the ${LABELS[shown].toLowerCase()}`} />}>
            <Part part={shown} task={task} steps={steps} replay={replay} onOpen={openStep} />
          </Suspense>
        </Tabs.Panel>
      </Tabs.Root>
      <StepPanel
        step={steps.find((step) => step.name === search.step)}
        steps={steps}
        doings={
          planOf(task)?.workflow && search.step !== undefined ? (
            <p className="mb-4">
              <FromHere task={task} path={search.step} />
            </p>
          ) : undefined
        }
        onOpen={openStep}
        onClose={() => openStep(undefined)}
      />
      <NodePanel
        task={task}
        place={steps.some((step) => step.name === search.step) ? undefined : search.step}
        onOpen={openStep}
        onClose={() => openStep(undefined)}
      />
    </WritingProvider>
  );
}

interface PartProps {
  part: TaskTab;
  task: Task;
  steps: readonly Step[];
  replay: Replay;
  onOpen(step: string | undefined): void;
}

/** What one tab shows. Kept as it is while only the tab above it changes. */
const Part = memo(function Part({ part, task, steps, replay, onOpen }: PartProps) {
  if (part === 'result') return <ResultView task={task} />;
  if (part === 'plan') return <Plan task={task} replay={replay} onOpen={onOpen} />;
  if (part === 'timeline') return <Timeline task={task} replay={replay} onOpen={onOpen} />;
  if (part === 'events') return <Events task={task} steps={steps} />;
  return <Details task={task} />;
});
