import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import { call } from '../../api/client.ts';
import type { WorkflowDetail } from '../../api/models.ts';
import { newKey } from '../../api/once.ts';
import type { Operations } from '../../api/types.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { notify } from '../../parts/notices.tsx';
import { ProblemBox } from '../../parts/problem.tsx';

/** What becomes of tasks in flight on other versions. */
type Fate = 'finish' | 'migrate' | 'terminate';

interface PublishProps {
  workflow: WorkflowDetail;
  version: number;
  onClose(): void;
}

/** Has new tasks follow a version, and asks what becomes of those in flight on other ones. */
export function Publish({ workflow, version, onClose }: PublishProps) {
  const client = useQueryClient();
  const others = workflow.inFlight.filter((task) => task.version !== version).length;
  const [inFlight, setInFlight] = useState<Fate>('finish');
  const [key, setKey] = useState(newKey);
  // Shown before anything is done: nothing changes by it.
  const preview = useQuery({
    queryKey: ['workflows', workflow.id, 'publish', version],
    queryFn: ({ signal }) =>
      call('workflows.publish', { id: workflow.id, version, inFlight: 'migrate', dryRun: true }, { signal }),
    enabled: others > 0,
  });
  const publish = useMutation({
    mutationFn: () =>
      call('workflows.publish', { id: workflow.id, version, inFlight }, { idempotencyKey: key }),
    async onSuccess({ migrated, terminated }) {
      await client.invalidateQueries({ queryKey: ['workflows'] });
      notify(
        `New tasks follow version ${version}`,
        terminated > 0
          ? `${tasks(terminated)} in flight terminated.`
          : inFlight === 'migrate'
            ? `${tasks(migrated)} in flight went over to it.`
            : undefined,
      );
      onClose();
    },
  });
  const choose = (next: Fate) => {
    setInFlight(next);
    setKey(newKey());
  };
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    publish.mutate();
  };
  return (
    <Dialog open onClose={onClose} title={`Publish version ${version}?`}>
      <form onSubmit={submit} className="space-y-4">
        <p>
          New tasks of {workflow.name} follow version {version}
          {workflow.published === null ? '.' : ` instead of version ${workflow.published}.`}
        </p>
        {others > 0 && (
          <fieldset className="space-y-2">
            <legend className="text-sm font-medium">
              {others === 1 ? '1 task is' : `${others} tasks are`} in flight on other versions. What becomes
              of them?
            </legend>
            <Choice
              words="They finish on the version with which they began."
              checked={inFlight === 'finish'}
              onChoose={() => choose('finish')}
            />
            <Choice
              words={`They go over to version ${version} where they can; the others finish on theirs.${movableWords(preview.data)}`}
              checked={inFlight === 'migrate'}
              onChoose={() => choose('migrate')}
            />
            <Choice
              words="They are terminated. That cannot be taken back."
              checked={inFlight === 'terminate'}
              onChoose={() => choose('terminate')}
            />
          </fieldset>
        )}
        {publish.isError && <ProblemBox error={publish.error} />}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Leave it</Button>
          <Button
            look={inFlight === 'terminate' ? 'danger' : 'main'}
            type="submit"
            disabled={publish.isPending}
          >
            {publish.isPending ? 'Publishing …' : 'Publish it'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

const tasks = (count: number) => (count === 1 ? '1 task' : `${count} tasks`);

/** How many can go over, and why one cannot. */
function movableWords(preview: Operations['workflows.publish']['output'] | undefined): string {
  if (!preview) return '';
  const stuck = preview.inFlight.filter(({ canMigrate }) => !canMigrate);
  const words = ` ${preview.inFlight.length - stuck.length} of ${preview.inFlight.length} can now.`;
  const why = stuck[0]?.obstacle;
  return why ? `${words} One cannot: ${why}` : words;
}

function Choice({ words, checked, onChoose }: { words: string; checked: boolean; onChoose(): void }) {
  return (
    <label className="flex items-start gap-2.5 text-sm">
      <input
        type="radio"
        name="inFlight"
        checked={checked}
        onChange={onChoose}
        className="mt-0.5 size-4 accent-accent"
      />
      {words}
    </label>
  );
}
