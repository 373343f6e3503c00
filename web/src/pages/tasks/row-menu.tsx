import { Menu as Base } from '@base-ui/react/menu';
import { useNavigate } from '@tanstack/react-router';
import { ArrowRight, Pause, Play, RotateCcw, Square } from 'lucide-react';
import { type ReactNode, type RefObject, useState } from 'react';
import type { TaskSummary } from '../../api/models.ts';
import { useMay } from '../../api/roles.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { type Control, controlsOf, useControl } from '../../parts/control.ts';
import { MENU_ITEM, Menu } from '../../parts/menu.tsx';

const LOOKS: Record<Control, { label: string; icon: ReactNode }> = {
  pause: { label: 'Pause', icon: <Pause className="size-4" aria-hidden="true" /> },
  resume: { label: 'Resume', icon: <Play className="size-4" aria-hidden="true" /> },
  retry: { label: 'Try again', icon: <RotateCcw className="size-4" aria-hidden="true" /> },
  terminate: { label: 'Terminate …', icon: <Square className="size-4" aria-hidden="true" /> },
};

interface RowMenuProps {
  task: TaskSummary;
  open: boolean;
  onOpenChange(open: boolean): void;
  anchor: RefObject<HTMLElement | null>;
}

/** What can be done to the task of a row. */
export function RowMenu({ task, ...menu }: RowMenuProps) {
  const navigate = useNavigate();
  const mayControl = useMay('operator');
  const control = useControl();
  const [ending, setEnding] = useState<TaskSummary>();
  const [isAsking, setAsking] = useState(false);
  const choose = (each: Control) => {
    if (each !== 'terminate') return void control(each, task.id);
    setEnding(task);
    setAsking(true);
  };
  return (
    <>
      <Menu {...menu} label="What to do with the task" align="end">
        <Base.Item
          className={MENU_ITEM}
          onClick={() => void navigate({ to: '/tasks/$taskId', params: { taskId: task.id } })}
        >
          <ArrowRight className="size-4" aria-hidden="true" /> Open
        </Base.Item>
        {mayControl &&
          controlsOf(task).map((each) => (
            <Base.Item
              key={each}
              onClick={() => choose(each)}
              className={`${MENU_ITEM} ${each === 'terminate' ? 'text-failed' : ''}`}
            >
              {LOOKS[each].icon} {LOOKS[each].label}
            </Base.Item>
          ))}
      </Menu>
      <Confirm
        open={isAsking}
        onClose={() => setAsking(false)}
        title="Terminate this task?"
        verb="Terminate"
        onConfirm={() => ending && void control('terminate', ending.id)}
      >
        <span className="mb-1 line-clamp-3 break-words text-ink" dir="auto">
          {ending?.goal}
        </span>
        Its open steps end too. What is done stays, and the task can be tried again.
      </Confirm>
    </>
  );
}
