import { useQuery } from '@tanstack/react-query';
import { ScrollText, Search } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { type CadreEvent, isFinal, type Task } from '../../../api/models.ts';
import { agentsQuery } from '../../../api/queries.ts';
import { asText, type Names, type Part, sentenceOf } from '../../../live/sentences.ts';
import { Busy } from '../../../parts/busy.tsx';
import { Button } from '../../../parts/button.tsx';
import { Empty } from '../../../parts/empty.tsx';
import { Fold } from '../../../parts/fold.tsx';
import { Json } from '../../../parts/json.tsx';
import { ProblemBox } from '../../../parts/problem.tsx';
import { labelOf } from '../../../parts/step-label.ts';
import type { Step } from '../steps.ts';
import { tickLabel } from '../timeline/gantt.ts';
import { READ_FIRST, useLog } from './use-log.ts';

/** Rows drawn at first, and with each "show more". */
const ROWS = 200;

/** Everything that happened with the task, in plain words. */
export function Events({ task, steps }: { task: Task; steps: readonly Step[] }) {
  const log = useLog(task);
  const names = useNames(task, steps);
  const [filter, setFilter] = useState('');
  const [newestFirst, setNewestFirst] = useState(() => !isFinal(task.status));
  const [most, setMost] = useState(ROWS);
  const { hasNextPage, isFetchingNextPage, fetchNextPage, read } = log;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && read < READ_FIRST) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, read, fetchNextPage]);

  const rows = useMemo(() => {
    const wanted = filter.trim().toLowerCase();
    const all = log.events.map((event) => ({ event, parts: sentenceOf(event, names) }));
    const found = wanted
      ? all.filter(({ event, parts }) => `${asText(parts)} ${event.type}`.toLowerCase().includes(wanted))
      : all;
    return newestFirst ? found.toReversed() : found;
  }, [log.events, names, filter, newestFirst]);

  if (log.isPending) return <Busy what="Reading the log" />;
  if (log.error && !log.data) return <ProblemBox error={log.error} onRetry={() => log.refetch()} />;
  return (
    <section aria-label="Events">
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <label className="relative min-w-48 flex-1">
          <span className="sr-only">Filter the events</span>
          <Search aria-hidden="true" className="absolute top-2 left-2.5 size-4 text-soft" />
          <input
            type="search"
            value={filter}
            onChange={(event) => setFilter(event.currentTarget.value)}
            placeholder="Agent, step, any word"
            className="h-8 w-full rounded-lg border border-line bg-card pr-2 pl-8 text-sm"
          />
        </label>
        <Button
          small
          aria-pressed={newestFirst}
          onClick={() => setNewestFirst(!newestFirst)}
          className="aria-pressed:border-accent aria-pressed:bg-accent-soft"
        >
          Newest first
        </Button>
        <p role="status" className="text-sm text-soft tabular-nums">
          {filter.trim() ? `${rows.length} of ${log.events.length}` : log.events.length} events
        </p>
      </div>
      {rows.length === 0 ? (
        <Empty title="No event fits" icon={<ScrollText className="size-8" />}>
          Try another word, or clear the filter.
        </Empty>
      ) : (
        <ol className="divide-y divide-line rounded-2xl border border-line bg-card shadow-card">
          {rows.slice(0, most).map(({ event, parts }) => (
            <Row key={event.cursor} event={event} parts={parts} fromMs={Date.parse(task.createdAt)} />
          ))}
        </ol>
      )}
      <div className="mt-3 flex flex-wrap gap-2">
        {rows.length > most && (
          <Button small onClick={() => setMost(most + ROWS)}>
            Show more ({rows.length - most} are hidden)
          </Button>
        )}
        {hasNextPage && read >= READ_FIRST && (
          <Button small disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {isFetchingNextPage ? 'Reading …' : 'Read the next 500 events of the log'}
          </Button>
        )}
      </div>
    </section>
  );
}

function Row({ event, parts, fromMs }: { event: CadreEvent; parts: Part[]; fromMs: number }) {
  return (
    <li className="px-4 py-1 [contain-intrinsic-size:auto_2.5rem] [content-visibility:auto]">
      <Fold
        title={
          <>
            <time
              dateTime={event.at}
              title={new Date(event.at).toLocaleString()}
              className="w-16 shrink-0 text-xs text-soft tabular-nums sm:w-20"
            >
              {sinceStart(Date.parse(event.at) - fromMs)}
            </time>
            <span className="min-w-0 flex-1 break-words">
              {parts.map((part, index) =>
                typeof part === 'string' ? (
                  part
                ) : (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence never move
                  <bdi key={index} className="font-medium">
                    {part.of}
                  </bdi>
                ),
              )}
            </span>
          </>
        }
      >
        <p className="mb-1 text-xs text-soft">
          {event.type} · {new Date(event.at).toLocaleString()}
        </p>
        <Json value={event} label="The event as JSON" />
      </Fold>
    </li>
  );
}

/** "+0.48 s": since the task was asked for. */
function sinceStart(ms: number): string {
  if (ms < 10_000) return `+${(Math.max(0, ms) / 1_000).toFixed(2)} s`;
  return `+${tickLabel(Math.round(ms / 1_000) * 1_000)}`;
}

/** Names of agents and steps, as far as the page knows them. */
function useNames(task: Task, steps: readonly Step[]): Names {
  const { data: agents } = useQuery(agentsQuery);
  // Labels never change; what the steps do must not have every sentence made again.
  const labels = steps.map(({ taskId, label }) => `${taskId}\t${label}`).join('\n');
  const own = task.step === null ? undefined : labelOf(task.step, task.goal);
  return useMemo(() => {
    const agentNames = new Map(agents?.map((agent) => [agent.id, agent.name]));
    const stepLabels = new Map(
      labels.split('\n').map((line) => {
        const [taskId = '', label = ''] = line.split('\t');
        return [taskId, label];
      }),
    );
    return {
      agent: (id) => agentNames.get(id),
      step: (taskId) => stepLabels.get(taskId) ?? (taskId === task.id ? own : undefined),
    };
  }, [agents, labels, task.id, own]);
}
