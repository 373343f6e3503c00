import type { TaskSummary } from '../../api/models.ts';
import { Status } from '../../parts/status.tsx';
import { Ago } from '../../parts/time.tsx';
import { GoalLink, MenuButton, Progress, Took, Who } from './row-parts.tsx';

interface RowsProps {
  tasks: readonly TaskSummary[];
  /** The task whose menu is open. */
  openId: string | undefined;
  onMenu(task: TaskSummary, button: HTMLButtonElement): void;
}

const ROW =
  'relative transition-colors hover:bg-sunken/60 has-[[data-row]:focus-visible]:outline-2 has-[[data-row]:focus-visible]:-outline-offset-2 has-[[data-row]:focus-visible]:outline-accent';
const HEAD = 'px-3 py-2.5 font-medium whitespace-nowrap';
const CELL = 'px-3 py-3 align-top';

/** Tasks as a table, where there is room. */
export function TaskTable({ tasks, openId, onMenu }: RowsProps) {
  return (
    <div className="overflow-hidden rounded-2xl border border-line bg-card shadow-card">
      <table className="w-full table-fixed text-left">
        <thead className="border-b border-line text-sm text-soft">
          <tr>
            <th scope="col" className={`${HEAD} w-32 pl-5`}>
              Status
            </th>
            <th scope="col" className={HEAD}>
              Goal
            </th>
            <th scope="col" className={`${HEAD} hidden w-32 lg:table-cell`}>
              Steps
            </th>
            <th scope="col" className={`${HEAD} hidden w-32 xl:table-cell`}>
              Agent
            </th>
            <th scope="col" className={`${HEAD} w-32`}>
              When
            </th>
            <th scope="col" className={`${HEAD} hidden w-24 xl:table-cell`}>
              How long
            </th>
            <th scope="col" className={`${HEAD} w-12`}>
              <span className="sr-only">What to do</span>
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {tasks.map((task) => (
            <tr key={task.id} className={ROW}>
              <td className={`${CELL} pl-5`}>
                <Status status={task.status} />
              </td>
              <td className={CELL}>
                <GoalLink task={task} />
                <Why task={task} />
              </td>
              <td className={`${CELL} hidden lg:table-cell`}>
                <Progress of={task.progress} />
              </td>
              <td className={`${CELL} hidden truncate text-sm text-soft xl:table-cell`}>
                <Who task={task} />
              </td>
              <td className={`${CELL} text-sm whitespace-nowrap text-soft`}>
                <Ago at={task.createdAt} />
              </td>
              <td className={`${CELL} hidden text-sm whitespace-nowrap text-soft tabular-nums xl:table-cell`}>
                <Took task={task} />
              </td>
              <td className={`${CELL} py-2 pl-0`}>
                <MenuButton task={task} isOpen={task.id === openId} onOpen={onMenu} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Tasks as cards, on a phone. */
export function TaskCards({ tasks, openId, onMenu }: RowsProps) {
  return (
    <ul className="divide-y divide-line overflow-hidden rounded-2xl border border-line bg-card shadow-card">
      {tasks.map((task) => (
        <li key={task.id} className={`${ROW} flex gap-2 py-3 pr-2 pl-4`}>
          <div className="min-w-0 flex-1 space-y-1.5">
            <GoalLink task={task} />
            <Why task={task} />
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-soft">
              <Status status={task.status} />
              <Progress of={task.progress} />
              {task.agentName && (
                <span className="min-w-0 truncate">
                  <Who task={task} />
                </span>
              )}
              <Ago at={task.createdAt} />
            </div>
          </div>
          <MenuButton task={task} isOpen={task.id === openId} onOpen={onMenu} />
        </li>
      ))}
    </ul>
  );
}

/** Why it did not end well, in a line. */
function Why({ task: { status, stopSentence } }: { task: TaskSummary }) {
  if (!stopSentence || (status !== 'failed' && status !== 'terminated')) return null;
  return (
    <span className="line-clamp-1 text-sm break-words text-soft" dir="auto">
      {stopSentence}
    </span>
  );
}
