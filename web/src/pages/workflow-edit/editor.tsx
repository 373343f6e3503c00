import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useId, useMemo, useRef } from 'react';
import type { WorkflowProblem } from '../../api/models.ts';
import { workflowCheckQuery } from '../../api/workflow-queries.ts';
import { Busy } from '../../parts/busy.tsx';
import { Button } from '../../parts/button.tsx';
import { useLater } from '../../parts/later.ts';
import { patiently } from '../../parts/patiently.ts';
import { ProblemBox } from '../../parts/problem.tsx';
import { offsetOf } from '../../parts/workflow/editing.ts';
import { type Flow, flowOf } from '../../parts/workflow/flow.ts';
import { WorkflowSteps } from '../../parts/workflow/workflow-steps.tsx';
import { Problems } from './problems.tsx';
import { Save } from './save.tsx';
import { showPlace, TextEditor } from './text-editor.tsx';
import { useDraft } from './use-draft.ts';

const WorkflowGraph = lazy(() =>
  patiently(() => import('../../parts/workflow/workflow-graph.tsx')).then((module) => ({
    default: module.WorkflowGraph,
  })),
);

interface EditorProps {
  /** Under which name what is typed is kept in this tab. */
  draft: string;
  /** The text to begin with. */
  start: string;
  /** The workflow whose next version is written; undefined for one that is not there yet. */
  name: string | undefined;
}

const NONE: readonly WorkflowProblem[] = [];

/** The text of a workflow, checked while one types: what is wrong and where, or how it looks. */
export function Editor({ draft: draftName, start, name }: EditorProps) {
  const hint = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const draft = useDraft(draftName, start);
  const later = useLater(draft.text, 300);
  const check = useQuery(workflowCheckQuery(later));
  const isEmpty = draft.text.trim() === '';
  const isChecked = later === draft.text && !check.isFetching && !check.isPlaceholderData;
  const problems = isEmpty ? NONE : (check.data?.problems ?? NONE);
  const flow = useMemo(
    () => (problems.length === 0 && check.data ? flowOf(check.data.workflow) : undefined),
    [problems, check.data],
  );
  const marked = useMemo(() => new Set(problems.map(({ line }) => line)), [problems]);
  const show = ({ line, column }: Pick<WorkflowProblem, 'line' | 'column'>) => {
    if (field.current) showPlace(field.current, offsetOf(draft.text, line, column), line);
  };
  return (
    <div className="grid grid-cols-1 gap-5 lg:grid-cols-2">
      <div className="min-w-0 space-y-3">
        {draft.isKept && (
          <p className="flex flex-wrap items-center gap-3 rounded-xl border border-line bg-sunken px-4 py-2 text-sm">
            <span className="flex-1">What you wrote here before is still there.</span>
            <Button small onClick={() => draft.setText(start)}>
              Begin anew
            </Button>
          </p>
        )}
        <TextEditor
          field={field}
          value={draft.text}
          onChange={draft.setText}
          marked={marked}
          describedBy={hint}
        />
        <p id={hint} className="text-sm text-soft">
          YAML or JSON. Tab indents; to leave the text with the keyboard, press Escape, then Tab.
        </p>
        <Save
          text={draft.text}
          name={name}
          nameInText={flow?.name}
          isChecked={isChecked}
          problems={problems}
          isEmpty={isEmpty}
          onProblem={show}
          onSaved={draft.forget}
        />
      </div>
      <div className="min-w-0 space-y-4">
        {check.isError ? (
          <ProblemBox error={check.error} onRetry={() => check.refetch()} />
        ) : (
          <Problems
            problems={problems}
            state={isEmpty ? 'empty' : isChecked ? 'checked' : 'checking'}
            onOpen={show}
          />
        )}
        {flow && !isEmpty && <Looks flow={flow} />}
      </div>
    </div>
  );
}

function Looks({ flow }: { flow: Flow }) {
  // The picture is drawn anew when the steps change, not with every letter of a goal.
  const form = JSON.stringify(flow.steps);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `form` stands for the steps
  const drawn = useMemo(() => flow, [form]);
  return (
    <>
      <Suspense fallback={<Busy what="Drawing the steps" />}>
        <WorkflowGraph flow={drawn} />
      </Suspense>
      <details className="rounded-2xl border border-line bg-card p-4 shadow-card">
        <summary className="cursor-pointer font-medium">The same steps as a list</summary>
        <div className="mt-3">
          <WorkflowSteps steps={drawn.steps} />
        </div>
      </details>
    </>
  );
}
