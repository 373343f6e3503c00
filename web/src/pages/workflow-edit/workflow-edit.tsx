import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { workflowQuery, workflowVersionQuery } from '../../api/workflow-queries.ts';
import { Busy } from '../../parts/busy.tsx';
import { ProblemBox } from '../../parts/problem.tsx';
import { useTitle } from '../../shell/title.tsx';
import { Editor } from './editor.tsx';
import { EXAMPLE } from './example.ts';

const ofNew = getRouteApi('/workflows/new');
const ofEdit = getRouteApi('/workflows/$name/edit');

const START = `name: my_workflow
steps:
  - name: first
    goal: Say what is to be done
`;

/** Writes a workflow that is not there yet. */
export function NewWorkflow() {
  const { example } = ofNew.useSearch();
  useTitle('Write a workflow');
  return (
    <Frame title="Write a workflow">
      <Editor
        key={String(example)}
        draft={example ? 'example' : 'new'}
        start={example ? EXAMPLE : START}
        name={undefined}
      />
      {!example && (
        <p className="text-sm text-soft">
          Or{' '}
          <Link
            to="/workflows/new"
            search={{ example: true }}
            className="text-accent underline underline-offset-2"
          >
            start from an example
          </Link>
          .
        </p>
      )}
    </Frame>
  );
}

/** Writes the next version of a workflow, from the newest one or the one that the address names. */
export function EditWorkflow() {
  const { name } = ofEdit.useParams();
  const { version } = ofEdit.useSearch();
  const workflow = useQuery(workflowQuery(name));
  const from = version ?? workflow.data?.latest;
  const id = workflow.data?.id ?? name;
  const text = useQuery({ ...workflowVersionQuery(id, from ?? 0), enabled: from !== undefined });
  useTitle(`Edit ${name}`);
  const error = workflow.error ?? text.error;
  return (
    <Frame title={`Edit ${workflow.data?.name ?? name}`} name={name}>
      {error && (
        <ProblemBox
          error={error}
          onRetry={() => {
            void workflow.refetch();
            if (from !== undefined) void text.refetch();
          }}
        />
      )}
      {!error && !text.data && <Busy what="Opening the text" />}
      {text.data && workflow.data && (
        <>
          <p className="text-sm text-soft">
            This begins as version {text.data.version}. What you save becomes version{' '}
            {workflow.data.latest + 1}; versions never change.
          </p>
          <Editor
            key={`${id}@${text.data.version}`}
            draft={`${id}@${text.data.version}`}
            start={text.data.text}
            name={workflow.data.name}
          />
        </>
      )}
    </Frame>
  );
}

function Frame({ title, name, children }: { title: string; name?: string; children: ReactNode }) {
  return (
    <div className="space-y-4">
      <header className="space-y-2">
        <nav
          aria-label="Where this page stands"
          className="flex min-w-0 items-center gap-1 text-sm text-soft"
        >
          <Link to="/workflows" className="hover:text-ink hover:underline">
            Workflows
          </Link>
          <ChevronRight aria-hidden="true" className="size-4 shrink-0" />
          {name !== undefined && (
            <>
              <Link
                to="/workflows/$name"
                params={{ name }}
                className="min-w-0 truncate hover:text-ink hover:underline"
              >
                {name}
              </Link>
              <ChevronRight aria-hidden="true" className="size-4 shrink-0" />
            </>
          )}
        </nav>
        <h1 className="text-2xl font-semibold break-all">{title}</h1>
      </header>
      {children}
    </div>
  );
}
