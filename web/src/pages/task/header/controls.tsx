import { Pause, Play, RotateCcw, Square } from 'lucide-react';
import { useState } from 'react';
import type { Task } from '../../../api/models.ts';
import { Button } from '../../../parts/button.tsx';
import { Confirm } from '../../../parts/confirm.tsx';
import { useKeys } from '../../../shell/keys.tsx';
import { verbsFor } from './controls.ts';
import { useAct, type Verb } from './use-act.ts';

const LOOKS = {
  pause: { label: 'Pause', busy: 'Pausing …', Icon: Pause, look: 'plain' },
  resume: { label: 'Resume', busy: 'Resuming …', Icon: Play, look: 'main' },
  terminate: { label: 'Terminate', busy: 'Terminating …', Icon: Square, look: 'plain' },
  retry: { label: 'Retry', busy: 'Retrying …', Icon: RotateCcw, look: 'main' },
} as const satisfies Record<Verb, unknown>;

/** Pause, resume, terminate, retry: what the status of the task allows. `p` pauses and resumes. */
export function Controls({ task }: { task: Task }) {
  const act = useAct(task.id);
  const [asks, setAsks] = useState(false);
  const verbs = verbsFor(task);
  const toggle = verbs.find((verb) => verb === 'pause' || verb === 'resume');
  useKeys(
    toggle
      ? { p: { does: 'Pause or resume the task', run: () => !act.isPending && act.mutate(toggle) } }
      : {},
    'Task',
  );
  return (
    <>
      {verbs.map((verb) => {
        const { label, busy, Icon, look } = LOOKS[verb];
        const isBusy = act.isPending && act.variables === verb;
        return (
          <Button
            key={verb}
            small
            look={look}
            disabled={act.isPending}
            onClick={() => (verb === 'terminate' ? setAsks(true) : act.mutate(verb))}
          >
            <Icon aria-hidden="true" className="size-4" />
            {isBusy ? busy : label}
          </Button>
        );
      })}
      <Confirm
        open={asks}
        onClose={() => setAsks(false)}
        title="Terminate this task?"
        verb="Terminate"
        onConfirm={() => act.mutate('terminate')}
      >
        Its open steps end and what is being worked on is thrown away. What was finished stays, and you can
        retry the task later.
      </Confirm>
    </>
  );
}
