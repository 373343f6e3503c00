import { Link } from '@tanstack/react-router';
import type { TaskStatus, WorkflowDetail } from '../../api/models.ts';
import { Empty } from '../../parts/empty.tsx';
import { Status } from '../../parts/status.tsx';
import { Ago } from '../../parts/time.tsx';

/** The open tasks that follow the workflow, by the version that each keeps to its end. */
export function InFlight({ workflow }: { workflow: WorkflowDetail }) {
  const { inFlight, published } = workflow;
  if (inFlight.length === 0)
    return (
      <Empty title="No task is in flight">
        Tasks that follow this workflow stand here until they end, with the version that each keeps.
      </Empty>
    );
  const byVersion = [...Map.groupBy(inFlight, ({ version }) => version)].toSorted(([a], [b]) => b - a);
  return (
    <div className="space-y-5">
      {byVersion.map(([version, tasks]) => (
        <section key={version} aria-labelledby={`version-${version}`}>
          <h2 id={`version-${version}`} className="mb-2 text-lg font-semibold">
            Version {version}
            <span className="ml-2 text-sm font-normal text-soft">
              {tasks.length === 1 ? '1 task' : `${tasks.length} tasks`}
              {version === published ? ', as new ones' : ', kept to their end'}
            </span>
          </h2>
          <ul className="divide-y divide-line overflow-hidden rounded-2xl border border-line bg-card shadow-card">
            {tasks.map(({ id, goal, status, createdAt }) => (
              <li
                key={id}
                className="relative flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 text-sm hover:bg-sunken"
              >
                <Link
                  to="/tasks/$taskId"
                  params={{ taskId: id }}
                  search={{ tab: 'plan' }}
                  className="min-w-0 flex-1 basis-48 truncate font-medium after:absolute after:inset-0"
                  dir="auto"
                >
                  {goal}
                </Link>
                <Status status={status as TaskStatus /* of the server's closed list */} />
                <span className="text-soft">
                  asked <Ago at={createdAt} />
                </span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
