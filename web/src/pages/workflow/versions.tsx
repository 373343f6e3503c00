import { Link } from '@tanstack/react-router';
import { CircleCheck, CircleDashed, CircleSlash, CircleX } from 'lucide-react';
import type { WorkflowDetail, WorkflowVersion } from '../../api/models.ts';
import { askedBy } from '../../parts/asked-by.ts';
import { buttonLook } from '../../parts/button.tsx';
import { Ago } from '../../parts/time.tsx';
import { VERSION_MEANS } from '../../parts/workflow/workflow-words.ts';
import { Decide } from './decide.tsx';
import { type Pair, pairWith } from './pair.ts';

const LOOKS: Record<WorkflowVersion['status'], { Icon: typeof CircleCheck; look: string }> = {
  published: { Icon: CircleCheck, look: 'text-completed' },
  proposed: { Icon: CircleDashed, look: 'text-waiting' },
  retired: { Icon: CircleSlash, look: 'text-soft' },
  rejected: { Icon: CircleX, look: 'text-failed' },
};

/** Every version, newest first: why, by whom, when, and whether new tasks follow it. Versions never change. */
export function Versions({ workflow }: { workflow: WorkflowDetail }) {
  const versions = workflow.versions.toSorted((a, b) => b.version - a.version);
  return (
    <ol aria-label="Versions, newest first" className="space-y-3">
      {versions.map((version) => (
        <li
          key={version.version}
          className="flex flex-wrap items-start gap-x-4 gap-y-2 rounded-2xl border border-line bg-card p-4 shadow-card"
        >
          <div className="min-w-0 flex-1 basis-56 space-y-1">
            <h2 className="flex flex-wrap items-center gap-x-3 font-semibold">
              Version {version.version}
              <VersionStatus status={version.status} />
            </h2>
            <WhyVersion version={version} />
          </div>
          <div className="flex flex-wrap gap-2">
            <Link
              from="/workflows/$name"
              to="."
              search={{ tab: 'graph', version: version.version }}
              className={buttonLook('plain', true)}
            >
              Show<span className="sr-only"> version {version.version}</span>
            </Link>
            <CompareLink pair={pairWith(workflow, version.version)} of={version.version} />
            <Decide workflow={workflow} version={version} />
          </div>
        </li>
      ))}
    </ol>
  );
}

/** Leads to what is different between a version and the one that it is best held against. */
function CompareLink({ pair, of }: { pair: Pair | undefined; of: number }) {
  if (!pair) return null;
  return (
    <Link
      from="/workflows/$name"
      to="."
      search={{ tab: 'compare', ...pair }}
      className={buttonLook('plain', true)}
    >
      Compare
      <span className="sr-only">
        {' '}
        version {of} with version {pair.from === of ? pair.to : pair.from}
      </span>
    </Link>
  );
}

/** Why a version was made, by whom and when; and why it was rejected. */
export function WhyVersion({ version }: { version: WorkflowVersion }) {
  return (
    <>
      <p className="break-words" dir="auto">
        {version.reason ?? <span className="text-soft">No reason was given.</span>}
      </p>
      {version.verdict && (
        <p className="text-sm break-words" dir="auto">
          Rejected by <bdi>{version.verdict.by}</bdi>: {version.verdict.reason}
        </p>
      )}
      <p className="text-sm text-soft">
        by {askedBy(version.createdBy)}, <Ago at={version.createdAt} />
        {version.publishedAt !== null && (
          <>
            {' '}
            · published <Ago at={version.publishedAt} />
          </>
        )}
      </p>
    </>
  );
}

export function VersionStatus({ status }: { status: WorkflowVersion['status'] }) {
  const { Icon, look } = LOOKS[status];
  return (
    <span
      className={`inline-flex items-center gap-1.5 text-sm font-medium ${look}`}
      title={VERSION_MEANS[status]}
    >
      <Icon aria-hidden="true" className="size-4" />
      {status}
      <span className="sr-only">: {VERSION_MEANS[status]}</span>
    </span>
  );
}
