import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { ArrowLeftRight } from 'lucide-react';
import { useMemo } from 'react';
import type { WorkflowDetail } from '../../api/models.ts';
import { workflowDiffQuery, workflowVersionQuery } from '../../api/workflow-queries.ts';
import { Busy } from '../../parts/busy.tsx';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Fold } from '../../parts/fold.tsx';
import { Json } from '../../parts/json.tsx';
import { SelectField } from '../../parts/message/form-field.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { changesOf, numbered, summaryOf } from '../../parts/workflow/changes.ts';
import { flowOf } from '../../parts/workflow/flow.ts';
import { Changes } from './changes.tsx';
import { Decide } from './decide.tsx';
import { DiffText } from './diff-text.tsx';
import { firstPair, type Pair } from './pair.ts';
import { VersionStatus, WhyVersion } from './versions.tsx';

const route = getRouteApi('/workflows/$name');

/** Two versions of a workflow held against each other: what its steps do differently, and the lines of its text. */
export function Compare({ workflow }: { workflow: WorkflowDetail }) {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const first = firstPair(workflow);
  if (!first)
    return (
      <Empty title="There is only one version">
        Saving the workflow with a change makes the next one; then what is different stands here.
      </Empty>
    );
  const pair = { from: search.from ?? first.from, to: search.to ?? first.to };
  const choose = (next: Pair) =>
    void navigate({ search: (now) => ({ ...now, ...next }), replace: true, resetScroll: false });
  return (
    <div className="space-y-5">
      <div className="grid grid-cols-1 items-end gap-3 sm:grid-cols-[1fr_auto_1fr]">
        <VersionField
          label="What it was"
          workflow={workflow}
          value={pair.from}
          onChange={(from) => choose({ ...pair, from })}
        />
        <Button
          className="justify-self-start"
          aria-label="Swap the two versions"
          onClick={() => choose({ from: pair.to, to: pair.from })}
        >
          <ArrowLeftRight aria-hidden="true" className="size-4" />
          <span className="sm:sr-only">Swap</span>
        </Button>
        <VersionField
          label="What it became"
          workflow={workflow}
          value={pair.to}
          onChange={(to) => choose({ ...pair, to })}
        />
      </div>
      <About workflow={workflow} version={pair.to} />
      <Difference workflow={workflow} pair={pair} />
    </div>
  );
}

/** The longest reason that is shown in the list of versions. */
const MOST_OF_REASON = 60;

interface VersionFieldProps {
  label: string;
  workflow: WorkflowDetail;
  value: number;
  onChange(version: number): void;
}

function VersionField({ label, workflow, value, onChange }: VersionFieldProps) {
  const known = workflow.versions.toSorted((a, b) => b.version - a.version);
  const options = known.map(({ version, status, reason }): readonly [string, string] => {
    const why = reason === null ? '' : `: ${reason.slice(0, MOST_OF_REASON)}`;
    return [String(version), `Version ${version}, ${status}${why}`];
  });
  // An address can name one that is not there: the answer below says so.
  if (!known.some(({ version }) => version === value))
    options.unshift([String(value), `Version ${value}: there is none`]);
  return (
    <SelectField
      label={label}
      name={label}
      value={String(value)}
      options={options}
      onChange={(next) => onChange(Number(next))}
    />
  );
}

/** Why the second version was made, what speaks for it, and what can be done with it. */
function About({ workflow, version: number }: { workflow: WorkflowDetail; version: number }) {
  const version = workflow.versions.find((each) => each.version === number);
  if (!version) return null;
  return (
    <section
      aria-labelledby="about-version"
      className="flex flex-wrap items-start gap-x-4 gap-y-2 rounded-2xl border border-line bg-card p-4 shadow-card"
    >
      <div className="min-w-0 flex-1 basis-56 space-y-1">
        <h2 id="about-version" className="flex flex-wrap items-center gap-x-3 font-semibold">
          Version {number}
          <VersionStatus status={version.status} />
        </h2>
        <WhyVersion version={version} />
        {version.evidence !== null && (
          <Fold title="What speaks for it">
            <Json value={version.evidence} label={`What speaks for version ${number}`} />
          </Fold>
        )}
      </div>
      <div className="flex flex-wrap gap-2">
        <Decide workflow={workflow} version={version} />
      </div>
    </section>
  );
}

function Difference({ workflow, pair: { from, to } }: { workflow: WorkflowDetail; pair: Pair }) {
  const diff = useQuery(workflowDiffQuery(workflow.id, from, to));
  // What the steps do is known from the versions themselves; without them their places stand alone.
  const before = useQuery({ ...workflowVersionQuery(workflow.id, from), enabled: diff.isSuccess });
  const after = useQuery({ ...workflowVersionQuery(workflow.id, to), enabled: diff.isSuccess });
  const lines = useMemo(() => (diff.data ? numbered(diff.data) : []), [diff.data]);
  const changes = useMemo(
    () =>
      diff.data ? changesOf(diff.data, flowOf(before.data?.definition), flowOf(after.data?.definition)) : [],
    [diff.data, before.data, after.data],
  );
  if (diff.isError) return <ProblemBox error={diff.error} onRetry={() => diff.refetch()} />;
  if (diff.isPending || before.isLoading || after.isLoading) return <Busy what="Comparing the versions" />;
  return (
    <>
      <p role="status" className="font-medium">
        {from === to ? 'It is the same version on both sides.' : summaryOf(changes, lines)}
      </p>
      {changes.length > 0 && <Changes changes={changes} />}
      {lines.length > 0 && <DiffText key={`${from} ${to}`} lines={lines} from={from} to={to} />}
    </>
  );
}
