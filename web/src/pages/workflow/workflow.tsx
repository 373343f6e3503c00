import { Tabs } from '@base-ui/react/tabs';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { Problem } from '../../api/client.ts';
import type { WorkflowDetail } from '../../api/models.ts';
import { workflowQuery, workflowVersionQuery } from '../../api/workflow-queries.ts';
import { Busy } from '../../parts/busy.tsx';
import { buttonLook } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { patiently } from '../../parts/patiently.ts';
import { ProblemBox } from '../../parts/problem.tsx';
import { Ago } from '../../parts/time.tsx';
import { flowOf, operatorWords } from '../../parts/workflow/flow.ts';
import { WorkflowStatus } from '../../parts/workflow/workflow-status.tsx';
import { WorkflowSteps } from '../../parts/workflow/workflow-steps.tsx';
import { useKeys } from '../../shell/keys.tsx';
import { useTitle } from '../../shell/title.tsx';
import { Actions } from './actions.tsx';
import { Compare } from './compare.tsx';
import { InFlight } from './in-flight.tsx';
import { WORKFLOW_TABS, type WorkflowTab } from './search.ts';
import { WrittenText } from './text.tsx';
import { Versions } from './versions.tsx';

const WorkflowGraph = lazy(() =>
  patiently(() => import('../../parts/workflow/workflow-graph.tsx')).then((module) => ({
    default: module.WorkflowGraph,
  })),
);

const route = getRouteApi('/workflows/$name');

/** One workflow: its steps, its text, its versions, and the tasks that follow it now. */
export function WorkflowPage() {
  const { name } = route.useParams();
  const { data: workflow, error, isPending, refetch } = useQuery(workflowQuery(name));
  if (isPending) return <Busy what="Opening the workflow" />;
  if (workflow) return <Whole key={workflow.id} workflow={workflow} />;
  if (error instanceof Problem && error.details.status === 404) return <Gone name={name} />;
  return <ProblemBox error={error} onRetry={() => refetch()} />;
}

function Gone({ name }: { name: string }) {
  return (
    <Empty title="There is no such workflow">
      <p className="mb-4">
        Nothing is kept under the name <bdi className="break-all">{name}</bdi>.
      </p>
      <Link to="/workflows" className={buttonLook('main')}>
        Show all workflows
      </Link>
    </Empty>
  );
}

function labelOf(tab: WorkflowTab, workflow: WorkflowDetail): string {
  if (tab === 'graph') return 'Steps';
  if (tab === 'text') return 'Text';
  if (tab === 'compare') return 'Compare';
  return tab === 'versions'
    ? `Versions (${workflow.versions.length})`
    : `In flight (${workflow.inFlight.length})`;
}

function Whole({ workflow }: { workflow: WorkflowDetail }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const tab = search.tab ?? 'graph';
  const shown = search.version ?? workflow.current?.version ?? workflow.latest;
  useTitle(workflow.name);
  const openTab = (next: WorkflowTab) =>
    void navigate({ search: (now) => ({ ...now, tab: next }), replace: true, resetScroll: false });
  useKeys(
    Object.fromEntries(
      WORKFLOW_TABS.map((each, index) => [
        String(index + 1),
        { does: `Show ${labelOf(each, workflow).toLowerCase()}`, run: () => openTab(each) },
      ]),
    ),
    'Workflow',
  );
  return (
    <div className="space-y-5">
      <header className="space-y-3">
        <nav aria-label="Where this page stands" className="flex items-center gap-1 text-sm text-soft">
          <Link to="/workflows" className="hover:text-ink hover:underline">
            Workflows
          </Link>
          <ChevronRight aria-hidden="true" className="size-4" />
        </nav>
        <div className="flex flex-wrap items-start gap-3">
          <h1 className="min-w-0 flex-1 basis-48 text-2xl font-semibold break-all">{workflow.name}</h1>
          <Actions workflow={workflow} shown={shown} />
        </div>
        <p className="flex flex-wrap items-center gap-x-5 gap-y-1 text-sm text-soft">
          <WorkflowStatus workflow={workflow} />
          <span>
            {workflow.published === null
              ? 'No version is published: no task can follow it yet'
              : `New tasks follow version ${workflow.published}`}
          </span>
          <span>
            changed <Ago at={workflow.updatedAt} />
          </span>
        </p>
        <OtherVersion workflow={workflow} shown={shown} />
      </header>
      <Tabs.Root value={tab} onValueChange={(next: WorkflowTab) => openTab(next)}>
        <Tabs.List
          aria-label="Parts of the workflow"
          className="mb-5 flex overflow-x-auto border-b border-line [scrollbar-width:none] sm:gap-1"
        >
          {WORKFLOW_TABS.map((each) => (
            <Tabs.Tab
              key={each}
              value={each}
              className="-mb-px border-b-2 border-transparent px-2 py-2 text-sm whitespace-nowrap text-soft hover:text-ink data-active:border-accent data-active:font-medium data-active:text-ink sm:px-3 sm:text-base"
            >
              {labelOf(each, workflow)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab} className="outline-none">
          {tab === 'versions' && <Versions workflow={workflow} />}
          {tab === 'compare' && <Compare workflow={workflow} />}
          {tab === 'flight' && <InFlight workflow={workflow} />}
          {(tab === 'graph' || tab === 'text') && (
            <Content key={shown} workflow={workflow} version={shown} part={tab} />
          )}
        </Tabs.Panel>
      </Tabs.Root>
    </div>
  );
}

/** Says so when another version is shown than the one that new tasks follow. */
function OtherVersion({ workflow, shown }: { workflow: WorkflowDetail; shown: number }) {
  if (workflow.published === null || shown === workflow.published) return null;
  return (
    <p className="rounded-xl border border-line bg-sunken px-4 py-2.5 text-sm">
      This is version {shown}; new tasks follow version {workflow.published}.{' '}
      <Link
        from="/workflows/$name"
        to="."
        search={({ version: _, ...now }) => now}
        className="text-accent underline underline-offset-2"
      >
        Show version {workflow.published}
      </Link>
    </p>
  );
}

interface ContentProps {
  workflow: WorkflowDetail;
  version: number;
  part: 'graph' | 'text';
}

function Content({ workflow, version, part }: ContentProps) {
  const isCurrent = workflow.current?.version === version;
  const query = useQuery({ ...workflowVersionQuery(workflow.id, version), enabled: !isCurrent });
  const whole = isCurrent ? workflow.current : query.data;
  if (!whole)
    return query.isError ? (
      <ProblemBox error={query.error} onRetry={() => query.refetch()} />
    ) : (
      <Busy what={`Opening version ${version}`} />
    );
  if (part === 'text') return <WrittenText text={whole.text} />;
  const flow = flowOf(whole.definition);
  if (!flow) return <Empty title="This version has no steps" />;
  return (
    <div className="space-y-5">
      {flow.description && (
        <p className="max-w-prose break-words whitespace-pre-line" dir="auto">
          {flow.description}
        </p>
      )}
      {flow.operator && (
        <p className="text-sm break-words text-soft" dir="auto">
          {operatorWords(flow)}
        </p>
      )}
      <Suspense fallback={<Busy what="Drawing the steps" />}>
        <WorkflowGraph flow={flow} />
      </Suspense>
      <section aria-labelledby="steps-heading">
        <h2 id="steps-heading" className="mb-2 text-lg font-semibold">
          Steps
        </h2>
        <div className="rounded-2xl border border-line bg-card p-4 shadow-card">
          <WorkflowSteps steps={flow.steps} />
        </div>
      </section>
    </div>
  );
}
