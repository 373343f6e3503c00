import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { CornerDownRight, Pause, Play, RotateCcw, Square } from 'lucide-react';
import type { ReactNode } from 'react';
import { taskQuery } from '../api/queries.ts';
import { useMay } from '../api/roles.ts';
import { TASK_TABS } from '../pages/task/search.ts';
import { type Control, controlsOf, useControl } from '../parts/control.ts';

/** Something that can be chosen in the palette. */
export interface Doing {
  label: string;
  /** Other words that find it. */
  also?: string;
  icon: ReactNode;
  shortcut?: string;
  /** At the right end: a status. */
  end?: ReactNode;
  run(): void;
}

const LOOKS: Record<Control, { label: string; also?: string; icon: ReactNode }> = {
  pause: { label: 'Pause this task', icon: <Pause className="size-4" /> },
  resume: { label: 'Resume this task', icon: <Play className="size-4" /> },
  retry: { label: 'Try this task again', also: 'retry redo', icon: <RotateCcw className="size-4" /> },
  terminate: { label: 'Terminate this task …', also: 'stop end cancel', icon: <Square className="size-4" /> },
};

/** What can be done to the task whose page is open; nothing on other pages. */
export function useTaskDoings(onTerminate: (task: { id: string; goal: string }) => void): Doing[] {
  const { taskId } = useParams({ strict: false });
  const navigate = useNavigate();
  const mayControl = useMay('operator');
  const control = useControl();
  const { data: task } = useQuery({ ...taskQuery(taskId ?? ''), enabled: taskId !== undefined });
  if (!task) return [];
  const controls = mayControl ? controlsOf(task) : [];
  return [
    ...controls.map((each) => ({
      ...LOOKS[each],
      run: () => (each === 'terminate' ? onTerminate(task) : void control(each, task.id)),
    })),
    ...TASK_TABS.map((tab) => ({
      label: `Open its ${tab}`,
      also: 'tab task',
      icon: <CornerDownRight className="size-4" />,
      run: () => void navigate({ to: '/tasks/$taskId', params: { taskId: task.id }, search: { tab } }),
    })),
  ];
}
